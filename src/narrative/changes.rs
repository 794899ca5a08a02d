//! What a sentence says of a change against last year, of a share and of a reason.

use super::text::{first_of, has_any, number, number_behind, places, without_joints};
use crate::disclosure::{Amount, ChangeDirection};
use crate::grammar::{NarrativeWords, TEXT_UNIT};

/// A change against last year.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Change {
    pub(super) direction: Option<ChangeDirection>,
    pub(super) amount: Option<Amount>,
    pub(super) percent: Option<Amount>,
}

/// The unit of the amounts.
pub(super) const UNIT: [&str; 1] = [TEXT_UNIT];
const PERCENT: [&str; 2] = ["%", "％"];

/// Where one of the words stands, what it means, and the number behind it with what follows.
type Named<'t> = (usize, ChangeDirection, Option<(Amount, &'t str)>);

/// The change that a sentence states; what stands behind `主要原因` explains it and is not looked at.
pub(super) fn change(text: &str, words: &NarrativeWords) -> Change {
    let text = before_reason(text, words);
    let of = &words.changes;
    let more = of.increase.iter().map(|word| (word, ChangeDirection::Increase));
    let ways = more.chain(of.decrease.iter().map(|word| (word, ChangeDirection::Decrease)));
    // Where each of the words stands, with the number behind it.
    let mut named: Vec<Named<'_>> = Vec::new();
    for (word, way) in ways {
        let behind = |at: usize| text.get(at + word.len()..).and_then(|rest| number(without_joints(rest, &of.joints)));
        named.extend(places(text, word).map(|at| (at, way, behind(at))));
    }
    named.sort_by_key(|&(at, ..)| at);
    let first = |units: &[&str]| {
        let with_unit = |rest: &str| units.iter().any(|unit| rest.starts_with(unit));
        named.iter().find_map(|&(_, way, behind)| behind.filter(|(_, rest)| with_unit(rest)).map(|(amount, _)| (way, amount)))
    };
    let (amount, percent) = (first(&UNIT), first(&PERCENT));
    let direction = match amount.or(percent) {
        Some((way, _)) => Some(way),
        None if has_any(text, &of.unchanged) => Some(ChangeDirection::None),
        None => named.first().map(|&(_, way, _)| way),
    };
    Change { direction, amount: amount.map(|(_, amount)| amount), percent: percent.map(|(_, percent)| percent) }
}

/// The share that a sentence states (占 …%).
pub(super) fn share(text: &str, words: &NarrativeWords) -> Option<Amount> {
    number_behind(before_reason(text, words), &words.changes.share, &words.changes.joints, &PERCENT).map(|(_, share)| share)
}

/// The percentage behind one of some words.
pub(super) fn percent_behind(text: &str, labels: &[String], words: &NarrativeWords) -> Option<Amount> {
    number_behind(text, labels, &words.changes.joints, &PERCENT).map(|(_, percent)| percent)
}

/// The reason that a sentence gives, as printed.
pub(super) fn reason(text: &str, words: &NarrativeWords) -> Option<String> {
    let (at, word) = first_of(text, &words.changes.reason)?;
    let rest = without_joints(text.get(at + word.len()..)?, &words.changes.joints);
    let reason = rest.trim_end_matches(['。', '；', '，', ';']);
    (!reason.is_empty()).then(|| reason.to_owned())
}

/// A sentence as far as the reason.
pub(super) fn before_reason<'t>(text: &'t str, words: &NarrativeWords) -> &'t str {
    first_of(text, &words.changes.reason).and_then(|(at, _)| text.get(..at)).unwrap_or(text)
}
