//! Lines of running text → paragraphs, as they were before pages and line ends cut them.

use super::text::{Ordinal, compact, ends_sentence, ordinal};
use crate::disclosure::{PagePlace, Where};
use crate::grammar::{NarrativeWords, key};
use crate::read::{Document, Line};

/// What a line is to the reader of running text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Running text.
    Running,
    /// What stands between lines without dividing them: page numbers, running heads.
    Aside,
    /// A table, its title or caption: what follows is another paragraph.
    Other,
}

/// A paragraph of running text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Paragraph {
    /// Its text without white space.
    pub(super) text: String,
    /// Its lines.
    pub(super) place: Where,
}

/// Where the lines of a page begin and end, to tell paragraphs that are indented.
#[derive(Clone, Copy)]
struct Margins {
    left: f32,
    right: f32,
}

/// A line indented by more than this, in heights of a line, begins a paragraph.
const INDENT: f32 = 1.2;
/// A line that ends so far before the margin, in heights of a line, is a paragraph's last: a number that is not broken can leave less.
const SHORT: f32 = 6.0;
/// Most characters of a heading.
const LONGEST_HEADING: usize = 60;
/// Most characters of a line that introduces what follows.
const LONGEST_LEAD: usize = 24;

/// The paragraphs of a document.
pub(super) fn paragraphs(document: &Document, parts: &[Part], words: &NarrativeWords) -> Vec<Paragraph> {
    let margins = margins(document, parts);
    let mut found: Vec<Paragraph> = Vec::new();
    let mut before: Option<&Line> = None;
    for (line, part) in document.lines.iter().zip(parts) {
        match part {
            Part::Aside => continue,
            Part::Other => {
                before = None;
                continue;
            }
            Part::Running => {}
        }
        let text = compact(&line.cells.iter().map(|cell| cell.text.as_str()).collect::<String>());
        if text.is_empty() {
            continue;
        }
        let last = found.last_mut().zip(before);
        match last {
            Some((paragraph, before)) if goes_on(paragraph, before, line, &text, &margins, words) => {
                paragraph.text = compact(&format!("{} {text}", paragraph.text));
                match line.on_page {
                    Some((page, bbox)) => paragraph.place.more_places.push(PagePlace { page, bbox }),
                    None => paragraph.place.more_lines.push(line.number),
                }
            }
            _ => found.push(Paragraph { text, place: line.place() }),
        }
        before = Some(line);
    }
    found
}

/// The margins of each page.
fn margins(document: &Document, parts: &[Part]) -> Vec<Option<Margins>> {
    let mut margins: Vec<Option<Margins>> = Vec::new();
    for (line, _) in document.lines.iter().zip(parts).filter(|(_, part)| **part == Part::Running) {
        let Some((page, [x0, _, x1, _])) = line.on_page else { continue };
        let page = page as usize;
        if margins.len() <= page {
            margins.resize(page + 1, None);
        }
        if let Some(place) = margins.get_mut(page) {
            let known = place.unwrap_or(Margins { left: x0, right: x1 });
            *place = Some(Margins { left: known.left.min(x0), right: known.right.max(x1) });
        }
    }
    margins
}

/// Is a line more of the paragraph before it?
fn goes_on(paragraph: &Paragraph, before: &Line, line: &Line, text: &str, margins: &[Option<Margins>], words: &NarrativeWords) -> bool {
    if begins(text, words) {
        return false;
    }
    if let Some(is_complete) = heading(&paragraph.text, words) {
        let length = paragraph.text.chars().count() + text.chars().count();
        let is_more = length <= LONGEST_HEADING && !text.contains(['，', '。', '；', '：', ':']);
        // …情况 is complete, but so is …情况说明.
        let is_ending = words.outline.endings.contains(&key(text));
        return is_more && (!is_complete || is_ending || fills_line(before, line, margins));
    }
    match (before.on_page, line.on_page) {
        (Some((page_before, before)), Some((page, here))) => {
            let margin = |page: u32| margins.get(page as usize).copied().flatten();
            let height = (here[3] - here[1]).max(1.0);
            let is_indented = margin(page).is_some_and(|margin| here[0] - margin.left > INDENT * height);
            // A page on which all lines are short tells no right margin: the wider of both pages does.
            let right = [page_before, page].into_iter().filter_map(margin).map(|margin| margin.right).fold(0.0, f32::max);
            !is_indented && right - before[2] < SHORT * height
        }
        _ => {
            let is_lead = text.ends_with(['：', ':']) && text.chars().count() <= LONGEST_LEAD;
            let has_level = ["（类）", "（款）", "(类)", "(款)"].iter().any(|level| paragraph.text.contains(level));
            let is_entry = !paragraph.text.contains(['，', '。', '：', ':', '；']) && !has_level;
            let is_sentence = text.contains(['，', '。']);
            !ends_sentence(&paragraph.text) && !is_lead && !(is_entry && is_sentence && ordinal(&paragraph.text).is_some())
        }
    }
}

/// Does a line reach the right margin, and does the next one begin at the left one?
fn fills_line(before: &Line, line: &Line, margins: &[Option<Margins>]) -> bool {
    let (Some((page_before, before)), Some((page, here))) = (before.on_page, line.on_page) else { return false };
    let margin = |page: u32| margins.get(page as usize).copied().flatten();
    let height = (here[3] - here[1]).max(1.0);
    margin(page_before).is_some_and(|margin| margin.right - before[2] < INDENT * height)
        && margin(page).is_some_and(|margin| here[0] - margin.left < INDENT * height)
}

/// Does a text begin a paragraph, by its number or its label?
pub(super) fn begins(text: &str, words: &NarrativeWords) -> bool {
    ordinal(text).is_some_and(|(_, _, rest)| !rest.is_empty()) || label(text, words).is_some() || starts_case(text)
}

/// 情况一：…, of the alternatives that a template offers.
fn starts_case(text: &str) -> bool {
    text.starts_with("情况") && text.chars().nth(3).is_some_and(|c| matches!(c, '：' | ':'))
}

/// The label of a project's field in front of a text: which field, and what stands behind.
pub(super) fn label<'t>(text: &'t str, words: &NarrativeWords) -> Option<(usize, &'t str)> {
    const LONGEST_LABEL: usize = 48;
    let at = text.find(['：', ':']).filter(|&at| at <= LONGEST_LABEL)?;
    let label = key(text.get(..at)?);
    let field = words.projects.fields.all().into_iter().position(|labels| labels.contains(&label))?;
    Some((field, text.get(at..)?.trim_start_matches(['：', ':'])))
}

/// Is a text a heading, and if so, is it complete?
fn heading(text: &str, words: &NarrativeWords) -> Option<bool> {
    let (kind, _, rest) = ordinal(text)?;
    if kind == Ordinal::Arabic || !is_heading(rest, words) {
        return None;
    }
    Some(ends_heading(rest, words))
}

/// Can this be the words of a heading? They are few and no sentence.
pub(super) fn is_heading(text: &str, words: &NarrativeWords) -> bool {
    let text = text.trim_end_matches(['。', '：', ':']);
    let length = text.chars().count();
    (2..=LONGEST_HEADING).contains(&length) && !text.contains(['，', '。', '；', '：', ':', '！', '？']) && label(text, words).is_none()
}

/// Does a text end as headings do?
pub(super) fn ends_heading(text: &str, words: &NarrativeWords) -> bool {
    let text = key(text);
    words.outline.endings.iter().any(|ending| text.ends_with(ending.as_str()))
}
