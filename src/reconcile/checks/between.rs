//! What disclosures say of each other: the year before, the budget behind a final account, a department and its units.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::equation::Identity;
use super::ledger::{At, Ledger};
use super::places::Places;
use super::sentences::{self, Sentence};
use super::tables::View;
use super::written::cells;
use super::{quality, views};
use crate::disclosure::{Amount, ChangeDirection, Check, CheckKind, Disclosure, DocumentKind, LineItem, Statement, Verdict};
use crate::grammar::{Expression, Form, Grammars, Lines, OtherDisclosure, Relation, Term, key, named_years, short_name};
use crate::reconcile::outcome::Outcome;

/// Compares disclosures with each other and adds what does not hold to the `checks` of the later one, or of the department's.
///
/// Two of one publisher, kind and year say nothing: which of them counts is not known.
pub fn compare(disclosures: &mut [Disclosure], grammars: &Grammars) {
    let mut by_publisher: FxHashMap<Publication, Option<usize>> = FxHashMap::default();
    for (at, disclosure) in disclosures.iter().enumerate().filter(|(_, of)| !of.tables.is_empty()) {
        if let Some(publication) = Publication::of(disclosure, grammars) {
            by_publisher.entry(publication).and_modify(|known| *known = None).or_insert(Some(at));
        }
    }
    let found = |disclosure: &Disclosure| {
        let Some(publication) = Publication::of(disclosure, grammars) else { return Vec::new() };
        let other = |wanted: Publication| by_publisher.get(&wanted).copied().flatten().and_then(|at| disclosures.get(at));
        let of_unit = |agency: String, is_of_unit| other(Publication { agency, is_of_unit, ..publication.clone() });
        let before = publication.year.checked_sub(1).and_then(|year| other(Publication { year, ..publication.clone() }));
        let budget = other(Publication { kind: Kind::Budget, ..publication.clone() }).filter(|_| publication.kind == Kind::FinalAccount);
        let mut units = Vec::new();
        if !publication.is_of_unit {
            units.extend(of_unit(publication.agency.clone(), true));
            // What a department lists as its units can have published in the department's form.
            let listed = disclosure.agency_profile.subordinate_units.iter().map(|unit| key(unit));
            let listed = listed.filter(|unit| *unit != publication.agency);
            units.extend(listed.filter_map(|unit| of_unit(unit.clone(), true).or_else(|| of_unit(unit, false))));
        }
        compared(disclosure, &Others { before, budget, units }, grammars)
    };
    let found: Vec<Vec<Check>> = disclosures.iter().map(found).collect();
    for (disclosure, found) in disclosures.iter_mut().zip(found) {
        let first = disclosure.checks.iter().map(|check| check.number).max().unwrap_or(0) + 1;
        let mut told: FxHashMap<_, u32> = FxHashMap::default();
        for (number, check) in (first..).zip(found) {
            // The text repeats its mistakes.
            let compared = (Arc::clone(&check.identity), check.left.map(Amount::scaled), check.right.map(Amount::scaled));
            let because_of = told.get(&compared).copied().filter(|_| check.scope.starts_with("sections/"));
            told.entry(compared).or_insert(number);
            disclosure.checks.push(Check { number, because_of, ..check });
        }
        disclosure.quality.findings = quality::findings(&disclosure.checks);
    }
}

/// What is published by whom, for which year.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Publication {
    agency: String,
    kind: Kind,
    is_of_unit: bool,
    year: u16,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Budget,
    FinalAccount,
}

impl Publication {
    fn of(disclosure: &Disclosure, grammars: &Grammars) -> Option<Self> {
        let document = &disclosure.document;
        let kind = match document.kind {
            DocumentKind::DepartmentBudget => Kind::Budget,
            DocumentKind::DepartmentFinalAccount => Kind::FinalAccount,
            _ => return None,
        };
        let mut agency = key(document.agency.as_deref()?);
        let own_unit = grammars.narrative.profile.own_unit.iter().find_map(|word| agency.strip_suffix(word.as_str())).map(str::len);
        if let Some(length) = own_unit {
            agency.truncate(length);
        }
        let is_of_unit = own_unit.is_some() || is_of_unit(disclosure, grammars).unwrap_or(false);
        Some(Self { agency, kind, is_of_unit, year: document.fiscal_year? })
    }
}

/// Is it a unit's? `None`: nothing tells.
fn is_of_unit(disclosure: &Disclosure, grammars: &Grammars) -> Option<bool> {
    form_of(disclosure, grammars)?.level.is_unit(disclosure.sections.iter().map(|section| section.title.as_str()))
}

fn form_of<'g>(disclosure: &Disclosure, grammars: &'g Grammars) -> Option<&'g Form> {
    grammars.forms.iter().find(|form| form.id == disclosure.document.form)
}

/// What a disclosure is compared with.
struct Others<'d> {
    /// Of the same publisher and kind, for the year before.
    before: Option<&'d Disclosure>,
    /// The budget of the same publisher and year, of a final account.
    budget: Option<&'d Disclosure>,
    /// Those of a department's units, for the same year.
    units: Vec<&'d Disclosure>,
}

fn compared(disclosure: &Disclosure, others: &Others<'_>, grammars: &Grammars) -> Vec<Check> {
    let read = |disclosure| Some(Reading::new(disclosure, form_of(disclosure, grammars)?, grammars));
    let (before, budget) = (others.before.and_then(read), others.budget.and_then(read));
    let units: Vec<Reading<'_>> = others.units.iter().filter_map(|unit| read(unit)).collect();
    if before.is_none() && budget.is_none() && units.is_empty() {
        return Vec::new();
    }
    let Some(own) = read(disclosure) else { return Vec::new() };
    let mut comparison = Comparison { own: &own, grammars, found: Vec::new() };
    if let Some(before) = &before {
        comparison.prior_line_items(before);
        comparison.prior_statements(before);
        comparison.written(OtherDisclosure::YearBefore, before);
    }
    if let Some(budget) = &budget {
        comparison.opening_budget(budget);
    }
    for unit in &units {
        comparison.written(OtherDisclosure::Unit, unit);
    }
    comparison.found
}

/// A disclosure as the checks see it.
struct Reading<'d> {
    disclosure: &'d Disclosure,
    views: Vec<View<'d>>,
    ledger: Ledger,
    /// The rows of each code, for each of the views.
    by_code: Vec<FxHashMap<&'d str, Vec<usize>>>,
}

impl<'d> Reading<'d> {
    fn new(disclosure: &'d Disclosure, form: &'d Form, grammars: &Grammars) -> Self {
        let views = views(disclosure, form, &grammars.vocabulary);
        let rows_of = |view: &View<'d>| {
            let mut rows: FxHashMap<&'d str, Vec<usize>> = FxHashMap::default();
            let coded = view.table.rows.iter().enumerate().filter_map(|(at, row)| Some((at, row.code.as_deref()?)));
            coded.for_each(|(at, code)| rows.entry(code).or_default().push(at));
            rows
        };
        let by_code = views.iter().map(rows_of).collect();
        Self { disclosure, views, ledger: Ledger::new(disclosure), by_code }
    }

    /// What the lines come to; `None`: not all of them are there, or none is filled.
    fn sum(&self, cells: &[At]) -> Option<Rounded> {
        let entries = cells.iter().filter_map(|&at| self.ledger.get(at)).filter(|entry| entry.amount.is_some());
        let amounts = entries.map(|entry| Some(Rounded::of(entry.amount.filter(|_| entry.has_unit)?, entry.half)));
        amounts.reduce(|sum, amount| Some(sum?.plus(amount?)))?
    }

    /// Can an amount of it be held against another disclosure? What contradicts its own, and what may have been read wrongly, cannot.
    fn is_sound(&self, cells: &[At]) -> bool {
        let places = Places { disclosure: self.disclosure, views: &self.views, ledger: &self.ledger };
        let is_sound = |&at: &At| {
            let cell = places.cell(at);
            let flag = cell.as_ref().map(|(.., column)| format!("fails_check:{column}"));
            let row = cell.and_then(|(table, row, _)| self.disclosure.tables.get(table)?.rows.get(row));
            let is_doubt = |of: &String| of.starts_with("code_") || of == "fails_check" || Some(of) == flag.as_ref();
            !places.is_doubtful(at) && !row.is_some_and(|row| row.flags.iter().any(is_doubt))
        };
        cells.iter().all(is_sound) && cells.iter().all(|&at| places.table(at).is_none_or(|table| table.title_found))
    }

    /// The cells of a code in a column, and the names that their rows have.
    fn of_code(&self, (table, column): (&str, &str), code: &str) -> Option<(Vec<At>, Vec<String>)> {
        let (at, view) = self.views.iter().enumerate().find(|(_, view)| *view.form.id == *table)?;
        let column = view.form.blocks.iter().find_map(|block| block.column_index(column))?;
        let rows = self.by_code.get(at)?.get(code)?;
        let names = rows.iter().filter_map(|&row| view.table.rows.get(row)).map(|row| short_name(&row.name)).collect();
        Some((rows.iter().filter_map(|&row| self.ledger.cell(view.at, row, column)).collect(), names))
    }
}

struct Comparison<'c, 'd> {
    own: &'c Reading<'d>,
    grammars: &'c Grammars,
    found: Vec<Check>,
}

impl Comparison<'_, '_> {
    fn places(&self) -> Places<'_, '_> {
        Places { disclosure: self.own.disclosure, views: &self.own.views, ledger: &self.own.ledger }
    }

    /// The columns that line items are held against.
    fn columns(&self) -> Vec<(String, String)> {
        let of = |holds: &Expression| match (holds.left.as_slice(), holds.right.as_slice()) {
            ([Term::LineItems], [Term::Cell { table, column, lines: Lines::Each }]) => Some((table.clone(), column.clone())),
            _ => None,
        };
        self.grammars.identities.identities.iter().flat_map(|identity| &identity.holds).filter_map(of).collect()
    }

    /// What each line item was, by its own change, against the table of the year before.
    fn prior_line_items(&mut self, before: &Reading<'_>) {
        for (at, item) in self.own.disclosure.line_items.iter().enumerate() {
            let is_meant = item.compared_with.is_none() && self.is_against_year_before(item.compared_to.as_deref());
            let Some(of) = prior(item.amount, item.change_direction, item.change_amount).filter(|_| is_meant) else { continue };
            let entry = self.own.ledger.line_item(at);
            for (table, column) in self.columns() {
                if let Some(right) = self.same_item(item, entry, before, (&table, &column)) {
                    self.add_said(entry, of, right, before, "prior_year");
                }
            }
        }
    }

    /// Is a change against what the disclosure of the year before published? What was spent in that year is not in its budget.
    fn is_against_year_before(&self, compared_to: Option<&str>) -> bool {
        let document = &self.own.disclosure.document;
        let (Some(base), Some(year)) = (compared_to, document.fiscal_year) else { return false };
        let words = &self.grammars.narrative.changes;
        let is_named = named_years(base).next().is_some_and(|named| named.start == 0 && named.year + 1 == year);
        let is_year = is_named || words.year_before.iter().any(|word| base.starts_with(word.as_str()));
        let others = if document.kind == DocumentKind::DepartmentFinalAccount { &words.planned } else { &words.spent };
        is_year && !others.iter().any(|word| base.contains(word.as_str()))
    }

    /// What another disclosure has for the code and the name of a line item that agrees with its own table.
    fn same_item(&self, item: &LineItem, entry: At, other: &Reading<'_>, column: (&str, &str)) -> Option<Rounded> {
        let code = item.code.as_deref().filter(|_| !item.flags.iter().any(|flag| flag.starts_with("code_")))?;
        // Where it contradicts its own table, it may be about something else.
        let stated = self.own.sum(&[entry])?;
        let published = self.own.of_code(column, code).and_then(|(own, _)| self.own.sum(&own));
        if published.is_some_and(|published| !published.can_be(stated)) {
            return None;
        }
        // Codes change their meaning from year to year.
        let (others, names) = other.of_code(column, code)?;
        let name = short_name(&item.item_name);
        (names.len() == 1 && names.iter().all(|of| *of == name) && other.is_sound(&others)).then(|| other.sum(&others))?
    }

    /// The same of the totals that the text states.
    fn prior_statements(&mut self, before: &Reading<'_>) {
        let document = &self.own.disclosure.document;
        let about = self.grammars.identities.identities.iter().filter(|identity| identity.is_about(document.kind, &document.form));
        for holds in about.flat_map(|identity| &identity.holds) {
            let ([text @ Term::Text { .. }], Relation::Equal) = (holds.left.as_slice(), holds.relation) else { continue };
            let ways = || std::iter::once(&holds.right).chain(&holds.or);
            let sums = |of: &Reading<'_>| {
                let sound = ways().filter_map(|terms| cells(&of.views, terms, &of.ledger)).filter(|cells| of.is_sound(cells));
                sound.filter_map(|cells| of.sum(&cells)).collect::<Vec<_>>()
            };
            let (own, others) = (sums(self.own), sums(before));
            let Some(&first) = others.first() else { continue };
            for (at, statement) in self.own.disclosure.statements.iter().enumerate() {
                let Statement { amount, change_direction, change_amount, .. } = *statement;
                let is_meant = text.is_said_of(&key(&statement.subject)) && self.is_against_year_before(statement.compared_to.as_deref());
                let Some(of) = prior(Some(amount), change_direction, change_amount).filter(|_| is_meant) else { continue };
                let entry = self.own.ledger.statement(at);
                // Of what it does not agree with today, it says nothing of yesterday.
                let Some(stated) = self.own.sum(&[entry]) else { continue };
                if !own.iter().any(|sum| sum.can_be(stated)) {
                    continue;
                }
                if !others.iter().any(|&other| of.can_be(other)) {
                    self.add_said(entry, of, first, before, "prior_year");
                }
            }
        }
    }

    /// 年初预算为… against the budget of the year.
    fn opening_budget(&mut self, budget: &Reading<'_>) {
        for (at, item) in self.own.disclosure.line_items.iter().enumerate() {
            let Some(opening) = item.compared_with.filter(|_| item.completion_pct.is_some()) else { continue };
            let entry = self.own.ledger.line_item(at);
            for (table, column) in self.columns() {
                if let Some(right) = self.same_item(item, entry, budget, (&table, &column)) {
                    let factor = self.own.ledger.get(entry).map_or(1, |entry| entry.factor);
                    let of = Rounded::of(opening.scaled() * factor, opening.half_step() * factor);
                    self.add_said(entry, of, right, budget, "opening_budget");
                }
            }
        }
    }

    /// Adds what the text says of another disclosure, if that says otherwise.
    fn add_said(&mut self, at: At, stated: Rounded, other: Rounded, of: &Reading<'_>, code: &str) {
        if stated.can_be(other) {
            return;
        }
        let identity = Identity::rule(code, &self.grammars.identities);
        // A unit's account and its department's have one form: whose it is, its headings tell, or nothing does.
        let is_open = is_of_unit(self.own.disclosure, self.grammars).is_none() || is_of_unit(of.disclosure, self.grammars).is_none();
        self.add(at, (stated.amount, other.amount), of, &identity, is_open);
    }

    /// What `identities.toml` says of two disclosures.
    fn written(&mut self, other: OtherDisclosure, of: &Reading<'_>) {
        let kind = self.own.disclosure.document.kind;
        for identity in &self.grammars.identities.between {
            if identity.other != other || identity.of.is_some_and(|of| of != kind) {
                continue;
            }
            for holds in &identity.holds {
                let cells_of = |reading: &Reading<'_>, terms| cells(&reading.views, terms, &reading.ledger);
                let (Some(left), Some(right)) = (cells_of(self.own, &holds.left), cells_of(of, &holds.right)) else { continue };
                if !of.is_sound(&right) {
                    continue;
                }
                let (Some(own), Some(other)) = (self.own.sum(&left), of.sum(&right)) else { continue };
                if Outcome::of(holds.relation, own.amount - other.amount, own.slack(other)) == Outcome::Fails
                    && let Some(&at) = left.first()
                {
                    let name = Identity::new(identity.code.to_string(), identity.zh.clone());
                    self.add(at, (own.amount, other.amount), of, &name, identity.corrected);
                }
            }
        }
    }

    /// Adds a finding; `is_open`: something that neither publishes can be the reason.
    fn add(&mut self, at: At, (left, right): (i128, i128), of: &Reading<'_>, identity: &Identity, is_open: bool) {
        let places = self.places();
        let factor = self.own.ledger.get(at).map_or(1, |entry| entry.factor);
        let in_unit = |amount: i128| Amount::from_scaled(amount / factor);
        let (left, right, difference) = (in_unit(left), in_unit(right), in_unit(left - right));
        let Sentence { en, zh } = sentences::other_disclosure(&places.name(at), identity, (left, right), &of.disclosure.source.file);
        let check = Check {
            number: 0,
            id: CheckKind::CrossDocument,
            identity: Arc::clone(&identity.name),
            scope: places.scope(at),
            left,
            right,
            difference,
            holds: false,
            verdict: match (places.is_doubtful(at), is_open) {
                (true, _) => Verdict::Extraction,
                (false, true) => Verdict::IncompleteSource,
                (false, false) => Verdict::Publication,
            },
            message: en,
            message_zh: zh,
            suggestion: None,
            because_of: None,
            place: places.place(at),
        };
        self.found.push(check);
    }
}

/// An amount or a sum, in millionths of a yuan as the ledger has it, and how precisely it is printed.
#[derive(Clone, Copy)]
struct Rounded {
    amount: i128,
    /// How far rounding can have moved it.
    halves: i128,
    /// Half a unit of the last digit of the coarsest term.
    coarsest: i128,
}

impl Rounded {
    fn of(amount: i128, half: i128) -> Self {
        Self { amount, halves: half, coarsest: half }
    }

    fn plus(self, other: Self) -> Self {
        Self { amount: self.amount + other.amount, halves: self.halves + other.halves, coarsest: self.coarsest.max(other.coarsest) }
    }

    /// How far rounding, or between numbers of different precision cutting off, can part two amounts.
    fn slack(self, other: Self) -> i128 {
        if self.coarsest == other.coarsest { self.halves + other.halves } else { 2 * self.halves.max(other.halves) }
    }

    /// Can two amounts be the same, as precisely as they are printed?
    fn can_be(self, other: Self) -> bool {
        (self.amount - other.amount).abs() <= self.slack(other)
    }
}

/// What an amount was before its change; where there was none, what it is.
fn prior(amount: Option<Amount>, direction: Option<ChangeDirection>, change: Option<Amount>) -> Option<Rounded> {
    let factor = super::ledger::text_factor();
    let rounded = |of: Amount| Rounded::of(of.scaled() * factor, of.half_step() * factor);
    let amount = rounded(amount?);
    let mut change = match direction? {
        ChangeDirection::None => return Some(amount),
        ChangeDirection::Increase | ChangeDirection::Decrease => rounded(change?),
    };
    if direction == Some(ChangeDirection::Increase) {
        change.amount = -change.amount;
    }
    Some(amount.plus(change))
}
