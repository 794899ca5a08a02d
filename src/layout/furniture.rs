//! What pages carry besides their content: running heads and feet.

use rustc_hash::FxHashMap;

use super::{Block, PageLayout};

/// A line that stands at the same height on so many pages, numbers aside, is a running head.
const MOST_PAGES: usize = 3;
/// Heads and feet stand within this part of the page's height from its edge.
const MARGIN: f32 = 0.12;
/// Places so near are the same place, in points.
const SAME_PLACE: f32 = 4.0;

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

/// The running heads and feet of a document: text without numbers, place in steps of [`SAME_PLACE`].
#[derive(Debug, Default)]
pub(super) struct RunningHeads {
    pages: FxHashMap<(String, i32), Vec<u32>>,
}

impl RunningHeads {
    /// Looks at a page.
    pub(super) fn look(&mut self, layout: &PageLayout) {
        for key in layout.blocks.iter().filter_map(|block| key(block, layout)) {
            let pages = self.pages.entry(key).or_default();
            if pages.last() != Some(&layout.number) {
                pages.push(layout.number);
            }
        }
    }

    /// Is this block of a page a running head or foot?
    pub(super) fn has(&self, block: &Block, layout: &PageLayout) -> bool {
        key(block, layout).is_some_and(|(text, place)| {
            let pages: usize = (place - 1..=place + 1).filter_map(|place| self.pages.get(&(text.clone(), place))).map(Vec::len).sum();
            pages >= MOST_PAGES
        })
    }
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
