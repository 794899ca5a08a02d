//! The value of an indicator: operator, number, unit.

use crate::disclosure::{Amount, Operator};
use crate::grammar::OperatorWords;
use crate::narrative::text::number;

/// A value in its parts.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Measure {
    pub(super) operator: Option<Operator>,
    pub(super) number: Option<Amount>,
    pub(super) unit: Option<String>,
}

/// Reads a value without white space: `≥95%`, `≤13.41万元`, `有所提升`. What is no plain number stays a text.
pub(super) fn measure(text: &str, words: &OperatorWords) -> Measure {
    let signs = [
        (Operator::AtLeast, &words.at_least),
        (Operator::AtMost, &words.at_most),
        (Operator::Above, &words.above),
        (Operator::Below, &words.below),
        (Operator::Equal, &words.equal),
    ];
    let found =
        signs.iter().find_map(|(operator, words)| words.iter().find_map(|word| Some((*operator, text.strip_prefix(word.as_str())?))));
    let (operator, rest) = found.map_or((None, text), |(operator, rest)| (Some(operator), rest));
    let Some((amount, unit)) = number(rest) else { return Measure::default() };
    // A range or a date is no number with a unit.
    let is_year = unit.starts_with('年') && amount.to_string().len() == 4;
    if is_year || unit.starts_with(['-', '—', '~', '～', '至', ':', '：']) || unit.contains(|c: char| c.is_ascii_digit()) {
        return Measure { operator, ..Measure::default() };
    }
    Measure { operator, number: Some(amount), unit: (!unit.is_empty()).then(|| unit.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::Grammars;

    #[test]
    fn values_are_taken_apart() {
        let grammars = Grammars::built_in().expect("the built-in grammars load");
        let read = |text: &str| {
            let Measure { operator, number: amount, unit } = measure(text, &grammars.narrative.targets);
            (operator, amount.map(|amount| amount.to_string()), unit)
        };
        assert_eq!(read("≥95%"), (Some(Operator::AtLeast), Some("95".to_owned()), Some("%".to_owned())));
        assert_eq!(read("<=16.59万元"), (Some(Operator::AtMost), Some("16.59".to_owned()), Some("万元".to_owned())));
        assert_eq!(read("=2间"), (Some(Operator::Equal), Some("2".to_owned()), Some("间".to_owned())));
        assert_eq!(read(">=2年"), (Some(Operator::AtLeast), Some("2".to_owned()), Some("年".to_owned())));
        assert_eq!(read("100"), (None, Some("100".to_owned()), None));
        assert_eq!(read("有所提升"), (None, None, None));
        assert_eq!(read("2024年12月"), (None, None, None));
    }
}
