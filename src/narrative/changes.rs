//! What a sentence says of a change against last year, of a share and of a reason.

use super::text::{before_joints, first_of, has_any, number, number_behind, places, without_joints};
use crate::disclosure::{Amount, ChangeDirection};
use crate::grammar::{NarrativeWords, TEXT_UNIT};

/// A change against last year.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Change {
    pub(super) direction: Option<ChangeDirection>,
    pub(super) amount: Option<Amount>,
    pub(super) percent: Option<Amount>,
    /// What the word at the percentage says, where that is not what the word at the amount does.
    pub(super) percent_direction: Option<ChangeDirection>,
    /// What it is against.
    pub(super) against: Option<String>,
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
        named.iter().find_map(|&(at, way, behind)| behind.filter(|(_, rest)| with_unit(rest)).map(|(amount, rest)| (way, amount, at, rest)))
    };
    let (amount, percent) = (first(&UNIT), first(&PERCENT));
    let against = amount.or(percent).and_then(|(_, _, at, _)| against(text.get(..at)?, words));
    // Only a percentage right behind the amount is of the same change.
    let is_next = |rest: &str, at: usize| {
        let between = text.len().checked_sub(rest.len()).and_then(|from| text.get(from + TEXT_UNIT.len()..at));
        between.is_some_and(|between| between.chars().all(|sign| matches!(sign, '，' | ',' | '、' | ' ')))
    };
    let percent_direction = match (amount, percent) {
        (Some((way, .., rest)), Some((other, _, at, _))) if way != other && is_next(rest, at) => Some(other),
        _ => None,
    };
    let (amount, percent) = (amount.map(|(way, amount, ..)| (way, amount)), percent.map(|(way, percent, ..)| (way, percent)));
    let direction = match amount.or(percent) {
        Some((way, _)) => Some(way),
        None if has_any(text, &of.unchanged) => Some(ChangeDirection::None),
        None => named.first().map(|&(_, way, _)| way),
    };
    Change { direction, amount: amount.map(|(_, amount)| amount), percent: percent.map(|(_, percent)| percent), percent_direction, against }
}

/// What a change is against, by the words before it: `上年` of `，与上年相比，收、支总计各`.
fn against(before: &str, words: &NarrativeWords) -> Option<String> {
    // No year or budget that something is compared with has a longer name, in characters.
    const LONGEST: usize = 16;
    let of = &words.changes;
    let starts = of.comparing_clauses.iter().filter_map(|word| Some((before.rfind(word.as_str())?, word.len())));
    let is_other_word = |front: &str| of.no_comparison.iter().any(|word| front.ends_with(word.as_str()));
    let starts = starts.filter(|&(at, _)| !before.get(..at).is_some_and(is_other_word));
    let named = |(at, length): (usize, usize)| {
        let name = before.get(at + length..)?.split(['，', ',', '。', '；']).next()?.trim();
        let name = of.compared.iter().fold(name, |name, word| name.split(word.as_str()).next().unwrap_or(name)).trim();
        (!name.is_empty() && name.chars().count() <= LONGEST).then(|| (at, name.to_owned()))
    };
    starts.filter_map(named).max_by_key(|&(at, _)| at).map(|(_, name)| name)
}

/// A share of a whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Share {
    pub(super) percent: Option<Amount>,
    /// The name of the whole, where it is named.
    pub(super) of: Option<String>,
}

/// The share that a sentence states (占 …%, 占“三公”经费的 …%).
pub(super) fn share(text: &str, words: &NarrativeWords) -> Share {
    // No whole has a longer name, in characters.
    const LONGEST_NAME: usize = 20;
    let text = before_reason(text, words);
    let of = &words.changes;
    if let Some((_, percent)) = number_behind(text, &of.share, &of.joints, &PERCENT) {
        return Share { percent: Some(percent), of: None };
    }
    let named = |word: &str, at: usize| {
        let rest = text.get(at + word.len()..)?;
        let (name, _) = rest.split_at_checked(rest.find(|c: char| c.is_ascii_digit())?)?;
        let (percent, unit) = number(rest.get(name.len()..)?)?;
        let name = before_joints(name, &of.joints).trim_end_matches('的');
        let is_name = (2..=LONGEST_NAME).contains(&name.chars().count()) && !name.contains(['，', '。', '；', '、', ',', ';']);
        (is_name && PERCENT.iter().any(|sign| unit.starts_with(sign))).then(|| Share { percent: Some(percent), of: Some(name.to_owned()) })
    };
    of.share.iter().find_map(|word| places(text, word).find_map(|at| named(word, at))).unwrap_or_default()
}

/// The percentage behind one of some words.
pub(super) fn percent_behind(text: &str, labels: &[String], words: &NarrativeWords) -> Option<Amount> {
    number_behind(text, labels, &words.changes.joints, &PERCENT).map(|(_, percent)| percent)
}

/// The reason that a sentence gives, as printed; empty where the sentence ends before it (主要原因是。).
pub(super) fn reason(text: &str, words: &NarrativeWords) -> Option<String> {
    let (at, word) = first_of(text, &words.changes.reason)?;
    let rest = without_joints(text.get(at + word.len()..)?, &words.changes.joints);
    if rest.starts_with(['。', '；', ';']) {
        return Some(String::new());
    }
    let reason = rest.trim_end_matches(['。', '；', '，', ';']);
    (!reason.is_empty()).then(|| reason.to_owned())
}

/// A sentence as far as the reason.
pub(super) fn before_reason<'t>(text: &'t str, words: &NarrativeWords) -> &'t str {
    first_of(text, &words.changes.reason).and_then(|(at, _)| text.get(..at)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::Grammars;

    #[test]
    fn a_change_says_what_it_is_against() {
        let grammars = Grammars::built_in().expect("the built-in grammars load");
        let against = |text: &str| change(text, &grammars.narrative).against;
        // As published in Jiangsu, Shanghai and Xinjiang.
        assert_eq!(against("与上年相比，收、支总计各增加3,958.98万元").as_deref(), Some("上年"));
        assert_eq!(against("，比2023年预算执行数增加60.54%").as_deref(), Some("2023年预算执行数"));
        assert_eq!(against("，比上年预算减少1041万元，增长63.21%").as_deref(), Some("上年预算"));
        assert_eq!(against("，同比增加3万元"), None);
        assert_eq!(against("，增加3万元"), None);
    }

    #[test]
    fn a_word_at_the_percentage_can_contradict_the_one_at_the_amount() {
        let grammars = Grammars::built_in().expect("the built-in grammars load");
        let other = |text: &str| change(text, &grammars.narrative).percent_direction;
        assert_eq!(other("，比上年预算减少1041万元，增长63.21%"), Some(ChangeDirection::Increase));
        assert_eq!(other("，比上年预算减少1041万元，下降63.21%"), None);
        // What lies between them makes it a percentage of something else.
        assert_eq!(other("，比上年减少10万元，其中项目支出增长5%"), None);
    }

    #[test]
    fn a_share_can_name_its_whole() {
        let grammars = Grammars::built_in().expect("the built-in grammars load");
        let read = |text: &str| {
            let Share { percent, of } = share(text, &grammars.narrative);
            (percent.map(|percent| percent.to_string()), of)
        };
        let said = |percent: &str, of: Option<&str>| (Some(percent.to_owned()), of.map(str::to_owned));
        assert_eq!(read("，占97.32%，比上年减少"), said("97.32", None));
        assert_eq!(read("占“三公”经费的18.85%；"), said("18.85", Some("“三公”经费")));
        assert_eq!(read("占本年支出合计的99.94%。"), said("99.94", Some("本年支出合计")));
        // What lies between 占 and the number is another sentence, or no percentage.
        assert_eq!(read("占地面积，比上年增加18.85%"), (None, None));
        assert_eq!(read("占用资金3万元"), (None, None));
    }
}
