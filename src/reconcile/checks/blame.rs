//! Blame: the smallest changes to the published numbers that explain what does not add up.
//!
//! A change is of one cell, of a sum and one of its parts in the same row, or a row that stands twice taken out. It is worth as many
//! failing equations as it mends, less those that hold and that it would break. The best one is taken first; what it explains is looked
//! at no more. Where several are worth the same, nothing is proved, and the equation itself is the finding.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::equation::{Equation, Equations, Outcome};
use super::ledger::{At, Ledger, Place};

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

/// What a change is worth: of two that mend as much, the one of fewer cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Worth {
    points: i32,
    mends: usize,
    /// That a row stands twice explains more than that two of its cells are wrong.
    is_removal: bool,
    cells: Reverse<usize>,
}

/// Finds the causes of the failing equations. The ledger is left as the causes would have it.
pub(super) fn causes(equations: &Equations, ledger: &mut Ledger, repeated_rows: &[Vec<At>]) -> Vec<Cause> {
    let by_entry = equations.by_entry(ledger.len());
    let list = equations.list();
    let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let fails =
        |at: u32, ledger: &Ledger| list.get(at as usize).is_some_and(|equation| equations.outcome(equation, ledger) == Outcome::Fails);
    let mut open: BTreeSet<u32> = (0..list.len()).map(number).filter(|&at| fails(at, ledger)).collect();
    let mut told: FxHashSet<u32> = FxHashSet::default();
    let mut causes: Vec<Cause> = Vec::new();
    let repeated: FxHashMap<At, usize> =
        repeated_rows.iter().enumerate().flat_map(|(row, cells)| cells.iter().map(move |&at| (at, row))).collect();
    let court = Court { equations, by_entry: &by_entry, repeated_rows };
    loop {
        let mut most: Option<Worth> = None;
        let mut best: Vec<Change> = Vec::new();
        let mut tried: FxHashSet<Change> = FxHashSet::default();
        for &at in &open {
            let Some(equation) = list.get(at as usize) else { continue };
            for change in court.changes(equation, ledger, &repeated, repeated_rows) {
                if tried.contains(&change) {
                    continue;
                }
                tried.insert(change.clone());
                let worth = court.worth(&change, ledger);
                if worth.points <= 0 || most.is_some_and(|most| worth < most) {
                    continue;
                }
                if most != Some(worth) {
                    best.clear();
                }
                most = Some(worth);
                best.push(change);
            }
        }
        let Some((change, others)) = best.split_first() else { break };
        let mended: Vec<u32> = court.mended(change, ledger).into_iter().filter(|at| open.contains(at)).collect();
        let Some((&told_by, explains)) = mended.split_first() else { break };
        // Another change that is worth as much, and mends some of the same.
        let has_rival = others.iter().any(|other| court.mended(other, ledger).iter().any(|at| mended.contains(at)));
        for at in &mended {
            open.remove(at);
            told.insert(*at);
        }
        if has_rival {
            // Nothing singles out a cell: the equation is told as it is.
            causes.push(Cause { change: None, told_by, explains: explains.to_vec(), mends: mended.len() });
        } else {
            apply(change, ledger);
            // What agreed with the wrong number does not agree with the right one.
            open.extend(court.touched(change).into_iter().filter(|at| !told.contains(at) && fails(*at, ledger)));
            causes.push(Cause { change: Some(change.clone()), told_by, explains: explains.to_vec(), mends: mended.len() });
        }
    }
    // What several causes break together holds now.
    for at in open {
        let Some(equation) = list.get(at as usize) else { continue };
        if fails(at, ledger) {
            causes.push(Cause { change: None, told_by: at, explains: Vec::new(), mends: 1 });
        } else if let Some(cause) = causes.iter_mut().find(|cause| is_touched(equations, equation, cause)) {
            cause.explains.push(at);
        }
    }
    causes
}

fn is_touched(equations: &Equations, equation: &Equation, cause: &Cause) -> bool {
    cause.change.as_ref().is_some_and(|change| equations.terms(equation).any(|term| change.by.iter().any(|&(at, _)| at == term)))
}

fn apply(change: &Change, ledger: &mut Ledger) {
    change.by.iter().for_each(|&(at, by)| ledger.correct(at, by));
}

struct Court<'e> {
    equations: &'e Equations,
    by_entry: &'e [Vec<u32>],
    repeated_rows: &'e [Vec<At>],
}

impl Court<'_> {
    fn over(&self, at: At) -> &[u32] {
        self.by_entry.get(at as usize).map_or(&[], Vec::as_slice)
    }

    fn equation(&self, at: u32) -> Option<&Equation> {
        self.equations.list().get(at as usize)
    }

    /// The changes that would mend an equation.
    fn changes(&self, equation: &Equation, ledger: &Ledger, repeated: &FxHashMap<At, usize>, rows: &[Vec<At>]) -> Vec<Change> {
        let (left, right) = self.equations.sides(equation, ledger);
        let difference = left - right;
        let mut found = Vec::new();
        for at in self.equations.terms(equation) {
            let weight = self.equations.weight(equation, at);
            if weight == 0 || difference % weight != 0 || !ledger.is_filled(at) {
                continue;
            }
            let by = -difference / weight;
            found.push(Change { by: vec![(at, by)] });
            found.extend(self.pairs(at, by, ledger));
            if let Some(row) = repeated.get(&at).and_then(|&row| rows.get(row)) {
                let out = row.iter().filter_map(|&at| Some((at, -ledger.amount(at)?))).filter(|&(_, by)| by != 0);
                found.push(Change { by: out.collect() });
            }
        }
        found
    }

    /// A cell together with another of its row, both changed so that the row still adds up.
    fn pairs(&self, at: At, by: i128, ledger: &Ledger) -> Vec<Change> {
        let row_of = |at: At| match ledger.get(at)?.place {
            Place::Cell(table, row, _) => Some((table, row)),
            _ => None,
        };
        let Some(row) = row_of(at) else { return Vec::new() };
        let mut found = Vec::new();
        for &number in self.over(at) {
            let Some(equation) = self.equation(number) else { continue };
            if self.equations.outcome(equation, ledger) != Outcome::Holds
                || self.equations.terms(equation).any(|term| row_of(term) != Some(row))
            {
                continue;
            }
            let weight = self.equations.weight(equation, at);
            for other in self.equations.terms(equation).filter(|&other| other != at && ledger.is_filled(other)) {
                // What the one adds the other takes away.
                let against = self.equations.weight(equation, other);
                if against != 0 && (weight * by) % against == 0 {
                    let mut pair = vec![(at, by), (other, -weight * by / against)];
                    pair.sort_unstable();
                    found.push(Change { by: pair });
                }
            }
        }
        found
    }

    /// The equations over a change's cells.
    fn touched(&self, change: &Change) -> Vec<u32> {
        let mut touched: Vec<u32> = change.by.iter().flat_map(|&(at, _)| self.over(at).iter().copied()).collect();
        touched.sort_unstable();
        touched.dedup();
        touched
    }

    /// The outcome of an equation before and after a change.
    fn outcomes(&self, number: u32, change: &Change, ledger: &Ledger) -> Option<(Outcome, Outcome)> {
        let equation = self.equation(number)?;
        let before = self.equations.outcome(equation, ledger);
        let (left, right) = self.equations.sides(equation, ledger);
        let shift: i128 = change.by.iter().map(|&(at, by)| by * self.equations.weight(equation, at)).sum();
        let after = if before == Outcome::Vacuous { before } else { self.equations.verdict(equation, ledger, left - right + shift) };
        Some((before, after))
    }

    fn worth(&self, change: &Change, ledger: &Ledger) -> Worth {
        let (mut points, mut mends) = (0, 0);
        // A published amount is not below zero where it was not.
        let is_sane = |&(at, by): &(At, i128)| ledger.amount(at).is_some_and(|amount| amount < 0 || amount + by >= 0);
        if !change.by.iter().all(is_sane) {
            return Worth { points: i32::MIN, mends: 0, is_removal: false, cells: Reverse(0) };
        }
        for number in self.touched(change) {
            match self.outcomes(number, change, ledger) {
                Some((Outcome::Fails, Outcome::Holds | Outcome::Rounded)) => {
                    points += 1;
                    mends += 1;
                }
                Some((Outcome::Holds | Outcome::Rounded, Outcome::Fails)) => points -= 1,
                _ => {}
            }
        }
        let is_removal = self.repeated_rows.iter().any(|row| {
            row.len() == change.by.len() && change.by.iter().all(|(at, by)| row.contains(at) && ledger.amount(*at) == Some(-by))
        });
        Worth { points, mends, is_removal, cells: Reverse(change.by.len()) }
    }

    /// The failing equations that a change mends.
    fn mended(&self, change: &Change, ledger: &Ledger) -> Vec<u32> {
        let is_mended =
            |number: &u32| matches!(self.outcomes(*number, change, ledger), Some((Outcome::Fails, Outcome::Holds | Outcome::Rounded)));
        self.touched(change).into_iter().filter(is_mended).collect()
    }
}
