//! The one shape that every kind of input takes.

use crate::disclosure::{Diagnostic, TextLayer, Where};

/// A document as a sequence of lines: a paragraph is a line of one cell, a table row a line of several.
#[derive(Clone, Debug)]
pub struct Document {
    /// The lines that hold something, in reading order. Empty lines are counted in `blank_lines` and marked on the line that follows.
    pub lines: Vec<Line>,
    /// Number of lines of the input, empty ones included.
    pub line_count: u32,
    /// Number of empty lines.
    pub blank_lines: u32,
    /// Where the characters come from.
    pub text_layer: TextLayer,
    /// Character encoding of a text input.
    pub encoding: Option<&'static str>,
    /// What reading could not take in.
    pub diagnostics: Vec<Diagnostic>,
    /// The tables that the pages show as such: cells in rows and columns. Empty for a text, whose rows stand in `lines` alone.
    pub grids: Vec<Grid>,
    /// Number of pages, where the input has any that can be counted.
    pub pages: Option<u32>,
}

/// One line of the input.
#[derive(Clone, Debug)]
pub struct Line {
    /// Line number, from 1.
    pub number: u32,
    /// Does an empty line stand before it? In recognised text that may be a page break.
    pub after_blank: bool,
    /// What the line looks like.
    pub kind: LineKind,
    /// Its cells from left to right, empty ones included. Of a line of a page: its pieces, where wide gaps divide it.
    pub cells: Vec<Cell>,
    /// Where on a page it stands: page number and box.
    pub on_page: Option<(u32, [f32; 4])>,
}

impl Line {
    /// Its place in the input.
    pub fn place(&self) -> Where {
        match self.on_page {
            Some((page, bbox)) => Where::page(page, bbox),
            None => Where::line(self.number),
        }
    }

    /// The text of a paragraph, or of a row's first cell.
    pub fn text(&self) -> &str {
        self.cells.first().map_or("", |cell| &cell.text)
    }
}

/// What a line looks like, before anything is known of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// Running text.
    Paragraph,
    /// Several cells.
    Row,
    /// Nothing but dashes: the rule under a Markdown header, or one drawn by recognition.
    Separator,
    /// Too long or too wide to be read (see [`super::Limits`]); reported in the document's diagnostics.
    Unread,
    /// A row of a grid; its cells stand there.
    GridRow {
        /// Which of the document's grids.
        grid: usize,
        /// Which of its rows.
        row: usize,
    },
    /// What pages carry besides their content: running heads, page numbers that repeat, watermarks.
    Furniture,
}

/// A table as one page shows it: cells in rows and columns, merged ones whole.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    /// Its page.
    pub page: u32,
    /// Left edges of its columns and the right edge of the last, in points, on the page turned so that its text runs to the right.
    pub columns: Vec<f32>,
    /// Top edges of its rows and the bottom edge of the last.
    pub rows: Vec<f32>,
    /// Its cells, by row, then by column.
    pub cells: Vec<GridCell>,
    /// For each place, row by row, the cell that covers it.
    pub owners: Vec<usize>,
    /// Where text stands in each column, if alignment alone tells them. Empty for a ruled grid.
    pub ink: Vec<ColumnInk>,
    /// Its line in the document for each row.
    pub first_line: usize,
}

/// Left and right end of what stands below each other, in points.
pub type Extent = (f32, f32);

/// Where the texts of a column stand that no rule shows. One of the two is there at least.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ColumnInk {
    /// Its heading.
    pub heading: Option<Extent>,
    /// What stands below it.
    pub body: Option<Extent>,
    /// Is all of that numbers?
    pub is_numeric: bool,
}

impl ColumnInk {
    /// Both in one.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        let both = |a: Option<Extent>, b: Option<Extent>| match (a, b) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (one, other) => one.or(other),
        };
        Self {
            heading: both(self.heading, other.heading),
            body: both(self.body, other.body),
            is_numeric: self.is_numeric && other.is_numeric,
        }
    }

    /// Heading and what stands below it.
    pub fn all(&self) -> Extent {
        match (self.heading, self.body) {
            (Some((a, b)), Some((c, d))) => (a.min(c), b.max(d)),
            (one, other) => one.or(other).unwrap_or_default(),
        }
    }
}

/// One cell of a grid.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GridCell {
    /// First row.
    pub row: usize,
    /// Row after the last.
    pub row_end: usize,
    /// First column.
    pub column: usize,
    /// Column after the last.
    pub column_end: usize,
    /// Its text, the lines of it joined.
    pub text: String,
    /// Where its text stands on the page as it is shown; the cell's own box where it has none.
    pub bbox: [f32; 4],
}

impl GridCell {
    /// Is there nothing in it?
    pub fn is_blank(&self) -> bool {
        self.text.is_empty()
    }
}

impl Grid {
    /// Is it ruled? If not, alignment alone tells its cells.
    pub fn is_ruled(&self) -> bool {
        self.ink.is_empty()
    }

    /// Number of columns.
    pub fn width(&self) -> usize {
        self.columns.len().saturating_sub(1)
    }

    /// Number of rows.
    pub fn height(&self) -> usize {
        self.rows.len().saturating_sub(1)
    }

    /// The cell that covers a place.
    pub fn cell(&self, row: usize, column: usize) -> Option<&GridCell> {
        if column >= self.width() {
            return None;
        }
        self.cells.get(*self.owners.get(row * self.width() + column)?)
    }

    /// The cells that cover some of a row, from left to right, each once.
    pub fn row(&self, row: usize) -> impl Iterator<Item = &GridCell> {
        let mut next = 0;
        std::iter::from_fn(move || {
            let cell = self.cell(row, next)?;
            next = cell.column_end.max(next + 1);
            Some(cell)
        })
    }

    /// The cells that begin in a row.
    pub fn cells_from(&self, row: usize) -> impl Iterator<Item = &GridCell> {
        self.row(row).filter(move |cell| cell.row == row)
    }
}

/// One cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// Its text: control characters removed, full-width digits, letters and spaces folded, outer white space trimmed.
    pub text: String,
}

impl Cell {
    /// Is there nothing in it?
    pub fn is_blank(&self) -> bool {
        self.text.is_empty()
    }
}
