//! How well a row fits a table's row shape, cell by cell.

use super::role::{Index, is_known_line};
use crate::grammar::{Block, CODE_DIGITS, TableForm, Vocabulary, key};
use crate::read::Line;
use crate::repair::{CellKind, Cost, cell_kind, code_cell};

/// A row whose number of cells alone costs so much is no row of the table.
const HOPELESS_WIDTH: Cost = 40;

/// Longest label of a total, and of a target table.
const MOST_TOTAL_BYTES: usize = 30;
const MOST_LABEL_BYTES: usize = 60;
/// Texts of a row in which a label is looked for: labels stand in front.
const MOST_LABELS: usize = 3;

/// A row as the decoder sees it: what each cell looks like, computed once.
#[derive(Clone, Debug)]
pub struct RowShape {
    /// What each cell looks like.
    pub kinds: Vec<CellKind>,
    /// Position of the first cell with text.
    pub first_text: Option<usize>,
    /// Is that text the label of a total?
    pub is_total: bool,
    /// The class (类) in front, where three digits of it are there.
    pub class: Option<u16>,
    /// The target tables whose labels stand in the row, as bits.
    pub labels: u64,
    texts: usize,
    filled: usize,
}

impl RowShape {
    /// Looks at a row.
    pub fn of(line: &Line, index: &Index<'_>, vocabulary: &Vocabulary) -> Self {
        let kinds: Vec<_> = line.cells.iter().map(|cell| cell_kind(cell, vocabulary)).collect();
        let texts = kinds.iter().filter(|kind| kind.has_text()).count();
        let filled = kinds.iter().filter(|kind| **kind != CellKind::Blank).count();
        let first_text = kinds.iter().position(|kind| kind.has_text());
        let text = first_text.and_then(|at| line.cells.get(at)).map_or("", |cell| cell.text.as_str());
        let is_total = text.len() <= MOST_TOTAL_BYTES && vocabulary.is_total(&key(text));
        let first = line.cells.first().map_or("", |cell| cell.text.as_str());
        let class = match kinds.first() {
            Some(CellKind::Digits(3..)) if first.len() <= CODE_DIGITS => {
                first.get(..3).and_then(|class| class.parse().ok()).or_else(|| torn_class(first))
            }
            Some(CellKind::Digits(_)) => torn_class(first),
            _ => None,
        };
        let labels = if texts == 0 { 0 } else { labels(line, &kinds, index) };
        Self { kinds, first_text, is_total, class, labels, texts, filled }
    }

    /// Is there a number in any cell?
    pub fn has_amounts(&self) -> bool {
        self.kinds.iter().any(|kind| matches!(kind, CellKind::Digits(_) | CellKind::Number))
    }

    /// How many cells hold text.
    pub fn texts(&self) -> usize {
        self.texts
    }

    /// How many cells hold anything.
    pub fn filled(&self) -> usize {
        self.filled
    }

    /// Is there text in any cell behind the first one with text? A row of amounts has none there, headings do.
    pub fn has_text_behind(&self) -> bool {
        self.first_text.is_some_and(|first| self.kinds.iter().skip(first + 1).any(|kind| *kind == CellKind::Text))
    }

    fn kind(&self, at: usize) -> CellKind {
        self.kinds.get(at).copied().unwrap_or(CellKind::Blank)
    }

    /// Is it the torn-off piece of a row of this table: the tail of a name or of a code, and nothing else?
    pub fn is_piece_of(&self, line: &Line, table: &TableForm) -> bool {
        if self.is_total || self.filled() != 1 {
            return false;
        }
        let code_columns = table.blocks.first().map_or(0, |block| block.code_columns.len());
        match self.kinds.iter().position(|kind| *kind != CellKind::Blank) {
            Some(at) if at < code_columns => matches!(self.kind(at), CellKind::Digits(1 | 2)),
            Some(at) => {
                let text = line.cells.get(at).map_or("", |cell| cell.text.as_str());
                self.kind(at).has_text()
                    && self.kind(at) != CellKind::CodeAndText
                    && !table.blocks.iter().any(|block| is_known_line(text, &block.lines))
            }
            None => false,
        }
    }
}

/// The target tables that have a label among a row's first texts.
fn labels(line: &Line, kinds: &[CellKind], index: &Index<'_>) -> u64 {
    let texts = line.cells.iter().zip(kinds).filter(|(_, kind)| kind.has_text()).take(MOST_LABELS);
    let short = texts.filter(|(cell, _)| cell.text.len() <= MOST_LABEL_BYTES);
    short.map(|(cell, _)| index.label(&key(&cell.text))).find(|&label| label != 0).unwrap_or(0)
}

/// The class in a cell whose digits are torn apart.
fn torn_class(cell: &str) -> Option<u16> {
    code_cell(cell)?.digits.get(..3)?.parse().ok()
}

/// What speaks against reading a row as a row of a table. Nothing: it is just what the form has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Misfit {
    /// What a whole page has in common, having one cause: cells too many, cells displaced, an empty code column.
    pub of_page: Cost,
    /// What is the row's own: a code of another set, a word among the amounts, an unknown line.
    pub of_row: Cost,
}

impl Misfit {
    /// A row that is no row of the table, whatever the page.
    const HOPELESS: Self = Self { of_page: 0, of_row: 99 };
}

/// Compares a row with a table's row shape.
pub fn fit(shape: &RowShape, line: &Line, table: &TableForm) -> Misfit {
    if !table.is_plain() {
        return Misfit::HOPELESS;
    }
    // A row of amounts has a name a block, and its text columns.
    let most_texts: usize = table.blocks.iter().map(|block| 2 + block.text_columns()).sum();
    if shape.texts > most_texts {
        return Misfit::HOPELESS;
    }
    // All levels of the code in one cell: the other code cells are not there.
    let code_columns = table.blocks.first().map_or(0, |block| block.code_columns.len());
    let is_whole_code = code_columns > 1 && shape.first_text == Some(1) && matches!(shape.kind(0), CellKind::Digits(3 | 5 | 7));
    let width = table.width() - if is_whole_code { code_columns - 1 } else { 0 };
    let mut misfit = Misfit { of_page: width_cost(shape.kinds.len(), width), of_row: 0 };
    if misfit.of_page >= HOPELESS_WIDTH {
        return Misfit { of_page: misfit.of_page.min(99), of_row: 0 };
    }
    let mut from = 0;
    let last = table.blocks.len().saturating_sub(1);
    for (index, block) in table.blocks.iter().enumerate() {
        let to = if index == last { shape.kinds.len() } else { (from + block.width()).min(shape.kinds.len()) };
        let part = Part { shape, line, block, from, to, is_only: last == 0, is_whole_code };
        part.compare(&mut misfit);
        from = to;
    }
    misfit
}

/// Recognition adds empty cells at a row's end more often than it drops one.
fn width_cost(cells: usize, expected: usize) -> Cost {
    let (short, wide) = (expected.saturating_sub(cells), cells.saturating_sub(expected));
    let cost = match (short, wide) {
        (0, 0) => 0,
        (0, 1..=3) => 2 * wide,
        (0, _) => 6 + 6 * (wide - 3),
        (1..=2, _) => 6 * short,
        _ => 12 + 10 * (short - 2),
    };
    Cost::try_from(cost).unwrap_or(Cost::MAX)
}

/// What single misfits cost. Every cell that is not what the form has there must have a cause; the dearer, the rarer that cause is.
mod costs {
    use super::Cost;

    /// The name stands one cell beside its place, or further, or is missing.
    pub(super) const NAME_BESIDE: Cost = 10;
    pub(super) const NAME_ASTRAY: Cost = 30;
    pub(super) const NAME_MISSING: Cost = 12;
    /// All levels of a code in one cell.
    pub(super) const WHOLE_CODE: Cost = 6;
    /// Code and name in one cell.
    pub(super) const BRACKET: Cost = 2;
    /// No code in front of the name where one belongs.
    pub(super) const NO_INLINE_CODE: Cost = 10;
    pub(super) const EMPTY_SIDE: Cost = 2;
    pub(super) const EMPTY_NAME: Cost = 4;
    pub(super) const NUMBER_FOR_NAME: Cost = 25;
    /// A line that a list of fixed lines does not have.
    pub(super) const UNKNOWN_LINE: Cost = 15;
    pub(super) const NUMBER_IN_TEXT_COLUMN: Cost = 8;
    pub(super) const EMPTY_TEXT_COLUMN: Cost = 4;
    pub(super) const TEXT_AMONG_AMOUNTS: Cost = 15;
    pub(super) const EMPTY_CLASS: Cost = 10;
    pub(super) const LONG_CODE_CELL: Cost = 4;
    pub(super) const NO_CODE: Cost = 15;
    /// A class that the block's rows never have, that its code list lacks, or that belongs to another code set.
    pub(super) const EXCLUDED_CLASS: Cost = 25;
    pub(super) const UNLISTED_CLASS: Cost = 8;
    pub(super) const FOREIGN_CLASS: Cost = 30;
}

/// The cells of a row that belong to one block.
struct Part<'a> {
    shape: &'a RowShape,
    line: &'a Line,
    block: &'a Block,
    from: usize,
    to: usize,
    /// Is it the table's only block?
    is_only: bool,
    /// Does the whole code stand in one cell, where the form has several?
    is_whole_code: bool,
}

impl Part<'_> {
    fn text(&self, at: usize) -> &str {
        self.line.cells.get(at).map_or("", |cell| cell.text.as_str())
    }

    fn compare(&self, misfit: &mut Misfit) {
        let name_at = if self.block.code_columns.is_empty() { self.compare_name(misfit) } else { self.compare_coded_name(misfit) };
        let text_columns = self.block.text_columns();
        for at in name_at + 1..self.to {
            let kind = self.shape.kind(at);
            let is_text_column = at <= name_at + text_columns;
            match (is_text_column, kind) {
                (true, CellKind::Digits(_) | CellKind::Number) => misfit.of_page += costs::NUMBER_IN_TEXT_COLUMN,
                (true, _) => {}
                (false, kind) if kind.fits_amount() => {}
                (false, _) => misfit.of_row += costs::TEXT_AMONG_AMOUNTS,
            }
        }
        if text_columns > 0 && !self.shape.is_total && self.shape.kind(name_at + 1) == CellKind::Blank {
            misfit.of_page += costs::EMPTY_TEXT_COLUMN;
        }
    }

    /// Codes, then the name; where the name is.
    fn compare_coded_name(&self, misfit: &mut Misfit) -> usize {
        let shape = self.shape;
        let first_text = (self.from..self.to).find(|&at| shape.kind(at).has_text());
        if self.is_whole_code {
            misfit.of_page += costs::WHOLE_CODE;
            return self.from + 1;
        }
        let expected = self.from + self.block.code_columns.len();
        misfit.of_page += match first_text {
            Some(at) if at == expected || (shape.is_total && at < expected) => 0,
            Some(at) if at + 1 == expected && shape.kind(at) == CellKind::CodeAndText => costs::BRACKET,
            Some(at) if at.abs_diff(expected) == 1 => costs::NAME_BESIDE,
            Some(_) => costs::NAME_ASTRAY,
            None => costs::NAME_MISSING,
        };
        if shape.is_total {
            return first_text.unwrap_or(expected);
        }
        let name_at = first_text.filter(|at| at.abs_diff(expected) <= 1).unwrap_or(expected);
        self.compare_codes(name_at, misfit);
        name_at
    }

    /// Do the code cells look like codes of the block's set?
    fn compare_codes(&self, name_at: usize, misfit: &mut Misfit) {
        for at in self.from..name_at {
            misfit.of_row += match self.shape.kind(at) {
                CellKind::Blank | CellKind::Digits(1..=3) => 0,
                CellKind::Digits(_) if self.block.code_columns.len() == 1 => 0,
                CellKind::Digits(_) | CellKind::Nil => costs::LONG_CODE_CELL,
                _ => costs::NO_CODE,
            };
        }
        if self.shape.kind(self.from) == CellKind::Blank {
            misfit.of_page += costs::EMPTY_CLASS;
        }
        let Some(class) = self.shape.class.filter(|class| !self.block.classes.contains(class)) else { return };
        let same_set = self.block.classes.iter().any(|known| known / 100 == class / 100);
        misfit.of_row += match (same_set, self.block.is_restricted) {
            (true, true) => costs::EXCLUDED_CLASS,
            (true, false) => costs::UNLISTED_CLASS,
            (false, _) => costs::FOREIGN_CLASS,
        };
    }

    /// A name without code cells in front; where it is.
    fn compare_name(&self, misfit: &mut Misfit) -> usize {
        let (shape, block) = (self.shape, self.block);
        let kind = shape.kind(self.from);
        if block.inline_codes {
            misfit.of_row += match kind {
                CellKind::CodeAndText => 0,
                _ if shape.is_total => 0,
                CellKind::Blank => costs::EMPTY_SIDE,
                CellKind::Text => costs::NO_INLINE_CODE,
                _ => costs::NUMBER_FOR_NAME,
            };
            return self.from;
        }
        match kind {
            CellKind::Text | CellKind::CodeAndText => {
                let is_known = block.lines.is_empty() || shape.is_total || is_known_line(self.text(self.from), &block.lines);
                match (is_known, self.is_only) {
                    (true, _) => {}
                    // A list of its own is fixed; one side of two is less so.
                    (false, true) => misfit.of_row += costs::UNKNOWN_LINE,
                    (false, false) => misfit.of_page += costs::UNKNOWN_LINE,
                }
            }
            CellKind::Blank => misfit.of_page += costs::EMPTY_NAME,
            _ => misfit.of_row += costs::NUMBER_FOR_NAME,
        }
        self.from
    }
}

/// The cost of reading a row as a row of a performance target table; `bit` is the target's.
pub(super) fn fit_target(shape: &RowShape, bit: u64) -> Cost {
    let amounts = shape.kinds.iter().filter(|kind| matches!(kind, CellKind::Digits(_) | CellKind::Number)).count();
    match (shape.labels & bit != 0, shape.texts, amounts) {
        (true, ..) => 0,
        // Codes and amounts around one name: a row of a budget table.
        (false, 0..=1, 2..) => 60,
        // A torn word, or a torn number.
        (false, 0..=1, _) => 12,
        (false, 2, _) => 15,
        (false, ..) => 6,
    }
}
