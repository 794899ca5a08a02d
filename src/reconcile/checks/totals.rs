//! Equations of total lines (合计) and subtotals (小计) with the lines that they sum up.

use std::sync::Arc;

use super::equation::{Equations, Identity};
use super::ledger::{At, Ledger};
use super::tables::View;
use crate::disclosure::{CheckKind, Row};
use crate::grammar::Relation;

/// What the subtotals of a table sum up, as most of them do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subtotals {
    /// The lines since the one before.
    OwnLines,
    /// All lines so far.
    AllSoFar,
    /// Something else: they stand for nothing, and are held against nothing.
    Other,
}

/// Each total line is the sum of what stands before it since the start, a total in between counting for its own lines. Where the total stands at the
/// head, it is the sum of what follows.
pub(super) fn add(view: &View<'_>, block: usize, columns: &[usize], name: &Arc<Identity>, ledger: &Ledger, equations: &mut Equations) {
    let rows: Vec<(usize, &Row)> = view.rows(block).collect();
    let totals = rows.iter().filter(|(at, _)| view.is_total(*at)).count();
    if totals == 0 || rows.len() < 2 {
        return;
    }
    // Rows of several levels each divide the whole.
    let mut levels: Vec<&str> = rows.iter().filter_map(|(_, row)| row.level.as_deref()).collect();
    levels.sort_unstable();
    levels.dedup();
    if let (false, Some(total)) = (levels.is_empty(), view.total(block)) {
        for level in levels {
            let of: Vec<usize> = rows.iter().filter(|(_, row)| row.level.as_deref() == Some(level)).map(|&(at, _)| at).collect();
            for &column in columns {
                let parts: Vec<At> = of.iter().filter_map(|&row| ledger.cell(view.at, row, column)).collect();
                if let Some(total) = ledger.cell(view.at, total, column) {
                    equations.add(CheckKind::ColumnTotal, name, &[total], Relation::Equal, parts);
                }
            }
        }
        return;
    }
    let mut rows: Vec<usize> = rows.into_iter().map(|(at, _)| at).collect();
    let subtotals = rows.iter().filter(|&&row| view.is_subtotal(row)).count();
    let stands_first = rows.first().is_some_and(|&row| view.is_total(row) && !view.is_subtotal(row));
    if stands_first {
        if totals - subtotals != 1 {
            return;
        }
        // So do the totals of its parts.
        rows.reverse();
    }
    let of = if subtotals == 0 { Subtotals::Other } else { subtotals_of(view, &rows, columns, stands_first, ledger) };
    for &column in columns {
        for Sum { total, parts, .. } in sums(view, &rows, column, (of, stands_first), ledger) {
            equations.add(CheckKind::ColumnTotal, name, &[total], Relation::Equal, parts);
        }
    }
}

/// What most subtotals sum up, in all columns together.
fn subtotals_of(view: &View<'_>, rows: &[usize], columns: &[usize], stands_first: bool, ledger: &Ledger) -> Subtotals {
    let is_usual = |of: Subtotals| {
        let (mut all, mut right) = (0, 0);
        for &column in columns {
            for Sum { row, total, parts } in sums(view, rows, column, (of, stands_first), ledger) {
                let Some(entry) = ledger.get(total).filter(|_| view.is_subtotal(row)) else { continue };
                let Some(amount) = entry.amount else { continue };
                let slack: i128 = parts.iter().filter_map(|&part| Some(ledger.get(part)?.half)).sum();
                all += 1;
                right += usize::from((ledger.sum(&parts) - amount).abs() <= slack + entry.half);
            }
        }
        2 * right > all
    };
    [Subtotals::OwnLines, Subtotals::AllSoFar].into_iter().find(|&of| is_usual(of)).unwrap_or(Subtotals::Other)
}

/// A total line of a column.
struct Sum {
    row: usize,
    total: At,
    /// What it sums up.
    parts: Vec<At>,
}

/// The filled total lines of a column, in the order of some rows.
fn sums(view: &View<'_>, rows: &[usize], column: usize, (subtotals, stands_first): (Subtotals, bool), ledger: &Ledger) -> Vec<Sum> {
    let mut found = Vec::new();
    let mut pending: Vec<usize> = Vec::new();
    let mut before: Vec<At> = Vec::new();
    for &row in rows {
        let is_subtotal = view.is_subtotal(row);
        if is_subtotal && subtotals == Subtotals::Other {
            continue;
        }
        if !view.is_total(row) {
            pending.push(row);
            continue;
        }
        let Some(total) = ledger.cell(view.at, row, column) else { continue };
        // One right behind another says it again, or sums up several.
        if is_subtotal && subtotals == Subtotals::OwnLines && pending.is_empty() {
            continue;
        }
        if stands_first {
            pending.reverse();
        }
        let lines = view.top(ledger, &pending, column);
        pending.clear();
        match (ledger.is_filled(total), is_subtotal && subtotals == Subtotals::OwnLines) {
            // Where it is empty, the lines stand for it.
            (false, _) => before.extend(lines),
            (true, true) => {
                found.push(Sum { row, total, parts: lines });
                before.push(total);
            }
            (true, false) => {
                before.extend(lines);
                found.push(Sum { row, total, parts: std::mem::replace(&mut before, vec![total]) });
            }
        }
    }
    found
}
