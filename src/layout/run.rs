//! Glyphs → runs: characters that follow each other without a gap, in the order in which the content draws them.
//!
//! The order of the content is kept inside a run: digits and punctuation of different fonts stand on slightly different base lines, and
//! sorting them by place would tear numbers apart.

use std::ops::Range;

use crate::read::pdf::{Direction, Glyph, Page, Rect};

/// Characters that follow each other.
#[derive(Clone, Debug)]
pub(super) struct Run {
    /// Its glyphs.
    pub(super) glyphs: Range<usize>,
    /// The box around those that are seen and are no space.
    pub(super) bounds: Rect,
    /// Size of its largest glyph.
    pub(super) size: f32,
    /// Is any of it seen?
    is_seen: bool,
}

/// A gap or an overlap so wide ends a run, in font sizes.
const GAP: f32 = 0.25;
/// A step up or down so large ends a run, in font sizes.
const STEP: f32 = 0.3;

/// Which glyphs of a page count as its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextLayer {
    /// Those that are drawn.
    Drawn,
    /// Invisible ones, as recognition lays over a scan.
    Invisible,
}

impl TextLayer {
    /// Drawn text if there is any beside an invisible layer.
    pub(super) fn of(page: &Page) -> Self {
        let invisible = page.glyphs.iter().filter(|glyph| glyph.visibility.invisible).count();
        if invisible * 2 > page.glyphs.len() { Self::Invisible } else { Self::Drawn }
    }

    fn has(self, glyph: &Glyph) -> bool {
        let is_drawn = !glyph.visibility.invisible;
        !glyph.visibility.duplicate && !glyph.visibility.hidden_layer && is_drawn == (self == Self::Drawn)
    }
}

/// The runs of a page, in content order, and those that are drawn askew (watermarks).
pub(super) fn runs(page: &Page, layer: TextLayer) -> (Vec<Run>, Vec<Run>) {
    let mut straight = Vec::new();
    let mut askew = Vec::new();
    let mut open: Option<(Run, usize)> = None;
    let mut close = |open: &mut Option<(Run, usize)>| {
        if let Some((run, last)) = open.take() {
            let is_seen = run.is_seen;
            let is_askew = matches!(page.glyphs.get(last).map(|glyph| glyph.direction), Some(Direction::Degrees(_)));
            match (is_seen, is_askew) {
                (true, false) => straight.push(run),
                (true, true) => askew.push(run),
                (false, _) => {}
            }
        }
    };
    for (index, glyph) in page.glyphs.iter().enumerate() {
        if !layer.has(glyph) {
            continue;
        }
        let before = open.as_ref().and_then(|(_, last)| page.glyphs.get(*last));
        // Where a clip has cut the end of a text, what is seen next is another text.
        let goes_on = before.is_some_and(|before| {
            let is_seen_again = before.visibility.outside && !glyph.visibility.outside;
            let has_seen = open.as_ref().is_some_and(|(run, _)| run.is_seen);
            follows(before, glyph) && !(is_seen_again && has_seen)
        });
        if !goes_on {
            close(&mut open);
        }
        let (run, last) =
            open.get_or_insert_with(|| (Run { glyphs: index..index, bounds: Rect::default(), size: 0.0, is_seen: false }, index));
        run.glyphs.end = index + 1;
        run.size = run.size.max(glyph.size);
        *last = index;
        if !glyph.visibility.outside && !is_space(glyph) {
            run.bounds = if run.is_seen { run.bounds.union(glyph.bounds) } else { glyph.bounds };
            run.is_seen = true;
        }
    }
    close(&mut open);
    (straight, askew)
}

/// Whether a glyph shows nothing.
pub(super) fn is_space(glyph: &Glyph) -> bool {
    glyph.text.single().is_some_and(|character| character.is_whitespace() || character == '\u{a0}')
}

/// Whether a glyph goes on where another one ends.
fn follows(before: &Glyph, glyph: &Glyph) -> bool {
    // What stands askew, as a watermark does, is one text.
    let is_askew = matches!(before.direction, Direction::Degrees(_));
    glyph.gap_after(before).is_some_and(|(along, across)| is_askew || (along < GAP && across < STEP))
}

/// Appends the characters of some glyphs, control and invisible ones left out, widths folded.
pub(super) fn push_text(page: &Page, glyphs: Range<usize>, layer: TextLayer, text: &mut String) {
    for glyph in page.glyphs.get(glyphs).unwrap_or_default().iter().filter(|glyph| layer.has(glyph)) {
        if let Some(character @ ('\u{4e00}'..='\u{9fff}' | '!'..='~')) = glyph.text.single() {
            text.push(character);
        } else {
            let mut raw = String::new();
            glyph.text.push_to(&mut raw);
            crate::read::text::fold(&raw, text);
        }
    }
}
