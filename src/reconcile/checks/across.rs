//! Equations between tables, between text and tables, and within targets.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::equation::{Equations, Identity};
use super::ledger::{At, Ledger};
use super::stated;
use super::tables::View;
use crate::disclosure::{CheckKind, Disclosure, LineItem, RowKind, Value};
use crate::grammar::{Agreement, Expression, Identities, Lines, Relation, Scope, Term, WrittenEquation, key, label_key, ordinal};
use crate::reconcile::outcome::Outcome;

/// Rows by code, for each block of each table: indexed once for all identities.
pub(super) struct ByCode<'v>(Vec<Vec<Codes<'v>>>);

/// The rows of one block.
#[derive(Default)]
struct Codes<'v> {
    rows: FxHashMap<&'v str, Vec<usize>>,
    /// Each code once, in their order.
    sorted: Vec<&'v str>,
}

impl<'v> ByCode<'v> {
    pub(super) fn new(views: &'v [View<'_>]) -> Self {
        let index = |view: &'v View<'_>| {
            let mut blocks: Vec<Codes<'v>> = view.form.blocks.iter().map(|_| Codes::default()).collect();
            for (row, block) in view.blocks.iter().enumerate() {
                if let (Some(of), Some(code)) = (block.and_then(|block| blocks.get_mut(block)), view.code(row)) {
                    of.rows.entry(code).or_default().push(row);
                }
            }
            for of in &mut blocks {
                of.sorted = of.rows.keys().copied().collect();
                of.sorted.sort_unstable();
            }
            blocks
        };
        Self(views.iter().map(index).collect())
    }

    /// The rows of a code in a block of a table, which goes by its place among the views.
    fn rows(&self, view: usize, block: usize, code: &str) -> Option<&[usize]> {
        self.0.get(view)?.get(block)?.rows.get(code).map(Vec::as_slice)
    }

    /// The codes of a block in their order.
    fn codes(&self, view: usize, block: usize) -> &[&'v str] {
        self.0.get(view).and_then(|blocks| blocks.get(block)).map_or(&[], |of| of.sorted.as_slice())
    }
}

/// The instance of a form's table that is nearest to another table, by its place among the views.
fn nearest(views: &[View<'_>], to: usize, index: usize) -> Option<usize> {
    let others = views.iter().enumerate().filter(|(at, view)| view.index == index && *at != to);
    others.min_by_key(|(at, _)| at.abs_diff(to)).map(|(at, _)| at)
}

/// Columns of a table, by its place among the views.
pub(super) type Columns<'c> = (usize, &'c [usize]);

/// What the forms say of two tables; only what is about some columns, if any are named.
pub(super) fn add_agreements(
    views: &[View<'_>],
    of: Option<Columns<'_>>,
    by_code: &ByCode<'_>,
    ledger: &Ledger,
    equations: &mut Equations,
) {
    for (at, view) in views.iter().enumerate() {
        for agreement in &view.form.agreements {
            let Some(other) = nearest(views, at, agreement.other.0) else { continue };
            let is_about = |(view, columns): Columns<'_>| {
                (view == at && agreement.columns.iter().any(|column| columns.contains(column)))
                    || (view == other && columns.contains(&agreement.other.2))
            };
            if of.is_none_or(is_about) {
                add_agreement(views, (at, other), agreement, by_code, ledger, equations);
            }
        }
    }
}

fn add_agreement(
    views: &[View<'_>],
    (at, other_at): (usize, usize),
    agreement: &Agreement,
    by_code: &ByCode<'_>,
    ledger: &Ledger,
    equations: &mut Equations,
) {
    let (Some(view), Some(other)) = (views.get(at), views.get(other_at)) else { return };
    let (_, block, column) = agreement.other;
    // Columns of an agreement are those of the table's only block.
    let own = 0;
    let headings: Vec<String> = agreement.columns.iter().map(|&column| view.heading(own, column)).collect();
    // Some publishers leave the column of a subtotal empty: its parts stand for it.
    let is_empty =
        |&column: &usize| !view.rows(own).any(|(row, _)| ledger.cell(view.at, row, column).is_some_and(|at| ledger.is_filled(at)));
    let parts_of = |column: usize| {
        let sums = view.form.identities.iter().filter(|sum| sum.block == own && sum.whole == column && sum.codes.is_empty());
        sums.map(|sum| sum.parts.as_slice()).next()
    };
    let mut columns: Vec<usize> = Vec::with_capacity(agreement.columns.len());
    for &column in &agreement.columns {
        match parts_of(column).filter(|_| is_empty(&column)) {
            Some(parts) => columns.extend_from_slice(parts),
            None => columns.push(column),
        }
    }
    let what = match &agreement.scope {
        Scope::Item => "同一科目",
        Scope::Class => "同一类",
        Scope::Total => "合计",
        Scope::Line(line) => line,
    };
    let relation = match agreement.relation {
        Relation::Equal => "等于",
        Relation::AtMost => "不超过",
        Relation::AtLeast => "不小于",
    };
    let (of, there) = (&view.form, &other.form);
    let zh = format!(
        "表{}《{}》{}{relation}表{}《{}》{what}的{}",
        of.number,
        of.title,
        headings.join(" + "),
        there.number,
        there.title,
        other.heading(block, column)
    );
    let name = Identity::new(format!("{}: {}", view.form.id, agreement.text), zh);
    let cells = |rows: &[usize]| -> Vec<At> {
        columns.iter().flat_map(|&column| rows.iter().filter_map(move |&row| ledger.cell(view.at, row, column))).collect()
    };
    // Nothing on the right: the other table does not list it.
    let mut add = |left: Vec<At>, right: Option<Vec<At>>, is_sum: bool| match right {
        _ if left.is_empty() => {}
        Some(right) if is_sum => equations.add_class(CheckKind::CrossTable, &name, &left, agreement.relation, right, &columns),
        Some(right) => equations.add(CheckKind::CrossTable, &name, &left, agreement.relation, right),
        None => equations.add_absent(CheckKind::CrossTable, &name, &left, agreement.relation, other.at),
    };
    // Without a total line nothing tells whether all rows are there.
    let total = || view.total(own).map(|total| cells(&[total])).unwrap_or_default();
    match &agreement.scope {
        Scope::Total => {
            if let Some(right) = other.total(block).and_then(|row| ledger.cell(other.at, row, column)) {
                add(total(), Some(vec![right]), false);
            }
        }
        Scope::Line(label) => {
            let line = other.rows(block).find(|(_, row)| label_key(&row.name) == *label);
            if let Some(right) = line.and_then(|(row, _)| ledger.cell(other.at, row, column)) {
                add(total(), Some(vec![right]), false);
            }
        }
        Scope::Item => {
            let codes = by_code.codes(at, own);
            for (place, code) in codes.iter().enumerate() {
                let rows = by_code.rows(at, own, code).unwrap_or_default();
                // Codes stand in order: those below a code come right behind it.
                let is_leaf = || !codes.get(place + 1).is_some_and(|next| next.starts_with(code));
                match by_code.rows(other_at, block, code) {
                    Some(found) => {
                        let right = found.iter().filter_map(|&row| ledger.cell(other.at, row, column)).collect();
                        add(cells(rows), Some(right), !is_leaf());
                    }
                    // A whole table would list it; but a line above others need not be there.
                    None if agreement.relation != Relation::AtLeast && other.is_whole() && is_leaf() => add(cells(rows), None, false),
                    None => {}
                }
            }
        }
        Scope::Class => {
            let rows: Vec<usize> = view.rows(own).filter(|(_, row)| row.kind != RowKind::Total).map(|(row, _)| row).collect();
            let class = |row: &usize| view.code(*row).and_then(|code| code.get(..3));
            let mut classes: Vec<&str> = rows.iter().filter_map(class).collect();
            classes.sort_unstable();
            classes.dedup();
            for of in classes {
                let Some(found) = by_code.rows(other_at, block, of) else { continue };
                let rows: Vec<usize> = rows.iter().copied().filter(|row| class(row) == Some(of)).collect();
                let left: Vec<At> = columns.iter().flat_map(|&column| view.top(ledger, &rows, column)).collect();
                let right = found.iter().filter_map(|&row| ledger.cell(other.at, row, column));
                if !left.is_empty() {
                    equations.add_class(CheckKind::CrossTable, &name, &left, agreement.relation, right, &columns);
                }
            }
        }
    }
}

/// Is an expression about some columns?
fn is_about(expression: &Expression, views: &[View<'_>], (view, columns): Columns<'_>) -> bool {
    let Some(view) = views.get(view) else { return false };
    let id = |column: &usize| view.form.blocks.iter().find_map(|block| block.columns.get(*column)).map(|column| &*column.id);
    let names = |term: &Term| match term {
        Term::Cell { table, column, .. } => **table == *view.form.id && columns.iter().filter_map(id).any(|id| id == column.as_str()),
        Term::Text { .. } | Term::Classes { .. } | Term::LineItems | Term::Targets | Term::Projects => false,
    };
    expression.terms().any(names)
}

/// What `identities.toml` says; only what is about some columns, if any are named.
pub(super) fn add_written(
    disclosure: &Disclosure,
    views: &[View<'_>],
    of: Option<Columns<'_>>,
    by_code: &ByCode<'_>,
    written: &[WrittenEquation],
    ledger: &Ledger,
    equations: &mut Equations,
) {
    let document = &disclosure.document;
    let is_of_kind = |identity: &&WrittenEquation| {
        let sum = |terms: &[Term]| cells(views, terms, ledger).map(|cells| cells.iter().filter_map(|&at| ledger.amount(at)).sum::<i128>());
        let holds = |of: &Expression| {
            let is_so = |right: &Vec<Term>| {
                let difference = sum(&of.left).zip(sum(right)).map(|(left, right)| left - right);
                difference.is_some_and(|difference| Outcome::of(of.relation, difference, 0) == Outcome::Holds)
            };
            std::iter::once(&of.right).chain(&of.or).any(is_so)
        };
        identity.is_about(document.kind, &document.form) && identity.only_if.as_ref().is_none_or(holds)
    };
    let is_meant = |(_, holds): &(&WrittenEquation, &Expression)| of.is_none_or(|of| is_about(holds, views, of));
    let all = written.iter().filter(is_of_kind).flat_map(|identity| identity.holds.iter().map(move |holds| (identity, holds)));
    for (identity, holds) in all.filter(is_meant) {
        let name = Identity::new(identity.code.to_string(), identity.zh.clone());
        let Expression { left, relation, right, or, .. } = holds;
        let columns = |terms: &[Term]| match terms {
            [Term::Cell { table, column, .. }] => stated::Lines::find(views, table, column),
            _ => None,
        };
        match (left.as_slice(), right.as_slice()) {
            ([Term::LineItems], [Term::Cell { table, column, .. }]) => {
                line_items(disclosure, views, by_code, (table, column), (identity.kind, &name), ledger, equations);
            }
            ([list @ (Term::Targets | Term::Projects)], [Term::Cell { table, column, lines: Lines::EachNamed(names) }]) => {
                let of: Vec<(Option<&str>, At)> = match list {
                    Term::Targets => disclosure
                        .targets
                        .iter()
                        .enumerate()
                        .map(|(at, target)| (target.project.as_deref(), ledger.target(at, 1)))
                        .collect(),
                    _ => disclosure.projects.iter().enumerate().map(|(at, of)| (of.name.as_deref(), ledger.project(at))).collect(),
                };
                by_name(&of, views, (table, column, names), (identity.kind, &name), ledger, equations);
            }
            ([Term::Cell { lines: Lines::EachClass, .. }], _) => {
                if let (Some(left), Some(right)) = (columns(left), columns(right)) {
                    stated::add_classes_of_two([&left, &right], (identity.kind, &name), ledger, equations);
                }
            }
            ([Term::Classes { section }], _) => {
                let ways: Vec<stated::Lines<'_>> = std::iter::once(right).chain(or).filter_map(|terms| columns(terms)).collect();
                stated::add_classes(disclosure, views, section, &ways, (identity.kind, &name), ledger, equations);
            }
            ([whole @ Term::Text { .. }], [Term::Text { .. }, ..]) => {
                stated::add_sums(&disclosure.statements, (whole, right), (identity.kind, &name), ledger, equations);
            }
            ([text @ Term::Text { .. }], _) => {
                let ways: Vec<Vec<At>> = std::iter::once(right).chain(or).filter_map(|terms| cells(views, terms, ledger)).collect();
                let Some(first) = ways.first() else { continue };
                for (at, statement) in disclosure.statements.iter().enumerate() {
                    if text.is_said_of(&key(&statement.subject)) {
                        // It counts in the way in which it adds up, if there is one.
                        let stated = ledger.amount(ledger.statement(at));
                        let sum = |way: &&Vec<At>| Some(way.iter().filter_map(|&at| ledger.amount(at)).sum::<i128>()) == stated;
                        let way = ways.iter().find(sum).unwrap_or(first);
                        equations.add(identity.kind, &name, &[ledger.statement(at)], *relation, way.iter().copied());
                    }
                }
            }
            _ => {
                if let (Some(left), Some(mut right)) = (cells(views, left, ledger), cells(views, right, ledger)) {
                    // A subtotal is often left empty: its own parts stand for it.
                    let others = || written.iter().flat_map(|other| &other.holds);
                    let parts_of = |at: At| others().filter(move |other| cells(views, &other.left, ledger).as_deref() == Some(&[at]));
                    let empty: Vec<At> = right.iter().copied().filter(|&at| !ledger.is_filled(at)).collect();
                    let parts = empty.into_iter().flat_map(parts_of).filter_map(|other| cells(views, &other.right, ledger));
                    let parts: Vec<At> = parts.flatten().collect();
                    right.extend(parts);
                    equations.add(identity.kind, &name, &left, *relation, right);
                }
            }
        }
    }
}

/// The cells of some terms; `None`: the disclosure does not have them all.
pub(super) fn cells(views: &[View<'_>], terms: &[Term], ledger: &Ledger) -> Option<Vec<At>> {
    let mut found = Vec::new();
    for term in terms {
        let Term::Cell { table, column, lines } = term else { return None };
        let view = views.iter().find(|view| *view.form.id == **table)?;
        let blocks = || view.form.blocks.iter().enumerate().filter_map(|(at, block)| Some((at, block, block.column_index(column)?)));
        match lines {
            Lines::Total(side) => {
                let (block, _, column) = blocks().find(|(_, block, _)| side.is_none() || block.side == *side)?;
                found.push(ledger.cell(view.at, view.total(block)?, column)?);
            }
            Lines::Line(label) => {
                let line = blocks().find_map(|(block, _, column)| {
                    let (row, of) = view.rows(block).find(|(_, row)| label_key(&row.name) == *label)?;
                    // Numbered lines behind a total divide what is added to it: they are called as those before it.
                    let is_behind = view.rows(block).any(|(at, of)| at < row && of.kind == RowKind::Total);
                    let is_numbered = ordinal(of.name.trim_start()).is_some();
                    (!is_behind || !is_numbered).then(|| ledger.cell(view.at, row, column))?
                });
                found.push(line?);
            }
            Lines::Code(code) => {
                let before = found.len();
                for (block, _, column) in blocks() {
                    let rows = view.rows(block).filter(|(row, _)| view.code(*row) == Some(code.as_str()) && !view.misnamed.contains(row));
                    found.extend(rows.filter_map(|(row, _)| ledger.cell(view.at, row, column)));
                }
                if found.len() == before {
                    return None;
                }
            }
            Lines::Each | Lines::EachClass | Lines::EachNamed(_) => return None,
        }
    }
    Some(found)
}

/// What is said of names against the lines of a table that have them. A name that comes twice says nothing of either.
fn by_name(
    of: &[(Option<&str>, At)],
    views: &[View<'_>],
    (table, column, names): (&str, &str, &str),
    (kind, identity): (CheckKind, &Arc<Identity>),
    ledger: &Ledger,
    equations: &mut Equations,
) {
    let Some(view) = views.iter().find(|view| *view.form.id == *table) else { return };
    let mut lines: FxHashMap<String, Vec<At>> = FxHashMap::default();
    for (block, form) in view.form.blocks.iter().enumerate() {
        let (Some(column), Some(names)) = (form.column_index(column), form.column_index(names)) else { continue };
        for (row, of) in view.rows(block) {
            if let Some((_, Value::Text(name))) = of.values.0.get(names) {
                lines.entry(key(name)).or_default().extend(ledger.cell(view.at, row, column));
            }
        }
    }
    if lines.is_empty() {
        return;
    }
    let mut stated: FxHashMap<String, Vec<At>> = FxHashMap::default();
    for (name, at) in of {
        stated.entry(name.map(key).unwrap_or_default()).or_default().push(*at);
    }
    for (name, at) in of {
        let name = name.map(key).unwrap_or_default();
        if let (Some([_]), Some(lines)) = (stated.get(&name).map(Vec::as_slice), lines.get(&name)) {
            equations.add(kind, identity, &[*at], Relation::Equal, lines.iter().copied());
        }
    }
}

/// Lines of one code times line items of it, at most: each is compared with all, which would cost more than rows × identities do. A disclosure
/// has a handful.
const MOST_OF_ONE_CODE: usize = 1_000;

fn line_items(
    disclosure: &Disclosure,
    views: &[View<'_>],
    by_code: &ByCode<'_>,
    (table, column): (&str, &str),
    (kind, name): (CheckKind, &Arc<Identity>),
    ledger: &Ledger,
    equations: &mut Equations,
) {
    let Some((at, view)) = views.iter().enumerate().find(|(_, view)| *view.form.id == *table) else { return };
    let Some((block, column)) = view.form.blocks.iter().enumerate().find_map(|(at, block)| Some((at, block.column_index(column)?))) else {
        return;
    };
    let mut items: FxHashMap<&str, usize> = FxHashMap::default();
    for code in disclosure.line_items.iter().filter_map(|item| item.code.as_deref()) {
        *items.entry(code).or_default() += 1;
    }
    for (number, item) in disclosure.line_items.iter().enumerate() {
        // A code that the names alone settled cannot be held against them.
        if item.flags.iter().any(|flag| flag.starts_with("code_")) {
            continue;
        }
        let Some(code) = item.code.as_deref() else { continue };
        if let Some(rows) = by_code.rows(at, block, code).filter(|rows| rows.len() * items.get(code).unwrap_or(&0) <= MOST_OF_ONE_CODE) {
            let right = rows.iter().filter_map(|&row| ledger.cell(view.at, row, column));
            equations.add(kind, name, &[ledger.line_item(number)], Relation::Equal, right);
        }
    }
}

/// What a line item states twice is the same. Where it is, that is no evidence for either: publishers copy their mistakes.
pub(super) fn add_restated(disclosure: &Disclosure, known: &Identities, ledger: &Ledger, equations: &mut Equations) {
    let name = Identity::rule("line_item_restated", known);
    let differs = |item: &LineItem| item.restated_amount.is_some() && item.restated_amount != item.amount;
    for (at, _) in disclosure.line_items.iter().enumerate().filter(|(_, item)| differs(item)) {
        equations.add(CheckKind::NarrativeVsTable, &name, &[ledger.restated(at)], Relation::Equal, [ledger.line_item(at)]);
    }
}

/// 年度预算总额 = 财政拨款 + 其他资金.
pub(super) fn add_targets(disclosure: &Disclosure, known: &Identities, ledger: &Ledger, equations: &mut Equations) {
    let name = Identity::rule("target_sum", known);
    for (at, target) in disclosure.targets.iter().enumerate() {
        // A total that was added up from its parts proves nothing.
        if target.amount_fiscal.is_some() && !target.flags.iter().any(|flag| flag == "sum:amount_total") {
            let parts = [ledger.target(at, 1), ledger.target(at, 2)];
            equations.add(CheckKind::TargetSum, &name, &[ledger.target(at, 0)], Relation::Equal, parts);
        }
    }
}
