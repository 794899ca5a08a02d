//! Tables of PDF files, all the way: generated files against their exact truth, and what is told where a page leaves something open.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout, reason = "a test may stop")]

mod common;
mod small_pdf;

use std::fmt::Write as _;
use std::path::Path;

use common::{convert, sample, table};
use gongkai::disclosure::{Disclosure, Row, Value};
use gongkai::read::Limits;
use gongkai::{Grammars, write};

/// The texts of a table's values, row by row, with the row's name in front.
fn rows(disclosure: &Disclosure, id: &str) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::Empty => "·".to_owned(),
        Value::Amount(amount) => amount.to_string(),
        Value::Text(text) => text.clone(),
    };
    let table = table(disclosure, id);
    table
        .rows
        .iter()
        .map(|row| {
            std::iter::once(row.name.clone()).chain(row.values.0.iter().map(|(_, value)| text(value))).collect::<Vec<_>>().join(" | ")
        })
        .collect()
}

#[test]
fn a_row_says_on_which_page_and_where_it_stands() {
    let disclosure = convert(&sample("small-813-gbk.pdf"));
    let row = &table(&disclosure, "expenditure_detail").rows[1];
    assert_eq!((row.name.as_str(), row.code.as_deref()), ("人力资源和社会保障管理事务", Some("20801")));
    let bbox = row.place.bbox.expect("a box");
    assert_eq!((row.place.page, row.place.line), (Some(6), None));
    // The row's own stretch of the page: between its rules, from the code on the left to the last amount on the right.
    assert!(bbox[0] > 70.0 && bbox[2] < 531.3 && bbox[3] - bbox[1] < 15.0, "{bbox:?}");
    assert_eq!(disclosure.source.media_type, "application/pdf");
    assert_eq!((disclosure.source.pages, disclosure.account.is_complete(), disclosure.account.unplaced.len()), (Some(19), true, 0));
}

#[test]
fn a_form_that_nobody_knows_gives_its_tables_with_numbered_columns() {
    let disclosure = convert(&sample("unknown-form-2024.pdf"));
    assert_eq!((disclosure.document.form.as_str(), disclosure.document.agency.as_deref()), ("unknown", Some("某县林业局")));
    let codes: Vec<&str> = disclosure.diagnostics.iter().map(|diagnostic| &*diagnostic.code).collect();
    assert_eq!(codes, ["form_unknown"]);
    assert_eq!(table(&disclosure, "unknown_2").headings[3], ["2024年预算数", "小计"]);
    assert_eq!(
        rows(&disclosure, "unknown_2")[..3],
        [
            "社会保障和就业支出 | 208 | 社会保障和就业支出 | 90.12 | 96.30 | 96.30 | ·",
            "行政事业单位养老支出 | 20805 | 行政事业单位养老支出 | 90.12 | 96.30 | 96.30 | ·",
            "机关事业单位基本养老保险缴费支出 | 2080505 | 机关事业单位基本养老保险缴费支出 | 90.12 | 96.30 | 96.30 | ·",
        ]
    );
}

/// The README's worked example: export, draft, check, convert.
#[test]
fn a_drafted_form_reads_the_document_it_was_drafted_from() {
    let built_in = Grammars::built_in().expect("the built-in grammars load");
    let unknown = convert(&sample("unknown-form-2024.pdf"));
    let folder = tempfile::tempdir().expect("a folder");
    let grammars = folder.path().join("my-grammars");
    gongkai::grammar::export(&grammars).expect("written");
    std::fs::write(grammars.join("forms/my-county.toml"), write::form_draft(&unknown, "my-county", &built_in)).expect("written");
    let grammars = Grammars::from_folder(&grammars).expect("the draft is a form without mistake");

    let disclosure =
        gongkai::disclosure("unknown-form-2024.pdf", &sample("unknown-form-2024.pdf"), &grammars, &Limits::default()).expect("converts");
    assert_eq!(disclosure.document.form, "my-county");
    let titles: Vec<_> = disclosure.tables.iter().map(|table| (table.title.as_str(), table.label.as_deref(), table.title_found)).collect();
    assert_eq!(
        titles,
        [("部门收支总表", Some("01"), true), ("一般公共预算支出表", Some("02"), true), ("财政拨款“三公”经费支出表", Some("03"), true)]
    );
    assert_eq!(
        rows(&disclosure, "table_1"),
        [
            "一、一般公共预算拨款收入 | 812.40",
            "二、政府性基金预算拨款收入 | ·",
            "三、事业收入 | 25.00",
            "本年收入合计 | 837.40",
            "一、社会保障和就业支出 | 96.30",
            "二、农林水支出 | 741.10",
            "本年支出合计 | 837.40",
        ]
    );
    assert_eq!(table(&disclosure, "table_2").rows[6].code.as_deref(), Some("2130205"));
    assert!(disclosure.tables.iter().flat_map(|table| &table.rows).all(|row| row.flags.is_empty()));
}

#[test]
fn the_same_bytes_come_out_each_time() {
    let once = write::json(&convert(&sample("small-813-borderless.pdf"))).expect("JSON");
    assert_eq!(once, write::json(&convert(&sample("small-813-borderless.pdf"))).expect("JSON"));
}

#[test]
fn a_page_of_crossing_lines_is_told_and_costs_no_time() {
    let mut content = Vec::new();
    for at in 0..3000 {
        let at = f64::from(at) * 2.5;
        content.extend_from_slice(format!("0 {at} m 9000 {at} l S {at} 0 m {at} 9000 l S ").as_bytes());
    }
    content.extend_from_slice(b"BT /F 12 Tf 20 20 Td (text) Tj ET");
    let disclosure = convert(&small_pdf::file(&[
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 9000 9000]>>".to_vec(),
        b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>".to_vec(),
        small_pdf::stream("", &content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_vec(),
    ]));
    assert!(disclosure.tables.is_empty());
    assert!(disclosure.diagnostics.iter().any(|diagnostic| &*diagnostic.code == "page_too_busy"), "{:?}", disclosure.diagnostics);
}

#[test]
fn pictures_without_text_are_an_error_that_says_so() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples/small-21-scan-150.pdf");
    let Ok(bytes) = std::fs::read(&path) else {
        println!("skipped: ../shared is not here");
        return;
    };
    let grammars = Grammars::built_in().expect("the built-in grammars load");
    let error = gongkai::disclosure("scan.pdf", &bytes, &grammars, &Limits::default()).expect_err("has no text");
    assert!(error.to_string().starts_with("has no text: its 20 pages are pictures"), "{error}");
}

/// A page in a Latin font: rules and texts at places from the lower left corner.
fn drawn(lines: &[[i32; 4]], texts: &[(i32, i32, &str)]) -> Vec<u8> {
    let mut content = String::new();
    for [x0, y0, x1, y1] in lines {
        let _ = writeln!(content, "{x0} {y0} m {x1} {y1} l S");
    }
    for (x, y, text) in texts {
        let _ = writeln!(content, "BT /F 9 Tf {x} {y} Td ({text}) Tj ET");
    }
    small_pdf::page_with(small_pdf::stream("", content.as_bytes()), Vec::new())
}

/// The rules of a grid with these edges.
fn ruled(columns: &[i32], rows: &[i32]) -> Vec<[i32; 4]> {
    let (left, right) = (columns[0], columns[columns.len() - 1]);
    let (top, bottom) = (rows[0], rows[rows.len() - 1]);
    let across = rows.iter().map(|&y| [left, y, right, y]);
    across.chain(columns.iter().map(|&x| [x, top, x, bottom])).collect()
}

#[test]
fn rows_that_no_rule_divides_are_told_by_their_numbers() {
    // Three ruled columns, a header, and one frame around three rows of numbers.
    let lines = ruled(&[50, 150, 250, 350], &[700, 680, 600]);
    let texts = [
        (60, 686, "Name"),
        (160, 686, "Plan"),
        (260, 686, "Paid"),
        (60, 660, "Roads"),
        (200, 660, "120.00"),
        (300, 660, "80.00"),
        (60, 640, "Parks"),
        (200, 640, "35.50"),
        (60, 620, "Schools"),
        (200, 620, "9.00"),
        (300, 620, "8.00"),
    ];
    let disclosure = convert(&drawn(&lines, &texts));
    assert_eq!(
        rows(&disclosure, "unknown_1"),
        ["Roads | Roads | 120.00 | 80.00", "Parks | Parks | 35.50 | ·", "Schools | Schools | 9.00 | 8.00"]
    );
}

#[test]
fn a_number_that_a_narrow_cell_broke_stays_one_number() {
    let lines = ruled(&[50, 150, 180, 210], &[700, 680, 640]);
    let texts = [
        (60, 686, "Name"),
        (152, 686, "Plan"),
        (182, 686, "Paid"),
        (60, 660, "Roads"),
        (152, 665, "12345"),
        (152, 653, "67.00"),
        (182, 665, "12345"),
        (182, 653, "67.00"),
    ];
    assert_eq!(rows(&convert(&drawn(&lines, &texts)), "unknown_1"), ["Roads | Roads | 1234567.00 | 1234567.00"]);
}

#[test]
fn a_number_and_a_word_drawn_without_a_gap_are_two_cells() {
    // As spreadsheets print: the amount leans on the next cell's text.
    let lines = [
        [50, 700, 350, 700],
        [50, 680, 350, 680],
        [50, 660, 350, 660],
        [50, 700, 50, 660],
        [150, 700, 150, 660],
        [250, 700, 250, 660],
        [350, 700, 350, 660],
    ];
    let texts = [(60, 686, "Name"), (160, 686, "Plan"), (260, 686, "Use"), (60, 666, "Roads"), (222, 666, "120.00Repair")];
    assert_eq!(rows(&convert(&drawn(&lines, &texts)), "unknown_1"), ["Roads | Roads | 120.00 | Repair"]);
}

#[test]
fn an_empty_table_whose_headings_a_page_break_tore_keeps_its_row() {
    let disclosure = convert(&sample("torn-headings-borderless.pdf"));
    let table = table(&disclosure, "carryover_detail");
    assert_eq!(table.pages, [2, 3]);
    let names: Vec<&str> = table.rows.iter().map(|row| &*row.name).collect();
    assert_eq!(names, ["合计"]);
    assert!(table.rows.iter().all(|row| row.values.0.iter().all(|(_, value)| *value == Value::Empty)), "{:?}", table.rows);
}

#[test]
fn a_table_goes_on_where_a_page_break_goes_through_a_heading() {
    // 经济 stands at the end of one page, 分类科目编码 and below it 类 and 款 at the beginning of the next.
    let disclosure = convert(&sample("torn-through-a-heading.pdf"));
    let table = table(&disclosure, "general_public_basic");
    assert_eq!((table.pages.as_slice(), table.rows.len()), (&[3, 4, 5][..], 25));
    let first = table.rows.first().expect("a row");
    assert_eq!((first.code.as_deref(), &*first.name), (Some("30103"), "奖金"));
    assert!(disclosure.tables.iter().all(|table| !table.table.starts_with("unknown")));
}

#[test]
fn a_heading_torn_from_its_blank_column_does_not_draw_in_the_amounts_beside_it() {
    // 公用经费 begins the page above nothing; the amounts beside it stand under 项目支出, on the page before.
    let disclosure = convert(&sample("torn-headings-blank-columns.pdf"));
    let table = table(&disclosure, "carryover_detail");
    assert_eq!(table.pages, [2, 3]);
    let amounts = |row: &Row| {
        let text = |value: &Value| match value {
            Value::Amount(amount) => Some(amount.to_string()),
            _ => None,
        };
        let filled = row.values.0.iter().filter_map(|(column, value)| Some(format!("{column} {}", text(value)?)));
        filled.collect::<Vec<_>>().join(", ")
    };
    let rows: Vec<String> = table.rows.iter().map(|row| format!("{}: {}", row.name, amounts(row))).collect();
    assert_eq!(
        rows,
        [
            "2023年“文化润疆”平安建设补助资金: total 10.23, fiscal_total 10.23, fiscal_project 10.23",
            "2023年“文化润疆”宣传文化服务专项资金: total 31.51, fiscal_total 31.51, fiscal_project 31.51",
            "2023年乡镇不动产登记经费经费: total 125.16, fiscal_total 125.16, fiscal_project 125.16",
            "合计: total 166.90, fiscal_total 166.90, fiscal_project 166.90",
        ]
    );
    assert!(table.rows.iter().all(|row| row.flags.is_empty()), "{:?}", table.rows);
}
