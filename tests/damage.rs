//! Damage that turns up in real texts, done to a disclosure whose tables are known: put right, or said; never passed over.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop")]

mod common;

use common::{convert, sample, table};
use gongkai::disclosure::{Disclosure, Severity};

/// The lines of the medium sample. By line number: table 2 from 140, 3 from 242, 4 from 349, 5 from 392, 6 from 495.
fn lines() -> Vec<String> {
    String::from_utf8(sample("medium-40-ocr-text.txt")).expect("UTF-8").lines().map(str::to_owned).collect()
}

fn converted(lines: &[String]) -> Disclosure {
    convert(lines.join("\n").as_bytes())
}

fn undamaged() -> Disclosure {
    converted(&lines())
}

fn says(disclosure: &Disclosure, code: &str) -> bool {
    disclosure.diagnostics.iter().any(|diagnostic| &*diagnostic.code == code)
}

/// Code, name and amounts of a row.
type Content = (Option<String>, String, Vec<String>);

/// Code, name and amounts of every row of a table.
fn content(disclosure: &Disclosure, id: &str) -> Vec<Content> {
    table(disclosure, id).rows.iter().map(|row| (row.code.clone(), row.name.clone(), common::amounts(row))).collect()
}

fn all_content(disclosure: &Disclosure) -> Vec<Vec<Content>> {
    disclosure.tables.iter().map(|table| content(disclosure, &table.table)).collect()
}

#[test]
fn a_table_without_its_head_has_the_unit_of_the_others() {
    let mut lines: Vec<String> =
        lines().into_iter().map(|line| line.replace("单位：万元", "单位：元").replace("单位:万元", "单位:元")).collect();
    lines.drain(241..252);
    let disclosure = converted(&lines);
    let headless = table(&disclosure, "expenditure_detail");
    assert_eq!((headless.title_found, headless.unit.as_str(), headless.rows.len()), (false, "元", 87));
    assert!(says(&disclosure, "unit_not_stated"));
}

#[test]
fn a_title_whose_rows_are_not_recognised_is_an_error() {
    let mut lines = lines();
    for line in &mut lines[399..493] {
        *line = line.replace('\t', "    ");
    }
    let disclosure = converted(&lines);
    let missing = disclosure.diagnostics.iter().find(|diagnostic| &*diagnostic.code == "table_without_rows").expect("a diagnostic");
    assert_eq!(missing.severity, Severity::Error);
    assert_eq!(missing.place.as_ref().and_then(|place| place.line), Some(394));
}

#[test]
fn the_rows_of_table_5_are_not_taken_for_table_3_where_that_is_lost() {
    let mut lines = lines();
    lines.drain(241..402);
    let disclosure = converted(&lines);
    let numbers: Vec<_> = disclosure.tables.iter().map(|table| (table.number, table.title_found)).collect();
    assert_eq!(numbers[..3], [(1, true), (2, true), (5, false)]);
    assert_eq!(content(&disclosure, "general_public_expenditure"), content(&undamaged(), "general_public_expenditure"));
}

#[test]
fn columns_in_another_order_are_said() {
    let mut lines = lines();
    for line in &mut lines[399..424] {
        let mut cells: Vec<&str> = line.split('\t').collect();
        if cells.len() == 7 {
            cells.swap(5, 6);
            *line = cells.join("\t");
        }
    }
    let disclosure = converted(&lines);
    assert!(says(&disclosure, "headings_differ"));
    assert!(table(&disclosure, "general_public_expenditure").rows.iter().all(|row| row.flags.iter().any(|flag| flag == "column_inferred")));
}

#[test]
fn page_numbers_do_not_break_tables() {
    let expected = all_content(&undamaged());
    for number in ["— 12 —", "第 12 页 共 40 页", "12", "\t\t\t12\t\t", "\t\t\t\t\t- 12 -\t"] {
        let mut lines = lines();
        for at in [160, 260, 365, 410, 550] {
            lines.insert(at, number.to_owned());
        }
        let disclosure = converted(&lines);
        assert_eq!(all_content(&disclosure), expected, "{number:?}");
        // A bare number among the amounts could be the rest of a torn one: it is shown as unplaced.
        let unplaced = if number.trim() == "12" && number.contains('\t') { 5 } else { 0 };
        assert_eq!(disclosure.account.unplaced.len(), unplaced, "{number:?}");
    }
}

#[test]
fn empty_cells_left_out_leave_a_flag_or_no_doubt() {
    let expected = undamaged();
    let mut lines = lines();
    for line in &mut lines[252..347] {
        let cells: Vec<&str> = line.split('\t').collect();
        if cells.len() >= 7 && cells[4].contains('.') {
            let amounts: Vec<&str> = cells[4..].iter().copied().filter(|cell| !cell.is_empty()).collect();
            *line = [&cells[..4], &amounts].concat().join("\t");
        }
    }
    let disclosure = converted(&lines);
    let (found, right) = (table(&disclosure, "expenditure_detail"), table(&expected, "expenditure_detail"));
    assert_eq!(found.rows.len(), right.rows.len());
    for (found, right) in found.rows.iter().zip(&right.rows) {
        for (column, value) in &right.values.0 {
            let is_covered =
                found.flags.iter().any(|flag| flag == "column_inferred" || flag == "ambiguous" || flag.ends_with(&format!(":{column}")));
            assert!(found.values.get(column) == Some(value) || is_covered, "{column} of {found:?}");
        }
    }
}

#[test]
fn whole_codes_in_one_cell_are_read() {
    let mut lines = lines();
    for line in &mut lines[402..493] {
        let cells: Vec<&str> = line.split('\t').collect();
        if cells.len() >= 7 && !cells[0].is_empty() {
            *line = [&[cells[..3].concat().replace(' ', "").as_str()], &cells[3..]].concat().join("\t");
        }
    }
    let codes = |disclosure: &Disclosure| -> Vec<_> {
        content(disclosure, "general_public_expenditure").into_iter().map(|(code, ..)| code).collect()
    };
    assert_eq!(codes(&converted(&lines)), codes(&undamaged()));
}

#[test]
fn a_column_of_row_numbers_is_set_aside() {
    let mut lines = lines();
    for (number, line) in lines[402..493].iter_mut().enumerate() {
        if line.contains('\t') {
            *line = format!("{}\t{line}", number + 1);
        }
    }
    let rows = |disclosure: &Disclosure| -> Vec<_> {
        content(disclosure, "general_public_expenditure").into_iter().map(|(code, name, _)| (code, name)).take(20).collect()
    };
    assert_eq!(rows(&converted(&lines)), rows(&undamaged()));
}

#[test]
fn a_file_of_two_disclosures_says_so() {
    let disclosure = converted(&[lines(), lines()].concat());
    assert!(says(&disclosure, "several_disclosures"));
    assert_eq!(disclosure.tables.len(), 22);
    assert!(!says(&undamaged(), "several_disclosures"));
}

#[test]
fn a_lone_text_is_not_glued_to_a_name_that_is_whole() {
    let mut lines = lines();
    let at = lines.iter().position(|line| line.starts_with("224\t0 2\t9 9")).expect("the last row of table 3");
    lines.insert(at + 1, "\t\t\t2024年部门预算公开\t\t\t".to_owned());
    let disclosure = converted(&lines);
    let row = table(&disclosure, "expenditure_detail").rows.iter().find(|row| row.code.as_deref() == Some("2240299")).expect("the row");
    assert_eq!(row.name, "其他消防救援事务支出");
}

#[test]
fn an_empty_table_without_its_head_is_its_own_table_or_a_doubt() {
    let lines = lines();
    let is_empty_total = |line: &String| line.starts_with("\t\t\t合计") && line.trim() == "合计:";
    // The tables of the government funds and of state capital: a head, and a total without amounts.
    let totals: Vec<usize> = (0..lines.len()).filter(|&at| is_empty_total(&lines[at])).collect();
    let [total_of_8, total_of_9] = totals.as_slice() else { panic!("two empty tables: {totals:?}") };

    let mut with_page_break = lines.clone();
    with_page_break.splice(total_of_8 + 1..*total_of_9, [String::new()]);
    let told_apart = converted(&with_page_break);
    assert_eq!(table(&told_apart, "government_fund_expenditure").rows.len(), 1);
    assert_eq!(table(&told_apart, "state_capital_expenditure").rows.len(), 1);
    assert!(!says(&told_apart, "total_repeated"));

    let mut without = lines.clone();
    without.drain(total_of_8 + 1..*total_of_9);
    let doubtful = converted(&without);
    let fund = table(&doubtful, "government_fund_expenditure");
    assert_eq!(fund.rows.len(), 2);
    assert!(fund.rows.iter().all(|row| row.flags.iter().any(|flag| &**flag == "row_doubtful")));
    assert!(says(&doubtful, "total_repeated"));
}
