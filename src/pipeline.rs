//! The data's way: bytes → document → tables → settled tables → [`Disclosure`].

use std::fmt::Write as _;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::classify::{self, Decoding, Placement, Role};
use crate::disclosure::{Account, AgencyProfile, Diagnostic, Disclosure, DocumentHead, SCHEMA_VERSION, Severity, Source, Table, Where};
use crate::error::InputError;
use crate::grammar::{Form, Grammars};
use crate::narrative::{self, Head};
use crate::read::{self, Document, Limits};
use crate::reconcile::{self, Sheets};

/// Every stage of one document, for `gongkai inspect`.
#[derive(Debug)]
pub struct Stages<'g> {
    /// *read*.
    pub document: Document,
    /// The form that fits.
    pub form: &'g Form,
    /// Role of each line.
    pub roles: Vec<Role>,
    /// Which table each row is in.
    pub decoding: Decoding,
    /// Agency and year.
    pub head: Head,
    /// Lines of performance target tables.
    pub not_extracted: Vec<u32>,
    /// Lines that found no place.
    pub unplaced: Vec<u32>,
    /// *reconcile*.
    pub sheets: Sheets<'g>,
}

/// Takes a document through all stages.
///
/// # Errors
/// The bytes cannot be read, or hold no table of a known form.
pub fn stages<'g>(bytes: &[u8], grammars: &'g Grammars, limits: &Limits) -> Result<Stages<'g>, InputError> {
    let document = read::document(bytes, limits)?;
    let (form, roles) = classify::choose_form(&document, grammars).ok_or(InputError::NoTable)?;
    let decoding = classify::decode(&document, &roles, form);
    let Placement { tables, not_extracted, unplaced } = classify::place(&document, &roles, &decoding, form, grammars);
    if tables.is_empty() {
        return Err(InputError::NoTable);
    }
    let head = narrative::head(&document, &roles, &grammars.vocabulary);
    let sheets = reconcile::settle(tables, form, grammars, head.fiscal_year);
    Ok(Stages { document, form, roles, decoding, head, not_extracted, unplaced, sheets })
}

/// Reads one disclosure from its bytes; `file` is its name, without the folder.
///
/// # Errors
/// The bytes cannot be read, or hold no table of a known form.
pub fn disclosure(file: &str, bytes: &[u8], grammars: &Grammars, limits: &Limits) -> Result<Disclosure, InputError> {
    let Stages { document, form, roles, head, not_extracted, unplaced, sheets, .. } = stages(bytes, grammars, limits)?;
    let (tables, repairs, more) = reconcile::finish(sheets);
    let account = account(&document, &roles, &not_extracted, unplaced);
    debug_assert!(account.is_complete(), "a line is lost: {account:?}");
    let without_rows = titles_without_rows(&document, &roles, form, &tables);
    let mut diagnostics = document.diagnostics;
    diagnostics.extend(more);
    diagnostics.extend(without_rows);
    diagnostics.extend(placement_diagnostics(&account, &not_extracted));
    Ok(Disclosure {
        schema_version: SCHEMA_VERSION.to_owned(),
        source: Source {
            file: file.to_owned(),
            sha256: hexadecimal(&Sha256::digest(bytes)),
            bytes: bytes.len() as u64,
            media_type: "text/plain".to_owned(),
            pages: None,
            text_layer: document.text_layer,
            producer: None,
            encoding: document.encoding.map(str::to_owned),
        },
        document: DocumentHead { kind: form.kind, form: form.id.clone(), agency: head.agency, fiscal_year: head.fiscal_year },
        agency_profile: AgencyProfile::default(),
        tables,
        sections: Vec::new(),
        line_items: Vec::new(),
        projects: Vec::new(),
        targets: Vec::new(),
        glossary: Vec::new(),
        repairs,
        checks: Vec::new(),
        diagnostics,
        account,
    })
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Where every line went.
fn account(document: &Document, roles: &[Role], not_extracted: &[u32], unplaced: Vec<u32>) -> Account {
    let mut account = Account { lines: document.line_count, blank: document.blank_lines, ..Account::default() };
    for (line, role) in document.lines.iter().zip(roles) {
        let place = match role {
            Role::Title { .. } | Role::Label { .. } | Role::Caption => &mut account.titles_and_captions,
            Role::Heading { .. } => &mut account.headings,
            Role::EmptyRow => &mut account.empty_rows,
            Role::Separator => &mut account.separators,
            Role::PageNumber => &mut account.page_numbers,
            Role::Paragraph => &mut account.paragraphs,
            Role::Unread | Role::StrayNumber => {
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
fn titles_without_rows(document: &Document, roles: &[Role], form: &Form, tables: &[Table]) -> Vec<Diagnostic> {
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

fn placement_diagnostics(account: &Account, not_extracted: &[u32]) -> Vec<Diagnostic> {
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
