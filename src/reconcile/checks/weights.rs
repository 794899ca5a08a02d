//! Weights of performance targets (指标分值权重): what those of one table add up to is the same in all tables of a disclosure.
//!
//! No standard fixes the sum. Most publishers give 90 and keep 10 for the execution rate (预算执行率), others 100; so the usual one of the disclosure
//! counts.

use std::collections::BTreeMap;

use crate::disclosure::{Amount, Indicator, Target};

/// A target whose weights do not add up to the usual sum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct WrongWeights {
    /// The target, by its place.
    pub(super) target: usize,
    pub(super) sum: Amount,
    pub(super) usual: Amount,
    /// How many targets have the usual sum.
    pub(super) having: usize,
}

/// Fewer targets than this show no usual sum.
const FEWEST_TARGETS: usize = 3;
/// What weights add up to, in millionths: without the execution rate, and with it.
const CUSTOMARY: [i128; 2] = [90_000_000, 100_000_000];

/// The targets whose weights add up to something else than those of most targets of their kind.
pub(super) fn wrong_weights(targets: &[Target]) -> Vec<WrongWeights> {
    let mut by_kind: BTreeMap<&str, Vec<(usize, Weights)>> = BTreeMap::new();
    for (at, target) in targets.iter().enumerate() {
        if let Some(weights) = weights(target) {
            by_kind.entry(&target.table).or_default().push((at, weights));
        }
    }
    let mut wrong: Vec<WrongWeights> = by_kind.into_values().flat_map(|of| of_kind(&of)).collect();
    wrong.sort_unstable_by_key(|of| of.target);
    wrong
}

fn of_kind(targets: &[(usize, Weights)]) -> Vec<WrongWeights> {
    let mut sums: BTreeMap<i128, usize> = BTreeMap::new();
    for (_, weights) in targets.iter().filter(|(_, weights)| weights.is_whole) {
        *sums.entry(weights.sum).or_default() += 1;
    }
    let Some((&usual, &having)) = sums.iter().max_by_key(|(_, having)| **having) else { return Vec::new() };
    if having < FEWEST_TARGETS || 2 * having <= targets.len() {
        return Vec::new();
    }
    // One that lacks a weight can have no more than the usual sum; and one that lists the execution rate, or does not, is no mistake.
    let is_customary = |sum: i128| CUSTOMARY.contains(&sum);
    let is_right = |sum: i128| sum == usual || is_customary(sum) && is_customary(usual);
    let is_wrong = |weights: &Weights| !is_right(weights.sum) && (weights.sum > usual || weights.is_whole);
    let wrong = targets.iter().filter(|(_, weights)| is_wrong(weights)).filter_map(|&(target, weights)| {
        let (sum, usual) = (Amount::from_scaled(weights.sum)?, Amount::from_scaled(usual)?);
        Some(WrongWeights { target, sum, usual, having })
    });
    wrong.collect()
}

/// The weights of a target.
#[derive(Clone, Copy, Debug)]
struct Weights {
    /// In millionths.
    sum: i128,
    /// Has every indicator its weight?
    is_whole: bool,
}

/// The weights of a target, if it states any and all that is there could be read.
fn weights(target: &Target) -> Option<Weights> {
    let is_doubtful = |of: &Indicator| of.flags.iter().any(|flag| matches!(flag.as_str(), "weight_not_a_number" | "row_doubtful"));
    if target.indicators.iter().any(is_doubtful) {
        return None;
    }
    let weights = || target.indicators.iter().filter_map(|of| of.weight);
    weights().next()?;
    let is_whole = target.indicators.iter().all(|of| of.weight.is_some() || of.level3.is_none());
    Some(Weights { sum: weights().map(Amount::scaled).sum(), is_whole })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(weights: &[Option<&str>]) -> Target {
        let indicator = |&weight| Indicator {
            level3: Some("补贴人数".to_owned()),
            weight: Option::map(weight, |weight: &str| weight.parse().expect("a weight")),
            ..Indicator::default()
        };
        Target { table: "performance_target".into(), indicators: weights.iter().map(indicator).collect(), ..Target::default() }
    }

    #[test]
    fn weights_add_up_alike_in_all_targets() {
        let ninety = || target(&[Some("40"), Some("30"), Some("20")]);
        let amount = |text: &str| text.parse::<Amount>().expect("an amount");
        let found = wrong_weights(&[ninety(), ninety(), target(&[Some("40"), Some("35"), Some("20")]), ninety()]);
        assert_eq!(found, [WrongWeights { target: 2, sum: amount("95"), usual: amount("90"), having: 3 }]);
        // One that lacks a weight may have lost it in reading…
        assert_eq!(wrong_weights(&[ninety(), ninety(), target(&[Some("40"), None, Some("20")]), ninety()]), []);
        // …but no weight makes less of what is too much.
        assert_eq!(wrong_weights(&[ninety(), ninety(), target(&[Some("85"), None, Some("20")]), ninety()]).len(), 1);
        // Four without the execution rate, and one that lists it.
        let listing = target(&[Some("10"), Some("40"), Some("30"), Some("20")]);
        assert_eq!(wrong_weights(&[ninety(), ninety(), ninety(), ninety(), listing]), []);
        // Two of each show nothing.
        let hundred = || target(&[Some("60"), Some("40")]);
        assert_eq!(wrong_weights(&[ninety(), ninety(), hundred(), hundred()]), []);
        assert_eq!(wrong_weights(&[ninety(), ninety(), ninety(), hundred(), hundred(), hundred()]), []);
        assert_eq!(wrong_weights(&[ninety(), hundred()]), []);
    }
}
