//! Which table of the form begins with a grid: by its title, by its headings, by both.

use super::Reader;
use super::columns::{self, Mapping};
use super::header::Header;
use crate::grammar::{TableForm, title_key};
use crate::read::Grid;

impl Reader<'_> {
    /// The table that begins with a grid: by its title and headings, or by the headings alone.
    pub(super) fn table_of(&self, grid: &Grid, header: &Header) -> Option<(usize, Mapping, bool)> {
        let title = self.above.title.as_ref().filter(|(title, page, _)| {
            // A line of the contents, or a mention in running text, is not the title of what comes pages later.
            !title.is_listed && (*page == grid.page || *page + 1 == grid.page) && self.above.paragraphs <= MOST_PARAGRAPHS
        });
        let is_titled = title.is_some();
        let fits = |table: usize| {
            let form = self.form.tables.get(table)?;
            if !is_titled && !header.is_mostly_of(form) {
                return None;
            }
            let mut mapping = columns::map(&header.paths, form);
            columns::settle_unheaded(&mut mapping, grid, header, form);
            Some((table, mapping))
        };
        let best = |tables: &mut dyn Iterator<Item = usize>| {
            tables.filter_map(fits).max_by(|(a, one), (b, other)| one.fit.total_cmp(&other.fit).then(b.cmp(a)))
        };
        if let Some((title, ..)) = title {
            let titled = || (0..self.form.tables.len()).filter(|table| title.states & (1 << table) != 0);
            if header.is_some() {
                // Headings that a page break tore are few, but all the table's.
                let is_torn =
                    |table: usize| self.form.tables.get(table).is_some_and(|form| header.rows == grid.height() && header.is_all_of(form));
                let fits = |(table, mapping): &(usize, Mapping)| mapping.fit >= LEAST_FIT_TITLED || is_torn(*table);
                if let Some((table, mapping)) = best(&mut titled()).filter(fits) {
                    return Some((table, mapping, true));
                }
            } else if let Some(table) = titled().next()
                && let Some(mapping) = by_position(grid, self.form.tables.get(table)?)
            {
                return Some((table, mapping, true));
            }
        }
        if !header.is_some() {
            return None;
        }
        if let Some(foreign) = &self.above.foreign_title {
            // Another title is another table, unless it only words the form's title in another way.
            let is_alike = |table: &usize| {
                self.form
                    .tables
                    .get(*table)
                    .is_some_and(|form| form.title_keys.iter().any(|key| columns::are_alike(key, &title_key(foreign))))
            };
            let alike = best(&mut (0..self.form.tables.len()).filter(is_alike));
            return alike.filter(|(_, mapping)| mapping.fit >= LEAST_FIT).map(|(table, mapping)| (table, mapping, true));
        }
        // Tables alike in their headings: the next one that is not there yet.
        let seen: Vec<usize> =
            self.placement.tables.iter().map(|placed| placed.table).chain(self.open.as_ref().map(|open| open.table)).collect();
        let last = seen.last().copied();
        let (_, first) = best(&mut (0..self.form.tables.len())).filter(|(_, mapping)| mapping.fit >= LEAST_FIT)?;
        let rank = |table: usize| (seen.contains(&table), last.is_some_and(|last| table <= last), table);
        let alike = (0..self.form.tables.len()).filter_map(fits).filter(|(_, mapping)| mapping.fit >= first.fit - SAME_FIT);
        let (table, mapping) = alike.min_by_key(|&(table, _)| rank(table))?;
        Some((table, mapping, false))
    }
}

/// So many paragraphs may stand between a title and its table.
const MOST_PARAGRAPHS: usize = 6;
/// Headings that fit so badly are not those of the table that the title names.
const LEAST_FIT_TITLED: f32 = 0.45;
/// Headings that fit so well tell the table without a title.
const LEAST_FIT: f32 = 0.75;
/// Tables whose headings fit so alike cannot be told apart by them.
const SAME_FIT: f32 = 0.05;

/// The columns of a page without headings, if it has as many as the table.
fn by_position(grid: &Grid, table: &TableForm) -> Option<Mapping> {
    (grid.width() == table.slots.len()).then(|| Mapping { slots: (0..grid.width()).map(Some).collect(), weak: Vec::new(), fit: 0.0 })
}
