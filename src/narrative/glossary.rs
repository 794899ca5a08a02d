//! Explained terms (名词解释).

use super::outline::{Outline, once_a_path};
use super::text::{ends_sentence, has_any, ordinal};
use crate::disclosure::Term;
use crate::grammar::NarrativeWords;

/// Reads the terms under their heading.
pub(super) fn glossary(outline: &Outline, words: &NarrativeWords) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    let mut is_here = once_a_path(|path| {
        outline.above(path).last().is_some_and(|section| has_any(&section.title, &words.glossary.sections)) && !outline.is_unfilled(path)
    });
    for (path, paragraph) in &outline.body {
        if !is_here(path) {
            continue;
        }
        match ordinal(&paragraph.text).and_then(|(_, _, rest)| term(rest)) {
            Some((term, definition)) => {
                terms.push(Term { term: term.to_owned(), definition: definition.to_owned(), place: paragraph.place.clone() });
            }
            // A definition that a page cut.
            None => {
                if let Some(last) = terms.last_mut().filter(|last| !ends_sentence(&last.definition)) {
                    last.definition.push_str(&paragraph.text);
                }
            }
        }
    }
    terms
}

/// A term and what it means: `财政拨款：指…`, or `财政拨款指…`.
fn term(text: &str) -> Option<(&str, &str)> {
    const LONGEST_TERM: usize = 30;
    let is_term = |term: &str| !term.is_empty() && term.chars().count() <= LONGEST_TERM && !term.contains(['，', '。']);
    let with_colon = text.split_once(['：', ':']).filter(|(term, definition)| is_term(term) && !definition.is_empty());
    with_colon.or_else(|| {
        let at = text.find('指').filter(|&at| at > 0)?;
        let (term, definition) = (text.get(..at)?.trim_end_matches(['，', '是']), text.get(at..)?);
        is_term(term).then_some((term, definition))
    })
}
