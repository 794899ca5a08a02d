//! Generated disclosures against their exact truth: every row in its table, every code, name and amount.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop")]

mod common;

use common::{convert, sample};
use gongkai::disclosure::{Row, Value};
use serde_json::Value as Json;

fn plain(text: &str) -> String {
    gongkai::grammar::key(text)
}

/// What differs between a converted sample and its truth, planted code errors that were put right aside.
fn differences(name: &str) -> Vec<String> {
    let disclosure = convert(&sample(name));
    let (stem, _) = name.rsplit_once('.').expect("a name with an ending");
    let truth: Json = serde_json::from_slice(&sample(&format!("{stem}.truth.json"))).expect("the truth is JSON");
    let planted: Vec<&str> =
        truth["planted_errors"].as_array().into_iter().flatten().filter_map(|error| error["code_correct"].as_str()).collect();
    let mut differences = Vec::new();
    for expected in truth["tables"].as_array().expect("tables") {
        let id = expected["table"].as_str().expect("a table id");
        let Some(table) = disclosure.tables.iter().find(|table| &*table.table == id) else {
            differences.push(format!("{id} is missing"));
            continue;
        };
        let rows = expected["rows"].as_array().expect("rows");
        if rows.len() != table.rows.len() || expected["title_found"].as_bool() != Some(table.title_found) {
            differences.push(format!("{id} has {} rows, expected {}; title found {}", table.rows.len(), rows.len(), table.title_found));
            continue;
        }
        for (expected, row) in rows.iter().zip(&table.rows) {
            let code = expected["code"].as_str();
            let is_corrected =
                row.code.as_deref().is_some_and(|code| planted.contains(&code)) && row.flags.iter().any(|flag| flag == "code_corrected");
            if row.code.as_deref() != code && !is_corrected {
                differences.push(format!("{id}: code {:?}, expected {code:?}", row.code));
            }
            if plain(&row.name) != plain(expected["name"].as_str().unwrap_or_default()) {
                differences.push(format!("{id}: name {}, expected {}", row.name, expected["name"]));
            }
            differences.extend(differing_values(id, row, &expected["values"]));
        }
    }
    differences
}

fn differing_values(id: &str, row: &Row, expected: &Json) -> Vec<String> {
    let differs = |(column, value): &&(std::sync::Arc<str>, Value)| match (value, &expected[&**column]) {
        (Value::Empty, Json::Null) => false,
        (Value::Amount(amount), Json::Number(number)) => {
            let printed: gongkai::disclosure::Amount = number.to_string().parse().expect("a plain number");
            amount.scaled() != printed.scaled()
        }
        (Value::Text(text), Json::String(expected)) => plain(text) != plain(expected),
        _ => true,
    };
    let wrong = row.values.0.iter().filter(differs);
    wrong.map(|(column, value)| format!("{id}/{}/{column}: {value:?}, expected {}", row.name, expected[&**column])).collect()
}

#[test]
fn a_medium_disclosure_with_usual_damage_is_read_exactly() {
    assert_eq!(differences("medium-40-ocr-text.txt"), [""; 0]);
}

#[test]
fn a_small_disclosure_with_heavy_damage_is_read_exactly() {
    assert_eq!(differences("small-203-ocr-text-heavy.txt"), [""; 0]);
}

#[test]
fn a_ruled_pdf_without_embedded_fonts_is_read_exactly_and_without_doubt() {
    assert_eq!(differences("small-813-gbk.pdf"), [""; 0]);
    let flags: Vec<String> =
        convert(&sample("small-813-gbk.pdf")).tables.into_iter().flat_map(|table| table.rows).flat_map(|row| row.flags).collect();
    assert_eq!(flags, [""; 0]);
}

#[test]
fn a_pdf_without_any_ruling_line_is_read_exactly() {
    assert_eq!(differences("small-813-borderless.pdf"), [""; 0]);
}
