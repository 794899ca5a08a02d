//! Stage 3, *classify*: the sequence of lines → which table each row belongs to, and which cell can fill which column.
//!
//! First every line gets a [`Role`] on its own (title, heading, body row, paragraph…), then the whole sequence is decoded against the
//! form's tables, so that a lost title or a lost page costs one transition instead of everything after it. Knows readings and forms;
//! knows nothing of arithmetic across tables.

mod account;
mod columns;
mod decode;
mod fit;
pub mod grids;
mod role;
mod tables;

pub use account::{account, placement_diagnostics, titles_without_rows};
pub use columns::{Alignment, alignments};
pub use decode::{Context, Decoding, Explanation, State, Step, decode};
pub use fit::{Misfit, RowShape, fit};
pub use role::{Index, Role, roles};
pub use tables::{FromPages, Join, LogicalRow, PlacedTable, Placement, place};

use crate::grammar::{Form, Grammars};
use crate::read::Document;

/// The form that explains a document best, with the role of each of its lines.
///
/// `None`: no line is a title or a heading of any form.
pub fn choose_form<'g>(document: &Document, grammars: &'g Grammars) -> Option<(&'g Form, Vec<Role>)> {
    let mut best: Option<(usize, &Form, Vec<Role>)> = None;
    for form in likeliest(document, grammars) {
        let roles = roles(document, &Index::new(form), &grammars.vocabulary);
        let mut titles = 0_u64;
        let mut headings = 0_u64;
        for role in &roles {
            match role {
                Role::Title { states, .. } => titles |= states,
                Role::Heading { tables } => headings |= tables,
                _ => {}
            }
        }
        // A title is worth more than a heading: headings recur across forms.
        let score = 4 * titles.count_ones() as usize + headings.count_ones() as usize;
        if score > 0 && best.as_ref().is_none_or(|(known, ..)| score > *known) {
            best = Some((score, form, roles));
        }
    }
    best.map(|(_, form, roles)| (form, roles))
}

/// The forms that have most of a document's titles: usually one. Without any title, all of them.
fn likeliest<'g>(document: &Document, grammars: &'g Grammars) -> Vec<&'g Form> {
    // Lines that may be titles end as titles do, and most are there several times over.
    let mut texts: Vec<&str> = document
        .lines
        .iter()
        .filter_map(|line| line.cells.iter().find(|cell| !cell.is_blank()))
        .map(|cell| cell.text.as_str())
        .filter(|text| grammars.vocabulary.ends_title(text))
        .collect();
    texts.sort_unstable();
    texts.dedup();
    let titles = |form: &Form| {
        let index = Index::new(form);
        let found = texts.iter().fold(0_u64, |found, text| found | role::title_states(text, &index, &grammars.vocabulary));
        found.count_ones()
    };
    let counted: Vec<(u32, &Form)> = grammars.forms.iter().map(|form| (titles(form), form)).collect();
    let most = counted.iter().map(|&(count, _)| count).max().unwrap_or(0);
    counted.into_iter().filter(|&(count, _)| count == most).map(|(_, form)| form).collect()
}
