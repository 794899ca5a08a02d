//! Edges → grids of cells, merged cells whole.
//!
//! Edges that touch belong to one grid. Where two base cells have no edge between them, they are one cell. Sides that are not drawn
//! (the first row of a table's next page, the open sides of a three-line table) are where the other edges end.

use super::edge::{Edge, Edges};
use crate::read::pdf::Rect;

/// The cells of a ruled table, before anything is put into them.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// Left edges of the columns, and the right edge of the last.
    pub(super) columns: Vec<f32>,
    /// Top edges of the rows, and the bottom edge of the last.
    pub(super) rows: Vec<f32>,
    /// The cells, from top to bottom, from left to right.
    pub(super) cells: Vec<Span>,
    /// For each base cell, row by row, its cell.
    owners: Vec<usize>,
}

/// Base cells that are one cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    /// First row.
    pub(super) row: usize,
    /// Row after the last.
    pub(super) row_end: usize,
    /// First column.
    pub(super) column: usize,
    /// Column after the last.
    pub(super) column_end: usize,
}

/// How far from each other edges may end and still meet, in points.
const MEET: f32 = 2.5;
/// Lines so close bound no row or column, in points.
const THIN: f32 = 2.0;
/// Edges that end so far beyond the last crossing one show a side that is not drawn, in points.
const OPEN_SIDE: f32 = 4.0;

impl Frame {
    /// A frame of cells that cover it.
    pub(super) fn new(columns: Vec<f32>, rows: Vec<f32>, cells: Vec<Span>) -> Self {
        let width = columns.len().saturating_sub(1);
        let mut owners = vec![0; width * rows.len().saturating_sub(1)];
        for (index, span) in cells.iter().enumerate() {
            for row in span.row..span.row_end {
                for column in span.column..span.column_end {
                    if let Some(owner) = owners.get_mut(row * width + column) {
                        *owner = index;
                    }
                }
            }
        }
        Self { columns, rows, cells, owners }
    }

    /// The box around it.
    pub(super) fn bounds(&self) -> Rect {
        let end = |edges: &[f32]| (edges.first().copied().unwrap_or(0.0), edges.last().copied().unwrap_or(0.0));
        let ((x0, x1), (y0, y1)) = (end(&self.columns), end(&self.rows));
        Rect { x0, y0, x1, y1 }
    }

    /// The cell at a place.
    pub(super) fn cell_at(&self, x: f32, y: f32) -> Option<usize> {
        let column = interval(&self.columns, x)?;
        let row = interval(&self.rows, y)?;
        self.owner(row, column)
    }

    /// The cell that a base cell belongs to.
    pub(super) fn owner(&self, row: usize, column: usize) -> Option<usize> {
        let width = self.columns.len().saturating_sub(1);
        self.owners.get(row * width + column).copied()
    }

    /// For each base cell, row by row, its cell.
    pub(super) fn owners(&self) -> Vec<usize> {
        self.owners.clone()
    }

    /// Where a cell stands.
    pub(super) fn span_bounds(&self, span: &Span) -> Rect {
        let place = |edges: &[f32], at: usize| edges.get(at).copied().unwrap_or(0.0);
        Rect {
            x0: place(&self.columns, span.column),
            y0: place(&self.rows, span.row),
            x1: place(&self.columns, span.column_end),
            y1: place(&self.rows, span.row_end),
        }
    }
}

/// In which interval of ascending edges a place is, a little beyond the ends allowed.
fn interval(edges: &[f32], at: f32) -> Option<usize> {
    let (first, last) = (edges.first()?, edges.last()?);
    if at < first - MEET || at > last + MEET {
        return None;
    }
    Some(edges.partition_point(|&edge| edge <= at).saturating_sub(1).min(edges.len().saturating_sub(2)))
}

/// The ruled grids of a page, from top to bottom.
pub(super) fn frames(edges: &Edges) -> Vec<Frame> {
    let mut frames: Vec<Frame> = components(edges).iter().filter_map(frame).collect();
    frames.sort_by(|a, b| a.bounds().y0.total_cmp(&b.bounds().y0));
    frames
}

/// Edges that touch, directly or by others.
fn components(edges: &Edges) -> Vec<Edges> {
    let (across, down) = (&edges.horizontal, &edges.vertical);
    let mut group: Vec<usize> = (0..across.len() + down.len()).collect();
    for (i, horizontal) in across.iter().enumerate() {
        for (j, vertical) in down.iter().enumerate() {
            if meets(horizontal, vertical.at) && meets(vertical, horizontal.at) {
                let (a, b) = (root(&mut group, i), root(&mut group, across.len() + j));
                if let Some(parent) = group.get_mut(a.max(b)) {
                    *parent = a.min(b);
                }
            }
        }
    }
    let mut found: Vec<(usize, Edges)> = Vec::new();
    for at in 0..group.len() {
        let of = root(&mut group, at);
        let known = found.iter().position(|(known, _)| *known == of).unwrap_or_else(|| {
            found.push((of, Edges::default()));
            found.len() - 1
        });
        let Some((_, edges)) = found.get_mut(known) else { continue };
        match at.checked_sub(across.len()) {
            None => edges.horizontal.extend(across.get(at)),
            Some(at) => edges.vertical.extend(down.get(at)),
        }
    }
    found.into_iter().map(|(_, edges)| edges).collect()
}

fn root(group: &mut [usize], mut at: usize) -> usize {
    while let Some(&parent) = group.get(at).filter(|&&parent| parent != at) {
        let above = group.get(parent).copied().unwrap_or(parent);
        if let Some(entry) = group.get_mut(at) {
            *entry = above;
        }
        at = parent;
    }
    at
}

/// Does an edge reach a place along it?
fn meets(edge: &Edge, at: f32) -> bool {
    at >= edge.from - MEET && at <= edge.to + MEET
}

/// The places of edges, one for each line, with the sides that are not drawn.
fn lines(edges: &[Edge], crossing: &[Edge]) -> Vec<f32> {
    let mut places: Vec<f32> = Vec::new();
    for edge in edges {
        if places.last().is_none_or(|&last| edge.at - last > THIN) {
            places.push(edge.at);
        }
    }
    let start = crossing.iter().map(|edge| edge.from).fold(f32::INFINITY, f32::min);
    let end = crossing.iter().map(|edge| edge.to).fold(f32::NEG_INFINITY, f32::max);
    let starting = crossing.iter().filter(|edge| edge.from < start + MEET).count();
    let ending = crossing.iter().filter(|edge| edge.to > end - MEET).count();
    if starting >= 2 && places.first().is_some_and(|&first| first - start > OPEN_SIDE) {
        places.insert(0, start);
    }
    if ending >= 2 && places.last().is_some_and(|&last| end - last > OPEN_SIDE) {
        places.push(end);
    }
    places
}

/// Which stretches of a line are drawn: for each line, the intervals between the crossing lines.
fn walls(lines: &[f32], crossing: &[f32], edges: &[Edge]) -> Vec<bool> {
    let width = crossing.len().saturating_sub(1);
    let mut walls = vec![false; lines.len() * width];
    for edge in edges {
        let nearest = lines.iter().enumerate().min_by(|(_, a), (_, b)| (*a - edge.at).abs().total_cmp(&(*b - edge.at).abs()));
        let Some((line, _)) = nearest else { continue };
        for (at, pair) in crossing.windows(2).enumerate() {
            let &[from, to] = pair else { continue };
            let middle = f32::midpoint(from, to);
            if edge.from <= middle
                && edge.to >= middle
                && let Some(wall) = walls.get_mut(line * width + at)
            {
                *wall = true;
            }
        }
    }
    walls
}

fn frame(edges: &Edges) -> Option<Frame> {
    if edges.horizontal.is_empty() || edges.vertical.is_empty() {
        return None;
    }
    let columns = lines(&edges.vertical, &edges.horizontal);
    let rows = lines(&edges.horizontal, &edges.vertical);
    let (width, height) = (columns.len().checked_sub(1)?, rows.len().checked_sub(1)?);
    if width == 0 || height == 0 {
        return None;
    }
    // below[row line][column], beside[column line][row]
    let below = walls(&rows, &columns, &edges.horizontal);
    let beside = walls(&columns, &rows, &edges.vertical);
    let has_floor = |row: usize, column: usize| below.get((row + 1) * width + column).copied().unwrap_or(true);
    let has_side = |row: usize, column: usize| beside.get((column + 1) * height + row).copied().unwrap_or(true);
    let mut owners = vec![usize::MAX; width * height];
    let mut cells = Vec::new();
    for row in 0..height {
        for column in 0..width {
            if owners.get(row * width + column) != Some(&usize::MAX) {
                continue;
            }
            let is_free = |row: usize, column: usize| owners.get(row * width + column) == Some(&usize::MAX);
            let mut column_end = column + 1;
            while column_end < width && !has_side(row, column_end - 1) && is_free(row, column_end) {
                column_end += 1;
            }
            let mut row_end = row + 1;
            while row_end < height
                && (column..column_end).all(|at| !has_floor(row_end - 1, at) && is_free(row_end, at))
                && (column..column_end - 1).all(|at| !has_side(row_end, at))
            {
                row_end += 1;
            }
            let index = cells.len();
            for row in row..row_end {
                for column in column..column_end {
                    if let Some(owner) = owners.get_mut(row * width + column) {
                        *owner = index;
                    }
                }
            }
            cells.push(Span { row, row_end, column, column_end });
        }
    }
    Some(Frame { columns, rows, cells, owners })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn across(at: f32, from: f32, to: f32) -> Edge {
        Edge { at, from, to }
    }

    #[test]
    fn base_cells_without_an_edge_between_them_are_one() {
        // A heading over two columns, then two rows of cells.
        let edges = Edges {
            horizontal: vec![across(0.0, 0.0, 100.0), across(20.0, 0.0, 100.0), across(40.0, 0.0, 100.0), across(60.0, 0.0, 100.0)],
            vertical: vec![across(0.0, 0.0, 60.0), across(50.0, 20.0, 60.0), across(100.0, 0.0, 60.0)],
        };
        let frames = frames(&edges);
        let [frame] = frames.as_slice() else { panic!("one grid") };
        assert_eq!(frame.cells.len(), 5);
        assert_eq!(frame.cells[0], Span { row: 0, row_end: 1, column: 0, column_end: 2 });
        assert_eq!(frame.cell_at(75.0, 30.0), Some(2));
    }

    #[test]
    fn a_side_that_is_not_drawn_is_where_the_other_edges_end() {
        // The first row of a table's next page has no rule above it.
        let edges = Edges {
            horizontal: vec![across(40.0, 0.0, 100.0), across(60.0, 0.0, 100.0)],
            vertical: vec![across(0.0, 20.0, 60.0), across(50.0, 20.0, 60.0), across(100.0, 20.0, 60.0)],
        };
        let frames = frames(&edges);
        assert_eq!(frames[0].rows, [20.0, 40.0, 60.0]);
        assert_eq!(frames[0].cells.len(), 4);
    }

    #[test]
    fn tables_that_do_not_touch_are_apart() {
        let square = |top: f32| {
            (
                [across(top, 0.0, 50.0), across(top + 10.0, 0.0, 50.0)],
                [across(0.0, top, top + 10.0), across(25.0, top, top + 10.0), across(50.0, top, top + 10.0)],
            )
        };
        let (a, b) = (square(0.0), square(100.0));
        let edges = Edges { horizontal: [a.0, b.0].concat(), vertical: [a.1, b.1].concat() };
        assert_eq!(frames(&edges).len(), 2);
    }
}
