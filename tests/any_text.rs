//! Whatever comes in, nothing panics, no line is lost, and what comes out is deterministic.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop")]

mod common;

use common::{convert, sample};
use gongkai::disclosure::{Repair, Row};
use gongkai::read::Limits;
use gongkai::{Grammars, InputError, disclosure, write};
use proptest::prelude::*;

/// Cells as they stand in disclosures, whole and damaged.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => Just(String::new()),
        2 => "[0-9]{1,7}",
        1 => "20 [0-9]|[0-9] [0-9]|[0-9] [0-9] [0-9]",
        1 => "[0-9]{1,3}(,[0-9]{3}){0,2}(\\.[0-9]{2})?",
        2 => "(行政运行|事业运行|公共卫生|合计|合 计:|教育支出|其他支出|一、本年收入|2023年项目)",
        1 => "[0-9]{2}\\](其他支出|事业运行)",
        1 => "[\\x00-\\x7f一-龥Ａ-ｚ≤“”<>]{0,6}",
    ]
}

fn line() -> impl Strategy<Value = String> {
    let titles = prop::sample::select(vec![
        "部门（单位）收支总体情况表",
        "部门（单位）收入总体情况表",
        "部门（单位）支出总体情况表",
        "财政拨款收支预算总体情况表",
        "一般公共预算支出情况表",
        "一般公共预算基本支出情况表",
        "一般公共预算项目支出情况表",
        "财政拨款“三公”经费支出情况表",
        "上年结转结余情况明细表",
        "项目支出绩效目标表",
        "单位：万元",
        "表 3",
        "",
        "---\t---",
        "科目\t\t\t\t支出预算\t\t",
        "类\t款\t项\t\t\t\t",
    ]);
    prop_oneof![
        5 => prop::collection::vec(cell(), 1..18).prop_map(|cells| cells.join("\t")),
        2 => titles.prop_map(str::to_owned),
        1 => "[一-龥，。0-9 ]{0,60}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_text_is_too_odd(lines in prop::collection::vec(line(), 1..60)) {
        let grammars = Grammars::built_in().expect("the built-in grammars load");
        let text = format!("部门（单位）支出总体情况表\n{}", lines.join("\n"));
        match disclosure("odd.txt", text.as_bytes(), &grammars, &Limits::default()) {
            Ok(first) => {
                prop_assert!(first.account.is_complete());
                for table in &first.tables {
                    for row in &table.rows {
                        prop_assert!((0.0..=1.0).contains(&row.confidence));
                        prop_assert!(row.repairs.iter().all(|&id| (1..=first.repairs.len()).contains(&(id as usize))));
                    }
                }
                let again = disclosure("odd.txt", text.as_bytes(), &grammars, &Limits::default()).expect("as before");
                prop_assert_eq!(write::json(&first).expect("JSON"), write::json(&again).expect("JSON"));
            }
            Err(error) => prop_assert!(matches!(error, InputError::NoTable | InputError::Binary), "{}", error),
        }
    }

    /// Bytes changed anywhere in a real text: a result or a named error, never a panic.
    #[test]
    fn no_damage_to_bytes_is_too_much(changes in prop::collection::vec((0_usize..89_000, any::<u8>()), 0..40)) {
        let grammars = Grammars::built_in().expect("the built-in grammars load");
        let mut bytes = sample("medium-40-ocr-text.txt");
        for (at, byte) in changes {
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
        }
        if let Ok(disclosure) = disclosure("damaged.txt", &bytes, &grammars, &Limits::default()) {
            prop_assert!(disclosure.account.is_complete());
        }
    }
}

#[test]
fn text_that_never_ends_is_no_name() {
    let text = String::from_utf8(sample("korla-2024.txt")).expect("the sample is UTF-8");
    let is_torn_name = |repair: &&Repair| &*repair.rule == "name.join_torn_row";
    let once = convert(text.as_bytes());
    let torn = once.repairs.iter().find(is_torn_name).and_then(|repair| repair.place.line).expect("a name torn in two") as usize;
    // The rest of the name stands there a thousand times.
    let lines: Vec<&str> = text.lines().collect();
    let (before, behind) = lines.split_at(torn);
    let endless = [before, [lines[torn - 1]].repeat(1000).as_slice(), behind].concat().join("\n");
    let disclosure = convert(endless.as_bytes());
    let rows: Vec<_> = disclosure.tables.iter().flat_map(|table| &table.rows).collect();
    let longest = rows.iter().map(|row| row.name.chars().count()).max();
    assert!(longest.is_some_and(|longest| longest < 250), "{longest:?}");
    let is_doubtful = |row: &&&Row| row.flags.iter().any(|flag| flag == "row_doubtful");
    assert!(rows.iter().filter(|row| row.name.chars().count() >= 200).all(|row| is_doubtful(&row)));
    assert!(disclosure.account.is_complete());
}
