//! Which form a document is in, by the titles and headings on its pages.

use rustc_hash::FxHashSet;

use super::header::{self, HeadingWords};
use super::{columns, marks};
use crate::classify::role::Index;
use crate::grammar::{Form, Grammars, heading_key};
use crate::read::{Document, Grid, LineKind};

/// The form that explains a document's pages best; `None`: none does.
pub fn choose_form<'g>(document: &Document, grammars: &'g Grammars) -> Option<&'g Form> {
    let looks = Looks::of(document, grammars);
    let scored = grammars.forms.iter().map(|form| (looks.likeness(form, grammars), form)).filter(|&(score, _)| score > 0);
    scored.reduce(|best, other| if other.0 > best.0 { other } else { best }).map(|(_, form)| form)
}

/// What tells the form of a document: texts that may be titles, and grids with the texts of their first rows.
struct Looks<'d> {
    titles: Vec<String>,
    grids: Vec<(&'d Grid, Vec<String>)>,
}

/// Grids with the same texts in their first cells have the same headings.
const MOST_COMPARED: usize = 8;

/// Headings stand in so many rows at most.
const HEADING_ROWS: usize = 5;

impl<'d> Looks<'d> {
    fn of(document: &'d Document, grammars: &Grammars) -> Self {
        let vocabulary = &grammars.vocabulary;
        let lines = document.lines.iter().filter(|line| matches!(line.kind, LineKind::Paragraph | LineKind::Furniture));
        let mut titles: Vec<String> = lines.map(marks::text_of).filter(|text| marks::may_be_title(text, vocabulary)).collect();
        let mut grids = Vec::new();
        let mut seen: FxHashSet<u64> = FxHashSet::default();
        for grid in &document.grids {
            let first_rows = || (0..grid.height().min(HEADING_ROWS)).flat_map(|row| grid.cells_from(row)).filter(|cell| !cell.is_blank());
            titles.extend(first_rows().filter(|cell| marks::may_be_title(&cell.text, vocabulary)).map(|cell| cell.text.clone()));
            // Headings repeated on every page are looked at once.
            let texts: Vec<String> = first_rows().map(|cell| heading_key(&cell.text)).collect();
            let looks = texts
                .iter()
                .take(MOST_COMPARED)
                .flat_map(|text| text.bytes())
                .fold(0_u64, |hash, byte| hash.rotate_left(5) ^ u64::from(byte));
            if seen.insert(looks) {
                grids.push((grid, texts));
            }
        }
        titles.sort_unstable();
        titles.dedup();
        Self { titles, grids }
    }

    /// How well a form explains the titles and headings; 0: not at all.
    fn likeness(&self, form: &Form, grammars: &Grammars) -> u32 {
        let index = Index::new(form);
        let words = HeadingWords::of(form, &grammars.vocabulary);
        let titles = self.titles.iter().filter_map(|text| marks::title(text, &index, &grammars.vocabulary));
        let titles: u64 = titles.fold(0, |titles, title| titles | title.states);
        let mut fits = 0.0_f32;
        for (grid, texts) in &self.grids {
            if texts.iter().filter(|text| words.has_key(text)).count() < FEWEST_HEADINGS {
                continue;
            }
            let header = header::header(grid, first_heading_row(grid, &index, grammars), None, &words, &grammars.vocabulary);
            if header.is_some() {
                let tables = form.tables.iter().filter(|table| header.is_mostly_of(table));
                let best = tables.map(|table| columns::map(&header.paths, table).fit).fold(0.0, f32::max);
                if best > 0.8 {
                    fits += best;
                }
            }
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive score")]
        let fits = (fits * 10.0) as u32;
        100 * titles.count_ones() + fits
    }
}

/// A grid with fewer heading words of a form in its first rows has no header of the form's tables.
const FEWEST_HEADINGS: usize = 3;

/// The row under titles and captions that stand inside the grid.
fn first_heading_row(grid: &Grid, index: &Index<'_>, grammars: &Grammars) -> usize {
    (0..grid.height())
        .find(|&row| {
            let mut filled = grid.cells_from(row).filter(|cell| !cell.is_blank()).peekable();
            filled.peek().is_some() && !filled.all(|cell| marks::table_mark(&cell.text, index, &grammars.vocabulary).is_some())
        })
        .unwrap_or(0)
}
