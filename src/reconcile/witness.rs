//! What other tables say of a table: by code, or by the one line or total that an agreement of the form names.

use rustc_hash::FxHashMap;

use super::sheet::{Sheet, SheetRow, nearest};
use crate::disclosure::Amount;
use crate::grammar::{Agreement, Code, Relation, Scope};

/// What another table says, looked up once for all pages.
pub(super) struct Witness<'g> {
    pub(super) agreement: &'g Agreement,
    by_code: FxHashMap<Code, i128>,
    /// Its amount on the one line that the agreement names.
    pub(super) line: Option<i128>,
    is_whole: bool,
}

impl Witness<'_> {
    /// The other table's amount for a code; nothing there counts as zero where that table is whole and would list it.
    pub(super) fn of_code(&self, code: Code, is_listed: bool) -> Option<i128> {
        self.by_code.get(&code).copied().or((self.is_whole && is_listed).then_some(0))
    }

    pub(super) fn contradicts(&self, left: i128, right: Option<i128>) -> bool {
        right.is_some_and(|right| match self.agreement.relation {
            Relation::Equal => left != right,
            Relation::AtMost => left > right,
            Relation::AtLeast => left < right,
        })
    }
}

/// Is every row of the table there, as far as one can see: a title above and a total at the end?
pub(super) fn is_whole(sheet: &Sheet<'_>) -> bool {
    sheet.title_found && sheet.rows.iter().any(|row| row.is_total)
}

/// What the other tables of the document say of this one, by the agreements of the form.
pub(super) fn witnesses<'s>(sheets: &[Sheet<'_>], at: usize, sheet: &'s Sheet<'_>) -> Vec<Witness<'s>> {
    let witness = |agreement: &'s Agreement| {
        let (table, block, column) = agreement.other;
        let other = nearest(sheets, at, table).and_then(|other| sheets.get(other))?;
        let rows = || other.rows.iter().filter(|row| row.block == block);
        let amount = |row: &SheetRow| row.amount(column).map_or(0, Amount::scaled);
        let mut by_code = FxHashMap::default();
        let mut line = None;
        if let Scope::Line(label) = &agreement.scope {
            line = rows().find(|row| row.label_key.as_ref() == Some(label)).map(amount);
        } else if agreement.scope == Scope::Total {
            line = rows().rfind(|row| row.is_total).map(amount);
        } else {
            for row in rows() {
                if let Some(code) = row.code {
                    *by_code.entry(code).or_insert(0) += amount(row);
                }
            }
        }
        Some(Witness { agreement, by_code, line, is_whole: is_whole(other) })
    };
    sheet.form.agreements.iter().filter_map(witness).collect()
}
