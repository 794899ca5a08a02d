//! Decoded rows → tables: torn rows put together, pages told apart.

use super::decode::{Decoding, State};
use super::fit::RowShape;
use super::role::{Role, caption_unit};
use crate::grammar::{Form, Grammars, TableForm, key};
use crate::read::{Cell, Document};
use crate::repair::{BlockReading, join_name, row, rules};

/// Where all lines went.
#[derive(Debug, Default)]
pub struct Placement {
    /// The tables in the order of the publication.
    pub tables: Vec<PlacedTable>,
    /// Lines of performance target tables, which this version recognises but does not read.
    pub not_extracted: Vec<u32>,
    /// Lines that found no place.
    pub unplaced: Vec<u32>,
}

/// A table as it stands in the document.
#[derive(Debug)]
pub struct PlacedTable {
    /// Index of the table in the form.
    pub table: usize,
    /// Does its title stand above it?
    pub title_found: bool,
    /// The unit that its caption names.
    pub unit: Option<String>,
    /// Its rows.
    pub rows: Vec<LogicalRow>,
}

/// A row, whole again.
#[derive(Clone, Debug)]
pub struct LogicalRow {
    /// Its lines; the first is the row's own, the others are pieces torn off it.
    pub lines: Vec<u32>,
    /// Number of the page within the table, from 0.
    pub page: usize,
    /// One reading per block of the table.
    pub blocks: Vec<BlockReading>,
    /// What was put together.
    pub joins: Vec<Join>,
}

/// A piece put back to its row.
#[derive(Clone, Debug)]
pub struct Join {
    /// The rule.
    pub rule: &'static str,
    /// Line of the piece.
    pub line: u32,
    /// The cell before.
    pub before: String,
    /// The cell with the piece.
    pub after: String,
}

/// A row being put together.
struct Draft {
    lines: Vec<u32>,
    page: usize,
    cells: Vec<Cell>,
    joins: Vec<Join>,
}

/// Groups the decoded rows into tables.
pub fn place(document: &Document, roles: &[Role], decoding: &Decoding, form: &Form, grammars: &Grammars) -> Placement {
    let mut placement = Placement::default();
    let mut open: Option<(usize, Vec<Draft>)> = None;
    let mut page = 0;
    let mut last_state = State::Outside;
    let mut unit_from = 0;
    for step in &decoding.steps {
        let (Some(line), Some(Role::Body(shape))) = (document.lines.get(step.line), roles.get(step.line)) else { continue };
        let State::Table(index) = step.state else {
            close(&mut placement, &mut open, form, grammars);
            if matches!(step.state, State::Target(_)) {
                placement.not_extracted.push(line.number);
            } else {
                placement.unplaced.push(line.number);
            }
            last_state = step.state;
            continue;
        };
        let Some(table) = form.tables.get(index) else { continue };
        let is_piece = step.context.piece_of & (1 << index) != 0;
        if step.state != last_state {
            close(&mut placement, &mut open, form, grammars);
            page = 0;
            let captions = document.lines.get(unit_from..step.line).unwrap_or_default().iter().zip(roles.get(unit_from..).unwrap_or_default());
            let unit = captions
                .filter(|(_, role)| matches!(role, Role::Caption))
                .filter_map(|(line, _)| line.cells.iter().find_map(|cell| caption_unit(&cell.text, &grammars.vocabulary)))
                .last();
            placement.tables.push(PlacedTable {
                table: index,
                title_found: step.context.titles & (1 << index) != 0,
                unit: unit.map(str::to_owned),
                rows: Vec::new(),
            });
            open = Some((index, Vec::new()));
        }
        last_state = step.state;
        unit_from = step.line;
        let Some((_, drafts)) = &mut open else { continue };
        if step.context.page_break && !is_piece && !drafts.is_empty() {
            page += 1;
        }
        let joined = is_piece && drafts.last_mut().is_some_and(|draft| join(draft, line.number, &line.cells, shape, table, grammars));
        if joined {
            continue;
        }
        if is_piece && shape.texts() == 0 {
            placement.unplaced.push(line.number);
            continue;
        }
        drafts.push(Draft { lines: vec![line.number], page, cells: line.cells.clone(), joins: Vec::new() });
    }
    close(&mut placement, &mut open, form, grammars);
    placement
}

fn close(placement: &mut Placement, open: &mut Option<(usize, Vec<Draft>)>, form: &Form, grammars: &Grammars) {
    let Some((index, drafts)) = open.take() else { return };
    let (Some(table), Some(placed)) = (form.tables.get(index), placement.tables.last_mut()) else { return };
    placed.rows = drafts
        .into_iter()
        .map(|draft| LogicalRow {
            blocks: row(&draft.cells, table, &grammars.vocabulary),
            lines: draft.lines,
            page: draft.page,
            joins: draft.joins,
        })
        .collect();
}

/// Puts a piece back to its row. `false`: it is no piece of that row.
fn join(draft: &mut Draft, line: u32, piece: &[Cell], shape: &RowShape, table: &TableForm, grammars: &Grammars) -> bool {
    let Some(at) = piece.iter().position(|cell| !cell.is_blank()) else { return false };
    let Some(text) = piece.get(at).map(|cell| cell.text.as_str()) else { return false };
    let is_code = shape.texts() == 0;
    let two_sided = table.is_two_sided();
    let target = if is_code || two_sided {
        at
    } else {
        let first_text = |cell: &Cell| cell.text.chars().any(|c| !c.is_ascii_digit() && !" ].,-".contains(c));
        draft.cells.iter().position(first_text).unwrap_or(at)
    };
    let Some(cell) = draft.cells.get_mut(target) else { return false };
    let before = cell.text.clone();
    let after = if is_code {
        let joined = format!("{before}{text}");
        // Only a cell that lacks digits takes a piece.
        let digits = joined.bytes().filter(u8::is_ascii_digit).count();
        if before.is_empty() || digits > if target == 0 { 3 } else { 2 } {
            return false;
        }
        joined
    } else {
        let joined = join_name(&before, text);
        if before.is_empty() || stands_alone(&before, text, &joined, table, grammars) {
            return false;
        }
        joined
    };
    cell.text.clone_from(&after);
    draft.lines.push(line);
    let rule = if is_code { rules::CODE_JOIN_LINES } else { rules::NAME_JOIN_LINES };
    draft.joins.push(Join { rule, line, before, after });
    true
}

/// Are the row's name and the text both whole names of the catalogue, and no name together? Then the text is a row whose code is lost.
fn stands_alone(name: &str, text: &str, joined: &str, table: &TableForm, grammars: &Grammars) -> bool {
    let set = table.blocks.first().and_then(|block| block.code_set.as_deref());
    let Some(catalogue) = set.and_then(|set| grammars.catalogue(set)) else { return false };
    let knows = |name: &str| catalogue.of_name(&key(name)).next().is_some();
    knows(name) && knows(text) && !knows(joined)
}
