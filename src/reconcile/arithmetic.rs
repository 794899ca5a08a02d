//! What must hold within a row.

use super::outcome::Outcome;
use super::sheet::{CellValue, SheetRow, Sheets};
use crate::disclosure::Amount;
use crate::grammar::{Identity, Relation, TableForm};

/// Checks an identity in a row whose columns hold these amounts.
pub(super) fn check(identity: &Identity, table: &TableForm, amounts: &dyn Fn(usize) -> Option<Amount>) -> Outcome {
    let is_optional = |column: usize| table.optional_subtotals.contains(&(identity.block, column));
    let whole = amounts(identity.whole);
    let mut sum = 0_i128;
    let mut slack = 0_i128;
    let mut parts = 0_usize;
    let mut add = |amount: Amount| {
        sum += amount.scaled();
        slack += amount.half_step();
        parts += 1;
    };
    for &part in &identity.parts {
        if let Some(amount) = amounts(part) {
            add(amount);
        } else if is_optional(part) {
            // The subtotal is left empty: its own parts stand for it.
            let parts = table.identities.iter().filter(|other| other.block == identity.block && other.whole == part);
            parts.flat_map(|other| &other.parts).filter_map(|&column| amounts(column)).for_each(&mut add);
        }
    }
    match whole {
        None if parts == 0 || is_optional(identity.whole) => Outcome::Vacuous,
        None => {
            if sum == 0 {
                Outcome::Vacuous
            } else {
                Outcome::Fails
            }
        }
        Some(whole) if parts == 0 && whole.is_zero() => Outcome::Vacuous,
        Some(whole) => {
            // One number printed twice cannot differ by rounding.
            let slack = if parts > 1 { slack + whole.half_step() } else { 0 };
            Outcome::of(Relation::Equal, whole.scaled() - sum, slack)
        }
    }
}

/// Does an identity say something about this row?
pub(super) fn applies(identity: &Identity, row: &SheetRow) -> bool {
    if identity.block != row.block {
        return false;
    }
    if identity.codes.is_empty() {
        return true;
    }
    row.code.is_some_and(|code| {
        let digits = code.to_string();
        identity.codes.iter().any(|limit| digits.starts_with(limit.as_str()))
    })
}

/// Flags what may be wrong in a row that does not add up: the amounts of the identity, and the whole row where one may be missing.
pub(super) fn flag_failures(sheets: &mut Sheets<'_>) {
    for sheet in &mut sheets.sheets {
        let table = sheet.form;
        for row in &mut sheet.rows {
            for identity in table.identities.iter().filter(|identity| identity.codes.is_empty()) {
                if !applies(identity, row) || check(identity, table, &|column| row.amount(column)) != Outcome::Fails {
                    continue;
                }
                let scaled = |column: usize| row.amount(column).map_or(0, Amount::scaled);
                let parts: i128 = identity.parts.iter().map(|&part| scaled(part)).sum();
                let is_missing = parts < scaled(identity.whole) || row.amount(identity.whole).is_none();
                let columns = std::iter::once(identity.whole).chain(identity.parts.iter().copied());
                let filled: Vec<_> = columns.filter(|&column| row.amount(column).is_some()).collect();
                for column in filled {
                    if let Some(column) = table.blocks.get(row.block).and_then(|block| block.columns.get(column)) {
                        row.flag(&format!("fails_check:{}", column.id));
                    }
                }
                if is_missing {
                    row.flag("fails_check");
                }
                // Digits put together that do not add up may have been two amounts.
                if row.cells.iter().any(|cell| matches!(cell, CellValue::Amount(reading, _) if reading.rule.is_some())) {
                    row.flag("ambiguous");
                }
                row.trust_at_most(50);
            }
        }
    }
}
