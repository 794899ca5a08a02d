//! Equations that `identities.toml` writes, between tables and between text and tables; and those of line items and targets with themselves.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::across::{ByCode, Columns};
use super::equation::{Basis, Equations, Identity};
use super::ledger::{At, Ledger};
use super::stated;
use super::subjects::{Meant, Subjects};
use super::tables::View;
use crate::disclosure::{CheckKind, Disclosure, LineItem, RowKind, Value};
use crate::grammar::{Expression, Identities, Lines, Relation, Term, WrittenEquation, key, ordinal};
use crate::reconcile::outcome::Outcome;

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
    (written, subjects): (&[WrittenEquation], &Subjects<'_>),
    ledger: &Ledger,
    equations: &mut Equations,
) {
    let document = &disclosure.document;
    let is_of_kind = |identity: &&WrittenEquation| {
        identity.is_about(document.kind, &document.form) && identity.only_if.as_ref().is_none_or(|of| holds_exactly(of, views, ledger))
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
                by_name(&named(list, disclosure, ledger), views, (table, column, names), (identity.kind, &name), ledger, equations);
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
                stated::add_sums((&disclosure.statements, subjects), (whole, right), (identity.kind, &name), ledger, equations);
            }
            ([text @ Term::Text { .. }], _) => {
                let ways: Vec<Vec<At>> = std::iter::once(right).chain(or).filter_map(|terms| cells(views, terms, ledger)).collect();
                add_statements(
                    (disclosure.statements.len(), subjects),
                    (text, *relation, &ways),
                    (identity.kind, &name),
                    ledger,
                    equations,
                );
            }
            _ => {
                if let (Some(left), Some(mut right)) = (cells(views, left, ledger), cells(views, right, ledger)) {
                    right.extend(parts_of_empty(&right, views, written, ledger));
                    let is_of_totals = holds.terms().all(|term| matches!(term, Term::Cell { lines: Lines::Total(_), .. }));
                    let basis = if is_of_totals { Basis::Totals } else { Basis::Printed };
                    equations.add_on(basis, (identity.kind, &name), &left, *relation, right);
                }
            }
        }
    }
}

/// Do the lines that an expression names come to what it says, to the last digit?
fn holds_exactly(of: &Expression, views: &[View<'_>], ledger: &Ledger) -> bool {
    let sum = |terms: &[Term]| cells(views, terms, ledger).map(|cells| ledger.sum(&cells));
    let is_so = |right: &Vec<Term>| {
        let sides = sum(&of.left).zip(sum(right));
        // Two that are left empty are the same, but say nothing.
        sides.is_some_and(|(left, right)| left != 0 && right != 0 && Outcome::of(of.relation, left - right, 0) == Outcome::Holds)
    };
    std::iter::once(&of.right).chain(&of.or).any(is_so)
}

/// Targets or projects with their names.
fn named<'d>(list: &Term, disclosure: &'d Disclosure, ledger: &Ledger) -> Vec<(Option<&'d str>, At)> {
    match list {
        Term::Targets => {
            let targets = disclosure.targets.iter().enumerate();
            targets.map(|(at, target)| (target.project.as_deref(), ledger.target(at, 1))).collect()
        }
        _ => disclosure.projects.iter().enumerate().map(|(at, of)| (of.name.as_deref(), ledger.project(at))).collect(),
    }
}

/// Each statement of a subject against the lines: it counts in the way in which it adds up, if there is one. One that is perhaps of something else is
/// compared only then.
fn add_statements(
    (statements, subjects): (usize, &Subjects<'_>),
    (text, relation, ways): (&Term, Relation, &[Vec<At>]),
    (kind, name): (CheckKind, &Arc<Identity>),
    ledger: &Ledger,
    equations: &mut Equations,
) {
    let Some(first) = ways.first() else { return };
    for statement in 0..statements {
        let (at, meant) = (ledger.statement(statement), subjects.is_meant(statement, text));
        let way = ways.iter().find(|way| ledger.amount(at) == Some(ledger.sum(way)));
        let Some(way) = (match meant {
            Meant::Yes => way.or(Some(first)),
            Meant::Perhaps => way,
            Meant::No => None,
        }) else {
            continue;
        };
        equations.add_on(Basis::Totals, (kind, name), &[at], relation, way.iter().copied());
    }
}

/// The parts of what is empty among some cells, as other identities have them: a subtotal is often left empty, and its own parts stand for it.
fn parts_of_empty(of: &[At], views: &[View<'_>], written: &[WrittenEquation], ledger: &Ledger) -> Vec<At> {
    let empty: Vec<At> = of.iter().copied().filter(|&at| !ledger.is_filled(at)).collect();
    if empty.is_empty() {
        return Vec::new();
    }
    let others = written.iter().flat_map(|other| &other.holds).filter(|other| other.left.len() == 1);
    let wholes: Vec<(Vec<At>, &Expression)> = others.filter_map(|other| Some((cells(views, &other.left, ledger)?, other))).collect();
    let parts_of = |at: At| wholes.iter().filter(move |(whole, _)| whole.as_slice() == [at]);
    empty.into_iter().flat_map(parts_of).filter_map(|(_, other)| cells(views, &other.right, ledger)).flatten().collect()
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
                    let (row, of) = view.line(block, label)?;
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
