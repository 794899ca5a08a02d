//! Settles which cells of a page fill which columns: of all alignments, the one under which the rows and the tables add up.

use std::collections::BTreeMap;

use super::arithmetic::{applies, check};
use super::outcome::Outcome;
use super::sheet::{CellValue, Repairs, Sheet, SheetRow, Sheets};
use super::weigh;
use crate::classify::{Alignment, alignments};
use crate::disclosure::Amount;
use crate::grammar::{Block, ColumnKind};
use crate::repair::{Cost, rules};

/// How the cells of one page of one block were matched to columns.
#[derive(Clone, Debug)]
pub struct PageChoice {
    /// Block of the table.
    pub block: usize,
    /// Page within the table.
    pub page: usize,
    /// Rows of the page, by index.
    pub rows: Vec<usize>,
    /// What was considered, the chosen one first.
    pub candidates: Vec<Candidate>,
    /// Candidates that the evidence does not rule out, the chosen one aside, by position.
    pub rivals: Vec<usize>,
    /// Candidates that only their own cost speaks against: the evidence fits them as well as the chosen one.
    pub untested: Vec<usize>,
    /// Which cells behind the names hold anything.
    filled: Vec<bool>,
}

/// One alignment and what it would cost.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The alignment.
    pub alignment: Alignment,
    /// What must have gone wrong, and each row identity that would fail.
    pub local: Cost,
    /// Each disagreement with other tables, row by row and class by class.
    pub evidence: Cost,
    /// Each column it fills that is seldom filled.
    pub unusual: Cost,
}

impl Candidate {
    /// All that speaks against it, the totals of the table aside.
    pub fn cost(&self) -> Cost {
        self.local + self.evidence + self.unusual
    }

    /// What arithmetic says against it: the rows and the other tables.
    pub fn disagreements(&self) -> Cost {
        self.local - self.alignment.cost + self.evidence
    }
}

/// What a failing row identity costs; within rounding it costs less, since amounts are rarely off by just that.
const ROW_FAILS: Cost = 5;
const ROW_ROUNDED: Cost = 1;
/// A number in a column of names.
const NUMBER_AS_TEXT: Cost = 1;
/// A text in a column of amounts.
const TEXT_AS_NUMBER: Cost = 10;

/// Alignments that cost so much more than the best one are not considered.
const CONSIDERED: Cost = 25;
/// Cost of a page that has more filled cells than the form has columns.
const NO_ALIGNMENT: Cost = 50;
/// How often the tables are weighed against each other.
const MOST_PASSES: usize = 4;
/// Most alignments considered for a page.
const MOST_CANDIDATES: usize = 10;

/// Settles the columns of all tables.
pub(super) fn settle(sheets: &mut Sheets<'_>) {
    if sheets.sheets.iter().all(Sheet::is_exact) {
        return;
    }
    for sheet in sheets.sheets.iter_mut().filter(|sheet| !sheet.is_exact()) {
        sheet.pages = pages(sheet);
        for page in 0..sheet.pages.len() {
            apply(sheet, page);
        }
    }
    // Every table once, then again those that look at a table that changed.
    let mut changed: Vec<usize> = (0..sheets.form.tables.len()).collect();
    for pass in 0..MOST_PASSES {
        let mut now_changed = Vec::new();
        for at in 0..sheets.sheets.len() {
            let Some(sheet) = sheets.sheets.get(at) else { continue };
            let (index, form) = (sheet.index, sheet.form);
            let looks_at_changed =
                form.agreements.iter().any(|agreement| changed.contains(&agreement.other.0) || now_changed.contains(&agreement.other.0));
            if (pass == 0 || looks_at_changed) && weigh::weigh(&mut sheets.sheets, at) {
                now_changed.push(index);
            }
        }
        if now_changed.is_empty() {
            break;
        }
        changed = now_changed;
    }
    for at in 0..sheets.sheets.len() {
        realign_rows(sheets, at);
        if let Some(sheet) = sheets.sheets.get_mut(at) {
            doubt_compacted(sheet);
        }
    }
    // Where recognition is seen to displace cells, a place that no arithmetic confirms is in doubt, even if it looks right.
    let displaces = sheets.sheets.iter().flat_map(|sheet| &sheet.pages).any(PageChoice::is_displaced);
    let contradictions: Vec<_> = (0..sheets.sheets.len())
        .map(|at| {
            let tell_untested = displaces || sheets.sheets.get(at).is_some_and(Sheet::has_other_width);
            weigh::conclude(&mut sheets.sheets, at, tell_untested)
        })
        .collect();
    for (sheet, contradictions) in sheets.sheets.iter_mut().zip(contradictions) {
        flag(sheet, &mut sheets.repairs, displaces);
        let Some(block) = sheet.form.blocks.first() else { continue };
        for contradiction in contradictions {
            if let (Some(row), Some(column)) = (sheet.rows.get_mut(contradiction.row), block.columns.get(contradiction.column)) {
                row.flag(&format!("fails_check:{}", column.id));
                row.trust_at_most(50);
            }
        }
    }
}

impl Sheet<'_> {
    /// Has any page another number of cells than the form has columns?
    fn has_other_width(&self) -> bool {
        self.pages.iter().any(|page| self.form.blocks.get(page.block).is_some_and(|block| block.columns.len() != page.filled.len()))
    }
}

/// A row with fewer cells than the form has columns may have lost an empty cell of its own: of the ways in which it adds up, the one
/// that the other tables agree with is taken; where several are left, its columns are marked as inferred.
fn realign_rows(sheets: &mut Sheets<'_>, at: usize) {
    let Some(sheet) = sheets.sheets.get(at).filter(|sheet| !sheet.form.is_two_sided()) else { return };
    let Some(block) = sheet.form.blocks.first() else { return };
    let short = sheet.rows.iter().enumerate().filter(|(_, row)| row.cells.len() < block.columns.len() && row.has_amounts());
    let mut open: Vec<(usize, Vec<Alignment>)> = Vec::new();
    for (index, row) in short {
        let filled: Vec<bool> = row.cells.iter().map(|cell| *cell != CellValue::Blank).collect();
        let adds_up = |alignment: &Alignment| {
            let (failing, holding) = outcomes(sheet, row, &|column| amount_under(row, alignment, column));
            failing == 0 && holding > 0
        };
        let ways: Vec<_> = alignments(block, &filled).into_iter().filter(adds_up).collect();
        let is_settled = matches!(ways.as_slice(), [only] if puts_alike(row, &only.cells));
        if !ways.is_empty() && !is_settled {
            open.push((index, ways));
        }
    }
    if open.is_empty() {
        return;
    }
    let costs = weigh::row_costs(&sheets.sheets, at, &open);
    for ((index, ways), costs) in open.into_iter().zip(costs) {
        let least = costs.iter().copied().min().unwrap_or(0);
        let best: Vec<&Alignment> = ways.iter().zip(&costs).filter(|&(_, &cost)| cost == least).map(|(way, _)| way).collect();
        let Some(sheet) = sheets.sheets.get_mut(at) else { return };
        let Some(row) = sheet.rows.get_mut(index) else { continue };
        let evidence = if ways.len() == 1 { "row_identities" } else { "other_tables" };
        match best.as_slice() {
            [only] if puts_alike(row, &only.cells) => {}
            [only] => move_cells(row, only, block, evidence, &mut sheets.repairs),
            several => {
                for column in several
                    .iter()
                    .flat_map(|way| filled_columns(row, &way.cells))
                    .chain(filled_columns(row, &row.columns))
                    .collect::<Vec<_>>()
                {
                    if let Some(column) = block.columns.get(column).filter(|_| column > 0) {
                        row.flag(&format!("column_inferred:{}", column.id));
                    }
                }
                row.trust_at_most(85);
            }
        }
    }
}

/// Where no row of a page has an empty cell between filled ones, and some rows are short, the empty cells were left out: which column
/// an amount is in was lost with them, but for what other evidence settled.
fn doubt_compacted(sheet: &mut Sheet<'_>) {
    for choice in &sheet.pages {
        let Some(columns) = sheet.form.blocks.get(choice.block).map(|block| block.columns.len()) else { continue };
        let filled = |row: &SheetRow| row.cells.iter().filter(|cell| **cell != CellValue::Blank).count();
        let rows = || choice.rows.iter().filter_map(|&row| sheet.rows.get(row)).filter(|row| filled(row) > 0);
        let has_gap = |row: &SheetRow| row.cells.iter().skip_while(|cell| **cell != CellValue::Blank).any(|cell| *cell != CellValue::Blank);
        let is_compacted = rows().filter(|row| filled(row) > 1).count() > 1 && !rows().any(has_gap);
        let short: Vec<usize> = choice
            .rows
            .iter()
            .copied()
            .filter(|&row| sheet.rows.get(row).is_some_and(|row| row.cells.len() + 1 < columns && filled(row) > 1))
            .collect();
        if !is_compacted || short.is_empty() {
            continue;
        }
        for row in short {
            if let Some(row) = sheet.rows.get_mut(row).filter(|row| !row.is_realigned) {
                row.flag("column_inferred");
                row.trust_at_most(60);
            }
        }
    }
}

/// Do a row's filled cells stand in the columns that `cells` gives them?
fn puts_alike(row: &SheetRow, cells: &[Option<usize>]) -> bool {
    filled_columns(row, &row.columns).eq(filled_columns(row, cells))
}

/// The columns that hold anything.
fn filled_columns<'r>(row: &'r SheetRow, cells: &'r [Option<usize>]) -> impl Iterator<Item = usize> + 'r {
    let is_filled = |cell: &usize| row.cells.get(*cell).is_some_and(|cell| *cell != CellValue::Blank);
    cells.iter().enumerate().filter(move |(_, cell)| cell.as_ref().is_some_and(is_filled)).map(|(column, _)| column)
}

/// Matches a row's cells to columns apart from its page.
fn move_cells(row: &mut SheetRow, alignment: &Alignment, block: &Block, evidence: &str, repairs: &mut Repairs) {
    let before: Vec<usize> = filled_columns(row, &row.columns).collect();
    set_columns(row, alignment);
    row.is_realigned = true;
    let after: Vec<usize> = filled_columns(row, &row.columns).collect();
    for column in before.into_iter().chain(after).filter(|&column| column > 0).filter_map(|column| block.columns.get(column)) {
        row.flag(&format!("column_inferred:{}", column.id));
    }
    let moved: Vec<String> = alignment
        .columns
        .iter()
        .enumerate()
        .filter(|(cell, _)| *cell > 0 && row.cells.get(*cell).is_some_and(|cell| *cell != CellValue::Blank))
        .filter_map(|(cell, column)| Some(format!("{} → {}", cell + 1, block.columns.get((*column)?)?.id)))
        .collect();
    row.trust_at_most(85);
    let before = format!("{} cells behind the name", row.cells.len());
    row.repairs.push(repairs.add(rules::COLUMNS_REALIGN, row.place.clone(), before, Some(moved.join(", ")), vec![evidence.to_owned()], 85));
}

/// How many identities fail in a row, and how many hold.
pub(super) fn outcomes(sheet: &Sheet<'_>, row: &SheetRow, amounts: &dyn Fn(usize) -> Option<Amount>) -> (usize, usize) {
    let (mut failing, mut holding) = (0, 0);
    for identity in sheet.form.identities.iter().filter(|identity| applies(identity, row)) {
        match check(identity, sheet.form, amounts) {
            Outcome::Fails => failing += 1,
            Outcome::Holds | Outcome::Rounded => holding += 1,
            Outcome::Vacuous => {}
        }
    }
    (failing, holding)
}

impl PageChoice {
    /// Do cells of the page stand beside their columns?
    fn is_displaced(&self) -> bool {
        self.candidates.first().is_some_and(|best| !best.alignment.is_plain(&self.filled))
    }
}

/// The pages of a table with their candidates by local cost.
fn pages(sheet: &Sheet<'_>) -> Vec<PageChoice> {
    let mut rows_by_page: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    for (index, row) in sheet.rows.iter().enumerate() {
        rows_by_page.entry((row.block, row.page)).or_default().push(index);
    }
    let mut pages = Vec::with_capacity(rows_by_page.len());
    for ((block, page), rows) in rows_by_page {
        let Some(form) = sheet.form.blocks.get(block) else { continue };
        let members: Vec<&SheetRow> = rows.iter().filter_map(|&row| sheet.rows.get(row)).collect();
        let width = members.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        let mut filled = vec![false; width];
        for row in &members {
            for (filled, cell) in filled.iter_mut().zip(&row.cells) {
                *filled |= *cell != CellValue::Blank;
            }
        }
        // Where there are only amounts, none can stand in a column of another kind.
        let has_texts = form.columns.iter().any(|column| column.kind == ColumnKind::Text);
        let is_mixed = |row: &&SheetRow| has_texts || row.cells.iter().any(|cell| matches!(cell, CellValue::Text(_)));
        let mixed: Vec<bool> = members.iter().map(is_mixed).collect();
        let mut candidates: Vec<Candidate> = Vec::new();
        let mut most = Cost::MAX;
        for alignment in alignments(form, &filled) {
            let mut local = alignment.cost;
            for (row, is_mixed) in members.iter().zip(&mixed) {
                // No row takes anything back: what costs too much by now is not considered.
                if local > most {
                    break;
                }
                local += sums_cost(sheet, row, &alignment) + if *is_mixed { kinds_cost(form, row, &alignment) } else { 0 };
            }
            if local <= most {
                most = most.min(local.saturating_add(CONSIDERED));
                candidates.push(Candidate { alignment, local, evidence: 0, unusual: 0 });
            }
        }
        if candidates.is_empty() {
            // More filled cells than columns: keep their places, the rest is said below.
            let columns = form.columns.len();
            let plain = (0..width).map(|cell| (cell < columns).then_some(cell)).collect();
            candidates.push(Candidate {
                alignment: Alignment::new(plain, columns, NO_ALIGNMENT),
                local: NO_ALIGNMENT,
                evidence: 0,
                unusual: 0,
            });
        }
        candidates.sort_by_key(|candidate| candidate.local);
        let best = candidates.first().map_or(0, |candidate| candidate.local);
        candidates.retain(|candidate| candidate.local <= best + CONSIDERED);
        candidates.truncate(MOST_CANDIDATES);
        pages.push(PageChoice { block, page, rows, candidates, rivals: Vec::new(), untested: Vec::new(), filled });
    }
    pages
}

/// The amount that a row would have in a column.
pub(super) fn amount_under(row: &SheetRow, alignment: &Alignment, column: usize) -> Option<Amount> {
    let cell = alignment.cells.get(column).copied().flatten()?;
    row.cells.get(cell).and_then(CellValue::amount)
}

/// What the sums of a row say against an alignment.
fn sums_cost(sheet: &Sheet<'_>, row: &SheetRow, alignment: &Alignment) -> Cost {
    let mut cost = 0;
    for identity in sheet.form.identities.iter().filter(|identity| applies(identity, row)) {
        cost += match check(identity, sheet.form, &|column| amount_under(row, alignment, column)) {
            Outcome::Vacuous | Outcome::Holds => 0,
            Outcome::Rounded => ROW_ROUNDED,
            Outcome::Fails => ROW_FAILS,
        };
    }
    cost
}

/// What numbers and texts of a row say against an alignment that puts them into columns of the other kind.
fn kinds_cost(block: &Block, row: &SheetRow, alignment: &Alignment) -> Cost {
    let cost = |(cell, column): (&CellValue, &Option<usize>)| {
        let kind = column.and_then(|column| block.columns.get(column)).map(|column| column.kind);
        match (cell, kind) {
            (CellValue::Amount(..), Some(ColumnKind::Text)) => NUMBER_AS_TEXT,
            (CellValue::Text(_), Some(ColumnKind::Amount)) => TEXT_AS_NUMBER,
            _ => 0,
        }
    };
    row.cells.iter().zip(&alignment.columns).map(cost).sum()
}

/// Gives the rows of a page the columns of its first candidate.
pub(super) fn apply(sheet: &mut Sheet<'_>, page: usize) {
    let Some(choice) = sheet.pages.get(page) else { return };
    let Some(best) = choice.candidates.first() else { return };
    for &index in &choice.rows {
        if let Some(row) = sheet.rows.get_mut(index) {
            set_columns(row, &best.alignment);
        }
    }
}

fn set_columns(row: &mut SheetRow, alignment: &Alignment) {
    row.columns.clone_from(&alignment.cells);
}

/// Flags the amounts that do not stand where their cells say, and those whose column stays open.
fn flag(sheet: &mut Sheet<'_>, repairs: &mut Repairs, displaces: bool) {
    let Sheet { form, rows, pages, .. } = sheet;
    for choice in pages.iter() {
        let (Some(best), Some(block)) = (choice.candidates.first(), form.blocks.get(choice.block)) else { continue };
        let rivals: Vec<_> = choice.rivals.iter().filter_map(|&rival| choice.candidates.get(rival)).collect();
        let width = block.columns.len();
        let untested: Vec<_> = if displaces || choice.filled.len() != width {
            choice.untested.iter().filter_map(|&other| choice.candidates.get(other)).collect()
        } else {
            Vec::new()
        };
        let column_id = |column: usize| block.columns.get(column).map_or("", |column| &*column.id);
        let is_plain = best.alignment.is_plain(&choice.filled);
        for &index in &choice.rows {
            let Some(row) = rows.get_mut(index).filter(|row| !row.is_realigned) else { continue };
            if best.alignment.cost >= NO_ALIGNMENT {
                row.flag("row_doubtful");
                row.trust_at_most(30);
            }
            let mut moved = Vec::new();
            for cell in 0..row.cells.len() {
                if row.cells.get(cell).is_none_or(|cell| *cell == CellValue::Blank) {
                    continue;
                }
                let column = best.alignment.columns.get(cell).copied().flatten();
                let Some(column) = column else {
                    row.flag("row_doubtful");
                    row.trust_at_most(30);
                    continue;
                };
                if !is_plain && column != cell {
                    row.flag(&format!("column_inferred:{}", column_id(column)));
                    // The column that the amount would have stood in is in doubt with it.
                    if cell < width {
                        row.flag(&format!("column_inferred:{}", column_id(cell)));
                    }
                    moved.push(format!("{} → {}", cell + 1, column_id(column)));
                    row.trust_at_most(85);
                }
                for other in untested
                    .iter()
                    .filter_map(|other| other.alignment.columns.get(cell).copied().flatten())
                    .filter(|&other| other != column)
                {
                    row.flag(&format!("column_inferred:{}", column_id(column)));
                    row.flag(&format!("column_inferred:{}", column_id(other)));
                    row.trust_at_most(85);
                }
                for rival in
                    rivals.iter().filter_map(|rival| rival.alignment.columns.get(cell).copied().flatten()).filter(|&rival| rival != column)
                {
                    row.flag(&format!("ambiguous:{}", column_id(column)));
                    row.flag(&format!("ambiguous:{}", column_id(rival)));
                    row.trust_at_most(50);
                }
            }
            if !moved.is_empty() {
                let evidence = if choice.rivals.is_empty() { "identities" } else { "fewest_disagreements" };
                let before = format!("{} cells behind the name", row.cells.len());
                let id =
                    repairs.add(rules::COLUMNS_REALIGN, row.place.clone(), before, Some(moved.join(", ")), vec![evidence.to_owned()], 85);
                row.repairs.push(id);
            }
        }
    }
}
