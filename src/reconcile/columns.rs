//! Settles which cells of a page fill which columns: of all alignments, the one under which the rows and the tables add up.

use std::collections::{BTreeMap, HashMap};

use super::arithmetic::{Outcome, applies, check};
use super::sheet::{CellValue, Sheet, SheetRow, Sheets, nearest};
use crate::classify::{Alignment, alignments};
use crate::disclosure::Amount;
use crate::grammar::{Agreement, Code, ColumnKind, Relation, Scope, label_key};
use crate::repair::{Cost, rules};

/// How the cells of one page of one block were matched to columns.
#[derive(Debug)]
pub struct PageChoice {
    /// Block of the table.
    pub block: usize,
    /// Page within the table.
    pub page: usize,
    /// Rows of the page, by index.
    pub rows: Vec<usize>,
    /// What was considered, the chosen one first.
    pub candidates: Vec<Candidate>,
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
    /// Each disagreement with totals and other tables.
    pub evidence: Cost,
}

/// What a failing row identity costs; within rounding it costs less, since amounts are rarely off by just that.
const ROW_FAILS: Cost = 5;
const ROW_ROUNDED: Cost = 1;
const ITEM_DISAGREES: Cost = 4;
const CLASS_DISAGREES: Cost = 6;
const LINE_DISAGREES: Cost = 8;
const TOTAL_DISAGREES: Cost = 6;
/// A number in a column of names.
const NUMBER_AS_TEXT: Cost = 1;
/// A text in a column of amounts.
const TEXT_AS_NUMBER: Cost = 10;

/// Alignments that cost so much more than the best one are not considered.
const CONSIDERED: Cost = 40;
/// Most alignments considered for a page.
const MOST_CANDIDATES: usize = 24;
/// A lead smaller than this leaves the choice open.
const MARGIN: Cost = 3;

/// Settles the columns of all tables.
pub(super) fn settle(sheets: &mut Sheets<'_>) {
    for sheet in &mut sheets.sheets {
        sheet.pages = pages(sheet);
        for page in 0..sheet.pages.len() {
            apply(sheet, page);
        }
    }
    // Twice, since the other tables' columns are evidence for these.
    for _ in 0..2 {
        for sheet in 0..sheets.sheets.len() {
            weigh(&mut sheets.sheets, sheet);
        }
    }
    for sheet in &mut sheets.sheets {
        flag(sheet, &mut sheets.repairs);
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
        let members = || rows.iter().filter_map(|&row| sheet.rows.get(row));
        let width = members().map(|row| row.cells.len()).max().unwrap_or(0);
        let mut filled = vec![false; width];
        for row in members() {
            for (filled, cell) in filled.iter_mut().zip(&row.cells) {
                *filled |= *cell != CellValue::Blank;
            }
        }
        let mut candidates: Vec<_> = alignments(form, &filled)
            .into_iter()
            .map(|alignment| {
                let local = alignment.cost + members().map(|row| row_cost(sheet, row, &alignment)).sum::<Cost>();
                Candidate { alignment, local, evidence: 0 }
            })
            .collect();
        if candidates.is_empty() {
            // More filled cells than columns: keep their places, the rest is said below.
            let columns = form.columns.len();
            let plain = (0..width).map(|cell| (cell < columns).then_some(cell)).collect();
            candidates.push(Candidate { alignment: Alignment { columns: plain, cost: 50 }, local: 50, evidence: 0 });
        }
        candidates.sort_by_key(|candidate| candidate.local);
        let best = candidates.first().map_or(0, |candidate| candidate.local);
        candidates.retain(|candidate| candidate.local <= best + CONSIDERED);
        candidates.truncate(MOST_CANDIDATES);
        pages.push(PageChoice { block, page, rows, candidates, filled });
    }
    pages
}

/// The amount that a row would have in a column.
fn amount_under(row: &SheetRow, alignment: &Alignment, column: usize) -> Option<Amount> {
    let cell = alignment.columns.iter().position(|&at| at == Some(column))?;
    row.cells.get(cell).and_then(CellValue::amount)
}

/// What a row says against an alignment.
fn row_cost(sheet: &Sheet<'_>, row: &SheetRow, alignment: &Alignment) -> Cost {
    let mut cost = 0;
    for identity in sheet.form.identities.iter().filter(|identity| applies(identity, row)) {
        cost += match check(identity, sheet.form, &|column| amount_under(row, alignment, column)) {
            Outcome::Vacuous | Outcome::Holds => 0,
            Outcome::Rounded => ROW_ROUNDED,
            Outcome::Fails => ROW_FAILS,
        };
    }
    if let Some(block) = sheet.form.blocks.get(row.block) {
        for (cell, column) in row.cells.iter().zip(&alignment.columns) {
            let kind = column.and_then(|column| block.columns.get(column)).map(|column| column.kind);
            cost += match (cell, kind) {
                (CellValue::Amount(..), Some(ColumnKind::Text)) => NUMBER_AS_TEXT,
                (CellValue::Text(_), Some(ColumnKind::Amount)) => TEXT_AS_NUMBER,
                _ => 0,
            };
        }
    }
    cost
}

/// Gives the rows of a page the columns of its first candidate.
fn apply(sheet: &mut Sheet<'_>, page: usize) {
    let Some(choice) = sheet.pages.get(page) else { return };
    let Some(best) = choice.candidates.first() else { return };
    for &index in &choice.rows {
        let Some(row) = sheet.rows.get_mut(index) else { continue };
        for (column, cell) in row.columns.iter_mut().enumerate() {
            *cell = best.alignment.columns.iter().position(|&at| at == Some(column));
        }
    }
}

/// Amounts added up by code, by class and over the whole table, in millionths.
#[derive(Clone, Debug, Default)]
struct Sums {
    by_code: BTreeMap<Code, Vec<i128>>,
    by_class: BTreeMap<Code, Vec<i128>>,
    all: Vec<i128>,
}

impl Sums {
    fn add(&mut self, code: Option<Code>, is_leaf: bool, column: usize, columns: usize, amount: i128) {
        let into = |sums: &mut Vec<i128>| {
            if sums.is_empty() {
                sums.resize(columns, 0);
            }
            if let Some(sum) = sums.get_mut(column) {
                *sum += amount;
            }
        };
        if let Some(code) = code {
            into(self.by_code.entry(code).or_default());
            if is_leaf {
                into(self.by_class.entry(code.class()).or_default());
            }
        }
        if is_leaf {
            into(&mut self.all);
        }
    }

    /// The sum over some columns.
    fn get(sums: Option<&Vec<i128>>, columns: &[usize]) -> i128 {
        columns.iter().filter_map(|&column| sums.and_then(|sums| sums.get(column))).sum()
    }
}

/// The rows that no deeper row follows: what column totals add up.
fn leaves(sheet: &Sheet<'_>) -> Vec<bool> {
    let mut leaves: Vec<bool> = sheet.rows.iter().map(|row| !row.is_total).collect();
    for (index, pair) in sheet.rows.windows(2).enumerate() {
        if let [row, next] = pair
            && let (Some(code), Some(next_code)) = (row.code, next.code)
            && row.block == next.block
            && code != next_code
            && code.contains(next_code)
            && let Some(leaf) = leaves.get_mut(index)
        {
            *leaf = false;
        }
    }
    leaves
}

/// The amounts of some rows, added up; `alignment` replaces their settled columns.
fn sums(sheet: &Sheet<'_>, leaves: &[bool], rows: impl Iterator<Item = usize>, alignment: Option<&Alignment>) -> Sums {
    let mut sums = Sums::default();
    for index in rows {
        let Some(row) = sheet.rows.get(index).filter(|row| !row.is_total) else { continue };
        let columns = row.columns.len();
        for (cell, value) in row.cells.iter().enumerate() {
            let Some(amount) = value.amount() else { continue };
            let column = match alignment {
                Some(alignment) => alignment.columns.get(cell).copied().flatten(),
                None => row.columns.iter().position(|&at| at == Some(cell)),
            };
            if let Some(column) = column {
                sums.add(row.code, leaves.get(index) == Some(&true), column, columns, amount.scaled());
            }
        }
    }
    sums
}

/// Is every row of the table there, as far as one can see: a title above and a total at the end?
fn is_whole(sheet: &Sheet<'_>) -> bool {
    sheet.title_found && sheet.rows.iter().any(|row| row.is_total)
}

/// Chooses among the candidates of each page by what the totals and the other tables say.
fn weigh(sheets: &mut [Sheet<'_>], at: usize) {
    let Some(sheet) = sheets.get(at) else { return };
    if sheet.pages.iter().all(|page| page.candidates.len() < 2) || sheet.form.is_two_sided() {
        return;
    }
    let witnesses = witnesses(sheets, at, sheet);
    let leaves = leaves(sheet);
    let mut whole = sums(sheet, &leaves, 0..sheet.rows.len(), None);
    let pages = sheet.pages.len();
    for page in 0..pages {
        let Some(sheet) = sheets.get(at) else { return };
        let Some(choice) = sheet.pages.get(page).filter(|choice| choice.candidates.len() > 1) else { continue };
        let now = sums(sheet, &leaves, choice.rows.iter().copied(), None);
        let mut weighed: Vec<Candidate> = choice.candidates.clone();
        for candidate in &mut weighed {
            let then = sums(sheet, &leaves, choice.rows.iter().copied(), Some(&candidate.alignment));
            candidate.evidence = disagreements(sheet, &witnesses, choice, candidate, [&whole, &now, &then]);
            // A plain page that nothing speaks against needs no rival.
            if candidate.evidence == 0 && candidate.local == 0 {
                break;
            }
        }
        weighed.sort_by_key(|candidate| candidate.local + candidate.evidence);
        let chosen = weighed.first().map(|candidate| candidate.alignment.clone());
        let then = chosen.map(|alignment| sums(sheet, &leaves, choice.rows.iter().copied(), Some(&alignment)));
        if let Some(then) = then {
            replace(&mut whole, &now, &then);
        }
        if let Some(sheet) = sheets.get_mut(at) {
            if let Some(choice) = sheet.pages.get_mut(page) {
                choice.candidates = weighed;
            }
            apply(sheet, page);
        }
    }
}

/// Takes one page's amounts out of the whole and puts others in.
fn replace(whole: &mut Sums, now: &Sums, then: &Sums) {
    let shift = |into: &mut Vec<i128>, amounts: &[i128], sign: i128| {
        if into.len() < amounts.len() {
            into.resize(amounts.len(), 0);
        }
        into.iter_mut().zip(amounts).for_each(|(sum, amount)| *sum += sign * amount);
    };
    for (amounts, sign) in [(now, -1), (then, 1)] {
        for (code, amounts) in &amounts.by_code {
            shift(whole.by_code.entry(*code).or_default(), amounts, sign);
        }
        for (class, amounts) in &amounts.by_class {
            shift(whole.by_class.entry(*class).or_default(), amounts, sign);
        }
        shift(&mut whole.all, &amounts.all, sign);
    }
}

/// What another table says, looked up once for all pages.
struct Witness<'g> {
    agreement: &'g Agreement,
    by_code: HashMap<Code, i128>,
    line: Option<i128>,
    is_whole: bool,
}

impl Witness<'_> {
    /// The other table's amount for a code; nothing there counts as zero where that table is whole.
    fn of_code(&self, code: Code) -> Option<i128> {
        self.by_code.get(&code).copied().or(self.is_whole.then_some(0))
    }

    fn contradicts(&self, left: i128, right: Option<i128>) -> bool {
        right.is_some_and(|right| match self.agreement.relation {
            Relation::Equal => left != right,
            Relation::AtMost => left > right,
        })
    }
}

fn witnesses<'g>(sheets: &[Sheet<'g>], at: usize, sheet: &Sheet<'g>) -> Vec<Witness<'g>> {
    let form = sheet.form;
    let witness = |agreement: &'g Agreement| {
        let (table, block, column) = agreement.other;
        let other = nearest(sheets, at, table).and_then(|other| sheets.get(other))?;
        let rows = || other.rows.iter().filter(|row| row.block == block);
        let amount = |row: &SheetRow| row.amount(column).map_or(0, Amount::scaled);
        let mut by_code = HashMap::new();
        let mut line = None;
        if let Scope::Line(label) = &agreement.scope {
            line = rows().find(|row| label_key(&row.name) == *label).map(amount);
        } else {
            for row in rows() {
                if let Some(code) = row.code {
                    *by_code.entry(code).or_insert(0) += amount(row);
                }
            }
        }
        Some(Witness { agreement, by_code, line, is_whole: is_whole(other) })
    };
    form.agreements.iter().filter_map(witness).collect()
}

/// What totals and other tables say against a candidate. The sums are the whole table's as settled so far, this page's as settled so
/// far, and this page's under the candidate.
fn disagreements(sheet: &Sheet<'_>, witnesses: &[Witness<'_>], choice: &PageChoice, candidate: &Candidate, [whole, now, then]: [&Sums; 3]) -> Cost {
    let moved = |pick: &dyn for<'s> Fn(&'s Sums) -> Option<&'s Vec<i128>>, columns: &[usize]| {
        Sums::get(pick(whole), columns) - Sums::get(pick(now), columns) + Sums::get(pick(then), columns)
    };
    let times = |cost: Cost, count: usize| cost * Cost::try_from(count.min(1000)).unwrap_or(1000);
    let sheet_is_whole = is_whole(sheet);
    let mut cost = 0;
    for witness in witnesses {
        let columns = &witness.agreement.columns;
        cost += match &witness.agreement.scope {
            Scope::Item => {
                let contradicted = |code: &&Code| witness.contradicts(moved(&|sums| sums.by_code.get(code), columns), witness.of_code(**code));
                times(ITEM_DISAGREES, then.by_code.keys().filter(contradicted).count())
            }
            Scope::Class => {
                let edge = edge_classes(sheet);
                let contradicted = |class: &&Code| {
                    let left = moved(&|sums| sums.by_class.get(class), columns);
                    let right = witness.of_code(**class);
                    // A class at the edge of a table that lost rows may lack some of its items.
                    if edge.contains(class) { right.is_some_and(|right| left > right) } else { witness.contradicts(left, right) }
                };
                times(CLASS_DISAGREES, then.by_class.keys().filter(contradicted).count())
            }
            Scope::Line(_) => {
                let left = moved(&|sums| Some(&sums.all), columns);
                let is_wrong = witness.line.is_some_and(|right| if sheet_is_whole { left != right } else { left > right });
                times(LINE_DISAGREES, usize::from(is_wrong))
            }
        };
    }
    let total = sheet.rows.iter().enumerate().rfind(|(_, row)| row.is_total && row.block == choice.block);
    if let Some((index, total)) = total.filter(|_| sheet_is_whole) {
        let is_here = choice.rows.contains(&index);
        let wrong = (0..total.columns.len()).filter(|&column| {
            let printed = if is_here { amount_under(total, &candidate.alignment, column) } else { total.amount(column) };
            printed.map_or(0, Amount::scaled) != moved(&|sums| Some(&sums.all), &[column])
        });
        cost += times(TOTAL_DISAGREES, wrong.count());
    }
    cost
}

/// The first and last class of a table that lost its head or its tail.
fn edge_classes(sheet: &Sheet<'_>) -> Vec<Code> {
    if is_whole(sheet) {
        return Vec::new();
    }
    let mut codes = sheet.rows.iter().filter_map(|row| row.code).map(Code::class);
    let first = codes.next();
    first.into_iter().chain(codes.next_back()).collect()
}

/// Flags the amounts that do not stand where their cells say, and those whose column stays open.
fn flag(sheet: &mut Sheet<'_>, repairs: &mut super::sheet::Repairs) {
    let Sheet { form, rows, pages, .. } = sheet;
    for choice in pages.iter() {
        let (Some(best), Some(block)) = (choice.candidates.first(), form.blocks.get(choice.block)) else { continue };
        let cost = best.local + best.evidence;
        let rivals: Vec<_> =
            choice.candidates.iter().skip(1).filter(|rival| !best.alignment.is_plain(&choice.filled) || rival.local < best.local).filter(|rival| rival.local + rival.evidence < cost + MARGIN).collect();
        let column_id = |column: usize| block.columns.get(column).map_or("", |column| &*column.id);
        let is_plain = best.alignment.is_plain(&choice.filled);
        for &index in &choice.rows {
            let Some(row) = rows.get_mut(index) else { continue };
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
                    moved.push(format!("{} → {}", cell + 1, column_id(column)));
                    row.trust_at_most(85);
                }
                for rival in rivals.iter().filter_map(|rival| rival.alignment.columns.get(cell).copied().flatten()).filter(|&rival| rival != column) {
                    row.flag(&format!("ambiguous:{}", column_id(column)));
                    row.flag(&format!("ambiguous:{}", column_id(rival)));
                    row.trust_at_most(50);
                }
            }
            if !moved.is_empty() {
                let evidence = if best.evidence == 0 { "identities" } else { "fewest_disagreements" };
                let before = format!("{} cells behind the name", row.cells.len());
                let id = repairs.add(rules::COLUMNS_REALIGN, row.place.clone(), before, Some(moved.join(", ")), vec![evidence.to_owned()], 85);
                row.repairs.push(id);
            }
        }
    }
}
