//! What the text says beside its numbers: reasons that say the opposite of the change that they explain, or nothing, and numbers of line items.

use crate::disclosure::{ChangeDirection, LineItem, Table};
use crate::grammar::{ChangeWords, Vocabulary, key};

/// What is wrong with a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WrongReason {
    /// It says that more, or less, was spent; the change says the opposite.
    Opposite(ChangeDirection),
    /// The sentence ends before it.
    Missing,
}

/// What is wrong with the reason of a change, if anything is.
pub(super) fn wrong_reason(reason: &str, change: Option<ChangeDirection>, words: &ChangeWords) -> Option<WrongReason> {
    if reason.is_empty() {
        return Some(WrongReason::Missing);
    }
    let said = spending(&key(reason), words)?;
    let change = change.filter(|change| *change != ChangeDirection::None)?;
    (said != change).then_some(WrongReason::Opposite(said))
}

/// Which way spending went by a reason that ends with it and says nothing else: 相应支出减少. One that names a year can be about that.
fn spending(reason: &str, words: &ChangeWords) -> Option<ChangeDirection> {
    let has = |words: &[String]| words.iter().any(|word| reason.contains(word.as_str()));
    let (way, of) = match (has(&words.increase), has(&words.decrease)) {
        (true, false) => (ChangeDirection::Increase, &words.increase),
        (false, true) => (ChangeDirection::Decrease, &words.decrease),
        _ => return None,
    };
    let clause = reason.rsplit(['，', '、', '；', '。', '：']).next()?;
    let subject = of.iter().find_map(|word| clause.strip_suffix(word.as_str()))?;
    let is_of_spending = words.spending.iter().any(|word| subject.contains(word.as_str()));
    (is_of_spending && !reason.contains('年') && !has(&words.year_before)).then_some(way)
}

/// The tables with amounts of which their remark says that they are empty (故本表为空表), with that remark. One that says when they would be says nothing;
/// `funds` are words that tell tables of one fund from those of others.
pub(super) fn filled_despite_notes<'d>(tables: &'d [Table], vocabulary: &Vocabulary, funds: &[String]) -> Vec<(&'d Table, &'d str)> {
    let says_empty = |note: &&String| {
        let has = |words: &[String]| words.iter().any(|word| note.contains(word.as_str()));
        has(&vocabulary.empty_tables) && !has(&vocabulary.conditions)
    };
    let has_amount = |table: &Table| {
        let mut values = table.rows.iter().flat_map(|row| &row.values.0);
        values.any(|(_, value)| value.amount().is_some_and(|amount| !amount.is_zero()))
    };
    // The remark of an empty table behind it can stand under a table where that one was not found.
    let is_of_other =
        |table: &Table, note: &str| funds.iter().any(|fund| note.contains(fund.as_str()) && !table.title.contains(fund.as_str()));
    let wrong = tables.iter().filter_map(|table| Some((table, table.notes.iter().find(says_empty)?.as_str())));
    let wrong = wrong.filter(|(table, note)| !is_of_other(table, note));
    wrong.filter(|(table, _)| has_amount(table)).collect()
}

/// What is wrong with the number of a line item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WrongNumber {
    /// The one before has it too.
    Repeated,
    /// It stands behind the next one.
    BehindNext,
}

/// The line items whose number is the publisher's slip: what stands around goes on from it, which it would not if it were misread.
pub(super) fn wrong_numbers(items: &[LineItem]) -> Vec<(usize, u32, WrongNumber)> {
    let numbers: Vec<Option<u32>> = items.iter().map(|item| item.number.as_deref()?.parse().ok()).collect();
    let number = |at: Option<usize>| at.and_then(|at| numbers.get(at)).copied().flatten();
    let wrong = (0..numbers.len()).filter_map(|at| {
        let of = number(Some(at)).filter(|&of| of > 1)?;
        let (two_before, before, next) = (number(at.checked_sub(2)), number(at.checked_sub(1))?, number(Some(at + 1)));
        if before == of && two_before == Some(of - 1) && next.is_none_or(|next| next == of + 1 || next == 1) {
            return Some((at, of, WrongNumber::Repeated));
        }
        let is_swapped = before == of + 1 && two_before == Some(of - 1) && next.is_none_or(|next| next == of + 2 || next == 1);
        is_swapped.then_some((at, of, WrongNumber::BehindNext))
    });
    wrong.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::Grammars;
    use ChangeDirection::{Decrease, Increase};

    #[test]
    fn a_reason_is_of_the_change_if_it_ends_with_what_was_spent() {
        let grammars = Grammars::built_in().expect("the built-in grammars load");
        let wrong = |reason: &str, change| wrong_reason(reason, Some(change), &grammars.narrative.changes);
        // As published: 比上年预算增加723万元，增加10.43%，主要原因是：相应支出减少。
        assert_eq!(wrong("相应支出减少", Increase), Some(WrongReason::Opposite(Decrease)));
        assert_eq!(wrong("相应支出减少", Decrease), None);
        assert_eq!(wrong("宣传事务一般行政管理事务经费增加", Decrease), Some(WrongReason::Opposite(Increase)));
        // As published: less of something else, both ways, another year, or nothing of the kind.
        assert_eq!(wrong("人员调出、退休减少", Increase), None);
        assert_eq!(wrong("增加外事经费200万元，相关运转类经费减少", Increase), None);
        assert_eq!(wrong("上年项目支出减少", Increase), None);
        assert_eq!(wrong("根据“过紧日子”要求压减支出", Increase), None);
        // As published in Shanghai: 与2023年预算持平，主要原因是。
        assert_eq!(wrong("", Increase), Some(WrongReason::Missing));
    }
}
