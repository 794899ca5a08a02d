//! Exact amounts of money and percentages.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// A published number, exactly: the digits as printed and how many of them stand behind the decimal point.
///
/// The printed precision is kept (`74.00` stays `74.00`), because the slack of every later check follows from it.
/// No binary float is involved anywhere. The unit (元, 万元) belongs to the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Amount {
    digits: i64,
    decimals: u8,
}

/// Decimal places that [`Amount::scaled`] works with; no published amount carries more.
const MAX_DECIMALS: u8 = 6;

impl Amount {
    /// An amount from its digits without the decimal point, and the number of decimal places.
    ///
    /// `None` beyond six decimal places or 18 digits: no budget prints such a number, so it is not one.
    pub fn new(digits: i64, decimals: u8) -> Option<Self> {
        (decimals <= MAX_DECIMALS && digits.unsigned_abs() < 1_000_000_000_000_000_000).then_some(Self { digits, decimals })
    }

    /// The amount in millionths of its unit, exact: what sums and comparisons are made with.
    pub fn scaled(self) -> i128 {
        i128::from(self.digits) * i128::from(self.step())
    }

    /// An amount from millionths of its unit, with as few decimals as say it exactly; `None`: too large.
    pub fn from_scaled(scaled: i128) -> Option<Self> {
        let mut digits = i64::try_from(scaled).ok()?;
        let mut decimals = MAX_DECIMALS;
        while decimals > 0 && digits % 10 == 0 {
            digits /= 10;
            decimals -= 1;
        }
        Self::new(digits, decimals)
    }

    /// Half a unit of the last printed digit, in millionths: how far rounding can have moved the true value.
    pub fn half_step(self) -> i128 {
        i128::from(self.step() / 2)
    }

    /// A unit of the last printed digit, in millionths.
    fn step(self) -> i64 {
        // Sums are made of millions of amounts: no power is worked out for each.
        const STEPS: [i64; MAX_DECIMALS as usize + 1] = [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];
        STEPS.get(usize::from(self.decimals)).copied().unwrap_or(1)
    }

    /// Is the value zero?
    pub fn is_zero(self) -> bool {
        self.digits == 0
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.digits < 0 { "-" } else { "" };
        let magnitude = self.digits.unsigned_abs();
        if self.decimals == 0 {
            return write!(f, "{sign}{magnitude}");
        }
        let unit = 10_u64.pow(u32::from(self.decimals));
        let width = usize::from(self.decimals);
        write!(f, "{sign}{}.{:0width$}", magnitude / unit, magnitude % unit)
    }
}

/// Parses the plain form that [`Amount`] prints: an optional minus, digits, at most one decimal point.
///
/// What a page prints (thousands separators, torn digits) is read by `repair::amount`.
impl std::str::FromStr for Amount {
    type Err = NotAnAmount;

    fn from_str(text: &str) -> Result<Self, NotAnAmount> {
        let (negative, body) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) || body.ends_with('.') {
            return Err(NotAnAmount);
        }
        let mut digits: i64 = 0;
        for byte in whole.bytes().chain(fraction.bytes()) {
            digits = digits.checked_mul(10).and_then(|value| value.checked_add(i64::from(byte - b'0'))).ok_or(NotAnAmount)?;
        }
        let decimals = u8::try_from(fraction.len()).map_err(|_| NotAnAmount)?;
        Self::new(if negative { -digits } else { digits }, decimals).ok_or(NotAnAmount)
    }
}

/// The text is not a number that a budget prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an amount")]
pub struct NotAnAmount;

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.decimals == 0 {
            return serializer.serialize_i64(self.digits);
        }
        RawValue::from_string(self.to_string()).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        raw.get().parse().map_err(|_| serde::de::Error::custom(format!("`{}` is not an exact decimal", raw.get())))
    }
}

impl schemars::JsonSchema for Amount {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Amount".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "number", "description": "An exact decimal as published, in the unit of its table." })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_printed_precision_survives_json() {
        for printed in ["0", "-3", "74.00", "33354.20", "0.05", "-0.50"] {
            let amount: Amount = printed.parse().expect(printed);
            let json = serde_json::to_string(&amount).expect("an amount is a JSON number");
            assert_eq!(json, printed);
            assert_eq!(serde_json::from_str::<Amount>(&json).expect("it reads back"), amount);
        }
    }

    #[test]
    fn what_is_not_a_plain_number_is_refused() {
        for text in ["", "-", "1.", ".5", "1,000", "1e3", "12 3", "９", "1.2345678", "1234567890123456789"] {
            assert_eq!(text.parse::<Amount>(), Err(NotAnAmount), "{text}");
        }
    }

    proptest! {
        #[test]
        fn scaling_is_exact(digits in -999_999_999_999_i64..999_999_999_999, decimals in 0_u8..=6) {
            let amount = Amount::new(digits, decimals).expect("in range");
            prop_assert_eq!(amount.to_string().parse::<Amount>(), Ok(amount));
            prop_assert_eq!(Amount::from_scaled(amount.scaled()).map(Amount::scaled), Some(amount.scaled()));
            prop_assert_eq!(amount.scaled(), i128::from(digits) * 10_i128.pow(u32::from(6 - decimals)));
        }
    }
}
