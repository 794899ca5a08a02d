//! Rows that no rule divides, in a grid whose columns are ruled → rows of their own.
//!
//! Some exports draw only the columns, or a line every few rows. Then a cell holds the amounts of several rows below each other. A number that a
//! narrow cell broke looks the same, but fills the width of its cell: only numbers with room beside them are rows.

use super::fill::{Piece, has_room};
use super::grid::{Frame, Span};
use super::run::is_space;
use crate::read::pdf::Page;

/// The lines of a cell.
struct Lines {
    /// The middle of each, from the top.
    middles: Vec<f32>,
    /// Are all of them numbers, with room for more digits beside them?
    are_numbers: bool,
}

/// Fewer cells of numbers on the same lines show no rows.
const FEWEST_CELLS: usize = 2;
/// Numbers so near in height stand on one line, in points.
const SAME_LINE: f32 = 2.5;

/// Divides rows whose cells hold numbers line by line.
pub(super) fn split_rows(page: &Page, frame: Frame, pieces: Vec<(usize, Piece)>) -> (Frame, Vec<(usize, Piece)>) {
    let height = frame.rows.len().saturating_sub(1);
    let anchors: Vec<Vec<f32>> = (0..height).map(|row| anchors(page, &frame, &pieces, row)).collect();
    if anchors.iter().all(Vec::is_empty) {
        return (frame, pieces);
    }
    // Where each old row begins among the new ones.
    let mut starts = vec![0];
    let mut rows: Vec<f32> = frame.rows.first().copied().into_iter().collect();
    for (row, anchors) in anchors.iter().enumerate() {
        rows.extend(anchors.windows(2).filter_map(|pair| match pair {
            &[above, below] => Some(f32::midpoint(above, below)),
            _ => None,
        }));
        rows.extend(frame.rows.get(row + 1));
        starts.push(rows.len() - 1);
    }
    let start = |row: usize| starts.get(row).copied().unwrap_or(0);
    let mut cells: Vec<Span> = Vec::new();
    let mut firsts = Vec::with_capacity(frame.cells.len());
    for span in &frame.cells {
        firsts.push(cells.len());
        let (from, to) = (start(span.row), start(span.row_end));
        if span.row_end - span.row == 1 {
            cells.extend((from..to).map(|row| Span { row, row_end: row + 1, ..*span }));
        } else {
            cells.push(Span { row: from, row_end: to, ..*span });
        }
    }
    let placed = pieces.into_iter().map(|(cell, piece)| {
        let (Some(span), first) = (frame.cells.get(cell), firsts.get(cell).copied().unwrap_or(0)) else { return (cell, piece) };
        let here = anchors.get(span.row).map_or(&[][..], Vec::as_slice);
        let line = if span.row_end - span.row == 1 { nearest(here, piece.middle()) } else { 0 };
        (first + line, piece)
    });
    let mut placed: Vec<(usize, Piece)> = placed.collect();
    placed.sort_by_key(|(cell, _)| *cell);
    (Frame::new(frame.columns, rows, cells), placed)
}

fn nearest(anchors: &[f32], middle: f32) -> usize {
    let distance = |at: &usize| anchors.get(*at).map_or(f32::INFINITY, |anchor| (anchor - middle).abs());
    (0..anchors.len()).min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(0)
}

/// The middles of the rows that a row of the frame holds; empty: it is one row.
fn anchors(page: &Page, frame: &Frame, pieces: &[(usize, Piece)], row: usize) -> Vec<f32> {
    let cells = frame.cells.iter().enumerate().filter(|(_, span)| span.row == row && span.row_end == row + 1);
    let lines: Vec<Lines> =
        cells.filter_map(|(cell, span)| lines(page, frame, pieces, cell, span)).filter(|lines| lines.are_numbers).collect();
    let Some(fullest) = lines.iter().max_by_key(|lines| lines.middles.len()).filter(|fullest| fullest.middles.len() > 1) else {
        return Vec::new();
    };
    // Other cells have numbers on the same lines, if perhaps not on all of them.
    let is_on_line = |middle: &f32| fullest.middles.iter().any(|anchor| (anchor - middle).abs() < SAME_LINE);
    let agreeing = lines.iter().filter(|lines| lines.middles.len() > 1 && lines.middles.iter().all(is_on_line)).count();
    if agreeing >= FEWEST_CELLS { fullest.middles.clone() } else { Vec::new() }
}

/// The lines of a cell; `None`: it holds none.
fn lines(page: &Page, frame: &Frame, pieces: &[(usize, Piece)], cell: usize, span: &Span) -> Option<Lines> {
    let from = pieces.partition_point(|(owner, _)| *owner < cell);
    let mut here: Vec<&Piece> = pieces.get(from..)?.iter().take_while(|(owner, _)| *owner == cell).map(|(_, piece)| piece).collect();
    if here.len() < 2 {
        return None;
    }
    here.sort_by(|a, b| a.middle().total_cmp(&b.middle()));
    let bounds = frame.span_bounds(span);
    let width = bounds.x1 - bounds.x0;
    let mut middles: Vec<f32> = Vec::new();
    let mut are_numbers = true;
    for piece in here {
        let has_room = has_room(width - (piece.bounds.x1 - piece.bounds.x0), piece.size);
        are_numbers &= has_room && is_number(page, piece);
        if middles.last().is_none_or(|&last| piece.middle() - last > 0.5 * piece.size) {
            middles.push(piece.middle());
        }
    }
    Some(Lines { middles, are_numbers })
}

fn is_number(page: &Page, piece: &Piece) -> bool {
    let glyphs = page.glyphs.get(piece.glyphs.clone()).unwrap_or_default();
    let mut characters = glyphs.iter().filter(|glyph| !is_space(glyph)).map(|glyph| glyph.text.single());
    characters.all(|character| matches!(character, Some('0'..='9' | '.' | ',' | '-')))
}
