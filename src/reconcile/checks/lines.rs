//! Equations between the lines of a table: totals, levels of codes, fixed lists, lists side by side, groups.

use std::sync::Arc;

use super::equation::{Equations, Identity};
use super::ledger::{At, Ledger};
use super::tables::View;
use super::totals;
use crate::disclosure::{CheckKind, Row, RowKind, Value};
use crate::grammar::{Block, Identities, Ordinal, Relation, ordinal};

/// Adds what the lines of a block say of each other, in some columns.
pub(super) fn add(view: &View<'_>, at: usize, columns: &[usize], known: &Identities, ledger: &Ledger, equations: &mut Equations) {
    let Some(block) = view.form.blocks.get(at) else { return };
    let is_one_of_several = view.form.blocks.iter().filter(|other| other.side == block.side).count() > 1;
    if is_one_of_several && block.id.is_some() {
        side_by_side(view, block, columns, &Identity::rule("column_total", known), ledger, equations);
    } else if let Some(group) = block.columns.iter().position(|column| column.fill_down).filter(|_| !block.lines.is_empty()) {
        groups(view, (at, group), columns, &Identity::rule("group_sum", known), ledger, equations);
    } else if block.lines.is_empty() || block.code_set.is_some() {
        totals::add(view, at, columns, &Identity::rule("column_total", known), ledger, equations);
        hierarchy(view, at, columns, &Identity::rule("hierarchy_sum", known), ledger, equations);
    } else {
        let rules = ["list_sum", "list_among"].map(|rule| Identity::rule(rule, known));
        lists(view, at, columns, &rules, ledger, equations);
    }
}

/// One of several lists side by side, each of which divides the same: the first total line below them is the sum of its lines.
fn side_by_side(view: &View<'_>, block: &Block, columns: &[usize], name: &Arc<Identity>, ledger: &Ledger, equations: &mut Equations) {
    let of_side = || view.table.rows.iter().enumerate().filter(|(_, row)| row.side == block.side);
    let own: Vec<usize> = of_side().filter(|(_, row)| row.block == block.id && row.kind != RowKind::Total).map(|(at, _)| at).collect();
    let total = of_side().find(|(_, row)| row.block.is_none() && row.kind == RowKind::Total).map(|(at, _)| at);
    let Some(total) = total else { return };
    for &column in columns {
        let parts = view.top(ledger, &own, column);
        if let Some(whole) = ledger.cell(view.at, total, column).filter(|_| !parts.is_empty()) {
            equations.add(CheckKind::ColumnTotal, name, &[whole], Relation::Equal, parts);
        }
    }
}

/// Lines in groups that a text column names: the total at the head of a group is the sum of its lines, and the table's total that of the groups.
fn groups(
    view: &View<'_>,
    (block, group): (usize, usize),
    columns: &[usize],
    name: &Arc<Identity>,
    ledger: &Ledger,
    equations: &mut Equations,
) {
    let group_of = |row: &Row| match row.values.0.get(group) {
        Some((_, Value::Text(text))) if !text.is_empty() => Some(text.clone()),
        _ => None,
    };
    let rows: Vec<(usize, &Row)> = view.rows(block).collect();
    for &column in columns {
        let cell = |row: usize| ledger.cell(view.at, row, column);
        let mut heads = Vec::new();
        for lines in rows.chunk_by(|(_, a), (_, b)| group_of(a) == group_of(b)) {
            let Some((head, first)) = lines.first().filter(|(_, row)| group_of(row).is_some()) else { continue };
            let is_headed = first.kind == RowKind::Total;
            let lines = lines.get(usize::from(is_headed)..).unwrap_or_default();
            let parts: Vec<At> = lines.iter().filter_map(|&(row, _)| cell(row)).collect();
            // Where its own total is missing, the lines of a group count.
            if !is_headed || !cell(*head).is_some_and(|at| ledger.is_filled(at)) {
                heads.extend(&parts);
                continue;
            }
            heads.extend(cell(*head));
            // 其中：… divides nothing by itself.
            if let Some(whole) = cell(*head).filter(|&at| ledger.is_filled(at) && parts.iter().any(|&part| ledger.is_filled(part))) {
                let is_among = lines.iter().any(|(_, row)| row.name.starts_with("其中"));
                let relation = if is_among { Relation::AtLeast } else { Relation::Equal };
                equations.add(CheckKind::ColumnTotal, name, &[whole], relation, parts);
            }
        }
        let total = rows.iter().find(|(_, row)| row.kind == RowKind::Total && group_of(row).is_none());
        if let Some(whole) = total.and_then(|&(row, _)| cell(row)).filter(|&at| ledger.is_filled(at) && !heads.is_empty()) {
            equations.add(CheckKind::ColumnTotal, name, &[whole], Relation::Equal, heads);
        }
    }
}

/// A 类 or 款 line with an amount is the sum of the lines below it.
fn hierarchy(view: &View<'_>, block: usize, columns: &[usize], name: &Arc<Identity>, ledger: &Ledger, equations: &mut Equations) {
    let rows: Vec<usize> = view.rows(block).filter(|&(at, _)| !view.is_total(at)).map(|(at, _)| at).collect();
    let by_code = (!view.is_ordered(block)).then(|| by_code(view, &rows));
    for (at, &row) in rows.iter().enumerate() {
        let Some(code) = view.code(row) else { continue };
        let below = match &by_code {
            None => {
                let is_below = |row: &&usize| view.code(**row).is_some_and(|other| other.len() > code.len() && other.starts_with(code));
                rows.get(at + 1..).unwrap_or_default().iter().take_while(is_below).copied().collect()
            }
            // Where codes stand in any order, those below one are all that begin with it.
            Some(by_code) => {
                let from = by_code.partition_point(|&(other, _)| other <= code);
                let those = by_code.get(from..).unwrap_or_default().iter().take_while(|(other, _)| other.starts_with(code));
                let mut below: Vec<usize> = those.map(|&(_, row)| row).collect();
                below.sort_unstable();
                below
            }
        };
        if below.is_empty() {
            continue;
        }
        for &column in columns {
            if let Some(whole) = ledger.cell(view.at, row, column).filter(|&at| ledger.is_filled(at)) {
                equations.add(CheckKind::HierarchySum, name, &[whole], Relation::Equal, view.top(ledger, &below, column));
            }
        }
    }
}

/// Rows with their codes, in the order of these.
fn by_code<'v>(view: &'v View<'_>, rows: &[usize]) -> Vec<(&'v str, usize)> {
    let mut sorted: Vec<(&str, usize)> = rows.iter().filter_map(|&row| Some((view.code(row)?, row))).collect();
    sorted.sort_unstable();
    sorted
}

/// A numbered line of a list, with the lines below it.
struct Head {
    at: At,
    /// 1., 2. … of 一、.
    numbered: Vec<At>,
    /// 其中：… and the lines behind it.
    among: Vec<At>,
}

/// Lists of fixed lines: 一、 = 1. + 2. …; 合计 = 一、 + 二、 …; what stands behind 其中 is at most what it is of.
fn lists(view: &View<'_>, block: usize, columns: &[usize], [sum, among]: &[Arc<Identity>; 2], ledger: &Ledger, equations: &mut Equations) {
    let depth = |row: &Row| ordinal(row.name.trim_start()).map(|(kind, ..)| kind);
    let rows: Vec<(usize, &Row)> = view.rows(block).collect();
    if !rows.iter().any(|(_, row)| depth(row) == Some(Ordinal::Chinese)) {
        return;
    }
    for &column in columns {
        let mut pending: Vec<At> = Vec::new();
        let (mut heads, mut added): (Vec<Head>, Vec<Head>) = (Vec::new(), Vec::new());
        let mut totals: Vec<(At, Vec<At>)> = Vec::new();
        for &(row, of) in &rows {
            let Some(at) = ledger.cell(view.at, row, column) else { continue };
            let head = Head { at, numbered: Vec::new(), among: Vec::new() };
            match (of.kind, depth(of), totals.is_empty()) {
                (RowKind::Total, ..) if ledger.is_filled(at) => totals.push((at, std::mem::replace(&mut pending, vec![at]))),
                (RowKind::Item | RowKind::Heading, Some(Ordinal::Chinese), true) => {
                    pending.push(at);
                    heads.push(head);
                }
                (RowKind::Item | RowKind::Heading, Some(Ordinal::Arabic), true) => {
                    // The last 一、 is the last head that is not numbered itself.
                    if let Some(first) = heads.iter_mut().rfind(|head| pending.contains(&head.at)) {
                        first.numbered.push(at);
                    }
                    heads.push(head);
                }
                (RowKind::Item | RowKind::Heading, _, true) => heads.last_mut().into_iter().for_each(|head| head.among.push(at)),
                // Behind a first total stand what is added to it, without numbers, and numbered lines that divide that.
                (RowKind::Item | RowKind::Heading, None, false) => {
                    pending.push(at);
                    added.push(head);
                }
                (RowKind::Item | RowKind::Heading, Some(_), false) => added.last_mut().into_iter().for_each(|head| head.numbered.push(at)),
                (RowKind::Total, ..) => {}
            }
        }
        for head in heads.into_iter().chain(added).filter(|head| ledger.is_filled(head.at)) {
            if head.numbered.iter().any(|&at| ledger.is_filled(at)) {
                equations.add(CheckKind::ColumnTotal, sum, &[head.at], Relation::Equal, head.numbered);
            }
            if head.among.iter().any(|&at| ledger.is_filled(at)) {
                equations.add(CheckKind::ColumnTotal, among, &[head.at], Relation::AtLeast, head.among);
            }
        }
        for (total, parts) in totals {
            equations.add(CheckKind::ColumnTotal, sum, &[total], Relation::Equal, parts);
        }
    }
}
