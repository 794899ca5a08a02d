//! Glyphs as words, the plain way: those that follow each other on a line without a gap. Enough to look at a page; tables are
//! another stage's work.

use super::geometry::Rect;
use super::page::{Direction, Glyph, Page};

/// Glyphs that follow each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// Their characters.
    pub text: String,
    /// The box around theirs.
    pub bounds: Rect,
    /// Index of the first glyph.
    pub first: usize,
    /// How many glyphs.
    pub count: usize,
}

/// Gap that ends a word, and the overlap that does, in font sizes.
const GAP: f32 = 0.25;

impl Page {
    /// The words of a page, in content order. Glyphs that nobody sees (invisible, printed twice, outside, in a hidden layer) are
    /// left out.
    pub fn words(&self) -> Vec<Word> {
        let mut words: Vec<Word> = Vec::new();
        let mut last: Option<&Glyph> = None;
        for (index, glyph) in self.glyphs.iter().enumerate() {
            if !glyph.is_visible() {
                continue;
            }
            let blank = glyph.text.single().is_some_and(char::is_whitespace);
            match (words.last_mut(), last) {
                (Some(word), Some(before)) if !blank && follows(before, glyph) => {
                    glyph.text.push_to(&mut word.text);
                    word.bounds = word.bounds.union(glyph.bounds);
                    word.count = index + 1 - word.first;
                }
                _ if !blank => {
                    let mut text = String::new();
                    glyph.text.push_to(&mut text);
                    words.push(Word { text, bounds: glyph.bounds, first: index, count: 1 });
                }
                _ => {}
            }
            last = (!blank).then_some(glyph);
        }
        words
    }
}

impl Glyph {
    /// Whether a reader of the page sees it, as far as the file says.
    pub fn is_visible(&self) -> bool {
        let unseen = self.visibility;
        !(unseen.invisible || unseen.duplicate || unseen.hidden_layer || unseen.outside)
    }

    /// How far it stands from the end of the glyph before it, along the line and across, in font sizes; `None`: its line runs another way.
    pub fn gap_after(&self, before: &Self) -> Option<(f32, f32)> {
        if before.direction != self.direction {
            return None;
        }
        let (along, across) = match before.direction {
            Direction::Right => (self.origin.x - before.bounds.x1, self.origin.y - before.origin.y),
            Direction::Left => (before.bounds.x0 - self.origin.x, self.origin.y - before.origin.y),
            Direction::Down => (self.bounds.y0 - before.bounds.y1, self.origin.x - before.origin.x),
            Direction::Up => (before.bounds.y0 - self.bounds.y1, self.origin.x - before.origin.x),
            Direction::Degrees(_) => (self.origin.x - before.bounds.x1, 0.0),
        };
        let size = before.size.max(self.size).max(0.1);
        Some((along.abs() / size, across.abs() / size))
    }
}

/// Whether a glyph goes on where another one ends.
fn follows(before: &Glyph, glyph: &Glyph) -> bool {
    glyph.gap_after(before).is_some_and(|(along, across)| along < GAP && across < GAP)
}
