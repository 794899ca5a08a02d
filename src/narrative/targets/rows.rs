//! Rows of target tables as any input shows them: cells with their place across.

use crate::disclosure::Where;
use crate::read::{Document, Line, LineKind};

/// A cell of a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RowCell<'d> {
    /// Where it begins: in points on a page, in cells in a text.
    pub(super) from: f32,
    /// Where it ends.
    pub(super) to: f32,
    /// Its text.
    pub(super) text: &'d str,
    /// The height at which its middle stands on a page.
    pub(super) height: f32,
}

impl RowCell<'_> {
    /// Its middle.
    pub(super) fn middle(&self) -> f32 {
        f32::midpoint(self.from, self.to)
    }
}

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TargetRow<'d> {
    /// Its cells that hold something.
    pub(super) cells: Vec<RowCell<'d>>,
    /// Where it stands.
    pub(super) place: Where,
    /// Does a page break, or what may be one, stand before it?
    pub(super) after_break: bool,
    /// Upper and lower edge on the page, where no rule shows which rows a merged cell covers.
    pub(super) unruled: Option<(f32, f32)>,
}

/// The row that a line holds; `page` is the page of the row before it.
pub(super) fn row<'d>(document: &'d Document, line: &'d Line, page: Option<u32>) -> TargetRow<'d> {
    match line.kind {
        LineKind::GridRow { grid, row } => grid_row(document, line, grid, row, page),
        _ => TargetRow { cells: text_cells(line), place: line.place(), after_break: line.after_blank, unruled: None },
    }
}

fn text_cells(line: &Line) -> Vec<RowCell<'_>> {
    let cell = |(at, text)| RowCell { from: f32::from(at), to: f32::from(at) + 1.0, text, height: 0.0 };
    (0_u16..).zip(&line.cells).map(|(at, cell)| (at, cell.text.as_str())).filter(|(_, text)| !text.is_empty()).map(cell).collect()
}

fn grid_row<'d>(document: &'d Document, line: &Line, grid: usize, row: usize, page: Option<u32>) -> TargetRow<'d> {
    let Some(grid) = document.grids.get(grid) else {
        return TargetRow { cells: Vec::new(), place: line.place(), after_break: false, unruled: None };
    };
    let edge = |at: usize| grid.columns.get(at).copied().unwrap_or(0.0);
    let filled = || grid.cells_from(row).filter(|cell| !cell.is_blank());
    let cells = filled()
        .map(|cell| RowCell {
            from: edge(cell.column),
            to: edge(cell.column_end),
            text: &cell.text,
            height: f32::midpoint(cell.bbox[1], cell.bbox[3]),
        })
        .collect();
    let around = |[a, b, c, d]: [f32; 4], [e, f, g, h]: [f32; 4]| [a.min(e), b.min(f), c.max(g), d.max(h)];
    let bbox = filled().map(|cell| cell.bbox).reduce(around);
    TargetRow {
        cells,
        place: bbox.map_or_else(|| line.place(), |bbox| Where::page(grid.page, bbox)),
        after_break: page.is_some_and(|page| page != grid.page),
        unruled: (!grid.is_ruled()).then(|| (grid.rows.get(row).copied().unwrap_or(0.0), grid.rows.get(row + 1).copied().unwrap_or(0.0))),
    }
}
