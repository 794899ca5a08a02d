//! Amounts and percentages as pages print them, and as narrow cells tear them.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while1};
use nom::character::complete::{char, one_of};
use nom::combinator::{all_consuming, opt};
use nom::multi::many1;
use nom::{IResult, Parser};

use super::{Cost, rules};
use crate::disclosure::Amount;

/// What a cell's amount can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AmountReading {
    /// The amount.
    pub amount: Amount,
    /// What must have gone wrong.
    pub cost: Cost,
    /// The rule that undoes it; `None`: as printed.
    pub rule: Option<&'static str>,
}

/// Longest text that can be an amount: 18 digits with separators and a few spaces.
const LONGEST: usize = 40;

/// One piece of a number, in the order of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece<'a> {
    Digits(&'a str),
    Letter(char),
    Comma,
    Point,
    Space,
}

/// The amount that a cell holds: sign, digits, thousands separators, decimals; digits torn apart by a narrow cell put together.
///
/// `None`: the cell holds no amount.
pub fn amount(cell: &str) -> Option<AmountReading> {
    // The common case by far: a plain number.
    if cell.len() <= 16
        && cell.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && let Ok(amount) = cell.parse()
    {
        return Some(AmountReading { amount, cost: 0, rule: None });
    }
    if cell.len() > LONGEST || !cell.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (_, (sign, pieces)) = all_consuming(number).parse(cell).ok()?;
    assemble(sign, &pieces)
}

/// A percentage such as `97.32%`; the number as printed, without the sign.
pub fn percentage(cell: &str) -> Option<AmountReading> {
    let (_, (sign, pieces, _, _)) =
        all_consuming((opt(minus), many1(piece), opt(char(' ')), alt((tag("%"), tag("％"))))).parse(cell).ok()?;
    assemble(sign.is_some(), &pieces)
}

/// `[-] digits [, digits]… [. digits]`, spaces allowed where a cell may have wrapped; or the bookkeeper's `(12.00)` for minus.
fn number(input: &str) -> IResult<&str, (bool, Vec<Piece<'_>>)> {
    let bracketed = (one_of("(（"), many1(piece), one_of(")）")).map(|(_, pieces, _)| (true, pieces));
    let signed = (opt(minus), many1(piece)).map(|(sign, pieces)| (sign.is_some(), pieces));
    alt((bracketed, signed)).parse(input)
}

fn minus(input: &str) -> IResult<&str, char> {
    one_of("-－−")(input)
}

fn piece(input: &str) -> IResult<&str, Piece<'_>> {
    alt((
        take_while1(|c: char| c.is_ascii_digit()).map(Piece::Digits),
        one_of(",，").map(|_| Piece::Comma),
        char('.').map(|_| Piece::Point),
        char(' ').map(|_| Piece::Space),
        one_of("OoIl").map(Piece::Letter),
    ))
    .parse(input)
}

fn assemble(negative: bool, pieces: &[Piece<'_>]) -> Option<AmountReading> {
    let mut plain = String::with_capacity(LONGEST);
    if negative {
        plain.push('-');
    }
    let (mut spaces, mut letters, mut points, mut since_comma) = (0, 0, 0, None::<usize>);
    for piece in pieces {
        match piece {
            Piece::Digits(digits) => {
                plain.push_str(digits);
                since_comma = since_comma.map(|count| count + if points == 0 { digits.len() } else { 0 });
            }
            Piece::Letter(letter) => {
                letters += 1;
                plain.push(if matches!(letter, 'O' | 'o') { '0' } else { '1' });
                since_comma = since_comma.map(|count| count + 1);
            }
            Piece::Comma => {
                // Thousands separators stand three digits apart and before the decimal point.
                if points > 0 || since_comma.is_some_and(|count| count != 3) {
                    return None;
                }
                since_comma = Some(0);
            }
            Piece::Point => {
                points += 1;
                plain.push('.');
            }
            Piece::Space => spaces += 1,
        }
    }
    let starts_well = matches!(pieces.first(), Some(Piece::Digits(_) | Piece::Letter(_)));
    if points > 1 || !starts_well || since_comma.is_some_and(|count| count != 3) {
        return None;
    }
    let amount = plain.parse().ok()?;
    let (cost, rule) = match (letters, spaces) {
        (0, 0) => (0, None),
        (0, _) => (2, Some(rules::AMOUNT_REJOIN)),
        _ => (5, Some(rules::AMOUNT_LETTERS)),
    };
    Some(AmountReading { amount, cost, rule })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(cell: &str) -> Option<(String, Option<&'static str>)> {
        amount(cell).map(|reading| (reading.amount.to_string(), reading.rule))
    }

    #[test]
    fn amounts_as_printed() {
        for (cell, value) in [("940", "940"), ("33,343.74", "33343.74"), ("0.00", "0.00"), ("-12.5", "-12.5"), ("(1,000)", "-1000")] {
            assert_eq!(read(cell), Some((value.to_owned(), None)), "{cell}");
        }
    }

    #[test]
    fn torn_digits_are_joined_and_say_so() {
        let joined = Some(rules::AMOUNT_REJOIN);
        for (cell, value) in [("397 7", "3977"), ("9. 67", "9.67"), ("2,803.0 9", "2803.09"), ("33,34 3.74", "33343.74")] {
            assert_eq!(read(cell), Some((value.to_owned(), joined)), "{cell}");
        }
        assert_eq!(read("1O5"), Some(("105".to_owned(), Some(rules::AMOUNT_LETTERS))));
    }

    #[test]
    fn what_is_no_amount_is_not_read_as_one() {
        for cell in ["", "-", "行政运行", "1.2.3", "12,34", "1,2345", "2024年", "95%", "≥2", ".5", "O", "1-2"] {
            assert_eq!(read(cell), None, "{cell}");
        }
    }

    #[test]
    fn percentages() {
        assert_eq!(percentage("97.32%").map(|reading| reading.amount.to_string()), Some("97.32".to_owned()));
        assert_eq!(percentage("100 ％").map(|reading| reading.amount.to_string()), Some("100".to_owned()));
        assert_eq!(percentage("97.32"), None);
    }

    proptest! {
        /// However a narrow cell breaks a printed number, the digits come back in order and the break is named.
        #[test]
        fn a_space_anywhere_does_not_change_the_number(whole in 0_u64..10_000_000_000, cents in proptest::option::of(0_u8..100), at in 1_usize..12) {
            let printed = cents.map_or(whole.to_string(), |cents| format!("{whole}.{cents:02}"));
            prop_assume!(at < printed.len());
            let torn = format!("{} {}", &printed[..at], &printed[at..]);
            let reading = amount(&torn).expect("a torn number");
            prop_assert_eq!(reading.amount.to_string(), printed);
            prop_assert_eq!(reading.rule, Some(rules::AMOUNT_REJOIN));
        }
    }
}
