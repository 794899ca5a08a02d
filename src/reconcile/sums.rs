//! Amounts of a table added up by code, by class and over all rows.

use rustc_hash::FxHashMap;

use super::columns::PageChoice;
use super::sheet::Sheet;
use crate::grammar::Code;

/// Amounts by group (a code, a class, or all rows as one) and column, in millionths.
#[derive(Clone)]
pub(super) struct Sums {
    pub(super) columns: usize,
    pub(super) amounts: Vec<i128>,
}

impl Sums {
    pub(super) fn new(groups: usize, columns: usize) -> Self {
        Self { columns, amounts: vec![0; groups * columns] }
    }

    pub(super) fn add(&mut self, group: usize, column: usize, amount: i128) {
        if let Some(sum) = self.amounts.get_mut(group * self.columns + column) {
            *sum += amount;
        }
    }

    pub(super) fn get(&self, group: usize, column: usize) -> i128 {
        self.amounts.get(group * self.columns + column).copied().unwrap_or(0)
    }

    /// The sum over some columns of a group.
    pub(super) fn over(&self, group: usize, columns: &[usize]) -> i128 {
        columns.iter().map(|&column| self.get(group, column)).sum()
    }
}

/// A row as the sums need it.
pub(super) struct RowFacts {
    /// Group of its code, and of its class if it is a leaf.
    pub(super) code: Option<usize>,
    pub(super) class: Option<usize>,
    pub(super) is_leaf: bool,
    /// Cell and amount.
    pub(super) amounts: Vec<(usize, i128)>,
}

/// A page as the sums need it.
pub(super) struct PageFacts {
    /// Its rows.
    pub(super) rows: Vec<usize>,
    /// The codes and classes on it, as groups.
    pub(super) codes: Vec<usize>,
    pub(super) classes: Vec<usize>,
    /// Is the total row on it?
    pub(super) total: bool,
}

/// Sums of some rows by code, by class and over all.
pub(super) struct Contribution {
    pub(super) by_code: Sums,
    pub(super) by_class: Sums,
    pub(super) all: Sums,
}

impl PageFacts {
    pub(super) fn new(choice: &PageChoice, rows: &[RowFacts], total: Option<usize>) -> Self {
        let collect = |of: fn(&RowFacts) -> Option<usize>| {
            let mut groups: Vec<usize> = choice.rows.iter().filter_map(|&row| rows.get(row)).filter_map(of).collect();
            groups.sort_unstable();
            groups.dedup();
            groups
        };
        Self {
            rows: choice.rows.clone(),
            codes: collect(|row| row.code),
            classes: collect(|row| row.class),
            total: total.is_some_and(|total| choice.rows.contains(&total)),
        }
    }
}

impl Contribution {
    /// Nothing, for so many codes and classes.
    pub(super) fn new(codes: usize, classes: usize, columns: usize) -> Self {
        Self { by_code: Sums::new(codes, columns), by_class: Sums::new(classes, columns), all: Sums::new(1, columns) }
    }

    pub(super) fn add(&mut self, row: &RowFacts, column: usize, amount: i128) {
        if let Some(code) = row.code {
            self.by_code.add(code, column, amount);
        }
        if let Some(class) = row.class {
            self.by_class.add(class, column, amount);
        }
        if row.is_leaf {
            self.all.add(0, column, amount);
        }
    }
}

/// Codes numbered in the order in which they come.
#[derive(Default)]
pub(super) struct Groups {
    pub(super) known: Vec<Code>,
    pub(super) numbers: FxHashMap<Code, usize>,
}

impl Groups {
    pub(super) fn of(&mut self, code: Code) -> usize {
        *self.numbers.entry(code).or_insert_with(|| {
            self.known.push(code);
            self.known.len() - 1
        })
    }
}

pub(super) fn add_into(all: &mut [i128], sums: &[i128]) {
    all.iter_mut().zip(sums).for_each(|(all, sum)| *all += sum);
}

/// The rows that no deeper row follows: what column totals add up.
pub(super) fn leaves(sheet: &Sheet<'_>) -> Vec<bool> {
    let mut leaves: Vec<bool> = sheet.rows.iter().map(|row| !row.is_total).collect();
    for (index, pair) in sheet.rows.windows(2).enumerate() {
        if let [row, next] = pair
            && let (Some(code), Some(next_code)) = (row.code, next.code)
            && row.block == next.block
            && code != next_code
            && code.contains(next_code)
            && let Some(leaf) = leaves.get_mut(index)
        {
            *leaf = false;
        }
    }
    leaves
}
