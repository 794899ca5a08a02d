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

/// The row that some lines hold, one of them or [`is_one_row`]; `page` is the page of the row before it.
pub(super) fn row<'d>(document: &'d Document, lines: &[&'d Line], page: Option<u32>) -> Option<TargetRow<'d>> {
    let &first = lines.first()?;
    if let LineKind::GridRow { grid, row } = first.kind {
        return Some(grid_row(document, first, grid, row, page));
    }
    let mut from_left: Vec<&Line> = lines.to_vec();
    let left = |line: &Line| line.on_page.map_or(0.0, |(_, [x0, ..])| x0);
    from_left.sort_by(|a, b| left(a).total_cmp(&left(b)));
    let cells = from_left.into_iter().flat_map(text_cells).collect();
    let unruled = first.on_page.map(|(_, [_, y0, _, y1])| (y0, y1));
    Some(TargetRow { cells, place: first.place(), after_break: first.after_blank, unruled })
}

/// Are two lines of a page one row? The lines of one cell stand above and below those of another.
pub(super) fn is_one_row(a: &Line, b: &Line) -> bool {
    let is_text = |line: &Line| !matches!(line.kind, LineKind::GridRow { .. });
    let overlap = |(page, [_, top, _, bottom]): (u32, [f32; 4]), (other, [_, other_top, _, other_bottom]): (u32, [f32; 4])| {
        page == other && top.max(other_top) < bottom.min(other_bottom)
    };
    is_text(a) && is_text(b) && a.on_page.zip(b.on_page).is_some_and(|(a, b)| overlap(a, b))
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
