//! Shares that the text states (占 %): of which whole, and whether they follow from it.
//!
//! The text seldom says of what a share is. So the shares of a list are looked at together: the whole is what most of them are shares of, an
//! amount stated before them in their section or their own sum. One that does not fit, of that or of anything that the section states, is wrong.

use super::ledger::Ledger;
use crate::disclosure::{Amount, Disclosure, LineItem, Statement};

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
}

/// Fewer shares than this tell nothing of their whole.
const FEWEST_SHARES: usize = 3;
const WHOLE: i128 = 100;
const MILLION: i128 = 1_000_000;

/// The shares that do not follow from the amounts, neither as published nor with what is known to be wrong put right.
pub(super) fn wrong_shares(disclosure: &Disclosure, published: &Ledger, corrected: &Ledger) -> Vec<WrongShare> {
    let statements = &disclosure.statements;
    let mut wrong = Vec::new();
    let mut at = 0;
    while let Some(first) = statements.get(at) {
        let end = at + statements.iter().skip(at).take_while(|of| of.section == first.section).count().max(1);
        let section: Vec<(usize, &Statement)> = statements.iter().enumerate().take(end).skip(at).collect();
        of_section(&section, published, corrected, &mut wrong);
        at = end;
    }
    wrong
}

/// The line items whose completion (完成年初预算的 %) does not follow from budget and outturn: place and right percentage.
pub(super) fn wrong_completions(disclosure: &Disclosure, published: &Ledger, corrected: &Ledger) -> Vec<(usize, Amount, Amount)> {
    let of_item = |(at, item): (usize, &LineItem)| {
        let (percent, budget) = (item.completion_pct?, item.compared_with?);
        let entry = published.get(published.line_item(at))?;
        let whole = budget.scaled() * entry.factor;
        let amounts = [published, corrected].map(|ledger| ledger.amount(ledger.line_item(at)).unwrap_or(0));
        let fits = amounts.iter().any(|&amount| is_share(amount, whole, percent, entry.half));
        let right = (whole > entry.half && !fits).then(|| rounded(amounts[0], whole))?;
        Some((at, percent, Amount::from_scaled(right)?))
    };
    disclosure.line_items.iter().enumerate().filter_map(of_item).collect()
}

fn of_section(section: &[(usize, &Statement)], published: &Ledger, corrected: &Ledger, wrong: &mut Vec<WrongShare>) {
    let shares: Vec<(usize, Amount)> = section.iter().filter_map(|&(at, of)| Some((at, of.share_pct?))).collect();
    if shares.len() < FEWEST_SHARES {
        return;
    }
    let amount = |ledger: &Ledger, at: usize| ledger.amount(ledger.statement(at)).unwrap_or(0);
    let half = section.first().and_then(|&(at, _)| published.get(published.statement(at))).map_or(0, |entry| entry.half);
    let sum: i128 = shares.iter().map(|&(at, _)| amount(published, at)).sum();
    let stated = || section.iter().flat_map(|&(at, _)| [amount(published, at), amount(corrected, at)]);
    let fits = |at: usize, share: Amount, whole: i128| {
        [published, corrected].iter().any(|ledger| is_share(amount(ledger, at), whole, share, half))
    };
    let fitting = |whole: i128| shares.iter().filter(|&&(at, share)| fits(at, share, whole)).count();
    // Of two that fit as well, what is stated goes before the sum.
    let best = std::iter::once(sum)
        .chain(stated())
        .filter(|&whole| whole > 0)
        .map(|whole| (fitting(whole), whole))
        .max_by_key(|&(count, _)| count);
    let Some((count, whole)) = best.filter(|&(count, _)| count >= FEWEST_SHARES - 1 && 2 * count > shares.len()) else { return };
    if count == shares.len() {
        return;
    }
    for (at, share) in shares {
        if fits(at, share, whole) || stated().any(|other| fits(at, share, other)) {
            continue;
        }
        if let Some(right) = Amount::from_scaled(rounded(amount(published, at), whole)) {
            wrong.push(WrongShare { statement: at, whole, published: share, right });
        }
    }
}

/// Can the share be that of the amount in the whole, as precisely as all are printed? Rounded or cut off, both are common.
fn is_share(amount: i128, whole: i128, share: Amount, half: i128) -> bool {
    let (share, step) = (share.scaled(), 2 * share.half_step());
    let is_not_above = (share - step) * (whole - half) <= (amount + half) * WHOLE * MILLION;
    let is_not_below = (share + step) * (whole + half) >= (amount - half) * WHOLE * MILLION;
    whole > half && is_not_above && is_not_below
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
    fn a_share_is_as_precise_as_its_amounts() {
        let share = |text: &str| text.parse::<Amount>().expect("a percentage");
        let wan = |hundredths: i128| hundredths * 100 * MILLION;
        // A published final account: 2106.66 of 2940.05 are 71.65 %, not 71.73 %.
        assert!(is_share(wan(210_666), wan(294_005), share("71.65"), wan(1) / 2));
        assert!(!is_share(wan(210_666), wan(294_005), share("71.73"), wan(1) / 2));
        assert_eq!(rounded(wan(210_666), wan(294_005)), share("71.65").scaled());
        // Of small whole numbers nearly every share is right: 5 (4.5 to 5.5) of 16.
        assert!(is_share(5, 16, share("31.25"), 0));
        assert!(is_share(10, 32, share("33.00"), 1));
        assert!(!is_share(5, 0, share("0"), 0));
    }
}
