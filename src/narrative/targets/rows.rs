//! Rows of target tables as any input shows them: cells with their place across.

use crate::disclosure::Where;
use crate::read::{Document, Line, LineKind};

/// A cell of a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RowCell {
    /// Where it begins: in points on a page, in cells in a text.
    pub(super) from: f32,
    /// Where it ends.
    pub(super) to: f32,
    /// Its text.
    pub(super) text: String,
}

impl RowCell {
    /// Its middle.
    pub(super) fn middle(&self) -> f32 {
        f32::midpoint(self.from, self.to)
    }
}

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TargetRow {
    /// Its cells that hold something.
    pub(super) cells: Vec<RowCell>,
    /// Where it stands.
    pub(super) place: Where,
    /// Does a page break, or what may be one, stand before it?
    pub(super) after_break: bool,
    /// Upper and lower edge on the page, where no rule shows which rows a merged cell covers.
    pub(super) unruled: Option<(f32, f32)>,
}

/// The row that a line holds; `page` is the page of the row before it.
pub(super) fn row(document: &Document, line: &Line, page: Option<u32>) -> TargetRow {
    match line.kind {
        LineKind::GridRow { grid, row } => grid_row(document, line, grid, row, page),
        _ => TargetRow { cells: text_cells(line), place: line.place(), after_break: line.after_blank, unruled: None },
    }
}

fn text_cells(line: &Line) -> Vec<RowCell> {
    let cell = |(at, text): (u16, &str)| RowCell { from: f32::from(at), to: f32::from(at) + 1.0, text: text.to_owned() };
    (0_u16..).zip(&line.cells).map(|(at, cell)| (at, cell.text.as_str())).filter(|(_, text)| !text.is_empty()).map(cell).collect()
}

fn grid_row(document: &Document, line: &Line, grid: usize, row: usize, page: Option<u32>) -> TargetRow {
    let Some(grid) = document.grids.get(grid) else {
        return TargetRow { cells: Vec::new(), place: line.place(), after_break: false, unruled: None };
    };
    let edge = |at: usize| grid.columns.get(at).copied().unwrap_or(0.0);
    let filled = || grid.cells_from(row).filter(|cell| !cell.is_blank());
    let cells = filled().map(|cell| RowCell { from: edge(cell.column), to: edge(cell.column_end), text: cell.text.clone() }).collect();
    let around = |[a, b, c, d]: [f32; 4], [e, f, g, h]: [f32; 4]| [a.min(e), b.min(f), c.max(g), d.max(h)];
    let bbox = filled().map(|cell| cell.bbox).reduce(around);
    TargetRow {
        cells,
        place: bbox.map_or_else(|| line.place(), |bbox| Where::page(grid.page, bbox)),
        after_break: page.is_some_and(|page| page != grid.page),
        unruled: (!grid.is_ruled()).then(|| (grid.rows.get(row).copied().unwrap_or(0.0), grid.rows.get(row + 1).copied().unwrap_or(0.0))),
    }
}
