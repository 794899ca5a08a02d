//! A few lines for people about one converted document.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use crate::disclosure::{Disclosure, Row, Severity};

/// What was found, what was repaired, what stays open.
pub(super) fn of(file: &Path, disclosure: &Disclosure, target: Option<&Path>) -> String {
    let mut text = file.display().to_string();
    if let Some(target) = target {
        let _ = write!(text, " → {}", target.display());
    }
    let head = &disclosure.document;
    let year = head.fiscal_year.map_or_else(|| "year unknown".to_owned(), |year| year.to_string());
    let _ = write!(text, "\n  {}, {year}, form {}", head.agency.as_deref().unwrap_or("agency unknown"), head.form);
    let rows = disclosure.tables.iter().map(|table| table.rows.len()).sum::<usize>();
    let untitled: Vec<_> = disclosure.tables.iter().filter(|table| !table.title_found).map(|table| table.number.to_string()).collect();
    let _ = write!(text, "\n  tables {} with {rows} rows", disclosure.tables.len());
    if !untitled.is_empty() {
        let _ = write!(text, " (without a title on the page: {})", untitled.join(", "));
    }
    let _ = write!(text, "\n  repairs {}", disclosure.repairs.len());
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for repair in &disclosure.repairs {
        *kinds.entry(repair.rule.split('.').next().unwrap_or("")).or_default() += 1;
    }
    if !kinds.is_empty() {
        let parts: Vec<_> = kinds.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
        let _ = write!(text, " ({})", parts.join(", "));
    }
    let all = || disclosure.tables.iter().flat_map(|table| &table.rows);
    let flagged = all().filter(|row| !row.flags.is_empty()).count();
    let has = |row: &&Row, kind: &str| row.flags.iter().any(|flag| flag.split(':').next() == Some(kind));
    // A wrong code or name is no sum.
    let is_sum =
        |flag: &String| flag.split(':').next() == Some("fails_check") && !matches!(flag.as_str(), "fails_check:code" | "fails_check:name");
    let failing = all().filter(|row| row.flags.iter().any(is_sum)).count();
    let open = all().filter(|row| has(row, "ambiguous") || has(row, "row_doubtful") || has(row, "code_unknown")).count();
    let _ = write!(text, "\n  rows with flags {flagged}, rows that do not add up {failing}, open questions {open}");
    let _ = write!(text, "\n  {}", super::check::summary(disclosure));
    if let Some(missing) = super::check::missing(disclosure) {
        let _ = write!(text, "\n  {missing}");
    }
    for diagnostic in disclosure.diagnostics.iter().filter(|diagnostic| diagnostic.severity != Severity::Info).take(MOST_DIAGNOSTICS) {
        let line = match diagnostic.place.as_ref().map(|place| (place.line, place.page)) {
            Some((Some(line), _)) => format!(" (line {line})"),
            Some((None, Some(page))) => format!(" (page {page})"),
            _ => String::new(),
        };
        let _ = write!(text, "\n  {}: {}{line}", severity(diagnostic.severity), diagnostic.message);
    }
    let more =
        disclosure.diagnostics.iter().filter(|diagnostic| diagnostic.severity != Severity::Info).count().saturating_sub(MOST_DIAGNOSTICS);
    if more > 0 {
        let _ = write!(text, "\n  … and {more} more, see `diagnostics` in the result");
    }
    text
}

/// Most diagnostics shown for one document.
const MOST_DIAGNOSTICS: usize = 8;

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}
