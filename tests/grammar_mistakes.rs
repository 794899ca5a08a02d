//! A mistake in a grammar is named by file, line and key, with what was expected.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop")]

use std::fs;
use std::path::Path;

use gongkai::Grammars;

const FORM: &str = r#"id = "small"
title = "小表"
kind = "department_budget"
unit = "万元"

[[table]]
id = "expenditure_detail"
number = 3
title = "支出总体情况表"
identities = ["total = basic + project"]
agreements = []

[[table.block]]
code_set = "functional"
code_columns = ["class", "section", "item"]
name_heading = ["科目名称"]
columns = [
  { id = "total", heading = ["合计"] },
  { id = "basic", heading = ["基本支出"] },
  { id = "project", heading = ["项目支出"] },
]
"#;

/// Loads the project's grammars with this form as the only one; the error as its users see it.
fn loading(form: &str, codes: &str) -> Result<usize, String> {
    loading_with(form, codes, "")
}

/// The same, with more identities.
fn loading_with(form: &str, codes: &str, more_identities: &str) -> Result<usize, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("grammars");
    fs::create_dir(folder.path().join("forms")).and_then(|()| fs::create_dir(folder.path().join("codes"))).expect("folders");
    fs::copy(source.join("vocabulary.toml"), folder.path().join("vocabulary.toml")).expect("the vocabulary");
    fs::copy(source.join("narrative.toml"), folder.path().join("narrative.toml")).expect("the words of running text");
    let identities = fs::read_to_string(source.join("identities.toml")).expect("the identities");
    fs::write(folder.path().join("identities.toml"), identities + more_identities).expect("written");
    fs::write(folder.path().join("forms/small.toml"), form).expect("the form");
    fs::write(folder.path().join("codes/functional-2024.tsv"), codes).expect("the codes");
    let shorten = |message: String| message.replace(&format!("{}/", folder.path().display()), "");
    Grammars::from_folder(folder.path()).map(|grammars| grammars.forms[0].tables.len()).map_err(|error| shorten(error.to_string()))
}

const CODES: &str = "201\t一般公共服务支出\t类\n20101\t人大事务\t款\n";

#[test]
fn a_form_without_mistakes_loads() {
    assert_eq!(loading(FORM, CODES), Ok(1));
}

#[test]
fn mistakes_are_named_with_place_and_remedy() {
    let cases = [
        ("id = \"small\"", "id = \"large\"", "forms/small.toml:1:6: `id`: is `large`; expected the file's name, `small`"),
        ("number = 3", "number = \"three\"", "forms/small.toml:8:10: `number`: invalid type: string \"three\", expected u32"),
        ("number = 3", "numero = 3", "forms/small.toml:8:1: unknown field `numero`"),
        (
            "total = basic + project",
            "total = basic + projekt",
            "forms/small.toml:10:15: `identities`: there is no column `projekt`; expected one of total, basic, project",
        ),
        (
            "total = basic + project",
            "total is basic",
            "forms/small.toml:10:15: `identities`: `total is basic` is no identity; expected `column = column + column`",
        ),
        (
            "agreements = []",
            "agreements = [\"total = other.total by item\"]",
            "forms/small.toml:11:15: `agreements`: there is no table `other`; expected one of expenditure_detail",
        ),
        (
            "\"functional\"",
            "\"functions\"",
            "forms/small.toml:14:12: `code_set`: there is no code list `functions`; expected one of functional",
        ),
        ("id = \"basic\"", "id = \"total\"", "forms/small.toml:19:10: `id`: the column `total` stands here twice"),
        ("kind = \"department_budget\"", "kind = \"budget\"", "forms/small.toml:3:8: `kind`: unknown variant `budget`"),
        ("unit = \"万元\"\n", "", "forms/small.toml:1:1: missing field `unit`"),
        ("title = \"小表\"", "title = 小表", "forms/small.toml:2:9: `title`: "),
    ];
    for (right, wrong, expected) in cases {
        let message = loading(&FORM.replacen(right, wrong, 1), CODES).expect_err(wrong);
        assert!(message.starts_with(expected), "found    {message}\nexpected {expected}");
    }
}

#[test]
fn mistakes_in_code_lists_are_named_too() {
    let cases = [
        ("201\t一般公共服务支出\t类\n2010\t人大事务\t款\n", "codes/functional-2024.tsv:2:1: `code`: expected a code of 3, 5 or 7 digits"),
        ("201\n", "codes/functional-2024.tsv:1:1: `name`: expected the code's name after a tab"),
        ("201\t甲\t类\n201\t乙\t类\n", "codes/functional-2024.tsv:2:1: `code`: 201 stands here twice"),
        ("201\t甲\t款\n", "codes/functional-2024.tsv:1:1: `level`: is `款`; expected `类` for a code of 3 digits"),
    ];
    for (codes, expected) in cases {
        let message = loading(FORM, codes).expect_err(expected);
        assert!(message.starts_with(expected), "found    {message}\nexpected {expected}");
    }
}

#[test]
fn words_that_tell_a_department_from_a_unit_are_given_for_both() {
    let with = |keys: &str| loading_with(&FORM.replacen("title =", &format!("{keys}\ntitle ="), 1), CODES, "");
    assert_eq!(with("of_department = [\"部门\"]\nof_unit = [\"单位\"]"), Ok(1));
    for half in ["of_unit = [\"单位\"]", "is_of_unit = true\nof_department = [\"部门\"]\nof_unit = [\"单位\"]"] {
        let refused = with(half).expect_err(half);
        assert!(refused.contains("`of_department`"), "{refused}");
    }
}

#[test]
fn mistakes_in_identities_are_named_with_what_was_expected() {
    let identity =
        |holds: &str| format!("\n[[identity]]\ncode = \"mine\"\nkind = \"cross_table\"\nzh = \"甲\"\nen = \"a\"\nholds = \"{holds}\"\n");
    let loads = |holds: &str| loading_with(FORM, CODES, &identity(holds));
    assert_eq!(loads("expenditure_detail.total[total] = expenditure_detail.basic[total] + expenditure_detail.project[total]"), Ok(1));
    let no_column = loads("expenditure_detail.wages[total] = expenditure_detail.basic[total]").expect_err("refused");
    assert!(no_column.contains("identities.toml") && no_column.contains("no form has a column expenditure_detail.wages"), "{no_column}");
    // What no check could ever compare would be a rule that never fails.
    for never in [
        "expenditure_detail.total = expenditure_detail.basic",
        "expenditure_detail.total[total] = text[支出预算]",
        "line_items = expenditure_detail.total[total]",
    ] {
        let refused = loads(never).expect_err(never);
        assert!(refused.contains("stands alone on the left"), "{refused}");
    }
    // A condition is of lines too.
    let holds = "expenditure_detail.total[total] = expenditure_detail.basic[total]";
    let only_if = |of: &str| loading_with(FORM, CODES, &format!("{}only_if = \"{of}\"\n", identity(holds)));
    assert_eq!(only_if(holds), Ok(1));
    let refused = only_if("line_items = expenditure_detail.total").expect_err("refused");
    assert!(refused.contains("`only_if`") && refused.contains("sums of lines"), "{refused}");
    let no_language = loads("expenditure_detail.total[everything] = 3").expect_err("refused");
    assert!(no_language.contains("identities.toml") && no_language.contains("expected SUM = SUM"), "{no_language}");
}
