//! Every identity that gongkai knows: a disclosure in which it holds, and one in which one wrong place is found by it.
//!
//! The fixtures are `tests/identities/fixtures.toml`; an identity without one fails the first test.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop")]

mod common;

use std::collections::BTreeMap;

use common::{check_again, convert, sample};
use gongkai::Grammars;
use gongkai::disclosure::{Check, CheckKind, Disclosure};
use gongkai::reconcile::checks::compare;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Fixtures {
    fixture: Vec<Fixture>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixture {
    /// Of the identity.
    code: String,
    /// What is changed.
    of: String,
    /// What is put in before.
    #[serde(default)]
    given: BTreeMap<String, String>,
    /// What is then wrong.
    fails: BTreeMap<String, String>,
    /// Where the finding must be, if it is not there.
    at: Option<String>,
}

fn fixtures() -> Vec<Fixture> {
    toml::from_str::<Fixtures>(include_str!("identities/fixtures.toml")).expect("the fixtures").fixture
}

/// The lists of a disclosure, and the field by which an entry goes.
const LISTS: [(&str, &str); 6] = [
    ("tables", "table"),
    ("line_items", "code"),
    ("statements", "subject"),
    ("targets", "project"),
    ("projects", "name"),
    ("sections", "title"),
];

/// Puts a value at `table/row/column` or `list/entry/field`.
fn put(disclosure: &mut Value, path: &str, value: &str) {
    let parts: Vec<&str> = path.split('/').collect();
    let [group, entry, field] = parts[..] else { panic!("{path} is no place") };
    // What is text stays text: codes look like numbers.
    let new = match field {
        "code" | "name" | "number" => json!(value),
        "notes" => json!([value]),
        "includes" => json!(value.split('、').collect::<Vec<_>>()),
        _ => value.parse().map_or_else(|_| json!(value), Value::Number),
    };
    let list = |of: &'_ Value| of.as_array().map_or(0, Vec::len);
    let place = if let Some((_, key)) = LISTS.iter().find(|(list, _)| *list == group) {
        let entries = &mut disclosure[group];
        // The second of one name is called so.
        let (entry, nth) = entry.strip_suffix(" (2)").map_or((entry, 0), |entry| (entry, 1));
        let is_it = |of: &Value| of[key] == entry;
        let at = (0..list(entries)).filter(|&at| is_it(&entries[at]) && !entries[at][field].is_null()).nth(nth);
        let at = at.or_else(|| (0..list(entries)).find(|&at| is_it(&entries[at]))).unwrap_or_else(|| panic!("no {path}"));
        // The weight of a target is that of its first indicator.
        if field == "weight" { &mut entries[at]["indicators"][0][field] } else { &mut entries[at][field] }
    } else {
        let tables = &mut disclosure["tables"];
        let table = (0..list(tables)).find(|&at| tables[at]["table"] == group).unwrap_or_else(|| panic!("no {path}"));
        let rows = &mut tables[table]["rows"];
        let is_it = |of: &Value| {
            (of["code"] == entry || of["name"] == entry) && (matches!(field, "code" | "name") || of["values"].get(field).is_some())
        };
        let row = (0..list(rows)).find(|&at| is_it(&rows[at])).unwrap_or_else(|| panic!("no {path}"));
        let row = &mut rows[row];
        if matches!(field, "code" | "name") { &mut row[field] } else { &mut row["values"][field] }
    };
    assert_ne!(*place, new, "{path} is so already");
    *place = new;
}

/// The disclosure with some places changed, checked again.
fn with(base: &Value, changes: &[&BTreeMap<String, String>]) -> Disclosure {
    let mut edited = base.clone();
    for (path, value) in changes.iter().flat_map(|of| of.iter()) {
        // A row goes by its code to the last.
        if !path.ends_with("/code") {
            put(&mut edited, path, value);
        }
    }
    for (path, value) in changes.iter().flat_map(|of| of.iter()).filter(|(path, _)| path.ends_with("/code")) {
        put(&mut edited, path, value);
    }
    let mut disclosure: Disclosure = serde_json::from_str(&edited.to_string()).expect("still a disclosure");
    check_again(&mut disclosure);
    disclosure
}

/// Tables as a file beside this one has them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tables {
    form: String,
    /// The heading above all that the text says.
    heading: String,
    statements: BTreeMap<String, String>,
    table: Vec<TableOf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableOf {
    id: String,
    number: u32,
    unit: String,
    rows: Vec<RowOf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RowOf {
    kind: Option<String>,
    side: Option<String>,
    block: Option<String>,
    code: Option<String>,
    name: String,
    values: BTreeMap<String, String>,
}

/// A disclosure of nothing but some tables.
fn tables_of(text: &str) -> Value {
    let Tables { form, heading, statements, table } = toml::from_str(text).expect("tables");
    let grammars = Grammars::built_in().expect("the built-in grammars load");
    let of = grammars.forms.iter().find(|of| of.id == form).expect("a form");
    let mut disclosure = serde_json::to_value(convert(include_bytes!("identities/final-account.txt"))).expect("JSON");
    let like = disclosure["tables"][0].clone();
    for list in ["line_items", "targets", "projects"] {
        disclosure[list] = json!([]);
    }
    let said = statements.iter().map(|(subject, amount)| {
        let mut said = statement(&disclosure, subject, amount);
        said["section"] = json!("一");
        said
    });
    disclosure["statements"] = said.collect();
    let mut section = disclosure["sections"][0].clone();
    (section["number"], section["level"], section["title"]) = (json!("一"), json!(2), json!(heading));
    disclosure["sections"] = json!([section]);
    disclosure["document"]["form"] = json!(form);
    disclosure["document"]["kind"] = json!(of.kind);
    disclosure["tables"] = table.into_iter().map(|table| table_of(&like, table)).collect();
    disclosure
}

/// What the text says of one amount, like the first that it says.
fn statement(disclosure: &Value, subject: &str, amount: &str) -> Value {
    let mut said = disclosure["statements"][0].clone();
    for field in ["share_pct", "change_direction", "change_amount", "change_pct"] {
        said[field] = Value::Null;
    }
    said["subject"] = json!(subject);
    said["amount"] = amount.parse().map(Value::Number).expect("an amount");
    said
}

fn table_of(like: &Value, TableOf { id, number, unit, rows }: TableOf) -> Value {
    let mut table = like.clone();
    let row_of = |RowOf { kind, side, block, code, name, values }: RowOf| {
        let mut row = like["rows"][0].clone();
        let value = |text: String| text.parse().map_or_else(|_| json!(text), Value::Number);
        row["kind"] = json!(kind.as_deref().unwrap_or("item"));
        row["code_level"] = match code.as_deref().map_or(0, str::len) {
            3 => json!("class"),
            5 => json!("section"),
            _ => Value::Null,
        };
        (row["side"], row["block"], row["code"]) = (json!(side), json!(block), json!(code));
        row["name"] = json!(name);
        row["values"] = values.into_iter().map(|(column, text)| (column, value(text))).collect();
        row
    };
    (table["table"], table["number"], table["unit"], table["title_found"]) = (json!(id), json!(number), json!(unit), json!(true));
    table["rows"] = rows.into_iter().map(row_of).collect();
    table
}

/// What a fixture starts from.
fn base(name: &str) -> Value {
    if let Some(name) = name.strip_suffix(" with four targets") {
        let mut disclosure = base(name);
        let targets = disclosure["targets"].as_array_mut().expect("targets");
        for project in ["二", "三", "四"] {
            let mut target = targets[0].clone();
            target["project"] = json!(project);
            targets.push(target);
        }
        return disclosure;
    }
    match name {
        "shanghai" => return tables_of(include_str!("identities/shanghai.toml")),
        "jiangsu" => return tables_of(include_str!("identities/jiangsu.toml")),
        _ => {}
    }
    if name != "final-account" {
        return serde_json::to_value(convert(&sample(name))).expect("JSON");
    }
    let mut disclosure = serde_json::to_value(convert(include_bytes!("identities/final-account.txt"))).expect("JSON");
    // Two lists side by side with codes of their own are read from pages only; the checks know them from wherever they come.
    let tables = disclosure["tables"].as_array_mut().expect("tables");
    let mut basic = tables.iter().find(|of| of["table"] == "general_public_expenditure").expect("table 5").clone();
    let rows = [
        ("item", "301", "工资福利支出", 500),
        ("item", "30101", "基本工资", 300),
        ("item", "30102", "津贴补贴", 200),
        ("item", "303", "对个人和家庭的补助", 50),
        ("item", "30302", "退休费", 50),
        ("total", "", "人员经费合计", 550),
        ("item", "302", "商品和服务支出", 100),
        ("item", "30201", "办公费", 30),
        ("item", "30212", "因公出国（境）费用", 10),
        ("item", "30217", "公务接待费", 20),
        ("item", "30231", "公务用车运行维护费", 40),
        ("item", "310", "资本性支出", 30),
        ("item", "31013", "公务用车购置", 30),
        ("total", "", "公用经费合计", 130),
    ];
    let like = basic["rows"][0].clone();
    let row = |(kind, code, name, total): (&str, &str, &str, u32)| {
        let mut row = like.clone();
        row["kind"] = json!(kind);
        row["code"] = if code.is_empty() { Value::Null } else { json!(code) };
        row["name"] = json!(name);
        row["level"] = match code.len() {
            3 => json!("class"),
            5 => json!("section"),
            _ => Value::Null,
        };
        row["values"] = json!({ "total": total });
        row
    };
    basic["table"] = json!("general_public_basic");
    basic["number"] = json!(6);
    basic["title"] = json!("一般公共预算财政拨款基本支出决算表");
    basic["rows"] = rows.into_iter().map(row).collect();
    tables.insert(5, basic);
    // The text says less than most do.
    for (subject, amount) in [("人员经费", "550.00"), ("因公出国（境）费支出决算", "10.00")] {
        let said = statement(&disclosure, subject, amount);
        disclosure["statements"].as_array_mut().expect("statements").push(said);
    }
    let tables = disclosure["tables"].as_array_mut().expect("tables");
    // Nor is its one line without a name.
    let amounts = [
        ("total_actual", 100),
        ("overseas_travel_actual", 10),
        ("vehicles_total_actual", 70),
        ("vehicle_purchase_actual", 30),
        ("vehicle_operation_actual", 40),
        ("official_reception_actual", 20),
    ];
    let values = amounts.map(|(column, amount)| (column.to_owned(), amount.to_string())).into();
    let row = RowOf { kind: Some("total".to_owned()), side: None, block: None, code: None, name: String::new(), values };
    let table = TableOf { id: "three_public_expenses".to_owned(), number: 7, unit: "万元".to_owned(), rows: vec![row] };
    let table = table_of(&tables[0], table);
    tables.insert(6, table);
    disclosure
}

fn of_code<'d>(disclosure: &'d Disclosure, code: &'d str) -> impl Iterator<Item = &'d Check> {
    disclosure.checks.iter().filter(move |check| !check.holds && explains(check, code))
}

/// Row identities and agreements go by the form's own words; `gongkai checks explain` tells which rule they are.
fn explains(check: &Check, code: &str) -> bool {
    let written = |sign: &str| check.identity.contains(sign);
    match code {
        "row_sum" => written(" = ") && !written("."),
        "agreement" => written(" = ") && written("."),
        _ => *check.identity == *code,
    }
}

#[test]
fn every_identity_has_a_fixture() {
    let grammars = Grammars::built_in().expect("the built-in grammars load");
    let known = grammars.identities.rules.iter().map(|rule| &*rule.code);
    let mut known: Vec<&str> = known.chain(grammars.identities.identities.iter().map(|identity| &*identity.code)).collect();
    let fixtures = fixtures();
    let mut have: Vec<&str> = fixtures.iter().map(|fixture| &*fixture.code).collect();
    // Those between disclosures have tests of their own below.
    known.retain(|code| !BETWEEN.contains(code));
    known.sort_unstable();
    have.sort_unstable();
    have.dedup();
    assert_eq!(have, known);
}

#[test]
fn every_identity_holds_where_nothing_is_wrong_and_finds_the_one_place_that_is() {
    let mut bases: BTreeMap<String, Value> = BTreeMap::new();
    let mut wrong = Vec::new();
    for Fixture { code, of, given, fails, at } in fixtures() {
        let base = bases.entry(of.clone()).or_insert_with(|| base(&of));
        let findings = |disclosure: &Disclosure| {
            disclosure.checks.iter().filter(|check| check.is_finding()).map(|check| check.scope.clone()).collect::<Vec<_>>()
        };
        let holds = with(base, &[&given]);
        if !findings(&holds).is_empty() {
            wrong.push(format!("{code}: where nothing is wrong, {:?}", findings(&holds)));
            continue;
        }
        let (path, _) = fails.first_key_value().expect("what is wrong");
        let failed = with(base, &[&given, &fails]);
        let found = findings(&failed);
        let (table, row) = path.split_once('/').expect("a place");
        let (row, column) = row.split_once('/').expect("a place");
        let is_there = |scope: &String| match (&at, table) {
            (Some(at), _) => scope == at,
            // Amounts of the text go by their section; other findings of the text by their entry.
            (None, "statements") => scope.starts_with("sections/"),
            (None, "line_items" | "projects") => *scope == format!("{table}/{row}"),
            (None, _) if column == "name" => *scope == format!("{table}/{row}"),
            // Those of two-sided tables name the side too.
            (None, _) => scope.starts_with(&format!("{table}/")) && scope.ends_with(&format!("/{row}/{column}")),
        };
        if of_code(&failed, &code).count() == 0 {
            let names: Vec<&str> = failed.checks.iter().filter(|check| !check.holds).map(|check| &*check.identity).collect();
            wrong.push(format!("{code}: does not fail; what does: {names:?}"));
        } else if found.len() != 1 || !found.iter().all(is_there) {
            wrong.push(format!("{code}: {path} is wrong, found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is about two disclosures.
const BETWEEN: [&str; 2] = ["prior_year", "opening_budget"];

/// Findings about two disclosures, when they are checked together: identity, scope and what the other one has.
fn between(disclosures: [Value; 2]) -> Vec<(String, String, String)> {
    let read = |of: Value| {
        let mut disclosure: Disclosure = serde_json::from_str(&of.to_string()).expect("a disclosure");
        check_again(&mut disclosure);
        disclosure
    };
    let mut disclosures = disclosures.map(read);
    let before = disclosures[1].checks.len();
    compare(&mut disclosures, &Grammars::built_in().expect("the built-in grammars load"));
    assert_eq!(disclosures[1].checks.len(), before, "only the later one, or the department, is told");
    let found = disclosures[0].checks.iter().filter(|check| check.id == CheckKind::CrossDocument);
    found.map(|check| (check.identity.to_string(), check.scope.clone(), check.right.expect("an amount").to_string())).collect()
}

/// The budget of the year before as far as the changes of a budget's line items tell it: a table of nothing but those.
fn year_before(budget: &Value) -> Value {
    let mut before = budget.clone();
    before["document"]["fiscal_year"] = json!(budget["document"]["fiscal_year"].as_u64().expect("a year") - 1);
    for list in ["statements", "line_items", "targets", "projects"] {
        before[list] = json!([]);
    }
    let tables = before["tables"].as_array_mut().expect("tables");
    tables.retain(|of| of["table"] == "general_public_expenditure");
    let rows = tables[0]["rows"].as_array_mut().expect("rows");
    rows.retain(|row| row["code"].as_str().is_some_and(|code| code.len() == 7));
    for item in budget["line_items"].as_array().expect("line items") {
        let change = item["change_amount"].as_f64().unwrap_or(0.0) * if item["change_direction"] == "increase" { -1.0 } else { 1.0 };
        let was: Value = serde_json::from_str(&format!("{:.2}", item["amount"].as_f64().expect("an amount") + change)).expect("a number");
        for row in rows.iter_mut().filter(|row| row["code"] == item["code"]) {
            row["values"] = json!({ "total": was, "basic": null, "project": was });
        }
    }
    before
}

#[test]
fn what_a_line_item_was_by_its_change_is_held_against_the_year_before() {
    let budget = base("small-813-gbk.pdf");
    let before = year_before(&budget);
    assert_eq!(between([budget.clone(), before.clone()]), []);
    let mut wrong = budget.clone();
    put(&mut wrong, "line_items/2081104/change_amount", "1.11");
    let was = before["tables"].as_array().expect("tables").iter().find(|of| of["table"] == "general_public_expenditure");
    let was = was.and_then(|of| of["rows"].as_array()?.iter().find(|row| row["code"] == "2081104"));
    let was = was.and_then(|row| row["values"]["total"].as_f64()).expect("an amount").to_string();
    let finding = ("prior_year".to_owned(), "line_items/2081104".to_owned(), was);
    assert_eq!(between([wrong.clone(), before.clone()]), [finding]);
    // A code that meant something else then, what contradicts itself there, another year, and another agency say nothing.
    for (place, value) in [("general_public_expenditure/2081104/name", "另一科目"), ("general_public_expenditure/2081104/project", "0.01")]
    {
        let mut other = before.clone();
        put(&mut other, place, value);
        assert_eq!(between([wrong.clone(), other]), [], "{place}");
    }
    for (field, value) in [("fiscal_year", json!(2001)), ("agency", json!("另一部门"))] {
        let mut other = before.clone();
        other["document"][field] = value;
        assert_eq!(between([wrong.clone(), other]), []);
    }
    // Against what was spent, a budget cannot be held.
    for item in wrong["line_items"].as_array_mut().expect("line items") {
        item["compared_to"] = json!("上年执行数");
    }
    assert_eq!(between([wrong, before]), []);
}

#[test]
fn a_final_account_is_held_against_its_budget_and_the_account_of_the_year_before() {
    let account = base("final-account");
    let mut before = account.clone();
    before["document"]["fiscal_year"] = json!(account["document"]["fiscal_year"].as_u64().expect("a year") - 1);
    // 年末结转和结余 is 50.00 there, and what T4 leaves 45.00; here both begin with 10.00.
    let opening = |table: &str, line: &str, was: &str| ("opening_balance".to_owned(), format!("{table}/revenue/{line}"), was.to_owned());
    let summary = opening("revenue_expenditure_summary", "年初结转和结余/amount", "50");
    let fiscal = opening("fiscal_appropriation_summary", "年初财政拨款结转和结余/total", "45");
    assert_eq!(between([account.clone(), before.clone()]), [summary, fiscal]);
    let mut right = account.clone();
    put(&mut right, "revenue_expenditure_summary/年初结转和结余/amount", "50.00");
    put(&mut right, "fiscal_appropriation_summary/年初财政拨款结转和结余/total", "45.00");
    assert_eq!(between([right, before]), []);

    // Its budget: 2010301 行政运行 was to be 600.
    let mut budget = account.clone();
    budget["document"]["kind"] = json!("department_budget");
    let mut said = account;
    let mut item = base("small-813-gbk.pdf")["line_items"][0].clone();
    for (field, value) in
        [("code", json!("2010301")), ("item_name", json!("行政运行")), ("amount", json!(600)), ("completion_pct", json!(100))]
    {
        item[field] = value;
    }
    for field in ["change_amount", "change_pct", "change_direction"] {
        item[field] = Value::Null;
    }
    item["flags"] = json!([]);
    let heading = |title: &str| {
        let mut sections = said["sections"].clone();
        sections.as_array_mut().expect("sections").iter_mut().for_each(|section| section["title"] = json!(title));
        sections
    };
    let (of_department, of_unit) = (heading("2024年度部门决算情况说明"), heading("2024年度单位决算情况说明"));
    for (stated, sections, found) in [(600, &of_department, 0), (650, &of_department, 1), (650, &of_unit, 0)] {
        item["compared_with"] = json!(stated);
        said["line_items"] = json!([item]);
        // A unit's account is not held against its department's budget.
        said["sections"] = sections.clone();
        let findings = between([said.clone(), budget.clone()]);
        assert_eq!(findings.len(), found, "{findings:?}");
        assert!(findings.iter().all(|(code, scope, _)| code == "opening_budget" && scope == "line_items/2010301"));
    }
}

#[test]
fn a_department_is_at_least_its_own_unit() {
    let mut department = base("shanghai");
    let mut unit = department.clone();
    unit["document"]["form"] = json!("shanghai_unit_budget");
    assert_eq!(between([department.clone(), unit.clone()]), []);
    put(&mut department, "general_public_basic/合计/total", "9000.00");
    let scope = "general_public_basic/合计/total".to_owned();
    let found = [("department_covers_unit".to_owned(), scope, "68000".to_owned())];
    assert_eq!(between([department.clone(), unit.clone()]), found);
    // Another agency's says nothing, but that of a unit which the department lists, or of its own by the name of it.
    let agency = department["document"]["agency"].as_str().expect("an agency").to_owned();
    unit["document"]["agency"] = json!("某某中心");
    assert_eq!(between([department.clone(), unit.clone()]), []);
    let mut listing = department.clone();
    listing["agency_profile"]["subordinate_units"] = json!([agency, "某某中心"]);
    assert_eq!(between([listing, unit.clone()]), found);
    unit["document"]["agency"] = json!(format!("{agency}（本级）"));
    unit["document"]["form"] = department["document"]["form"].clone();
    assert_eq!(between([department, unit]), found);
}
