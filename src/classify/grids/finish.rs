//! What a document's pages hold besides the tables of its form: the account of all lines, diagnostics, tables that no form has.

use std::sync::Arc;

use super::{Fate, UnknownTable};
use crate::disclosure::{Account, Diagnostic, Proof, Row, RowKind, Severity, Table, Value, Values, Where};
use crate::grammar::{Form, Vocabulary, key};
use crate::read::{Document, Line};
use crate::repair::amount;

/// Counts where every line went.
pub fn account(document: &Document, fates: &[Fate]) -> Account {
    let mut account = Account { lines: document.line_count, ..Account::default() };
    for (line, fate) in document.lines.iter().zip(fates) {
        let place = match fate {
            Fate::Paragraph => &mut account.paragraphs,
            Fate::TitleOrCaption => &mut account.titles_and_captions,
            Fate::PageNumber => &mut account.page_numbers,
            Fate::Furniture => &mut account.furniture,
            Fate::Heading => &mut account.headings,
            Fate::TableRow => &mut account.table_rows,
            Fate::EmptyRow => &mut account.empty_rows,
            Fate::NotExtracted => &mut account.not_extracted,
            Fate::Unplaced => {
                account.unplaced.push(line.number);
                continue;
            }
        };
        *place += 1;
    }
    account
}

/// What the reader must know of the tables as a whole.
pub fn diagnostics(
    account: &Account,
    form: Option<&Form>,
    unknown: &[UnknownTable],
    titles_without_rows: &[(usize, usize)],
    gaps: &[(usize, u32)],
    fates: &[Fate],
    lines: &[Line],
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let mut tell = |severity: Severity, code: &str, message: String, place: Option<Where>| {
        diagnostics.push(Diagnostic { severity, code: Arc::from(code), message, place });
    };
    let place_of = |line: usize| lines.get(line).map(Line::place);
    if form.is_none() && !unknown.is_empty() {
        let message = format!(
            "no known form explains the {} tables of this document: their columns are called col_1, col_2, …; hint: \
             `gongkai forms draft FILE.pdf` writes a first form file from their headings",
            unknown.len()
        );
        tell(Severity::Warning, "form_unknown", message, None);
    } else if form.is_none() {
        tell(Severity::Warning, "no_table", "no page of this document shows a table".to_owned(), None);
    } else {
        for table in unknown {
            let named = table.title.as_ref().map_or_else(String::new, |title| format!(" under `{title}`"));
            let message =
                format!("a table of {} rows{named} is none of the form's: its columns are called col_1, col_2, …", table.rows.len());
            tell(Severity::Info, "table_unknown", message, table.rows.first().map(|(place, _)| place.clone()));
        }
    }
    for &(table, line) in titles_without_rows {
        if let Some(table) = form.and_then(|form| form.tables.get(table)) {
            let message = format!("table {} ({}) is named here, but stands nowhere in the document", table.number, table.title);
            tell(Severity::Warning, "table_not_found", message, place_of(line));
        }
    }
    for &(table, page) in gaps {
        if let Some(table) = form.and_then(|form| form.tables.get(table)) {
            let message = format!(
                "table {} ({}) goes on here, but the printed page numbers say that pages are missing before: its rows may be another table's",
                table.number, table.title
            );
            tell(Severity::Error, "page_missing", message, Some(Where { page: Some(page), ..Where::default() }));
        }
    }
    let all = |wanted: Fate| fates.iter().enumerate().filter(move |(_, fate)| **fate == wanted).map(|(line, _)| line);
    if let Some(first) = all(Fate::Unplaced).next() {
        let message = format!("{} lines found no place in any table", account.unplaced.len());
        tell(Severity::Warning, "lines_unplaced", message, place_of(first));
    }
    if let (Some(first), count @ 1..) = (all(Fate::NotExtracted).next(), all(Fate::NotExtracted).count()) {
        let message = format!("{count} rows of performance target tables were recognised but are not read yet");
        tell(Severity::Info, "targets_not_extracted", message, place_of(first));
    }
    diagnostics
}

/// The tables of the form with those that it does not have, in the order of the document.
pub fn with_unknown(tables: Vec<Table>, unknown: Vec<UnknownTable>, vocabulary: &Vocabulary) -> Vec<Table> {
    let mut all = Vec::with_capacity(tables.len() + unknown.len());
    let mut unknown = unknown.into_iter().enumerate().peekable();
    for (at, table) in tables.into_iter().enumerate() {
        while let Some((number, before)) = unknown.next_if(|(_, unknown)| unknown.after_tables <= at) {
            all.push(generic(number + 1, before, vocabulary));
        }
        all.push(table);
    }
    all.extend(unknown.map(|(number, table)| generic(number + 1, table, vocabulary)));
    all
}

/// A table whose columns are called `col_1`, `col_2`, …
fn generic(number: usize, table: UnknownTable, vocabulary: &Vocabulary) -> Table {
    let holds_codes: Vec<bool> = table.headings.iter().map(|path| path.iter().any(|text| vocabulary.heads_codes(text))).collect();
    let row = |(place, texts): (Where, Vec<String>)| {
        let name = texts.iter().find(|text| !text.is_empty() && amount(text).is_none()).cloned().unwrap_or_default();
        let is_total = vocabulary.is_total_label(&key(&name));
        let values = texts.into_iter().enumerate().map(|(at, text)| {
            let value = match amount(&text) {
                _ if text.is_empty() => Value::Empty,
                // A code is no amount: only what is printed like one is read as a number.
                Some(reading) if reading.rule.is_none() && holds_codes.get(at) != Some(&true) && !has_leading_zero(&text) => {
                    Value::Amount(reading.amount)
                }
                _ => Value::Text(text),
            };
            (Arc::from(format!("col_{}", at + 1)), value)
        });
        Row {
            kind: if is_total { RowKind::Total } else { RowKind::Item },
            side: None,
            block: None,
            level: None,
            code: None,
            code_level: None,
            printed_code: None,
            name,
            printed_name: None,
            values: Values(values.collect()),
            alternatives: Vec::new(),
            place,
            repairs: Vec::new(),
            flags: Vec::new(),
            confidence: 1.0,
        }
    };
    Table {
        table: Arc::from(format!("unknown_{number}")),
        number: u32::try_from(number).unwrap_or(u32::MAX),
        label: None,
        title_found: table.title.is_some(),
        title: table.title.unwrap_or_default(),
        unit: table.unit.unwrap_or_default(),
        pages: table.pages,
        headings: table.headings,
        rows: table.rows.into_iter().map(row).collect(),
        notes: Vec::new(),
        proof: Proof::default(),
    }
}

/// 01 is no amount.
fn has_leading_zero(text: &str) -> bool {
    text.len() > 1 && text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit())
}
