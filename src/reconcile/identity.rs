//! Which table a table without a title is: where two tables of the form look alike and only one is there, the other tables decide.

use super::sheet::{Sheet, Sheets};
use super::weigh::disagreements;
use crate::grammar::{Block, Form, TableForm};
use crate::repair::Cost;

/// A lead smaller than this does not tell two tables apart.
const MARGIN: Cost = 12;

/// Gives each table without a title the identity that the other tables speak for; where they speak for neither, its rows say so.
pub(super) fn settle(sheets: &mut Sheets<'_>) {
    let form = sheets.form;
    for at in 0..sheets.sheets.len() {
        let Some(sheet) = sheets.sheets.get(at).filter(|sheet| !sheet.title_found) else { continue };
        let absent: Vec<usize> = twins(form, sheet)
            .filter(|&twin| !sheets.sheets.iter().any(|other| other.index == twin && other.disclosure == sheet.disclosure))
            .collect();
        if absent.is_empty() {
            continue;
        }
        let index = sheet.index;
        let mut identities: Vec<(Cost, usize)> =
            std::iter::once(index).chain(absent).map(|table| (as_if(sheets, at, table), table)).collect();
        identities.sort_by_key(|&(cost, table)| (cost, table != index));
        let [best, second, ..] = identities.as_slice() else { continue };
        let is_open = second.0 < best.0 + MARGIN;
        let settled = if is_open { index } else { best.1 };
        become_table(sheets, at, settled);
        if is_open && let Some(sheet) = sheets.sheets.get_mut(at) {
            sheet.may_be = identities.iter().map(|&(_, table)| table).filter(|&table| table != settled).collect();
            for row in &mut sheet.rows {
                row.flag("row_doubtful");
                row.trust_at_most(40);
            }
        }
    }
}

/// The tables of the form with the very same codes and columns.
fn twins<'f>(form: &'f Form, sheet: &Sheet<'f>) -> impl Iterator<Item = usize> {
    let this = sheet.form;
    form.tables.iter().enumerate().filter(move |(index, table)| *index != sheet.index && is_twin(this, table)).map(|(index, _)| index)
}

fn is_twin(a: &TableForm, b: &TableForm) -> bool {
    let same_block = |a: &Block, b: &Block| {
        a.code_set == b.code_set
            && a.code_columns == b.code_columns
            && a.columns.iter().map(|column| &column.id).eq(b.columns.iter().map(|column| &column.id))
    };
    a.blocks.len() == b.blocks.len() && a.blocks.iter().zip(&b.blocks).all(|(a, b)| same_block(a, b))
}

/// What the other tables would say against the sheet if it were this table of the form.
fn as_if(sheets: &mut Sheets<'_>, at: usize, table: usize) -> Cost {
    let before = sheets.sheets.get(at).map(|sheet| sheet.index);
    become_table(sheets, at, table);
    let cost = disagreements(&sheets.sheets, at);
    if let Some(before) = before {
        become_table(sheets, at, before);
    }
    cost
}

fn become_table(sheets: &mut Sheets<'_>, at: usize, table: usize) {
    if let (Some(sheet), Some(form)) = (sheets.sheets.get_mut(at), sheets.form.tables.get(table)) {
        sheet.index = table;
        sheet.form = form;
    }
}
