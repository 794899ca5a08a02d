//! Changes that the text states: amount, change, percentage and direction follow from each other.

use crate::disclosure::{Amount, ChangeDirection};

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

/// How precisely amounts and percentages are printed, in millionths: one unit of the last digit of amounts, half a unit of the others.
#[derive(Clone, Copy, Debug)]
struct Precision {
    amounts: i128,
    /// Half a unit of the change: it is often printed with fewer digits.
    change: i128,
    percents: i128,
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
    // As precise as the most precise of them, as zeros at the end are left away; the change, on which the percentage hangs, as it is printed.
    let least = [Some(stated.amount), stated.change, stated.before].into_iter().flatten().map(Amount::half_step).min()?;
    let own = stated.change.map_or(least, Amount::half_step);
    let precision = Precision { amounts: 2 * least, change: own.max(least), percents: percent.half_step() };
    let percent = percent.scaled();
    let amount = stated.amount.scaled();
    let direction = stated.direction.filter(|direction| *direction != ChangeDirection::None)?;
    let (change, before, is_given) = match (stated.change, stated.before) {
        (Some(change), _) => (change.scaled(), before(amount, change.scaled(), direction), false),
        (None, Some(before)) => ((amount - before.scaled()).abs(), before.scaled(), true),
        (None, None) => return None,
    };
    // Of nothing there is no percentage; 100 and 0 are customary.
    if before == 0 && !is_given && ![0, WHOLE * MILLION].contains(&percent) {
        return Some(Outcome::Fails(Wrong::NoBase));
    }
    if before.abs() <= precision.amounts {
        return None;
    }
    if before > 0 && is_percentage(change, before, percent, precision) {
        let is_up = amount > before;
        let is_wrong = is_given && change > precision.amounts && is_up != (direction == ChangeDirection::Increase);
        return Some(if is_wrong { Outcome::Fails(Wrong::Direction(opposite(direction))) } else { Outcome::Holds });
    }
    let other = opposite(direction);
    let other_before = self::before(amount, change, other);
    if !is_given && other_before > precision.amounts && is_percentage(change, other_before, percent, precision) {
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

/// Can the percentage be that of the change, as precisely as all of them are printed?
fn is_percentage(change: i128, before: i128, percent: i128, precision: Precision) -> bool {
    let Precision { amounts, change: half, percents } = precision;
    // The change and the amount are off by half a unit at most, what they were before by both.
    let (low, high) = (change - half, change + half);
    let (least, most) = (before - amounts / 2 - half, before + amounts / 2 + half);
    let is_not_above = (percent - percents) * least.max(0) <= high * WHOLE * MILLION;
    let is_not_below = (percent + percents) * most >= low * WHOLE * MILLION;
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
