//! Runs → the cells of grids, and what stands outside of them.
//!
//! A run usually lies in one cell. Where it crosses an edge it is two texts drawn without a gap (`24,458.43二、财政专户`), or one text that
//! is wider than its cell: it is divided only where the characters on both sides do not belong together.

use std::ops::Range;

use super::grid::Frame;
use super::run::{Run, TextLayer, is_space, push_text};
use crate::read::pdf::{Direction, Page, Rect};

/// Part of a run that lies in one cell.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// Its glyphs.
    pub(super) glyphs: Range<usize>,
    /// The box around them.
    pub(super) bounds: Rect,
    /// Size of the run's largest glyph.
    pub(super) size: f32,
}

impl Piece {
    fn whole(run: &Run) -> Self {
        Self { glyphs: run.glyphs.clone(), bounds: run.bounds, size: run.size }
    }

    pub(super) fn middle(&self) -> f32 {
        f32::midpoint(self.bounds.y0, self.bounds.y1)
    }
}

/// What stands in the cells of some frames.
#[derive(Debug, Default)]
pub(super) struct Filled {
    /// For each frame, its pieces with the cells they lie in, by cell.
    pub(super) frames: Vec<Vec<(usize, Piece)>>,
    /// Runs outside of all frames.
    pub(super) outside: Vec<Run>,
}

/// Puts runs into the cells where they stand.
pub(super) fn fill(page: &Page, runs: Vec<Run>, frames: &[Frame]) -> Filled {
    let mut filled = Filled { frames: frames.iter().map(|_| Vec::new()).collect(), outside: Vec::new() };
    let bounds: Vec<Rect> = frames.iter().map(Frame::bounds).collect();
    for run in runs {
        let (x, y) = (f32::midpoint(run.bounds.x0, run.bounds.x1), f32::midpoint(run.bounds.y0, run.bounds.y1));
        let is_inside = |bounds: &Rect| {
            // Text that sticks out of its cell is still the cell's.
            let across = (x >= bounds.x0 && x <= bounds.x1) || (run.bounds.x0 >= bounds.x0 && run.bounds.x0 < bounds.x1);
            across && y >= bounds.y0 && y <= bounds.y1
        };
        let at = bounds
            .iter()
            .position(is_inside)
            .or_else(|| bounds.iter().zip(frames).position(|(bounds, frame)| hangs_below(&run, bounds, frame)));
        let (Some(frame), Some(cells)) = (at.and_then(|at| frames.get(at)), at.and_then(|at| filled.frames.get_mut(at))) else {
            filled.outside.push(run);
            continue;
        };
        let before = cells.len();
        pieces(page, &run, frame, cells);
        if cells.len() == before {
            filled.outside.push(run);
        }
    }
    // By cell; within a cell in the order of the content.
    filled.frames.iter_mut().for_each(|pieces| pieces.sort_by_key(|(cell, _)| *cell));
    filled
}

/// Is a run the last line of a cell whose lower edge is missing or drawn too high, as where a page breaks inside a row? It stands right
/// below a cell of the last row, within its width.
fn hangs_below(run: &Run, bounds: &Rect, frame: &Frame) -> bool {
    if run.bounds.y0 - bounds.y1 > 0.25 * run.size || run.bounds.y0 < bounds.y1 - run.size {
        return false;
    }
    let column = |x: f32| frame.columns.partition_point(|&edge| edge <= x);
    let (from, to) = (column(run.bounds.x0 + EDGE), column(run.bounds.x1 - EDGE));
    from == to && from > 0 && from < frame.columns.len()
}

/// Adds the pieces of a run, each with its cell.
fn pieces(page: &Page, run: &Run, frame: &Frame, into: &mut Vec<(usize, Piece)>) {
    let bottom = frame.bounds().y1;
    let y = f32::midpoint(run.bounds.y0, run.bounds.y1).min(bottom - EDGE);
    let first = page.glyphs.get(run.glyphs.start);
    let ends = (frame.cell_at(run.bounds.x0 + EDGE, y), frame.cell_at(run.bounds.x1 - EDGE, y));
    let runs_across = first.is_none_or(|glyph| glyph.direction == Direction::Right);
    match ends {
        (Some(one), Some(other)) if one == other => return into.push((one, Piece::whole(run))),
        (Some(only), None) | (None, Some(only)) => return into.push((only, Piece::whole(run))),
        _ if !runs_across => {
            let x = f32::midpoint(run.bounds.x0, run.bounds.x1);
            return into.extend(frame.cell_at(x, y).map(|cell| (cell, Piece::whole(run))));
        }
        _ => {}
    }
    // Stretches of glyphs whose middles lie in one cell; what is clipped or blank goes with what stands before it.
    let mut found: Vec<(usize, Piece)> = Vec::new();
    for index in run.glyphs.clone() {
        let Some(glyph) = page.glyphs.get(index) else { continue };
        let is_part = glyph.visibility.outside || is_space(glyph);
        let cell = frame.cell_at(f32::midpoint(glyph.bounds.x0, glyph.bounds.x1), f32::midpoint(glyph.bounds.y0, glyph.bounds.y1));
        match (found.last_mut(), cell) {
            (Some((_, piece)), _) if is_part => piece.glyphs.end = index + 1,
            (Some((open, piece)), Some(cell)) if *open == cell => {
                piece.glyphs.end = index + 1;
                piece.bounds = piece.bounds.union(glyph.bounds);
            }
            (Some((_, piece)), None) => {
                piece.glyphs.end = index + 1;
                piece.bounds = piece.bounds.union(glyph.bounds);
            }
            (_, Some(cell)) if !is_part => {
                // What is blank or clipped in front of the first glyph that is seen belongs to it.
                let start = if found.is_empty() { run.glyphs.start } else { index };
                found.push((cell, Piece { glyphs: start..index + 1, bounds: glyph.bounds, size: run.size }));
            }
            _ => {}
        }
    }
    let first = into.len();
    for (cell, piece) in found {
        let joined = into.get_mut(first..).and_then(<[_]>::last_mut);
        match joined {
            Some((owner, before)) if belongs_together(page, before, &piece) => {
                // The larger part tells whose the whole is.
                if width(&piece.bounds) > width(&before.bounds) {
                    *owner = cell;
                }
                before.glyphs.end = piece.glyphs.end;
                before.bounds = before.bounds.union(piece.bounds);
            }
            _ => into.push((cell, piece)),
        }
    }
}

/// So far inside a run its cell is asked for, in points: edges may touch it.
const EDGE: f32 = 0.8;
/// A glyph that reaches so far over an edge straddles it, in font sizes.
const STRADDLE: f32 = 0.15;

fn width(bounds: &Rect) -> f32 {
    bounds.x1 - bounds.x0
}

/// Are two neighbouring pieces of a run one text in spite of the edge between them?
fn belongs_together(page: &Page, before: &Piece, after: &Piece) -> bool {
    let last = page.glyphs.get(before.glyphs.clone()).and_then(|glyphs| glyphs.iter().rev().find(|glyph| !is_space(glyph)));
    let first = page.glyphs.get(after.glyphs.clone()).and_then(|glyphs| glyphs.iter().find(|glyph| !is_space(glyph)));
    let (Some(last), Some(first)) = (last, first) else { return false };
    // A space, or a gap as wide as one, divides.
    if first.bounds.x0 - last.bounds.x1 > 0.2 * after.size || before.glyphs.end.saturating_sub(1) != last_index(page, before) {
        return false;
    }
    let is_number = |character: char| character.is_ascii_digit() || matches!(character, '.' | ',' | '-' | '%');
    match (last.text.single().map(is_number), first.text.single().map(is_number)) {
        (Some(true), Some(true)) => true,
        (Some(true), _) | (_, Some(true)) => false,
        // Two words: one word only if a character lies across the edge between them.
        _ => {
            let edge = f32::midpoint(last.bounds.x1, first.bounds.x0);
            let middle = f32::midpoint(f32::midpoint(last.bounds.x0, last.bounds.x1), f32::midpoint(first.bounds.x0, first.bounds.x1));
            (edge - middle).abs() > STRADDLE * after.size
        }
    }
}

fn last_index(page: &Page, piece: &Piece) -> usize {
    let glyphs = page.glyphs.get(piece.glyphs.clone()).unwrap_or_default();
    piece.glyphs.start + glyphs.iter().rposition(|glyph| !is_space(glyph)).unwrap_or(0)
}

/// The text of a cell, and the box around it: its pieces line by line, lines joined as a narrow cell broke them.
pub(super) fn text(page: &Page, layer: TextLayer, pieces: &mut [(usize, Piece)], cell_width: f32) -> (String, Option<Rect>) {
    let mut text = String::with_capacity(pieces.iter().map(|(_, piece)| 3 * piece.glyphs.len()).sum());
    // One piece, as in most cells.
    if let [(_, only)] = pieces {
        push_text(page, only.glyphs.clone(), layer, &mut text);
        text.truncate(text.trim_end().len());
        text.drain(..text.len() - text.trim_start().len());
        return (text, Some(only.bounds));
    }
    let Some(bounds) = pieces.iter().map(|(_, piece)| piece.bounds).reduce(Rect::union) else { return (text, None) };
    pieces.sort_by(|(_, a), (_, b)| a.middle().total_cmp(&b.middle()));
    let mut rest = &mut *pieces;
    let mut before: Option<f32> = None;
    while let Some((_, first)) = rest.first() {
        let (middle, size) = (first.middle(), first.size);
        let count = rest.iter().take_while(|(_, piece)| piece.middle() - middle < 0.5 * piece.size.min(size).max(1.0)).count().max(1);
        let (line, after) = rest.split_at_mut(count);
        rest = after;
        line.sort_by(|(_, a), (_, b)| a.bounds.x0.total_cmp(&b.bounds.x0));
        let start = text.len();
        let mut end: Option<f32> = None;
        for (_, piece) in &*line {
            let mut words = String::with_capacity(3 * piece.glyphs.len());
            push_text(page, piece.glyphs.clone(), layer, &mut words);
            let words = words.trim();
            if let Some(end) = end
                && piece.bounds.x0 - end > 0.2 * piece.size
                && is_ascii_pair(text.chars().next_back(), words.chars().next())
            {
                text.push(' ');
            } else if let (None, Some(width)) = (end, before)
                && divides_lines(text.chars().next_back(), words.chars().next(), cell_width - width, piece.size)
            {
                text.push(' ');
            }
            text.push_str(words);
            end = Some(piece.bounds.x1);
        }
        if text.len() > start {
            let from = line.iter().map(|(_, piece)| piece.bounds.x0).fold(f32::INFINITY, f32::min);
            before = end.map(|end| end - from);
        }
    }
    (text, Some(bounds))
}

fn is_ascii_pair(one: Option<char>, other: Option<char>) -> bool {
    let is_word = |character: Option<char>| character.is_some_and(|character| character.is_ascii_alphanumeric());
    is_word(one) && is_word(other)
}

/// Are two lines of a cell two texts? Words are broken at spaces; a number is broken only where the cell is too narrow for it.
fn divides_lines(last: Option<char>, first: Option<char>, left_over: f32, size: f32) -> bool {
    let (Some(last), Some(first)) = (last, first) else { return false };
    if last.is_ascii_alphabetic() && first.is_ascii_alphabetic() {
        return true;
    }
    last.is_ascii_digit() && first.is_ascii_digit() && has_room(left_over, size)
}

/// Is so much of a cell's width left that a number in it need not have been broken? Room for three digits and the margins.
pub(super) fn has_room(left_over: f32, size: f32) -> bool {
    left_over > 1.5 * size + 8.0
}
