//! What publishers do in their own way is no mistake, and what contradicts itself is told where it is.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop")]

mod common;

use common::{check_again, convert, sample};
use gongkai::disclosure::{Amount, Check, CodeLevel, Disclosure, Row, RowKind, Suggestion, Value, Verdict};

const ACCOUNT: &str = include_str!("identities/final-account.txt");

/// What does not hold, each cause once: identity and scope.
fn findings(disclosure: &Disclosure) -> Vec<(&str, &str)> {
    disclosure.checks.iter().filter(|check| check.is_finding()).map(|check| (&*check.identity, &*check.scope)).collect()
}

fn amount(text: &str) -> Amount {
    text.parse().expect("an amount")
}

/// A disclosure in which everything adds up.
fn sound() -> Disclosure {
    let disclosure = convert(&sample("small-813-gbk.pdf"));
    assert_eq!(findings(&disclosure), []);
    disclosure
}

fn rows<'d>(disclosure: &'d mut Disclosure, table: &str) -> &'d mut Vec<Row> {
    &mut disclosure.tables.iter_mut().find(|of| &*of.table == table).expect("the table").rows
}

/// Leaves only the columns that are named.
fn only(row: &mut Row, columns: &[&str]) {
    for (column, value) in &mut row.values.0 {
        if !columns.contains(&&**column) {
            *value = Value::Empty;
        }
    }
}

fn checked(mut disclosure: Disclosure) -> Disclosure {
    check_again(&mut disclosure);
    disclosure
}

/// A final account with sentences behind it.
fn account_with(sentences: &str) -> Disclosure {
    convert(format!("{ACCOUNT}\n{sentences}\n").as_bytes())
}

#[test]
fn an_amount_of_something_else_is_not_held_against_a_total() {
    assert_eq!(findings(&account_with("")), []);
    let fund = "六、政府性基金预算财政拨款收入支出决算情况说明\n";
    for sentence in [
        // The same words of another fund, under its own heading and in front of them.
        &format!("{fund}本年收入80.00万元，本年支出70.00万元，其中：基本支出0.00万元，项目支出70.00万元。"),
        &format!("{fund}政府性基金预算财政拨款本年支出合计70.00万元。"),
        // A part, and another year.
        "其中：机关运行经费一般公共预算财政拨款支出30.00万元。",
        "其中：本级本年支出合计100.00万元，二级单位本年支出合计865.00万元。",
        "教育类一般公共预算财政拨款支出100.00万元。",
        "2023年度一般公共预算财政拨款支出850.00万元。",
    ] {
        assert_eq!(findings(&account_with(sentence)), [], "{sentence}");
    }
    // The same amount of this year is.
    let wrong = account_with("2024年度一般公共预算财政拨款支出850.00万元。");
    assert_eq!(findings(&wrong), [("text_final_public", "sections/第三部分/五/（三）")]);
}

#[test]
fn what_was_spent_is_rightly_compared_with_what_was_planned_for_the_same_year() {
    // Most of the text compares with the year before.
    let changed = [
        ("基本支出680.00万元，占70.47%", "，比2023年度减少50.00万元，下降6.85%"),
        ("项目支出285.00万元，占29.53%", "，比2023年度减少50.00万元，下降14.93%"),
    ];
    let text = changed.iter().fold(ACCOUNT.to_owned(), |text, (said, change)| text.replace(said, &format!("{said}{change}")));
    let against = |base: &str| {
        let text = text.replace("本年支出合计965.00万元", &format!("本年支出合计965.00万元，比{base}减少50.79万元，下降5.00%"));
        convert(text.as_bytes()).checks.iter().filter(|check| &*check.identity == "year_word").count()
    };
    assert_eq!(against("2024年年初预算"), 0);
    assert_eq!(against("2019年度"), 0, "a look further back");
    assert_eq!(against("2024年度"), 1, "a year with itself");
}

#[test]
fn an_amount_of_the_text_is_as_precise_as_it_is_printed() {
    let with_total = |total: &str| {
        let mut disclosure = sound();
        let of = disclosure.statements.iter_mut().find(|of| of.subject == "收支总预算").expect("the total in the text");
        of.amount = amount(total);
        checked(disclosure)
    };
    // 7581.56 by the table.
    for rounded in ["7582", "7581.6", "7581"] {
        assert_eq!(findings(&with_total(rounded)), [], "{rounded}");
    }
    // A total is what each adds up from rounded lines.
    assert_eq!(findings(&with_total("7581.57")), []);
    for wrong in ["7583", "7582.1", "7581.7", "7581.4", "7581.58"] {
        assert!(findings(&with_total(wrong)).iter().any(|(identity, _)| *identity == "text_grand_total"), "{wrong}");
    }
}

#[test]
fn a_table_that_goes_less_deep_than_another_lists_the_same() {
    for (table, levels) in [
        ("revenue_detail", &[CodeLevel::Class, CodeLevel::Section][..]),
        ("revenue_detail", &[CodeLevel::Class]),
        ("expenditure_detail", &[CodeLevel::Class, CodeLevel::Section]),
    ] {
        let mut disclosure = sound();
        rows(&mut disclosure, table).retain(|row| row.code_level.is_none_or(|level| levels.contains(&level)));
        assert_eq!(findings(&checked(disclosure)), [], "{table} {levels:?}");
    }
    // One line that is not there is missed all the same.
    let mut disclosure = sound();
    rows(&mut disclosure, "revenue_detail").retain(|row| row.code.as_deref() != Some("2081104"));
    assert!(!findings(&checked(disclosure)).is_empty());
}

#[test]
fn sums_that_are_not_divided_are_the_forms_habit_or_one_finding() {
    let mut disclosure = sound();
    for row in rows(&mut disclosure, "expenditure_detail").iter_mut().filter(|row| row.code_level != Some(CodeLevel::Item)) {
        only(row, &["total"]);
    }
    assert_eq!(findings(&checked(disclosure)), []);
    let mut disclosure = sound();
    rows(&mut disclosure, "expenditure_detail").iter_mut().filter(|row| row.kind == RowKind::Total).for_each(|row| only(row, &["total"]));
    let disclosure = checked(disclosure);
    assert_eq!(findings(&disclosure), [("expenditure_detail: total = basic + project", "expenditure_detail/合计/total")]);
    let told: Vec<&Check> = disclosure.checks.iter().filter(|check| check.is_finding()).collect();
    assert!(told[0].message_zh.contains("各分栏均未填列"), "{}", told[0].message_zh);
}

#[test]
fn subtotals_are_of_their_own_lines() {
    let with_subtotals = |wrong: Option<&str>| {
        let mut disclosure = sound();
        let of = rows(&mut disclosure, "expenditure_detail");
        let mut divided: Vec<Row> = Vec::new();
        for row in std::mem::take(of) {
            // Behind the lines of each class stands what they come to; the class itself has no amount.
            if row.code_level == Some(CodeLevel::Class) || row.kind == RowKind::Total {
                let open = divided.iter().rposition(|row| row.code_level == Some(CodeLevel::Class));
                if let Some(class) = open.and_then(|at| divided.get_mut(at)) {
                    let mut subtotal = class.clone();
                    only(class, &[]);
                    (subtotal.kind, subtotal.code, subtotal.code_level) = (RowKind::Total, None, None);
                    subtotal.name = "小计".to_owned();
                    divided.push(subtotal);
                }
            }
            divided.push(row);
        }
        if let (Some(wrong), Some(first)) = (wrong, divided.iter_mut().find(|row| row.name == "小计")) {
            first.values.0[0].1 = Value::Amount(amount(wrong));
        }
        *of = divided;
        checked(disclosure)
    };
    assert_eq!(findings(&with_subtotals(None)), []);
    // In other tables each is of all lines so far.
    let mut running = with_subtotals(None);
    let mut so_far = [0; 3];
    for row in rows(&mut running, "expenditure_detail").iter_mut().filter(|row| row.name == "小计") {
        for ((_, value), sum) in row.values.0.iter_mut().zip(&mut so_far) {
            *sum += value.amount().map_or(0, Amount::scaled);
            *value = Value::Amount(Amount::from_scaled(*sum).expect("an amount"));
        }
    }
    assert_eq!(findings(&checked(running)), []);
    // Or of one part only, or of all once more.
    for (name, column) in [("小计", "other"), ("本页小计", "total")] {
        let mut odd = sound();
        let of = rows(&mut odd, "expenditure_detail");
        let mut extra = of.iter().find(|row| row.kind == RowKind::Total).expect("a total").clone();
        extra.name = name.to_owned();
        if column == "other" {
            only(&mut extra, &[]);
            for column in [0, 2] {
                extra.values.0[column].1 = Value::Amount(amount("577.08"));
            }
        }
        of.insert(of.len() - 1, extra);
        assert_eq!(findings(&checked(odd)), [], "{name}");
    }
    let wrong = with_subtotals(Some("1.00"));
    let first = wrong.checks.iter().find(|check| check.is_finding()).expect("a wrong subtotal");
    assert_eq!((&*first.scope, &first.suggestion), ("expenditure_detail/小计/total", &Some(Suggestion::Amount(amount("6998.78")))));
}

#[test]
fn subtotals_of_subtotals_and_at_the_head_of_their_lines_are_no_mistake() {
    // Before a line of the table of expenditure.
    let with = |inserted: &[(&str, &str)]| {
        let mut is_there = false;
        let mut text = String::new();
        for line in ACCOUNT.lines() {
            is_there = line.ends_with("支出决算表") && !line.contains("拨款") || is_there && !line.contains("拨款");
            for (_, subtotal) in inserted.iter().filter(|(before, _)| is_there && line.starts_with(before)) {
                text.push_str(&subtotal.replace(' ', "\t"));
                text.push('\n');
            }
            text.push_str(line);
            text.push('\n');
        }
        text
    };
    let behind = with(&[
        ("210\t\t\t", "小计    600.00 400.00 200.00   "),
        ("212\t\t\t", "小计    280.00 280.00    "),
        ("212\t\t\t", "一般公共预算小计    880.00 680.00 200.00   "),
        ("合计", "小计    85.00  85.00   "),
    ]);
    let at_head = with(&[("201\t\t\t", "小计    880.00 680.00 200.00   "), ("212\t\t\t", "小计    85.00  85.00   ")]);
    for text in [behind, at_head] {
        let disclosure = convert(text.as_bytes());
        let of_table: Vec<_> = findings(&disclosure).into_iter().filter(|(_, scope)| scope.starts_with("expenditure_detail/")).collect();
        assert_eq!(of_table, []);
        assert!(disclosure.tables.iter().flat_map(|table| &table.rows).any(|row| row.name.ends_with("小计")));
    }
}

#[test]
fn the_search_for_causes_ends_where_every_line_stands_ten_times() {
    // Taking one of ten lines out mends its own sum, which is told already, and none that is still open: so it is no reason to look again.
    let text = String::from_utf8(sample("korla-2024.txt")).expect("the sample is UTF-8");
    let repeated: String = text.lines().flat_map(|line| std::iter::repeat_n(format!("{line}\n"), 10)).collect();
    let (once, ten_times) = (convert(text.as_bytes()), convert(repeated.as_bytes()));
    assert!(findings(&ten_times).len() > findings(&once).len());
}

#[test]
fn lines_below_a_code_can_stand_anywhere() {
    let mut disclosure = sound();
    let of = rows(&mut disclosure, "general_public_basic");
    let at = of.iter().position(|row| row.code.as_deref() == Some("30114")).expect("a line of 301");
    let moved = of.remove(at);
    let behind = of.iter().position(|row| row.code.as_deref() == Some("30217")).expect("a line of 302");
    of.insert(behind + 1, moved);
    assert_eq!(findings(&checked(disclosure)), []);
}

#[test]
fn a_part_of_the_purchases_is_no_second_whole() {
    let mut disclosure = sound();
    let whole = disclosure.statements.iter().position(|of| of.subject.ends_with("政府采购预算")).expect("the purchases");
    let mut part = disclosure.statements[whole].clone();
    (part.subject, part.amount) = ("面向中小企业预留政府采购预算".to_owned(), amount("60.00"));
    disclosure.statements.insert(whole + 1, part);
    assert_eq!(findings(&checked(disclosure.clone())), []);
    // And it does not hide what the whole is.
    disclosure.statements[whole].amount = amount("190.91");
    assert!(findings(&checked(disclosure)).iter().any(|(identity, _)| *identity == "text_procurement"));
}

#[test]
fn what_is_carried_over_can_be_a_part_that_the_sum_does_not_name() {
    let with = |carried_over: Option<&str>| {
        let mut disclosure = sound();
        let whole = disclosure.statements.iter().position(|of| of.subject.ends_with("一般公共预算拨款合计")).expect("the whole");
        // 7579.59 and the 1.97 that the text says, under another heading, are carried over: table 11 has them.
        disclosure.statements[whole].amount = amount("7581.56");
        if let Some(carried_over) = carried_over {
            let mut part = disclosure.statements[whole].clone();
            (part.subject, part.amount) = ("上年结转".to_owned(), amount(carried_over));
            disclosure.statements.insert(whole + 3, part);
        }
        checked(disclosure)
    };
    assert_eq!(findings(&with(None)), []);
    assert_eq!(findings(&with(Some("1.97"))), []);
}

#[test]
fn names_that_are_cut_off_in_the_tables_do_not_make_the_text_wrong() {
    let mut disclosure = sound();
    let item = disclosure.line_items.iter().find(|item| item.code.as_deref().is_some_and(|code| code.starts_with("208"))).expect("an item");
    let class = item.class_name.clone().expect("its class");
    for row in disclosure.tables.iter_mut().flat_map(|table| &mut table.rows).filter(|row| row.code.as_deref() == Some("208")) {
        row.name = class.trim_end_matches('出').to_owned();
    }
    let disclosure = checked(disclosure);
    assert!(disclosure.checks.iter().all(|check| !check.scope.starts_with("line_items/")), "{:#?}", findings(&disclosure));
}

#[test]
fn two_grand_totals_left_empty_are_not_the_same_total() {
    let mut disclosure = sound();
    for table in ["revenue_expenditure_summary", "fiscal_appropriation_summary"] {
        rows(&mut disclosure, table).iter_mut().filter(|row| row.kind == RowKind::Total).for_each(|row| only(row, &[]));
    }
    let of_class = |row: &&mut Row| row.code.as_deref() == Some("205");
    rows(&mut disclosure, "revenue_expenditure_summary").iter_mut().filter(of_class).for_each(|row| {
        row.values.0[0].1 = Value::Amount(amount("50.00"));
    });
    assert!(findings(&checked(disclosure)).iter().all(|(identity, _)| *identity != "all_is_fiscal"));
}

#[test]
fn a_table_with_amounts_is_not_empty_whatever_its_remark_says() {
    let with_note = |note: &str| {
        let mut disclosure = sound();
        let table = disclosure.tables.iter_mut().find(|of| &*of.table == "three_public_expenses").expect("the table");
        table.notes = vec![note.to_owned()];
        checked(disclosure)
    };
    // As published in Shanghai.
    let wrong = with_note("注：本部门2024年无“三公”经费和机关运行经费预算，故本表为空表。");
    assert_eq!(findings(&wrong), [("empty_table", "three_public_expenses")]);
    for note in [
        "注：如无相关支出，则本表为空表。",
        "注：没有数据的部门公开空表。",
        "注：表9为空表。",
        // The remark of the table behind it.
        "注：本部门无国有资本经营预算财政拨款安排的预算，故本表为空表。",
    ] {
        assert_eq!(findings(&with_note(note)), [], "{note}");
    }
    assert_eq!(findings(&with_note("注：本表反映“三公”经费预算。")), []);
}

#[test]
fn a_percentage_speaks_for_the_amount_that_it_was_made_of() {
    // 7344.32, which was 233.56 more, is 3.08 % less than before; a digit is lost.
    let mut disclosure = sound();
    let of = disclosure.statements.iter_mut().filter(|of| of.subject == "项目支出").nth(1).expect("project expenditure");
    of.amount = amount("734.43");
    let disclosure = checked(disclosure);
    let told: Vec<&Check> = disclosure.checks.iter().filter(|check| check.is_finding()).collect();
    assert_eq!(told.len(), 1, "{:?}", findings(&disclosure));
    assert_eq!((&*told[0].identity, &told[0].suggestion), ("text_general_parts", &Some(Suggestion::Amount(amount("7344.32")))));
    // A line item whose percentage follows from the amount that the text has is not said to be the table's.
    let mut disclosure = sound();
    let item = disclosure.line_items.iter_mut().find(|item| item.code.as_deref() == Some("2081104")).expect("a line item");
    let (right, change) = (item.amount.expect("an amount"), item.change_amount.expect("a change"));
    let doubled = Amount::from_scaled(2 * right.scaled()).expect("an amount");
    item.amount = Some(doubled);
    item.change_direction = Some(gongkai::disclosure::ChangeDirection::Decrease);
    let before = doubled.scaled() + change.scaled();
    let percent = (2 * change.scaled() * 10_000 + before) / (2 * before);
    item.change_pct = Amount::from_scaled(percent * 10_000);
    let disclosure = checked(disclosure);
    let told: Vec<(&str, bool, Verdict)> = disclosure
        .checks
        .iter()
        .filter(|check| check.is_finding())
        .map(|check| (&*check.identity, check.suggestion.is_some(), check.verdict))
        .collect();
    assert_eq!(told, [("line_item_amount", false, Verdict::Publication)]);
}

#[test]
fn a_section_that_keeps_a_word_of_the_template_is_read() {
    let section = "六、收支预算总体情况说明\n";
    // As published in Jiangsu: what did not apply was left as the form has it.
    let filled = format!(
        "{section}项目支出预算数为6333.96万元，与上年相比增加480.00万元，增长8.20%。\n单位预留机动经费预算数为1685.72万元，与上年相比增加1557.29万元，\
         增长1312.56%。\n其他资金收入预算总计0万元，与上年相比增加（减少）0万元，增长（减少）0%。\n上年结转资金预算数为0万元，与上年相比增加（减少）0万元。"
    );
    let disclosure = account_with(&filled);
    assert!(disclosure.sections.iter().all(|section| !section.unfilled_template));
    let told: Vec<&Check> = disclosure.checks.iter().filter(|check| check.is_finding()).collect();
    assert_eq!(told.iter().map(|check| &check.suggestion).collect::<Vec<_>>(), [&Some(Suggestion::Amount(amount("1212.56")))]);
    // One that was never filled in is not.
    let unfilled = format!("{section}项目支出预算数为 万元，与上年相比增加（减少） 万元，增长（减少） %。");
    assert!(account_with(&unfilled).sections.iter().any(|section| section.unfilled_template));
}
