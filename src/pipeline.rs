//! The data's way: bytes → document → tables → settled tables → [`Disclosure`].

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::classify::grids::{self, Fate, GridPlacement};
use crate::classify::{self, Decoding, Placement, Role};
use crate::disclosure::{Disclosure, DocumentHead, Recovery, Repair, Source, TextLayer};
use crate::error::InputError;
use crate::grammar::{Form, Grammars};
use crate::layout;
use crate::narrative::{self, Head, Narrative, Part};
use crate::read::pdf::PdfDocument;
use crate::read::{self, Document, Limits, Line, LineKind};
use crate::reconcile::{self, OpenReading, Sheets};

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
    let captions = document.lines.iter().zip(&roles).filter(|(_, role)| matches!(role, Role::Caption)).map(|(line, _)| line);
    let head = narrative::head(&document, captions, &grammars.vocabulary);
    let sheets = reconcile::settle(tables, form, grammars, head.fiscal_year);
    Ok(Stages { document, form, roles, decoding, head, not_extracted, unplaced, sheets })
}

/// Reads one disclosure from its bytes; `file` is its name, without the folder.
///
/// # Errors
/// The bytes cannot be read, or hold no table of a known form and no page.
pub fn disclosure(file: &str, bytes: &[u8], grammars: &Grammars, limits: &Limits) -> Result<Disclosure, InputError> {
    let source = Source {
        file: file.to_owned(),
        sha256: hexadecimal(&Sha256::digest(bytes)),
        bytes: bytes.len() as u64,
        media_type: "text/plain".to_owned(),
        pages: None,
        text_layer: TextLayer::PlainText,
        producer: None,
        recovery: None,
        encoding: None,
    };
    if read::is_pdf(bytes) { from_pages(source, bytes, grammars, limits) } else { from_text(source, bytes, grammars, limits) }
}

/// A disclosure in recognised or exported text.
fn from_text(source: Source, bytes: &[u8], grammars: &Grammars, limits: &Limits) -> Result<Disclosure, InputError> {
    let Stages { document, form, roles, head, not_extracted, unplaced, sheets, .. } = stages(bytes, grammars, limits)?;
    let open = reconcile::open_readings(&sheets);
    let (tables, mut repairs, more) = reconcile::finish(sheets);
    let is_target_row = target_rows(&document, &roles, &not_extracted);
    let (targets, of_targets) = narrative::targets(&document, &is_target_row, form, (head.fiscal_year, next_repair(&repairs)), grammars);
    repairs.extend(of_targets);
    let account = classify::account(&document, &roles, &not_extracted, unplaced);
    debug_assert!(account.is_complete(), "a line is lost: {account:?}");
    let without_rows = classify::titles_without_rows(&document, &roles, form, &tables);
    let parts: Vec<Part> = document.lines.iter().zip(&roles).map(|(line, role)| part_of_role(line, role)).collect();
    let narrative = narrative::read(&document, &parts, head.fiscal_year, &tables, grammars);
    let mut diagnostics = document.diagnostics;
    diagnostics.extend(more);
    diagnostics.extend(without_rows);
    diagnostics.extend(classify::placement_diagnostics(&account, &not_extracted));
    let source = Source { text_layer: document.text_layer, encoding: document.encoding.map(str::to_owned), ..source };
    let document = DocumentHead { kind: form.kind, form: form.id.clone(), agency: head.agency, fiscal_year: head.fiscal_year };
    let read = with_narrative(Disclosure { tables, targets, repairs, diagnostics, account, ..Disclosure::of(source, document) }, narrative);
    Ok(checked(read, open, form, grammars))
}

/// A disclosure in pages.
fn from_pages(source: Source, bytes: &[u8], grammars: &Grammars, limits: &Limits) -> Result<Disclosure, InputError> {
    let pdf = PdfDocument::open(bytes.to_vec(), &limits.pdf)?;
    let document = layout::document(&pdf)?;
    let source = Source {
        media_type: "application/pdf".to_owned(),
        pages: document.pages,
        text_layer: document.text_layer,
        recovery: Some(Recovery::from(pdf.recovery())),
        ..source
    };
    let no_form = Form::unknown();
    let placed = grids::choose_form(&document, grammars).map(|form| (Some(form), grids::place(&document, form, grammars)));
    let (form, placement) = placed
        .filter(|(_, placement)| !placement.is_mostly_unknown())
        .unwrap_or_else(|| (None, grids::place(&document, &no_form, grammars)));
    let GridPlacement { tables, unknown, fates, titles_without_rows, gaps } = placement;
    let captions = document.lines.iter().zip(&fates).filter(|(_, fate)| **fate == Fate::TitleOrCaption).map(|(line, _)| line);
    let head = narrative::head(&document, captions, &grammars.vocabulary);
    let (tables, mut repairs, more) = match form {
        Some(form) => reconcile::finish(reconcile::settle(tables, form, grammars, head.fiscal_year)),
        None => (Vec::new(), Vec::new(), Vec::new()),
    };
    let parts: Vec<Part> = document.lines.iter().zip(&fates).map(|(line, &fate)| part_of_fate(line, fate)).collect();
    let narrative = narrative::read(&document, &parts, head.fiscal_year, &tables, grammars);
    let is_target_row: Vec<bool> = fates.iter().map(|&fate| fate == Fate::NotExtracted).collect();
    let numbers = (head.fiscal_year, next_repair(&repairs));
    let form_or_none = form.unwrap_or(&no_form);
    let (targets, of_targets) = narrative::targets(&document, &is_target_row, form_or_none, numbers, grammars);
    repairs.extend(of_targets);
    let account = grids::account(&document, &fates);
    debug_assert!(account.is_complete(), "a line is lost: {account:?}");
    let mut diagnostics = document.diagnostics;
    diagnostics.extend(more);
    diagnostics.extend(grids::diagnostics(&account, form, &unknown, &titles_without_rows, &gaps, &fates, &document.lines));
    let tables = grids::with_unknown(tables, unknown, &grammars.vocabulary);
    let kind = form.map_or(head.kind, |form| form.kind);
    let document = DocumentHead { kind, form: form_or_none.id.clone(), agency: head.agency, fiscal_year: head.fiscal_year };
    let read = with_narrative(Disclosure { tables, targets, repairs, diagnostics, account, ..Disclosure::of(source, document) }, narrative);
    Ok(checked(read, Vec::new(), form_or_none, grammars))
}

/// Checks what was read against itself, and settles by that what is still open.
fn checked(mut disclosure: Disclosure, open: Vec<OpenReading>, form: &Form, grammars: &Grammars) -> Disclosure {
    reconcile::checks::settle_and_check(&mut disclosure, open, form, grammars);
    disclosure
}

/// Adds what the running text says. Rows of target tables that were read are accounted for as such.
fn with_narrative(mut disclosure: Disclosure, narrative: Narrative) -> Disclosure {
    if !disclosure.targets.is_empty() {
        disclosure.account.target_rows = std::mem::take(&mut disclosure.account.not_extracted);
        disclosure.diagnostics.retain(|diagnostic| &*diagnostic.code != "targets_not_extracted");
    }
    let Narrative { sections, agency_profile, line_items, statements, projects, glossary, diagnostics: more } = narrative;
    let mut diagnostics = disclosure.diagnostics;
    diagnostics.extend(more);
    Disclosure { agency_profile, sections, line_items, statements, projects, glossary, diagnostics, ..disclosure }
}

/// The number of the next repair.
fn next_repair(repairs: &[Repair]) -> u32 {
    repairs.iter().map(|repair| repair.id).max().unwrap_or(0) + 1
}

/// Which lines of a text are rows of target tables: those that were decoded as such, and the headings between them.
fn target_rows(document: &Document, roles: &[Role], rows: &[u32]) -> Vec<bool> {
    let mut in_target = false;
    let of_line = |(line, role): (&Line, &Role)| {
        match role {
            Role::Body(_) => in_target = rows.binary_search(&line.number).is_ok(),
            Role::Title { .. } | Role::Paragraph | Role::Caption | Role::Label { .. } => in_target = false,
            _ => {}
        }
        in_target && line.kind == LineKind::Row
    };
    document.lines.iter().zip(roles).map(of_line).collect()
}

/// What a line of a text is to the reader of running text.
fn part_of_role(line: &Line, role: &Role) -> Part {
    match role {
        Role::Paragraph => Part::Running,
        Role::PageNumber | Role::Separator | Role::Furniture | Role::StrayNumber => Part::Aside,
        _ if narrative::is_part_heading(line) => Part::Running,
        _ => Part::Other,
    }
}

/// What a line of a page is to the reader of running text.
fn part_of_fate(line: &Line, fate: Fate) -> Part {
    match fate {
        Fate::Paragraph => Part::Running,
        Fate::PageNumber | Fate::Furniture => Part::Aside,
        _ if narrative::is_part_heading(line) => Part::Running,
        _ => Part::Other,
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
