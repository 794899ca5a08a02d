//! Weighs the alignments of a table's pages against each other: by other tables page by page, by column totals all pages together.

use std::collections::{BTreeMap, HashMap};

use super::columns::{Candidate, PageChoice, amount_under, apply};
use super::sheet::{Sheet, SheetRow, nearest};
use crate::classify::Alignment;
use crate::disclosure::Amount;
use crate::grammar::{Agreement, Code, Relation, Scope, label_key};
use crate::repair::Cost;

const ITEM_DISAGREES: Cost = 8;
const CLASS_DISAGREES: Cost = 8;
const LINE_DISAGREES: Cost = 10;
const TOTAL_DISAGREES: Cost = 8;
/// A column that is empty in most disclosures, or on all other pages of the table.
const SELDOM_COLUMN: Cost = 2;
const UNUSED_ELSEWHERE: Cost = 3;
/// A lead smaller than this leaves the choice open.
const MARGIN: Cost = 4;
/// Alignments of one page that go into the search over all pages.
const MOST_OPEN: usize = 12;
/// Combinations of pages kept at each step of that search.
const BEAM: usize = 512;

/// Chooses among the candidates of each page by what the totals and the other tables say.
pub(super) fn weigh(sheets: &mut [Sheet<'_>], at: usize) {
    let Some(sheet) = sheets.get(at) else { return };
    if sheet.form.is_two_sided() || sheet.pages.iter().all(|page| page.candidates.len() < 2) {
        return;
    }
    let table = Table::new(sheets, at, sheet);
    let mut pages = sheet.pages.clone();
    for choice in &mut pages {
        table.ask_other_tables(choice);
    }
    let first: Vec<usize> = vec![0; pages.len()];
    if table.global_cost(&pages, &first) > 0 || pages.iter().any(|page| page.candidates.first().is_some_and(|best| best.cost() > 0)) {
        table.search(&mut pages);
    }
    table.mark_untested(&mut pages);
    if let Some(sheet) = sheets.get_mut(at) {
        sheet.pages = pages;
        (0..sheet.pages.len()).for_each(|page| apply(sheet, page));
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
            sums.resize(columns, 0);
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
}

/// The sum over some columns.
fn pick(sums: Option<&Vec<i128>>, columns: &[usize]) -> i128 {
    columns.iter().filter_map(|&column| sums.and_then(|sums| sums.get(column))).sum()
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
            Relation::AtLeast => left < right,
        })
    }
}

/// A table being weighed.
struct Table<'s> {
    sheet: &'s Sheet<'s>,
    witnesses: Vec<Witness<'s>>,
    leaves: Vec<bool>,
    is_whole: bool,
    edge_classes: Vec<Code>,
    /// All rows under the columns settled so far.
    settled: Sums,
    /// The total row, by index.
    total: Option<usize>,
}

impl<'s> Table<'s> {
    fn new(sheets: &'s [Sheet<'_>], at: usize, sheet: &'s Sheet<'s>) -> Self {
        let leaves = leaves(sheet);
        let settled = sums(sheet, &leaves, 0..sheet.rows.len(), None);
        Self {
            witnesses: witnesses(sheets, at, sheet),
            is_whole: is_whole(sheet),
            edge_classes: edge_classes(sheet),
            total: sheet.rows.iter().rposition(|row| row.is_total),
            sheet,
            leaves,
            settled,
        }
    }

    /// What the other tables say against each candidate of a page, the other pages being as settled so far.
    fn ask_other_tables(&self, choice: &mut PageChoice) {
        if choice.candidates.len() < 2 {
            return;
        }
        let now = sums(self.sheet, &self.leaves, choice.rows.iter().copied(), None);
        let rows = choice.rows.len();
        for candidate in &mut choice.candidates {
            let then = sums(self.sheet, &self.leaves, choice.rows.iter().copied(), Some(&candidate.alignment));
            candidate.evidence = self.contradictions(&now, &then);
            candidate.unusual = self.unusual_columns(rows, &now, &then);
        }
        choice.candidates.sort_by_key(Candidate::cost);
    }

    /// What speaks against filling the columns that a candidate fills: how seldom they are filled.
    fn unusual_columns(&self, rows: usize, now: &Sums, then: &Sums) -> Cost {
        let Some(block) = self.sheet.form.blocks.first() else { return 0 };
        let elsewhere_is_telling = self.sheet.rows.len() >= rows + 10;
        let at = |sums: &Vec<i128>, column: usize| sums.get(column).copied().unwrap_or(0);
        let unusual = block.columns.iter().enumerate().filter(|&(column, _)| at(&then.all, column) != 0).map(|(column, form)| {
            let is_unused = elsewhere_is_telling && at(&self.settled.all, column) == at(&now.all, column);
            (if form.seldom { SELDOM_COLUMN } else { 0 }) + (if is_unused { UNUSED_ELSEWHERE } else { 0 })
        });
        unusual.sum()
    }

    fn contradictions(&self, now: &Sums, then: &Sums) -> Cost {
        let mut cost = 0;
        for witness in &self.witnesses {
            let columns = &witness.agreement.columns;
            let moved = |of: &dyn for<'a> Fn(&'a Sums) -> Option<&'a Vec<i128>>| {
                pick(of(&self.settled), columns) - pick(of(now), columns) + pick(of(then), columns)
            };
            match &witness.agreement.scope {
                Scope::Item => {
                    let contradicted = |code: &&Code| witness.contradicts(moved(&|sums| sums.by_code.get(code)), witness.of_code(**code));
                    cost += times(ITEM_DISAGREES, then.by_code.keys().filter(contradicted).count());
                }
                Scope::Class => {
                    let contradicted = |class: &&Code| {
                        let left = moved(&|sums| sums.by_class.get(class));
                        let right = witness.of_code(**class);
                        // A class at the edge of a table that lost rows may lack some of its items.
                        let is_edge = self.edge_classes.contains(class);
                        if is_edge { right.is_some_and(|right| left > right) } else { witness.contradicts(left, right) }
                    };
                    cost += times(CLASS_DISAGREES, then.by_class.keys().filter(contradicted).count());
                }
                Scope::Line(_) => {}
            }
        }
        cost
    }

    /// Marks for each page the candidates that no arithmetic tells from the chosen one.
    fn mark_untested(&self, pages: &mut [PageChoice]) {
        let mut chosen = vec![0; pages.len()];
        let settled = self.global_cost(pages, &chosen);
        for page in 0..pages.len() {
            let mut untested = Vec::new();
            let Some(choice) = pages.get(page) else { continue };
            let best = choice.candidates.first().map_or(0, Candidate::disagreements);
            for (index, other) in choice.candidates.iter().enumerate().skip(1) {
                if other.disagreements() > best {
                    continue;
                }
                if let Some(chosen) = chosen.get_mut(page) {
                    *chosen = index;
                }
                if self.global_cost(pages, &chosen) <= settled {
                    untested.push(index);
                }
            }
            if let Some(chosen) = chosen.get_mut(page) {
                *chosen = 0;
            }
            if let Some(choice) = pages.get_mut(page) {
                choice.untested = untested;
            }
        }
    }

    /// What column totals and single lines of other tables say against a choice of candidates, one a page.
    fn global_cost(&self, pages: &[PageChoice], chosen: &[usize]) -> Cost {
        let candidate = |page: usize| pages.get(page).and_then(|choice| choice.candidates.get(*chosen.get(page)?));
        let columns = self.columns();
        let mut all = vec![0; columns];
        for (page, choice) in pages.iter().enumerate() {
            if let Some(candidate) = candidate(page) {
                add_into(&mut all, &self.page_sums(choice, candidate));
            }
        }
        let printed = self.total.and_then(|total| {
            let page = pages.iter().position(|choice| choice.rows.contains(&total))?;
            self.printed_totals(candidate(page)?)
        });
        self.against_totals(&all, printed.as_deref(), true)
    }

    fn columns(&self) -> usize {
        self.sheet.form.blocks.first().map_or(0, |block| block.columns.len())
    }

    fn page_sums(&self, choice: &PageChoice, candidate: &Candidate) -> Vec<i128> {
        let mut all = sums(self.sheet, &self.leaves, choice.rows.iter().copied(), Some(&candidate.alignment)).all;
        all.resize(self.columns(), 0);
        all
    }

    /// The total row's amounts under an alignment of its page.
    fn printed_totals(&self, candidate: &Candidate) -> Option<Vec<i128>> {
        let total = self.sheet.rows.get(self.total?)?;
        Some((0..self.columns()).map(|column| amount_under(total, &candidate.alignment, column).map_or(0, Amount::scaled)).collect())
    }

    /// What totals and lines say against sums over the columns. While pages are missing, only what is too much counts.
    fn against_totals(&self, all: &[i128], printed: Option<&[i128]>, is_complete: bool) -> Cost {
        let wrong = |left: i128, right: i128| if is_complete && self.is_whole { left != right } else { left > right };
        let mut cost = 0;
        for witness in &self.witnesses {
            if let (Scope::Line(_), Some(line)) = (&witness.agreement.scope, witness.line) {
                let left: i128 = witness.agreement.columns.iter().filter_map(|&column| all.get(column)).sum();
                cost += if wrong(left, line) { LINE_DISAGREES } else { 0 };
            }
        }
        let totals = printed.into_iter().flatten().zip(all).filter(|&(&printed, &sum)| wrong(sum, printed)).count();
        cost + times(TOTAL_DISAGREES, totals)
    }

    /// Searches the candidates of all pages together for the cheapest combination, and marks what it leaves open.
    fn search(&self, pages: &mut [PageChoice]) {
        let total_page = self.total.and_then(|total| pages.iter().position(|choice| choice.rows.contains(&total)));
        let mut order: Vec<usize> = (0..pages.len()).collect();
        // The page with the totals first: they bound all others.
        order.sort_by_key(|&page| (Some(page) != total_page, pages.get(page).map_or(0, |choice| choice.candidates.len())));
        let mut beam = vec![Combination { cost: 0, bound: 0, chosen: vec![0; pages.len()], all: vec![0; self.columns()], printed: None }];
        for (step, &page) in order.iter().enumerate() {
            let Some(choice) = pages.get(page) else { continue };
            let is_complete = step + 1 == order.len();
            let open: Vec<_> = choice.candidates.iter().take(MOST_OPEN).map(|candidate| (candidate, self.page_sums(choice, candidate))).collect();
            let mut next = Vec::with_capacity(beam.len() * open.len());
            for combination in &beam {
                for (index, (candidate, sums)) in open.iter().enumerate() {
                    let mut grown = combination.clone();
                    grown.cost += candidate.cost();
                    add_into(&mut grown.all, sums);
                    if let Some(chosen) = grown.chosen.get_mut(page) {
                        *chosen = index;
                    }
                    if Some(page) == total_page {
                        grown.printed = self.printed_totals(candidate);
                    }
                    grown.bound = grown.cost + self.against_totals(&grown.all, grown.printed.as_deref(), is_complete);
                    next.push(grown);
                }
            }
            next.sort_by(|a, b| a.bound.cmp(&b.bound).then_with(|| a.chosen.cmp(&b.chosen)));
            next.truncate(BEAM);
            beam = next;
        }
        let Some(best) = beam.first() else { return };
        let rivals: Vec<&Combination> = beam.iter().skip(1).take_while(|other| other.bound < best.bound + MARGIN).collect();
        for (page, choice) in pages.iter_mut().enumerate() {
            let chosen = best.chosen.get(page).copied().unwrap_or(0);
            let mut open: Vec<usize> = rivals.iter().filter_map(|rival| rival.chosen.get(page).copied()).filter(|&rival| rival != chosen).collect();
            open.sort_unstable();
            open.dedup();
            // The chosen one moves to the front; those before it move back by one.
            choice.rivals = open.into_iter().map(|rival| if rival < chosen { rival + 1 } else { rival }).collect();
            if let Some(front) = choice.candidates.get_mut(..=chosen) {
                front.rotate_right(1);
            }
        }
    }
}

/// Candidates chosen for some pages.
#[derive(Clone, Debug)]
struct Combination {
    cost: Cost,
    bound: Cost,
    chosen: Vec<usize>,
    all: Vec<i128>,
    printed: Option<Vec<i128>>,
}

fn add_into(all: &mut [i128], sums: &[i128]) {
    all.iter_mut().zip(sums).for_each(|(all, sum)| *all += sum);
}

fn times(cost: Cost, count: usize) -> Cost {
    cost * Cost::try_from(count.min(1000)).unwrap_or(1000)
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

fn witnesses<'s>(sheets: &[Sheet<'_>], at: usize, sheet: &'s Sheet<'_>) -> Vec<Witness<'s>> {
    let witness = |agreement: &'s Agreement| {
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
    sheet.form.agreements.iter().filter_map(witness).collect()
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
