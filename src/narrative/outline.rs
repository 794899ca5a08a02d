//! Paragraphs → the outline: headings, told apart from the list of contents, and what stands below each.

use memchr::{memchr, memchr3};

use super::paragraphs::{Paragraph, is_heading};
use super::text::{Ordinal, has_any, ordinal};
use crate::disclosure::Section;
use crate::grammar::{NarrativeWords, TemplateSign, key};

/// The outline of a document, and its paragraphs below the headings.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// The headings.
    pub(super) sections: Vec<Section>,
    /// The paragraphs that are no headings, with the headings above each, from the top down.
    pub(super) body: Vec<(Vec<usize>, Paragraph)>,
}

/// A paragraph that may be a heading.
struct Candidate {
    at: usize,
    level: u8,
    number: String,
    title: String,
    is_listed: bool,
}

impl Outline {
    /// The headings above a paragraph.
    pub(super) fn above<'o>(&'o self, path: &'o [usize]) -> impl Iterator<Item = &'o Section> {
        path.iter().filter_map(|&at| self.sections.get(at))
    }

    /// Was the template left unfilled here?
    pub(super) fn is_unfilled(&self, path: &[usize]) -> bool {
        path.last().and_then(|&at| self.sections.get(at)).is_some_and(|section| section.unfilled_template)
    }
}

/// What the headings above a paragraph tell, looked up once for paragraphs that follow each other.
pub(super) fn once_a_path<'o, T: Copy>(tell: impl Fn(&'o [usize]) -> T) -> impl FnMut(&'o [usize]) -> T {
    let mut known: Option<(&[usize], T)> = None;
    move |path| match known {
        Some((before, told)) if before == path => told,
        _ => known.insert((path, tell(path))).1,
    }
}

/// Reads the outline.
pub(super) fn outline(paragraphs: Vec<Paragraph>, words: &NarrativeWords) -> Outline {
    let candidates = candidates(&paragraphs, words);
    let contents_end = contents_end(&candidates);
    let mut outline = Outline::default();
    let mut candidates = candidates.into_iter().filter(|candidate| candidate.at >= contents_end && !candidate.is_listed).peekable();
    let mut path: Vec<usize> = Vec::new();
    for (at, paragraph) in paragraphs.into_iter().enumerate().skip(contents_end) {
        let candidate = candidates.next_if(|candidate| candidate.at == at);
        let level = |path: &[usize]| path.last().and_then(|&at| outline.sections.get(at)).map_or(0, |section| section.level);
        let is_term =
            path.last().and_then(|&at| outline.sections.get(at)).is_some_and(|section| has_any(&section.title, &words.glossary.sections));
        match candidate.filter(|candidate| !is_term || candidate.level <= level(&path)) {
            Some(Candidate { level: here, number, title, .. }) => {
                while !path.is_empty() && level(&path) >= here {
                    path.pop();
                }
                path.push(outline.sections.len());
                outline.sections.push(Section { number, level: here, title, place: paragraph.place, unfilled_template: false });
            }
            None => outline.body.push((path.clone(), paragraph)),
        }
    }
    mark_templates(&mut outline, words);
    outline
}

/// The paragraphs that look like headings.
fn candidates(paragraphs: &[Paragraph], words: &NarrativeWords) -> Vec<Candidate> {
    let candidate = |(at, paragraph): (usize, &Paragraph)| {
        let (kind, number, rest) = ordinal(&paragraph.text)?;
        let level = match kind {
            Ordinal::Part => 1,
            Ordinal::Chinese => 2,
            Ordinal::Bracketed => 3,
            Ordinal::Arabic => return None,
        };
        let title = without_page(rest);
        if !is_heading(title, words) {
            return None;
        }
        let is_listed = title.len() < rest.len();
        Some(Candidate { at, level, number: number.to_owned(), title: title.trim_end_matches(['。', '：', ':']).to_owned(), is_listed })
    };
    paragraphs.iter().enumerate().filter_map(candidate).collect()
}

/// A line of the contents without the dots and the page number behind it.
fn without_page(text: &str) -> &str {
    let rest = text.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '—'));
    let title = rest.trim_end_matches(['.', '…', '·', '‥', '．', '⋯', '•']);
    if title.len() < rest.len() { title } else { text }
}

/// Where the list of contents ends: where its first entry comes again.
fn contents_end(candidates: &[Candidate]) -> usize {
    let Some(first) = candidates.first() else { return 0 };
    let is_again = |other: &&Candidate| {
        other.level == first.level && if first.level == 1 { other.number == first.number } else { key(&other.title) == key(&first.title) }
    };
    candidates.iter().skip(1).find(is_again).map_or(0, |again| again.at)
}

/// Marks the headings below which the publisher left the template unfilled.
fn mark_templates(outline: &mut Outline, words: &NarrativeWords) {
    let mut texts: Vec<String> = vec![String::new(); outline.sections.len()];
    for (path, paragraph) in &outline.body {
        if let Some(text) = path.last().and_then(|&at| texts.get_mut(at)) {
            // Brackets and colons are compared in one width; most texts have no other.
            let bytes = paragraph.text.as_bytes();
            if memchr3(b'(', b')', b':', bytes).is_some() || memchr(b',', bytes).is_some() {
                text.push_str(&key(&paragraph.text));
            } else {
                text.push_str(&paragraph.text);
            }
            text.push('\n');
        }
    }
    // What has no text of its own is as what stands below it: from the last heading to the first.
    let mut below: Vec<(usize, usize)> = vec![(0, 0); outline.sections.len()];
    for at in (0..outline.sections.len()).rev() {
        let (Some(text), Some(&(unfilled, all))) = (texts.get(at), below.get(at)) else { continue };
        let Some(section) = outline.sections.get_mut(at) else { continue };
        section.unfilled_template =
            is_template(&format!("{}\n{text}", key(&section.title)), words) || (text.is_empty() && unfilled * 2 > all);
        let (level, is_unfilled) = (section.level, section.unfilled_template);
        let parent = outline.sections.get(..at).and_then(|before| before.iter().rposition(|other| other.level < level));
        if let Some((unfilled, all)) = parent.and_then(|parent| below.get_mut(parent)) {
            *all += 1;
            *unfilled += usize::from(is_unfilled);
        }
    }
}

/// Is this the text of a template, not of a disclosure? It has marks to be replaced, several alternatives, or amounts without a number, and no
/// more amounts that are filled in: a publisher who fills the template in can leave some of its words.
fn is_template(text: &str, words: &NarrativeWords) -> bool {
    let (mut marks, mut hints, mut blank, mut filled) = (0_usize, 0_usize, 0_usize, 0_usize);
    for (at, sign) in words.outline.signs(text) {
        match sign {
            TemplateSign::Mark => marks += 1,
            TemplateSign::Hint => hints += 1,
            TemplateSign::Unit => {
                let before = text.get(..at).unwrap_or("");
                let is_blank = |c: char| !c.is_ascii_digit() && !matches!(c, '（' | '：' | '\n' | '百' | '千' | '几' | '数' | '位' | '额');
                blank += usize::from(before.chars().next_back().is_some_and(is_blank));
                filled += usize::from(is_filled(before));
            }
        }
    }
    let is_left = marks > 0 || (hints + blank >= 2 && (blank > 0 || hints > 2));
    is_left && filled <= marks + hints + blank
}

/// Does a text end in an amount that the publisher filled in? 0 is what stands where nothing had to be.
fn is_filled(before: &str) -> bool {
    let amount = before.rsplit(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',')).next().unwrap_or("");
    amount.contains(|c: char| matches!(c, '1'..='9'))
}
