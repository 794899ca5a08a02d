//! Grids → tables of a form, for documents whose pages show cells.
//!
//! Where a text has only rows, a page shows which cells are one column and what stands above them. So a table is known by its title and
//! by its headings, its columns by the headings alone, and a grid without either goes on with the table before it, if its columns stand
//! in the same places.

mod aligned;
mod blank_rows;
mod columns;
mod continuation;
mod finish;
mod form;
mod header;
mod logical;
mod marks;
mod places;
mod recognize;
mod rows;
mod torn;
mod unknown;

pub use finish::{account, diagnostics, with_unknown};
pub use form::choose_form;
pub use unknown::UnknownTable;

use rustc_hash::FxHashMap;

use super::role::{Index, bits};
use super::tables::{FromPages, Join, PlacedTable};
use crate::grammar::{Form, Grammars, TableForm, key};
use crate::read::{Document, Grid, GridCell, Line, LineKind};
use aligned::Aligned;
use columns::Mapping;
use header::{Header, HeadingWords};
use logical::logical;
use marks::{Label, Mark, Title};
use places::slots_here;
use rows::{Draft, FillDown, GridRow};

/// Where a line of the document went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fate {
    /// Running text.
    #[default]
    Paragraph,
    /// A title, label, caption or remark of a table.
    TitleOrCaption,
    /// A page number.
    PageNumber,
    /// A running head or a watermark.
    Furniture,
    /// A heading row.
    Heading,
    /// A row of a table.
    TableRow,
    /// A row with nothing in it.
    EmptyRow,
    /// A row of a table that this version recognises, but does not read.
    NotExtracted,
    /// It found no place.
    Unplaced,
}

/// What became of a document's grids.
#[derive(Debug, Default)]
pub struct GridPlacement {
    /// The tables of the form, in the order of the publication.
    pub tables: Vec<PlacedTable>,
    /// Tables that the form does not have.
    pub unknown: Vec<UnknownTable>,
    /// For each line, where it went.
    pub fates: Vec<Fate>,
    /// Titles of tables none of whose rows was found: index of the table, line.
    pub titles_without_rows: Vec<(usize, usize)>,
    /// Tables that go on over a gap in the printed page numbers: index of the table, the page after the gap.
    pub gaps: Vec<(usize, u32)>,
}

impl GridPlacement {
    /// Are most of the titled tables none of the form's? Then the document is in another form, a few of whose tables look alike.
    pub fn is_mostly_unknown(&self) -> bool {
        let titled = self.unknown.iter().filter(|table| table.has_title).count();
        titled > self.tables.len()
    }
}

/// A table whose rows are being read.
struct Open {
    table: usize,
    header: Header,
    mapping: Mapping,
    /// The places of its columns.
    columns: Vec<f32>,
    /// The places of its texts, where alignment alone tells its columns.
    aligned: Aligned,
    page: u32,
    page_count: usize,
    placed: PlacedTable,
    rows: Vec<(Draft, Vec<Join>, usize)>,
    fill: FillDown,
}

/// What stands above a grid.
#[derive(Default)]
struct Above {
    title: Option<(Title, u32, usize)>,
    /// A title that the form does not have.
    foreign_title: Option<String>,
    /// Do several titles stand side by side? Which grid is whose is not told.
    is_side_by_side: bool,
    label: Option<Label>,
    unit: Option<String>,
    /// Paragraphs since the title, or since the last grid.
    paragraphs: usize,
    has_caption: bool,
    /// Has a performance target table begun at the page's foot?
    has_target_rows: bool,
}

/// Reads the grids of a document as tables of a form.
pub fn place(document: &Document, form: &Form, grammars: &Grammars) -> GridPlacement {
    let mut reader = Reader {
        document,
        form,
        grammars,
        index: Index::new(form),
        words: HeadingWords::of(form, &grammars.vocabulary),
        placement: GridPlacement { fates: vec![Fate::Paragraph; document.lines.len()], ..GridPlacement::default() },
        open: None,
        above: Above::default(),
        in_target: false,
        titles: Vec::new(),
        printed: continuation::printed_numbers(document),
    };
    let mut at = 0;
    while let Some(line) = document.lines.get(at) {
        if let LineKind::GridRow { grid, .. } = line.kind {
            let Some(found) = document.grids.get(grid) else { break };
            reader.grid(found);
            at += found.height().max(1);
        } else {
            at += reader.line(at);
        }
    }
    reader.close();
    for (table, bit) in (0..form.tables.len()).zip(bits(0)) {
        if reader.placement.tables.iter().all(|placed| placed.table != table)
            && let Some(&(_, line)) = reader.titles.iter().rev().find(|(states, _)| *states == bit)
        {
            reader.placement.titles_without_rows.push((table, line));
        }
    }
    reader.placement
}

struct Reader<'d> {
    document: &'d Document,
    form: &'d Form,
    grammars: &'d Grammars,
    index: Index<'d>,
    words: HeadingWords<'d>,
    placement: GridPlacement,
    open: Option<Open>,
    above: Above,
    /// Was the last grid one of a performance target table?
    in_target: bool,
    /// Every title between grids: its tables, its line.
    titles: Vec<(u64, usize)>,
    /// The number printed on each page, where one is.
    printed: FxHashMap<u32, u32>,
}

impl Reader<'_> {
    fn fate(&mut self, line: usize, fate: Fate) {
        if let Some(place) = self.placement.fates.get_mut(line) {
            *place = fate;
        }
    }

    /// Takes in a line between grids; how many lines it was.
    fn line(&mut self, at: usize) -> usize {
        let Some(line) = self.document.lines.get(at) else { return 1 };
        let vocabulary = &self.grammars.vocabulary;
        let mut mark = marks::mark(line, &self.index, vocabulary);
        let mut lines = 1;
        // A title broken over two lines; a unit broken over two lines.
        let next = self.document.lines.get(at + 1).filter(|next| next.kind == LineKind::Paragraph);
        if matches!(mark, Mark::Paragraph | Mark::Caption { unit: None })
            && let Some(next) = next
        {
            let both = format!("{}{}", marks::text_of(line), marks::text_of(next));
            match (&mark, marks::table_mark(&both, &self.index, vocabulary)) {
                (Mark::Paragraph, Some(Mark::Title(title))) if !matches!(marks::mark(next, &self.index, vocabulary), Mark::Title(_)) => {
                    (mark, lines) = (Mark::Title(title), 2);
                }
                (Mark::Caption { .. }, Some(Mark::Caption { unit: Some(unit) })) => (mark, lines) = (Mark::Caption { unit: Some(unit) }, 2),
                _ => {}
            }
        }
        let page = line.on_page.map_or(0, |(page, _)| page);
        let fate = match mark {
            Mark::Title(title) => {
                self.titles.push((title.states, at));
                self.above.foreign_title = None;
                self.above.title = Some((title, page, at));
                self.above.paragraphs = 0;
                Fate::TitleOrCaption
            }
            Mark::Label(label) => {
                self.above.label = Some(label);
                Fate::TitleOrCaption
            }
            Mark::Caption { unit } => {
                self.above.has_caption = true;
                self.above.unit = unit.or_else(|| self.above.unit.take());
                Fate::TitleOrCaption
            }
            Mark::Note(text) => {
                let open = self.open.as_mut().filter(|_| self.above.title.is_none() && self.above.paragraphs == 0);
                match open.and_then(|open| open.placed.from_pages.as_mut()) {
                    Some(pages) => {
                        pages.notes.push(text);
                        Fate::TitleOrCaption
                    }
                    None => Fate::Paragraph,
                }
            }
            Mark::SideBySide => {
                self.above.title = None;
                self.above.is_side_by_side = true;
                self.above.paragraphs = 0;
                self.close();
                Fate::TitleOrCaption
            }
            Mark::ForeignTitle(text) => {
                self.above.title = None;
                self.above.foreign_title = Some(text);
                self.above.paragraphs = 0;
                Fate::TitleOrCaption
            }
            Mark::PageNumber => Fate::PageNumber,
            Mark::Furniture => Fate::Furniture,
            Mark::Paragraph if self.row_without_amounts(line) => Fate::TableRow,
            Mark::Paragraph if self.begins_target(line) => Fate::NotExtracted,
            Mark::Paragraph => {
                self.above.paragraphs += 1;
                Fate::Paragraph
            }
        };
        for line in at..at + lines {
            self.fate(line, fate);
        }
        lines
    }

    /// Takes in a grid.
    fn grid(&mut self, grid: &Grid) {
        let mut row = 0;
        while row < grid.height() {
            row = self.segment(grid, row);
        }
    }

    /// Takes in the rows of one table of a grid; the row after them.
    fn segment(&mut self, grid: &Grid, from: usize) -> usize {
        let start = self.titles_inside(grid, from);
        let end = (start + 1..grid.height())
            .find(|&row| self.is_title_row(grid, row) || is_repeated_header(grid, start, row))
            .unwrap_or(grid.height());
        if start >= end {
            return end.max(from + 1);
        }
        if self.is_target(grid, start, end) {
            self.close();
            self.in_target = true;
            self.above = Above::default();
            for row in start..end {
                let fate = if grid.cells_from(row).all(GridCell::is_blank) { Fate::EmptyRow } else { Fate::NotExtracted };
                self.fate(grid.first_line + row, fate);
            }
            return end;
        }
        self.in_target = false;
        let torn = self.open.as_ref().filter(|open| open.rows.is_empty() && open.page != grid.page).map(|open| &open.header);
        let header = header::header(grid, start, torn, &self.words, &self.grammars.vocabulary);
        let body = if header.is_some() { header.rows } else { start };
        if self.blank_rows_go_on(grid, &header, end) {
            self.add_page(grid);
            self.above = Above::default();
            for row in start..body {
                self.fate(grid.first_line + row, Fate::Heading);
            }
            return end;
        }
        if self.header_goes_on(grid, &header) {
            self.add_page(grid);
        } else if self.goes_on(grid, &header, body, end) {
            self.add_page(grid);
            self.map_again(grid, &header);
        } else if let Some((table, mapping, title_found)) = self.table_of(grid, &header).filter(|_| !self.above.is_side_by_side) {
            self.begin(grid, table, mapping, header.clone(), title_found);
        } else {
            self.close();
            self.unknown(grid, start, end);
            // Titles side by side are those of all grids until the next line of text.
            self.above = Above { is_side_by_side: self.above.is_side_by_side, ..Above::default() };
            return end;
        }
        self.above = Above::default();
        for row in start..body {
            self.fate(grid.first_line + row, Fate::Heading);
        }
        self.body(grid, body, end);
        end
    }

    /// Titles, labels and captions in the first rows of a grid; the row after them.
    fn titles_inside(&mut self, grid: &Grid, from: usize) -> usize {
        for row in from..grid.height() {
            let texts: Vec<&GridCell> = grid.cells_from(row).filter(|cell| !cell.is_blank()).collect();
            if texts.is_empty() && row == from && grid.cells_from(row).count() == 1 {
                self.fate(grid.first_line + row, Fate::EmptyRow);
                continue;
            }
            let marks: Vec<Mark> =
                texts.iter().filter_map(|cell| marks::table_mark(&cell.text, &self.index, &self.grammars.vocabulary)).collect();
            if marks.is_empty() || marks.len() < texts.len() {
                return row;
            }
            for mark in marks {
                match mark {
                    Mark::Title(title) => {
                        self.above.title = Some((title, grid.page, grid.first_line + row));
                        self.above.paragraphs = 0;
                    }
                    Mark::Label(label) => self.above.label = Some(label),
                    Mark::Caption { unit } => self.above.unit = unit.or_else(|| self.above.unit.take()),
                    _ => {}
                }
            }
            self.fate(grid.first_line + row, Fate::TitleOrCaption);
        }
        grid.height()
    }

    /// Is a row nothing but a table's title?
    fn is_title_row(&self, grid: &Grid, row: usize) -> bool {
        let mut filled = grid.cells_from(row).filter(|cell| !cell.is_blank());
        let (only, more) = (filled.next(), filled.next());
        let Some(only) = only.filter(|_| more.is_none()) else { return false };
        only.column_end - only.column >= 2
            && matches!(marks::table_mark(&only.text, &self.index, &self.grammars.vocabulary), Some(Mark::Title(_)))
    }

    /// Is a line below the title of a performance target table one of its first rows, which a page's foot parted from the table? The first has
    /// a label and a value.
    fn begins_target(&mut self, line: &Line) -> bool {
        let targets: u64 = bits(self.form.tables.len()).take(self.form.targets.len()).sum();
        let page = line.on_page.map_or(0, |(page, _)| page);
        let is_below = self.above.title.as_ref().is_some_and(|(title, above, _)| title.states & targets != 0 && *above == page);
        let is_first = || matches!(line.cells.as_slice(), [label, _, ..] if self.index.label(&key(&label.text)) != 0);
        self.above.has_target_rows = is_below && (self.above.has_target_rows || is_first());
        self.above.has_target_rows
    }

    /// Is it a performance target table, by its title or its labels?
    fn is_target(&self, grid: &Grid, from: usize, to: usize) -> bool {
        let targets: u64 = bits(self.form.tables.len()).take(self.form.targets.len()).sum();
        if self.above.title.as_ref().is_some_and(|(title, ..)| title.states & targets != 0) {
            return true;
        }
        if self.above.title.is_some() || self.form.targets.is_empty() {
            return false;
        }
        let cells = (from..to.min(from + LABELLED_ROWS)).flat_map(|row| grid.cells_from(row)).filter(|cell| !cell.is_blank());
        let labelled = cells.filter(|cell| self.index.label(&key(&cell.text)) != 0).take(3).count();
        labelled >= 3
            || (self.in_target
                && self.open.is_none()
                && !header::header(grid, from, None, &self.words, &self.grammars.vocabulary).is_some())
    }

    fn begin(&mut self, grid: &Grid, table: usize, mapping: Mapping, header: Header, title_found: bool) {
        self.close();
        let Some(form) = self.form.tables.get(table) else { return };
        let title = self.above.title.take().filter(|_| title_found);
        let title_page = title.as_ref().map(|(_, page, _)| *page);
        let title_line = title.as_ref().map(|(_, _, line)| *line);
        let (text, label) = title.map_or_else(|| (self.above.foreign_title.take(), None), |(title, ..)| (Some(title.text), title.label));
        let label = label.or_else(|| self.above.label.take());
        if let Some(line) = title_line {
            self.fate(line, Fate::TitleOrCaption);
        }
        let mut pages: Vec<u32> = title_page.into_iter().chain([grid.page]).collect();
        pages.dedup();
        let from_pages = FromPages {
            title: text,
            number: label.as_ref().and_then(|label| label.number).or_else(|| u32::try_from(self.placement.tables.len() + 1).ok()),
            label: label.map(|label| label.text),
            notes: Vec::new(),
            pages,
            has_headings: header.is_some(),
            columns_without_heading: mapping.unnamed(form),
        };
        self.open = Some(Open {
            table,
            columns: grid.columns.clone(),
            aligned: Aligned::of(grid),
            page: grid.page,
            page_count: 0,
            placed: PlacedTable {
                table,
                title_found,
                unit: self.above.unit.take(),
                rows: Vec::new(),
                foreign_headings: mapping.foreign(&header, form, &self.words),
                from_pages: Some(from_pages),
            },
            header,
            mapping,
            rows: Vec::new(),
            fill: rows::nothing_to_fill(form),
        });
    }

    /// Where alignment alone tells the columns, those of each page are matched by the headings repeated on it.
    fn map_again(&mut self, grid: &Grid, header: &Header) {
        if let Some(open) = &mut self.open
            && !grid.is_ruled()
            && header.is_some()
            && let Some(table) = self.form.tables.get(open.table)
        {
            open.columns.clone_from(&grid.columns);
            open.aligned = Aligned::of(grid);
            open.header.clone_from(header);
            open.mapping = columns::map(&header.paths, table);
        }
    }

    fn add_page(&mut self, grid: &Grid) {
        if let Some(open) = &mut self.open
            && open.page != grid.page
        {
            open.page = grid.page;
            open.page_count += 1;
            if let Some(pages) = &mut open.placed.from_pages
                && pages.pages.last() != Some(&grid.page)
            {
                pages.pages.push(grid.page);
            }
        }
    }

    /// Reads the body rows of a grid into the open table.
    fn body(&mut self, grid: &Grid, from: usize, to: usize) {
        let Some(mut open) = self.open.take() else { return };
        let Some(table) = self.form.tables.get(open.table) else { return };
        let (slots, inferred) = if grid.is_ruled() {
            (slots_here(&open.columns, &open.mapping, grid), Vec::new())
        } else {
            aligned::slots(&open.aligned, &open.mapping, grid)
        };
        let inferred: Vec<usize> = inferred.into_iter().chain(open.mapping.weak.iter().copied()).collect();
        open.aligned.take_in(grid, from > 0);
        let is_doubtful = self.is_doubtful(&open, grid, from, to);
        // The first row of a page can be the rest of the last row of the page before.
        let mut may_be_torn = open.rows.last().is_some_and(|(last, ..)| last.place.page != Some(grid.page));
        for row in from..to {
            let line = grid.first_line + row;
            let number = u32::try_from(line + 1).unwrap_or(u32::MAX);
            let fate = match rows::read(grid, row, &slots, table, &self.grammars.vocabulary, &mut open.fill, number) {
                GridRow::Empty => Fate::EmptyRow,
                GridRow::Note(text) => {
                    if let Some(pages) = &mut open.placed.from_pages {
                        pages.notes.push(text);
                    }
                    Fate::TitleOrCaption
                }
                GridRow::Rows(drafts) => {
                    for mut draft in drafts {
                        draft.doubt(&inferred, table);
                        draft.is_doubtful = is_doubtful;
                        add(&mut open, draft, table, self.grammars, may_be_torn);
                    }
                    may_be_torn = false;
                    Fate::TableRow
                }
            };
            self.fate(line, fate);
        }
        self.open = Some(open);
    }

    /// Ends the open table.
    fn close(&mut self) {
        let Some(Open { table, mut placed, rows, .. }) = self.open.take() else { return };
        let Some(form) = self.form.tables.get(table) else { return };
        placed.rows = rows.into_iter().map(|(draft, joins, page)| logical(draft, joins, page, form)).collect();
        self.placement.tables.push(placed);
    }
}

/// Does a row repeat the first heading row of a grid, several different texts word for word? Then another table begins in it.
fn is_repeated_header(grid: &Grid, first: usize, row: usize) -> bool {
    let texts = |row: usize| grid.cells_from(row).filter(|cell| !cell.is_blank()).map(|cell| (cell.column, cell.text.as_str()));
    texts(first).count() >= FEWEST_REPEATED
        && texts(first).eq(texts(row))
        && !texts(first).any(|(_, text)| text.bytes().any(|byte| byte.is_ascii_digit()))
}

/// Fewer texts can be the same in two rows of a body.
const FEWEST_REPEATED: usize = 3;

/// A target table shows its labels in so many rows.
const LABELLED_ROWS: usize = 6;

/// Adds a row to the open table, or puts a torn one together.
fn add(open: &mut Open, draft: Draft, table: &TableForm, grammars: &Grammars, may_be_torn: bool) {
    let Some(block) = table.blocks.get(draft.block) else { return };
    if may_be_torn
        && let Some((before, joins, _)) = open.rows.iter_mut().rev().find(|(row, ..)| row.block == draft.block)
        && torn::is_piece(before, &draft, block, grammars)
    {
        joins.extend(torn::join(before, draft, block));
        return;
    }
    open.rows.push((draft, Vec::new(), open.page_count));
}
