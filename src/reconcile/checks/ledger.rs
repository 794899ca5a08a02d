//! All amounts of a disclosure as one ledger: every number has one entry, in one unit, with its place.

use crate::disclosure::{Amount, Disclosure, Table, Value};
use crate::grammar::TEXT_UNIT;

/// Number of an entry.
pub(super) type At = u32;

/// Where an amount is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Table, row, column.
    Cell(usize, usize, usize),
    /// Amount of a line item.
    LineItem(usize),
    /// Amount of a line item where the text states it a second time.
    Restated(usize),
    /// Amount of a statement.
    Statement(usize),
    /// A target's total (0), fiscal (1) or other (2) amount.
    Target(usize, usize),
    /// Amount of a project in the text.
    Project(usize),
}

/// One number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) place: Place,
    /// In millionths of a yuan; nothing where the cell is empty.
    pub(super) amount: Option<i128>,
    /// How far rounding can have moved it.
    pub(super) half: i128,
    /// Yuan in its unit; 1 where that is unknown.
    pub(super) factor: i128,
    /// Is its unit known?
    pub(super) has_unit: bool,
}

/// The ledger.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger {
    entries: Vec<Entry>,
    /// Entry of the first column of each row, table by table.
    rows: Vec<Vec<At>>,
    line_items: At,
    restated: At,
    statements: At,
    targets: At,
    projects: At,
    finest_of_text: i128,
}

/// How precise an amount is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Precision {
    /// As it is printed.
    Own,
    /// As the most precise one of its kind: the others leave zeros away.
    Finest,
}

/// Yuan in a unit.
fn factor(unit: &str) -> Option<i128> {
    Some(match unit {
        "元" => 1,
        "千元" => 1_000,
        "万元" => 10_000,
        "百万元" => 1_000_000,
        "亿元" => 100_000_000,
        _ => return None,
    })
}

/// Yuan in the unit of running text.
pub(super) fn text_factor() -> i128 {
    factor(TEXT_UNIT).unwrap_or(1)
}

impl Ledger {
    pub(super) fn new(disclosure: &Disclosure) -> Self {
        let cells: usize = disclosure.tables.iter().flat_map(|table| &table.rows).map(|row| row.values.0.len()).sum();
        let in_text =
            disclosure.line_items.len() * 2 + disclosure.statements.len() + disclosure.targets.len() * 3 + disclosure.projects.len();
        let mut ledger = Self { entries: Vec::with_capacity(cells + in_text), ..Self::default() };
        for (at, table) in disclosure.tables.iter().enumerate() {
            ledger.add_table(at, table);
        }
        ledger.line_items = ledger.next();
        let stated = disclosure.line_items.iter().map(|item| item.amount);
        ledger.add_text(stated, Place::LineItem, Precision::Own);
        ledger.restated = ledger.next();
        ledger.add_text(disclosure.line_items.iter().map(|item| item.restated_amount), Place::Restated, Precision::Own);
        ledger.statements = ledger.next();
        ledger.add_text(disclosure.statements.iter().map(|statement| Some(statement.amount)), Place::Statement, Precision::Own);
        ledger.targets = ledger.next();
        let amounts = |at: usize| disclosure.targets.get(at).map(|of| [of.amount_total, of.amount_fiscal, of.amount_other]);
        let of_targets = (0..disclosure.targets.len()).flat_map(|at| amounts(at).into_iter().flatten());
        ledger.add_text(of_targets, |at| Place::Target(at / 3, at % 3), Precision::Finest);
        ledger.projects = ledger.next();
        ledger.add_text(disclosure.projects.iter().map(|project| project.amount), Place::Project, Precision::Own);
        let in_text = disclosure.line_items.iter().filter_map(|item| item.amount).chain(disclosure.statements.iter().map(|of| of.amount));
        ledger.finest_of_text = in_text.map(Amount::half_step).min().unwrap_or(0) * text_factor();
        ledger
    }

    /// How far rounding can have moved the most precise amounts of the text, which percentages were made of.
    pub(super) fn finest_of_text(&self) -> i128 {
        self.finest_of_text
    }

    fn next(&self) -> At {
        At::try_from(self.entries.len()).unwrap_or(At::MAX)
    }

    fn add_table(&mut self, at: usize, table: &Table) {
        // A table prints its numbers to one precision, but can leave zeros at the end away.
        let amounts = || table.rows.iter().flat_map(|row| &row.values.0).filter_map(|(_, value)| value.amount());
        let finest = amounts().map(Amount::half_step).min().unwrap_or(0);
        let known = factor(&table.unit);
        let factor = known.unwrap_or(1);
        let mut rows = Vec::with_capacity(table.rows.len());
        for (row, of) in table.rows.iter().enumerate() {
            rows.push(self.next());
            for (column, (_, value)) in of.values.0.iter().enumerate() {
                let amount = match value {
                    Value::Amount(amount) => Some(amount.scaled() * factor),
                    Value::Empty | Value::Text(_) => None,
                };
                self.entries.push(Entry {
                    place: Place::Cell(at, row, column),
                    amount,
                    half: finest * factor,
                    factor,
                    has_unit: known.is_some(),
                });
            }
        }
        self.rows.push(rows);
    }

    /// Running text and targets state their amounts in one unit. Text rounds each as it likes, or leaves zeros at the end away; nothing is exact.
    fn add_text(&mut self, amounts: impl Iterator<Item = Option<Amount>> + Clone, place: impl Fn(usize) -> Place, precision: Precision) {
        let factor = text_factor();
        let finest = amounts.clone().flatten().map(Amount::half_step).min().unwrap_or(0);
        for (at, of) in amounts.enumerate() {
            let own = of.filter(|of| precision == Precision::Own && !of.is_zero()).map_or(finest, Amount::half_step);
            let amount = of.map(|of| of.scaled() * factor);
            self.entries.push(Entry { place: place(at), amount, half: own * factor, factor, has_unit: true });
        }
    }

    /// The entry of a cell.
    pub(super) fn cell(&self, table: usize, row: usize, column: usize) -> Option<At> {
        let first = *self.rows.get(table)?.get(row)?;
        Some(first + At::try_from(column).ok()?)
    }

    /// The entry of a line item's amount.
    pub(super) fn line_item(&self, at: usize) -> At {
        self.line_items + At::try_from(at).unwrap_or(0)
    }

    /// The entry of a line item's amount where it is stated a second time.
    pub(super) fn restated(&self, at: usize) -> At {
        self.restated + At::try_from(at).unwrap_or(0)
    }

    /// The entry of a statement's amount.
    pub(super) fn statement(&self, at: usize) -> At {
        self.statements + At::try_from(at).unwrap_or(0)
    }

    /// The entry of a target's total (0), fiscal (1) or other (2) amount.
    pub(super) fn target(&self, at: usize, field: usize) -> At {
        self.targets + At::try_from(at * 3 + field).unwrap_or(0)
    }

    /// The entry of a project's amount in the text.
    pub(super) fn project(&self, at: usize) -> At {
        self.projects + At::try_from(at).unwrap_or(0)
    }

    pub(super) fn get(&self, at: At) -> Option<&Entry> {
        self.entries.get(at as usize)
    }

    /// The amount of an entry in its own unit.
    pub(super) fn in_unit(&self, at: At) -> Option<Amount> {
        let entry = self.get(at)?;
        Amount::from_scaled(entry.amount? / entry.factor)
    }

    /// The amount of an entry, nothing where it is empty.
    pub(super) fn amount(&self, at: At) -> Option<i128> {
        self.get(at)?.amount
    }

    /// What the filled ones of some entries come to.
    pub(super) fn sum(&self, entries: &[At]) -> i128 {
        entries.iter().filter_map(|&at| self.amount(at)).sum()
    }

    pub(super) fn is_filled(&self, at: At) -> bool {
        self.amount(at).is_some()
    }

    /// Corrects an entry by a difference, for what is checked from now on.
    pub(super) fn correct(&mut self, at: At, by: i128) {
        if let Some(entry) = self.entries.get_mut(at as usize) {
            entry.amount = Some(entry.amount.unwrap_or(0) + by);
        }
    }

    /// Puts another amount, or none, into an entry.
    pub(super) fn set(&mut self, at: At, amount: Option<i128>) {
        if let Some(entry) = self.entries.get_mut(at as usize) {
            entry.amount = amount;
        }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }
}
