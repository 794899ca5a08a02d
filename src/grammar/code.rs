//! Classification codes (科目编码): 类 three digits, 款 and 项 two more each.

use std::fmt;

use crate::disclosure::CodeLevel;

/// Most digits of a code: 类 3 + 款 2 + 项 2.
pub const CODE_DIGITS: usize = 7;

/// A complete code of three, five or seven digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    digits: [u8; CODE_DIGITS],
    level: CodeLevel,
}

impl CodeLevel {
    /// Number of digits of a code of this level.
    pub fn digits(self) -> usize {
        match self {
            Self::Class => 3,
            Self::Section => 5,
            Self::Item => 7,
        }
    }

    /// The level that a code of so many digits has.
    pub fn of_digits(count: usize) -> Option<Self> {
        [Self::Class, Self::Section, Self::Item].into_iter().find(|level| level.digits() == count)
    }

    /// The level above.
    pub fn parent(self) -> Option<Self> {
        match self {
            Self::Class => None,
            Self::Section => Some(Self::Class),
            Self::Item => Some(Self::Section),
        }
    }
}

impl Code {
    /// A code from its ASCII digits; `None` unless there are three, five or seven.
    pub fn parse(text: &str) -> Option<Self> {
        let level = CodeLevel::of_digits(text.len())?;
        let mut digits = [b'0'; CODE_DIGITS];
        for (digit, byte) in digits.iter_mut().zip(text.bytes()) {
            if !byte.is_ascii_digit() {
                return None;
            }
            *digit = byte;
        }
        Some(Self { digits, level })
    }

    /// Level of the code.
    pub fn level(self) -> CodeLevel {
        self.level
    }

    /// The digits as ASCII.
    pub fn digits(&self) -> &[u8] {
        self.digits.get(..self.level.digits()).unwrap_or(&self.digits)
    }

    /// The code of the level above.
    pub fn parent(self) -> Option<Self> {
        self.level.parent().map(|level| self.at(level))
    }

    /// The class (类) that the code belongs to.
    #[must_use]
    pub fn class(self) -> Self {
        self.at(CodeLevel::Class)
    }

    /// Is `self` the code of a level above `other`, or `other` itself?
    pub fn contains(self, other: Self) -> bool {
        other.digits().starts_with(self.digits())
    }

    fn at(self, level: CodeLevel) -> Self {
        let mut digits = self.digits;
        for digit in digits.iter_mut().skip(level.digits()) {
            *digit = b'0';
        }
        Self { digits, level }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.digits().iter().try_for_each(|&digit| write!(f, "{}", char::from(digit)))
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_parents() {
        let item = Code::parse("2010399").expect("a code");
        let section = Code::parse("20103").expect("a code");
        assert_eq!(item.level(), CodeLevel::Item);
        assert_eq!(item.parent(), Some(section));
        assert_eq!(item.class().to_string(), "201");
        assert_eq!(section.class().parent(), None);
        assert!(section.contains(item) && !item.contains(section));
        for text in ["", "20", "2010", "2o1", "20103999", "２０１"] {
            assert_eq!(Code::parse(text), None, "{text}");
        }
    }
}
