//! Does a grid go on with the table before it? And what speaks against it: a page or a title may be lost between them.

use rustc_hash::FxHashMap;

use super::aligned::{self, Aligned, Place};
use super::columns;
use super::header::Header;
use super::places::{columns_above, has_same_columns};
use super::{Open, Reader};
use crate::classify::role::is_page_number;
use crate::grammar::{SlotKind, key};
use crate::read::{Document, Grid};

/// The number printed on each page, where one is.
pub(super) fn printed_numbers(document: &Document) -> FxHashMap<u32, u32> {
    let mut numbers = FxHashMap::default();
    for line in &document.lines {
        let (Some((page, _)), text) = (line.on_page, super::marks::text_of(line)) else { continue };
        if is_page_number(&text) {
            let digits = text.split(|c: char| !c.is_ascii_digit()).find(|digits| !digits.is_empty());
            if let Some(number) = digits.and_then(|digits| digits.parse().ok()) {
                numbers.entry(page).or_insert(number);
            }
        }
    }
    numbers
}

/// Does a page begin with nothing but digits: the end of amounts that the page break tore?
fn is_fragment(grid: &Grid, body: usize, end: usize) -> bool {
    let first = (body..end).find(|&row| grid.cells_from(row).any(|cell| !cell.is_blank()));
    let is_digits = |text: &str| text.len() <= MOST_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    first.is_some_and(|row| grid.cells_from(row).all(|cell| cell.is_blank() || is_digits(&cell.text)))
}

/// A page break tears off so many digits at most.
const MOST_DIGITS: usize = 7;

impl Reader<'_> {
    /// Does a grid go on with the table before it?
    pub(super) fn goes_on(&self, grid: &Grid, header: &Header, body: usize, end: usize) -> bool {
        let Some(open) = &self.open else { return false };
        let has_same_header =
            header.is_some() && (header.repeats(&open.header) || (!grid.is_ruled() && header.has_leaves_of(&open.header)));
        // Alignment gives other column edges on every page; headings that are repeated tell more.
        let is_aligned = has_same_columns(&open.columns, &grid.columns)
            || (!grid.is_ruled() && (has_same_header || aligned::columns(&open.aligned, grid).is_some()));
        if self.above.foreign_title.is_some() || self.above.paragraphs > 0 || !is_aligned || (header.is_some() && !has_same_header) {
            return false;
        }
        if let Some((title, ..)) = &self.above.title
            && (title.states & (1 << open.table) == 0 || !header.is_some())
        {
            return false;
        }
        let is_new_page = grid.page != open.page;
        if !is_new_page && (header.is_some() || self.above.has_caption || self.above.label.is_some()) {
            return false;
        }
        !self.contradicts(open, grid, body, end)
    }

    /// Does a grid begin with the rest of the headings of the table before it, torn by a page break? Then its columns are told by both.
    pub(super) fn header_goes_on(&mut self, grid: &Grid, header: &Header) -> bool {
        let Some(open) = &mut self.open else { return false };
        if !open.rows.is_empty() || open.page == grid.page || !header.is_some() || self.above.title.is_some() || self.above.paragraphs > 0 {
            return false;
        }
        let Some(table) = self.form.tables.get(open.table) else { return false };
        // Without rules a column in which nothing stands on this page does not show: those of both pages are the table's.
        let joined = if grid.is_ruled() { None } else { open.aligned.divided(grid) };
        let below = |at: Option<usize>| at.and_then(|at| header.paths.get(at)).cloned().unwrap_or_default();
        let above: Option<Vec<Place>> = match &joined {
            Some((_, places)) => header.is_all_of(table).then(|| places.clone()),
            None => columns_above(&open.columns, grid)
                .map(|above| above.into_iter().enumerate().map(|(at, above)| Place { above, here: Some(at), is_guess: false }).collect()),
        };
        let Some(above) = above.filter(|_| header.paths != open.header.paths) else { return false };
        // The break goes between two headings, or through one: 经济 | 分类科目编码.
        let path = |place: &Place, is_through: bool| {
            let mut path = open.header.paths.get(place.above).cloned().unwrap_or_default();
            let mut rest = below(place.here).into_iter();
            if let Some(last) = path.last_mut().filter(|_| is_through) {
                last.extend(rest.next());
            }
            path.extend(rest);
            path
        };
        let joined_paths = |is_through| above.iter().map(|place| path(place, is_through)).collect::<Vec<Vec<String>>>();
        let ways = [false, true].map(joined_paths).map(|paths| (columns::map(&paths, table), paths));
        let [between, through] = ways;
        let (mut mapping, paths) = if through.0.fit > between.0.fit { through } else { between };
        if mapping.fit < open.mapping.fit {
            return false;
        }
        // What is not below its heading may be the next column's.
        let doubtful = above.iter().enumerate().filter(|(_, place)| place.is_guess).flat_map(|(at, _)| [at, at + 1]);
        let guessed: Vec<usize> = doubtful.filter_map(|at| mapping.slots.get(at).copied().flatten()).collect();
        mapping.weak.extend(guessed);
        open.columns.clone_from(&grid.columns);
        open.aligned = joined.map_or_else(|| Aligned::of(grid), |(aligned, _)| aligned);
        open.header.paths = paths;
        if let Some(pages) = &mut open.placed.from_pages {
            pages.has_headings = true;
            pages.columns_without_heading = mapping.unnamed(table);
        }
        open.placed.foreign_headings = mapping.foreign(&open.header, table, &self.words);
        open.mapping = mapping;
        true
    }

    /// Can a grid not be more of the open table? Its codes are of another kind or begin again, or the table has ended.
    fn contradicts(&self, open: &Open, grid: &Grid, body: usize, end: usize) -> bool {
        let Some(table) = self.form.tables.get(open.table) else { return false };
        let is_total = |name: &str| self.grammars.vocabulary.is_total(&key(name));
        let totals = open.rows.iter().filter(|(row, ..)| is_total(&row.name)).count();
        let begins_with_total = open.rows.first().is_some_and(|(row, ..)| is_total(&row.name));
        let has_ended = open.rows.last().is_some_and(|(row, ..)| is_total(&row.name)) && !begins_with_total;
        // Lists side by side have several totals, and lines below them.
        let [block] = table.blocks.as_slice() else { return false };
        let has_codes = !block.code_columns.is_empty();
        // 合计 stands last, or first in a table that is empty: nothing comes after it.
        let is_empty = totals == open.rows.len() && totals > 0 && open.rows.iter().all(|(row, ..)| !row.has_amounts(block));
        if has_codes && (has_ended || is_empty) && !is_fragment(grid, body, end) {
            return true;
        }
        let names_total = grid.cells_from(body).any(|cell| is_total(&cell.text));
        if has_codes && totals > 0 && names_total {
            return true;
        }
        let (first, last) = self.classes(open, grid, body, end);
        let Some(first) = first else { return false };
        let is_foreign = !block.classes.is_empty()
            && !block.classes.contains(&first)
            && (block.is_restricted || !block.classes.iter().any(|class| class / 100 == first / 100));
        is_foreign || (!table.any_order && !begins_with_total && last.is_some_and(|last| first < last))
    }

    /// Is it open whether the rows of a page belong to the table that they go on with? A page number is missing between them, or the codes
    /// fall back where they need not rise.
    pub(super) fn is_doubtful(&mut self, open: &Open, grid: &Grid, body: usize, end: usize) -> bool {
        let Some((last, ..)) = open.rows.last() else { return false };
        let Some(before) = last.place.page.filter(|&page| page != grid.page) else { return false };
        let (first, last) = self.classes(open, grid, body, end);
        let falls = matches!((first, last), (Some(first), Some(last)) if first < last);
        let has_gap = match (self.printed.get(&before), self.printed.get(&grid.page)) {
            (Some(&one), Some(&other)) => other.saturating_sub(one) != grid.page - before || other < one,
            _ => false,
        };
        if has_gap {
            self.placement.gaps.push((open.table, grid.page));
        }
        has_gap || falls
    }

    /// The first class on a page, and the last one before it.
    fn classes(&self, open: &Open, grid: &Grid, body: usize, end: usize) -> (Option<u16>, Option<u16>) {
        let Some(table) = self.form.tables.get(open.table) else { return (None, None) };
        let is_class =
            |slot: &Option<usize>| slot.and_then(|slot| table.slots.get(slot)).is_some_and(|slot| slot.kind == SlotKind::Code(0));
        let Some(column) = open.mapping.slots.iter().position(is_class) else { return (None, None) };
        let class = |text: &str| text.get(..3).and_then(|digits| digits.parse::<u16>().ok());
        let mut here = (body..end).filter_map(|row| grid.cell(row, column).and_then(|cell| class(&cell.text)));
        let last = open.rows.iter().rev().find_map(|(row, ..)| row.codes.first().and_then(|code| class(code)));
        let first = here.next();
        // A publisher's slip in one code is not another table: the next one tells.
        let is_slip = |next: &u16| matches!((first, last), (Some(first), Some(last)) if first < last && last <= *next);
        (here.next().filter(is_slip).or(first), last)
    }
}
