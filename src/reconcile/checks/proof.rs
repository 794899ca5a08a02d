//! How much of each table is proved.

use rustc_hash::FxHashSet;

use super::blame::Cause;
use super::equation::{Equations, State};
use super::ledger::{At, Ledger, Place};
use crate::disclosure::{CheckKind, Disclosure, Proof};
use crate::reconcile::outcome::Outcome;

/// The proof of each table.
pub(super) fn proofs(
    disclosure: &Disclosure,
    (equations, states): (&Equations, &[State]),
    published: &Ledger,
    corrected: &Ledger,
    causes: &[Cause],
) -> Vec<Proof> {
    let mut proofs = vec![Proof::default(); disclosure.tables.len()];
    let mut holds: FxHashSet<At> = FxHashSet::default();
    let mut fails: FxHashSet<At> = FxHashSet::default();
    let mut open: FxHashSet<At> = FxHashSet::default();
    // What is blamed is contradicted. Of a failure that nothing explains, the sum is, and so is a part where there are few; one of many parts is
    // neither that nor proved.
    for cause in causes {
        if let Some(change) = &cause.change {
            fails.extend(change.by.iter().map(|&(at, _)| at));
        } else {
            for equation in cause.equations().filter_map(|at| equations.list().get(at as usize)) {
                // What is missing contradicts nothing that is there.
                if equation.is_blank() {
                    continue;
                }
                let is_short = equation.kind == CheckKind::RowSum || equations.terms(equation).count() == 2;
                let (told, other) = equations.told(equation);
                fails.extend(told);
                if is_short { &mut fails } else { &mut open }.extend(other);
            }
        }
    }
    for (equation, &State { outcome, .. }) in equations.list().iter().zip(states) {
        if outcome == Outcome::Vacuous {
            continue;
        }
        let mut tables: Vec<usize> = equations.terms(equation).filter_map(|at| table_of(published, at)).collect();
        tables.sort_unstable();
        tables.dedup();
        for table in tables {
            if let Some(proof) = proofs.get_mut(table) {
                proof.identities += 1;
            }
        }
        // That one amount is at most another proves neither.
        if equation.is_equality() && outcome != Outcome::Fails {
            holds.extend(equations.terms(equation));
        }
    }
    for at in 0..At::try_from(published.len()).unwrap_or(At::MAX) {
        let Some(proof) = table_of(published, at).filter(|_| published.is_filled(at)).and_then(|table| proofs.get_mut(table)) else {
            continue;
        };
        proof.values += 1;
        if fails.contains(&at) || published.amount(at) != corrected.amount(at) {
            proof.contradicted += 1;
        } else if holds.contains(&at) && !open.contains(&at) {
            proof.proved += 1;
        } else {
            proof.unchecked += 1;
        }
    }
    proofs
}

fn table_of(ledger: &Ledger, at: At) -> Option<usize> {
    match ledger.get(at)?.place {
        Place::Cell(table, ..) => Some(table),
        _ => None,
    }
}
