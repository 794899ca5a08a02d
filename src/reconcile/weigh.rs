//! Weighs the alignments of a table's pages against each other: by other tables page by page, by column totals all pages together.

use super::columns::{Candidate, PageChoice, amount_under, apply};
use super::sheet::Sheet;
use super::sums::{Contribution, Groups, PageFacts, RowFacts, add_into, leaves};
use super::witness::{Witness, is_whole, witnesses};
use crate::classify::Alignment;
use crate::disclosure::Amount;
use crate::grammar::{Code, Scope};
use crate::repair::Cost;

const ITEM_DISAGREES: Cost = 8;
const CLASS_DISAGREES: Cost = 8;
const LINE_DISAGREES: Cost = 10;
const TOTAL_DISAGREES: Cost = 8;
/// A column that is empty in most disclosures, or on all other pages of the table.
const SELDOM_COLUMN: Cost = 2;
const UNUSED_ELSEWHERE: Cost = 3;
/// Rows that other pages must have for their empty columns to tell anything.
const TELLING_ROWS: usize = 10;
/// A lead smaller than this leaves the choice open.
const MARGIN: Cost = 4;
/// Combinations of pages kept at each step of the search.
const BEAM: usize = 64;

/// Chooses among the candidates of each page by what the totals and the other tables say. `true`: some choice changed.
pub(super) fn weigh(sheets: &mut [Sheet<'_>], at: usize) -> bool {
    let Some(sheet) = sheets.get(at) else { return false };
    if sheet.form.is_two_sided() || sheet.pages.iter().all(|page| page.candidates.len() < 2) {
        return false;
    }
    let table = Table::new(sheets, at, sheet);
    let mut pages = sheet.pages.clone();
    for (choice, facts) in pages.iter_mut().zip(&table.pages) {
        table.ask_other_tables(choice.candidates.iter_mut().take(1), facts);
    }
    let is_clean = |page: &PageChoice| page.candidates.first().is_none_or(|best| best.cost() == 0);
    if pages.iter().all(is_clean) && table.settled_cost() == 0 {
        return false;
    }
    for (choice, facts) in pages.iter_mut().zip(&table.pages) {
        // The first was asked for above.
        table.ask_other_tables(choice.candidates.iter_mut().skip(1), facts);
        // The one settled so far stays first among its equals.
        choice.candidates.sort_by_key(Candidate::cost);
    }
    table.search(&mut pages);
    let first = |choice: &PageChoice| choice.candidates.first().map(|candidate| candidate.alignment.clone());
    let changed = sheet.pages.iter().zip(&pages).any(|(before, after)| first(before) != first(after));
    if let Some(sheet) = sheets.get_mut(at) {
        sheet.pages = pages;
        (0..sheet.pages.len()).for_each(|page| apply(sheet, page));
    }
    changed
}

/// What other tables say against a table as it is settled.
pub(super) fn disagreements(sheets: &[Sheet<'_>], at: usize) -> Cost {
    let Some(sheet) = sheets.get(at) else { return 0 };
    let table = Table::new(sheets, at, sheet);
    table.pages.iter().map(|facts| table.contradictions(facts, None)).sum::<Cost>() + table.settled_cost()
}

/// What other tables say against each way of reading some rows.
pub(super) fn row_costs(sheets: &[Sheet<'_>], at: usize, rows: &[(usize, Vec<Alignment>)]) -> Vec<Vec<Cost>> {
    let Some(sheet) = sheets.get(at) else { return Vec::new() };
    let table = Table::new(sheets, at, sheet);
    let costs = rows.iter().map(|(row, ways)| {
        let facts = table.rows.get(*row);
        let page = PageFacts {
            rows: vec![*row],
            codes: facts.and_then(|facts| facts.code).into_iter().collect(),
            classes: Vec::new(),
            total: table.total == Some(*row),
        };
        ways.iter().map(|way| table.contradictions(&page, Some(&table.difference(&page, way)))).collect()
    });
    costs.collect()
}

/// A column of a row that another table, or the table's own total, contradicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Contradiction {
    pub(super) row: usize,
    pub(super) column: usize,
}

/// What other tables contradict row by row, and which printed totals are not the sum of their column. On the way, with `tell_untested`,
/// marks for each page the candidates that no arithmetic tells from the chosen one.
pub(super) fn conclude(sheets: &mut [Sheet<'_>], at: usize, tell_untested: bool) -> Vec<Contradiction> {
    let Some(sheet) = sheets.get(at).filter(|sheet| !sheet.form.is_two_sided()) else { return Vec::new() };
    let table = Table::new(sheets, at, sheet);
    let found = table.all_contradictions();
    if tell_untested {
        let mut pages = sheet.pages.clone();
        // What is said against the only reading of a page is said against all combinations.
        for (choice, facts) in pages.iter_mut().zip(&table.pages).filter(|(choice, _)| choice.candidates.len() > 1) {
            table.ask_other_tables(choice.candidates.iter_mut(), facts);
        }
        table.mark_untested(&mut pages);
        if let Some(sheet) = sheets.get_mut(at) {
            sheet.pages = pages;
        }
    }
    found
}

/// What a witness says of one code or class.
#[derive(Clone, Copy, Debug)]
struct Testimony {
    /// The amounts as settled so far.
    settled: i128,
    /// What they should be.
    said: Option<i128>,
    /// Only what is too much counts.
    is_edge: bool,
    /// Is it against the amounts as settled so far?
    is_against: bool,
}

impl Testimony {
    fn new(witness: &Witness<'_>, settled: i128, said: Option<i128>, is_edge: bool) -> Self {
        let mut testimony = Self { settled, said, is_edge, is_against: false };
        testimony.is_against = testimony.is_against(witness, settled);
        testimony
    }

    fn is_against(&self, witness: &Witness<'_>, left: i128) -> bool {
        if self.is_edge { self.said.is_some_and(|said| left > said) } else { witness.contradicts(left, self.said) }
    }

    /// Is it against the amounts with so much added?
    fn contradicts(&self, witness: &Witness<'_>, moved: i128) -> bool {
        if moved == 0 { self.is_against } else { self.is_against(witness, self.settled + moved) }
    }
}

/// A table being weighed.
struct Table<'s> {
    sheet: &'s Sheet<'s>,
    witnesses: Vec<Witness<'s>>,
    /// The columns and the amount of those that speak of one line.
    lines: Vec<(&'s [usize], i128)>,
    /// What each of them says of each code, or of each class.
    testimonies: Vec<Vec<Testimony>>,
    columns: usize,
    rows: Vec<RowFacts>,
    pages: Vec<PageFacts>,
    codes: Vec<Code>,
    classes: Vec<Code>,
    /// The total row, by index.
    total: Option<usize>,
    is_whole: bool,
    edge_classes: Vec<Code>,
    /// All rows under the columns settled so far.
    settled: Contribution,
}

impl<'s> Table<'s> {
    fn new(sheets: &'s [Sheet<'_>], at: usize, sheet: &'s Sheet<'s>) -> Self {
        let columns = sheet.form.blocks.first().map_or(0, |block| block.columns.len());
        let (mut codes, mut classes) = (Groups::default(), Groups::default());
        let rows: Vec<RowFacts> = sheet
            .rows
            .iter()
            .zip(leaves(sheet))
            .map(|(row, is_leaf)| RowFacts {
                code: row.code.map(|code| codes.of(code)),
                class: row.code.filter(|_| is_leaf).map(|code| classes.of(code.class())),
                is_leaf,
                amounts: row.cells.iter().enumerate().filter_map(|(cell, value)| Some((cell, value.amount()?.scaled()))).collect(),
            })
            .collect();
        let total = sheet.rows.iter().rposition(|row| row.is_total);
        let pages = sheet.pages.iter().map(|choice| PageFacts::new(choice, &rows, total)).collect();
        let mut settled = Contribution::new(codes.known.len(), classes.known.len(), columns);
        for (row, facts) in sheet.rows.iter().zip(&rows).filter(|(row, _)| !row.is_total) {
            for &(cell, amount) in &facts.amounts {
                if let Some(column) = row.columns.iter().position(|&at| at == Some(cell)) {
                    settled.add(facts, column, amount);
                }
            }
        }
        let witnesses = witnesses(sheets, at, sheet);
        let mut table = Self {
            witnesses: Vec::new(),
            lines: witnesses.iter().filter_map(|witness| Some((witness.agreement.columns.as_slice(), witness.line?))).collect(),
            testimonies: Vec::new(),
            columns,
            rows,
            pages,
            codes: codes.known,
            classes: classes.known,
            total,
            is_whole: is_whole(sheet),
            edge_classes: edge_classes(sheet),
            settled,
            sheet,
        };
        table.testimonies = witnesses.iter().map(|witness| table.testimonies(witness)).collect();
        table.witnesses = witnesses;
        table
    }

    /// What a witness says of each code or class as settled so far.
    fn testimonies(&self, witness: &Witness<'_>) -> Vec<Testimony> {
        let columns = &witness.agreement.columns;
        match witness.agreement.scope {
            Scope::Item => {
                // Every table lists the deepest codes; headings (类, 款) may carry no line or no amount.
                let deepest = self.sheet.form.blocks.first().and_then(|block| block.code_columns.last().copied());
                let of_code = |(group, &code): (usize, &Code)| {
                    let said = witness.of_code(code, Some(code.level()) == deepest);
                    Testimony::new(witness, self.settled.by_code.over(group, columns), said, false)
                };
                self.codes.iter().enumerate().map(of_code).collect()
            }
            Scope::Class => {
                let of_class = |(group, class): (usize, &Code)| {
                    // A class at the edge of a table that lost rows may lack some of its items.
                    let is_edge = self.edge_classes.contains(class);
                    Testimony::new(witness, self.settled.by_class.over(group, columns), witness.of_code(*class, true), is_edge)
                };
                self.classes.iter().enumerate().map(of_class).collect()
            }
            Scope::Line(_) | Scope::Total => Vec::new(),
        }
    }

    /// Do the rows of a page stand in an alignment already?
    fn is_settled(&self, facts: &PageFacts, alignment: &Alignment) -> bool {
        facts.rows.iter().filter_map(|&row| self.sheet.rows.get(row)).all(|row| row.columns == alignment.cells)
    }

    /// The difference that an alignment of a page makes to the settled sums.
    fn difference(&self, facts: &PageFacts, alignment: &Alignment) -> Contribution {
        let mut difference = Contribution::new(facts.codes.len(), facts.classes.len(), self.columns);
        for &index in &facts.rows {
            let (Some(row), Some(row_facts)) = (self.sheet.rows.get(index), self.rows.get(index)) else { continue };
            if row.is_total {
                continue;
            }
            let code = row_facts.code.and_then(|code| facts.codes.binary_search(&code).ok());
            let class = row_facts.class.and_then(|class| facts.classes.binary_search(&class).ok());
            for &(cell, amount) in &row_facts.amounts {
                let now = row.columns.iter().position(|&at| at == Some(cell));
                let then = alignment.columns.get(cell).copied().flatten();
                if now == then {
                    continue;
                }
                for (column, amount) in [(now, -amount), (then, amount)] {
                    let Some(column) = column else { continue };
                    if let Some(code) = code {
                        difference.by_code.add(code, column, amount);
                    }
                    if let Some(class) = class {
                        difference.by_class.add(class, column, amount);
                    }
                    if row_facts.is_leaf {
                        difference.all.add(0, column, amount);
                    }
                }
            }
        }
        difference
    }

    /// What the other tables say against candidates of a page, the other pages being as settled so far.
    fn ask_other_tables<'c>(&self, candidates: impl Iterator<Item = &'c mut Candidate>, facts: &PageFacts) {
        for candidate in candidates {
            let difference = (!self.is_settled(facts, &candidate.alignment)).then(|| self.difference(facts, &candidate.alignment));
            candidate.evidence = self.contradictions(facts, difference.as_ref());
            candidate.unusual = self.unusual_columns(facts, candidate, difference.as_ref());
        }
    }

    /// What speaks against filling the columns that a candidate fills: how seldom they are filled.
    fn unusual_columns(&self, facts: &PageFacts, candidate: &Candidate, difference: Option<&Contribution>) -> Cost {
        let Some(block) = self.sheet.form.blocks.first() else { return 0 };
        let elsewhere_is_telling = self.sheet.rows.len() >= facts.rows.len() + TELLING_ROWS;
        let here = self.page_sums(facts, &candidate.alignment);
        let unusual = block.columns.iter().zip(&here).enumerate().filter(|(_, (_, here))| **here != 0).map(|(column, (form, here))| {
            let is_unused =
                elsewhere_is_telling && self.settled.all.get(0, column) + difference.map_or(0, |of| of.all.get(0, column)) == *here;
            (if form.seldom { SELDOM_COLUMN } else { 0 }) + (if is_unused { UNUSED_ELSEWHERE } else { 0 })
        });
        unusual.sum()
    }

    fn contradictions(&self, facts: &PageFacts, difference: Option<&Contribution>) -> Cost {
        let mut cost = 0;
        for (witness, testimonies) in self.witnesses.iter().zip(&self.testimonies) {
            let (groups, moved, points) = match witness.agreement.scope {
                Scope::Item => (&facts.codes, difference.map(|of| &of.by_code), ITEM_DISAGREES),
                Scope::Class => (&facts.classes, difference.map(|of| &of.by_class), CLASS_DISAGREES),
                Scope::Line(_) | Scope::Total => continue,
            };
            let contradicted = |&(at, &group): &(usize, &usize)| {
                let moved = moved.map_or(0, |moved| moved.over(at, &witness.agreement.columns));
                testimonies.get(group).is_some_and(|testimony| testimony.contradicts(witness, moved))
            };
            cost += times(points, groups.iter().enumerate().filter(contradicted).count());
        }
        cost
    }

    /// The total row's amounts as settled so far.
    fn settled_totals(&self) -> Option<Vec<i128>> {
        let total = self.sheet.rows.get(self.total?)?;
        Some((0..self.columns).map(|column| total.amount(column).map_or(0, Amount::scaled)).collect())
    }

    /// What column totals and single lines of other tables say against the columns settled so far.
    fn settled_cost(&self) -> Cost {
        self.against_totals(&self.settled.all.amounts, self.settled_totals().as_deref(), true)
    }

    /// What other tables contradict row by row, and which printed totals are not the sum of their column.
    fn all_contradictions(&self) -> Vec<Contradiction> {
        let mut found = Vec::new();
        let items = self.witnesses.iter().zip(&self.testimonies).filter(|(witness, _)| witness.agreement.scope == Scope::Item);
        for (witness, testimonies) in items {
            for (row, facts) in self.rows.iter().enumerate() {
                if facts.code.and_then(|code| testimonies.get(code)).is_some_and(|testimony| testimony.is_against) {
                    found.extend(witness.agreement.columns.iter().map(|&column| Contradiction { row, column }));
                }
            }
        }
        if let (true, Some(row), Some(printed)) = (self.is_whole, self.total, self.settled_totals()) {
            let wrong = printed.iter().zip(&self.settled.all.amounts).enumerate().filter(|(_, (printed, sum))| printed != sum);
            found.extend(wrong.map(|(column, _)| Contradiction { row, column }));
        }
        found
    }

    /// Marks for each page the candidates that no arithmetic tells from the chosen one, alone or together with those of other pages.
    fn mark_untested(&self, pages: &mut [PageChoice]) {
        let beam = self.combinations(pages);
        // The candidates stand in the order chosen, so the combination of all first ones is the settled one.
        let settled =
            self.settled_cost() + pages.iter().filter_map(|page| page.candidates.first()).map(Candidate::disagreements).sum::<Cost>();
        for (page, choice) in pages.iter_mut().enumerate() {
            let others = beam.iter().filter(|combination| combination.disagreements <= settled);
            let mut untested: Vec<usize> = others.filter_map(|other| other.chosen.get(page).copied()).filter(|&other| other != 0).collect();
            untested.sort_unstable();
            untested.dedup();
            choice.untested = untested;
        }
    }

    /// The total row's amounts under an alignment of its page.
    fn printed_totals(&self, candidate: &Candidate) -> Option<Vec<i128>> {
        let total = self.sheet.rows.get(self.total?)?;
        Some((0..self.columns).map(|column| amount_under(total, &candidate.alignment, column).map_or(0, Amount::scaled)).collect())
    }

    /// What totals and lines say against sums over the columns. While pages are missing, only what is too much counts.
    fn against_totals(&self, all: &[i128], printed: Option<&[i128]>, is_complete: bool) -> Cost {
        let wrong = |left: i128, right: i128| if is_complete && self.is_whole { left != right } else { left > right };
        let mut cost = 0;
        for &(columns, line) in &self.lines {
            let left: i128 = columns.iter().filter_map(|&column| all.get(column)).sum();
            cost += if wrong(left, line) { LINE_DISAGREES } else { 0 };
        }
        let totals = printed.into_iter().flatten().zip(all).filter(|&(&printed, &sum)| wrong(sum, printed)).count();
        cost + times(TOTAL_DISAGREES, totals)
    }

    /// Searches the candidates of all pages together for the cheapest combination, and marks what it leaves open. The chosen candidates
    /// move to the front.
    fn search(&self, pages: &mut [PageChoice]) {
        let beam = self.combinations(pages);
        let Some(best) = beam.first() else { return };
        let rivals: Vec<&Combination> = beam.iter().skip(1).take_while(|other| other.bound < best.bound + MARGIN).collect();
        for (page, choice) in pages.iter_mut().enumerate() {
            let chosen = best.chosen.get(page).copied().unwrap_or(0);
            let mut open: Vec<usize> =
                rivals.iter().filter_map(|rival| rival.chosen.get(page).copied()).filter(|&rival| rival != chosen).collect();
            open.sort_unstable();
            open.dedup();
            // The chosen one moves to the front; those before it move back by one.
            choice.rivals = open.into_iter().map(|rival| if rival < chosen { rival + 1 } else { rival }).collect();
            if let Some(front) = choice.candidates.get_mut(..=chosen) {
                front.rotate_right(1);
            }
        }
    }

    /// Combinations of one candidate a page, cheapest first (a beam search: the cheapest [`BEAM`] of them).
    fn combinations(&self, pages: &[PageChoice]) -> Vec<Combination> {
        let mut order: Vec<usize> = (0..pages.len()).collect();
        // The page with the totals first: they bound all others. Then the pages with the fewest choices.
        let has_total = |page: usize| self.pages.get(page).is_some_and(|facts| facts.total);
        order.sort_by_key(|&page| (!has_total(page), pages.get(page).map_or(0, |choice| choice.candidates.len())));
        let page_sums = |(choice, facts): (&PageChoice, &PageFacts)| {
            choice.candidates.iter().map(|candidate| self.page_sums(facts, &candidate.alignment)).collect()
        };
        let sums: Vec<Vec<Vec<i128>>> = pages.iter().zip(&self.pages).map(page_sums).collect();
        let mut beam = vec![Combination {
            cost: 0,
            disagreements: 0,
            bound: 0,
            taken: None,
            chosen: Vec::new(),
            all: vec![0; self.columns],
            total: None,
        }];
        let mut taken: Vec<Taken> = Vec::new();
        let mut printed: Vec<Option<Vec<i128>>> = Vec::new();
        let mut all = vec![0; self.columns];
        for (step, &page) in order.iter().enumerate() {
            let (Some(choice), Some(sums)) = (pages.get(page), sums.get(page)) else { continue };
            let is_complete = step + 1 == order.len();
            if has_total(page) {
                printed = choice.candidates.iter().map(|candidate| self.printed_totals(candidate)).collect();
            }
            let mut grown: Vec<Grown> = Vec::with_capacity(beam.len() * sums.len());
            for (parent, combination) in beam.iter().enumerate() {
                for (index, (candidate, sums)) in choice.candidates.iter().zip(sums).enumerate() {
                    all.copy_from_slice(&combination.all);
                    add_into(&mut all, sums);
                    let total = if has_total(page) { Some(index) } else { combination.total };
                    let totals = total.and_then(|total| printed.get(total)?.as_deref());
                    let against = self.against_totals(&all, totals, is_complete);
                    grown.push(Grown { bound: combination.cost + candidate.cost() + against, parent, index, against });
                }
            }
            if grown.len() > BEAM {
                grown.select_nth_unstable(BEAM);
                grown.truncate(BEAM);
            }
            grown.sort_unstable();
            beam = Self::grow(&beam, grown, (page, choice, sums), (has_total(page), is_complete), &mut taken);
        }
        for combination in &mut beam {
            combination.chosen = vec![0; pages.len()];
            let mut last = combination.taken;
            while let Some(of) = last.and_then(|last| taken.get(last)) {
                combination.chosen.get_mut(of.page).into_iter().for_each(|chosen| *chosen = of.index);
                last = of.before;
            }
        }
        beam
    }

    /// The combinations that were kept, each with the candidate that it takes of a page.
    fn grow(
        beam: &[Combination],
        grown: Vec<Grown>,
        (page, choice, sums): (usize, &PageChoice, &[Vec<i128>]),
        (has_total, is_complete): (bool, bool),
        taken: &mut Vec<Taken>,
    ) -> Vec<Combination> {
        let grow = |Grown { bound, parent, index, against }: Grown| {
            let candidate = choice.candidates.get(index)?;
            let mut combination = beam.get(parent)?.clone();
            combination.bound = bound;
            combination.cost += candidate.cost();
            combination.disagreements += candidate.disagreements() + if is_complete { against } else { 0 };
            add_into(&mut combination.all, sums.get(index)?);
            taken.push(Taken { page, index, before: combination.taken });
            combination.taken = Some(taken.len() - 1);
            combination.total = if has_total { Some(index) } else { combination.total };
            Some(combination)
        };
        grown.into_iter().filter_map(grow).collect()
    }

    /// The sums over the leaf rows of a page, column by column, under an alignment.
    fn page_sums(&self, facts: &PageFacts, alignment: &Alignment) -> Vec<i128> {
        let mut sums = vec![0; self.columns];
        for row in facts.rows.iter().filter_map(|&row| self.rows.get(row)).filter(|row| row.is_leaf) {
            for &(cell, amount) in &row.amounts {
                if let Some(sum) = alignment.columns.get(cell).copied().flatten().and_then(|column| sums.get_mut(column)) {
                    *sum += amount;
                }
            }
        }
        sums
    }
}

/// Candidates chosen for some pages.
#[derive(Clone, Debug)]
struct Combination {
    /// What the candidates cost by themselves.
    cost: Cost,
    /// What arithmetic says against them; complete with the last page.
    disagreements: Cost,
    /// The cost with what the totals say.
    bound: Cost,
    /// The candidate taken last, while they are taken.
    taken: Option<usize>,
    /// The candidate of each page, once all are taken.
    chosen: Vec<usize>,
    all: Vec<i128>,
    /// The candidate of the page with the totals.
    total: Option<usize>,
}

/// A candidate taken of a page, and the one taken before it: combinations share what they have in common, however many pages there are.
#[derive(Clone, Copy, Debug)]
struct Taken {
    page: usize,
    index: usize,
    before: Option<usize>,
}

/// A combination with a candidate of one more page, as it is ranked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Grown {
    bound: Cost,
    parent: usize,
    index: usize,
    against: Cost,
}

fn times(cost: Cost, count: usize) -> Cost {
    cost * Cost::try_from(count.min(1000)).unwrap_or(1000)
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
