//! Checks: every identity over the finished disclosure, the cause of each failure, and how much of each table is proved.
//!
//! Knows the contract, forms and code lists; knows nothing of files and of how the disclosure was read. So it says the same of a
//! disclosure just converted and of one read back from its JSON.
//!
//! 1. every amount gets an entry in one `ledger`, in one unit;
//! 2. the identities of the forms and of `identities.toml` become equations (`equation`) between entries;
//! 3. `blame` finds the smallest changes that explain what fails;
//! 4. `report` tells each of them once, with its arithmetic and verdict; `places` and `sentences` give it the words.

mod across;
mod blame;
mod changes;
mod equation;
mod ledger;
mod names;
mod places;
mod proof;
mod report;
mod sentences;
mod tables;

use crate::disclosure::{Disclosure, Row, RowKind};
use crate::grammar::{Form, Grammars};

use across::ByCode;
use equation::Equations;
use ledger::{At, Ledger};
use names::Right;
use places::Places;
use report::Report;
use tables::View;

/// Checks a disclosure: fills in its `checks`, each table's `proof`, and flags (`fails_check:<column>`) what is blamed.
pub fn check(disclosure: &mut Disclosure, form: &Form, grammars: &Grammars) {
    let (checks, proofs, flags) = {
        let mut views = views(disclosure, form);
        let misnamed = names::misnamed(&views, grammars, disclosure.document.fiscal_year);
        // What is compared by code is compared by the right one.
        for row in &misnamed {
            if let (Right::Code(right), Some(code)) = (&row.right, views.get_mut(row.view).and_then(|view| view.codes.get_mut(row.row))) {
                *code = Some(right.clone());
            }
        }
        let published = Ledger::new(disclosure);
        let equations = equations(disclosure, &views, grammars, &published);
        let mut corrected = published.clone();
        let causes = blame::causes(&equations, &mut corrected, &repeated_rows(&views, &published));
        let places = Places { disclosure, views: &views, ledger: &published };
        let mut report = Report::new(places, &equations, &corrected);
        report.add_causes(&causes);
        report.add_misnamed(&misnamed);
        report.add_changes();
        report.add_rounding();
        let proofs = proof::proofs(disclosure, &equations, &published, &corrected, &causes);
        let (checks, flags) = report.finish();
        (checks, proofs, flags)
    };
    disclosure.checks = checks;
    for (table, proof) in disclosure.tables.iter_mut().zip(proofs) {
        table.proof = proof;
    }
    for (table, row, flag) in flags {
        if let Some(row) = disclosure.tables.get_mut(table).and_then(|table| table.rows.get_mut(row))
            && !row.flags.contains(&flag)
        {
            row.flags.push(flag);
            row.flags.sort_unstable();
        }
    }
}

/// The tables that the form has.
fn views<'d>(disclosure: &'d Disclosure, form: &'d Form) -> Vec<View<'d>> {
    let view = |(at, table)| {
        let table: &'d crate::disclosure::Table = table;
        let index = form.table_index(&table.table)?;
        Some(View::new(at, table, index, form.tables.get(index)?))
    };
    disclosure.tables.iter().enumerate().filter_map(view).collect()
}

fn equations(disclosure: &Disclosure, views: &[View<'_>], grammars: &Grammars, ledger: &Ledger) -> Equations {
    let mut equations = Equations::default();
    for view in views {
        tables::add(view, &grammars.identities, ledger, &mut equations);
    }
    let by_code = ByCode::new(views);
    across::add_agreements(views, &by_code, ledger, &mut equations);
    across::add_written(disclosure, views, &by_code, &grammars.identities.identities, ledger, &mut equations);
    across::add_targets(disclosure, &grammars.identities, ledger, &mut equations);
    equations
}

/// The cells of rows that stand twice, one below the other.
fn repeated_rows(views: &[View<'_>], ledger: &Ledger) -> Vec<Vec<At>> {
    let is_same =
        |a: &Row, b: &Row| a.kind != RowKind::Total && a.code == b.code && a.name == b.name && a.side == b.side && a.values == b.values;
    let mut found = Vec::new();
    for view in views {
        let rows = view.table.rows.iter().enumerate().zip(view.table.rows.iter().skip(1));
        for ((at, row), next) in rows {
            if is_same(row, next) && row.code.is_some() {
                let cells = (0..row.values.0.len()).filter_map(|column| ledger.cell(view.at, at + 1, column));
                found.push(cells.filter(|&at| ledger.is_filled(at)).collect());
            }
        }
    }
    found
}
