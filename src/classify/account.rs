//! Where every input line went, and what must be said of those that are in no table.

use std::sync::Arc;

use super::role::Role;
use crate::disclosure::{Account, Diagnostic, Severity, Table, Where};
use crate::grammar::Form;
use crate::read::Document;

/// Counts where every line went.
pub fn account(document: &Document, roles: &[Role], not_extracted: &[u32], unplaced: Vec<u32>) -> Account {
    let mut account = Account { lines: document.line_count, blank: document.blank_lines, ..Account::default() };
    for (line, role) in document.lines.iter().zip(roles) {
        let place = match role {
            Role::Title { .. } | Role::Label { .. } | Role::Caption => &mut account.titles_and_captions,
            Role::Heading { .. } => &mut account.headings,
            Role::EmptyRow => &mut account.empty_rows,
            Role::Separator => &mut account.separators,
            Role::PageNumber => &mut account.page_numbers,
            Role::Paragraph => &mut account.paragraphs,
            Role::Furniture => &mut account.furniture,
            Role::Unread | Role::StrayNumber | Role::GridRow => {
                account.unplaced.push(line.number);
                continue;
            }
            Role::Body(_) => continue,
        };
        *place += 1;
    }
    let rows = roles.iter().filter(|role| matches!(role, Role::Body(_))).count();
    let placed = rows.saturating_sub(not_extracted.len() + unplaced.len());
    account.table_rows = u32::try_from(placed).unwrap_or(u32::MAX);
    account.not_extracted = u32::try_from(not_extracted.len()).unwrap_or(u32::MAX);
    account.unplaced.extend(unplaced);
    account.unplaced.sort_unstable();
    account
}

/// Tables whose title stands in the document, but none of whose rows was recognised.
pub fn titles_without_rows(document: &Document, roles: &[Role], form: &Form, tables: &[Table]) -> Vec<Diagnostic> {
    let mut missing: Vec<(usize, u32)> = Vec::new();
    for (line, role) in document.lines.iter().zip(roles) {
        let Role::Title { states, weak: false } = role else { continue };
        for (index, form) in form.tables.iter().enumerate().filter(|(index, _)| states & (1 << index) != 0) {
            if !tables.iter().any(|table| table.table == form.id) && !missing.iter().any(|(known, _)| *known == index) {
                missing.push((index, line.number));
            }
        }
    }
    let tell = |(index, line): (usize, u32)| {
        let form = form.tables.get(index)?;
        let message = format!(
            "table {} ({}) has a title, but no row of it was recognised; hint: rows are lines of cells separated by tabs, or Markdown rows",
            form.number, form.title
        );
        Some(Diagnostic { severity: Severity::Error, code: Arc::from("table_without_rows"), message, place: Some(Where::line(line)) })
    };
    missing.into_iter().filter_map(tell).collect()
}

/// What the reader must know of the lines that are in no table.
pub fn placement_diagnostics(account: &Account, not_extracted: &[u32]) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let place =
        |lines: &[u32]| lines.split_first().map(|(&line, more)| Where { line: Some(line), more_lines: more.to_vec(), ..Where::default() });
    if !account.unplaced.is_empty() {
        let message = format!("{} lines found no place in any table", account.unplaced.len());
        diagnostics.push(Diagnostic {
            severity: Severity::Warning,
            code: Arc::from("lines_unplaced"),
            message,
            place: place(&account.unplaced),
        });
    }
    if let (Some(&first), Some(last)) = (not_extracted.first(), not_extracted.last()) {
        let message = format!(
            "{} rows of performance target tables (lines {first} to {last}) were recognised but are not read yet",
            not_extracted.len()
        );
        diagnostics.push(Diagnostic {
            severity: Severity::Info,
            code: Arc::from("targets_not_extracted"),
            message,
            place: Some(Where::line(first)),
        });
    }
    diagnostics
}
