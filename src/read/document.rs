//! The one shape that every kind of input takes.

use crate::disclosure::{Diagnostic, TextLayer};

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
    /// Its cells from left to right, empty ones included.
    pub cells: Vec<Cell>,
}

impl Line {
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
