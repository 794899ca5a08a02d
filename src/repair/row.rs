//! A row of cells → codes, name and the cells of its columns.

use super::amount::amount;
use super::code::{CodeReading, code_cell, codes, inline_code};
use super::name::{NameReading, name};
use super::{Cost, rules};
use crate::grammar::{Block, CODE_DIGITS, TableForm, Vocabulary, key};
use crate::read::Cell;

/// What a single cell looks like, before its column is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellKind {
    /// Nothing in it.
    Blank,
    /// A mark for nothing (`-`, `无`).
    Nil,
    /// Up to seven digits, perhaps torn: a code or an amount. How many.
    Digits(u8),
    /// A number with a sign, separators or decimals.
    Number,
    /// A code in front of a name, in one cell.
    CodeAndText,
    /// Anything else.
    Text,
}

impl CellKind {
    /// Can an amount column hold it?
    pub fn fits_amount(self) -> bool {
        matches!(self, Self::Blank | Self::Nil | Self::Digits(_) | Self::Number)
    }

    /// Is there text in it?
    pub fn has_text(self) -> bool {
        matches!(self, Self::CodeAndText | Self::Text)
    }
}

/// Looks at one cell.
pub fn cell_kind(cell: &Cell, vocabulary: &Vocabulary) -> CellKind {
    let text = cell.text.as_str();
    if text.is_empty() {
        return CellKind::Blank;
    }
    let starts_with_digit = text.as_bytes().first().is_some_and(u8::is_ascii_digit);
    // A digit misread as a letter can stand in front too.
    let may_be_number = starts_with_digit || (text.starts_with(['O', 'o', 'l', 'I']) && text.bytes().any(|byte| byte.is_ascii_digit()));
    if may_be_number {
        if text.len() <= CODE_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return CellKind::Digits(u8::try_from(text.len()).unwrap_or(u8::MAX));
        }
        if let Some(code) = code_cell(text) {
            return CellKind::Digits(u8::try_from(code.digits.len()).unwrap_or(u8::MAX));
        }
        if amount(text).is_some() {
            return CellKind::Number;
        }
        if inline_code(text).is_some() || bracketed(text).is_some() {
            return CellKind::CodeAndText;
        }
        return CellKind::Text;
    }
    // A word of two Chinese characters or more, by far the commonest cell.
    let is_word = text.len() > 3 && matches!(text.as_bytes().first(), Some(0xe4..=0xe9));
    if is_word {
        return CellKind::Text;
    }
    if vocabulary.is_nil(text) {
        return CellKind::Nil;
    }
    if amount(text).is_some() { CellKind::Number } else { CellKind::Text }
}

/// One block of a row as understood: the code readings, the name, and which cells belong to the columns after it.
#[derive(Clone, Debug, Default)]
pub struct BlockReading {
    /// The code cells as they stood, joined by spaces; empty without codes.
    pub printed_code: String,
    /// Every plausible code, cheapest first.
    pub codes: Vec<CodeReading>,
    /// The name.
    pub name: NameReading,
    /// The cells after the name.
    pub cells: Vec<String>,
    /// What must have gone wrong between the cells and this reading, codes aside.
    pub cost: Cost,
    /// The rule that undoes it; `None`: as printed.
    pub rule: Option<&'static str>,
}

/// Reads a row as a row of a table: one reading per block.
///
/// Where the cells of codes and name are is decided here; which column each cell behind the name fills is decided for a whole page
/// (see `classify::columns`), since a page's cells are displaced together.
pub fn row(cells: &[Cell], table: &TableForm, vocabulary: &Vocabulary) -> Vec<BlockReading> {
    if let [block] = table.blocks.as_slice() {
        return vec![one_sided(cells, block, vocabulary)];
    }
    let mut rest = cells;
    let mut readings = Vec::with_capacity(table.blocks.len());
    for (index, block) in table.blocks.iter().enumerate() {
        let is_last = index + 1 == table.blocks.len();
        let here = if is_last { rest } else { rest.get(..block.width()).unwrap_or(rest) };
        rest = rest.get(here.len()..).unwrap_or_default();
        readings.push(one_sided(here, block, vocabulary));
    }
    readings
}

fn one_sided(cells: &[Cell], block: &Block, vocabulary: &Vocabulary) -> BlockReading {
    let text = |index: usize| cells.get(index).map_or("", |cell| cell.text.as_str());
    if block.inline_codes {
        let (codes, name_text, printed_code) = match inline_code(text(0)) {
            Some((reading, name)) => (vec![reading], name, text(0).trim_end_matches(name).trim().to_owned()),
            None => (Vec::new(), text(0), String::new()),
        };
        return BlockReading { printed_code, codes, name: name(name_text), cells: tail(cells, 1), cost: 0, rule: None };
    }
    let code_columns = block.code_columns.len();
    if code_columns == 0 {
        return BlockReading {
            printed_code: String::new(),
            codes: Vec::new(),
            name: name(text(0)),
            cells: tail(cells, 1),
            cost: 0,
            rule: None,
        };
    }
    let kinds = |index: usize| cells.get(index).map_or(CellKind::Blank, |cell| cell_kind(cell, vocabulary));
    let first_text = (0..cells.len()).find(|&index| kinds(index).has_text());
    if first_text == Some(code_columns + 1) && code_cell(text(1)).is_some_and(|class| class.digits.len() == 3) {
        // A column of row numbers, or an empty one, stands in front of the codes.
        let reading = one_sided(cells.get(1..).unwrap_or_default(), block, vocabulary);
        return BlockReading { cost: reading.cost.max(1), rule: reading.rule.or(Some(rules::COLUMNS_REALIGN)), ..reading };
    }
    let (name_at, split_here) = match first_text {
        // A merged total label stands at the left edge, or anywhere before its column; so may a name whose empty code cells were dropped.
        Some(at) if at < code_columns && vocabulary.is_total(&key(text(at))) => (at, false),
        Some(at) if at < code_columns && kinds(at) == CellKind::CodeAndText => (at, true),
        Some(at) if at <= code_columns => (at, false),
        Some(at) if at == code_columns + 1 && kinds(code_columns) == CellKind::Blank => (at, false),
        _ => (code_columns, false),
    };
    if split_here && let Some((code, rest)) = bracketed(text(name_at)).or_else(|| whole_code(text(name_at))) {
        // `99]其他公共安全支出`: the rule between code and name was read as a bracket, and the two cells as one.
        let mut code_cells: Vec<&str> = (0..name_at).map(text).collect();
        code_cells.push(code);
        return BlockReading {
            printed_code: printed(&code_cells),
            codes: codes(&code_cells, levels(block, code_cells.len())),
            name: name(rest),
            cells: tail(cells, name_at + 1),
            cost: 1,
            rule: Some(rules::BRACKET),
        };
    }
    let mut code_cells: Vec<&str> = (0..name_at.min(code_columns)).map(text).collect();
    code_cells.resize(code_columns, "");
    // A total label merged over the code cells leaves them empty behind it.
    let merged = name_at < code_columns && (name_at + 1..=code_columns).all(|index| text(index).is_empty());
    let cells_from = if merged { code_columns + 1 } else { name_at + 1 };
    let is_displaced = name_at != code_columns && !merged;
    BlockReading {
        printed_code: printed(&code_cells),
        codes: codes(&code_cells, &block.code_columns),
        name: name(text(name_at)),
        cells: tail(cells, cells_from),
        cost: if is_displaced { 4 } else { 0 },
        rule: is_displaced.then_some(rules::COLUMNS_REALIGN),
    }
}

/// The levels that so many code cells stand for.
fn levels(block: &Block, cells: usize) -> &[crate::disclosure::CodeLevel] {
    if cells == 1 { block.code_columns.get(..1).unwrap_or(&block.code_columns) } else { &block.code_columns }
}

fn tail(cells: &[Cell], from: usize) -> Vec<String> {
    cells.get(from..).unwrap_or_default().iter().map(|cell| cell.text.clone()).collect()
}

fn printed(code_cells: &[&str]) -> String {
    code_cells.iter().filter(|cell| !cell.is_empty()).copied().collect::<Vec<_>>().join(" ")
}

/// Digits, then a stray bracket, then a name.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let (code, rest) = text.split_once([']', '】'])?;
    let is_code = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ');
    (is_code && !rest.trim().is_empty()).then_some((code, rest))
}

/// Digits that stick to a name.
fn whole_code(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != ' ')?;
    let (code, rest) = text.split_at_checked(end)?;
    Some((code.trim(), rest))
}
