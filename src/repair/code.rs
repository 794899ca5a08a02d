//! Classification codes as narrow cells leave them.

use std::fmt;

use nom::branch::alt;
use nom::bytes::complete::take_while1;
use nom::character::complete::{one_of, space0};
use nom::combinator::all_consuming;
use nom::multi::{many0, many1};
use nom::sequence::delimited;
use nom::{IResult, Parser};

use super::{Cost, rules};
use crate::disclosure::CodeLevel;
use crate::grammar::{CODE_DIGITS, Code};

/// A code of which some digits may be unknown (`?`).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CodePattern {
    digits: [u8; CODE_DIGITS],
    level: CodeLevel,
}

/// One plausible meaning of a row's code cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeReading {
    /// The digits known.
    pub pattern: CodePattern,
    /// What must have gone wrong.
    pub cost: Cost,
    /// The rule that undoes it; `None`: as printed.
    pub rule: Option<&'static str>,
}

impl CodePattern {
    /// A pattern from ASCII digits and `?`; `None` unless there are three, five or seven.
    pub fn parse(text: &str) -> Option<Self> {
        let level = CodeLevel::of_digits(text.len())?;
        let mut digits = [b'?'; CODE_DIGITS];
        for (digit, byte) in digits.iter_mut().zip(text.bytes()) {
            if !byte.is_ascii_digit() && byte != b'?' {
                return None;
            }
            *digit = byte;
        }
        Some(Self { digits, level })
    }

    /// Level of the code.
    pub fn level(&self) -> CodeLevel {
        self.level
    }

    /// Digits and question marks.
    pub fn digits(&self) -> &[u8] {
        self.digits.get(..self.level.digits()).unwrap_or(&self.digits)
    }

    /// The code, if every digit is known.
    pub fn complete(&self) -> Option<Code> {
        std::str::from_utf8(self.digits()).ok().and_then(Code::parse)
    }

    /// Can it be this code?
    pub fn matches(&self, code: Code) -> bool {
        code.level() == self.level && self.digits().iter().zip(code.digits()).all(|(&known, &digit)| known == b'?' || known == digit)
    }

    /// How many of the code's parts (类, 款, 项) contradict known digits; `None` at another level.
    pub fn distance(&self, code: Code) -> Option<usize> {
        let contradicts = |part: std::ops::Range<usize>| {
            let (known, digits) = (self.digits().get(part.clone()), code.digits().get(part));
            known.into_iter().flatten().zip(digits.into_iter().flatten()).any(|(&known, &digit)| known != b'?' && known != digit)
        };
        (code.level() == self.level).then(|| {
            [0..3, 3..5, 5..7].into_iter().filter(|part| part.end <= self.digits().len()).filter(|part| contradicts(part.clone())).count()
        })
    }

    /// The class (类), if its three digits are known.
    pub fn class(&self) -> Option<Code> {
        self.digits().get(..3).and_then(|digits| std::str::from_utf8(digits).ok()).and_then(Code::parse)
    }
}

impl fmt::Display for CodePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.digits().iter().try_for_each(|&digit| write!(f, "{}", char::from(digit)))
    }
}

impl fmt::Debug for CodePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The digits of a code cell, and how it was broken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodeCell {
    /// All digits in order.
    pub digits: String,
    /// Do spaces stand between them?
    pub split: bool,
    /// Were some of them letters that look like digits?
    pub letters: bool,
}

/// A code cell: digits, with spaces where it wrapped and brackets that recognition left. `None`: it holds something else.
pub fn code_cell(cell: &str) -> Option<CodeCell> {
    if cell.len() <= CODE_DIGITS && cell.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(CodeCell { digits: cell.to_owned(), split: false, letters: false });
    }
    let (_, (groups, _)) = all_consuming((many1(digit_group), many0(one_of("]|】")))).parse(cell).ok()?;
    let digits: String = groups.iter().map(|group| group.0.as_str()).collect();
    let letters = groups.iter().any(|group| group.1);
    let plausible = digits.len() <= CODE_DIGITS && (!letters || groups.iter().any(|group| !group.1));
    plausible.then_some(CodeCell { split: groups.len() > 1, digits, letters })
}

/// A run of digits; whether it was letters.
fn digit_group(input: &str) -> IResult<&str, (String, bool)> {
    let digits = take_while1(|c: char| c.is_ascii_digit()).map(|digits: &str| (digits.to_owned(), false));
    let letters = take_while1(|c| matches!(c, 'O' | 'o' | 'I' | 'l'))
        .map(|letters: &str| (letters.chars().map(|letter| if matches!(letter, 'O' | 'o') { '0' } else { '1' }).collect(), true));
    delimited(space0, alt((digits, letters)), space0).parse(input)
}

/// A code in front of a name in one cell (`201 一般公共服务支出`), and the rest.
pub fn inline_code(cell: &str) -> Option<(CodeReading, &str)> {
    let end = cell.find(|c: char| !c.is_ascii_digit() && c != ' ').unwrap_or(cell.len());
    let (front, rest) = cell.split_at_checked(end)?;
    let front = front.trim();
    let name = rest.trim_start_matches([']', '】', '.', '、', ' ']);
    if front.is_empty() || name.is_empty() || name.starts_with(['年', '月', '日', '-']) {
        return None;
    }
    let read = code_cell(front)?;
    let pattern = CodePattern::parse(&read.digits)?;
    let (cost, rule) = if read.split { (1, Some(rules::CODE_REJOIN)) } else { (0, None) };
    Some((CodeReading { pattern, cost, rule }, name))
}

/// Every plausible meaning of a row's code cells, cheapest first. Empty: there is no code in them.
///
/// `levels` are the levels that have a column of their own; a single column holds the whole code.
pub fn codes(cells: &[&str], levels: &[CodeLevel]) -> Vec<CodeReading> {
    let mut read = Vec::with_capacity(cells.len());
    for cell in cells {
        match code_cell(cell) {
            Some(cell) => read.push(cell),
            None if cell.is_empty() => read.push(CodeCell::default()),
            None => return Vec::new(),
        }
    }
    let all: String = read.iter().map(|cell| cell.digits.as_str()).collect();
    if all.is_empty() {
        return Vec::new();
    }
    let split = read.iter().any(|cell| cell.split);
    let letters = read.iter().any(|cell| cell.letters);
    let surcharge = if letters { 4 } else { 0 };
    let mut readings = Vec::new();
    let mut add = |text: &str, cost: Cost, rule: Option<&'static str>| {
        if let Some(pattern) = CodePattern::parse(text)
            && !readings.iter().any(|known: &CodeReading| known.pattern == pattern)
        {
            let rule = if letters { Some(rules::CODE_LETTERS) } else { rule };
            readings.push(CodeReading { pattern, cost: cost + surcharge, rule });
        }
    };
    let as_split = if split { (1, Some(rules::CODE_REJOIN)) } else { (0, None) };
    if levels.len() == 1 {
        add(&all, as_split.0, as_split.1);
        return readings;
    }
    let widths: Vec<usize> = levels.iter().map(|&level| level.digits() - level.parent().map_or(0, CodeLevel::digits)).collect();
    let cell = |index: usize| read.get(index).map_or("", |cell| cell.digits.as_str());
    let filled = read.iter().rposition(|cell| !cell.digits.is_empty()).map_or(0, |last| last + 1);
    let fits = |index: usize| widths.get(index).is_some_and(|&width| cell(index).len() == width);
    if (0..filled).all(fits) {
        add(&all, as_split.0, as_split.1);
    }
    if let ([class, across, item], [3, 2, 2]) = ([cell(0), cell(1), cell(2)], widths.as_slice())
        && (class.len(), across.len(), item.len()) == (3, 3, 1)
    {
        // Both cells wrapped after their first digit and were read line by line: 0|4 and 0|9 came out as `0 4 9 | 0`.
        let (section, tail) = across.split_at(2);
        add(&format!("{class}{section}{item}{tail}"), 2, Some(rules::CODE_UNWEAVE));
        add(&format!("{class}{section}{tail}{item}"), 5, Some(rules::CODE_UNWEAVE));
    }
    if filled > 0 && (1..filled).all(|index| !cell(index).is_empty() && cell(index).len() <= widths.get(index).copied().unwrap_or(0)) {
        let mut text = String::with_capacity(CODE_DIGITS);
        let mut cost = 0;
        for (index, &width) in widths.iter().enumerate().take(filled) {
            let digits = cell(index);
            text.push_str(digits);
            (digits.len()..width).for_each(|_| text.push('?'));
            cost += match (index, width.saturating_sub(digits.len())) {
                (_, 0) => 0,
                (0, missing) if missing == width => 3,
                (0, _) => 6,
                _ => 2,
            };
        }
        let rule = if cell(0).is_empty() { rules::CODE_FILL_DOWN } else { rules::CODE_FILL };
        if cell(0).len() <= 3 {
            add(&text, cost, Some(rule));
        }
    }
    if CodeLevel::of_digits(all.len()).is_some() && !cell(0).is_empty() {
        add(&all, 4, Some(rules::CODE_REDISTRIBUTE));
    }
    readings.sort_by_key(|reading| reading.cost);
    readings
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREE: [CodeLevel; 3] = [CodeLevel::Class, CodeLevel::Section, CodeLevel::Item];

    fn best(cells: [&str; 3]) -> Option<(String, Option<&'static str>)> {
        codes(&cells, &THREE).first().map(|reading| (reading.pattern.to_string(), reading.rule))
    }

    /// The damage of a real disclosure (Korla 2024, tables 2, 3 and 5).
    #[test]
    fn codes_as_narrow_cells_leave_them() {
        let cases = [
            (["201", "", ""], "201", None),
            (["201", "03", "99"], "2010399", None),
            (["20 1", "04", "99"], "2010499", Some(rules::CODE_REJOIN)),
            (["213", "0 2", "9 9"], "2130299", Some(rules::CODE_REJOIN)),
            (["210", "0 4 9", "0"], "2100409", Some(rules::CODE_UNWEAVE)),
            (["211", "9 9 9", "9"], "2119999", Some(rules::CODE_UNWEAVE)),
            (["201", "0", "9"], "2010?9?", Some(rules::CODE_FILL)),
            (["204", "9", ""], "2049?", Some(rules::CODE_FILL)),
            (["20", "05", ""], "20?05", Some(rules::CODE_FILL)),
            (["", "05", "01"], "???0501", Some(rules::CODE_FILL_DOWN)),
            (["2010399", "", ""], "2010399", Some(rules::CODE_REDISTRIBUTE)),
            (["2O1", "03", ""], "20103", Some(rules::CODE_LETTERS)),
        ];
        for (cells, pattern, rule) in cases {
            assert_eq!(best(cells), Some((pattern.to_owned(), rule)), "{cells:?}");
        }
        assert_eq!(best(["合计", "", ""]), None);
        assert_eq!(best(["", "", ""]), None);
        assert_eq!(best(["2024", "12", ""]), None);
    }

    #[test]
    fn every_plausible_meaning_is_kept() {
        let patterns: Vec<_> = codes(&["205", "0 5 0", "1"], &THREE).iter().map(|reading| reading.pattern.to_string()).collect();
        assert_eq!(patterns, ["2050510", "2050501"]);
    }

    #[test]
    fn codes_in_front_of_names() {
        let (reading, name) = inline_code("201 一般公共服务支出").expect("a code");
        assert_eq!((reading.pattern.to_string().as_str(), name), ("201", "一般公共服务支出"));
        let (reading, name) = inline_code("99]其他").map_or((None, ""), |(reading, name)| (Some(reading), name));
        assert_eq!((reading, name), (None, ""), "two digits are no code");
        assert!(inline_code("2023年自治区资金").is_none());
        assert!(inline_code("收入总计").is_none());
    }

    #[test]
    fn patterns_match_codes() {
        let pattern = CodePattern::parse("2010?9?").expect("a pattern");
        let code = |text| Code::parse(text).expect("a code");
        assert!(pattern.matches(code("2010399")) && !pattern.matches(code("2011399")) && !pattern.matches(code("20103")));
        assert_eq!(pattern.distance(code("2020399")), Some(1));
        assert_eq!(pattern.distance(code("2101399")), Some(2), "类 and 款 contradict");
        assert_eq!(pattern.class(), Some(code("201")));
        assert_eq!(pattern.complete(), None);
    }
}
