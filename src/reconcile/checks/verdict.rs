//! Whose mistake is it: what was published, what was read, or what is missing?

use rustc_hash::FxHashSet;

use super::blame::Cause;
use super::equation::{Equation, Equations, State};
use super::ledger::{At, Ledger, Place};
use super::report::Report;
use crate::disclosure::{CheckKind, RowKind, Table, Verdict};
use crate::reconcile::outcome::Outcome;

impl Report<'_, '_> {
    /// Whose mistake a cause is, told at one of its equations.
    pub(super) fn verdict(&self, cause: &Cause, equation: &Equation) -> Verdict {
        let is_exact = self.places.is_exact();
        // In recognised text the amount of an empty cell can be lost.
        if equation.is_blank() {
            return if is_exact { Verdict::Publication } else { Verdict::Extraction };
        }
        let cells: Vec<At> = match &cause.change {
            Some(change) => change.by.iter().map(|&(at, _)| at).collect(),
            None => self.equations.terms(equation).collect(),
        };
        let is_proved = cause.change.is_some() && cause.mends > 1;
        // In recognised text a row that adds up to less than its sum may have lost a part.
        let (whole, parts) = self.equations.sides(equation, self.places.ledger);
        let has_lost = equation.kind == CheckKind::RowSum
            && !is_exact
            && !is_proved
            && parts < whole
            && self.equations.right(equation).iter().any(|&at| !self.places.ledger.is_filled(at));
        // Which columns a row's amounts stand in does not matter where the row should not be there, nor where what it comes to is certain.
        let is_removal = cause.change.as_ref().is_some_and(|change| self.is_removal(change));
        let is_doubtful = |at: At| {
            if is_removal { self.places.is_row_doubtful(at) } else { self.places.is_doubtful(at) && !self.is_settled(at, equation) }
        };
        // What is compared by code is perhaps not the same line, if no other table says so too.
        let is_of_tables = matches!(equation.kind, CheckKind::CrossTable | CheckKind::NarrativeVsTable);
        let is_code_open = |at: At| self.places.is_code_inferred(at) && !self.is_vouched_for(at);
        if is_of_tables && !is_proved && !is_removal && self.equations.terms(equation).any(is_code_open) {
            return Verdict::Extraction;
        }
        if has_lost || cells.iter().any(|&at| is_doubtful(at)) {
            return Verdict::Extraction;
        }
        // Without a title or a total some rows of a table may be missing, unless several identities say the same; a line that another table
        // has alike is all there, a sum is not.
        let is_of_lines = matches!(equation.kind, CheckKind::CrossTable | CheckKind::NarrativeVsTable)
            && self.is_of_one_line(equation)
            && equation.absent_from().is_none_or(|table| self.is_closed(table));
        let doubtful = self.equations.terms(equation).chain(cells).filter(|&at| !(is_of_lines && self.is_vouched_for(at)));
        let mut tables = doubtful.filter_map(|at| self.places.table(at));
        let has_total = |table: &Table| table.rows.iter().any(|row| row.kind == RowKind::Total);
        // Of a class there is one line in either: none can have been lost.
        let is_one_class = equation.is_of_sums() && is_of_lines && self.equations.terms(equation).count() == 2;
        let is_summed = !is_one_class
            && matches!(
                equation.kind,
                CheckKind::ColumnTotal | CheckKind::HierarchySum | CheckKind::CrossTable | CheckKind::NarrativeVsTable
            );
        // Lines that are missing explain too little, not too much.
        let is_too_much = self.equations.whole_and_lines(equation, self.places.ledger).is_some_and(|(whole, lines)| lines > whole)
            && self.equations.terms(equation).all(|at| self.places.ledger.amount(at).unwrap_or(0) >= 0);
        if is_summed && !is_proved && tables.any(|table| !table.title_found || !is_too_much && !has_total(table)) {
            return Verdict::IncompleteSource;
        }
        Verdict::Publication
    }

    /// The equations over an amount, as they stand.
    fn over(&self, at: At) -> impl Iterator<Item = (&Equation, &State)> {
        let numbers = self.by_entry.of(at).iter().map(|&(number, _)| number as usize);
        numbers.filter_map(|number| self.equations.list().get(number).zip(self.states.get(number)))
    }

    /// Does an equation hold, as published or as proved?
    fn holds(&self, (equation, state): (&Equation, &State)) -> bool {
        equation.is_equality() && (state.outcome == Outcome::Holds || self.equations.outcome(equation, self.corrected) == Outcome::Holds)
    }

    /// Does another table have the same amount for the same line?
    fn is_confirmed(&self, at: At) -> bool {
        let confirms = |of: (&Equation, &State)| {
            let sides = [self.equations.left(of.0), self.equations.right(of.0)];
            of.0.kind == CheckKind::CrossTable && sides.iter().any(|side| side.contains(&at)) && self.is_of_one_line(of.0) && self.holds(of)
        };
        self.over(at).any(confirms)
    }

    /// Is it as it should be, by another table that has it, or has a part of what it is the sum of, or the sum that it alone makes?
    fn is_vouched_for(&self, at: At) -> bool {
        let by_part = |of: (&Equation, &State)| {
            of.0.kind == CheckKind::RowSum
                && self.equations.left(of.0) == [at]
                && self.holds(of)
                && self.equations.right(of.0).iter().any(|&part| self.places.ledger.is_filled(part) && self.is_confirmed(part))
        };
        let by_sum = |of: (&Equation, &State)| {
            let parts = self.equations.right(of.0);
            of.0.kind == CheckKind::RowSum
                && parts.contains(&at)
                && parts.iter().filter(|&&part| self.places.ledger.is_filled(part)).count() == 1
                && self.equations.left(of.0).iter().all(|&whole| self.is_confirmed(whole))
                && self.holds(of)
        };
        self.is_confirmed(at) || self.over(at).any(|of| by_part(of) || by_sum(of))
    }

    /// Does it not matter in which column an amount stands? It is what it should be, and all columns that it may belong to count on one side alike.
    fn is_settled(&self, at: At, equation: &Equation) -> bool {
        let sides = [self.equations.left(equation), self.equations.right(equation)];
        let Some((place, side)) = sides.into_iter().enumerate().find(|(_, side)| side.contains(&at)) else { return false };
        let mut counted: Vec<_> = side.iter().filter_map(|&at| self.places.cell(at)).map(|(.., column)| column).collect();
        if place == 0 {
            counted.extend(equation.columns().iter().filter_map(|&column| self.places.column(at, column)));
        }
        let columns = self.places.open_columns(at);
        columns.is_some_and(|columns| columns.iter().all(|open| counted.iter().any(|column| **column == **open))) && self.is_vouched_for(at)
    }

    /// Does it compare a line with the same line elsewhere, or one amount with another? The lines of a class with the class are a sum: some can be lost.
    fn is_of_one_line(&self, equation: &Equation) -> bool {
        let (left, right) = (self.equations.left(equation), self.equations.right(equation));
        let code = |side: &[At]| side.first().and_then(|&at| self.code(at));
        self.is_line(left) && self.is_line(right) && code(left).zip(code(right)).is_none_or(|(left, right)| left == right)
    }

    /// Are all of one row, or is it one amount? Of several rows of one code some can be lost.
    fn is_line(&self, side: &[At]) -> bool {
        let row = |at: At| match self.places.ledger.get(at)?.place {
            Place::Cell(table, row, _) => Some((table, row)),
            _ => None,
        };
        match side {
            [] | [_] => true,
            [first, rest @ ..] => row(*first).is_some_and(|of| rest.iter().all(|&at| row(at) == Some(of))),
        }
    }

    /// The code of a cell's row.
    pub(super) fn code(&self, at: At) -> Option<&str> {
        let Place::Cell(table, row, _) = self.places.ledger.get(at)?.place else { return None };
        self.places.views.iter().find(|view| view.at == table)?.code(row)
    }

    /// Are all rows of a table there? Its totals are the sums of its lines.
    fn is_closed(&self, table: usize) -> bool {
        self.closed.contains(&table)
    }
}

/// The tables whose totals are the sums of their lines.
pub(super) fn closed_tables(equations: &Equations, states: &[State], ledger: &Ledger) -> FxHashSet<usize> {
    let (mut closed, mut open) = (FxHashSet::default(), FxHashSet::default());
    for (equation, state) in equations.list().iter().zip(states).filter(|(equation, _)| equation.kind == CheckKind::ColumnTotal) {
        let told = equations.told(equation).0.first().and_then(|&at| ledger.get(at));
        let Some(Place::Cell(table, ..)) = told.map(|entry| entry.place) else { continue };
        match state.outcome {
            Outcome::Holds => _ = closed.insert(table),
            Outcome::Vacuous => {}
            Outcome::Rounded | Outcome::Fails => _ = open.insert(table),
        }
    }
    closed.retain(|table| !open.contains(table));
    closed
}
