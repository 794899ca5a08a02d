//! Amounts that running text states besides its line items: totals, shares, changes. They are kept to be held against the tables.

use super::changes::{UNIT, before_reason, change, share};
use super::outline::{Outline, once_a_path};
use super::paragraphs::{Paragraph, label};
use super::text::{has_any, number, ordinal};
use crate::disclosure::{Section, Statement};
use crate::grammar::NarrativeWords;

/// A subject is no longer than this, in characters.
const LONGEST_SUBJECT: usize = 40;

/// Reads the statements: one for each clause that names an amount, with what the rest of its clause says of it.
pub(super) fn statements(outline: &Outline, words: &NarrativeWords) -> Vec<Statement> {
    let mut found = Vec::new();
    let mut is_glossary = once_a_path(|path| outline.above(path).any(|section| has_any(&section.title, &words.glossary.sections)));
    for (path, paragraph) in &outline.body {
        if path.is_empty() || outline.is_unfilled(path) || !UNIT.iter().any(|unit| paragraph.text.contains(unit)) {
            continue;
        }
        let text = ordinal(&paragraph.text).map_or(paragraph.text.as_str(), |(_, _, rest)| rest);
        // Fields of projects, and terms, are read by others.
        if is_glossary(path) || label(text, words).is_some() {
            continue;
        }
        of_paragraph(text, paragraph, &outline.above(path).map(section_number).collect::<Vec<_>>().join("/"), words, &mut found);
    }
    found
}

fn section_number(section: &Section) -> &str {
    &section.number
}

/// The statements of a paragraph: `其中：一般公共预算 73563 万元，占 97.32%，比上年预算减少 5918 万元…`.
fn of_paragraph(text: &str, paragraph: &Paragraph, section: &str, words: &NarrativeWords, found: &mut Vec<Statement>) {
    let text = before_reason(text, words);
    for sentence in text.split(['。', '；', ';']) {
        // Where each amount of the sentence begins that is a subject's own, not a change.
        let mut starts: Vec<(usize, usize)> = Vec::new();
        let mut from = 0;
        for clause in sentence.split_inclusive(['，', ',', '：', ':', '、']) {
            if subject(clause, words).is_some() {
                starts.push((from, from + clause.len()));
            }
            from += clause.len();
        }
        for (at, &(from, _)) in starts.iter().enumerate() {
            let end = starts.get(at + 1).map_or(sentence.len(), |&(next, _)| next);
            let Some(part) = sentence.get(from..end) else { continue };
            let Some((name, amount, rest)) = subject(part, words) else { continue };
            let change = change(rest, words);
            found.push(Statement {
                section: section.to_owned(),
                subject: name.to_owned(),
                amount,
                share_pct: share(rest, words),
                change_direction: change.direction,
                change_amount: change.amount,
                change_pct: change.percent,
                place: paragraph.place.clone(),
            });
        }
    }
}

/// The subject that a clause begins with, its amount, and what stands behind.
fn subject<'t>(clause: &'t str, words: &NarrativeWords) -> Option<(&'t str, crate::disclosure::Amount, &'t str)> {
    let (at, amount, rest) = clause.char_indices().filter(|(_, c)| c.is_ascii_digit()).find_map(|(at, _)| {
        let before = clause.get(..at)?;
        if before.ends_with(|c: char| c.is_ascii_digit() || c == '.') {
            return None;
        }
        let (amount, rest) = number(clause.get(at..)?)?;
        UNIT.iter().any(|unit| rest.starts_with(unit)).then_some((at, amount, rest))
    })?;
    let name = clause.get(..at)?.trim_end_matches(['为', '：', ':', '安', '排']);
    let is_change = has_any(name, &words.changes.increase) || has_any(name, &words.changes.decrease);
    let length = name.chars().count();
    ((2..=LONGEST_SUBJECT).contains(&length) && !is_change && !name.contains(['，', '：'])).then_some((name, amount, rest))
}
