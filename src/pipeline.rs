//! The data's way: bytes → document → tables → settled tables → [`Disclosure`].

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::classify::{self, Decoding, Placement, Role};
use crate::disclosure::{AgencyProfile, Disclosure, DocumentHead, SCHEMA_VERSION, Source};
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
    let account = classify::account(&document, &roles, &not_extracted, unplaced);
    debug_assert!(account.is_complete(), "a line is lost: {account:?}");
    let without_rows = classify::titles_without_rows(&document, &roles, form, &tables);
    let mut diagnostics = document.diagnostics;
    diagnostics.extend(more);
    diagnostics.extend(without_rows);
    diagnostics.extend(classify::placement_diagnostics(&account, &not_extracted));
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
            recovery: None,
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
