//! How well a row fits a table's row shape, cell by cell.

use super::role::{Index, is_known_line};
use crate::grammar::{Block, CODE_DIGITS, TableForm, Vocabulary, key};
use crate::read::Line;
use crate::repair::{CellKind, Cost, cell_kind, code_cell};

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
        let labels = if texts < 2 { 0 } else { labels(line, &kinds, index) };
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

/// The cost of reading a row as a row of a table. 0: it is just what the form has.
pub fn fit(shape: &RowShape, line: &Line, table: &TableForm) -> Cost {
    // A row of amounts has a name a block, and its text columns.
    let most_texts: usize = table.blocks.iter().map(|block| 2 + block.text_columns()).sum();
    if shape.texts > most_texts {
        return 99;
    }
    let mut cost = width_cost(shape.kinds.len(), table.width());
    if cost >= HOPELESS_WIDTH {
        return cost.min(99);
    }
    let mut from = 0;
    let last = table.blocks.len().saturating_sub(1);
    for (index, block) in table.blocks.iter().enumerate() {
        let to = if index == last { shape.kinds.len() } else { (from + block.width()).min(shape.kinds.len()) };
        cost += block_cost(shape, line, block, from, to);
        from = to;
    }
    cost.min(99)
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

fn block_cost(shape: &RowShape, line: &Line, block: &Block, from: usize, to: usize) -> Cost {
    let text = |at: usize| line.cells.get(at).map_or("", |cell| cell.text.as_str());
    let mut cost = 0;
    let first_text = (from..to).find(|&at| shape.kind(at).has_text());
    let code_columns = block.code_columns.len();
    let name_at = if code_columns > 0 {
        let expected = from + code_columns;
        cost += match first_text {
            Some(at) if at == expected => 0,
            Some(at) if shape.is_total && at < expected => 0,
            Some(at) if at + 1 == expected && shape.kind(at) == CellKind::CodeAndText => 2,
            Some(at) if at.abs_diff(expected) == 1 => 10,
            Some(_) => 30,
            None => 12,
        };
        let name_at = first_text.filter(|at| at.abs_diff(expected) <= 1).unwrap_or(expected);
        if !shape.is_total {
            cost += code_cost(shape, block, from, name_at);
        }
        if shape.is_total { first_text.unwrap_or(name_at) } else { name_at }
    } else {
        let name = text(from);
        cost += match shape.kind(from) {
            CellKind::CodeAndText if block.inline_codes => 0,
            _ if block.inline_codes && shape.is_total => 0,
            CellKind::Text | CellKind::Blank if block.inline_codes => {
                if name.is_empty() {
                    2
                } else {
                    10
                }
            }
            CellKind::Text | CellKind::CodeAndText if block.lines.is_empty() || shape.is_total || is_known_line(name, &block.lines) => 0,
            CellKind::Text | CellKind::CodeAndText => 12,
            CellKind::Blank => 4,
            _ => 25,
        };
        from
    };
    let text_columns = block.text_columns();
    for at in name_at + 1..to {
        let kind = shape.kind(at);
        let is_text_column = at <= name_at + text_columns;
        cost += match (is_text_column, kind) {
            (true, CellKind::Digits(_) | CellKind::Number) => 8,
            (true, _) => 0,
            (false, kind) if kind.fits_amount() => 0,
            (false, _) => 15,
        };
    }
    if text_columns > 0 && !shape.is_total && shape.kind(name_at + 1) == CellKind::Blank {
        cost += 4;
    }
    cost
}

/// Do the code cells look like codes of the block's set?
fn code_cost(shape: &RowShape, block: &Block, from: usize, name_at: usize) -> Cost {
    let mut cost = 0;
    for at in from..name_at {
        cost += match shape.kind(at) {
            CellKind::Blank | CellKind::Digits(1..=3) => 0,
            CellKind::Digits(_) if block.code_columns.len() == 1 => 0,
            CellKind::Digits(_) => 4,
            CellKind::Nil => 6,
            _ => 15,
        };
    }
    if shape.kind(from) == CellKind::Blank {
        cost += 10;
    }
    // A class of another code set: this is another table's row.
    if let Some(class) = shape.class
        && !block.classes.contains(&class)
    {
        cost += if block.classes.iter().any(|known| known / 100 == class / 100) { 8 } else { 30 };
    }
    cost
}

/// The cost of reading a row as a row of a performance target table; `bit` is the target's.
pub(super) fn fit_target(shape: &RowShape, bit: u64) -> Cost {
    match (shape.labels & bit != 0, shape.texts) {
        (true, _) => 0,
        (false, 0..=1) => 25,
        (false, 2) => 15,
        (false, _) => 6,
    }
}
