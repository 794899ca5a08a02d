//! Rows whose amounts are all blank, in tables that no rule draws: what is left of them looks like a line of text.

use super::header::Header;
use super::rows::Draft;
use super::{Fate, Open, Reader};
use crate::disclosure::Where;
use crate::grammar::{TableForm, Vocabulary, key, label_key};
use crate::read::{Grid, GridCell, Line};

impl Reader<'_> {
    /// Takes in a line as a row of the open table, if it is one of those that always stand there.
    pub(super) fn row_without_amounts(&mut self, line: &Line) -> bool {
        if !self.is_right_below() {
            return false;
        }
        let ([cell], Some((page, bbox))) = (line.cells.as_slice(), line.on_page) else { return false };
        self.take_blank_row(&cell.text, line.number, Where::page(page, bbox))
    }

    /// Takes in a grid that is the rest of the open table's headings, over rows without amounts: a page break tore the headings of a table
    /// that is empty, so that nothing but the last of them tells its columns.
    pub(super) fn blank_rows_go_on(&mut self, grid: &Grid, header: &Header, end: usize) -> bool {
        let Some(open) = self.open.as_ref().filter(|open| open.rows.is_empty() && open.page != grid.page) else { return false };
        let Some(table) = self.form.tables.get(open.table) else { return false };
        let texts = |row: usize| grid.cells_from(row).filter(|cell| !cell.is_blank());
        let names: Vec<(usize, &GridCell)> = (header.rows..end).flat_map(|row| texts(row).map(move |cell| (row, cell))).collect();
        let vocabulary = &self.grammars.vocabulary;
        let goes_on = !grid.is_ruled()
            && header.is_some()
            && self.is_right_below()
            && header.is_all_of(table)
            && !names.is_empty()
            && (header.rows..end).all(|row| texts(row).count() <= 1)
            && names.iter().all(|(_, cell)| is_blank_row(open, table, &cell.text, vocabulary));
        if !goes_on {
            return false;
        }
        for (row, cell) in names {
            let line = grid.first_line + row;
            let number = u32::try_from(line + 1).unwrap_or(u32::MAX);
            if self.take_blank_row(&cell.text, number, Where::page(grid.page, cell.bbox)) {
                self.fate(line, Fate::TableRow);
            }
        }
        true
    }

    /// Does nothing stand between the open table and what follows?
    fn is_right_below(&self) -> bool {
        self.above.title.is_none() && self.above.foreign_title.is_none() && self.above.paragraphs == 0 && !self.above.has_caption
    }

    fn take_blank_row(&mut self, name: &str, line: u32, place: Where) -> bool {
        let Some(open) = &mut self.open else { return false };
        let Some(table) = self.form.tables.get(open.table) else { return false };
        let [block] = table.blocks.as_slice() else { return false };
        if !is_blank_row(open, table, name, &self.grammars.vocabulary) {
            return false;
        }
        let page = place.page;
        open.rows.push((Draft::named(0, block, name, line, place), Vec::new(), open.page_count));
        if let Some(pages) = &mut open.placed.from_pages
            && let Some(page) = page
            && pages.pages.last() != Some(&page)
        {
            pages.pages.push(page);
        }
        true
    }
}

/// Is it the name of a row that always stands in the open table? The total, if it is not there yet, or a line that the form fixes.
fn is_blank_row(open: &Open, table: &TableForm, name: &str, vocabulary: &Vocabulary) -> bool {
    let [block] = table.blocks.as_slice() else { return false };
    let has_total = || open.rows.iter().any(|(row, ..)| vocabulary.is_total(&key(&row.name)));
    let is_line = block.code_columns.is_empty() && block.lines.contains(&label_key(name));
    open.aligned.is_some() && (is_line || (vocabulary.is_total(&key(name)) && !has_total()))
}
