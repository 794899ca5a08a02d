//! The heading rows of a grid → what stands above each of its columns.

use rustc_hash::FxHashSet;

use crate::grammar::{Form, TableForm, Vocabulary, heading_key, key};
use crate::read::{Grid, GridCell};
use crate::repair::amount;

/// All heading texts of some forms, as keys.
#[derive(Debug)]
pub(super) struct HeadingWords<'g> {
    words: FxHashSet<&'g str>,
    vocabulary: &'g Vocabulary,
}

impl<'g> HeadingWords<'g> {
    pub(super) fn of(form: &'g Form, vocabulary: &'g Vocabulary) -> Self {
        Self { vocabulary, words: form.tables.iter().flat_map(|table| &table.heading_keys).map(String::as_str).collect() }
    }

    fn has(&self, text: &str) -> bool {
        self.has_key(&heading_key(text))
    }

    /// Is this key one of a heading?
    pub(super) fn has_key(&self, text: &str) -> bool {
        self.words.contains(text) || self.numbers(text)
    }

    /// Does a column or row with this heading only number the others?
    fn numbers(&self, text: &str) -> bool {
        self.vocabulary.is_numbering(text)
    }

    /// Does a column only number the rows?
    pub(super) fn is_numbering(&self, path: &[String]) -> bool {
        path.last().is_some_and(|leaf| self.numbers(leaf))
    }
}

/// The header of a grid.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Header {
    /// Number of heading rows, the rows above them included.
    pub(super) rows: usize,
    /// For each column, the keys of the texts above it, from the top down.
    pub(super) paths: Vec<Vec<String>>,
}

/// A page cuts off so many characters of a heading at most: its last line.
const MOST_CUT: usize = 3;

impl Header {
    /// Are the texts right above the columns those of another header?
    pub(super) fn has_leaves_of(&self, other: &Self) -> bool {
        let leaves = |header: &Self| header.paths.iter().filter_map(|path| path.last().cloned()).collect::<Vec<_>>();
        leaves(self) == leaves(other)
    }

    /// Is it another header again, some texts of which the page cuts short? Most are whole.
    pub(super) fn repeats(&self, other: &Self) -> bool {
        let whole = self.paths.iter().zip(&other.paths).filter(|(a, b)| a == b).count();
        let is_cut = |a: &[String], b: &[String]| match (a.split_last(), b.split_last()) {
            (Some((leaf, above)), Some((whole, other))) => {
                let lost = whole.strip_prefix(leaf.as_str()).map(|lost| lost.chars().count());
                above == other && lost.is_some_and(|lost| lost <= MOST_CUT)
            }
            _ => false,
        };
        self.paths.len() == other.paths.len()
            && whole * 2 >= self.paths.len()
            && self.paths.iter().zip(&other.paths).all(|(a, b)| a == b || is_cut(a, b))
    }

    /// Are most of the texts right above the columns headings of a table? If not, it need not be looked at more closely.
    pub(super) fn is_mostly_of(&self, table: &TableForm) -> bool {
        let known = self.paths.iter().filter(|path| path.iter().any(|text| table.heading_keys.contains(text))).count();
        known * 2 >= self.paths.len()
    }

    /// Are all its texts headings of a table?
    pub(super) fn is_all_of(&self, table: &TableForm) -> bool {
        self.paths.iter().flatten().all(|text| table.heading_keys.contains(text))
    }

    /// Is a text the rest of one of its headings, through which a page break went: 经济 | 分类科目编码?
    fn is_word_with(&self, text: &str, words: &HeadingWords<'_>) -> bool {
        let rest = heading_key(text);
        let leaves = self.paths.iter().filter_map(|path| path.last());
        !rest.is_empty() && leaves.into_iter().any(|leaf| !words.has_key(leaf) && words.has_key(&format!("{leaf}{rest}")))
    }

    /// Is there any?
    pub(super) fn is_some(&self) -> bool {
        !self.paths.is_empty()
    }
}

/// Is a row below the headings one of the body although its text is a heading's? 合计 alone is a total's label, and a single word may be
/// the end of a name that the page before has torn.
fn is_body_row(grid: &Grid, row: usize, is_among_headings: bool, vocabulary: &Vocabulary) -> bool {
    let filled = || grid.cells_from(row).filter(|cell| !cell.is_blank());
    (filled().count() == 1 && !is_among_headings) || filled().all(|cell| vocabulary.is_total_label(&key(&cell.text)))
}

/// Is this row one of headings? Most of its texts are heading words, and none is a number, unless the row numbers the columns.
fn is_heading_row(grid: &Grid, row: usize, words: &HeadingWords<'_>, torn: Option<&Header>) -> bool {
    let texts: Vec<&GridCell> = grid.cells_from(row).filter(|cell| !cell.is_blank()).collect();
    let is_rest = |text: &str| torn.is_some_and(|torn| torn.is_word_with(text, words));
    let known = texts.iter().filter(|cell| words.has(&cell.text) || is_rest(&cell.text)).count();
    let numbers = texts.iter().filter(|cell| amount(&cell.text).is_some()).count();
    if texts.first().is_some_and(|cell| words.numbers(&key(&cell.text))) {
        return known + numbers == texts.len();
    }
    numbers == 0 && known > 0 && known * 5 >= texts.len() * 3
}

/// The header that begins at a row; empty where there is none. `torn` is one whose rows are not there yet: its headings can go on here.
pub(super) fn header(grid: &Grid, from: usize, torn: Option<&Header>, words: &HeadingWords<'_>, vocabulary: &Vocabulary) -> Header {
    let mut end = from;
    let mut row = from;
    while row < grid.height() {
        let is_blank = grid.cells_from(row).all(GridCell::is_blank);
        // A row that the headings above it reach into, with nothing else in it, is part of the header.
        let is_heading = !is_blank
            && is_heading_row(grid, row, words, torn)
            && (row < end
                || !is_body_row(grid, row, (row == from && grid.is_ruled()) || is_heading_row(grid, row + 1, words, torn), vocabulary));
        if (is_blank && row < end) || is_heading {
            let reach = grid.cells_from(row).filter(|cell| !cell.is_blank()).map(|cell| cell.row_end).max().unwrap_or(row + 1);
            end = end.max(reach).max(row + 1);
            row += 1;
        } else {
            break;
        }
    }
    // Merged cells of the first rows may reach below the last row of heading words: into rows of sub-headings that the form does not have.
    let end = row.max(from);
    if end == from {
        return Header { rows: from, paths: Vec::new() };
    }
    Header { rows: end, paths: paths(grid, from, end) }
}

/// What stands above each column between two rows, as keys.
pub(super) fn paths(grid: &Grid, from: usize, to: usize) -> Vec<Vec<String>> {
    paths_as(grid, from, to, heading_key)
}

/// What stands above each column between two rows, each text as some function gives it.
pub(super) fn paths_as(grid: &Grid, from: usize, to: usize, as_text: impl Fn(&str) -> String) -> Vec<Vec<String>> {
    let path = |column: usize| {
        let mut path: Vec<String> = Vec::new();
        let mut row = from;
        while row < to {
            let Some(cell) = grid.cell(row, column) else { break };
            let text = as_text(&cell.text);
            // 1, 2, 3 only number the columns.
            let is_column_number = text.len() <= 2 && amount(&cell.text).is_some();
            if !text.is_empty() && !is_column_number {
                path.push(text);
            }
            row = cell.row_end.max(row + 1);
        }
        path
    };
    (0..grid.width()).map(path).collect()
}
