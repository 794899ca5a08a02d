//! What the tests share.

#![allow(dead_code, unreachable_pub, clippy::expect_used, clippy::panic, reason = "each test file uses its own part, and a test may stop")]

use std::path::PathBuf;
use std::process::{Command, Output};

use gongkai::disclosure::{Disclosure, Row, Table};
use gongkai::read::Limits;
use gongkai::{Grammars, disclosure};

/// A file of `samples/`.
pub fn sample(name: &str) -> Vec<u8> {
    std::fs::read(sample_path(name)).unwrap_or_else(|error| panic!("samples/{name}: {error}"))
}

pub fn sample_path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)
}

/// Converts bytes with the built-in grammars.
pub fn convert(bytes: &[u8]) -> Disclosure {
    let grammars = Grammars::built_in().expect("the built-in grammars load");
    disclosure("test.txt", bytes, &grammars, &Limits::default()).expect("the text converts")
}

/// Checks a disclosure again, by its own form.
pub fn check_again(disclosure: &mut Disclosure) {
    let grammars = Grammars::built_in().expect("the built-in grammars load");
    let form = grammars.forms.iter().find(|form| form.id == disclosure.document.form).expect("the form");
    for row in disclosure.tables.iter_mut().flat_map(|table| &mut table.rows) {
        row.flags.retain(|flag| !flag.starts_with("fails_check"));
    }
    gongkai::reconcile::checks::check(disclosure, form, &grammars);
}

pub fn table<'d>(disclosure: &'d Disclosure, id: &str) -> &'d Table {
    disclosure.tables.iter().find(|table| &*table.table == id).unwrap_or_else(|| panic!("no table {id}"))
}

/// The row that stands on a line.
pub fn row_at(table: &Table, line: u32) -> &Row {
    table.rows.iter().find(|row| row.place.line == Some(line)).unwrap_or_else(|| panic!("no row on line {line} in {}", table.table))
}

/// The filled columns of a row as text, `column=amount`.
pub fn amounts(row: &Row) -> Vec<String> {
    row.values.0.iter().filter_map(|(column, value)| Some(format!("{column}={}", value.amount()?))).collect()
}

/// Runs the program.
pub fn gongkai(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gongkai")).args(arguments).output().expect("the program runs")
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
