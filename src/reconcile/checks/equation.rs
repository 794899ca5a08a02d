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
    /// The table that does not list what stands on the left.
    pub(super) absent_from: Option<usize>,
    /// Is either side what a publisher adds up, and can have rounded so that it fits?
    pub(super) is_of_sums: bool,
    /// Are both sides totals, each of which the publisher adds up from what it rounds?
    is_of_totals: bool,
    /// Is the left side a sum that is left empty, where its table has it otherwise?
    pub(super) is_blank: bool,
    /// The columns that count on the left of a sum over lines, filled or not.
    pub(super) columns: Vec<usize>,
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
    /// Adds an equation.
    pub(super) fn add(
        &mut self,
        kind: CheckKind,
        identity: &Arc<Identity>,
        left: &[At],
        relation: Relation,
        right: impl IntoIterator<Item = At>,
    ) {
        let from = self.terms.len();
        self.terms.extend_from_slice(left);
        let middle = self.terms.len();
        self.terms.extend(right);
        let (left, right) = (from..middle, middle..self.terms.len());
        self.list.push(Equation {
            kind,
            identity: Arc::clone(identity),
            left,
            right,
            relation,
            absent_from: None,
            is_of_sums: false,
            is_of_totals: false,
            is_blank: false,
            columns: Vec::new(),
        });
    }

    /// Adds that two totals are the same.
    pub(super) fn add_totals(
        &mut self,
        kind: CheckKind,
        identity: &Arc<Identity>,
        left: &[At],
        relation: Relation,
        right: impl IntoIterator<Item = At>,
    ) {
        self.add(kind, identity, left, relation, right);
        if let Some(added) = self.list.last_mut() {
            added.is_of_totals = true;
        }
    }

    /// Adds that a table does not list what stands elsewhere.
    pub(super) fn add_absent(&mut self, kind: CheckKind, identity: &Arc<Identity>, left: &[At], relation: Relation, table: usize) {
        self.add(kind, identity, left, relation, []);
        if let Some(added) = self.list.last_mut() {
            added.absent_from = Some(table);
        }
    }

    /// Adds that a sum is left empty, though its parts are there and its table has it otherwise.
    pub(super) fn add_blank(&mut self, identity: &Arc<Identity>, whole: At, parts: Vec<At>) {
        self.add(CheckKind::RowSum, identity, &[whole], Relation::Equal, parts);
        if let Some(added) = self.list.last_mut() {
            added.is_blank = true;
        }
    }

    /// Adds that a class, or another line that sums up others, is the same in two tables or in text and table: each prints what it adds up, and some
    /// move a last digit so that their lines make their total.
    pub(super) fn add_class(
        &mut self,
        kind: CheckKind,
        identity: &Arc<Identity>,
        left: &[At],
        relation: Relation,
        right: impl IntoIterator<Item = At>,
        columns: &[usize],
    ) {
        self.add(kind, identity, left, relation, right);
        if let Some(added) = self.list.last_mut() {
            added.is_of_sums = true;
            added.columns = columns.to_vec();
        }
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
            CheckKind::CrossTable if equation.is_of_sums && self.left(equation).len() > 1 => Some((right, left)),
            CheckKind::NarrativeVsTable if equation.is_of_sums && self.right(equation).len() > 1 => Some((left, right)),
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
        let mut slack = left.halves.and(right.halves).slack(equation.is_of_sums || equation.is_of_totals);
        let difference = left.sum - right.sum;
        // Cutting off makes a number smaller; in a text, which adds nothing up, it is larger than the more precise one by rounding only.
        let (coarse, fine) = if left.halves.coarsest > right.halves.coarsest { (&left, &right) } else { (&right, &left) };
        let is_of_two = (coarse.halves.count, fine.halves.count) == (1, 1) && !equation.is_of_sums;
        if is_of_two && coarse.is_text && coarse.halves.coarsest > fine.halves.coarsest && coarse.sum > fine.sum.max(0) {
            slack = coarse.halves.coarsest + fine.halves.coarsest;
        }
        // An empty cell says nothing; a whole table that does not list a row says that there is none.
        let is_said = right.halves.count > 0 || self.right(equation).is_empty() || equation.kind == CheckKind::RowSum;
        let is_vacuous = (left.halves.count == 0 && !equation.is_blank)
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

    /// How far rounding can part the sides. One number printed twice to one precision cannot differ by it, unless each is a sum.
    fn slack(self, is_of_sums: bool) -> i128 {
        if self.count > 2 || is_of_sums && self.coarsest == self.finest {
            self.sum
        } else if self.count > 0 && self.coarsest > self.finest {
            // Rounded, or cut off: both are common.
            2 * self.coarsest
        } else {
            0
        }
    }
}

impl Equation {
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

    /// The equations over an entry, with its weight in each.
    pub(super) fn of(&self, at: At) -> &[(u32, i128)] {
        let at = at as usize;
        let (Some(&start), Some(&end)) = (self.starts.get(at), self.ends.get(at)) else { return &[] };
        self.of.get(start..end).unwrap_or_default()
    }
}
