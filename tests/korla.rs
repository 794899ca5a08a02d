//! A real disclosure: the recognised text of the Korla zone's 2024 budget, checked against what stands on its lines.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop")]

mod common;

use std::collections::BTreeSet;

use common::{amounts, convert, row_at, sample, table};
use gongkai::disclosure::{CodeLevel, RowKind, Side};

#[test]
fn every_table_is_found_although_two_titles_are_lost() {
    let disclosure = convert(&sample("korla-2024.txt"));
    let found: Vec<_> =
        disclosure.tables.iter().map(|table| (table.number, table.title_found, table.rows[0].place.line, table.rows.len())).collect();
    assert_eq!(
        found,
        [
            (1, true, Some(123), 57),
            (2, true, Some(166), 137),
            // Rows of table 3 follow table 2 without a word, rows of table 5 follow table 4.
            (3, false, Some(310), 146),
            (4, true, Some(472), 13),
            (5, false, Some(482), 136),
            (6, true, Some(636), 21),
            (7, true, Some(669), 50),
            (8, true, Some(734), 5),
            (9, true, Some(751), 2),
            (10, true, Some(764), 6),
            (11, true, Some(782), 10),
        ]
    );
    let untitled: Vec<_> = disclosure.diagnostics.iter().filter(|diagnostic| &*diagnostic.code == "title_not_found").collect();
    assert_eq!(untitled.len(), 2);
    assert_eq!(disclosure.document.agency.as_deref(), Some("库尔勒经济技术开发区管理委员会"));
    assert_eq!(disclosure.document.fiscal_year, Some(2024));
}

#[test]
fn damaged_codes_come_back_with_their_repair() {
    let disclosure = convert(&sample("korla-2024.txt"));
    let expected = [
        // table, line, code, flag: cut to first digits, woven together, torn with spaces, class on the next page.
        ("expenditure_detail", 312, "2010401", Some("code_inferred")),
        ("expenditure_detail", 392, "2100409", Some("code_rejoined")),
        ("expenditure_detail", 413, "2120501", Some("code_rejoined")),
        ("expenditure_detail", 418, "2121399", Some("code_rejoined")),
        ("general_public_expenditure", 484, "2010404", Some("code_rejoined")),
        ("general_public_expenditure", 534, "20805", Some("code_rejoined")),
        // Misread: the page says 2080609, table 2 and the code list say 2080699.
        ("expenditure_detail", 371, "2080699", Some("code_corrected")),
        // The publisher's own wrong class stays in both tables that print it.
        ("revenue_detail", 234, "20707", None),
        ("expenditure_detail", 373, "20707", None),
    ];
    for (id, line, code, flag) in expected {
        let row = row_at(table(&disclosure, id), line);
        assert_eq!(row.code.as_deref(), Some(code), "{id} line {line}");
        let code_flags: Vec<_> = row.flags.iter().filter(|flag| flag.starts_with("code_")).collect();
        assert_eq!(code_flags, flag.iter().collect::<Vec<_>>(), "{id} line {line}");
        if flag.is_some() {
            let repairs: Vec<_> = row.repairs.iter().map(|&id| &disclosure.repairs[id as usize - 1]).collect();
            assert!(repairs.iter().any(|repair| repair.rule.starts_with("code.") && !repair.evidence.is_empty()), "{id} line {line}");
        }
    }
}

#[test]
fn a_row_torn_by_a_page_break_is_one_row() {
    let disclosure = convert(&sample("korla-2024.txt"));
    let torn = row_at(table(&disclosure, "carryover_detail"), 785);
    assert_eq!(torn.name, "2023年第二批自治区纺织服装专项资金");
    assert_eq!(torn.place.more_lines, [787]);
    assert_eq!(amounts(torn), ["total=6288", "fiscal_total=6288", "fiscal_project=6288"]);
    let code = row_at(table(&disclosure, "general_public_expenditure"), 588);
    assert_eq!((code.code.as_deref(), code.place.more_lines.as_slice()), (Some("2130299"), [590].as_slice()));
}

#[test]
fn a_torn_amount_is_joined_and_flagged() {
    let disclosure = convert(&sample("korla-2024.txt"));
    let row = row_at(table(&disclosure, "general_public_project"), 713);
    assert_eq!(amounts(row), ["total=7083", "enterprise_other=7083"]);
    assert!(row.flags.iter().any(|flag| flag == "amount_repaired:enterprise_other"));
}

/// Page one of table 6 has lost the empty cell of each row, another one for 人员 (301, 303) than for 公用 (302).
#[test]
fn rows_that_lost_different_cells_are_put_right_one_by_one() {
    let disclosure = convert(&sample("korla-2024.txt"));
    let basic = table(&disclosure, "general_public_basic");
    assert_eq!(amounts(row_at(basic, 636)), ["total=1709", "personnel=1709"]);
    assert_eq!(amounts(row_at(basic, 642)), ["total=1058", "operating=1058"]);
    assert_eq!(amounts(row_at(basic, 651)), ["total=109", "operating=109"]);
    let personnel: i128 = basic
        .rows
        .iter()
        .filter(|row| row.kind == RowKind::Item)
        .filter_map(|row| row.values.amount("personnel"))
        .map(gongkai::disclosure::Amount::scaled)
        .sum();
    assert_eq!(personnel, 17_888 * 1_000_000, "the printed total of 人员经费");
}

#[test]
fn two_sided_tables_are_two_lists() {
    let disclosure = convert(&sample("korla-2024.txt"));
    let summary = table(&disclosure, "revenue_expenditure_summary");
    let side = |side| summary.rows.iter().filter(move |row| row.side == Some(side));
    assert_eq!((side(Side::Revenue).count(), side(Side::Expenditure).count()), (26, 31));
    let cut = side(Side::Expenditure).find(|row| row.code.as_deref() == Some("207")).expect("class 207");
    assert_eq!((cut.name.as_str(), cut.printed_name.as_deref()), ("文化旅游体育与传媒支出", Some("文化旅游体育与传")));
    assert_eq!(cut.flags, ["name_completed"]);
    let totals: Vec<_> = summary.rows.iter().filter(|row| row.kind == RowKind::Total).map(amounts).collect();
    assert_eq!(totals, [["amount=75592"], ["amount=75592"]]);
}

#[test]
fn what_does_not_add_up_says_so() {
    let disclosure = convert(&sample("korla-2024.txt"));
    // 1480 with neither 基本支出 nor 项目支出 on the page.
    let row = row_at(table(&disclosure, "expenditure_detail"), 347);
    assert_eq!((row.code.as_deref(), amounts(row)), (Some("2050299"), vec!["total=1480".to_owned()]));
    assert!(row.flags.iter().any(|flag| flag == "fails_check:total"));
}

#[test]
fn every_line_is_accounted_for() {
    let disclosure = convert(&sample("korla-2024.txt"));
    let account = &disclosure.account;
    assert!(account.is_complete(), "{account:?}");
    assert_eq!(account.lines, 5195);
    assert_eq!(account.unplaced, [0_u32; 0]);
    let lines: BTreeSet<u32> = disclosure
        .tables
        .iter()
        .flat_map(|table| &table.rows)
        .flat_map(|row| row.place.line.into_iter().chain(row.place.more_lines.iter().copied()))
        .collect();
    assert_eq!(lines.len(), account.table_rows as usize, "each table row's line stands in some row's place");
    assert_eq!(account.not_extracted, 0);
    let indicators = disclosure.targets.iter().flat_map(|target| &target.indicators);
    let lines: BTreeSet<u32> =
        indicators.flat_map(|indicator| indicator.place.line.into_iter().chain(indicator.place.more_lines.iter().copied())).collect();
    // Besides indicators, target tables have head blocks of four lines or more, and headings.
    assert!(lines.len() + 5 * disclosure.targets.len() <= account.target_rows as usize, "{} of {}", lines.len(), account.target_rows);
}

#[test]
fn flags_are_for_doubt_not_a_blanket() {
    let disclosure = convert(&sample("korla-2024.txt"));
    let rows: Vec<_> = disclosure.tables.iter().flat_map(|table| &table.rows).collect();
    let open = rows.iter().filter(|row| row.flags.iter().any(|flag| flag.starts_with("ambiguous") || flag == "row_doubtful")).count();
    assert!(open * 20 <= rows.len(), "{open} of {} rows are ambiguous or doubtful", rows.len());
    for row in rows {
        let changed = row.flags.iter().any(|flag| {
            flag.starts_with("code_re") || flag.starts_with("code_c") || flag.starts_with("code_i") || flag == "name_completed"
        });
        assert!(!changed || !row.repairs.is_empty(), "{row:?} was changed without a repair");
        assert_eq!(row.code.as_ref().map(String::len), row.code_level.map(CodeLevel::digits), "{row:?}");
    }
}
