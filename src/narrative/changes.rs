//! What a sentence says of a change against last year, of a share and of a reason.

use super::text::{before_joints, first_of, number, number_behind, places, without_joints};
use crate::disclosure::{Amount, ChangeDirection};
use crate::grammar::{NarrativeWords, TEXT_UNIT, named_years};

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
        let of_word = |at: usize| {
            let rest = text.get(at + word.len()..).unwrap_or("");
            if is_in_brackets(text.get(..at).unwrap_or(""), rest) {
                return None;
            }
            let Some(rest) = behind_alternative(rest, words) else {
                return Some((at, way, number(without_joints(rest, &of.joints))));
            };
            // 增加（减少）0万元: the words are the template's, and only of nothing it is clear which holds.
            let behind = number(without_joints(rest, &of.joints)).filter(|(amount, _)| amount.scaled() == 0)?;
            Some((at, ChangeDirection::None, Some(behind)))
        };
        named.extend(places(text, word).filter_map(of_word));
    }
    named.sort_by_key(|&(at, ..)| at);
    let first = |units: &[&str]| {
        let with_unit = |rest: &str| units.iter().any(|unit| rest.starts_with(unit));
        named.iter().find_map(|&(at, way, behind)| behind.filter(|(_, rest)| with_unit(rest)).map(|(amount, rest)| (way, amount, at, rest)))
    };
    let (amount, percent) = (first(&UNIT), first(&PERCENT));
    // What is the same is said before any word for more or less.
    let is_behind =
        |at: usize, words: &[String]| text.get(..at).is_some_and(|before| words.iter().any(|word| before.ends_with(word.as_str())));
    let is_first = |at: usize| named.first().is_none_or(|&(first, ..)| at < first);
    let unchanged = first_of(text, &of.unchanged).map(|(at, _)| at).filter(|&at| is_first(at) && !is_behind(at, &of.negations));
    let against = match amount.or(percent) {
        Some((_, _, at, _)) => text.get(..at).and_then(|before| against(before, words)),
        // 持平 says that it is the same; 基本持平 does not.
        None => unchanged.filter(|&at| !is_behind(at, &of.nearly)).and_then(|at| same_as(text.get(..at)?, words)),
    };
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
        None if unchanged.is_some() => Some(ChangeDirection::None),
        None => named.first().map(|&(_, way, _)| way),
    };
    Change { direction, amount: amount.map(|(_, amount)| amount), percent: percent.map(|(_, percent)| percent), percent_direction, against }
}

/// Is what stands between the two texts alone in brackets?
fn is_in_brackets(before: &str, rest: &str) -> bool {
    before.ends_with(['（', '(']) && rest.starts_with(['）', ')'])
}

/// What stands behind the other word that a template offers in brackets: 增加（减少）.
fn behind_alternative<'t>(rest: &'t str, words: &NarrativeWords) -> Option<&'t str> {
    let rest = rest.strip_prefix(['（', '('])?;
    let mut other = words.changes.increase.iter().chain(&words.changes.decrease);
    other.find_map(|word| rest.strip_prefix(word.as_str())?.strip_prefix(['）', ')']))
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

/// What an amount is the same as, where that is all that stands before the word: `上年预算数` of 与上年预算数相等, not 编制口径 of 与上年编制口径相同.
fn same_as(before: &str, words: &NarrativeWords) -> Option<String> {
    let of = &words.changes;
    let before = of.compared.iter().fold(before, |before, word| before.strip_suffix(word.as_str()).unwrap_or(before));
    let clause = before.rsplit(['，', ',', '。', '；', '、']).next()?;
    let name = of.comparing_clauses.iter().find_map(|word| clause.strip_prefix(word.as_str()))?;
    let rest = of.year_before.iter().find_map(|word| name.strip_prefix(word.as_str()));
    let rest = rest.or_else(|| named_years(name).next().filter(|named| named.start == 0).and_then(|named| name.get(named.end..)))?;
    let rest = of.planned.iter().chain(&of.spent).fold(rest.to_owned(), |rest, word| rest.replace(word.as_str(), ""));
    rest.chars().all(|sign| matches!(sign, '年' | '度' | '数')).then(|| name.to_owned())
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
    fn an_amount_is_the_same_as_another_years_only_where_the_text_says_so_of_it() {
        let grammars = Grammars::built_in().expect("the built-in grammars load");
        let read = |text: &str| {
            let change = change(text, &grammars.narrative);
            (change.direction, change.against)
        };
        let same = |base: Option<&str>| (Some(ChangeDirection::None), base.map(str::to_owned));
        // As published in Jiangsu, Shanghai and Xinjiang.
        assert_eq!(read("万元，与上年预算数相等"), same(Some("上年预算数")));
        assert_eq!(read("万元，与2023年预算持平"), same(Some("2023年预算")));
        assert_eq!(read("万元，与上年相比无变化"), same(Some("上年")));
        // Nearly the same, and something else that is.
        for text in ["，与上年基本持平", "，与上年编制口径相同", "，与2024年度支出总计相等", "，与上年相比，单位数量无变化"]
        {
            assert_eq!(read(text), same(None), "{text}");
        }
        assert_eq!(read("，较上年有所增加，收支结构保持不变"), (Some(ChangeDirection::Increase), None));
        assert_eq!(read("，较上年口径不相同"), (None, None));
    }

    #[test]
    fn words_of_the_template_say_no_direction() {
        let grammars = Grammars::built_in().expect("the built-in grammars load");
        let read = |text: &str| {
            let change = change(text, &grammars.narrative);
            (change.direction, change.amount.map(|amount| amount.to_string()))
        };
        // As published in Jiangsu.
        let unchanged = (Some(ChangeDirection::None), Some("0".to_owned()));
        assert_eq!(read("与上年相比增加（减少）0万元，增长（减少）0%"), unchanged);
        // Which of them was meant is not known.
        assert_eq!(read("与上年相比增加（减少）12万元，增长（减少）3%"), (None, None));
        assert_eq!(read("与上年相比增加12万元，增长3%"), (Some(ChangeDirection::Increase), Some("12".to_owned())));
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
