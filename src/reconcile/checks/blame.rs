//! Blame: the smallest changes to the published numbers that explain what does not add up.
//!
//! A change is of one cell, of a sum and one of its parts in the same row, or a row that stands twice taken out. It is worth as many
//! failing equations as it mends, less those that hold and that it would break. The best one is taken first; what it explains is looked
//! at no more. Where several are worth the same, nothing is proved, and the equation itself is the finding.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::changes::Stated;
use super::equation::{ByEntry, Equation, Equations, State};
use super::ledger::{At, Entry, Ledger, Place};
use crate::disclosure::{Amount, CheckKind, Disclosure};
use crate::reconcile::outcome::Outcome;

/// A change to published numbers: each by how much.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Change {
    pub(super) by: Vec<(At, i128)>,
}

/// What explains some failures.
#[derive(Clone, Debug)]
pub(super) struct Cause {
    /// What would mend them; `None`: nothing singles a cell out.
    pub(super) change: Option<Change>,
    /// Number of the equation by which it is told.
    pub(super) told_by: u32,
    /// The other failing equations that it explains.
    pub(super) explains: Vec<u32>,
    /// How many equations speak for it.
    pub(super) mends: usize,
}

impl Cause {
    /// The failing equations that it explains, the one by which it is told first.
    pub(super) fn equations(&self) -> impl Iterator<Item = u32> + '_ {
        std::iter::once(self.told_by).chain(self.explains.iter().copied())
    }
}

/// What a change is worth: of two that mend as much, the one of fewer cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Worth {
    points: i32,
    mends: usize,
    /// That a row stands twice explains more than that two of its cells are wrong.
    is_removal: bool,
    cells: Reverse<usize>,
}

impl Worth {
    /// Does it mend much more than it breaks? What it breaks can be another's fault, such as a text that repeats the wrong number.
    fn is_sure(&self) -> bool {
        let broken = i32::try_from(self.mends).unwrap_or(i32::MAX) - self.points;
        self.points > broken
    }
}

/// What the text says of its amounts beside what they are: by how much and how many percent they changed.
pub(super) struct OfText<'d> {
    pub(super) disclosure: &'d Disclosure,
}

impl OfText<'_> {
    /// What the text says to a change of one of its amounts, in points: 1 if its percentage follows from the amount only with it, -1 if only without.
    fn speaks_for(&self, at: At, by: i128, ledger: &Ledger) -> i32 {
        let Some(Entry { place, amount: Some(amount), factor, .. }) = ledger.get(at) else { return 0 };
        let adds_up = |amount: i128| {
            let amount = Amount::from_scaled(amount / factor)?;
            match *place {
                Place::LineItem(item) => Stated::of_item(self.disclosure.line_items.get(item)?, amount).adds_up(),
                Place::Statement(of) => Stated::of_statement(self.disclosure.statements.get(of)?, amount).adds_up(),
                _ => None,
            }
        };
        match (adds_up(*amount), adds_up(amount + by)) {
            (Some(false), Some(true)) => 1,
            (Some(true), Some(false)) => -1,
            _ => 0,
        }
    }
}

/// Finds the causes of the failing equations. The second ledger, which begins as published, is left as the causes would have it.
pub(super) fn causes(
    equations: &Equations,
    by_entry: &ByEntry,
    states: Vec<State>,
    (published, ledger): (&Ledger, &mut Ledger),
    repeated_rows: &[Vec<At>],
    text: &OfText<'_>,
) -> Vec<Cause> {
    let mut court = Court::new(equations, by_entry, states, (repeated_rows, text));
    let mut open: BTreeSet<u32> =
        (0_u32..).zip(&court.states).filter(|(_, state)| state.outcome == Outcome::Fails).map(|(at, _)| at).collect();
    let mut told: FxHashSet<u32> = FxHashSet::default();
    let mut causes: Vec<Cause> = Vec::new();
    loop {
        let best = court.best(&open, ledger);
        if best.is_empty() {
            break;
        }
        // Which of them mend an equation: those that mend the same are rivals.
        let mut mending: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
        for (number, change) in best.iter().enumerate() {
            court.effects(&change.by).mended.into_iter().for_each(|at| mending.entry(at).or_default().push(number));
        }
        // Changes of one worth that decide no common equation are as good as taken one after another.
        let mut decided: FxHashSet<u32> = FxHashSet::default();
        let mut changed: BTreeSet<u32> = BTreeSet::new();
        let taken_before = causes.len();
        for (number, change) in best.iter().enumerate() {
            let effects = court.effects(&change.by);
            if effects.decided().any(|at| decided.contains(&at)) {
                continue;
            }
            decided.extend(effects.decided());
            let mended: Vec<u32> = effects.mended.into_iter().filter(|at| open.contains(at)).collect();
            let Some((&told_by, explains)) = mended.split_first() else { continue };
            let has_rival = mended.iter().filter_map(|at| mending.get(at)).flatten().any(|&other| other != number);
            // That one amount is at most another does not say how much it should be.
            let is_equality = mended.iter().any(|&at| equations.list().get(at as usize).is_some_and(Equation::is_equality));
            // Two numbers wrong at once are less likely than a line that is missing from the one sum that would speak for them.
            let is_alone = change.by.len() > 1 && mended.len() == 1;
            // Nor can one equation outweigh a sum that comes out to the last digit, though rounding would allow another amount.
            let is_against_sum = mended.len() == 1 && court.blurs(&change.by);
            let is_proved = !has_rival && !is_alone && !is_against_sum && is_equality && court.worth(&change.by, false, ledger).is_sure();
            for at in &mended {
                open.remove(at);
                told.insert(*at);
            }
            let cause = Cause { change: is_proved.then(|| change.clone()), told_by, explains: explains.to_vec(), mends: mended.len() };
            if let Some(change) = &cause.change {
                let touched = court.apply(change, ledger);
                // What agreed with the wrong number does not agree with the right one.
                open.extend(touched.iter().copied().filter(|at| !told.contains(at) && court.fails(*at)));
                changed.extend(touched);
            }
            causes.push(cause);
        }
        // Nothing of this is asked for before the next round: one walk over what is known does for all that the round changed.
        court.forget(&changed);
        // Each round takes one at least; should none of the best mend what is open, that is told as it is.
        if causes.len() == taken_before {
            break;
        }
    }
    // What several causes break together holds now.
    for at in open {
        let Some(equation) = equations.list().get(at as usize) else { continue };
        if court.fails(at) {
            causes.push(Cause { change: None, told_by: at, explains: Vec::new(), mends: 1 });
        } else if let Some(cause) = causes.iter_mut().find(|cause| is_touched(equations, equation, cause)) {
            cause.explains.push(at);
        }
    }
    join(equations, by_entry, causes, (published, ledger))
}

/// Joins what one amount, changed alike, would mend: where others stand by it, no change explains it, but it is one contradiction all the same,
/// and who agrees with one side is not to blame for what the other says.
fn join(equations: &Equations, by_entry: &ByEntry, causes: Vec<Cause>, (published, ledger): (&Ledger, &mut Ledger)) -> Vec<Cause> {
    // What one change of an amount would mend, of the causes that only one equation tells.
    let mut by_change: FxHashMap<(At, i128), Vec<usize>> = FxHashMap::default();
    for (number, cause) in causes.iter().enumerate().filter(|(_, cause)| cause.mends == 1 && cause.explains.is_empty()) {
        let Some(equation) = equations.list().get(cause.told_by as usize).filter(|equation| equation.is_equality() && !equation.is_blank())
        else {
            continue;
        };
        let (left, right) = equations.sides(equation, published);
        for at in equations.terms(equation).filter(|&at| published.is_filled(at)) {
            let weight = by_entry.weight(at, cause.told_by);
            if weight != 0 && (right - left) % weight == 0 {
                by_change.entry((at, (right - left) / weight)).or_default().push(number);
            }
        }
    }
    let mut groups: Vec<Vec<usize>> = by_change.into_values().filter(|causes| causes.len() > 1).collect();
    groups.sort_unstable_by_key(|group| (Reverse(group.len()), group.clone()));
    let mut joined: Vec<Option<Cause>> = causes.into_iter().map(Some).collect();
    for group in groups {
        if group.iter().any(|&number| joined.get(number).is_none_or(Option::is_none)) {
            continue;
        }
        let of: Vec<Cause> = group.iter().filter_map(|&number| joined.get_mut(number)?.take()).collect();
        for (at, by) in of.iter().filter_map(|cause| cause.change.as_ref()).flat_map(|change| &change.by) {
            ledger.correct(*at, -by);
        }
        let mut told: Vec<u32> = of.iter().map(|cause| cause.told_by).collect();
        told.sort_unstable();
        if let (Some((&told_by, explains)), Some(first)) = (told.split_first(), group.first().and_then(|&at| joined.get_mut(at))) {
            *first = Some(Cause { change: None, told_by, explains: explains.to_vec(), mends: 1 });
        }
    }
    joined.into_iter().flatten().collect()
}

fn is_touched(equations: &Equations, equation: &Equation, cause: &Cause) -> bool {
    cause.change.as_ref().is_some_and(|change| equations.terms(equation).any(|term| change.by.iter().any(|&(at, _)| at == term)))
}

/// The equations as they stand, kept up as changes are taken.
struct Court<'e> {
    equations: &'e Equations,
    by_entry: &'e ByEntry,
    states: Vec<State>,
    /// What is known to be best of each failing equation.
    best_of: FxHashMap<u32, Option<(Worth, Vec<Change>)>>,
    /// The row that stands twice of which an entry is.
    repeated: FxHashMap<At, usize>,
    repeated_rows: &'e [Vec<At>],
    text: &'e OfText<'e>,
    /// How many equations were looked at over the cells of changes, and how many are at most: so many for each term, so that the cost grows as
    /// rows × identities do. What is open then is told as it is.
    looked_at: usize,
    most_looked_at: usize,
}

/// The equations whose outcome a change would alter.
#[derive(Debug, Default)]
struct Effects {
    /// Those that fail and would not, in their order.
    mended: Vec<u32>,
    others: Vec<u32>,
}

impl Effects {
    fn decided(&self) -> impl Iterator<Item = u32> + '_ {
        self.mended.iter().chain(&self.others).copied()
    }
}

/// Equations looked at for each term of an equation, at most. A disclosure with fifty findings needs about nine.
const MOST_LOOKED_AT: usize = 24;

impl<'e> Court<'e> {
    fn new(
        equations: &'e Equations,
        by_entry: &'e ByEntry,
        states: Vec<State>,
        (repeated_rows, text): (&'e [Vec<At>], &'e OfText<'e>),
    ) -> Self {
        let repeated = repeated_rows.iter().enumerate().flat_map(|(row, cells)| cells.iter().map(move |&at| (at, row))).collect();
        let most_looked_at = MOST_LOOKED_AT * equations.all_terms();
        Self { equations, by_entry, states, best_of: FxHashMap::default(), repeated, repeated_rows, text, looked_at: 0, most_looked_at }
    }

    fn state(&self, number: u32) -> Option<&State> {
        self.states.get(number as usize)
    }

    fn fails(&self, number: u32) -> bool {
        self.state(number).is_some_and(|state| state.outcome == Outcome::Fails)
    }

    /// Takes a change; the equations that it touches.
    fn apply(&mut self, change: &Change, ledger: &mut Ledger) -> Vec<u32> {
        change.by.iter().for_each(|&(at, by)| ledger.correct(at, by));
        let shifts = self.shifts(&change.by);
        for &(number, shift) in &shifts {
            let Some(equation) = self.equations.list().get(number as usize) else { continue };
            if let Some(state) = self.states.get_mut(number as usize) {
                state.difference += shift;
                if state.outcome != Outcome::Vacuous {
                    state.outcome = equation.outcome_of(state.difference, state.slack);
                }
            }
        }
        shifts.into_iter().map(|(number, _)| number).collect()
    }

    /// The changes that are worth most, of those that mend one of the failing equations.
    fn best(&mut self, open: &BTreeSet<u32>, ledger: &Ledger) -> Vec<Change> {
        for &at in open {
            if !self.best_of.contains_key(&at) && self.looked_at < self.most_looked_at {
                let found = self.find_best_of(at, ledger);
                self.best_of.insert(at, found);
            }
        }
        let found = || open.iter().filter_map(|at| self.best_of.get(at)?.as_ref());
        let Some(most) = found().map(|(worth, _)| *worth).max() else { return Vec::new() };
        let mut known: FxHashSet<&Change> = FxHashSet::default();
        let best = found().filter(|(worth, _)| *worth == most).flat_map(|(_, changes)| changes);
        best.filter(|change| known.insert(change)).cloned().collect()
    }

    /// The changes that are worth most, of those that mend an equation.
    fn find_best_of(&mut self, number: u32, ledger: &Ledger) -> Option<(Worth, Vec<Change>)> {
        let mut best: Option<(Worth, Vec<Change>)> = None;
        let mut looked_at = self.looked_at;
        self.for_each_change(number, ledger, |by, is_removal| {
            // A row taken out, or two cells changed, can mend others but not this one.
            if by.len() > 1 && !self.mends(number, by) {
                return;
            }
            looked_at += by.iter().map(|&(at, _)| self.by_entry.of(at).len()).sum::<usize>();
            let worth = self.worth(by, is_removal, ledger);
            if worth.points <= 0 {
                return;
            }
            let change = || Change { by: by.to_vec() };
            match &mut best {
                Some((most, _)) if worth < *most => {}
                Some((most, changes)) if worth == *most => {
                    if !changes.iter().any(|change| change.by == by) {
                        changes.push(change());
                    }
                }
                _ => best = Some((worth, vec![change()])),
            }
        });
        self.looked_at = looked_at;
        best
    }

    /// Forgets what was found of equations whose amounts, or others of their rows, a change concerns.
    fn forget(&mut self, touched: &BTreeSet<u32>) {
        if touched.is_empty() {
            return;
        }
        let mut stale = vec![false; self.by_entry.entries()];
        let mut mark = |at: At| stale.get_mut(at as usize).into_iter().for_each(|of| *of = true);
        let equations = self.equations;
        for equation in touched.iter().filter_map(|&number| equations.list().get(number as usize)) {
            for at in equations.terms(equation) {
                mark(at);
                // A cell can be changed together with another of its row.
                let over = self.by_entry.of(at).iter().filter_map(|&(number, _)| equations.list().get(number as usize));
                over.filter(|of| of.kind == CheckKind::RowSum).flat_map(|of| equations.terms(of)).for_each(&mut mark);
            }
        }
        let is_stale = |number: u32| {
            let equation = equations.list().get(number as usize);
            equation.is_some_and(|equation| equations.terms(equation).any(|at| stale.get(at as usize).copied().unwrap_or(true)))
        };
        self.best_of.retain(|&number, _| !is_stale(number));
    }

    /// The changes that would mend an equation.
    fn for_each_change(&self, number: u32, ledger: &Ledger, mut take: impl FnMut(&[(At, i128)], bool)) {
        let (Some(equation), Some(state)) = (self.equations.list().get(number as usize), self.state(number)) else { return };
        // A sum that is missing is no reason to change what is there.
        if equation.is_blank() {
            return;
        }
        for at in self.equations.terms(equation) {
            let weight = self.by_entry.weight(at, number);
            if weight == 0 || state.difference % weight != 0 || !ledger.is_filled(at) {
                continue;
            }
            let by = -state.difference / weight;
            take(&[(at, by)], false);
            self.for_each_pair(at, by, ledger, &mut take);
            if let Some(row) = self.repeated.get(&at).and_then(|&row| self.repeated_rows.get(row)) {
                let out = row.iter().filter_map(|&at| Some((at, -ledger.amount(at)?))).filter(|&(_, by)| by != 0);
                take(&out.collect::<Vec<_>>(), true);
            }
        }
    }

    /// A cell together with another of its row, both changed so that the row still adds up.
    fn for_each_pair(&self, at: At, by: i128, ledger: &Ledger, take: &mut impl FnMut(&[(At, i128)], bool)) {
        let row_of = |at: At| match ledger.get(at)?.place {
            Place::Cell(table, row, _) => Some((table, row)),
            _ => None,
        };
        let Some(row) = row_of(at) else { return };
        for &(number, weight) in self.by_entry.of(at) {
            let Some(equation) = self.equations.list().get(number as usize) else { continue };
            let holds = self.state(number).is_some_and(|state| state.outcome == Outcome::Holds);
            if !holds || self.equations.terms(equation).any(|term| row_of(term) != Some(row)) {
                continue;
            }
            for other in self.equations.terms(equation).filter(|&other| other != at && ledger.is_filled(other)) {
                // What the one adds the other takes away.
                let against = self.by_entry.weight(other, number);
                if against != 0 && (weight * by) % against == 0 {
                    let mut pair = [(at, by), (other, -weight * by / against)];
                    pair.sort_unstable();
                    take(&pair, false);
                }
            }
        }
    }

    /// By how much a change moves the difference of each equation over its cells.
    fn shifts(&self, change: &[(At, i128)]) -> Vec<(u32, i128)> {
        let mut shifts: Vec<(u32, i128)> = Vec::with_capacity(16);
        for &(at, by) in change {
            shifts.extend(self.by_entry.of(at).iter().map(|&(number, weight)| (number, weight * by)));
        }
        if change.len() > 1 {
            shifts.sort_unstable_by_key(|&(number, _)| number);
            shifts.dedup_by(|next, kept| {
                let is_same = next.0 == kept.0;
                if is_same {
                    kept.1 += next.1;
                }
                is_same
            });
        }
        shifts
    }

    /// The outcome of an equation if its difference moved so far.
    fn moved(&self, number: u32, shift: i128) -> Option<(Outcome, Outcome)> {
        let (equation, state) = (self.equations.list().get(number as usize)?, self.state(number)?);
        let after =
            if state.outcome == Outcome::Vacuous { state.outcome } else { equation.outcome_of(state.difference + shift, state.slack) };
        Some((state.outcome, after))
    }

    /// The equations whose outcome a change would alter.
    fn effects(&self, change: &[(At, i128)]) -> Effects {
        let mut effects = Effects::default();
        for (number, shift) in self.shifts(change) {
            match self.moved(number, shift) {
                Some((Outcome::Fails, Outcome::Holds | Outcome::Rounded)) => effects.mended.push(number),
                Some((before, after)) if before != after => effects.others.push(number),
                _ => {}
            }
        }
        effects.mended.sort_unstable();
        effects
    }

    /// Would a change mend a failing equation?
    fn mends(&self, number: u32, change: &[(At, i128)]) -> bool {
        let shift = change.iter().map(|&(at, by)| self.by_entry.weight(at, number) * by).sum();
        matches!(self.moved(number, shift), Some((Outcome::Fails, Outcome::Holds | Outcome::Rounded)))
    }

    /// Would a sum that holds to the last digit hold but for rounding?
    fn blurs(&self, change: &[(At, i128)]) -> bool {
        let is_blurred = |(number, shift)| matches!(self.moved(number, shift), Some((Outcome::Holds, Outcome::Rounded)));
        self.shifts(change).into_iter().any(is_blurred)
    }

    fn worth(&self, change: &[(At, i128)], is_removal: bool, ledger: &Ledger) -> Worth {
        // A published amount is not below zero where it was not.
        let is_sane = |&(at, by): &(At, i128)| ledger.amount(at).is_some_and(|amount| amount < 0 || amount + by >= 0);
        if !change.iter().all(is_sane) {
            return Worth { points: i32::MIN, mends: 0, is_removal: false, cells: Reverse(0) };
        }
        let (mut points, mut mends) = (0, 0);
        let mut count = |number: u32, shift: i128| match self.moved(number, shift) {
            Some((Outcome::Fails, Outcome::Holds | Outcome::Rounded)) => {
                points += 1;
                mends += 1;
            }
            Some((Outcome::Holds | Outcome::Rounded, Outcome::Fails)) => points -= 1,
            _ => {}
        };
        // Most changes are of one cell, whose shifts need not be gathered.
        if let &[(at, by)] = change {
            self.by_entry.of(at).iter().for_each(|&(number, weight)| count(number, weight * by));
            points += self.text.speaks_for(at, by, ledger);
        } else {
            self.shifts(change).into_iter().for_each(|(number, shift)| count(number, shift));
        }
        Worth { points, mends, is_removal, cells: Reverse(change.len()) }
    }
}
