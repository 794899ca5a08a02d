//! Checks: every identity over the finished disclosure, the cause of each failure, and how much of each table is proved.
//!
//! Knows the contract, forms and code lists; knows nothing of files and of how the disclosure was read. So it says the same of a
//! disclosure just converted and of one read back from its JSON.
//!
//! 1. every amount gets an entry in one `ledger`, in one unit;
//! 2. the identities of the forms and of `identities.toml` become equations (`equation`) between entries;
//! 3. `settle` takes, of readings that are still open, the one under which fewest of them fail;
//! 4. `blame` finds the smallest changes that explain what fails;
//! 5. `report` tells each of them once, with its arithmetic and `verdict`, and `said` what the text says wrongly of its amounts (`changes`, `shares`,
//!    `years`, `weights`, `wording`, `includes`, `projects`); `places` and `sentences` give them the words.

mod across;
mod between;
mod blame;
mod changes;
mod coded;
mod equation;
mod includes;
mod ledger;
mod lines;
mod listed;
mod names;
mod places;
mod projects;
mod proof;
mod quality;
mod report;
mod said;
mod sentences;
mod settle;
mod shares;
mod stated;
mod subjects;
mod tables;
mod totals;
mod verdict;
mod weights;
mod wording;
mod written;
mod years;

use crate::disclosure::{Check, Disclosure, Proof, Row, RowKind};
use crate::grammar::{Form, Grammars, Vocabulary};

pub use between::compare;

use across::ByCode;
use blame::OfText;
use equation::{Equations, State};
use ledger::{At, Ledger};
use names::{Misnamed, Right, Witness};
use places::Places;
use report::Report;
use settle::Decision;
use subjects::Subjects;
use tables::{Focus, View};

use super::open::OpenReading;

/// How often what is settled is looked at again: it can tell more elsewhere.
const MOST_ROUNDS: usize = 3;

/// Checks a disclosure: fills in its `checks`, each table's `proof`, and flags (`fails_check:<column>`) what is blamed.
pub fn check(disclosure: &mut Disclosure, form: &Form, grammars: &Grammars) {
    tables::order_columns(disclosure, form);
    settle_and_check(disclosure, Vec::new(), form, grammars);
}

/// Checks a disclosure of which reading left something open: that is settled before, where the identities single one reading out.
pub fn settle_and_check(disclosure: &mut Disclosure, mut open: Vec<OpenReading>, form: &Form, grammars: &Grammars) {
    let mut rounds = 0;
    let (findings, decisions) = loop {
        let case = Case::new(disclosure, form, grammars);
        let (taken, undecided): (Vec<_>, Vec<_>) = settle::settle(&case, &open).into_iter().partition(Decision::is_taken);
        rounds += 1;
        if taken.is_empty() || rounds > MOST_ROUNDS {
            break (case.findings(), undecided);
        }
        drop(case);
        settle::apply(disclosure, &open, &taken);
        let is_taken = |at: usize| taken.iter().any(|decision| decision.open() == at);
        open = open.into_iter().enumerate().filter(|(at, _)| !is_taken(*at)).map(|(_, open)| open).collect();
    };
    settle::apply(disclosure, &open, &decisions);
    findings.write(disclosure);
    disclosure.quality = quality::quality(disclosure, form);
}

/// A disclosure with all that is checked in it.
struct Case<'d> {
    disclosure: &'d Disclosure,
    form: &'d Form,
    grammars: &'d Grammars,
    views: Vec<View<'d>>,
    misnamed: Vec<Misnamed>,
    subjects: Subjects<'d>,
    /// The amounts as published.
    ledger: Ledger,
    equations: Equations,
    /// How they stand as published.
    states: Vec<State>,
}

impl<'d> Case<'d> {
    fn new(disclosure: &'d Disclosure, form: &'d Form, grammars: &'d Grammars) -> Self {
        let mut views = views(disclosure, form, &grammars.vocabulary);
        let misnamed = names::misnamed(&views, &disclosure.line_items, grammars, disclosure.document.fiscal_year);
        // What is compared by code is compared by the right one; where all tables have the same wrong one, by that.
        for row in misnamed.iter().filter(|row| row.witness == Witness::Tables) {
            if let (Right::Code(right), Some(code)) = (&row.right, views.get_mut(row.view).and_then(|view| view.codes.get_mut(row.row))) {
                *code = Some(right.clone());
            }
        }
        for row in misnamed.iter().filter(|row| row.witness != Witness::Tables) {
            for (view, at) in row.repeated.iter().copied().chain([(row.view, row.row)]) {
                views.get_mut(view).into_iter().for_each(|view| _ = view.misnamed.insert(at));
            }
        }
        let ledger = Ledger::new(disclosure);
        let subjects = Subjects::new(disclosure, &grammars.narrative);
        let equations = equations(disclosure, &views, (grammars, &subjects), &ledger);
        let states = equations.states(&ledger);
        Self { disclosure, form, grammars, views, misnamed, subjects, ledger, equations, states }
    }

    fn findings(&self) -> Findings {
        let Self { disclosure, views, ledger, equations, states, .. } = self;
        let mut corrected = ledger.clone();
        let by_entry = equations.by_entry(ledger.len());
        let (repeated, text) = (repeated_rows(views, ledger), OfText { disclosure });
        let causes = blame::causes(equations, &by_entry, states.clone(), (ledger, &mut corrected), &repeated, &text);
        let mut report = Report::new(Places { disclosure, views, ledger }, equations, (&by_entry, states), &corrected);
        report.add_causes(&causes);
        report.add_misnamed(&self.misnamed);
        report.add_corrected();
        report.add_names();
        report.add_changes();
        report.add_reasons(&self.grammars.narrative.changes);
        report.add_numbers();
        report.add_allocations(&self.grammars.narrative.projects.not_added);
        report.add_empty_notes(&self.grammars.vocabulary, &self.grammars.narrative.outline.other_funds);
        report.add_includes(self.grammars);
        report.add_shares(&self.grammars.identities.wholes);
        report.add_completions();
        report.add_years(&self.form.sections, &self.grammars.narrative.changes.planned);
        report.add_weights();
        report.add_rounding();
        let proofs = proof::proofs(disclosure, (equations, states), ledger, &corrected, &causes);
        let (checks, flags) = report.finish();
        Findings { checks, proofs, flags }
    }
}

/// What was found.
struct Findings {
    checks: Vec<Check>,
    /// Of each table.
    proofs: Vec<Proof>,
    /// Table, row, flag.
    flags: Vec<(usize, usize, String)>,
}

impl Findings {
    fn write(self, disclosure: &mut Disclosure) {
        disclosure.checks = self.checks;
        for (table, proof) in disclosure.tables.iter_mut().zip(self.proofs) {
            table.proof = proof;
        }
        for (table, row, flag) in self.flags {
            if let Some(row) = disclosure.tables.get_mut(table).and_then(|table| table.rows.get_mut(row))
                && !row.flags.contains(&flag)
            {
                row.flags.push(flag);
                row.flags.sort_unstable();
            }
        }
    }
}

/// The tables that the form has.
fn views<'d>(disclosure: &'d Disclosure, form: &'d Form, vocabulary: &Vocabulary) -> Vec<View<'d>> {
    let view = |(at, table)| {
        let table: &'d crate::disclosure::Table = table;
        let index = form.table_index(&table.table)?;
        Some(View::new(at, table, (index, form.tables.get(index)?), vocabulary))
    };
    disclosure.tables.iter().enumerate().filter_map(view).collect()
}

fn equations(disclosure: &Disclosure, views: &[View<'_>], (grammars, subjects): (&Grammars, &Subjects<'_>), ledger: &Ledger) -> Equations {
    let mut equations = Equations::default();
    for view in views {
        tables::add(view, Focus::ALL, &grammars.identities, ledger, &mut equations);
    }
    let by_code = ByCode::new(views);
    across::add_agreements(views, None, &by_code, ledger, &mut equations);
    written::add_written(disclosure, views, None, &by_code, (&grammars.identities.identities, subjects), ledger, &mut equations);
    written::add_restated(disclosure, &grammars.identities, ledger, &mut equations);
    written::add_targets(disclosure, &grammars.identities, ledger, &mut equations);
    equations
}

/// The cells of rows that stand twice, one below the other.
fn repeated_rows(views: &[View<'_>], ledger: &Ledger) -> Vec<Vec<At>> {
    let is_same =
        |a: &Row, b: &Row| a.kind != RowKind::Total && a.code == b.code && a.name == b.name && a.side == b.side && a.values == b.values;
    let mut found = Vec::new();
    for view in views {
        let rows = view.table.rows.iter().enumerate().zip(view.table.rows.iter().skip(1));
        for ((at, row), next) in rows {
            if is_same(row, next) && row.code.is_some() {
                let cells = (0..row.values.0.len()).filter_map(|column| ledger.cell(view.at, at + 1, column));
                found.push(cells.filter(|&at| ledger.is_filled(at)).collect());
            }
        }
    }
    found
}
