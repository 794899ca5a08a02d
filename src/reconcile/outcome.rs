//! How the two sides of an identity compare.

use crate::grammar::Relation;

/// Outcome of an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Nothing to compare.
    Vacuous,
    /// Both sides are equal, or as unequal as they should be.
    Holds,
    /// They differ by no more than the printed precision explains.
    Rounded,
    /// They differ.
    Fails,
}

impl Outcome {
    /// Of sides that differ so much and that rounding can part so far.
    pub(super) fn of(relation: Relation, difference: i128, slack: i128) -> Self {
        let holds = match relation {
            Relation::Equal => difference == 0,
            Relation::AtMost => difference <= 0,
            Relation::AtLeast => difference >= 0,
        };
        if holds {
            Self::Holds
        } else if difference.abs() <= slack {
            Self::Rounded
        } else {
            Self::Fails
        }
    }
}
