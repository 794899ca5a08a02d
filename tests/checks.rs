//! What arithmetic says of published numbers: findings at the right cell, none without a cause, and proof of the rest.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop")]

mod common;

use common::{convert, gongkai, sample, sample_path, text};
use gongkai::disclosure::{Amount, Check, CheckKind, Disclosure, Suggestion, Verdict};
use gongkai::{Grammars, reconcile};

/// The findings, without what fails because of them.
fn findings(disclosure: &Disclosure) -> Vec<&Check> {
    disclosure.checks.iter().filter(|check| check.because_of.is_none()).collect()
}

fn amount(text: &str) -> Option<Amount> {
    text.parse().ok()
}

#[test]
fn each_planted_error_is_one_finding_at_its_cell_and_there_are_no_others() {
    // Its truth lists six errors: two amounts, three codes and a percentage.
    let disclosure = convert(&sample("small-8207-errors.pdf"));
    let found = findings(&disclosure);
    let scopes: Vec<&str> = found.iter().map(|check| check.scope.as_str()).collect();
    assert_eq!(
        scopes,
        [
            "revenue_expenditure_summary/expenditure/211/amount",
            "expenditure_detail/2100399/project",
            "revenue_detail/20903",
            "revenue_detail/20904",
            "general_public_expenditure/21099",
            "line_items/2119999",
        ]
    );
    assert!(found.iter().all(|check| check.verdict == Verdict::Publication && !check.holds));
    // 16400 for 1640: the column, the detail and the other summary say so.
    assert_eq!((found[0].left, found[0].right), (amount("16400"), amount("1640")));
    assert_eq!(found[0].suggestion, amount("1640").map(Suggestion::Amount));
    assert!(found[0].message_zh.contains("16400") && found[0].message_zh.contains("应为1640"), "{}", found[0].message_zh);
    assert_eq!((found[2].id, &found[2].suggestion), (CheckKind::CodeName, &Some(Suggestion::Text("21003".to_owned()))));
    assert_eq!(found[5].id, CheckKind::ChangePct);
    // What fails because of a finding refers to it.
    let because: Vec<u32> = disclosure.checks.iter().filter_map(|check| check.because_of).collect();
    assert!(!because.is_empty() && because.iter().all(|number| found.iter().any(|check| check.number == *number)));
    // The blamed rows say so themselves.
    let row = disclosure.tables.iter().flat_map(|table| &table.rows).find(|row| row.code.as_deref() == Some("21099"));
    assert!(row.expect("the row").flags.contains(&"fails_check:code".to_owned()));
}

#[test]
fn a_disclosure_without_errors_has_no_finding_and_nearly_every_value_is_proved() {
    for name in ["small-813-gbk.pdf", "small-5629-borderless.pdf"] {
        let disclosure = convert(&sample(name));
        assert_eq!(findings(&disclosure), Vec::<&Check>::new(), "{name}");
        let sum = |of: fn(&gongkai::disclosure::Proof) -> u32| disclosure.tables.iter().map(|table| of(&table.proof)).sum::<u32>();
        let (values, proved, contradicted, unchecked) =
            (sum(|proof| proof.values), sum(|proof| proof.proved), sum(|proof| proof.contradicted), sum(|proof| proof.unchecked));
        assert_eq!(values, proved + contradicted + unchecked, "{name}");
        // A printed 0 that stands against nothing but zeros stays unchecked.
        let is_zero = |value: &gongkai::disclosure::Value| value.amount().is_some_and(Amount::is_zero);
        let rows = disclosure.tables.iter().flat_map(|table| &table.rows);
        let zeros = rows.flat_map(|row| &row.values.0).filter(|(_, value)| is_zero(value)).count();
        assert!(values > 100 && contradicted == 0, "{name}");
        let others = values as usize - zeros;
        assert!(proved as usize * 100 >= others * 95, "{name}: {proved} of {others}");
    }
}

#[test]
fn korlas_own_errors_are_found_with_their_arithmetic() {
    let disclosure = convert(&sample("korla-2024.txt"));
    let found = findings(&disclosure);
    let at = |scope: &str| *found.iter().find(|check| check.scope == scope).unwrap_or_else(|| panic!("nothing at {scope}"));
    // Table 6: the rows of 302 add up to 108 more than the total; that is 2522 against the 2414 printed.
    let basic = at("general_public_basic/合计/total");
    assert_eq!((basic.left, basic.right, basic.difference), (amount("20302"), amount("20410"), amount("-108")));
    // Table 9 has 665; tables 1 and 2 have 6 more, the row 2230105.
    assert_eq!(at("revenue_detail/2230105/state_capital").difference, amount("6"));
    // 减少 30 万元，减少 200% with 15 left.
    assert_eq!(at("line_items/2010499").suggestion, amount("66.67").map(Suggestion::Amount));
    // 201 一般公共预算支出, where every other table has 一般公共服务支出.
    assert_eq!(at("revenue_detail/201").suggestion, Some(Suggestion::Text("一般公共服务支出".to_owned())));
    // Table 10 leaves the subtotal of vehicles empty: its parts stand for it, 96 = 32 + 64.
    assert!(!found.iter().any(|check| check.scope.starts_with("three_public_expenses")));
}

#[test]
fn a_result_read_back_is_checked_alike() {
    let grammars = Grammars::built_in().expect("the built-in grammars load");
    for name in ["korla-2024.txt", "small-8207-errors.pdf"] {
        let disclosure = convert(&sample(name));
        let form = grammars.forms.iter().find(|form| form.id == disclosure.document.form).expect("the form");
        let json = serde_json::to_string(&disclosure).expect("JSON");
        let mut again: Disclosure = serde_json::from_str(&json).expect("reads back");
        again.checks.clear();
        reconcile::checks::check(&mut again, form, &grammars);
        assert_eq!(again, disclosure, "{name}");
    }
}

#[test]
fn the_program_can_fail_on_findings_and_prints_them_as_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().to_string_lossy().into_owned();
    let input = sample_path("small-8207-errors.pdf").to_string_lossy().into_owned();
    let convert = |fail_on: &str| gongkai(&["convert", &input, "--out", &out, "--quiet", "--fail-on", fail_on]).status.code();
    assert_eq!((convert("publication"), convert("extraction")), (Some(4), Some(0)));
    let result = folder.path().join("small-8207-errors.json").to_string_lossy().into_owned();
    let printed = gongkai(&["check", &result]);
    assert_eq!(printed.status.code(), Some(0));
    let printed = text(&printed.stdout);
    assert!(printed.contains("findings 6 (publication 6)") && printed.contains("应为1640"), "{printed}");
    let sarif = gongkai(&["check", &result, "--format", "sarif", "--fail-on", "any"]);
    assert_eq!(sarif.status.code(), Some(4));
    let sarif: serde_json::Value = serde_json::from_slice(&sarif.stdout).expect("SARIF is JSON");
    assert_eq!((&sarif["version"], sarif["runs"][0]["results"].as_array().map(Vec::len)), (&serde_json::json!("2.1.0"), Some(6)));
    let refused = gongkai(&["check", &input]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("is no result of `gongkai convert`"));
}

#[test]
fn every_check_that_a_finding_names_can_be_explained() {
    let disclosure = convert(&sample("korla-2024.txt"));
    let mut names: Vec<&str> = disclosure.checks.iter().map(|check| &*check.identity).collect();
    names.sort_unstable();
    names.dedup();
    assert!(names.len() > 5);
    for name in names {
        assert_eq!(gongkai(&["checks", "explain", name]).status.code(), Some(0), "{name}");
    }
    assert_eq!(gongkai(&["checks", "explain", "nothing_of_the_kind"]).status.code(), Some(2));
}
