//! Changes that the text states: amount, change, percentage and direction follow from each other.

use crate::disclosure::{Amount, ChangeDirection, LineItem, Statement};

/// What the text states of a change; all in one unit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stated {
    pub(super) amount: Amount,
    pub(super) direction: Option<ChangeDirection>,
    pub(super) change: Option<Amount>,
    pub(super) percent: Option<Amount>,
    /// What the word at the percentage says, where that is something else.
    pub(super) percent_direction: Option<ChangeDirection>,
    /// What it is compared with, where the text states that itself.
    pub(super) before: Option<Amount>,
}

/// How precisely the numbers are printed: half a unit of the last digit of each, in millionths.
#[derive(Clone, Copy, Debug)]
struct Precision {
    amount: i128,
    change: i128,
    /// Of what was before, where that is given, or where the change is the difference of two printed amounts.
    before: i128,
    percent: i128,
    /// Is what was before given, not the change?
    is_given: bool,
}

impl Precision {
    /// How far off rounding can make one of the amounts, at most.
    fn coarsest(self) -> i128 {
        2 * self.amount.max(self.before)
    }
}

/// What is wrong with a stated change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Wrong {
    /// The percentage should be this one.
    Percent(Amount),
    /// The other direction fits.
    Direction(ChangeDirection),
    /// Nothing was there before: no percentage can be stated.
    NoBase,
    /// More is said to have been added than there is.
    MoreThanAll,
    /// One word says that it is more than before, the next that it is less.
    Words(ChangeDirection),
}

impl Stated {
    /// What the text states of a line item's amount.
    pub(super) fn of_item(item: &LineItem, amount: Amount) -> Self {
        Self {
            amount,
            direction: item.change_direction,
            change: item.change_amount,
            percent: item.change_pct,
            percent_direction: item.change_pct_direction,
            before: item.compared_with,
        }
    }

    /// What the text states of a statement's amount.
    pub(super) fn of_statement(of: &Statement, amount: Amount) -> Self {
        Self {
            amount,
            direction: of.change_direction,
            change: of.change_amount,
            percent: of.change_pct,
            percent_direction: of.change_pct_direction,
            before: None,
        }
    }

    /// Do its numbers follow from each other? `None`: there is nothing to compare.
    pub(super) fn adds_up(&self) -> Option<bool> {
        check_numbers(self).map(|outcome| outcome == Outcome::Holds)
    }
}

/// Checks a stated change; `None`: it holds, or there is nothing to compare.
pub(super) fn check(stated: &Stated) -> Option<Outcome> {
    let of_numbers = check_numbers(stated);
    // What the words contradict is told where the numbers do not.
    match (stated.percent_direction, of_numbers) {
        (Some(other), Some(Outcome::Holds) | None) => Some(Outcome::Fails(Wrong::Words(other))),
        (_, of_numbers) => of_numbers,
    }
}

/// Checks the numbers of a stated change, by the word at the amount.
fn check_numbers(stated: &Stated) -> Option<Outcome> {
    let Some(percent) = stated.percent else { return more_than_all(stated) };
    let half = |of: Option<Amount>| of.map_or(0, Amount::half_step);
    let own = stated.amount.half_step().max(half(stated.change));
    let precision = Precision {
        amount: stated.amount.half_step(),
        change: half(stated.change),
        before: if stated.change.is_none() { half(stated.before) } else { own },
        percent: percent.half_step(),
        is_given: stated.change.is_none(),
    };
    let is_given = precision.is_given;
    let percent = percent.scaled();
    let amount = stated.amount.scaled();
    let direction = stated.direction.filter(|direction| *direction != ChangeDirection::None)?;
    let (change, before) = match (stated.change, stated.before) {
        (Some(change), _) => (change.scaled(), before(amount, change.scaled(), direction)),
        (None, Some(before)) => ((amount - before.scaled()).abs(), before.scaled()),
        (None, None) => return None,
    };
    // Of nothing there is no percentage; 100 and 0 are customary.
    if before == 0 && !is_given && ![0, WHOLE * MILLION].contains(&percent) && !is_percentage((change, 0), direction, percent, precision) {
        return Some(Outcome::Fails(Wrong::NoBase));
    }
    if before.abs() <= precision.coarsest() {
        return None;
    }
    // Which way it went by the amounts, where both are given; else as stated.
    let is_up = amount > before;
    let way = match (is_given, is_up) {
        (true, true) => ChangeDirection::Increase,
        (true, false) => ChangeDirection::Decrease,
        (false, _) => direction,
    };
    if before > 0 && is_percentage((change, before), way, percent, precision) {
        let is_wrong = is_given && change > precision.coarsest() && is_up != (direction == ChangeDirection::Increase);
        return Some(if is_wrong { Outcome::Fails(Wrong::Direction(opposite(direction))) } else { Outcome::Holds });
    }
    let other = opposite(direction);
    let other_before = self::before(amount, change, other);
    if !is_given && other_before > precision.coarsest() && is_percentage((change, other_before), other, percent, precision) {
        return Some(Outcome::Fails(Wrong::Direction(other)));
    }
    if before < 0 {
        return None;
    }
    Some(Outcome::Fails(Wrong::Percent(Amount::from_scaled(rounded(change, before))?)))
}

/// Outcome of a comparison that was made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Outcome {
    Holds,
    Fails(Wrong),
}

/// Without a percentage: nothing can have increased by more than it is.
fn more_than_all(stated: &Stated) -> Option<Outcome> {
    let change = stated.change.filter(|_| stated.direction == Some(ChangeDirection::Increase))?;
    let half = stated.amount.half_step() + change.half_step();
    let is_more = stated.amount.scaled() >= 0 && change.scaled() - stated.amount.scaled() > half;
    Some(if is_more { Outcome::Fails(Wrong::MoreThanAll) } else { Outcome::Holds })
}

fn before(amount: i128, change: i128, direction: ChangeDirection) -> i128 {
    if direction == ChangeDirection::Increase { amount - change } else { amount + change }
}

fn opposite(direction: ChangeDirection) -> ChangeDirection {
    if direction == ChangeDirection::Increase { ChangeDirection::Decrease } else { ChangeDirection::Increase }
}

const WHOLE: i128 = 100;
const MILLION: i128 = 1_000_000;

/// Can the percentage be that of the change, as precisely as all of them are printed? A change that is stated was rounded by itself, or is the
/// difference of two rounded amounts.
fn is_percentage(of: (i128, i128), direction: ChangeDirection, percent: i128, precision: Precision) -> bool {
    let by_difference = Precision { is_given: true, ..precision };
    is_percentage_so(of, direction, percent, precision) || is_percentage_so(of, direction, percent, by_difference)
}

/// What was before is what follows from the same two amounts, so that it is not off one way where the change is off the other.
fn is_percentage_so((change, before): (i128, i128), direction: ChangeDirection, percent: i128, precision: Precision) -> bool {
    let Precision { amount: half, change: own, before: half_before, percent: percents, is_given } = precision;
    let off_by = if is_given { half + half_before } else { own };
    // How far off what was before is where the change is as large as it can be.
    let before_off_by = match (is_given, direction) {
        (false, ChangeDirection::Decrease) => own - half,
        (false, _) => -own - half,
        (true, ChangeDirection::Decrease) => half_before,
        (true, _) => -half_before,
    };
    // Numbers too large for any budget are as good as each other.
    let is_not_above = (percent - percents).saturating_mul((before + before_off_by).max(0)) <= (change + off_by) * WHOLE * MILLION;
    let is_not_below = (percent + percents).saturating_mul(before - before_off_by) >= (change - off_by) * WHOLE * MILLION;
    is_not_above && is_not_below
}

/// The percentage to two decimals, in millionths.
fn rounded(change: i128, before: i128) -> i128 {
    const HUNDREDTH: i128 = 10_000;
    let hundredths = (change * WHOLE * WHOLE * 2 + before) / (before * 2);
    hundredths * HUNDREDTH
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stated(amount: &str, direction: ChangeDirection, change: Option<&str>, before: Option<&str>, percent: &str) -> Stated {
        let amount_of = |text: &str| text.parse::<Amount>().expect("an amount");
        Stated {
            amount: amount_of(amount),
            direction: Some(direction),
            change: change.map(amount_of),
            percent: Some(amount_of(percent)),
            percent_direction: None,
            before: before.map(amount_of),
        }
    }

    #[test]
    fn percentages_follow_from_amounts_as_published() {
        use ChangeDirection::{Decrease, Increase};
        // 28.1 is anything from 28.05 to 28.15, of which 7.57 % is right; 368.97 is more precise.
        assert_eq!(check(&stated("400.02", Increase, Some("28.1"), None, "7.57")), Some(Outcome::Holds));
        let percent = |text: &str| Some(Outcome::Fails(Wrong::Percent(text.parse().expect("a percentage"))));
        assert_eq!(check(&stated("1442.74", Increase, Some("368.97"), None, "34.38")), percent("34.36"));
        // Three items of one published budget: the first is cut off where it had to be rounded (36.586), the others are a hundred and ten times too small.
        assert_eq!(check(&stated("10883.36", Increase, Some("2915.22"), None, "36.58")), percent("36.59"));
        assert_eq!(check(&stated("3666", Increase, Some("21.8"), None, "0.06")), percent("0.6"));
        assert_eq!(check(&stated("1895", Decrease, Some("134"), None, "0.66")), percent("6.6"));
        // 增加 where the amounts say 减少.
        let direction = Some(Outcome::Fails(Wrong::Direction(Decrease)));
        assert_eq!(check(&stated("940", Increase, Some("972"), None, "50.84")), direction, "there was never less than nothing");
        assert_eq!(check(&stated("940", Decrease, Some("972"), None, "50.84")), Some(Outcome::Holds));
        assert_eq!(check(&stated("1940", Increase, Some("972"), None, "33.38")), direction);
        assert_eq!(check(&stated("940", Increase, Some("940"), None, "100")), None);
        assert_eq!(check(&stated("940", Increase, Some("940"), None, "131.42")), Some(Outcome::Fails(Wrong::NoBase)));
        // From 0.25 to 5, both printed without decimals.
        assert_eq!(check(&stated("5", Increase, Some("5"), None, "1900")), None);
        // What is more and what was before are off together: 10500.5 of 24333 are 43.153 % at most.
        assert_eq!(check(&stated("13833", Decrease, Some("10500"), None, "43.15")), Some(Outcome::Holds));
        assert_eq!(check(&stated("13833", Decrease, Some("10500"), None, "43.16")), percent("43.15"));
        // 43.8 can be 43.8496, though the change has more digits.
        assert_eq!(check(&stated("43.8", Increase, Some("13.59"), None, "44.93")), Some(Outcome::Holds));
        // From 51.5564 to 54.2699 are 5.26 %, whether the change is printed as 3 or as the difference of the printed amounts.
        assert_eq!(check(&stated("54", Increase, Some("2"), None, "5.26")), Some(Outcome::Holds));
        assert_eq!(check(&stated("54", Increase, Some("3"), None, "5.26")), Some(Outcome::Holds));
        // From 3.4 to 9.6 are 182 %, from 9.6 to 3.4 64.6 %.
        assert_eq!(check(&stated("10", Increase, None, Some("3"), "182")), Some(Outcome::Holds));
        assert_eq!(check(&stated("3", Decrease, None, Some("10"), "64.6")), Some(Outcome::Holds));
        // No budget has such numbers.
        assert_eq!(check(&stated("123456789012345678", Increase, Some("12345678901234567"), None, "123456789012345678")), percent("11.11"));
        // A published budget of no government fund at all that "increased by 1421.25".
        let more = |amount, change| {
            let amounts: Vec<Amount> = [amount, change].into_iter().map(|text: &str| text.parse().expect("an amount")).collect();
            check(&Stated {
                amount: amounts[0],
                direction: Some(Increase),
                change: Some(amounts[1]),
                percent: None,
                percent_direction: None,
                before: None,
            })
        };
        assert_eq!(more("0", "1421.25"), Some(Outcome::Fails(Wrong::MoreThanAll)));
        assert_eq!(more("1421.3", "1421.25"), Some(Outcome::Holds));
        assert_eq!(more("16497.86", "1421.25"), Some(Outcome::Holds));
        // Compared with an amount that the text states.
        assert_eq!(check(&stated("25.77", Decrease, None, Some("60.13"), "57.14")), Some(Outcome::Holds));
        assert_eq!(check(&stated("220.63", Increase, None, Some("132.59"), "60.54")), percent("66.4"));
    }
}
