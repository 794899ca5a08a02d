//! Lines of running text → paragraphs, as they were before pages and line ends cut them.

use super::text::{Ordinal, compact, ends_sentence, ordinal, push_word};
use crate::disclosure::{PagePlace, TextLayer, Where};
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
    /// Were stray characters of recognition taken out?
    pub(super) has_noise: bool,
}

/// Where the lines of a page begin and end, to tell paragraphs that are indented.
#[derive(Clone, Copy, Default)]
struct Margins {
    left: f32,
    right: f32,
    turn: Turn,
}

/// How the text of a page runs.
#[derive(Clone, Copy, Default, PartialEq)]
enum Turn {
    /// To the right.
    #[default]
    Upright,
    /// Down the page.
    Down,
    /// Up the page.
    Up,
}

impl Turn {
    /// Where a line begins and ends along its text, and its height.
    fn along(self, [x0, y0, x1, y1]: [f32; 4]) -> (f32, f32, f32) {
        match self {
            Self::Upright => (x0, x1, y1 - y0),
            Self::Down => (y0, y1, x1 - x0),
            Self::Up => (-y1, -y0, x1 - x0),
        }
    }
}

/// The margins of each page.
struct Pages(Vec<Option<Margins>>);

impl Pages {
    fn of(&self, page: u32) -> Margins {
        self.0.get(page as usize).copied().flatten().unwrap_or_default()
    }
}

/// A line indented by more than this, in heights of a line, begins a paragraph.
const INDENT: f32 = 1.2;
/// A line that ends so far before the margin, in heights of a line, is a paragraph's last: a number that is not broken can leave less.
const SHORT: f32 = 6.0;
/// Texts that begin with so many characters alike begin with the name of one place.
const FEWEST_SHARED: usize = 3;
/// Most characters of a heading.
const LONGEST_HEADING: usize = 60;
/// Most characters of a line that introduces what follows.
const LONGEST_LEAD: usize = 24;

/// The paragraphs of a document.
pub(super) fn paragraphs(document: &Document, parts: &[Part], words: &NarrativeWords) -> Vec<Paragraph> {
    let margins = pages(document, parts);
    let mut found: Vec<Paragraph> = Vec::with_capacity(parts.iter().filter(|part| **part == Part::Running).count());
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
        let text = match line.cells.as_slice() {
            [only] => compact(&only.text),
            cells => compact(&cells.iter().map(|cell| cell.text.as_str()).collect::<String>()),
        };
        // What a file states exactly has no stray characters.
        let has_noise = document.text_layer != TextLayer::Embedded && words.noise.iter().any(|&noise| text.contains(noise));
        let text = if has_noise { text.replace(words.noise.as_slice(), "") } else { text };
        if text.is_empty() {
            continue;
        }
        // Between line items stands another one, however little of it is on the line.
        let (last, above) = match found.as_mut_slice() {
            [.., above, last] => (Some(last), Some(&*above)),
            [last] => (Some(last), None),
            [] => (None, None),
        };
        let is_after_item = || above.is_some_and(|above| has_level(&above.text, "项"));
        let last = last.zip(before);
        match last {
            Some((paragraph, before)) if goes_on(paragraph, is_after_item, before, line, &text, &margins, words) => {
                push_word(&mut paragraph.text, &text);
                paragraph.has_noise |= has_noise;
                match line.on_page {
                    Some((page, bbox)) => paragraph.place.more_places.push(PagePlace { page, bbox }),
                    None => paragraph.place.more_lines.push(line.number),
                }
            }
            _ => found.push(Paragraph { text, place: line.place(), has_noise }),
        }
        before = Some(line);
    }
    found
}

/// Looks at where the lines of each page stand.
fn pages(document: &Document, parts: &[Part]) -> Pages {
    let mut boxes: Vec<Vec<[f32; 4]>> = Vec::new();
    for (line, _) in document.lines.iter().zip(parts).filter(|(_, part)| **part == Part::Running) {
        let Some((page, bbox)) = line.on_page else { continue };
        let page = page as usize;
        if boxes.len() <= page {
            boxes.resize(page + 1, Vec::new());
        }
        if let Some(boxes) = boxes.get_mut(page) {
            boxes.push(bbox);
        }
    }
    let margins = |boxes: Vec<[f32; 4]>| {
        let tall = boxes.iter().filter(|[x0, y0, x1, y1]| y1 - y0 > x1 - x0).count();
        let turn = match (boxes.first(), boxes.last()) {
            (Some(first), Some(last)) if tall * 2 > boxes.len() => {
                // Lines follow each other to the left where text runs down.
                if last[0] <= first[0] { Turn::Down } else { Turn::Up }
            }
            _ => Turn::Upright,
        };
        let ends = || boxes.iter().map(|&bbox| turn.along(bbox));
        let left = ends().map(|(from, ..)| from).reduce(f32::min)?;
        let right = ends().map(|(_, to, _)| to).reduce(f32::max)?;
        Some(Margins { left, right, turn })
    };
    Pages(boxes.into_iter().map(margins).collect())
}

/// Is a line more of the paragraph before it?
fn goes_on(
    paragraph: &Paragraph,
    is_after_item: impl Fn() -> bool,
    before: &Line,
    line: &Line,
    text: &str,
    margins: &Pages,
    words: &NarrativeWords,
) -> bool {
    let is_entry = || ordinal(&paragraph.text).is_some() && !paragraph.text.contains(['，', '。', '：', ':', '；']);
    if is_torn(&paragraph.text, text) {
        return true;
    }
    if begins(text, words) {
        return false;
    }
    if awaits_more(&paragraph.text, words) || (is_entry() && has_level(text, "项") && is_after_item()) {
        return true;
    }
    if let Some(is_complete) = heading(&paragraph.text, words) {
        let length = paragraph.text.chars().count() + text.chars().count();
        let is_more = length <= LONGEST_HEADING && !text.contains(['，', '。', '；', '：', ':']);
        // …情况 is complete, but so is …情况说明.
        let is_ending = words.outline.endings.contains(&key(text));
        return is_more && (!is_complete || is_ending || fills_line(before, line, margins));
    }
    if let (Some((page_before, before)), Some((page, here))) = (before.on_page, line.on_page) {
        let (above, below) = (margins.of(page_before), margins.of(page));
        let (_, end, _) = above.turn.along(before);
        let (start, _, height) = below.turn.along(here);
        let height = height.max(1.0);
        // A page on which all lines are short, or stand at the right, tells no margin: the wider of both pages does.
        let left = if above.turn == below.turn { below.left.min(above.left) } else { below.left };
        let right = if above.turn == below.turn { above.right.max(below.right) } else { above.right };
        return start - left <= INDENT * height && right - end < SHORT * height;
    }
    let is_lead = text.ends_with(['：', ':']) && text.chars().count() <= LONGEST_LEAD;
    let is_entry = is_entry() && !["类", "款"].iter().any(|level| has_level(&paragraph.text, level));
    let is_sentence = text.contains(['，', '。']) || text.contains(|c: char| c.is_ascii_digit());
    // What begins like the entry, with the name of the place, is no rest of it.
    let is_alike = ordinal(&paragraph.text).is_some_and(|(_, _, rest)| shared(rest, text) >= FEWEST_SHARED);
    !(ends_sentence(&paragraph.text) || is_lead || (is_entry && (is_sentence || is_alike)))
}

/// The levels of the functional classification, as the text names them in brackets.
const LEVELS: [&str; 3] = ["类", "款", "项"];

/// Does a text hold a level in brackets: （项）?
fn has_level(text: &str, level: &str) -> bool {
    text.match_indices(level).any(|(at, level)| {
        let before = text.get(..at).unwrap_or("");
        let behind = text.get(at + level.len()..).unwrap_or("");
        before.ends_with(['（', '(']) && behind.starts_with(['）', ')'])
    })
}

/// Does what a text says begin behind its end: …（项）：, …主要原因是：?
fn awaits_more(text: &str, words: &NarrativeWords) -> bool {
    let Some(before) = text.strip_suffix(['：', ':']) else { return false };
    let is_item = before.strip_suffix(['）', ')']).and_then(|text| text.strip_suffix("项")).is_some_and(|text| text.ends_with(['（', '(']));
    let before = before.strip_suffix('是').unwrap_or(before);
    is_item || words.changes.reason.iter().any(|word| before.ends_with(word.as_str()))
}

/// Is a text cut between two lines where no paragraph ends: before what closes, in （类）, in a number?
fn is_torn(before: &str, text: &str) -> bool {
    // No paragraph begins with 的.
    let is_closing = text.starts_with(['）', ')', '，', '。', '；', '、', '：', ':', '%', '％', '的']);
    let is_open = before.ends_with(['（', '(']);
    let is_level = LEVELS.iter().any(|level| {
        let rest = if is_open { Some(text) } else { text.strip_prefix(['（', '(']) };
        rest.and_then(|text| text.strip_prefix(level)).is_some_and(|rest| rest.starts_with(['）', ')']))
    });
    // 减少54. | 81%
    let whole = before.strip_suffix('.').unwrap_or("");
    let fraction = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_fraction = !whole.is_empty()
        && ordinal(before).is_none_or(|(_, _, rest)| !rest.is_empty())
        && whole.ends_with(|c: char| c.is_ascii_digit())
        && fraction.len() < text.len()
        && fraction.starts_with(['%', '％', '万', '元']);
    is_closing || is_level || is_fraction
}

/// How many characters two texts begin with alike.
fn shared(a: &str, b: &str) -> usize {
    a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count()
}

/// Does a line reach the right margin, and does the next one begin at the left one?
fn fills_line(before: &Line, line: &Line, margins: &Pages) -> bool {
    let (Some((page_before, before)), Some((page, here))) = (before.on_page, line.on_page) else { return false };
    let (above, below) = (margins.of(page_before), margins.of(page));
    let (_, end, height) = above.turn.along(before);
    let (start, ..) = below.turn.along(here);
    above.right - end < INDENT * height && start - below.left < INDENT * height
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
    let at = text.get(..text.floor_char_boundary(LONGEST_LABEL + '：'.len_utf8()))?.find(['：', ':'])?;
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
    if text.len() > LONGEST_HEADING * char::MAX_LEN_UTF8 {
        return false;
    }
    let length = text.chars().count();
    (2..=LONGEST_HEADING).contains(&length) && !text.contains(['，', '。', '；', '：', ':', '！', '？']) && label(text, words).is_none()
}

/// Does a text end as headings do?
pub(super) fn ends_heading(text: &str, words: &NarrativeWords) -> bool {
    let text = key(text);
    words.outline.endings.iter().any(|ending| text.ends_with(ending.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_cut_where_no_paragraph_ends_are_one() {
        assert!(is_torn("13.一般公共服务支出(类", ")市场监督管理事务(款)"));
        assert!(is_torn("12.一般公共服务支出", "（类）统战事务（款）事业运行（项）：2024年"));
        assert!(is_torn("一、关于岳普湖县城市管理局2024年收支预算情况", "的总体说明"));
        assert!(is_torn("比上年预算减少74万元，减少54.", "81%，主要原因是：压减支出。"));
        assert!(is_torn("36.社会保障和就业支出(", "类)行政事业单位养老支出(款)"));
        assert!(!is_torn("比上年预算减少74万元。", "2024年预算数为3万元"));
        assert!(!is_torn("12.", "2024年"));
        assert!(!is_torn("12.", "5万元"));
        assert!(!is_torn("（一）项目", "（项目名称）"));
    }
}
