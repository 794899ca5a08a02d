//! Runs outside of grids → lines of text.

use super::run::{Run, TextLayer, push_text};
use crate::read::pdf::{Page, Rect};

/// A line of text on a page.
#[derive(Clone, Debug)]
pub struct TextLine {
    /// Its pieces from left to right: wide gaps divide them.
    pub segments: Vec<Segment>,
    /// The box around it.
    pub bounds: Rect,
    /// Size of its largest glyph.
    pub size: f32,
}

/// Text without a wide gap.
#[derive(Clone, Debug)]
pub struct Segment {
    /// The text.
    pub text: String,
    /// The box around it.
    pub bounds: Rect,
}

/// A gap so wide divides a line, in font sizes.
const WIDE_GAP: f32 = 1.2;

/// Texts of one size are of one line if they stand no further apart in height, in font sizes…
const SAME_LEVEL: f32 = 0.15;
/// …and texts of different sizes, if no further than this.
const NEAR_LEVEL: f32 = 0.3;
/// A run is of one of the last lines, of which this many can be printed into each other.
const NEAR_LINES: usize = 2;

/// The runs of each line, from top to bottom, from left to right.
pub(super) fn by_line(mut runs: Vec<Run>) -> Vec<Vec<Run>> {
    let middle = |run: &Run| f32::midpoint(run.bounds.y0, run.bounds.y1);
    runs.sort_by(|a, b| middle(a).total_cmp(&middle(b)));
    let mut lines: Vec<Vec<Run>> = Vec::new();
    for run in runs {
        let is_beside = |line: &&mut Vec<Run>| {
            // Rows of a sheet can be so low that one line is printed into the next: texts of one size have one height.
            let is_level = |other: &Run| {
                let size = other.size.min(run.size).max(1.0);
                let reach = if (other.size - run.size).abs() < 0.1 { SAME_LEVEL } else { NEAR_LEVEL };
                middle(&run) - middle(other) < reach * size
            };
            let is_over = |other: &Run| other.bounds.x1.min(run.bounds.x1) - other.bounds.x0.max(run.bounds.x0) > run.size.min(other.size);
            line.first()
                .is_some_and(|first| is_level(first) && (middle(&run) - middle(first) < SAME_LEVEL * run.size || !line.iter().any(is_over)))
        };
        match lines.iter_mut().rev().take(NEAR_LINES).find(is_beside) {
            Some(line) => line.push(run),
            None => lines.push(vec![run]),
        }
    }
    for line in &mut lines {
        line.sort_by(|a, b| a.bounds.x0.total_cmp(&b.bounds.x0));
    }
    lines
}

/// The text of a line.
pub(super) fn text_line(page: &Page, layer: TextLayer, runs: &[Run]) -> Option<TextLine> {
    let mut segments: Vec<Segment> = Vec::new();
    let mut size = 0.0_f32;
    for run in runs {
        let mut text = String::with_capacity(3 * run.glyphs.len());
        push_text(page, run.glyphs.clone(), layer, &mut text);
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        size = size.max(run.size);
        match segments.last_mut() {
            Some(open) if run.bounds.x0 - open.bounds.x1 < WIDE_GAP * run.size => {
                let is_word = |character: Option<char>| character.is_some_and(|character| character.is_ascii_alphanumeric());
                let is_apart = run.bounds.x0 - open.bounds.x1 > 0.2 * run.size;
                if is_apart && is_word(open.text.chars().next_back()) && is_word(text.chars().next()) {
                    open.text.push(' ');
                }
                open.text.push_str(text);
                open.bounds = open.bounds.union(run.bounds);
            }
            _ => segments.push(Segment { text: text.to_owned(), bounds: run.bounds }),
        }
    }
    let bounds = segments.iter().map(|segment| segment.bounds).reduce(Rect::union)?;
    Some(TextLine { segments, bounds, size })
}
