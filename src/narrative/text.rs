//! Small readings of running text: words, and numbers behind them.

use crate::disclosure::Amount;
pub(super) use crate::grammar::{Ordinal, ordinal};

/// A text without white space, but between Latin words.
pub(super) fn compact(text: &str) -> String {
    if !has_space(text) {
        return text.to_owned();
    }
    let mut compact = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        push_word(&mut compact, word);
    }
    compact
}

/// May a text hold white space? Looks at all bytes, so that many are looked at at once; 、 and 。 begin as the wide space does.
fn has_space(text: &str) -> bool {
    const SPACE: u8 = 1;
    const WIDE: u8 = 2;
    let sign = |byte: u8| u8::from(matches!(byte, 0..=b' ' | 0xc2 | 0xe1 | 0xe2)) * SPACE + u8::from(byte == 0xe3) * WIDE;
    let found = text.bytes().fold(0, |found, byte| found | sign(byte));
    found & SPACE != 0 || (found & WIDE != 0 && memchr::memmem::find(text.as_bytes(), "\u{3000}".as_bytes()).is_some())
}

/// Puts a text without white space behind another.
pub(super) fn push_word(text: &mut String, word: &str) {
    let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphabetic);
    if is_letter(text.as_bytes().last()) && is_letter(word.as_bytes().first()) {
        text.push(' ');
    }
    text.push_str(word);
}

/// The number at the beginning of a text, and what stands behind it. A comma divides thousands only: `2023，2024` are two numbers.
pub(super) fn number(text: &str) -> Option<(Amount, &str)> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let first = digits(text);
    let mut plain = text.get(..first).filter(|digits| !digits.is_empty())?.to_owned();
    let mut rest = text.get(first..)?;
    while let Some(group) = rest.strip_prefix([',', '，'])
        && first <= 3
        && digits(group) == 3
    {
        plain.push_str(group.get(..3)?);
        rest = group.get(3..)?;
    }
    if let Some(fraction) = rest.strip_prefix('.')
        && digits(fraction) > 0
    {
        plain.push('.');
        plain.push_str(fraction.get(..digits(fraction))?);
        rest = fraction.get(digits(fraction)..)?;
    }
    Some((plain.parse().ok()?, rest))
}

/// Where a word stands in a text. Short words in short texts: the library's search, unlike that of the language, needs no long preparation.
pub(super) fn places<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = usize> + 't {
    memchr::memmem::find_iter(text.as_bytes(), word.as_bytes())
}

/// Where the first of some words stands in a text, and which it is.
pub(super) fn first_of<'w>(text: &str, words: &'w [String]) -> Option<(usize, &'w str)> {
    words.iter().filter_map(|word| places(text, word).next().map(|at| (at, word.as_str()))).min()
}

/// The number behind the first of some words that has one, with one of some units behind it; where the word begins.
pub(super) fn number_behind(text: &str, words: &[String], joints: &[String], units: &[&str]) -> Option<(usize, Amount)> {
    numbers_behind(text, words, joints, units).next()
}

/// All of them, those of the first word first.
pub(super) fn numbers_behind<'t>(
    text: &'t str,
    words: &'t [String],
    joints: &'t [String],
    units: &'t [&'t str],
) -> impl Iterator<Item = (usize, Amount)> + 't {
    let behind = move |word: &str, at: usize| {
        let (amount, rest) = number(without_joints(text.get(at + word.len()..)?, joints))?;
        units.iter().any(|unit| rest.starts_with(unit)).then_some((at, amount))
    };
    words.iter().flat_map(move |word| places(text, word).filter_map(move |at| behind(word, at)))
}

/// What stands behind words that only join.
pub(super) fn without_joints<'t>(mut text: &'t str, joints: &[String]) -> &'t str {
    loop {
        text = text.trim_start_matches([':', ' ']);
        let Some(rest) = joints.iter().find_map(|joint| text.strip_prefix(joint.as_str())) else { return text };
        text = rest;
    }
}

/// What stands before words that only join.
pub(super) fn before_joints<'t>(mut text: &'t str, joints: &[String]) -> &'t str {
    loop {
        text = text.trim_end_matches([':', ' ']);
        let Some(rest) = joints.iter().find_map(|joint| text.strip_suffix(joint.as_str())) else { return text };
        text = rest;
    }
}

/// Does a text hold one of some words?
pub(super) fn has_any(text: &str, words: &[String]) -> bool {
    words.iter().any(|word| text.contains(word.as_str()))
}

/// Sign that ends a sentence or a clause that stands for itself.
pub(super) fn ends_sentence(text: &str) -> bool {
    text.ends_with(['。', '；', '：', '！', '？', ';', ':', '.'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_far_as_they_are_one() {
        let read = |text: &str| number(text).map(|(amount, rest)| (amount.to_string(), rest.to_owned()));
        assert_eq!(read("1,034.50万元"), Some(("1034.50".to_owned(), "万元".to_owned())));
        assert_eq!(read("3,121.42万元，其中"), Some(("3121.42".to_owned(), "万元，其中".to_owned())));
        assert_eq!(read("940万元"), Some(("940".to_owned(), "万元".to_owned())));
        assert_eq!(read("2023，2024年"), Some(("2023".to_owned(), "，2024年".to_owned())));
        assert_eq!(read("97.32%，"), Some(("97.32".to_owned(), "%，".to_owned())));
        assert_eq!(read("万元"), None);
    }
}
