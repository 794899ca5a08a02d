//! Settles what repair and classification left open: of the readings of some rows, the one with which less fails, nothing else fails and more
//! holds, if it is the only one and no other open reading mends the same.
//!
//! Only readings of doubtful text are open; nothing that a page states exactly is. A reading is looked at where something fails over its
//! cells: elsewhere the identities have nothing to say, and what is printed stays.

use std::sync::Arc;

use super::Case;
use super::across::{self, ByCode};
use super::equation::Equations;
use super::ledger::{At, Ledger};
use super::tables::{self, Focus};
use super::written;
use crate::disclosure::{Amount, Disclosure, Repair, Row, Value, Values};
use crate::reconcile::open::{OpenReading, RowReading};
use crate::reconcile::outcome::Outcome;
use crate::repair::{Cost, rules};

/// How much is looked at: so many times the terms of all identities.
const MOST_LOOKED_AT: usize = 2;

/// What is decided of open readings.
#[derive(Debug)]
pub(super) enum Decision {
    /// This reading, for these identities.
    Take {
        /// The open reading, by its place.
        open: usize,
        /// Which of its readings.
        reading: usize,
        /// The identities that fail no more.
        evidence: Vec<Arc<str>>,
    },
    /// The identities do not tell these readings apart.
    Open {
        /// The open reading, by its place.
        open: usize,
        /// Which of its readings.
        readings: Vec<usize>,
    },
}

impl Decision {
    pub(super) fn is_taken(&self) -> bool {
        matches!(self, Self::Take { .. })
    }

    /// The open reading, by its place.
    pub(super) fn open(&self) -> usize {
        match self {
            Self::Take { open, .. } | Self::Open { open, .. } => *open,
        }
    }
}

/// A failing equation: its identity, and the entry at which it is told.
type Failure = (Arc<str>, At);

/// What the identities say of a reading.
struct Opinion {
    failures: Vec<Failure>,
    /// Equalities over the cells in question that hold.
    holding: usize,
}

impl Opinion {
    /// The failures that are no more with another reading under which more holds.
    fn mended_by(&self, other: &Self) -> Vec<Failure> {
        let is_mended = |failure: &&Failure| other.holding > self.holding && !other.failures.contains(failure);
        self.failures.iter().filter(is_mended).cloned().collect()
    }

    /// Does less fail, nothing else, and more hold? That something cannot fail any more for want of an amount is no evidence.
    fn is_better_than(&self, now: &Self) -> bool {
        self.holding > now.holding
            && self.failures.len() < now.failures.len()
            && self.failures.iter().all(|failure| now.failures.contains(failure))
    }
}

/// Decides what can be decided.
pub(super) fn settle(case: &Case<'_>, open: &[OpenReading]) -> Vec<Decision> {
    let mut decisions = Vec::new();
    if open.is_empty() {
        return decisions;
    }
    let mut troubled = vec![false; case.ledger.len()];
    for (equation, state) in case.equations.list().iter().zip(&case.states) {
        if state.outcome == Outcome::Fails {
            for term in case.equations.terms(equation) {
                if let Some(troubled) = troubled.get_mut(term as usize) {
                    *troubled = true;
                }
            }
        }
    }
    let is_troubled = |entry: &At| case.ledger.is_filled(*entry) && troubled.get(*entry as usize) == Some(&true);
    let left = MOST_LOOKED_AT * case.equations.all_terms();
    // Most disclosures need none: nothing fails where something is open.
    let mut trial: Option<Trial<'_>> = None;
    let (mut proposals, mut rivals): (Vec<Proposal>, Vec<Proposal>) = (Vec::new(), Vec::new());
    for (at, of) in open.iter().enumerate() {
        let changed = Changed::new(&case.ledger, of);
        let mut undecided: Vec<usize> = if of.is_even { (0..of.readings.len()).collect() } else { Vec::new() };
        if changed.entries.iter().any(is_troubled)
            && let Some(view) = case.views.iter().position(|view| view.at == of.table)
        {
            let trial = trial.get_or_insert_with(|| Trial { case, by_code: ByCode::new(&case.views), ledger: case.ledger.clone(), left });
            let now = trial.opinion(view, &changed, &[]);
            let others: Vec<Opinion> = of.readings.iter().map(|reading| trial.opinion(view, &changed, &reading.rows)).collect();
            let most = others.iter().filter(|other| other.is_better_than(&now)).map(|other| other.holding).max();
            let best = others.iter().enumerate().filter(|(_, other)| other.is_better_than(&now) && Some(other.holding) == most);
            let best: Vec<usize> = best.map(|(reading, _)| reading).collect();
            let mends = |(reading, other)| Proposal { open: at, reading, mends: now.mended_by(other) };
            rivals.extend(others.iter().enumerate().map(mends));
            match best.as_slice() {
                _ if trial.left == 0 => {}
                [] => undecided.retain(|&reading| others.get(reading).is_some_and(|other| other.failures.len() <= now.failures.len())),
                [only] => {
                    let mends = others.get(*only).map(|other| now.mended_by(other)).unwrap_or_default();
                    proposals.push(Proposal { open: at, reading: *only, mends });
                    continue;
                }
                _ => undecided = best,
            }
        }
        if !undecided.is_empty() {
            decisions.push(Decision::Open { open: at, readings: undecided });
        }
    }
    // What was not looked at could mend the same.
    let is_all_seen = trial.is_none_or(|trial| trial.left > 0);
    decisions.extend(proposals.iter().map(|proposal| {
        let is_rival =
            |other: &&Proposal| other.open != proposal.open && other.mends.iter().any(|failure| proposal.mends.contains(failure));
        // Of two that mend the same, the cheaper one is taken, and one that is a part of the other; of others, neither is proved.
        let is_single = is_all_seen
            && rivals.iter().filter(is_rival).all(|other| proposal.is_part_of(other, open) || proposal.cost(open) < other.cost(open));
        if is_single {
            let mut evidence: Vec<Arc<str>> = proposal.mends.iter().map(|(name, _)| Arc::clone(name)).collect();
            evidence.sort_unstable();
            evidence.dedup();
            Decision::Take { open: proposal.open, reading: proposal.reading, evidence }
        } else {
            Decision::Open { open: proposal.open, readings: vec![proposal.reading] }
        }
    }));
    decisions
}

/// A reading that mends what fails.
struct Proposal {
    open: usize,
    reading: usize,
    mends: Vec<Failure>,
}

impl Proposal {
    fn rows<'o>(&self, open: &'o [OpenReading]) -> &'o [RowReading] {
        open.get(self.open).and_then(|of| of.readings.get(self.reading)).map_or(&[], |reading| &reading.rows)
    }

    fn cost(&self, open: &[OpenReading]) -> Cost {
        open.get(self.open).and_then(|of| of.readings.get(self.reading)).map_or(0, |reading| reading.cost)
    }

    /// Does it read the same rows otherwise, and in the same way, or only some of them?
    fn is_part_of(&self, other: &Self, open: &[OpenReading]) -> bool {
        let table = |proposal: &Self| open.get(proposal.open).map(|of| of.table);
        let (own, others) = (self.rows(open), other.rows(open));
        table(self) == table(other) && own.len() <= others.len() && own.iter().all(|row| others.contains(row))
    }
}

/// What the readings of some rows would change.
struct Changed {
    entries: Vec<At>,
    rows: Vec<usize>,
    columns: Vec<usize>,
}

impl Changed {
    fn new(ledger: &Ledger, open: &OpenReading) -> Self {
        let mut changed = Self { entries: Vec::new(), rows: Vec::new(), columns: Vec::new() };
        for row in open.readings.iter().flat_map(|reading| &reading.rows) {
            for (column, amount) in row.amounts.iter().enumerate() {
                let is_other = |at: &At| ledger.in_unit(*at).map(Amount::scaled) != amount.map(Amount::scaled);
                let Some(at) = ledger.cell(open.table, row.row, column).filter(is_other) else { continue };
                changed.entries.push(at);
                changed.rows.push(row.row);
                changed.columns.push(column);
            }
        }
        changed.entries.sort_unstable();
        for list in [&mut changed.rows, &mut changed.columns] {
            list.sort_unstable();
            list.dedup();
        }
        changed
    }
}

/// The disclosure as it would be.
struct Trial<'c> {
    case: &'c Case<'c>,
    by_code: ByCode<'c>,
    ledger: Ledger,
    /// How many terms may still be looked at.
    left: usize,
}

impl Trial<'_> {
    /// What is said of the cells that are open, with some rows read so.
    fn opinion(&mut self, view: usize, changed: &Changed, reading: &[RowReading]) -> Opinion {
        let mut opinion = Opinion { failures: Vec::new(), holding: 0 };
        let Some(of) = self.case.views.get(view).filter(|_| self.left > 0) else { return opinion };
        let before = self.take(reading, of.at);
        let (case, ledger) = (self.case, &self.ledger);
        let mut equations = Equations::default();
        tables::add(of, Focus::on(&changed.rows, &changed.columns), &case.grammars.identities, ledger, &mut equations);
        let columns = Some((view, changed.columns.as_slice()));
        across::add_agreements(&case.views, columns, &self.by_code, ledger, &mut equations);
        written::add_written(
            case.disclosure,
            &case.views,
            columns,
            &self.by_code,
            (&case.grammars.identities.identities, &case.subjects),
            ledger,
            &mut equations,
        );
        for equation in
            equations.list().iter().filter(|&equation| equations.terms(equation).any(|term| changed.entries.binary_search(&term).is_ok()))
        {
            match equations.outcome(equation, ledger) {
                Outcome::Fails => {
                    let told = equations.told(equation).0.first().copied().unwrap_or_default();
                    opinion.failures.push((Arc::clone(&equation.identity.name), told));
                }
                Outcome::Holds | Outcome::Rounded if equation.is_equality() => opinion.holding += 1,
                _ => {}
            }
        }
        self.left = self.left.saturating_sub(equations.all_terms());
        for (at, amount) in before {
            self.ledger.set(at, amount);
        }
        opinion
    }

    /// Reads some rows so; what stood there before.
    fn take(&mut self, reading: &[RowReading], table: usize) -> Vec<(At, Option<i128>)> {
        let mut before = Vec::new();
        for row in reading {
            for (column, amount) in row.amounts.iter().enumerate() {
                let Some(at) = self.ledger.cell(table, row.row, column) else { continue };
                let Some(entry) = self.ledger.get(at) else { continue };
                let amount = amount.map(|amount| amount.scaled() * entry.factor);
                if amount != entry.amount {
                    before.push((at, entry.amount));
                    self.ledger.set(at, amount);
                }
            }
        }
        before
    }
}

/// Writes decisions into the disclosure.
pub(super) fn apply(disclosure: &mut Disclosure, open: &[OpenReading], decisions: &[Decision]) {
    for decision in decisions {
        let Some(of) = open.get(decision.open()) else { continue };
        let Disclosure { tables, repairs, .. } = disclosure;
        let Some(table) = tables.get_mut(of.table) else { continue };
        let rows_of = |reading: &usize| of.readings.get(*reading).into_iter().flat_map(|reading| &reading.rows);
        match decision {
            Decision::Take { reading, evidence, .. } => {
                for reading in rows_of(reading) {
                    if let Some(row) = table.rows.get_mut(reading.row) {
                        read_otherwise(row, reading, evidence, repairs);
                    }
                }
            }
            Decision::Open { readings, .. } => {
                for reading in readings.iter().flat_map(rows_of) {
                    if let Some(row) = table.rows.get_mut(reading.row) {
                        add_alternative(row, reading);
                    }
                }
            }
        }
    }
}

/// The values of a row that a reading changes.
fn differing<'r>(row: &'r Row, reading: &'r RowReading) -> impl Iterator<Item = (usize, Arc<str>, Value)> + 'r {
    row.values
        .0
        .iter()
        .zip(&reading.amounts)
        .enumerate()
        .filter(|(_, ((_, value), amount))| value.amount() != **amount)
        .map(|(at, ((column, _), amount))| (at, Arc::clone(column), amount.map_or(Value::Empty, Value::Amount)))
}

fn read_otherwise(row: &mut Row, reading: &RowReading, evidence: &[Arc<str>], repairs: &mut Vec<Repair>) {
    let changes: Vec<(usize, Arc<str>, Value)> = differing(row, reading).collect();
    if changes.is_empty() {
        return;
    }
    let told = |value: &Value| value.amount().map_or_else(|| "-".to_owned(), |amount| amount.to_string());
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for (at, column, value) in changes {
        if let Some((_, old)) = row.values.0.get_mut(at) {
            before.push(format!("{column} {}", told(old)));
            after.push(format!("{column} {}", told(&value)));
            *old = value;
        }
        row.flags
            .retain(|flag| flag.split_once(':').is_none_or(|(kind, of)| of != &*column || !matches!(kind, "ambiguous" | "fails_check")));
        let flag = format!("column_inferred:{column}");
        if !row.flags.contains(&flag) {
            row.flags.push(flag);
        }
    }
    row.flags.retain(|flag| flag != "fails_check");
    row.flags.sort_unstable();
    row.alternatives.clear();
    let id = repairs.iter().map(|repair| repair.id).max().unwrap_or(0) + 1;
    let place = row.place.clone();
    let (before, after) = (before.join(", "), Some(after.join(", ")));
    let evidence = evidence.iter().map(ToString::to_string).collect();
    repairs.push(Repair {
        id,
        rule: Arc::from(rules::COLUMNS_REALIGN),
        place,
        before,
        after,
        evidence,
        alternatives: Vec::new(),
        confidence: 0.85,
    });
    row.repairs.push(id);
    row.confidence = row.confidence.min(0.85);
}

fn add_alternative(row: &mut Row, reading: &RowReading) {
    let values = Values(differing(row, reading).map(|(_, column, value)| (column, value)).collect());
    for (column, _) in &values.0 {
        let flag = format!("ambiguous:{column}");
        if !row.flags.contains(&flag) {
            row.flags.push(flag);
        }
    }
    row.flags.sort_unstable();
    row.confidence = row.confidence.min(0.5);
    if !values.0.is_empty() && !row.alternatives.contains(&values) {
        row.alternatives.push(values);
    }
}
