//! The names of levels (一级指标, 二级指标) as recognition and page breaks leave them, against those that the form has.

use crate::grammar::{TargetForm, key};

/// What is mended in the name of a level.
#[derive(Debug, PartialEq)]
pub(super) enum Mended {
    /// Recognition wrote a merged cell's text once for each of its lines: this is it, once.
    Repeated(String),
    /// The end of the name was left on the next page: this is the whole.
    Completed(String),
    /// It is the rest of the name above it, whose cell covers several rows.
    Rest,
}

/// Mends the name of a level, if it needs it and the form leaves one way; `above` is the name in the row before.
pub(super) fn mended(name: &str, above: Option<&str>, form: &TargetForm) -> Option<Mended> {
    if is_level(form, name) {
        return None;
    }
    let is_rest = |above: &str| *name != *above && above.contains(name) && !is_level(form, &key(name));
    let mended = repeated(name, form).map(Mended::Repeated).or_else(|| completed(name, form).map(Mended::Completed));
    mended.or_else(|| above.is_some_and(is_rest).then_some(Mended::Rest))
}

/// Is this the key of a level, first or second?
fn is_level(form: &TargetForm, name: &str) -> bool {
    form.is_first_level(name) || form.is_second_level(name)
}

/// Does some level begin, or end, like this? A page break tears 成本指 | 标.
pub(super) fn is_end(form: &TargetForm, text: &str) -> bool {
    form.all_levels().any(|level| level.starts_with(text) || level.ends_with(text))
}

/// Is a text a part of some level, wherever its cell was torn?
pub(super) fn is_part(form: &TargetForm, text: &str) -> bool {
    form.all_levels().any(|level| level.contains(text))
}

/// The level that a text repeats word for word: 数量指标数量指标; of one that comes twice, recognition can lose the end: 社社会效益指标.
fn repeated(text: &str, form: &TargetForm) -> Option<String> {
    let name = key(text);
    let is_begun_twice =
        |level: &&str| name.strip_suffix(*level).is_some_and(|beginning| !beginning.is_empty() && level.starts_with(beginning));
    if let Some(level) = form.all_levels().find(is_begun_twice) {
        return Some(level.to_owned());
    }
    (2..=4).filter(|&times| text.len().is_multiple_of(times)).find_map(|times| {
        let once = text.get(..text.len() / times).filter(|once| !once.is_empty())?;
        let is_repeated = text.as_bytes().chunks(once.len()).all(|part| part == once.as_bytes());
        (is_repeated && is_level(form, &key(once))).then(|| once.to_owned())
    })
}

/// What stands where a level should, and is none of the form's: the row can be moved. Points that a form prints (产出指标40分) are no part of it.
pub(super) fn unknown((first, second): &(Option<String>, Option<String>), form: &TargetForm) -> Vec<String> {
    if form.levels.is_empty() {
        return Vec::new();
    }
    let name = |level: &str| {
        key(level.trim_end_matches(['分', '）', ')']).trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '（' | '(')))
    };
    // Nearly all are levels as they stand.
    let is_first = first.as_deref().is_none_or(|level| form.is_first_level(level) || form.is_first_level(&name(level)));
    let is_second = second.as_deref().is_none_or(|level| form.is_second_level(level) || form.is_second_level(&name(level)));
    [(is_first, "level_unknown:level1"), (is_second, "level_unknown:level2")]
        .into_iter()
        .filter(|(is_known, _)| !is_known)
        .map(|(_, flag)| flag.to_owned())
        .collect()
}

/// The only level whose beginning a text is, without the little that is lost of it.
fn completed(text: &str, form: &TargetForm) -> Option<String> {
    const FEWEST: usize = 3;
    const MOST_LOST: usize = 2;
    let name = key(text);
    if name.chars().count() < FEWEST || is_level(form, &name) {
        return None;
    }
    let lost = |level: &&str| level.strip_prefix(name.as_str()).is_some_and(|lost| lost.chars().count() <= MOST_LOST);
    let mut found = form.all_levels().filter(lost);
    let first = found.next()?;
    found.all(|other| other == first).then(|| first.to_owned())
}
