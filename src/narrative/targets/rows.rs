//! Rows of target tables as any input shows them: cells with their place across.

use std::borrow::Cow;

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

/// The texts of a field: one, in nearly all rows, or those that a page break tore apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Pieces<'d> {
    first: Option<&'d str>,
    more: Vec<&'d str>,
}

impl<'d> Pieces<'d> {
    /// Puts a text behind the others.
    pub(super) fn push(&mut self, text: &'d str) {
        match self.first {
            None => self.first = Some(text),
            Some(_) => self.more.push(text),
        }
    }

    /// The texts.
    pub(super) fn iter(&self) -> impl Iterator<Item = &'d str> + '_ {
        self.first.into_iter().chain(self.more.iter().copied())
    }

    /// Is there none?
    pub(super) fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    /// The text, if there is no other.
    pub(super) fn only(&self) -> Option<&'d str> {
        self.first.filter(|_| self.more.is_empty())
    }

    /// Are there several?
    pub(super) fn are_several(&self) -> bool {
        !self.more.is_empty()
    }

    /// One text of all; nothing is copied where there is one.
    pub(super) fn whole(&self) -> Cow<'d, str> {
        match self.first {
            Some(only) if self.more.is_empty() => Cow::Borrowed(only),
            _ => Cow::Owned(self.iter().collect()),
        }
    }

    /// The texts with something between them.
    pub(super) fn joined(&self, between: &str) -> String {
        self.iter().collect::<Vec<_>>().join(between)
    }
}

/// The row that some lines hold, one of them or [`is_one_row`]; `page` is the page of the row before it.
pub(super) fn row<'d>(document: &'d Document, lines: &[&'d Line], page: Option<u32>) -> Option<TargetRow<'d>> {
    let &first = lines.first()?;
    if let LineKind::GridRow { grid, row } = first.kind {
        return Some(grid_row(document, first, grid, row, page));
    }
    let mut cells = Vec::with_capacity(first.cells.len());
    if let [only] = lines {
        cells.extend(text_cells(only));
    } else {
        let mut from_left: Vec<&Line> = lines.to_vec();
        let left = |line: &Line| line.on_page.map_or(0.0, |(_, [x0, ..])| x0);
        from_left.sort_by(|a, b| left(a).total_cmp(&left(b)));
        cells.extend(from_left.into_iter().flat_map(text_cells));
    }
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

fn text_cells(line: &Line) -> impl Iterator<Item = RowCell<'_>> {
    let cell = |(at, text)| RowCell { from: f32::from(at), to: f32::from(at) + 1.0, text, height: 0.0 };
    (0_u16..).zip(&line.cells).map(|(at, cell)| (at, cell.text.as_str())).filter(|(_, text)| !text.is_empty()).map(cell)
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
