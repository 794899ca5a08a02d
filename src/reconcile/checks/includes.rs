//! What the text says that an amount includes (主要包括), against the lines of the economic classification.

use rustc_hash::{FxHashMap, FxHashSet};

use super::ledger::Ledger;
use super::tables::View;
use crate::disclosure::{CodeLevel, RowKind, Statement};
use crate::grammar::{Catalogue, CatalogueEntry, Grammars, Standing, key, short_name};

/// The set of the codes that such lists name.
const ECONOMIC: &str = "economic-department";
/// Fewer names than this are no list.
const FEWEST_NAMES: usize = 5;
/// So many names have an amount, for each that has none: otherwise the list is the form's, whatever was spent.
const RIGHT_FOR_EACH_WRONG: usize = 4;

/// A name that a list has and the tables have no amount for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WrongName {
    /// As the text has it.
    pub(super) said: String,
    /// The table that should have it, by its place among the views.
    pub(super) view: usize,
    /// The only line of its class that has an amount and is not named.
    pub(super) right: Option<String>,
}

/// A line of the tables.
struct Line {
    view: usize,
    code: String,
    name: String,
    printed: String,
    has_amount: bool,
}

/// The lines of the economic classification in all tables.
pub(super) struct Lines<'g> {
    all: Vec<Line>,
    /// Those of each name: the first, and whether one has an amount.
    by_name: FxHashMap<String, (usize, bool)>,
    catalogue: Option<&'g Catalogue>,
    year: Option<u16>,
}

impl<'g> Lines<'g> {
    pub(super) fn new(views: &[View<'_>], ledger: &Ledger, grammars: &'g Grammars, year: Option<u16>) -> Self {
        let mut lines = Vec::new();
        for (view, of) in views.iter().enumerate().filter(|(_, of)| of.is_whole()) {
            for (at, row) in of.table.rows.iter().enumerate().filter(|(_, row)| row.kind != RowKind::Total) {
                let block = of.blocks.get(at).copied().flatten().and_then(|block| of.form.blocks.get(block));
                let (Some(ECONOMIC), Some(code)) = (block.and_then(|block| block.code_set.as_deref()), of.code(at)) else { continue };
                let amounts = (0..row.values.0.len()).filter_map(|column| ledger.cell(of.at, at, column));
                let has_amount = amounts.into_iter().any(|at| ledger.amount(at).is_some_and(|amount| amount != 0));
                lines.push(Line { view, code: code.to_owned(), name: short_name(&row.name), printed: row.name.clone(), has_amount });
            }
        }
        let mut by_name: FxHashMap<String, (usize, bool)> = FxHashMap::default();
        for (at, line) in lines.iter().enumerate() {
            by_name.entry(line.name.clone()).or_insert((at, false)).1 |= line.has_amount;
        }
        Self { all: lines, by_name, catalogue: grammars.catalogue(ECONOMIC), year }
    }

    /// The names of a list that have no amount, where nearly all others have one.
    pub(super) fn wrong_names(&self, statement: &Statement) -> Vec<WrongName> {
        let named: FxHashSet<String> = statement.includes.iter().map(|name| short_name(name)).collect();
        let mut right = 0;
        let mut wrong: Vec<(&String, &Line)> = Vec::new();
        for said in &statement.includes {
            match self.by_name.get(&short_name(said)) {
                Some((_, true)) => right += 1,
                Some(&(first, false)) => wrong.extend(self.all.get(first).map(|line| (said, line))),
                None => wrong.extend(self.unlisted(said).map(|line| (said, line))),
            }
        }
        // What is called otherwise than in the tables counts against the list too.
        let others = statement.includes.len().saturating_sub(right);
        if right < FEWEST_NAMES || others * RIGHT_FOR_EACH_WRONG > right {
            return Vec::new();
        }
        let told = |(said, line): (&String, &Line)| {
            let class = line.code.get(..3);
            let is_missed = |of: &&Line| of.view == line.view && of.code.get(..3) == class && of.code.len() > 3 && of.has_amount;
            let mut missed = self.all.iter().filter(is_missed).filter(|of| !named.contains(&of.name));
            let right = missed.next().filter(|_| missed.next().is_none()).map(|of| of.printed.clone());
            WrongName { said: said.clone(), view: line.view, right }
        };
        wrong.into_iter().map(told).collect()
    }

    /// A line of the class of a name that the year's list knows, where no table lists its code: one that it names otherwise can be meant.
    fn unlisted(&self, said: &str) -> Option<&Line> {
        let (name, year) = (key(said), self.year?);
        let catalogue = self.catalogue?;
        let known = |entry: &&CatalogueEntry| entry.standing == Standing::Attested && entry.code.level() != CodeLevel::Class;
        // In the list of the year, or in those before and after it.
        let is_of_year = |entry: &&CatalogueEntry| {
            let of_code = || catalogue.of_name(&name).filter(known).filter(|other| other.code == entry.code);
            of_code().any(|other| other.year <= year) && of_code().any(|other| other.year >= year)
        };
        let entry = catalogue.of_name(&name).filter(known).find(is_of_year)?;
        let code = entry.code.to_string();
        let is_listed = self.all.iter().any(|line| line.code == code);
        let class = code.get(..3)?;
        self.all.iter().find(|line| !is_listed && line.code.starts_with(class))
    }
}
