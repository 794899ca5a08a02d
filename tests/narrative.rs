//! What running text says, on real shapes: a published disclosure as recognised text, and made ones whose truth is known exactly.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop")]

mod common;

use common::{convert, sample};
use gongkai::disclosure::{ChangeDirection, Count, Disclosure, Indicator, Operator, Target};
use serde_json::Value;

/// Both the disclosure of a sample and its truth.
fn with_truth(name: &str, extension: &str) -> (Disclosure, Value) {
    let truth = String::from_utf8(sample(&format!("{name}.truth.json"))).expect("the truth is UTF-8");
    (convert(&sample(&format!("{name}.{extension}"))), serde_json::from_str(&truth).expect("the truth is JSON"))
}

/// A text as it is compared: without white space, and brackets and quotes in one width.
fn plain(text: &str) -> String {
    gongkai::grammar::key(text)
}

fn list<'v>(truth: &'v Value, name: &str) -> &'v Vec<Value> {
    truth[name].as_array().expect("a list")
}

fn text(value: &Value) -> String {
    plain(value.as_str().unwrap_or(""))
}

#[test]
fn the_outline_is_that_of_the_document_not_of_its_contents() {
    for (name, extension) in [("medium-40-ocr-text", "txt"), ("small-813-gbk", "pdf"), ("small-813-borderless", "pdf")] {
        let (disclosure, truth) = with_truth(name, extension);
        let found: Vec<(String, String, bool)> =
            disclosure.sections.iter().map(|section| (section.number.clone(), plain(&section.title), section.unfilled_template)).collect();
        let expected: Vec<(String, String, bool)> = list(&truth, "sections")
            .iter()
            .map(|section| (text(&section["number"]), text(&section["title"]), section["unfilled_template"].as_bool().unwrap_or(false)))
            .collect();
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn line_items_have_names_codes_amounts_changes_and_reasons() {
    for (name, extension) in [("medium-40-ocr-text", "txt"), ("small-813-gbk", "pdf"), ("small-813-borderless", "pdf")] {
        let (disclosure, truth) = with_truth(name, extension);
        let found: Vec<[String; 5]> = disclosure
            .line_items
            .iter()
            .map(|item| {
                let direction = match item.change_direction {
                    Some(ChangeDirection::Increase) => "increase",
                    Some(ChangeDirection::Decrease) => "decrease",
                    Some(ChangeDirection::None) => "none",
                    None => "",
                };
                let names = [item.class_name.as_deref(), item.section_name.as_deref(), Some(&*item.item_name)];
                [
                    names.into_iter().flatten().map(plain).collect::<Vec<_>>().join("/"),
                    item.code.clone().unwrap_or_default(),
                    item.amount.map(|amount| amount.scaled().to_string()).unwrap_or_default(),
                    direction.to_owned(),
                    plain(item.reason.as_deref().unwrap_or("")),
                ]
            })
            .collect();
        let millionths = |value: &Value| {
            let amount: gongkai::disclosure::Amount = serde_json::from_str(&value.to_string()).expect("an exact decimal");
            amount.scaled().to_string()
        };
        let expected: Vec<[String; 5]> = list(&truth, "line_items")
            .iter()
            .map(|item| {
                [
                    ["class_name", "section_name", "item_name"].map(|name| text(&item[name])).join("/"),
                    text(&item["code"]),
                    millionths(&item["amount"]),
                    text(&item["change_direction"]),
                    text(&item["reason"]),
                ]
            })
            .collect();
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn projects_have_their_fields_and_no_others() {
    for (name, extension) in [("medium-40-ocr-text", "txt"), ("small-813-gbk", "pdf"), ("small-813-borderless", "pdf")] {
        let (disclosure, truth) = with_truth(name, extension);
        let expected = list(&truth, "projects");
        assert_eq!(disclosure.projects.len(), expected.len(), "{name}");
        for (project, truth) in disclosure.projects.iter().zip(expected) {
            let fields = [
                ("name", &project.name),
                ("policy_basis", &project.policy_basis),
                ("executing_unit", &project.executing_unit),
                ("allocation", &project.allocation),
                ("period", &project.period),
                ("funding_source", &project.funding_source),
                ("subsidy_standard", &project.subsidy_standard),
                ("disbursement_procedure", &project.disbursement_procedure),
                ("social_benefit", &project.social_benefit),
            ];
            for (field, found) in fields {
                assert_eq!(plain(found.as_deref().unwrap_or("")), text(&truth[field]), "{name}: {field} of {:?}", project.name);
            }
            let count = match &project.beneficiary_count {
                Some(Count::Number(count)) => Some(*count),
                _ => None,
            };
            assert_eq!(count, truth["beneficiary_count"].as_u64(), "{name}: {:?}", project.name);
            let is_withheld = text(&truth["policy_basis"]).contains("不予公开");
            assert_eq!(project.flags.contains(&"withheld".to_owned()), is_withheld);
        }
    }
}

/// The last is without rules: a table's first rows stand at a page's foot, rows and the levels over them are told by their heights.
#[test]
fn targets_have_heads_and_indicators_with_levels_filled_down() {
    for (name, extension) in [("medium-40-ocr-text", "txt"), ("small-813-gbk", "pdf"), ("small-5629-borderless", "pdf")] {
        let (disclosure, truth) = with_truth(name, extension);
        let expected = list(&truth, "targets");
        assert_eq!(disclosure.targets.len(), expected.len(), "{name}");
        for (target, truth) in disclosure.targets.iter().zip(expected) {
            assert_eq!(&*target.table, truth["table"].as_str().expect("a table"));
            assert_eq!(plain(target.project.as_deref().unwrap_or("")), text(&truth["project"]));
            assert_eq!(plain(target.goal.as_deref().unwrap_or("")), text(&truth["goal"]));
            assert_eq!(plain(target.agency.as_deref().unwrap_or("")), text(&truth["agency"]));
            let is_doubtful = target.flags.iter().any(|flag| flag == "row_doubtful");
            assert_eq!(is_doubtful, name.ends_with("borderless"), "what alignment alone tells is flagged");
            let found: Vec<[String; 4]> = target
                .indicators
                .iter()
                .map(|indicator| {
                    let texts = [&indicator.level1, &indicator.level2, &indicator.level3, &indicator.value_text];
                    texts.map(|text| plain(text.as_deref().unwrap_or("")))
                })
                .collect();
            let indicators = list(truth, "indicators").iter();
            let expected: Vec<[String; 4]> =
                indicators.map(|indicator| ["level1", "level2", "level3", "value_text"].map(|field| text(&indicator[field]))).collect();
            assert_eq!(found, expected, "{name}: {:?}", target.project);
        }
    }
}

#[test]
fn a_published_disclosure_gives_every_record_and_none_from_its_unfilled_template() {
    let disclosure = convert(&sample("korla-2024.txt"));
    assert_eq!(disclosure.sections.len(), 26);
    assert_eq!(disclosure.line_items.len(), 66, "66 items are numbered 1 to 64, 29 and 33 twice");
    assert_eq!(disclosure.projects.len(), 128);
    assert_eq!(disclosure.targets.len(), 110, "one of the whole agency and 109 of projects");
    assert_eq!(disclosure.agency_profile.subordinate_units.len(), 20);
    assert_eq!(disclosure.agency_profile.staff.in_post, Some(1442));
    // The template of 八 to 十二 was left as it is.
    let unfilled = |number: &str| disclosure.sections.iter().any(|section| section.number == number && section.unfilled_template);
    assert!(["八", "九", "十", "十一", "十二"].into_iter().all(unfilled));
    assert_eq!(disclosure.diagnostics.iter().filter(|diagnostic| &*diagnostic.code == "unfilled_template").count(), 1);
    // 7. …其他 | 发展与改革事务支出（项）, torn by a page break.
    let torn = disclosure.line_items.iter().find(|item| item.item_name == "其他发展与改革事务支出").expect("joined");
    assert_eq!((torn.amount.map(|amount| amount.to_string()), torn.place.more_lines.len()), (Some("15".to_owned()), 1));
}

#[test]
fn what_stands_where_a_level_should_is_one_of_the_forms_or_flagged() {
    const FIRST: [&str; 4] = ["产出指标", "成本指标", "效益指标", "满意度指标"];
    let disclosure = convert(&sample("korla-2024.txt"));
    let projects = disclosure.targets.iter().filter(|target| &*target.table == "performance_target");
    let indicators: Vec<_> = projects.flat_map(|target| &target.indicators).collect();
    for indicator in &indicators {
        let first = indicator.level1.as_deref().unwrap_or("");
        let is_level = FIRST.iter().any(|level| first.starts_with(level));
        let is_flagged = indicator.flags.iter().any(|flag| flag == "level_unknown:level1");
        assert_eq!(is_flagged, !is_level, "{first}: {:?}", indicator.place);
    }
    // 效益指标, a first level, stands once where the second should: that is what the publisher wrote.
    let unknown = |indicator: &&&Indicator| indicator.flags.iter().any(|flag| flag == "level_unknown:level2");
    let unknown: Vec<_> = indicators.iter().filter(unknown).map(|indicator| indicator.level2.as_deref()).collect();
    assert_eq!(unknown, [Some("效益指标")]);
}

#[test]
fn names_that_recognition_put_before_their_empty_levels_are_put_back() {
    let disclosure = convert(&sample("korla-2024.txt"));
    let found = |line: u32| {
        let mut indicators = disclosure.targets.iter().flat_map(|target| &target.indicators);
        indicators.find(|indicator| indicator.place.line == Some(line)).expect("an indicator begins on the line")
    };
    let names = |line: u32| {
        let Indicator { level1, level2, level3, .. } = found(line);
        [level1, level2, level3].map(|name| name.as_deref().unwrap_or(""))
    };
    let weight = |line: u32| found(line).weight.map(|weight| weight.to_string());
    // 无人机验收合格率 | | =100% | …: the whole row moved by one, and the name by one more.
    assert_eq!(names(5107), ["产出指标", "质量指标", "无人机验收合格率"]);
    assert_eq!(weight(5107).as_deref(), Some("3"));
    assert!(found(5107).flags.contains(&"columns_shifted".to_owned()));
    assert_eq!(names(5109), ["产出指标", "质量指标", "无人机质量合格率"], "what follows is not under that name");
    // 城市照明金额 | | | ≤240 万元 | 计划标准 | - | 5, below a heading of another wording, 指标分值.
    assert_eq!(names(4108), ["成本指标", "经济成本指标", "城市照明金额"]);
    assert_eq!((weight(4108).as_deref(), found(4108).prior_value.as_deref()), (Some("5"), Some("-")));
    // 经济成本 | 成本 | 指标, one merged cell, left in three rows.
    assert_eq!([4588, 4589, 4591].map(names).map(|[_, level2, _]| level2), ["经济成本指标"; 3]);
    // A level without an indicator, at the foot of a page, is no beginning of the row behind it.
    assert_eq!(names(4886), ["效益指标", "经济效益指标", ""]);
    assert_eq!(names(4888), ["效益指标", "社会效益指标", "提升办公环境"]);
}

#[test]
fn a_heading_that_the_form_does_not_know_keeps_its_column_and_is_told() {
    let text = String::from_utf8(sample("korla-2024.txt")).expect("the sample is UTF-8");
    let changed = text.replacen("指标值\t指标值设置依据\t上年完成值\t指标分值权重", "指标值\t完成时限\t上年完成值\t指标分值权重", 1);
    assert_ne!(text, changed, "the heading is in the sample");
    let disclosure = convert(changed.as_bytes());
    let told = |target: &&Target| target.flags.contains(&"heading_unknown:完成时限".to_owned());
    let target = disclosure.targets.iter().find(told).expect("flagged");
    let first = target.indicators.first().expect("has indicators");
    assert_eq!((first.basis.as_deref(), first.value_text.as_deref()), (None, Some("1")), "its cells do not fall into the next column");
}

#[test]
fn a_row_torn_over_a_page_and_moved_by_a_column_is_put_right() {
    let disclosure = convert(&sample("korla-2024.txt"));
    let indicators = disclosure.targets.iter().flat_map(|target| &target.indicators);
    // `| 成本指 | 经济成 | 工程质保资 | ≤13 …` and, on the next page, `标 | 本指标 | 金数 | .41 万元 …`.
    let torn = indicators.into_iter().find(|indicator| indicator.level3.as_deref() == Some("工程质保资金数")).expect("joined");
    assert_eq!((torn.level1.as_deref(), torn.level2.as_deref()), (Some("成本指标"), Some("经济成本指标")));
    assert_eq!((torn.operator, torn.value.map(|value| value.to_string())), (Some(Operator::AtMost), Some("13.41".to_owned())));
    assert_eq!((torn.unit.as_deref(), torn.value_text.as_deref()), (Some("万元"), Some("≤13 / .41 万元")));
    assert!(torn.flags.contains(&"row_joined".to_owned()) && torn.flags.contains(&"columns_shifted".to_owned()));
    assert_eq!(torn.repairs.len(), 2);
}
