//! What settling columns left open, for the identities of the whole disclosure to settle: other readings of the same cells.

use super::columns::{Candidate, outcomes};
use super::sheet::{CellValue, Sheet, SheetRow, Sheets};
use crate::classify::alignments;
use crate::disclosure::Amount;
use crate::grammar::{Block, ColumnKind};
use crate::repair::{Cost, rules};

/// Most other readings of a row, or of a page.
const MOST_READINGS: usize = 12;

/// Rows of a table that can be read in other ways, all of them together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenReading {
    /// The table, by its place.
    pub table: usize,
    /// Every other way.
    pub readings: Vec<Reading>,
    /// Does the evidence so far speak for none of them? Otherwise it speaks a little for the present one.
    pub is_even: bool,
}

/// Another way to read some rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The rows that differ.
    pub rows: Vec<RowReading>,
    /// How much more must have gone wrong than in the present way.
    pub cost: Cost,
}

/// A row read in another way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowReading {
    /// The row, by its place in the table.
    pub row: usize,
    /// What stands in each column.
    pub amounts: Vec<Option<Amount>>,
}

/// The open readings of all tables of recognised text. What pages show is not open.
pub fn open_readings(sheets: &Sheets<'_>) -> Vec<OpenReading> {
    let mut open = Vec::new();
    for (table, sheet) in sheets.sheets.iter().enumerate().filter(|(_, sheet)| !sheet.is_exact() && !sheet.form.is_two_sided()) {
        of_pages(table, sheet, &mut open);
        let Some(block) = sheet.form.blocks.first() else { continue };
        for (at, row) in sheet.rows.iter().enumerate().filter(|(_, row)| row.block == 0 && is_doubtful(row, block)) {
            let readings = of_row(sheet, block, at, row);
            if !readings.is_empty() {
                open.push(OpenReading { table, readings, is_even: false });
            }
        }
    }
    open
}

/// Pages whose cells can fill other columns: all their rows together.
fn of_pages(table: usize, sheet: &Sheet<'_>, open: &mut Vec<OpenReading>) {
    for choice in &sheet.pages {
        let others: Vec<usize> = choice.rivals.iter().copied().take(MOST_READINGS).collect();
        let present = choice.candidates.first().map_or(0, Candidate::cost);
        let mut readings: Vec<Reading> = Vec::new();
        for other in others.iter().filter_map(|&other| choice.candidates.get(other)) {
            let rows = choice.rows.iter().filter_map(|&at| Some((at, sheet.rows.get(at).filter(|row| !row.is_realigned)?)));
            let rows = rows.filter_map(|(at, row)| reading_of(row, at, &row.cells, &other.alignment.cells));
            readings.push(Reading { rows: rows.collect(), cost: other.cost().saturating_sub(present) });
        }
        readings.retain(|reading| !reading.rows.is_empty());
        if !readings.is_empty() {
            open.push(OpenReading { table, readings, is_even: true });
        }
    }
}

/// Is it in doubt in which columns a row's amounts stand, for a reason of its own: it lost a cell, or digits of it were put together?
fn is_doubtful(row: &SheetRow, block: &Block) -> bool {
    let is_joined = |cell: &CellValue| matches!(cell, CellValue::Amount(reading, _) if reading.rule == Some(rules::AMOUNT_REJOIN));
    let is_its_own = row.is_realigned || row.cells.len() < block.columns.len() || row.cells.iter().any(is_joined);
    is_its_own
        && row.flags.iter().any(|flag| {
            let kind = flag.split_once(':').map_or(flag.as_str(), |(kind, _)| kind);
            matches!(kind, "column_inferred" | "ambiguous")
        })
}

/// The other ways to match a row's cells to columns, torn digits as one number or as two, under which it adds up no worse.
fn of_row(sheet: &Sheet<'_>, block: &Block, at: usize, row: &SheetRow) -> Vec<Reading> {
    let (failing, _) = outcomes(sheet, row, &|column| row.amount(column));
    let mut found: Vec<(Cost, RowReading)> = Vec::new();
    let mut present: Option<Cost> = None;
    let mut add = |cells: &[CellValue], more: Cost| {
        let filled: Vec<bool> = cells.iter().map(|cell| *cell != CellValue::Blank).collect();
        for alignment in alignments(block, &filled) {
            let Some(reading) = reading_of(row, at, cells, &alignment.cells) else {
                present = present.or(Some(alignment.cost));
                continue;
            };
            let value = |column: usize| alignment.cells.get(column).copied().flatten().and_then(|cell| cells.get(cell));
            let (fails, _) = outcomes(sheet, row, &|column| value(column).and_then(CellValue::amount));
            let fits = |(cell, column): (&CellValue, &Option<usize>)| match (cell, column.and_then(|column| block.columns.get(column))) {
                (CellValue::Blank, _) => true,
                (CellValue::Amount(..), Some(column)) => column.kind == ColumnKind::Amount,
                (CellValue::Text(_), Some(column)) => column.kind == ColumnKind::Text,
                (_, None) => false,
            };
            if fails <= failing
                && cells.iter().zip(&alignment.columns).all(fits)
                && !found.iter().any(|(_, known)| known.amounts == reading.amounts)
            {
                found.push((alignment.cost + more, reading));
            }
        }
    };
    add(&row.cells, 0);
    if failing > 0 {
        for (cell, value) in row.cells.iter().enumerate() {
            if let Some(apart) = apart(value) {
                let mut cells = row.cells.clone();
                cells.splice(cell..=cell, apart);
                add(&cells, 1);
            }
        }
    }
    found.sort_by_key(|&(cost, _)| cost);
    found.truncate(MOST_READINGS);
    let present = present.unwrap_or(0);
    found.into_iter().map(|(cost, reading)| Reading { rows: vec![reading], cost: cost.saturating_sub(present) }).collect()
}

/// A row's amounts if its cells stood otherwise; `None`: they stand so now.
fn reading_of(row: &SheetRow, at: usize, cells: &[CellValue], columns: &[Option<usize>]) -> Option<RowReading> {
    let amount = |cell: &Option<usize>| cell.and_then(|cell| cells.get(cell)).and_then(CellValue::amount);
    let amounts: Vec<Option<Amount>> = columns.iter().map(amount).collect();
    let is_other = amounts.iter().enumerate().any(|(column, amount)| *amount != row.amount(column));
    is_other.then_some(RowReading { row: at, amounts })
}

/// Digits that were put together, as two amounts.
fn apart(cell: &CellValue) -> Option<[CellValue; 2]> {
    let CellValue::Amount(reading, printed) = cell else { return None };
    if reading.rule != Some(rules::AMOUNT_REJOIN) {
        return None;
    }
    let (first, second) = printed.split_once(' ')?;
    let amount = |text: &str| crate::repair::amount(text.trim()).filter(|reading| reading.rule.is_none());
    Some([CellValue::Amount(amount(first)?, String::new()), CellValue::Amount(amount(second)?, String::new())])
}
