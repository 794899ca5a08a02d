//! Names, with the white space of wrapped cells taken out.

use super::{Cost, rules};

/// A name as understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameReading {
    /// The name.
    pub name: String,
    /// As printed, where that differs; else empty.
    pub printed: String,
    /// What must have gone wrong.
    pub cost: Cost,
    /// The rule that undoes it; `None`: as printed.
    pub rule: Option<&'static str>,
}

/// A name cell: white space where it wrapped taken out, except between Latin letters and after an ordinal (`1. 财政拨款结转`).
pub fn name(cell: &str) -> NameReading {
    let bracketless = cell.trim_start_matches([']', '】']);
    if !bracketless.contains(' ') {
        return NameReading { name: bracketless.to_owned(), printed: String::new(), cost: 0, rule: None };
    }
    let name = join_name("", bracketless);
    let rule = (name != bracketless).then_some(rules::NAME_UNWRAP);
    let printed = if rule.is_some() { bracketless.to_owned() } else { String::new() };
    NameReading { cost: Cost::from(rule.is_some()), name, printed, rule }
}

/// Characters of a name, at most, that can still be torn: none that is published has half as many, and text that never ends is no name.
const LONGEST_NAME: usize = 200;

/// Can a name go on in the next row?
pub fn can_go_on(name: &str) -> bool {
    name.chars().count() < LONGEST_NAME
}

/// Puts the continuation of a name behind its beginning.
pub fn join_name(beginning: &str, continuation: &str) -> String {
    let mut joined = String::with_capacity(beginning.len() + continuation.len());
    joined.push_str(beginning.trim());
    for (index, part) in continuation.split_whitespace().enumerate() {
        let keeps_apart = match (joined.chars().next_back(), part.chars().next()) {
            (Some(last), Some(first)) => {
                last.is_ascii_alphabetic() && first.is_ascii_alphanumeric() || (index > 0 && last == '.' && is_ordinal(&joined))
            }
            _ => false,
        };
        if keeps_apart {
            joined.push(' ');
        }
        joined.push_str(part);
    }
    joined
}

/// `1.` or `12.`
fn is_ordinal(text: &str) -> bool {
    text.strip_suffix('.').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapped_names_are_joined() {
        let cases = [
            ("人力资源和 社会保障管 理事务", "人力资源和社会保障管理事务", Some(rules::NAME_UNWRAP)),
            ("下达2023年4月 -2024年3月 1995年前退休", "下达2023年4月-2024年3月1995年前退休", Some(rules::NAME_UNWRAP)),
            ("1. 一般公共预算拨款", "1. 一般公共预算拨款", None),
            ("合 计", "合计", Some(rules::NAME_UNWRAP)),
            ("IT 系统 A B", "IT系统A B", Some(rules::NAME_UNWRAP)),
            ("]其他公共安全支出", "其他公共安全支出", None),
            ("行政运行", "行政运行", None),
        ];
        for (cell, expected, rule) in cases {
            let reading = name(cell);
            assert_eq!((reading.name.as_str(), reading.rule), (expected, rule), "{cell}");
        }
        assert_eq!(join_name("2023年第二批自", "治区纺织服装专 项资金"), "2023年第二批自治区纺织服装专项资金");
    }
}
