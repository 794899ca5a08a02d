//! Whose disclosure it is, and of which year.

use std::collections::BTreeMap;

use crate::disclosure::DocumentKind;
use crate::grammar::{NamedYear, Vocabulary, key, named_years, title_key};
use crate::read::{Document, Line};

/// What the cover and the captions say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The publishing agency (部门 or 单位).
    pub agency: Option<String>,
    /// Budget year.
    pub fiscal_year: Option<u16>,
    /// What the cover calls the document, where no form tells.
    pub kind: DocumentKind,
}

/// How many lines the cover can have.
const COVER_LINES: usize = 40;

/// Reads agency and year: from the cover (`某局` / `2024 年部门预算公开`), else from the captions of tables and the headings.
pub fn head<'d>(document: &'d Document, captions: impl Iterator<Item = &'d Line>, vocabulary: &Vocabulary) -> Head {
    let mut head = Head { agency: None, fiscal_year: None, kind: kind(document) };
    let mut before: Option<&str> = None;
    for (at, line) in document.lines.iter().enumerate().take(COVER_LINES) {
        let text = line.text();
        let Some((front, year, rest)) = year_in(text) else {
            before = Some(text);
            continue;
        };
        let is_title = |text: &str| vocabulary.document_titles.contains(&title_key(text));
        // A long title is broken over two lines.
        let next = document.lines.get(at + 1).map_or("", Line::text);
        if !is_title(rest) && (rest.is_empty() || !is_title(&format!("{rest}{next}"))) {
            continue;
        }
        head.fiscal_year = Some(year);
        let agency = if front.is_empty() { before } else { Some(front) };
        head.agency = agency.map(without_spaces).filter(|agency| is_name(agency));
        break;
    }
    if head.agency.is_none() {
        head.agency = captioned_agency(captions, vocabulary);
    }
    if head.fiscal_year.is_none() {
        head.fiscal_year = commonest_year(document);
    }
    head
}

/// What the first lines call the document.
fn kind(document: &Document) -> DocumentKind {
    const WORDS: [(&str, DocumentKind); 6] = [
        ("部门决算", DocumentKind::DepartmentFinalAccount),
        ("单位决算", DocumentKind::DepartmentFinalAccount),
        ("政府决算", DocumentKind::GovernmentFinalAccount),
        ("部门预算", DocumentKind::DepartmentBudget),
        ("单位预算", DocumentKind::DepartmentBudget),
        ("政府预算", DocumentKind::GovernmentBudget),
    ];
    let mut named = document.lines.iter().take(COVER_LINES).filter_map(|line| {
        let text = key(line.text());
        WORDS.iter().find(|(word, _)| text.contains(word)).map(|&(_, kind)| kind)
    });
    named.next().unwrap_or(DocumentKind::Unknown)
}

/// `front 2024 年 rest`: the first year of a text and what stands around it.
fn year_in(text: &str) -> Option<(&str, u16, &str)> {
    let NamedYear { year, start, end } = named_years(text).next()?;
    Some((text.get(..start)?.trim(), year, text.get(end..)?.trim()))
}

fn without_spaces(text: &str) -> String {
    crate::repair::name(text).name
}

/// An agency's name has no punctuation and is no heading.
fn is_name(text: &str) -> bool {
    let length = text.chars().count();
    (2..=60).contains(&length) && !text.contains(['，', '。', '：', '、', '*', ':', '“'])
}

fn captioned_agency<'d>(captions: impl Iterator<Item = &'d Line>, vocabulary: &Vocabulary) -> Option<String> {
    let mut named =
        captions.flat_map(|line| line.cells.iter().enumerate().map(move |(at, cell)| (line, at, cell))).filter_map(|(line, at, cell)| {
            let text = key(&cell.text);
            let label = |caption: &String| caption.strip_suffix('：') == Some(text.as_str());
            if vocabulary.agency_captions.iter().any(label) {
                // The name stands apart from its caption.
                let next = key(&line.cells.get(at + 1)?.text);
                return is_name(&next).then_some(next);
            }
            let after = vocabulary.agency_captions.iter().find_map(|caption| text.strip_prefix(caption.as_str()))?;
            let agency = after.split("单位：").next().unwrap_or(after);
            is_name(agency).then(|| agency.to_owned())
        });
    named.next()
}

/// The year that the document names most often in front of 预算 or 决算.
fn commonest_year(document: &Document) -> Option<u16> {
    let mut years: BTreeMap<u16, u32> = BTreeMap::new();
    for line in &document.lines {
        let text = line.text();
        if (text.contains("预算") || text.contains("决算"))
            && let Some((_, year, _)) = year_in(text)
        {
            *years.entry(year).or_default() += 1;
        }
    }
    years.into_iter().max_by_key(|&(year, count)| (count, year)).map(|(year, _)| year)
}
