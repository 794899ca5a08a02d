//! Amounts that running text states besides its line items: totals, shares, changes. They are kept to be held against the tables.

use super::changes::{Change, UNIT, before_reason, change, reason, share};
use super::outline::{Outline, once_a_path};
use super::paragraphs::{Paragraph, label};
use super::text::{first_of, has_any, number, ordinal};
use crate::disclosure::{ChangeDirection, Section, Statement};
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
    let first = found.len();
    let (mut is_reason, mut is_new) = (false, false);
    for sentence in text.split_inclusive(['。', '；', ';']) {
        // A reason goes on to the end of the paragraph, or to where the text comes back to what the amount is of, or gives another reason.
        let comes_back = is_new && words.changes.beyond_reason.iter().any(|word| sentence.trim_start().starts_with(word.as_str()));
        is_new = sentence.ends_with('。');
        if is_reason && !comes_back && !has_any(sentence, &words.changes.reason) {
            if let Some(reason) = found.get_mut(first..).and_then(<[_]>::last_mut).and_then(|of| of.reason.as_mut()) {
                reason.push_str(sentence);
            }
            continue;
        }
        let before = before_reason(sentence, words);
        is_reason = before.len() < sentence.len();
        of_sentence(before.trim_end_matches(['。', '；', ';']), paragraph, (section, first), words, found);
        if let Some(last) = found.get_mut(first..).and_then(<[_]>::last_mut).filter(|_| is_reason) {
            last.reason = reason(sentence, words);
            // The sign that ends it stands before what follows.
            if let (Some(reason), Some(end)) = (last.reason.as_mut().filter(|reason| !reason.is_empty()), sentence.chars().last()) {
                reason.extend(matches!(end, '。' | '；' | ';').then_some(end));
            }
        }
    }
    for of in found.get_mut(first..).into_iter().flatten() {
        if let Some(reason) = &mut of.reason {
            reason.truncate(reason.trim_end_matches(['。', '；', '，', ';']).len());
        }
    }
}

/// The statements of a sentence; those of its paragraph begin with the `first`.
fn of_sentence(sentence: &str, paragraph: &Paragraph, (section, first): (&str, usize), words: &NarrativeWords, found: &mut Vec<Statement>) {
    // Where each amount of the sentence begins that is a subject's own, not a change.
    let mut starts: Vec<(usize, usize)> = Vec::new();
    let mut from = 0;
    for clause in clauses(sentence) {
        if subject(clause, words).is_some() {
            starts.push((from, from + clause.len()));
        }
        from += clause.len();
    }
    // …支出16,593.12万元，主要用于…。与上年相比增加134.37万元: what a paragraph says of its one amount can stand in a sentence of its own.
    if starts.is_empty()
        && words.changes.comparing_sentences.iter().any(|word| sentence.trim_start().starts_with(word.as_str()))
        && let Some([only]) = found.get_mut(first..)
        && only.change_direction.is_none()
    {
        let change = change(sentence, words);
        (only.change_direction, only.change_amount, only.change_pct) = (change.direction, change.amount, change.percent);
        (only.change_pct_direction, only.compared_to) = (change.percent_direction, change.against);
    }
    // 人员经费11,257.35万元。主要包括：… stands in a sentence of its own too.
    if starts.is_empty()
        && words.statements.includes.iter().any(|word| sentence.trim_start().starts_with(word.as_str()))
        && let Some(last) = found.get_mut(first..).and_then(<[_]>::last_mut)
    {
        last.includes = includes(sentence, words);
    }
    for (at, &(from, _)) in starts.iter().enumerate() {
        let end = starts.get(at + 1).map_or(sentence.len(), |&(next, _)| next);
        let Some(part) = sentence.get(from..end) else { continue };
        let Some((name, amount, rest)) = subject(part, words) else { continue };
        let mut change = change(rest, words);
        // 其他收入5万元，收入合计比上年增加100万元: more than all can have been added only to something else.
        let is_more =
            change.direction == Some(ChangeDirection::Increase) && change.amount.is_some_and(|change| change.scaled() > amount.scaled());
        if is_more && !is_about_it(rest, words) {
            change = Change::default();
        }
        let share = share(rest, words);
        found.push(Statement {
            section: section.to_owned(),
            subject: name.to_owned(),
            amount,
            share_pct: share.percent,
            share_of: share.of,
            change_direction: change.direction,
            change_amount: change.amount,
            change_pct: change.percent,
            change_pct_direction: change.percent_direction,
            compared_to: change.against,
            reason: None,
            includes: includes(rest, words),
            place: paragraph.place.clone(),
        });
    }
}

/// What an amount includes, by the words behind it.
fn includes(rest: &str, words: &NarrativeWords) -> Vec<String> {
    let of = &words.statements;
    let Some((at, word)) = first_of(rest, &of.includes) else { return Vec::new() };
    let list = rest.get(at + word.len()..).unwrap_or("").trim_start_matches(['：', ':']);
    let list = list.split(['。', '；', ';', '，', ',']).next().unwrap_or("").trim_end();
    let list = of.and_others.iter().find_map(|word| list.strip_suffix(word.as_str())).unwrap_or(list);
    list.split('、').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// Does the clause that states a change speak of the amount before it?
fn is_about_it(rest: &str, words: &NarrativeWords) -> bool {
    let of = &words.changes;
    let clause = clauses(rest).find(|clause| has_any(clause, &of.increase)).unwrap_or("");
    of.comparing_clauses.iter().chain(&of.increase).any(|word| clause.trim_start().starts_with(word.as_str()))
}

/// The clauses of a sentence, each with the sign that ends it. A comma within a number divides its thousands.
fn clauses(sentence: &str) -> impl Iterator<Item = &str> {
    let is_number = |at: usize, sign: char| {
        let before = sentence.get(..at).is_some_and(|before| before.ends_with(|c: char| c.is_ascii_digit()));
        let behind = sentence.get(at + sign.len_utf8()..).unwrap_or("");
        matches!(sign, '，' | ',') && before && behind.bytes().take_while(u8::is_ascii_digit).count() == 3
    };
    let ends = sentence.char_indices().filter(move |&(at, sign)| matches!(sign, '，' | ',' | '：' | ':' | '、') && !is_number(at, sign));
    let ends = ends.map(|(at, sign)| at + sign.len_utf8()).chain(std::iter::once(sentence.len()));
    let mut from = 0;
    ends.filter_map(move |end| sentence.get(std::mem::replace(&mut from, end)..end))
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

#[cfg(test)]
mod tests {
    use super::{Paragraph, clauses, is_about_it, of_paragraph};
    use crate::grammar::Grammars;

    #[test]
    fn a_clause_with_a_subject_of_its_own_is_not_about_the_amount_before_it() {
        let grammars = Grammars::built_in().expect("the built-in grammars load");
        // As published: of no government fund at all.
        assert!(is_about_it("万元，比2022年预算增加1421.25万元", &grammars.narrative));
        assert!(is_about_it("万元，增加1421.25万元，增长8%", &grammars.narrative));
        assert!(!is_about_it("万元，收入合计比上年增加100万元", &grammars.narrative));
    }

    #[test]
    fn what_stands_behind_a_reason_is_not_lost() {
        let grammars = Grammars::built_in().expect("the built-in grammars load");
        let words = &grammars.narrative;
        let mut found = Vec::new();
        // As published in Shanghai.
        let text = "公务用车购置及运行费6.40万元，与2023年预算持平，主要原因是。其中：公务用车购置费0.00万元，与2023年预算持平，\
                    主要原因是无此项支出；公务用车运行费6.40万元，与2023年预算持平，主要原因是根据实际公务用处运行情况。";
        of_paragraph(text, &Paragraph::default(), "一", words, &mut found);
        let read: Vec<(&str, Option<&str>)> = found.iter().map(|of| (of.subject.as_str(), of.reason.as_deref())).collect();
        assert_eq!(
            read,
            [
                ("公务用车购置及运行费", Some("")),
                ("公务用车购置费", Some("无此项支出")),
                ("公务用车运行费", Some("根据实际公务用处运行情况"))
            ]
        );
        // A reason of several sentences.
        let mut found = Vec::new();
        of_paragraph(
            "项目支出20万元，比上年减少5万元，主要原因是一是节约；二是甲项目减少3万元。三是乙项目10万元不再安排。",
            &Paragraph::default(),
            "一",
            words,
            &mut found,
        );
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].reason.as_deref(), Some("一是节约；二是甲项目减少3万元。三是乙项目10万元不再安排"));
    }

    #[test]
    fn commas_within_numbers_end_no_clause() {
        let found: Vec<&str> = clauses("财政拨款支出21,940.96万元，占99.94%,其中：项目支出1，234，567万元").collect();
        assert_eq!(found, ["财政拨款支出21,940.96万元，", "占99.94%,", "其中：", "项目支出1，234，567万元"]);
        assert_eq!(clauses("2023，2024年").collect::<Vec<_>>(), ["2023，", "2024年"]);
    }
}
