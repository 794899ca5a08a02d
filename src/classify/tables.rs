//! Decoded rows → tables: torn rows put together, pages told apart.

use std::sync::Arc;

use super::decode::{Decoding, State};
use super::fit::RowShape;
use super::role::{Role, caption_unit};
use crate::disclosure::Where;
use crate::grammar::{Form, Grammars, TableForm, key};
use crate::read::{Cell, Document, Line};
use crate::repair::{BlockReading, can_go_on, join_name, row, rules};

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
    /// Heading texts on the page that the form does not have, where it has others in their stead: the columns may be others too.
    pub foreign_headings: Vec<String>,
    /// What pages tell besides; `None` for a table of recognised text.
    pub from_pages: Option<FromPages>,
}

/// What is known of a table that pages show.
#[derive(Clone, Debug, Default)]
pub struct FromPages {
    /// Its title as printed, white space left out.
    pub title: Option<String>,
    /// Its label as printed (公开03表).
    pub label: Option<String>,
    /// The label's number.
    pub number: Option<u32>,
    /// Remarks in it or below it (注：…).
    pub notes: Vec<String>,
    /// The pages that it stands on.
    pub pages: Vec<u32>,
    /// Does the page show headings? If not, its columns were taken in the form's order.
    pub has_headings: bool,
    /// Columns of the form that no heading on the page names: for each, its block and place.
    pub columns_without_heading: Vec<(usize, usize)>,
}

/// A row, whole again.
#[derive(Clone, Debug)]
pub struct LogicalRow {
    /// Where it stands: its own place, then those of pieces torn off it.
    pub place: Where,
    /// Does it belong to a whole side of several blocks?
    pub whole_side: bool,
    /// What it is, in a table without a column of names.
    pub level: Option<Arc<str>>,
    /// Number of the page within the table, from 0.
    pub page: usize,
    /// One reading per block of the table.
    pub blocks: Vec<BlockReading>,
    /// What was put together.
    pub joins: Vec<Join>,
    /// Columns that a page's alignment does not tell for sure.
    pub inferred: Vec<usize>,
    /// Is it open whether it belongs to this table? A page may be missing before it; or its name never ends.
    pub is_doubtful: bool,
}

/// A piece put back to its row.
#[derive(Clone, Debug)]
pub struct Join {
    /// The rule.
    pub rule: &'static str,
    /// Line of the piece.
    pub line: u32,
    /// Where the piece stands.
    pub place: Where,
    /// The cell before.
    pub before: String,
    /// The cell with the piece.
    pub after: String,
    /// The block's column of the cell; `None`: its codes or its name.
    pub column: Option<usize>,
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
            let captions =
                document.lines.get(unit_from..step.line).unwrap_or_default().iter().zip(roles.get(unit_from..).unwrap_or_default());
            let unit = captions
                .filter(|(_, role)| matches!(role, Role::Caption))
                .filter_map(|(line, _)| line.cells.iter().find_map(|cell| caption_unit(&cell.text, &grammars.vocabulary)))
                .next_back();
            placement.tables.push(PlacedTable {
                table: index,
                from_pages: None,
                title_found: step.context.titles & (1 << index) != 0,
                unit: unit.map(str::to_owned),
                rows: Vec::new(),
                foreign_headings: foreign(&lines_between(document, roles, unit_from, step.line).collect::<Vec<_>>(), table),
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
            place: Where {
                line: draft.lines.first().copied(),
                more_lines: draft.lines.get(1..).unwrap_or_default().to_vec(),
                ..Where::default()
            },
            whole_side: false,
            level: None,
            page: draft.page,
            // A name that never ended is none: nothing tells what it and the rows behind it are.
            is_doubtful: draft.joins.iter().any(|join| !can_go_on(&join.after)),
            joins: draft.joins,
            inferred: Vec::new(),
        })
        .collect();
}

/// The heading lines between two lines.
fn lines_between<'d>(document: &'d Document, roles: &'d [Role], from: usize, to: usize) -> impl Iterator<Item = &'d Line> {
    let lines = document.lines.get(from..to).unwrap_or_default().iter().zip(roles.get(from..).unwrap_or_default());
    lines.filter(|(_, role)| matches!(role, Role::Heading { .. })).map(|(line, _)| line)
}

/// The heading texts that the form does not have, if headings of its columns are missing in their stead.
fn foreign(headings: &[&Line], table: &TableForm) -> Vec<String> {
    if headings.is_empty() {
        return Vec::new();
    }
    let texts: Vec<(&str, String)> = headings
        .iter()
        .flat_map(|line| &line.cells)
        .filter(|cell| !cell.is_blank())
        .map(|cell| (cell.text.as_str(), key(&cell.text)))
        .collect();
    let missing: Vec<String> = table
        .blocks
        .iter()
        .flat_map(|block| &block.columns)
        .filter(|column| !column.heading.iter().rev().take(2).any(|heading| texts.iter().any(|(_, text)| *text == key(heading))))
        .filter_map(|column| column.heading.last().map(|heading| key(heading)))
        .collect();
    let is_foreign =
        |text: &&(&str, String)| !table.heading_keys.contains(&text.1) && !missing.iter().any(|missing| is_alike(missing, &text.1));
    let disordered = headings.iter().flat_map(|line| disordered(line, table));
    let disordered: Vec<String> = disordered.map(|heading| format!("{heading} (in another order)")).collect();
    if !disordered.is_empty() || missing.iter().all(|missing| texts.iter().any(|(_, text)| is_alike(missing, text))) {
        return disordered;
    }
    texts.iter().filter(is_foreign).map(|(text, _)| (*text).to_owned()).collect()
}

/// The headings of a line that stand before one that the form has further to the left.
fn disordered(line: &Line, table: &TableForm) -> Vec<String> {
    let [block] = table.blocks.as_slice() else { return Vec::new() };
    let column = |text: &str| {
        let text = key(text);
        let mut columns =
            block.columns.iter().enumerate().filter(|(_, column)| column.heading.last().is_some_and(|heading| key(heading) == text));
        // A heading that several columns share (人员经费) tells no order.
        let (only, more) = (columns.next(), columns.next());
        only.filter(|_| more.is_none()).map(|(at, _)| at)
    };
    let placed: Vec<(usize, &str)> = line.cells.iter().filter_map(|cell| Some((column(&cell.text)?, cell.text.as_str()))).collect();
    let out_of_order = placed.windows(2).filter(|pair| matches!(pair, [(left, _), (right, _)] if left > right));
    out_of_order.filter_map(|pair| pair.first()).map(|(_, text)| (*text).to_owned()).collect()
}

/// Do two headings share most of their characters, as a misread one does with the true one?
fn is_alike(a: &str, b: &str) -> bool {
    let shared = a.chars().filter(|&character| b.contains(character)).count();
    shared * 10 >= a.chars().count().max(b.chars().count()) * 7
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
        if !can_go_on(&before) {
            return false;
        }
        let joined = join_name(&before, text);
        if before.is_empty() || is_whole(&before, &joined, table, grammars) {
            return false;
        }
        joined
    };
    cell.text.clone_from(&after);
    draft.lines.push(line);
    let rule = if is_code { rules::CODE_JOIN_LINES } else { rules::NAME_JOIN_LINES };
    draft.joins.push(Join { rule, line, place: Where::line(line), before, after, column: None });
    true
}

/// Is the row's name whole, so that the text behind it is something else? A total's label is; so is a name that the catalogue knows,
/// if it does not know the two together.
fn is_whole(name: &str, joined: &str, table: &TableForm, grammars: &Grammars) -> bool {
    if grammars.vocabulary.is_total(&key(name)) {
        return true;
    }
    let set = table.blocks.first().and_then(|block| block.code_set.as_deref());
    let Some(catalogue) = set.and_then(|set| grammars.catalogue(set)) else { return false };
    let knows = |name: &str| catalogue.of_name(&key(name)).next().is_some();
    knows(name) && !knows(joined)
}
