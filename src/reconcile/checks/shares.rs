//! Shares that the text states (占 %): of which whole, and whether they follow from it.
//!
//! Where the text names the whole (占“三公”经费的18.85%), `identities.toml` knows what that is. It seldom does. So the shares of a list are looked at together: the whole is what most of them are shares of, an
//! amount stated before them in their section or their own sum. One that does not fit, of that or of anything that the section states, is wrong.

use super::ledger::{At, Ledger};
use crate::disclosure::{Amount, Disclosure, LineItem, Statement};
use crate::grammar::key;

/// A share that the amounts contradict.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct WrongShare {
    /// The statement, by its place.
    pub(super) statement: usize,
    /// Of what it is a share, in millionths of a yuan.
    pub(super) whole: i128,
    /// The share as published, in percent.
    pub(super) published: Amount,
    /// What the amounts give.
    pub(super) right: Amount,
    /// Of what other whole it is a share, with others of its section.
    pub(super) other: Option<OtherWhole>,
    /// The first wrong one of a list whose last digits the publisher moved: so that they make 100, or all one way.
    pub(super) made_up_with: Option<usize>,
}

/// A whole that several shares have in common, but is not the one that the text names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct OtherWhole {
    /// The first of them, by its place.
    pub(super) first: usize,
    pub(super) shares: usize,
    /// Between what it lies, in millionths of a yuan.
    pub(super) range: (i128, i128),
}

/// Fewer shares than this tell nothing of their whole.
const FEWEST_SHARES: usize = 3;
const WHOLE: i128 = 100;
const MILLION: i128 = 1_000_000;

/// The shares that do not follow from the amounts, neither as published nor with what is known to be wrong put right; `whole_of` knows
/// what the text means by the name of a whole.
pub(super) fn wrong_shares(
    disclosure: &Disclosure,
    whole_of: impl Fn(&str) -> Option<Vec<At>>,
    published: &Ledger,
    corrected: &Ledger,
) -> Vec<WrongShare> {
    let statements = &disclosure.statements;
    let mut wrong = Vec::new();
    let mut at = 0;
    while let Some(first) = statements.get(at) {
        let end = at + statements.iter().skip(at).take_while(|of| of.section == first.section).count().max(1);
        let section: Vec<(usize, &Statement)> = statements.iter().enumerate().take(end).skip(at).collect();
        of_section(&section, &said_before(statements, at), [published, corrected], &mut wrong);
        at = end;
    }
    for (at, of) in statements.iter().enumerate() {
        let (Some(share), Some(name)) = (of.share_pct, of.share_of.as_deref()) else { continue };
        wrong.extend(of_named_whole((at, of, share), (name, whole_of(name)), statements, [published, corrected]));
    }
    wrong.sort_by_key(|of| of.statement);
    let is_of_one_list = |a: &WrongShare, b: &WrongShare| {
        let section = |of: &WrongShare| statements.get(of.statement).map(|statement| &statement.section);
        a.whole == b.whole && section(a) == section(b)
    };
    wrong.chunk_by_mut(is_of_one_list).for_each(|list| find_other_whole(list, published));
    wrong
}

/// Wrong shares of one list that are right of another whole are one mistake.
fn find_other_whole(list: &mut [WrongShare], ledger: &Ledger) {
    let range = |of: &WrongShare| {
        let entry = ledger.get(ledger.statement(of.statement))?;
        Some(wholes_of(entry.amount?, printed(of.published), ledger.finest_of_text()))
    };
    let [first, _, ..] = &*list else { return };
    let first = first.statement;
    let common = list.iter().map(range).try_fold((0, i128::MAX), |common, range| {
        let (from, to) = range?;
        Some((common.0.max(from), common.1.min(to)))
    });
    let shares = list.len();
    if let Some(range) = common.filter(|&(from, to)| from <= to && to < i128::MAX) {
        for of in list {
            of.other = Some(OtherWhole { first, shares, range });
        }
    }
}

/// A share of a whole that has a name: what a table says of it, or another amount of the text with that name.
fn of_named_whole(
    (at, of, share): (usize, &Statement, Amount),
    (name, whole): (&str, Option<Vec<At>>),
    statements: &[Statement],
    ledgers: [&Ledger; 2],
) -> Option<WrongShare> {
    let [published, _] = ledgers;
    let half = published.finest_of_text();
    let name = key(name);
    let is_so_called = |other: &Statement| other.section == of.section && key(&other.subject).ends_with(&name);
    let stated = statements.iter().enumerate().filter(|(other, stated)| *other != at && is_so_called(stated));
    let wholes: Vec<Vec<At>> = whole.into_iter().chain(stated.map(|(other, _)| vec![published.statement(other)])).collect();
    let amount = |ledger: &Ledger| ledger.amount(ledger.statement(at)).unwrap_or(0);
    let fits = |ledger: &&Ledger| wholes.iter().any(|whole| is_share(amount(ledger), ledger.sum(whole), printed(share), half));
    let whole = wholes.iter().map(|whole| published.sum(whole)).find(|&whole| whole > half)?;
    if ledgers.iter().any(fits) {
        return None;
    }
    let right = Amount::from_scaled(rounded(amount(published), whole))?;
    Some(WrongShare { statement: at, whole, published: share, right, other: None, made_up_with: None })
}

/// The line items whose completion (完成年初预算的 %) does not follow from budget and outturn: place and right percentage.
pub(super) fn wrong_completions(disclosure: &Disclosure, published: &Ledger, corrected: &Ledger) -> Vec<(usize, Amount, Amount)> {
    let of_item = |(at, item): (usize, &LineItem)| {
        let (percent, budget) = (item.completion_pct?, item.compared_with?);
        let entry = published.get(published.line_item(at))?;
        let (whole, half) = (budget.scaled() * entry.factor, published.finest_of_text());
        let amounts = [published, corrected].map(|ledger| ledger.amount(ledger.line_item(at)).unwrap_or(0));
        let fits = amounts.iter().any(|&amount| is_share(amount, whole, printed(percent), half));
        let right = (whole > half && !fits).then(|| rounded(amounts[0], whole))?;
        Some((at, percent, Amount::from_scaled(right)?))
    };
    disclosure.line_items.iter().enumerate().filter_map(of_item).collect()
}

/// What the section before one, below the same heading, states, by place: of 五、（一）, where 五、（二） says how it is divided.
fn said_before(statements: &[Statement], first: usize) -> Vec<usize> {
    let above = |of: &Statement| of.section.rsplit_once('/').map(|(above, _)| above.to_owned()).filter(|above| above.contains('/'));
    let Some(heading) = statements.get(first).and_then(above) else { return Vec::new() };
    let mut before = statements.iter().enumerate().take(first).rev().peekable();
    let Some(nearest) = before.peek().filter(|(_, of)| above(of).as_ref() == Some(&heading)).map(|(_, of)| &of.section) else {
        return Vec::new();
    };
    let of_it = before.take_while(|(_, of)| of.section == *nearest).filter(|(_, of)| of.share_pct.is_none());
    of_it.map(|(at, _)| at).take(MOST_SAID_BEFORE).collect()
}

/// A section states what it is about in a few amounts, if another one divides it.
const MOST_SAID_BEFORE: usize = 16;

/// The wrong shares of a section; `before` are statements of the sections beside it.
fn of_section(section: &[(usize, &Statement)], before: &[usize], [published, corrected]: [&Ledger; 2], wrong: &mut Vec<WrongShare>) {
    let shares: Vec<(usize, Amount)> =
        section.iter().filter_map(|&(at, of)| Some((at, of.share_pct.filter(|_| of.share_of.is_none())?))).collect();
    let Some(&(first, _)) = shares.first() else { return };
    let amount = |ledger: &Ledger, at: usize| ledger.amount(ledger.statement(at)).unwrap_or(0);
    let half = published.finest_of_text();
    let sum: i128 = shares.iter().map(|&(at, _)| amount(published, at)).sum();
    // Two tell nothing of their whole, unless one that is stated before them is what they add up to.
    let is_before = |&&(at, of): &&(usize, &Statement)| at < first && of.share_pct.is_none();
    let is_whole = sum > 0 && section.iter().filter(is_before).any(|&(at, _)| amount(published, at) == sum);
    if shares.len() < FEWEST_SHARES && !(shares.len() > 1 && is_whole) {
        return;
    }
    let all = || section.iter().map(|&(at, _)| at).chain(before.iter().copied());
    let stated = || all().flat_map(|at| [amount(published, at), amount(corrected, at)]);
    let fits = |at: usize, share: Amount, whole: i128| {
        [published, corrected].iter().any(|ledger| is_share(amount(ledger, at), whole, printed(share), half))
    };
    let mut wholes: Vec<i128> = std::iter::once(sum).chain(stated()).filter(|&whole| whole > 0).collect();
    wholes.sort_unstable();
    wholes.dedup();
    let mut counts = vec![0_usize; wholes.len()];
    for &(at, share) in &shares {
        // Only the few wholes are tried of which it can be a share.
        let ranges = [published, corrected].map(|ledger| wholes_of(amount(ledger, at), printed(share), half));
        let (from, to) = (ranges[0].0.min(ranges[1].0), ranges[0].1.max(ranges[1].1));
        let first = wholes.partition_point(|&whole| whole < from);
        for (&whole, count) in wholes.iter().zip(&mut counts).skip(first).take_while(|&(&whole, _)| whole <= to) {
            *count += usize::from(fits(at, share, whole));
        }
    }
    let count_of = |whole: i128| wholes.binary_search(&whole).ok().and_then(|at| counts.get(at)).map(|&count| (count, whole));
    // Of two that fit as well, what is stated goes before the sum.
    let best = std::iter::once(sum).chain(stated()).filter_map(count_of).max_by_key(|&(count, _)| count);
    let by_most = best.filter(|&(count, _)| count >= FEWEST_SHARES - 1 && 2 * count > shares.len());
    let by_sum = wholes.binary_search(&sum).ok().and_then(|at| counts.get(at)).filter(|_| is_whole).map(|&count| (count, sum));
    let Some((count, whole)) = by_most.or(by_sum) else { return };
    if count == shares.len() {
        return;
    }
    let mut found: Vec<WrongShare> = Vec::new();
    for &(at, share) in &shares {
        if fits(at, share, whole) || stated().any(|other| fits(at, share, other)) {
            continue;
        }
        if let Some(right) = Amount::from_scaled(rounded(amount(published, at), whole)) {
            found.push(WrongShare { statement: at, whole, published: share, right, other: None, made_up_with: None });
        }
    }
    // Last digits that make 100, or are all rounded up, or all cut off, are one mistake.
    let makes_hundred = shares.iter().map(|(_, share)| share.scaled()).sum::<i128>() == WHOLE * MILLION;
    let is_off_by_digit = |of: &WrongShare, sign: i128| {
        let off = (of.published.scaled() - of.right.scaled()) * sign;
        (1..=2 * of.published.half_step()).contains(&off)
    };
    let is_one_way = [1, -1].iter().any(|&sign| found.iter().all(|of| is_off_by_digit(of, sign)));
    if let ([first, others @ ..], true) = (found.as_mut_slice(), makes_hundred || is_one_way) {
        for of in others {
            of.made_up_with = Some(first.statement);
        }
    }
    wrong.extend(found);
}

/// Can the share be that of the amount in the whole, as precisely as all are printed?
fn is_share(amount: i128, whole: i128, (share, step): (i128, i128), half: i128) -> bool {
    // Numbers too large for any budget are as good as each other.
    let is_not_above = (share - step).saturating_mul(whole - half) <= (amount + half).saturating_mul(WHOLE * MILLION);
    let is_not_below = (share + step).saturating_mul(whole + half) >= (amount - half).saturating_mul(WHOLE * MILLION);
    whole > half && is_not_above && is_not_below
}

/// Between which wholes the amount can be that share, at most: [`is_share`] tells which of them are.
fn wholes_of(amount: i128, (share, step): (i128, i128), half: i128) -> (i128, i128) {
    if share <= step || amount <= half {
        return (0, i128::MAX);
    }
    let from = (amount - half).saturating_mul(WHOLE * MILLION) / (share + step) - half - 1;
    let to = ((amount + half).saturating_mul(WHOLE * MILLION) / (share - step)).saturating_add(half + 1);
    (from, to)
}

/// A share, and how far off rounding can have made it.
fn printed(share: Amount) -> (i128, i128) {
    (share.scaled(), share.half_step())
}

/// The share in percent to two decimals, in millionths.
fn rounded(amount: i128, whole: i128) -> i128 {
    const HUNDREDTH: i128 = 10_000;
    (amount * WHOLE * WHOLE * 2 + whole) / (whole * 2) * HUNDREDTH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_whole_is_left_out_of_which_it_is_a_share() {
        for amount in 0..60 {
            for (share, step) in [(0, 1), (31_250_000, 20_000), (33_000_000, 2_000_000), (71_650_000, 20_000), (250_000_000, 2_000_000)] {
                for half in [0, 1, 5] {
                    let (from, to) = wholes_of(amount, (share, step), half);
                    let shares = (1..400).filter(|&whole| is_share(amount, whole, (share, step), half));
                    assert!(shares.into_iter().all(|whole| (from..=to).contains(&whole)), "{amount} {share} {half}");
                }
            }
        }
    }

    #[test]
    fn a_share_is_as_precise_as_its_amounts() {
        let share = |text: &str| text.parse::<Amount>().expect("a percentage");
        let wan = |hundredths: i128| hundredths * 100 * MILLION;
        // A published final account: 2106.66 of 2940.05 are 71.65 %, not 71.73 %.
        assert!(is_share(wan(210_666), wan(294_005), printed(share("71.65")), wan(1) / 2));
        assert!(!is_share(wan(210_666), wan(294_005), printed(share("71.73")), wan(1) / 2));
        assert_eq!(rounded(wan(210_666), wan(294_005)), share("71.65").scaled());
        // Of small whole numbers nearly every share is right: 5 (4.5 to 5.5) of 16.
        assert!(is_share(5, 16, printed(share("31.25")), 0));
        assert!(is_share(10, 32, printed(share("33.00")), 1));
        assert!(!is_share(5, 0, printed(share("0")), 0));
    }
}
