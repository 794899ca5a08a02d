//! What pages carry besides their content: running heads and feet.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::{Block, PageLayout};

/// A line that stands at the same height on so many pages, numbers aside, is a running head.
const MOST_PAGES: usize = 3;
/// From the first to the last of its pages, a running head stands on this share of them at least: left and right pages can differ.
const LEAST_SHARE: (usize, usize) = (1, 2);
/// Heads and feet stand within this part of the page's height from its edge.
const MARGIN: f32 = 0.12;
/// Places so near are the same place, in points.
const SAME_PLACE: f32 = 4.0;

/// Sizes of one kind of text differ by less than this, in points.
const SAME_SIZE: f32 = 0.5;
/// Lines of one text follow each other in steps that differ by less than this part.
const SAME_STEP: f32 = 0.03;

/// A text without what changes from page to page.
fn pattern(text: &str) -> String {
    let mut pattern = String::new();
    for character in text.chars().filter(|character| !character.is_whitespace()) {
        if character.is_ascii_digit() {
            if !pattern.ends_with('#') {
                pattern.push('#');
            }
        } else {
            pattern.push(character);
        }
    }
    pattern
}

/// What stands near the upper and lower edges of a document's pages: text without numbers, place in steps of [`SAME_PLACE`].
#[derive(Debug, Default)]
pub(super) struct Edges {
    seen: BTreeMap<i32, Vec<(String, Seen)>>,
}

/// The running heads and feet of a document.
#[derive(Debug, Default)]
pub(super) struct RunningHeads {
    found: FxHashSet<(String, i32)>,
}

impl Edges {
    /// Looks at a page.
    pub(super) fn look(&mut self, layout: &PageLayout) {
        for (at, block) in layout.blocks.iter().enumerate() {
            let Some(((text, place), number)) = key(block, layout).zip(number(block)) else { continue };
            let seen = Seen { page: layout.number, number, is_spaced_as_text: is_spaced_as_text(&layout.blocks, at) };
            self.seen.entry(place).or_default().push((text, seen));
        }
    }

    /// Tells running heads from lines of the text.
    pub(super) fn running_heads(&self) -> RunningHeads {
        let mut found = FxHashSet::default();
        for &place in self.seen.keys() {
            // Places at the limit of two steps are of either.
            let near = || (place - 1..=place + 1).filter_map(|place| self.seen.get(&place)).flatten();
            let mut by_text: BTreeMap<&str, Vec<Seen>> = BTreeMap::new();
            near().for_each(|(text, seen)| by_text.entry(text).or_default().push(*seen));
            for seen in by_text.values_mut() {
                seen.sort_by_key(|seen| seen.page);
                seen.dedup_by_key(|seen| seen.page);
            }
            for (text, seen) in &by_text {
                if is_running(seen) && !is_among_others(text, seen, &by_text) {
                    found.insert(((*text).to_owned(), place));
                }
            }
        }
        RunningHeads { found }
    }
}

impl RunningHeads {
    /// Is this block of a page a running head or foot?
    pub(super) fn has(&self, block: &Block, layout: &PageLayout) -> bool {
        !self.found.is_empty() && key(block, layout).is_some_and(|key| self.found.contains(&key))
    }
}

/// Does a line follow, or go before, another of its size as lines do elsewhere on the page? Heads and feet stand apart.
fn is_spaced_as_text(blocks: &[Block], at: usize) -> bool {
    let step = |above: usize| match (blocks.get(above), blocks.get(above + 1)) {
        (Some(Block::Line(a)), Some(Block::Line(b))) if (a.size - b.size).abs() < SAME_SIZE => Some(b.bounds.y0 - a.bounds.y0),
        _ => None,
    };
    let is_pair = |above: usize| above == at || above + 1 == at;
    let is_usual =
        |own: f32| (0..blocks.len()).any(|above| !is_pair(above) && step(above).is_some_and(|step| (step - own).abs() < SAME_STEP * own));
    [at.checked_sub(1), Some(at)].into_iter().flatten().filter_map(step).any(is_usual)
}

/// Does a line stand on many pages in a row, with a number that counts them or is the same on all?
fn is_running(seen: &[Seen]) -> bool {
    let (Some(first), Some(last)) = (seen.first(), seen.last()) else { return false };
    let span = (last.page - first.page + 1) as usize;
    let pairs = || seen.windows(2).filter_map(|pair| <&[Seen; 2]>::try_from(pair).ok());
    let counts = pairs().filter(|[a, b]| b.number.checked_sub(a.number) == Some(u64::from(b.page - a.page))).count();
    let as_text = seen.iter().filter(|seen| seen.is_spaced_as_text).count();
    seen.len() >= MOST_PAGES
        && as_text * 2 < seen.len()
        && seen.len() * LEAST_SHARE.1 >= span * LEAST_SHARE.0
        && (counts * 2 >= seen.len() - 1 || pairs().all(|[a, b]| a.number == b.number))
}

/// Do many other lines stand at the same place on the pages between? Then it is a line of the text that came to stand first.
fn is_among_others(text: &str, seen: &[Seen], by_text: &BTreeMap<&str, Vec<Seen>>) -> bool {
    let (Some(first), Some(last)) = (seen.first(), seen.last()) else { return false };
    let is_between = |other: &Seen| (first.page..=last.page).contains(&other.page);
    let others = by_text.iter().filter(|(other, places)| **other != text && places.iter().any(is_between)).count();
    // Left and right pages have two heads, and a title page or two may have none.
    others > 1 + seen.len() / 8
}

/// A line on a page.
#[derive(Clone, Copy, Debug)]
struct Seen {
    page: u32,
    /// The first number in it; 0 where there is none.
    number: u64,
    is_spaced_as_text: bool,
}

/// The first number of a line.
fn number(block: &Block) -> Option<u64> {
    let Block::Line(line) = block else { return None };
    let text: String = line.segments.iter().map(|segment| segment.text.as_str()).collect();
    let digits: String = text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).take(18).collect();
    Some(digits.parse().unwrap_or(0))
}

/// Text and place of a line near the upper or lower edge.
fn key(block: &Block, layout: &PageLayout) -> Option<(String, i32)> {
    let Block::Line(line) = block else { return None };
    let height = if layout.turn.is_sideways() { layout.width } else { layout.height };
    let is_head = line.bounds.y1 < height * MARGIN;
    let is_foot = line.bounds.y0 > height * (1.0 - MARGIN);
    if !is_head && !is_foot {
        return None;
    }
    let text: String = line.segments.iter().map(|segment| pattern(&segment.text)).collect();
    // From the edge that it is near: pages of several sizes share their heads.
    let from_edge = if is_head { line.bounds.y0 } else { line.bounds.y0 - height };
    #[expect(clippy::cast_possible_truncation, reason = "a place on a page, in steps")]
    Some((text, (from_edge / SAME_PLACE).round() as i32))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::lines::TextLine;
    use crate::read::pdf::Rect;

    fn line(top: f32, size: f32) -> Block {
        Block::Line(TextLine { segments: Vec::new(), bounds: Rect { x0: 70.0, y0: top, x1: 300.0, y1: top + size }, size })
    }

    #[test]
    fn a_page_s_last_line_of_text_stands_as_far_from_the_one_above_as_the_others() {
        let page = [line(32.0, 9.0), line(69.0, 13.0), line(94.0, 13.0), line(119.0, 13.0), line(144.0, 13.0), line(801.0, 10.0)];
        let spaced: Vec<bool> = (0..page.len()).map(|at| is_spaced_as_text(&page, at)).collect();
        assert_eq!(spaced, [false, true, true, true, true, false]);
    }
}
