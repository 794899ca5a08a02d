//! Sister tables: other tables of the disclosure that list the same rows in the same order.

use rustc_hash::FxHashMap;

use super::sheet::{Sheet, SheetRow, nearest};
use crate::grammar::{Code, Form};

/// A sister table, with a finger on the row reached so far.
#[derive(Debug)]
pub(super) struct Sister<'s> {
    sheet: &'s Sheet<'s>,
    by_name: FxHashMap<&'s str, Named>,
    reached: Option<usize>,
}

/// The rows of a name, in order.
#[derive(Debug, Default)]
struct Named {
    rows: Vec<usize>,
    /// Those of them that differ in code or first amount from all before: a row that stands a hundred times says no more than once.
    differing: Vec<usize>,
}

/// The tables that list rows of this one, or whose rows this one lists, nearest instances first in the order of the form's links.
pub(super) fn sisters<'s>(form: &Form, sheets: &'s [Sheet<'_>], sheet: usize) -> Vec<Sister<'s>> {
    let Some(this) = sheets.get(sheet) else { return Vec::new() };
    let mut tables = this.form.lists_rows_of.clone();
    let listing = form.tables.iter().enumerate().filter(|(_, table)| table.lists_rows_of.contains(&this.index)).map(|(at, _)| at);
    for table in listing {
        if !tables.contains(&table) {
            tables.push(table);
        }
    }
    tables.into_iter().filter_map(|table| nearest(sheets, sheet, table)).filter_map(|at| sheets.get(at)).map(Sister::new).collect()
}

impl<'s> Sister<'s> {
    fn new(sheet: &'s Sheet<'s>) -> Self {
        let mut by_name: FxHashMap<&str, Named> = FxHashMap::default();
        // That neither has a name says nothing.
        for (index, row) in sheet.rows.iter().enumerate().filter(|(_, row)| !row.is_total && !row.name_key.is_empty()) {
            let named = by_name.entry(row.name_key.as_str()).or_default();
            let says_the_same = |other: &SheetRow| other.code == row.code && other.first_amount() == row.first_amount();
            if !named.differing.iter().filter_map(|&at| sheet.rows.get(at)).any(says_the_same) {
                named.differing.push(index);
            }
            named.rows.push(index);
        }
        Self { sheet, by_name, reached: None }
    }

    /// Table id.
    pub(super) fn id(&self) -> &str {
        &self.sheet.form.id
    }

    /// Its rows of a name that differ in code or first amount; of rows that do not, the first.
    pub(super) fn of_name(&self, name_key: &str) -> impl Iterator<Item = (usize, &'s SheetRow)> {
        let rows = &self.sheet.rows;
        let named = self.by_name.get(name_key).into_iter().flat_map(|named| &named.differing);
        named.filter_map(move |&index| Some((index, rows.get(index)?)))
    }

    /// The next rows.
    pub(super) fn ahead(&self, count: usize) -> impl Iterator<Item = (usize, &'s SheetRow)> {
        let from = self.reached.map_or(0, |reached| reached + 1);
        self.sheet.rows.iter().enumerate().skip(from).take(count)
    }

    /// Is this the row after the one reached?
    pub(super) fn is_next(&self, index: usize) -> bool {
        self.reached.is_some_and(|reached| reached + 1 == index)
    }

    /// Moves the finger to the row of this code, if the sister has it ahead.
    pub(super) fn advance(&mut self, code: Code, row: &SheetRow) {
        let from = self.reached.map_or(0, |reached| reached + 1);
        let Some(Named { rows, .. }) = self.by_name.get(row.name_key.as_str()) else { return };
        let is_of_code = |&&index: &&usize| self.sheet.rows.get(index).is_some_and(|other| other.code == Some(code));
        let ahead = rows.partition_point(|&index| index < from);
        if let Some(&index) = rows.iter().skip(ahead).find(is_of_code) {
            self.reached = Some(index);
        }
    }
}
