//! Equations within a table: columns of a row, and what `lines` says of its lines.

use std::cell::OnceCell;

use rustc_hash::{FxHashMap, FxHashSet};

use super::equation::{Basis, Equations, Identity};
use super::ledger::{At, Ledger};
use super::lines;
use crate::disclosure::{CheckKind, Disclosure, Row, RowKind, Table, Value};
use crate::grammar::{Block, Column, ColumnKind, Form, Identities, Relation, TableForm, Vocabulary, key, label_key};

/// A table of the disclosure with its form, and for each row its block and the code by which it is compared.
pub(super) struct View<'d> {
    /// Its place among the tables.
    pub(super) at: usize,
    pub(super) table: &'d Table,
    pub(super) form: &'d TableForm,
    /// Place of the form's table.
    pub(super) index: usize,
    pub(super) blocks: Vec<Option<usize>>,
    pub(super) codes: Vec<Option<String>>,
    /// Rows whose code is not that of their name: what they are by their code is not known.
    pub(super) misnamed: FxHashSet<usize>,
    /// Lines that sum up a part of the lines (小计).
    subtotals: FxHashSet<usize>,
    /// Does what is below a code stand right behind it, in each block?
    is_ordered: Vec<bool>,
    /// The first line of each label, in each block, once one is asked for.
    lines: OnceCell<Vec<FxHashMap<String, usize>>>,
}

impl<'d> View<'d> {
    pub(super) fn new(at: usize, table: &'d Table, (index, form): (usize, &'d TableForm), vocabulary: &Vocabulary) -> Self {
        let blocks: Vec<Option<usize>> = table.rows.iter().map(|row| block_of(form, row)).collect();
        let codes = table.rows.iter().map(|row| row.code.clone()).collect();
        let is_subtotal = |row: &Row| row.code.is_none() && vocabulary.is_subtotal(&key(&row.name));
        let subtotals = table.rows.iter().enumerate().filter(|(_, row)| is_subtotal(row)).map(|(at, _)| at).collect();
        let mut by_block: Vec<Vec<&str>> = vec![Vec::new(); form.blocks.len()];
        for (row, block) in table.rows.iter().zip(&blocks) {
            if let (Some(of), Some(code)) = (block.and_then(|block| by_block.get_mut(block)), row.code.as_deref()) {
                of.push(code);
            }
        }
        // One that lists its codes again and again, unit by unit, has what is below a code behind it too.
        let is_ordered = |mut codes: Vec<&str>| {
            codes.is_sorted() || {
                codes.sort_unstable();
                codes.windows(2).any(|pair| pair.first() == pair.last())
            }
        };
        let is_ordered = by_block.into_iter().map(is_ordered).collect();
        Self { at, table, form, index, blocks, codes, misnamed: FxHashSet::default(), subtotals, is_ordered, lines: OnceCell::new() }
    }

    /// The rows of a block with their places.
    pub(super) fn rows(&self, block: usize) -> impl Iterator<Item = (usize, &'d Row)> + '_ {
        self.table.rows.iter().enumerate().filter(move |(at, _)| self.blocks.get(*at) == Some(&Some(block)))
    }

    /// The heading over a column of a block.
    pub(super) fn heading(&self, block: usize, column: usize) -> String {
        let column = self.form.blocks.get(block).and_then(|block| block.columns.get(column));
        column.map(Column::printed_heading).unwrap_or_default()
    }

    pub(super) fn code(&self, row: usize) -> Option<&str> {
        self.codes.get(row).and_then(Option::as_deref)
    }

    /// The first line of a block that has a label.
    pub(super) fn line(&self, block: usize, label: &str) -> Option<(usize, &'d Row)> {
        let lines = self.lines.get_or_init(|| {
            let mut lines = vec![FxHashMap::default(); self.form.blocks.len()];
            for (at, (row, block)) in self.table.rows.iter().zip(&self.blocks).enumerate() {
                if let Some(lines) = block.and_then(|block| lines.get_mut(block)) {
                    lines.entry(label_key(&row.name)).or_insert(at);
                }
            }
            lines
        });
        let at = *lines.get(block)?.get(label)?;
        Some((at, self.table.rows.get(at)?))
    }

    /// The last total line of a block; a subtotal only where there is no other.
    pub(super) fn total(&self, block: usize) -> Option<usize> {
        let totals = || self.rows(block).filter(|(_, row)| row.kind == RowKind::Total);
        let whole = totals().filter(|&(at, _)| !self.is_subtotal(at)).last();
        whole.or_else(|| totals().last()).map(|(at, _)| at)
    }

    /// Is a line the total of a part (小计)?
    pub(super) fn is_subtotal(&self, row: usize) -> bool {
        self.subtotals.contains(&row)
    }

    /// Is a line a total, of the whole or of a part?
    pub(super) fn is_total(&self, row: usize) -> bool {
        self.is_subtotal(row) || self.table.rows.get(row).is_some_and(|of| of.kind == RowKind::Total)
    }

    /// Does what is below a code of a block stand right behind it?
    pub(super) fn is_ordered(&self, block: usize) -> bool {
        self.is_ordered.get(block).copied().unwrap_or(true)
    }

    /// Is every row there, as far as one can see: a title above, a total among the rows?
    pub(super) fn is_whole(&self) -> bool {
        self.table.title_found && self.table.rows.iter().any(|row| row.kind == RowKind::Total)
    }

    /// The filled cells of a column in some rows, without those that a filled line above them sums up.
    pub(super) fn top(&self, ledger: &Ledger, rows: &[usize], column: usize) -> Vec<At> {
        if rows.first().and_then(|&row| self.blocks.get(row).copied().flatten()).is_some_and(|block| !self.is_ordered(block)) {
            return self.top_of_unordered(ledger, rows, column);
        }
        let mut above: Option<&str> = None;
        let mut found = Vec::new();
        for &row in rows {
            let Some(at) = ledger.cell(self.at, row, column).filter(|&at| ledger.is_filled(at)) else { continue };
            let code = self.code(row);
            if let (Some(above), Some(code)) = (above, code)
                && code.len() > above.len()
                && code.starts_with(above)
            {
                continue;
            }
            above = code;
            found.push(at);
        }
        found
    }

    /// The same, where what a line sums up can stand anywhere.
    fn top_of_unordered(&self, ledger: &Ledger, rows: &[usize], column: usize) -> Vec<At> {
        let filled = rows.iter().filter_map(|&row| Some((row, ledger.cell(self.at, row, column).filter(|&at| ledger.is_filled(at))?)));
        let filled: Vec<(usize, At)> = filled.collect();
        let codes: FxHashSet<&str> = filled.iter().filter_map(|&(row, _)| self.code(row)).collect();
        let is_summed_up = |code: &str| (1..code.len()).any(|end| code.get(..end).is_some_and(|above| codes.contains(above)));
        filled.into_iter().filter(|&(row, _)| !self.code(row).is_some_and(is_summed_up)).map(|(_, at)| at).collect()
    }
}

/// The block that a row belongs to: of its side and, where a side has several, of its name, or if they have none, of its class or its line.
fn block_of(form: &TableForm, row: &Row) -> Option<usize> {
    let of_side = |block: &&Block| block.side == row.side && (row.block.is_none() || block.id == row.block);
    let blocks = || form.blocks.iter().enumerate().filter(|(_, block)| of_side(block));
    let (first, _) = blocks().next()?;
    if blocks().nth(1).is_none_or(|(_, other)| other.id.is_some()) {
        return Some(first);
    }
    let class: Option<u16> = row.code.as_deref().and_then(|code| code.get(..3)?.parse().ok());
    let has_row = |block: &Block| match class {
        Some(class) => block.is_restricted && block.classes.contains(&class),
        None => block.lines.contains(&label_key(&row.name)),
    };
    blocks().find(|(_, block)| has_row(block)).map(|(at, _)| at).or(Some(first))
}

/// Puts the values of each row in the order of its form's columns, which the checks go by: a program that wrote the result anew may have sorted
/// them, or left out what is empty.
pub(super) fn order_columns(disclosure: &mut Disclosure, form: &Form) {
    for table in &mut disclosure.tables {
        let Some(of_table) = form.tables.iter().find(|of| *of.id == *table.table) else { continue };
        for row in &mut table.rows {
            let Some(block) = block_of(of_table, row).and_then(|block| of_table.blocks.get(block)) else { continue };
            let ids = || block.columns.iter().map(|column| &*column.id);
            if ids().eq(row.values.0.iter().take(block.columns.len()).map(|(id, _)| &**id)) {
                continue;
            }
            let mut others = std::mem::take(&mut row.values.0);
            for column in &block.columns {
                let at = others.iter().position(|(id, _)| **id == *column.id);
                row.values.0.push(at.map_or_else(|| (column.id.clone(), Value::Empty), |at| others.remove(at)));
            }
            row.values.0.append(&mut others);
        }
    }
}

/// What of a table is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Focus<'f> {
    /// Only these rows, where a row stands for itself.
    rows: Option<&'f [usize]>,
    /// Only these columns.
    columns: Option<&'f [usize]>,
}

impl<'f> Focus<'f> {
    /// Everything.
    pub(super) const ALL: Self = Self { rows: None, columns: None };

    pub(super) fn on(rows: &'f [usize], columns: &'f [usize]) -> Self {
        Self { rows: Some(rows), columns: Some(columns) }
    }

    fn has_row(self, row: usize) -> bool {
        self.rows.is_none_or(|rows| rows.contains(&row))
    }

    pub(super) fn has_column(self, column: usize) -> bool {
        self.columns.is_none_or(|columns| columns.contains(&column))
    }
}

/// Adds the equations of a table.
pub(super) fn add(view: &View<'_>, focus: Focus<'_>, known: &Identities, ledger: &Ledger, equations: &mut Equations) {
    row_sums(view, focus, ledger, equations);
    for (at, block) in view.form.blocks.iter().enumerate() {
        let amounts = block.columns.iter().enumerate().filter(|(_, column)| column.kind == ColumnKind::Amount);
        let columns: Vec<usize> = amounts.map(|(column, _)| column).filter(|&column| focus.has_column(column)).collect();
        lines::add(view, at, &columns, known, ledger, equations);
    }
}

/// What the form says of the columns of each row.
fn row_sums(view: &View<'_>, focus: Focus<'_>, ledger: &Ledger, equations: &mut Equations) {
    for identity in &view.form.identities {
        let heading = |column: &usize| view.heading(identity.block, *column);
        let parts: Vec<String> = identity.parts.iter().map(heading).collect();
        let zh = format!("{} = {}", heading(&identity.whole), parts.join(" + "));
        let name = Identity::new(format!("{}: {}", view.form.id, identity.text), zh);
        let (mut filled, mut blank) = (0, Vec::new());
        let (mut divided, mut undivided) = (0, Vec::new());
        for (row, _) in view.rows(identity.block).filter(|&(row, _)| focus.has_row(row)) {
            let is_limited = !identity.codes.is_empty();
            if is_limited && !view.code(row).is_some_and(|code| identity.codes.iter().any(|limit| code.starts_with(limit.as_str()))) {
                continue;
            }
            let cell = |column: usize| ledger.cell(view.at, row, column);
            let Some(whole) = cell(identity.whole) else { continue };
            if !ledger.is_filled(whole) {
                blank.push((row, whole));
                continue;
            }
            filled += 1;
            let mut parts: Vec<At> = Vec::with_capacity(identity.parts.len());
            for &part in &identity.parts {
                let Some(at) = cell(part) else { continue };
                parts.push(at);
                if !ledger.is_filled(at) {
                    // A subtotal is often left empty: its own parts stand for it.
                    let own = view.form.identities.iter().filter(|other| other.block == identity.block && other.whole == part);
                    parts.extend(own.flat_map(|other| &other.parts).filter_map(|&column| cell(column)));
                }
            }
            if parts.iter().any(|&at| ledger.is_filled(at)) {
                divided += 1;
                equations.add(CheckKind::RowSum, &name, &[whole], Relation::Equal, parts);
            } else {
                undivided.push((whole, parts));
            }
        }
        // Some publishers divide the lines but not their sums, or nothing at all; in a few rows the parts are missing.
        if focus.rows.is_some() || undivided.len() * FILLED_FOR_EACH_BLANK <= divided {
            for (whole, parts) in undivided {
                equations.add(CheckKind::RowSum, &name, &[whole], Relation::Equal, parts);
            }
        }
        // Some publishers leave a subtotal empty in every row; in a few rows it is missing.
        let parts = |row: usize| identity.parts.iter().filter_map(move |&part| ledger.cell(view.at, row, part));
        blank.retain(|&(row, _)| parts(row).any(|at| ledger.amount(at).is_some_and(|amount| amount != 0)));
        if blank.len() * FILLED_FOR_EACH_BLANK <= filled {
            for (row, whole) in blank {
                equations.add_on(Basis::Blank, (CheckKind::RowSum, &name), &[whole], Relation::Equal, parts(row));
            }
        }
    }
}

/// So many rows have a sum, or its parts, for each that lacks them, where that is a slip.
const FILLED_FOR_EACH_BLANK: usize = 4;
