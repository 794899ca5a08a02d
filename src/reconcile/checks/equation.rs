//! Equations between entries of the ledger: every identity of every form comes down to these.

use std::ops::Range;
use std::sync::Arc;

use super::ledger::{At, Entry, Ledger, Place};
use crate::disclosure::CheckKind;
use crate::grammar::{Identities, Relation};
use crate::reconcile::outcome::Outcome;

/// Sums of entries that are the same, or one at most the other.
#[derive(Clone, Debug)]
pub(super) struct Equation {
    pub(super) kind: CheckKind,
    pub(super) identity: Arc<Identity>,
    left: Range<usize>,
    right: Range<usize>,
    relation: Relation,
    pub(super) basis: Basis,
}

/// What the sides of an equation are, which says how far rounding can part them and what it means if they differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Basis {
    /// Amounts as they are printed.
    Printed,
    /// Totals, each of which the publisher adds up from what it rounds.
    Totals,
    /// A class, or another line that sums up others, in two tables or in text and table: each prints what it adds up, and some move a last digit so that
    /// their lines make their total. With the columns that count on the left, filled or not.
    Sums(Vec<usize>),
    /// The right side is a table that does not list what stands on the left.
    Absent(usize),
    /// The left side is a sum that is left empty, though its parts are there and its table has it otherwise.
    Blank,
}

/// What an equation is an instance of.
#[derive(Debug)]
pub(super) struct Identity {
    /// Its name, as `gongkai checks explain` knows it.
    pub(super) name: Arc<str>,
    /// What it says, in Chinese.
    pub(super) zh: String,
}

impl Identity {
    pub(super) fn new(name: String, zh: String) -> Arc<Self> {
        Arc::new(Self { name: Arc::from(name), zh })
    }

    /// A rule of the program, as `identities.toml` tells it.
    pub(super) fn rule(name: &str, known: &Identities) -> Arc<Self> {
        let zh = known.rules.iter().find(|rule| *rule.code == *name).map_or(name, |rule| rule.zh.as_str());
        Self::new(name.to_owned(), zh.to_owned())
    }
}

/// All equations of a disclosure.
#[derive(Debug, Default)]
pub(super) struct Equations {
    list: Vec<Equation>,
    terms: Vec<At>,
}

impl Equations {
    /// Adds an equation between amounts as they are printed.
    pub(super) fn add(
        &mut self,
        kind: CheckKind,
        identity: &Arc<Identity>,
        left: &[At],
        relation: Relation,
        right: impl IntoIterator<Item = At>,
    ) {
        self.add_on(Basis::Printed, (kind, identity), left, relation, right);
    }

    /// Adds an equation.
    pub(super) fn add_on(
        &mut self,
        basis: Basis,
        (kind, identity): (CheckKind, &Arc<Identity>),
        left: &[At],
        relation: Relation,
        right: impl IntoIterator<Item = At>,
    ) {
        let from = self.terms.len();
        self.terms.extend_from_slice(left);
        let middle = self.terms.len();
        self.terms.extend(right);
        let (left, right) = (from..middle, middle..self.terms.len());
        self.list.push(Equation { kind, identity: Arc::clone(identity), left, right, relation, basis });
    }

    pub(super) fn list(&self) -> &[Equation] {
        &self.list
    }

    pub(super) fn left(&self, equation: &Equation) -> &[At] {
        self.terms.get(equation.left.clone()).unwrap_or_default()
    }

    pub(super) fn right(&self, equation: &Equation) -> &[At] {
        self.terms.get(equation.right.clone()).unwrap_or_default()
    }

    /// The side that is one amount, where the other is a sum: there an equation is told. Is it the right one?
    fn is_told_right(&self, equation: &Equation) -> bool {
        self.left(equation).len() != 1 && self.right(equation).len() == 1
    }

    /// The side at which an equation is told, and the other one.
    pub(super) fn told(&self, equation: &Equation) -> (&[At], &[At]) {
        let (left, right) = (self.left(equation), self.right(equation));
        if self.is_told_right(equation) { (right, left) } else { (left, right) }
    }

    /// The sums of both sides as [`Self::told`] has them.
    pub(super) fn told_sides(&self, equation: &Equation, ledger: &Ledger) -> (i128, i128) {
        let (left, right) = self.sides(equation, ledger);
        if self.is_told_right(equation) { (right, left) } else { (left, right) }
    }

    /// A whole, and what the lines that make it up come to; `None`: it compares something else.
    pub(super) fn whole_and_lines(&self, equation: &Equation, ledger: &Ledger) -> Option<(i128, i128)> {
        let (left, right) = self.sides(equation, ledger);
        match equation.kind {
            CheckKind::ColumnTotal | CheckKind::HierarchySum => Some((left, right)),
            // The lines of a class, against the class.
            CheckKind::CrossTable if equation.is_of_sums() && self.left(equation).len() > 1 => Some((right, left)),
            CheckKind::NarrativeVsTable if equation.is_of_sums() && self.right(equation).len() > 1 => Some((left, right)),
            _ => None,
        }
    }

    /// The entries of both sides.
    pub(super) fn terms(&self, equation: &Equation) -> impl Iterator<Item = At> + '_ {
        self.terms.get(equation.left.start..equation.right.end).unwrap_or_default().iter().copied()
    }

    /// How many terms all equations have together.
    pub(super) fn all_terms(&self) -> usize {
        self.terms.len()
    }

    /// Both sides as they stand.
    pub(super) fn sides(&self, equation: &Equation, ledger: &Ledger) -> (i128, i128) {
        (ledger.sum(self.left(equation)), ledger.sum(self.right(equation)))
    }

    /// Does it hold?
    pub(super) fn outcome(&self, equation: &Equation, ledger: &Ledger) -> Outcome {
        self.state(equation, ledger).outcome
    }

    /// How each of them stands.
    pub(super) fn states(&self, ledger: &Ledger) -> Vec<State> {
        self.list.iter().map(|equation| self.state(equation, ledger)).collect()
    }

    fn state(&self, equation: &Equation, ledger: &Ledger) -> State {
        let (left, right) = (Side::new(self.left(equation), ledger), Side::new(self.right(equation), ledger));
        let (difference, slack) = (left.sum - right.sum, equation.slack(&left, &right));
        // An empty cell says nothing; a whole table that does not list a row says that there is none.
        let is_said = right.halves.count > 0 || self.right(equation).is_empty() || equation.kind == CheckKind::RowSum;
        let is_vacuous = (left.halves.count == 0 && !equation.is_blank())
            || !is_said
            || (left.sum == 0 && right.sum == 0)
            || !self.is_of_one_unit(equation, (&left, &right), ledger);
        let outcome = if is_vacuous { Outcome::Vacuous } else { equation.outcome_of(difference, slack) };
        State { difference, slack, outcome }
    }

    /// Can its amounts be compared? Their units are known, or they are of one table.
    fn is_of_one_unit(&self, equation: &Equation, (left, right): (&Side, &Side), ledger: &Ledger) -> bool {
        if left.has_units && right.has_units {
            return true;
        }
        let mut tables = self.terms(equation).filter_map(|at| ledger.get(at)).map(|entry| match entry.place {
            Place::Cell(table, ..) => Some(table),
            _ => None,
        });
        let first = tables.next().flatten();
        first.is_some() && tables.all(|table| table == first)
    }

    /// For each entry, the equations over it in their order, and how often it counts in their `left − right`.
    pub(super) fn by_entry(&self, entries: usize) -> ByEntry {
        // Counted first, so that each entry's equations get their place without sorting.
        let mut ends = vec![0_usize; entries + 1];
        for &at in &self.terms {
            ends.get_mut(at as usize + 1).into_iter().for_each(|count| *count += 1);
        }
        let mut sum = 0;
        for end in &mut ends {
            sum += *end;
            *end = sum;
        }
        let starts = ends.clone();
        let mut of = vec![(0, 0); sum];
        for (number, equation) in (0_u32..).zip(&self.list) {
            let sides = [(self.left(equation), 1), (self.right(equation), -1)];
            for (at, weight) in sides.iter().flat_map(|&(terms, weight)| terms.iter().map(move |&at| (at as usize, weight))) {
                let (Some(&start), Some(end)) = (starts.get(at), ends.get_mut(at)) else { continue };
                match of.get_mut(start..*end).and_then(<[_]>::last_mut) {
                    Some((last, sum)) if *last == number => *sum += weight,
                    _ => {
                        of.get_mut(*end).into_iter().for_each(|next| *next = (number, weight));
                        *end += 1;
                    }
                }
            }
        }
        ByEntry { starts, ends, of }
    }
}

/// How an equation stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct State {
    /// Left less right.
    pub(super) difference: i128,
    /// How far rounding can part the sides.
    pub(super) slack: i128,
    pub(super) outcome: Outcome,
}

/// One side of an equation.
struct Side {
    sum: i128,
    halves: Halves,
    /// Are the units of all its entries known?
    has_units: bool,
    /// Is it of amounts of the text only?
    is_text: bool,
}

impl Side {
    fn new(terms: &[At], ledger: &Ledger) -> Self {
        let mut side = Self { sum: 0, halves: Halves { count: 0, sum: 0, coarsest: 0, finest: i128::MAX }, has_units: true, is_text: true };
        for Entry { place, amount, half, has_unit, .. } in terms.iter().filter_map(|&at| ledger.get(at)) {
            side.has_units &= has_unit;
            side.is_text &= !matches!(place, Place::Cell(..));
            if let Some(amount) = amount {
                side.sum += amount;
                side.halves = side.halves.and(Halves { count: 1, sum: *half, coarsest: *half, finest: *half });
            }
        }
        side
    }
}

/// How far rounding can have moved some numbers.
#[derive(Clone, Copy)]
struct Halves {
    count: usize,
    sum: i128,
    coarsest: i128,
    finest: i128,
}

impl Halves {
    fn and(self, other: Self) -> Self {
        Self {
            count: self.count + other.count,
            sum: self.sum + other.sum,
            coarsest: self.coarsest.max(other.coarsest),
            finest: self.finest.min(other.finest),
        }
    }
}

impl Equation {
    /// Is either side what a publisher adds up, and can have rounded so that it fits?
    pub(super) fn is_of_sums(&self) -> bool {
        matches!(self.basis, Basis::Sums(_))
    }

    /// Is the left side left empty?
    pub(super) fn is_blank(&self) -> bool {
        self.basis == Basis::Blank
    }

    /// The table that does not list what stands on the left.
    pub(super) fn absent_from(&self) -> Option<usize> {
        match self.basis {
            Basis::Absent(table) => Some(table),
            _ => None,
        }
    }

    /// The columns that count on the left of a sum over lines.
    pub(super) fn columns(&self) -> &[usize] {
        match &self.basis {
            Basis::Sums(columns) => columns,
            _ => &[],
        }
    }

    /// How far rounding can part the sides. One number printed twice to one precision cannot differ by it, unless each is a sum.
    fn slack(&self, left: &Side, right: &Side) -> i128 {
        let all = left.halves.and(right.halves);
        let is_added_up = matches!(self.basis, Basis::Sums(_) | Basis::Totals);
        if all.count > 2 || is_added_up && all.coarsest == all.finest {
            return all.sum;
        }
        if all.count == 0 || all.coarsest == all.finest {
            return 0;
        }
        // Rounded, or cut off: both are common. But cutting off makes a number smaller; in a text, which adds nothing up, it is larger than the more
        // precise one by rounding only.
        let (coarse, fine) = if left.halves.coarsest > right.halves.coarsest { (left, right) } else { (right, left) };
        let is_rounded_up = coarse.is_text && !self.is_of_sums() && coarse.sum > fine.sum.max(0);
        if is_rounded_up { all.sum } else { 2 * all.coarsest }
    }

    /// Does it say that two sums are the same?
    pub(super) fn is_equality(&self) -> bool {
        self.relation == Relation::Equal
    }

    /// The outcome for a difference between the sides that rounding can part so far.
    pub(super) fn outcome_of(&self, difference: i128, slack: i128) -> Outcome {
        Outcome::of(self.relation, difference, slack)
    }
}

/// The equations over each entry.
#[derive(Debug)]
pub(super) struct ByEntry {
    /// Where those of each entry begin and end.
    starts: Vec<usize>,
    ends: Vec<usize>,
    of: Vec<(u32, i128)>,
}

impl ByEntry {
    /// How many entries there are.
    pub(super) fn entries(&self) -> usize {
        self.ends.len()
    }

    /// How often an entry counts in an equation's `left − right`.
    pub(super) fn weight(&self, at: At, number: u32) -> i128 {
        let of = self.of(at);
        of.binary_search_by_key(&number, |&(number, _)| number).ok().and_then(|found| of.get(found)).map_or(0, |&(_, weight)| weight)
    }

    /// The equations over an entry in their order, with its weight in each.
    pub(super) fn of(&self, at: At) -> &[(u32, i128)] {
        let at = at as usize;
        let (Some(&start), Some(&end)) = (self.starts.get(at), self.ends.get(at)) else { return &[] };
        self.of.get(start..end).unwrap_or_default()
    }
}
