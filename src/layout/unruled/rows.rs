//! Lines of runs → rows of an unruled table, by the heights at which cells stand.

use crate::layout::run::Run;

/// The runs at one height, from left to right.
pub(super) type Line = Vec<Run>;

/// Lines closer than this are lines of one row, in font sizes.
pub(super) const ROW_GAP: f32 = 0.5;

/// The upper edge of a line.
pub(super) fn top(line: &[Run]) -> f32 {
    line.iter().map(|run| run.bounds.y0).fold(f32::INFINITY, f32::min)
}

/// Its lower edge.
pub(super) fn bottom(line: &[Run]) -> f32 {
    line.iter().map(|run| run.bounds.y1).fold(f32::NEG_INFINITY, f32::max)
}

/// The size of its largest text.
pub(super) fn size(line: &[Run]) -> f32 {
    line.iter().map(|run| run.size).fold(0.0, f32::max)
}

/// The runs of one row, of however many lines.
#[derive(Debug, Default)]
pub(super) struct RowRuns<'r> {
    pub(super) runs: Vec<&'r Run>,
}

impl RowRuns<'_> {
    /// Its upper edge.
    pub(super) fn top(&self) -> f32 {
        self.runs.iter().map(|run| run.bounds.y0).fold(f32::INFINITY, f32::min)
    }

    /// Has it a text in a stretch of the width?
    pub(super) fn fills(&self, from: f32, to: f32) -> bool {
        self.runs.iter().any(|run| run.bounds.x0 < to - 0.5 && run.bounds.x1 > from + 0.5)
    }

    /// Its lower edge.
    pub(super) fn bottom(&self) -> f32 {
        self.runs.iter().map(|run| run.bounds.y1).fold(f32::NEG_INFINITY, f32::max)
    }
}

/// Do two runs share a stretch of the width?
pub(super) fn overlap(a: &Run, b: &Run) -> bool {
    a.bounds.x0 < b.bounds.x1 - 1.0 && a.bounds.x1 > b.bounds.x0 + 1.0
}

/// The rows: lines that are closer to each other than rows are.
pub(super) fn rows<'r>(lines: &[&'r Line]) -> Vec<RowRuns<'r>> {
    let mut rows: Vec<RowRuns<'_>> = Vec::new();
    let mut end = f32::NEG_INFINITY;
    for line in lines {
        let goes_on = top(line) - end < ROW_GAP * size(line);
        match rows.last_mut() {
            Some(row) if goes_on => row.runs.extend(line.iter()),
            _ => rows.push(RowRuns { runs: line.iter().collect() }),
        }
        end = end.max(bottom(line));
    }
    rows.into_iter().flat_map(divided).collect()
}

/// So many texts at one height are a row, not the name of a merged cell.
const FEWEST_LEVEL: usize = 3;
/// Texts whose middles are no further apart than this are at one height, in font sizes.
const SAME_HEIGHT: f32 = 0.35;

/// Rows that only the name of a merged cell, which stands in the middle between them, made look like one.
///
/// The lines of a cell stand below each other and closer than rows do; the middles of the cells of a row are at one height.
fn divided(row: RowRuns<'_>) -> Vec<RowRuns<'_>> {
    let mut runs = row.runs;
    runs.sort_by(|a, b| a.bounds.y0.total_cmp(&b.bounds.y0));
    // The cells: runs that share a stretch of the width and stand close below each other.
    let mut cells: Vec<Vec<&Run>> = Vec::new();
    for run in runs {
        let goes_on = |cell: &&mut Vec<&Run>| {
            cell.last().is_some_and(|last| overlap(last, run) && run.bounds.y0 - last.bounds.y1 < ROW_GAP * run.size)
        };
        match cells.iter_mut().rev().find(goes_on) {
            Some(cell) => cell.push(run),
            None => cells.push(vec![run]),
        }
    }
    let middle = |cell: &[&Run]| match (cell.first(), cell.last()) {
        (Some(first), Some(last)) => f32::midpoint(first.bounds.y0, last.bounds.y1),
        _ => 0.0,
    };
    let size = cells.iter().flatten().map(|run| run.size).fold(1.0, f32::max);
    let mut heights: Vec<(f32, Vec<&Vec<&Run>>)> = Vec::new();
    let mut by_middle: Vec<&Vec<&Run>> = cells.iter().collect();
    by_middle.sort_by(|a, b| middle(a).total_cmp(&middle(b)));
    for cell in by_middle {
        match heights.last_mut() {
            Some((height, cells)) if middle(cell) - *height < SAME_HEIGHT * size => cells.push(cell),
            _ => heights.push((middle(cell), vec![cell])),
        }
    }
    let heights = rows_at(&heights);
    if heights.len() < 2 {
        return vec![RowRuns { runs: cells.into_iter().flatten().collect() }];
    }
    let mut rows: Vec<RowRuns<'_>> = heights.iter().map(|_| RowRuns::default()).collect();
    for cell in cells {
        let distance = |height: &f32| (height - middle(&cell)).abs();
        let nearest = heights.iter().enumerate().min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b))).map_or(0, |(at, _)| at);
        if let Some(row) = rows.get_mut(nearest) {
            row.runs.extend(cell);
        }
    }
    rows
}

/// The heights at which there are rows, of those at which the middles of cells are.
///
/// A height of several cells is one; so are two heights with cells in the same two columns, and names of merged cells in the middle between them.
fn rows_at(heights: &[(f32, Vec<&Vec<&Run>>)]) -> Vec<f32> {
    let shares = |a: &[&Run], b: &[&Run]| a.iter().any(|a| b.iter().any(|b| overlap(a, b)));
    let is_below = |above: &[&Vec<&Run>], below: &[&Vec<&Run>]| {
        let (few, many) = if above.len() <= below.len() { (above, below) } else { (below, above) };
        few.len() >= 2 && few.iter().all(|a| many.iter().filter(|b| shares(a, b)).count() == 1)
    };
    let is_pair = |at: usize| match heights.get(at..at + 3) {
        Some([(a, above), (b, _), (c, below)]) => is_below(above, below) && (f32::midpoint(*a, *c) - b).abs() < 1.0,
        _ => false,
    };
    let is_row = |(at, (_, cells)): &(usize, &(f32, Vec<&Vec<&Run>>))| {
        cells.len() >= FEWEST_LEVEL || is_pair(*at) || at.checked_sub(2).is_some_and(is_pair)
    };
    heights.iter().enumerate().filter(is_row).map(|(_, (height, _))| *height).collect()
}
