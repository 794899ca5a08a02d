//! Equations between tables, as the forms have them, and their rows by code.

use std::cell::OnceCell;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::equation::{Basis, Equations, Identity};
use super::ledger::{At, Ledger};
use super::tables::View;
use crate::disclosure::{CheckKind, RowKind};
use crate::grammar::{Agreement, Relation, Scope};

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
    pub(super) fn rows(&self, view: usize, block: usize, code: &str) -> Option<&[usize]> {
        self.0.get(view)?.get(block)?.rows.get(code).map(Vec::as_slice)
    }

    /// Does a block go down to another level where a code is: less deep, so that a line above it stands for it, or deeper?
    fn is_of_other_level(&self, view: usize, block: usize, code: &str) -> bool {
        let sorted = self.codes(view, block);
        let at = sorted.partition_point(|other| *other < code);
        let next = sorted.get(at);
        let is_below = next.is_some_and(|next| next.starts_with(code));
        // Of codes in order, the one above it, with nothing else below, stands right before it.
        let before = at.checked_sub(1).and_then(|at| sorted.get(at));
        let is_above = before.is_some_and(|before| code.starts_with(before) && !next.is_some_and(|next| next.starts_with(before)));
        is_below || is_above
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
    // Many agreements are about nothing that the tables have: only the others get their name.
    let name = OnceCell::new();
    let cells = |rows: &[usize]| -> Vec<At> {
        columns.iter().flat_map(|&column| rows.iter().filter_map(move |&row| ledger.cell(view.at, row, column))).collect()
    };
    let mut add = |basis: Basis, left: Vec<At>, right: Vec<At>| {
        if !left.is_empty() {
            let name = name.get_or_init(|| name_of(agreement, (view, own), (other, block, column)));
            equations.add_on(basis, (CheckKind::CrossTable, name), &left, agreement.relation, right);
        }
    };
    // Without a total line nothing tells whether all rows are there.
    let total = || view.total(own).map(|total| cells(&[total])).unwrap_or_default();
    match &agreement.scope {
        Scope::Total => {
            if let Some(right) = other.total(block).and_then(|row| ledger.cell(other.at, row, column)) {
                add(Basis::Totals, total(), vec![right]);
            }
        }
        Scope::Line(label) => {
            if let Some(right) = other.line(block, label).and_then(|(row, _)| ledger.cell(other.at, row, column)) {
                add(Basis::Totals, total(), vec![right]);
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
                        add(if is_leaf() { Basis::Printed } else { Basis::Sums(columns.clone()) }, cells(rows), right);
                    }
                    // A whole table would list it; but a line above others need not be there.
                    None if agreement.relation != Relation::AtLeast
                        && other.is_whole()
                        && is_leaf()
                        && !by_code.is_of_other_level(other_at, block, code) =>
                    {
                        add(Basis::Absent(other.at), cells(rows), Vec::new());
                    }
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
                let right = found.iter().filter_map(|&row| ledger.cell(other.at, row, column)).collect();
                add(Basis::Sums(columns.clone()), left, right);
            }
        }
    }
}

/// What an agreement is called, and what it says.
fn name_of(agreement: &Agreement, (view, own): (&View<'_>, usize), (other, block, column): (&View<'_>, usize, usize)) -> Arc<Identity> {
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
    let headings: Vec<String> = agreement.columns.iter().map(|&column| view.heading(own, column)).collect();
    let zh = format!(
        "表{}《{}》{}{relation}表{}《{}》{what}的{}",
        of.number,
        of.title,
        headings.join(" + "),
        there.number,
        there.title,
        other.heading(block, column)
    );
    Identity::new(format!("{}: {}", view.form.id, agreement.text), zh)
}
