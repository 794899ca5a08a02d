//! Settled tables → tables of the contract.

use std::sync::Arc;

use super::sheet::{CellValue, Repairs, Sheet, SheetRow, Sheets};
use crate::classify::FromPages;
use crate::disclosure::{CodeLevel, Diagnostic, Proof, Repair, Row, RowKind, Severity, Table, Value, Values};
use crate::grammar::{Block, ColumnKind, Form};
use crate::repair::rules;

/// The tables, the repairs and what else must be said.
pub fn finish(sheets: Sheets<'_>) -> (Vec<Table>, Vec<Repair>, Vec<Diagnostic>) {
    let Sheets { form, sheets, mut repairs, .. } = sheets;
    let mut diagnostics = Vec::new();
    if let Some(again) = sheets.iter().find(|sheet| sheet.disclosure > 0) {
        let message = "a table comes a second time here: the file seems to hold several disclosures, of which `document` names the first";
        diagnostics.push(warning("several_disclosures", message.to_owned(), again));
    }
    // A table's own usual unit goes before what other captions state.
    let stated: Vec<Option<String>> = sheets.iter().map(|sheet| sheet.unit.clone()).collect();
    let tables = sheets
        .into_iter()
        .map(|sheet| {
            let unit = unit(&sheet, &stated, form, &mut diagnostics);
            if sheet.is_repeated {
                let message = format!(
                    "rows without a title look like table {} ({}), which stands elsewhere too; they may belong to another table",
                    sheet.form.number, sheet.form.title
                );
                diagnostics.push(warning("table_repeated", message, &sheet));
            }
            if !sheet.may_be.is_empty() {
                let message = format!(
                    "the title of table {} ({}) is lost, and nothing tells it from table {}, which is not there",
                    sheet.form.number,
                    sheet.form.title,
                    other_tables(&sheet, form)
                );
                diagnostics.push(warning("table_open", message, &sheet));
            }
            if let [_, .., last] = sheet.repeated_totals().as_slice() {
                let message = format!(
                    "table {} ({}) has the same total more than once; some may belong to a table whose title is lost",
                    sheet.form.number, sheet.form.title
                );
                let place = sheet.rows.get(*last).map(|row| row.place.clone());
                diagnostics.push(Diagnostic { place, ..warning("total_repeated", message, &sheet) });
            }
            table(sheet, form, unit, &mut repairs, &mut diagnostics)
        })
        .collect();
    (tables, repairs.0, diagnostics)
}

fn warning(code: &str, message: String, sheet: &Sheet<'_>) -> Diagnostic {
    let place = sheet.rows.first().map(|row| row.place.clone());
    Diagnostic { severity: Severity::Warning, code: Arc::from(code), message, place }
}

fn other_tables(sheet: &Sheet<'_>, form: &Form) -> String {
    let others = sheet.may_be.iter().filter_map(|&other| form.tables.get(other));
    others.map(|other| format!("{} ({})", other.number, other.title)).collect::<Vec<_>>().join(" or ")
}

/// The unit of a table: the one its caption states, else the one that all captions of the document state, else the form's. What no
/// caption of its own states is said.
fn unit(sheet: &Sheet<'_>, stated: &[Option<String>], form: &Form, diagnostics: &mut Vec<Diagnostic>) -> String {
    if let Some(unit) = &sheet.unit {
        return unit.clone();
    }
    if let Some(unit) = &sheet.form.unit {
        let message = format!(
            "no caption states the unit of table {} ({}); it was taken as {unit}, its usual unit",
            sheet.form.number, sheet.form.title
        );
        diagnostics.push(warning("unit_not_stated", message, sheet));
        return unit.clone();
    }
    let mut units = stated.iter().flatten();
    let first = units.next();
    let (unit, why) = match first {
        Some(first) if units.all(|other| other == first) => (first.clone(), "which every caption of the document states"),
        Some(_) => (form.unit.clone(), "its form's usual unit, although the captions of the document state several"),
        None => (form.unit.clone(), "its form's usual unit"),
    };
    let message =
        format!("no caption states the unit of table {} ({}); it was taken as {unit}, {why}", sheet.form.number, sheet.form.title);
    let is_sure = first.is_some_and(|first| stated.iter().flatten().all(|other| other == first));
    let severity = if is_sure { Severity::Info } else { Severity::Warning };
    diagnostics.push(Diagnostic { severity, ..warning("unit_not_stated", message, sheet) });
    unit
}

fn table(mut sheet: Sheet<'_>, of: &Form, unit: String, repairs: &mut Repairs, diagnostics: &mut Vec<Diagnostic>) -> Table {
    if !sheet.foreign_headings.is_empty() {
        let message = format!(
            "table {} ({}) has headings that its form does not know: {}; amounts may stand in other columns",
            sheet.form.number,
            sheet.form.title,
            sheet.foreign_headings.join(", ")
        );
        diagnostics.push(warning("headings_differ", message, &sheet));
    }
    let lacks_headings = sheet.from_pages.as_ref().is_some_and(|pages| !pages.has_headings);
    if lacks_headings {
        let message = format!(
            "no headings stand above table {} ({}); its columns were read in the form's order",
            sheet.form.number, sheet.form.title
        );
        diagnostics.push(warning("headings_not_found", message, &sheet));
    }
    // On a page with headings each column was told by its own; in a text other headings may mean other columns.
    if lacks_headings || (!sheet.is_exact() && !sheet.foreign_headings.is_empty()) {
        for row in &mut sheet.rows {
            row.flag("column_inferred");
            row.trust_at_most(40);
        }
    }
    if !sheet.title_found {
        let message = format!(
            "no title stands above table {} ({}); it was recognised by its rows, and some at its head may be missing",
            sheet.form.number, sheet.form.title
        );
        diagnostics.push(warning("title_not_found", message, &sheet));
    }
    let foreign_headings = sheet.foreign_headings.len();
    let Sheet { form, rows, title_found, from_pages, .. } = sheet;
    let rows = rows
        .into_iter()
        .filter_map(|row| {
            let block = form.blocks.get(row.block)?;
            Some(contract_row(row, block, (of.has_headings, foreign_headings), repairs, diagnostics))
        })
        .collect();
    let FromPages { title, label, number, notes, pages, .. } = from_pages.unwrap_or_default();
    Table {
        table: Arc::clone(&form.id),
        number: number.filter(|_| of.numbered_by_place).unwrap_or(form.number),
        label,
        title: title.unwrap_or_else(|| form.title.clone()),
        title_found,
        unit,
        pages,
        headings: Vec::new(),
        rows,
        notes,
        proof: Proof::default(),
    }
}

fn contract_row(
    mut row: SheetRow,
    block: &Block,
    (has_headings, foreign_headings): (bool, usize),
    repairs: &mut Repairs,
    diagnostics: &mut Vec<Diagnostic>,
) -> Row {
    let mut values = Vec::with_capacity(block.columns.len());
    for (index, column) in block.columns.iter().enumerate() {
        let cell = row.columns.get(index).copied().flatten().and_then(|cell| row.cells.get(cell)).cloned().unwrap_or(CellValue::Blank);
        let value = match (cell, column.kind) {
            (CellValue::Blank, _) => Value::Empty,
            (CellValue::Amount(reading, printed), ColumnKind::Amount) => {
                if let Some(rule) = reading.rule {
                    let after = Some(reading.amount.to_string());
                    let id = repairs.add(rule, row.place.clone(), printed, after, vec!["digits".to_owned()], 90);
                    row.repairs.push(id);
                    row.flag(&format!("amount_repaired:{}", column.id));
                    row.trust_at_most(90);
                }
                Value::Amount(reading.amount)
            }
            (CellValue::Amount(reading, _), ColumnKind::Text) => {
                let printed = reading.amount.to_string();
                let id = repairs.add(rules::TEXT_SET_ASIDE, row.place.clone(), printed, None, vec!["column_kind".to_owned()], 60);
                row.repairs.push(id);
                row.flag(&format!("column_inferred:{}", column.id));
                row.trust_at_most(60);
                Value::Empty
            }
            (CellValue::Text(text), ColumnKind::Text) => Value::Text(crate::repair::name(&text).name),
            (CellValue::Text(text), ColumnKind::Amount) => {
                row.flag(&format!("ambiguous:{}", column.id));
                row.trust_at_most(20);
                let message = format!("`{text}` stands where the form has an amount ({})", column.id);
                diagnostics.push(Diagnostic {
                    severity: Severity::Warning,
                    code: Arc::from("not_an_amount"),
                    message,
                    place: Some(row.place.clone()),
                });
                Value::Empty
            }
        };
        values.push((Arc::clone(&column.id), value));
    }
    let left_out: Vec<usize> =
        (0..row.cells.len()).filter(|&at| row.cells.get(at) != Some(&CellValue::Blank) && !row.columns.contains(&Some(at))).collect();
    for at in &left_out {
        let message = format!("cell {} behind the name has no column in the form; it is left out", at + 1);
        diagnostics.push(Diagnostic {
            severity: Severity::Error,
            code: Arc::from("cell_without_column"),
            message,
            place: Some(row.place.clone()),
        });
    }
    // What a heading of the publisher's own stands above is no column of the form; anything else may be one of those that look blank.
    if left_out.len() > foreign_headings {
        row.flag("row_doubtful");
        row.trust_at_most(30);
    }
    let has_amounts = values.iter().any(|(_, value)| matches!(value, Value::Amount(_)));
    let level = row.code.map(crate::grammar::Code::level);
    let is_heading =
        has_headings && !block.code_columns.is_empty() && matches!(level, Some(CodeLevel::Class | CodeLevel::Section)) && !has_amounts;
    let kind = match (row.is_total, is_heading) {
        (true, _) => RowKind::Total,
        (false, true) => RowKind::Heading,
        (false, false) => RowKind::Item,
    };
    row.flags.sort_unstable();
    Row {
        kind,
        side: block.side,
        block: block.id.clone().filter(|_| !row.is_whole_side),
        level: row.level,
        code: row.code.map(|code| code.to_string()),
        code_level: level,
        printed_code: (!row.printed_code.is_empty()).then_some(row.printed_code),
        name: row.name,
        printed_name: row.printed_name,
        values: Values(values),
        alternatives: Vec::new(),
        place: row.place,
        repairs: row.repairs,
        flags: row.flags,
        confidence: f32::from(row.confidence) / 100.0,
    }
}
