//! The rows of a grid → rows of a table, block by block, each cell in its column.

use std::sync::Arc;

use crate::disclosure::{Side, Where};
use crate::grammar::{Block, ColumnKind, SlotKind, TableForm, Vocabulary, key};
use crate::read::{Grid, GridCell};

/// A row of one block, its texts in their columns.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    /// Its block.
    pub(super) block: usize,
    /// Does it belong to the whole side, not to the block alone?
    pub(super) whole_side: bool,
    /// The code cells.
    pub(super) codes: Vec<String>,
    /// The name.
    pub(super) name: String,
    /// The texts of the block's columns.
    pub(super) columns: Vec<String>,
    /// Texts without a column in the form.
    pub(super) foreign: Vec<String>,
    /// What it is, in a table without a column of names.
    pub(super) level: Option<Arc<str>>,
    /// Where it stands.
    pub(super) place: Where,
    /// Its line in the document.
    pub(super) line: u32,
    /// Columns of the block that its texts were put into by guess.
    pub(super) inferred: Vec<usize>,
    /// Is it open whether it belongs to this table?
    pub(super) is_doubtful: bool,
}

impl Draft {
    fn new(block_index: usize, block: &Block, line: u32, place: Where) -> Self {
        Self {
            block: block_index,
            whole_side: false,
            codes: vec![String::new(); block.code_columns.len()],
            name: String::new(),
            columns: vec![String::new(); block.columns.len()],
            foreign: Vec::new(),
            level: None,
            place,
            line,
            inferred: Vec::new(),
            is_doubtful: false,
        }
    }

    /// A row with a name and nothing else.
    pub(super) fn named(block_index: usize, block: &Block, name: &str, line: u32, place: Where) -> Self {
        Self { name: name.to_owned(), ..Self::new(block_index, block, line, place) }
    }

    /// Marks the columns among some slots as guessed.
    pub(super) fn doubt(&mut self, slots: &[usize], table: &TableForm) {
        let of_block = slots.iter().filter_map(|&slot| table.slots.get(slot)).filter(|slot| slot.block == self.block);
        self.inferred.extend(of_block.filter_map(|slot| match slot.kind {
            SlotKind::Column(column) => Some(column),
            SlotKind::Code(_) | SlotKind::Name => None,
        }));
    }

    /// Has it any amount?
    pub(super) fn has_amounts(&self, block: &Block) -> bool {
        self.columns.iter().zip(&block.columns).any(|(text, column)| column.kind == ColumnKind::Amount && !text.is_empty())
    }

    /// Has it any digit of a code?
    pub(super) fn has_code(&self) -> bool {
        self.codes.iter().any(|code| code.bytes().any(|byte| byte.is_ascii_digit()))
    }
}

/// What a row of a grid is.
#[derive(Debug)]
pub(super) enum GridRow {
    /// Rows of blocks, at most one of each.
    Rows(Vec<Draft>),
    /// A remark (注：…, 此表为空).
    Note(String),
    /// Nothing in it, or marks for nothing.
    Empty,
}

/// The columns that hold for the rows below, as the rows above left them: for each block, for each of its columns.
pub(super) type FillDown = Vec<Vec<String>>;

/// The state that fills down to a table's first row.
pub(super) fn nothing_to_fill(table: &TableForm) -> FillDown {
    table.blocks.iter().map(|block| vec![String::new(); block.columns.len()]).collect()
}

/// Where a cell belongs.
enum Owner {
    /// In a slot of a block; over several blocks of a side, in the last of them.
    Slot { block: usize, kind: SlotKind, whole_side: bool },
    /// Over both sides of the table.
    Everything,
    /// In no column of the form.
    Nowhere,
}

fn owner(cell: &GridCell, slots: &[Vec<usize>], table: &TableForm) -> Owner {
    let covered = || {
        let slots = slots.get(cell.column..cell.column_end).unwrap_or_default();
        slots.iter().flatten().filter_map(|&slot| table.slots.get(slot))
    };
    let Some(last) = covered().next_back() else { return Owner::Nowhere };
    let side = |block: usize| table.blocks.get(block).and_then(|block| block.side);
    let sides: Vec<Option<Side>> = covered().map(|slot| side(slot.block)).collect();
    if sides.iter().any(|other| *other != side(last.block)) {
        return Owner::Everything;
    }
    let whole_side = covered().any(|slot| slot.block != last.block);
    if whole_side && side(last.block).is_none() {
        return Owner::Everything;
    }
    let in_last = || covered().filter(|slot| slot.block == last.block);
    let named = in_last().find(|slot| slot.kind == SlotKind::Name).or_else(|| in_last().next());
    named.map_or(Owner::Nowhere, |slot| Owner::Slot { block: slot.block, kind: slot.kind, whole_side })
}

/// Reads a row of a grid.
pub(super) fn read(
    grid: &Grid,
    row: usize,
    slots: &[Vec<usize>],
    table: &TableForm,
    vocabulary: &Vocabulary,
    fill: &mut FillDown,
    line: u32,
) -> GridRow {
    let filled: Vec<&GridCell> = grid.cells_from(row).filter(|cell| !cell.is_blank()).collect();
    if filled.is_empty() {
        return GridRow::Empty;
    }
    if let [only] = filled.as_slice()
        && (vocabulary.is_note(&only.text) || matches!(owner(only, slots, table), Owner::Everything))
    {
        return GridRow::Note(only.text.clone());
    }
    let mut drafts: Vec<Option<Draft>> = table.blocks.iter().map(|_| None).collect();
    let mut foreign: Vec<&GridCell> = Vec::new();
    let mut merged_names: Vec<(usize, &str)> = Vec::new();
    for cell in grid.row(row) {
        let begins = cell.row == row;
        let Owner::Slot { block: index, kind, whole_side } = owner(cell, slots, table) else {
            if begins && !cell.is_blank() {
                foreign.push(cell);
            }
            continue;
        };
        let Some(block) = table.blocks.get(index) else { continue };
        if !begins {
            // A merged cell that goes on here: its text holds for this row too, if the row has anything of its own.
            match kind {
                SlotKind::Name => merged_names.push((index, cell.text.as_str())),
                SlotKind::Column(column) => {
                    let held = fill.get_mut(index).and_then(|fill| fill.get_mut(column));
                    if let (true, Some(held)) = (fills_down(block, column) && !cell.is_blank(), held) {
                        held.clone_from(&cell.text);
                    }
                }
                SlotKind::Code(_) => {}
            }
            continue;
        }
        if cell.is_blank() || (vocabulary.is_nil(&cell.text) && !matches!(kind, SlotKind::Column(_))) {
            continue;
        }
        // A header's last line can share its row with the first total.
        if matches!(kind, SlotKind::Code(_)) && vocabulary.is_code_level(&key(&cell.text)) {
            continue;
        }
        let Some(slot) = drafts.get_mut(index) else { continue };
        let draft = slot.get_or_insert_with(|| Draft::new(index, block, line, Where::page(grid.page, cell.bbox)));
        draft.whole_side |= whole_side;
        extend(&mut draft.place, cell.bbox);
        match kind {
            SlotKind::Code(at) => set(&mut draft.codes, at, &cell.text),
            SlotKind::Name => draft.name.clone_from(&cell.text),
            SlotKind::Column(at) => set(&mut draft.columns, at, &cell.text),
        }
    }
    for (index, name) in merged_names {
        if let Some(Some(draft)) = drafts.get_mut(index)
            && draft.name.is_empty()
        {
            name.clone_into(&mut draft.name);
        }
    }
    // What has no column goes with the first row that there is, and is told.
    if let Some(draft) = drafts.iter_mut().flatten().next() {
        draft.foreign = foreign.iter().map(|cell| cell.text.clone()).collect();
    } else if let Some(cell) = foreign.first() {
        return GridRow::Note(cell.text.clone());
    }
    let mut rows: Vec<Draft> = drafts.into_iter().flatten().collect();
    for draft in &mut rows {
        let Some(block) = table.blocks.get(draft.block) else { continue };
        total_in_code(draft, block);
        name_from_columns(draft, block, vocabulary, fill);
    }
    // A remark in the column of codes is no row.
    if let [only] = rows.as_slice()
        && let Some(block) = table.blocks.get(only.block)
        && only.name.is_empty()
        && !only.has_amounts(block)
        && !only.has_code()
        && !block.code_columns.is_empty()
        && let Some(text) = only.codes.iter().find(|code| !code.is_empty())
    {
        return GridRow::Note(text.clone());
    }
    rows.retain(|draft| {
        let is_blank = |text: &String| text.is_empty() || vocabulary.is_nil(text);
        !(draft.codes.iter().all(is_blank) && is_blank(&draft.name) && draft.columns.iter().all(is_blank) && draft.foreign.is_empty())
    });
    if rows.is_empty() { GridRow::Empty } else { GridRow::Rows(rows) }
}

fn set(texts: &mut [String], at: usize, text: &str) {
    if let Some(place) = texts.get_mut(at) {
        text.clone_into(place);
    }
}

fn fills_down(block: &Block, column: usize) -> bool {
    block.columns.get(column).is_some_and(|column| column.fill_down)
}

/// A label in the first column of codes with nothing in the column of names: 合计 printed in the wrong cell.
fn total_in_code(draft: &mut Draft, block: &Block) {
    if draft.name.is_empty()
        && block.has_names
        && !draft.has_code()
        && draft.has_amounts(block)
        && let Some(code) = draft.codes.iter_mut().find(|code| !code.is_empty())
    {
        draft.name = std::mem::take(code);
    }
}

/// Fills texts down, and names a row of a table without a column of names.
fn name_from_columns(draft: &mut Draft, block: &Block, vocabulary: &Vocabulary, fill: &mut FillDown) {
    let Some(held) = fill.get_mut(draft.block) else { return };
    if vocabulary.is_total_label(&key(&draft.name)) && block.has_names {
        // A total of all groups has none; one of a group says so itself.
        if draft.columns.iter().zip(&block.columns).all(|(text, column)| !column.fill_down || text.is_empty())
            && is_grand(draft, vocabulary)
        {
            held.iter_mut().for_each(String::clear);
        }
    } else if !block.has_names {
        let printed = |texts: &[String]| {
            block.name_from.iter().find_map(|source| {
                let text = texts.get(source.column).filter(|text| !text.is_empty())?;
                Some((source.column, Arc::clone(&source.level), text.clone()))
            })
        };
        match printed(&draft.columns) {
            Some((column, _, text)) if vocabulary.is_total_label(&key(&text)) => {
                set(&mut draft.columns, column, "");
                held.iter_mut().for_each(String::clear);
                draft.name = text;
            }
            Some((column, level, text)) => {
                // A text of a higher level ends what the lower ones held.
                held.iter_mut().skip(column + 1).for_each(String::clear);
                draft.name = text;
                draft.level = Some(level);
            }
            // A merged name that goes on in this row.
            None => {
                if let Some((_, level, text)) = printed(held) {
                    draft.name = text;
                    draft.level = Some(level);
                }
            }
        }
    }
    for ((text, held), _) in draft.columns.iter_mut().zip(held).zip(&block.columns).filter(|(_, column)| column.fill_down) {
        if text.is_empty() {
            text.clone_from(held);
        } else {
            held.clone_from(text);
        }
    }
}

/// Is it a total of everything, not of a part (小计)?
fn is_grand(draft: &Draft, vocabulary: &Vocabulary) -> bool {
    !vocabulary.is_subtotal(&key(&draft.name))
}

/// Grows a place to hold a box.
fn extend(place: &mut Where, [x0, y0, x1, y1]: [f32; 4]) {
    if let Some([a0, b0, a1, b1]) = &mut place.bbox {
        *a0 = a0.min(x0);
        *b0 = b0.min(y0);
        *a1 = a1.max(x1);
        *b1 = b1.max(y1);
    }
}
