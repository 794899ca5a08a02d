//! Tables that the form does not have: every cell under a column of its own.

use super::{Fate, Reader};
use crate::disclosure::Where;
use crate::read::{Grid, GridCell};
use crate::repair::amount;

/// A table that no form explains.
#[derive(Clone, Debug, Default)]
pub struct UnknownTable {
    /// The line above it that may be its title.
    pub title: Option<String>,
    /// Does that line end as titles of tables do?
    pub has_title: bool,
    /// The unit that a caption names.
    pub unit: Option<String>,
    /// Its pages.
    pub pages: Vec<u32>,
    /// For each column, the texts above it, from the top down.
    pub headings: Vec<Vec<String>>,
    /// Its rows: where each stands, and the text of each column.
    pub rows: Vec<(Where, Vec<String>)>,
    /// Places of its columns on the page.
    pub columns: Vec<f32>,
    /// How many tables of the form stand before it.
    pub after_tables: usize,
}

impl Reader<'_> {
    /// Takes in a grid that is none of the form's tables.
    pub(super) fn unknown(&mut self, grid: &Grid, from: usize, to: usize) {
        if !grid.is_ruled() && to - from < FEWEST_ROWS && !self.has_stray_amounts(grid, from, to) {
            // Some words apart from each other are a line of text, not a table.
            return;
        }
        let body = first_body_row(grid, from, to);
        let goes_on = body == from || self.placement.unknown.last().is_some_and(|last| last.headings == headings(grid, from, body));
        let after_tables = self.placement.tables.len();
        let continues = goes_on
            && self.above.paragraphs == 0
            && self.above.title.is_none()
            && self.above.foreign_title.is_none()
            && self.placement.unknown.last().is_some_and(|last| {
                last.after_tables == after_tables
                    && super::places::has_same_columns(&last.columns, &grid.columns)
                    && last.columns.len() == grid.columns.len()
            });
        if !continues {
            // A title of the form whose headings are not the form's is a title still.
            let printed = self.above.foreign_title.take().or_else(|| {
                let near = self.above.title.as_ref().filter(|(_, page, _)| *page == grid.page && self.above.paragraphs <= MOST_BETWEEN);
                near.map(|(title, ..)| title.text.clone())
            });
            self.placement.unknown.push(UnknownTable {
                has_title: printed.is_some(),
                title: printed.or_else(|| self.title_above(grid.first_line + from)),
                unit: self.above.unit.clone(),
                pages: Vec::new(),
                headings: headings(grid, from, body),
                rows: Vec::new(),
                columns: grid.columns.clone(),
                after_tables,
            });
        }
        for row in from..body {
            self.fate(grid.first_line + row, Fate::Heading);
        }
        for row in body..to {
            let is_blank = grid.cells_from(row).all(GridCell::is_blank);
            self.fate(grid.first_line + row, if is_blank { Fate::EmptyRow } else { Fate::TableRow });
            let Some(table) = self.placement.unknown.last_mut() else { return };
            if is_blank {
                continue;
            }
            let bbox = grid.cells_from(row).filter(|cell| !cell.is_blank()).map(|cell| cell.bbox).reduce(around).unwrap_or_default();
            let texts = (0..grid.width()).map(|column| {
                let cell = grid.cell(row, column).filter(|cell| cell.row == row && cell.column == column);
                cell.map_or_else(String::new, |cell| cell.text.clone())
            });
            table.rows.push((Where::page(grid.page, bbox), texts.collect()));
        }
        if let Some(table) = self.placement.unknown.last_mut()
            && table.pages.last() != Some(&grid.page)
        {
            table.pages.push(grid.page);
        }
    }

    /// Are there amounts right below a table, that may be its own? They must not pass for a line of text.
    fn has_stray_amounts(&self, grid: &Grid, from: usize, to: usize) -> bool {
        let is_amount = |cell: &GridCell| cell.text.contains('.') && amount(&cell.text).is_some();
        let pages = self.placement.tables.last().and_then(|table| table.from_pages.as_ref());
        let follows = pages.and_then(|pages| pages.pages.last()).is_some_and(|&page| page + 1 >= grid.page);
        follows && self.above.paragraphs == 0 && (from..to).any(|row| grid.cells_from(row).any(is_amount))
    }

    /// The nearest short line above a grid that is no caption.
    fn title_above(&self, line: usize) -> Option<String> {
        let above = (0..line).rev().take(6).filter_map(|at| Some((at, self.document.lines.get(at)?)));
        let mut texts =
            above.filter(|(at, _)| self.placement.fates.get(*at) == Some(&Fate::Paragraph)).map(|(_, line)| super::marks::text_of(line));
        texts.next().filter(|text| text.chars().count() <= LONGEST_TITLE)
    }
}

/// Fewer rows that no rule divides are not taken for a table, unless a table goes on in them.
const FEWEST_ROWS: usize = 3;

/// So many lines at most stand between a table and its title.
const MOST_BETWEEN: usize = 2;

/// Longest line that may be a title, in characters.
const LONGEST_TITLE: usize = 40;

fn around([a0, a1, a2, a3]: [f32; 4], [b0, b1, b2, b3]: [f32; 4]) -> [f32; 4] {
    [a0.min(b0), a1.min(b1), a2.max(b2), a3.max(b3)]
}

/// The first row that is none of headings: headings are texts only, over a row with a number or a code, and most of their cells are filled.
fn first_body_row(grid: &Grid, from: usize, to: usize) -> usize {
    let mut end = from;
    for row in from..to {
        let filled: Vec<&GridCell> = grid.cells_from(row).filter(|cell| !cell.is_blank()).collect();
        let has_number = filled.iter().any(|cell| amount(&cell.text).is_some());
        let is_under_merged = row < end;
        if has_number || filled.is_empty() && !is_under_merged {
            break;
        }
        let is_first = row == from;
        let is_full = grid.cells_from(row).all(|cell| !cell.is_blank());
        if !is_first && !is_under_merged {
            // After the rows that the first headings reach over, only a full row under merged headings can be one.
            let has_merged = (from..row).any(|above| grid.cells_from(above).any(|cell| cell.column_end - cell.column > 1));
            if !is_full || !has_merged || row - from >= 4 {
                break;
            }
        }
        end = end.max(filled.iter().map(|cell| cell.row_end).max().unwrap_or(row + 1)).min(to);
        if is_first && end == row + 1 && grid.cells_from(row).all(|cell| cell.column_end - cell.column == 1) {
            break;
        }
    }
    end
}

fn headings(grid: &Grid, from: usize, to: usize) -> Vec<Vec<String>> {
    super::header::paths_as(grid, from, to, |text| text.split_whitespace().collect())
}
