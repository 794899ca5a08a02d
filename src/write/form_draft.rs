//! A first form file (`grammars/forms/*.toml`) from the tables of a disclosure that no form explains.
//!
//! What the pages say is written down: titles, headings, which columns hold codes, names, texts and amounts. What they mean is suggested
//! where a known form has the same heading or title, and numbered (`col_4`) where none has: a person gives those their names.

use std::fmt::Write as _;

use rustc_hash::FxHashMap;

use crate::disclosure::{Disclosure, DocumentKind, Side, Table, Value};
use crate::grammar::{Grammars, Vocabulary, heading_key, strip_ordinal, title_key, without_year};

/// What a column holds, as far as its cells tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Code,
    Name,
    Text,
    Amount,
    Numbering,
}

/// A stretch of columns that is one list: codes, a name, amounts.
#[derive(Debug, Default)]
struct Block {
    side: Option<Side>,
    columns: Vec<usize>,
}

/// A form file for the tables of a disclosure that no form has; `id` is the form's id, and the file's name without its ending.
pub fn form_draft(disclosure: &Disclosure, id: &str, grammars: &Grammars) -> String {
    let known = Known::of(grammars);
    let tables: Vec<&Table> = disclosure.tables.iter().filter(|table| !table.headings.is_empty()).collect();
    let unit = commonest(tables.iter().map(|table| table.unit.as_str()).filter(|unit| !unit.is_empty())).unwrap_or("万元");
    let kind = match disclosure.document.kind {
        DocumentKind::DepartmentFinalAccount => "department_final_account",
        DocumentKind::GovernmentBudget => "government_budget",
        DocumentKind::GovernmentFinalAccount => "government_final_account",
        DocumentKind::DepartmentBudget | DocumentKind::Unknown => "department_budget",
    };
    let mut text = format!(
        "# A draft, written by `gongkai forms draft` from {}. Give columns called col_… and tables called table_… names of their own,\n\
         # those of other forms where they mean the same (`gongkai forms show FORM`), then check: `gongkai --grammars DIR forms check`.\n\n\
         id = {}\ntitle = {}\nkind = \"{kind}\"\nunit = {}\n",
        disclosure.source.file,
        quoted(id),
        quoted(id),
        quoted(unit),
    );
    let mut ids: Vec<String> = Vec::new();
    for (number, table) in tables.iter().enumerate() {
        let id = known
            .table(&table.title)
            .filter(|id| !ids.iter().any(|taken| taken == id))
            .map_or_else(|| format!("table_{}", number + 1), str::to_owned);
        write_table(&mut text, table, number + 1, &id, unit, &known);
        ids.push(id);
    }
    text
}

fn write_table(text: &mut String, table: &Table, number: usize, id: &str, unit: &str, known: &Known<'_>) {
    let roles = roles(table, known.vocabulary);
    let _ = write!(
        text,
        "\n# {}\n[[table]]\nid = {}\nnumber = {number}\ntitle = {}\n",
        "-".repeat(100),
        quoted(id),
        quoted(&unnumbered(&table.title))
    );
    if !table.unit.is_empty() && table.unit != unit {
        let _ = writeln!(text, "unit = {}", quoted(&table.unit));
    }
    for block in blocks(table, &roles) {
        write_block(text, table, &block, &roles, known);
    }
}

fn write_block(text: &mut String, table: &Table, block: &Block, roles: &[Role], known: &Known<'_>) {
    let of = |role: Role| block.columns.iter().copied().filter(move |&column| roles.get(column) == Some(&role));
    let path = |column: usize| table.headings.get(column).map_or(&[][..], Vec::as_slice);
    // What stands above the whole block need not be repeated for each column.
    let shared = match block.side {
        Some(_) => block.columns.first().and_then(|&column| path(column).first()).cloned(),
        None => None,
    };
    let inner = |column: usize| {
        let path = path(column);
        if path.first() == shared.as_ref() && path.len() > 1 { path.get(1..).unwrap_or(path) } else { path }
    };
    text.push_str("\n[[table.block]]\n");
    if let (Some(side), Some(heading)) = (block.side, &shared) {
        let side = if side == Side::Revenue { "revenue" } else { "expenditure" };
        let _ = writeln!(text, "side = \"{side}\"\nheading = [{}]", quoted(heading));
    }
    let codes: Vec<usize> = of(Role::Code).collect();
    if !codes.is_empty() {
        let set = code_set(table, &codes);
        let levels = ["\"class\"", "\"section\"", "\"item\""];
        let levels = levels.get(..codes.len().min(3)).unwrap_or_default().join(", ");
        let mut headings: Vec<&String> = Vec::new();
        for text in codes.iter().flat_map(|&column| inner(column)).filter(|text| text.chars().count() > 1) {
            if !headings.contains(&text) {
                headings.push(text);
            }
        }
        let _ = writeln!(
            text,
            "code_set = \"{set}\"\ncode_columns = [{levels}]\ncode_heading = [{}]",
            list(headings.iter().map(|text| text.as_str()))
        );
    }
    let names: Vec<usize> = of(Role::Name).collect();
    if let Some(&name) = names.first() {
        let _ = writeln!(text, "name_heading = [{}]", list(inner(name).last().map(String::as_str).into_iter()));
    }
    let mut taken: Vec<String> = Vec::new();
    let mut column_line = |column: usize| {
        let heading = inner(column);
        let id = known
            .column(heading)
            .filter(|id| !taken.iter().any(|taken| taken == id))
            .map_or_else(|| format!("col_{}", column + 1), str::to_owned);
        taken.push(id.clone());
        format!("  {{ id = {}, heading = [{}] }},\n", quoted(&id), list(heading.iter().map(String::as_str)))
    };
    let texts: Vec<usize> = of(Role::Text).collect();
    let lines: String = texts.iter().map(|&column| column_line(column)).collect();
    if !texts.is_empty() {
        let _ = writeln!(text, "text_columns = [\n{lines}]");
    }
    let amounts: String = of(Role::Amount).map(column_line).collect();
    let _ = writeln!(text, "columns = [\n{amounts}]");
    if codes.is_empty()
        && let Some(&name) = names.first()
    {
        let lines = names_of(table, name);
        if !lines.is_empty() && lines.len() <= MOST_LINES {
            let _ = writeln!(text, "# Delete these names if other publishers have others.\nlines = [{}]", list(lines.into_iter()));
        }
    }
}

/// A list of so many names may be a fixed one.
const MOST_LINES: usize = 40;

/// What each column holds.
fn roles(table: &Table, vocabulary: &Vocabulary) -> Vec<Role> {
    let mut roles = Vec::with_capacity(table.headings.len());
    for (column, path) in table.headings.iter().enumerate() {
        let leaf = path.last().map_or("", String::as_str);
        let (mut numbers, mut words) = (0, 0);
        for row in &table.rows {
            match row.values.0.get(column).map(|(_, value)| value) {
                Some(Value::Amount(_)) => numbers += 1,
                Some(Value::Text(_)) => words += 1,
                _ => {}
            }
        }
        roles.push(if vocabulary.is_numbering(leaf) {
            Role::Numbering
        } else if path.iter().any(|text| vocabulary.heads_codes(text)) {
            Role::Code
        } else if words > numbers {
            Role::Text
        } else {
            Role::Amount
        });
    }
    // The first column of words of each list is its names; in a list without rows, the column after the codes.
    let after_codes = roles.iter().rposition(|role| *role == Role::Code).map(|last| last + 1);
    if !roles.contains(&Role::Text)
        && let Some(role) = after_codes.and_then(|column| roles.get_mut(column))
    {
        *role = Role::Text;
    }
    let mut has_name = false;
    for (column, role) in roles.iter_mut().enumerate() {
        let starts_list = column > 0 && starts_side(table, column);
        has_name &= !starts_list;
        if *role == Role::Text && !has_name {
            *role = Role::Name;
            has_name = true;
        }
    }
    roles
}

/// Does another side begin at a column: 收入 above the one before it, 支出 above this one?
fn starts_side(table: &Table, column: usize) -> bool {
    let top = |column: usize| table.headings.get(column).and_then(|path| path.first());
    match (column.checked_sub(1).and_then(top), top(column)) {
        (Some(before), Some(here)) => side(before) == Some(Side::Revenue) && side(here) == Some(Side::Expenditure),
        _ => false,
    }
}

fn side(heading: &str) -> Option<Side> {
    match (heading.contains("收入"), heading.contains("支出")) {
        (true, false) => Some(Side::Revenue),
        (false, true) => Some(Side::Expenditure),
        _ => None,
    }
}

/// The lists side by side.
fn blocks(table: &Table, roles: &[Role]) -> Vec<Block> {
    let mut blocks = vec![Block::default()];
    let is_two_sided =
        (0..roles.len()).any(|column| starts_side(table, column)) && roles.iter().filter(|role| **role == Role::Name).count() > 1;
    for column in 0..roles.len() {
        if is_two_sided && starts_side(table, column) {
            blocks.push(Block::default());
        }
        if let Some(block) = blocks.last_mut() {
            block.columns.push(column);
        }
    }
    if let [left, right] = blocks.as_mut_slice() {
        (left.side, right.side) = (Some(Side::Revenue), Some(Side::Expenditure));
    }
    blocks
}

/// 301 to 399 are economic classes (经济分类), others functional ones (功能分类).
fn code_set(table: &Table, codes: &[usize]) -> &'static str {
    let first = codes.first().copied().unwrap_or(0);
    let codes = || {
        table.rows.iter().filter_map(|row| match row.values.0.get(first) {
            Some((_, Value::Text(code))) if code.len() >= 3 && code.bytes().all(|byte| byte.is_ascii_digit()) => {
                code.as_bytes().first().copied()
            }
            _ => None,
        })
    };
    let economic = codes().filter(|&digit| digit == b'3').count();
    if economic * 2 > codes().count() { "economic-department" } else { "functional" }
}

fn names_of(table: &Table, column: usize) -> Vec<&str> {
    let names = table.rows.iter().filter_map(|row| match row.values.0.get(column) {
        Some((_, Value::Text(name))) => Some(name.as_str()),
        _ => None,
    });
    names.collect()
}

/// What known forms call tables and columns.
struct Known<'g> {
    vocabulary: &'g Vocabulary,
    tables: Vec<(String, String)>,
    columns: FxHashMap<String, String>,
}

impl<'g> Known<'g> {
    fn of(grammars: &'g Grammars) -> Self {
        let mut tables = Vec::new();
        let mut counts: FxHashMap<String, Vec<(String, usize)>> = FxHashMap::default();
        for table in grammars.forms.iter().flat_map(|form| &form.tables) {
            tables.extend(table.title_keys.iter().map(|title| (title.clone(), table.id.to_string())));
            for column in table.blocks.iter().flat_map(|block| &block.columns) {
                let leaves = column.heading.last().into_iter().flat_map(|leaf| leaf.split('|')).map(heading_key);
                for leaf in leaves {
                    let ids = counts.entry(leaf).or_default();
                    match ids.iter_mut().find(|(id, _)| **id == *column.id) {
                        Some((_, count)) => *count += 1,
                        None => ids.push((column.id.to_string(), 1)),
                    }
                }
            }
        }
        let mut columns = FxHashMap::default();
        for (leaf, mut ids) in counts.into_iter().collect::<std::collections::BTreeMap<_, _>>() {
            ids.sort_by(|(a, one), (b, other)| other.cmp(one).then(a.cmp(b)));
            if let Some((id, _)) = ids.into_iter().next() {
                columns.insert(leaf, id);
            }
        }
        Self { vocabulary: &grammars.vocabulary, tables, columns }
    }

    /// The table of this title, the publisher's name in front aside.
    fn table(&self, title: &str) -> Option<&str> {
        let title = title_key(&unnumbered(title));
        let ends = |known: &&(String, String)| title.ends_with(&known.0);
        self.tables.iter().filter(ends).max_by_key(|(known, _)| known.len()).map(|(_, id)| id.as_str())
    }

    /// The column with this heading.
    fn column(&self, heading: &[String]) -> Option<&str> {
        self.columns.get(&heading_key(heading.last()?)).map(String::as_str)
    }
}

fn commonest<'t>(texts: impl Iterator<Item = &'t str>) -> Option<&'t str> {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for text in texts {
        match counts.iter_mut().find(|(known, _)| *known == text) {
            Some((_, count)) => *count += 1,
            None => counts.push((text, 1)),
        }
    }
    counts.into_iter().reduce(|best, other| if other.1 > best.1 { other } else { best }).map(|(text, _)| text)
}

/// A title without number and year in front of it.
fn unnumbered(title: &str) -> String {
    let title = strip_ordinal(title);
    let digits = title.len() - title.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let is_number = (1..=2).contains(&digits);
    let title = if is_number { title.get(digits..).unwrap_or(title).trim_start() } else { title };
    without_year(title).to_owned()
}

fn list<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    texts.map(quoted).collect::<Vec<_>>().join(", ")
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}
