//! Codes whose name is another one in the code list of the year, where no other table says otherwise: publishers repeat their mistakes from table to
//! table.
//!
//! Lists suggest. What was written down from general knowledge (`.recall`) calls no published name wrong on its own: publications of the year must
//! print the code or the name otherwise, or the text of this disclosure.

use rustc_hash::FxHashMap;

use super::names::{Coded, Misnamed, Right, Witness, stands_among};
use super::tables::View;
use crate::disclosure::LineItem;
use crate::grammar::{Catalogue, CatalogueEntry, Code, Grammars, Standing, key, short_name};

/// Finds the pairs of code and name that the list of the year contradicts, each at its first row.
pub(super) fn unlisted(rows: &[Coded<'_>], views: &[View<'_>], line_items: &[LineItem], grammars: &Grammars, year: u16) -> Vec<Misnamed> {
    let mut pairs: Vec<(&Coded<'_>, Vec<&Coded<'_>>)> = Vec::new();
    let mut at: FxHashMap<(&str, &str, &str), usize> = FxHashMap::default();
    for row in rows {
        match at.get(&(row.set, row.code, row.name.as_str())).and_then(|&at| pairs.get_mut(at)) {
            Some((_, repeated)) => repeated.push(row),
            // The first must be printed so without a doubt.
            None if row.is_sound() => {
                at.insert((row.set, row.code, row.name.as_str()), pairs.len());
                pairs.push((row, Vec::new()));
            }
            None => {}
        }
    }
    let said = names_in_text(line_items);
    let finding = |(first, repeated): (&Coded<'_>, Vec<&Coded<'_>>)| {
        let list = List { of: grammars.catalogue(first.set)?, year };
        let (right, witness) = list.contradicts(first, said.get(first.code).map(Vec::as_slice), views.get(first.view)?)?;
        let repeated = repeated.into_iter().map(|row| (row.view, row.row)).collect();
        Some(Misnamed { view: first.view, row: first.row, right, witness, repeated })
    };
    pairs.into_iter().filter_map(finding).collect()
}

/// What the text calls each code, in the shortest form.
fn names_in_text(line_items: &[LineItem]) -> FxHashMap<&str, Vec<String>> {
    let mut said: FxHashMap<&str, Vec<String>> = FxHashMap::default();
    for item in line_items {
        if let Some(code) = item.code.as_deref() {
            said.entry(code).or_default().push(short_name(&item.item_name));
        }
    }
    said
}

/// The list of a year.
struct List<'g> {
    of: &'g Catalogue,
    year: u16,
}

impl List<'_> {
    /// What general knowledge calls a code.
    fn recalled(&self, code: Code) -> Option<&CatalogueEntry> {
        self.of.of_code(code).find(|entry| entry.year == self.year && entry.standing == Standing::Recalled)
    }

    /// What publications of the year call a code; where the list of the year does not have it, those of the years next to it on both sides, if
    /// they agree.
    fn attested(&self, code: Code) -> Option<(&CatalogueEntry, Witness)> {
        let attested = || self.of.of_code(code).filter(|entry| entry.standing == Standing::Attested);
        let before = attested().filter(|entry| entry.year <= self.year).max_by_key(|entry| entry.year)?;
        let after = attested().filter(|entry| entry.year >= self.year).min_by_key(|entry| entry.year)?;
        (short_name(&before.name) == short_name(&after.name)).then_some((after, Witness::List(before.year, after.year)))
    }

    /// The one code of the same level that publications of the year print with a name.
    fn only_code(&self, name: &str, like: Code) -> Option<Code> {
        let is_such =
            |entry: &&CatalogueEntry| entry.year == self.year && entry.standing == Standing::Attested && entry.code.level() == like.level();
        let name = key(name);
        let mut codes = self.of.of_name(&name).filter(is_such).map(|entry| entry.code);
        let first = codes.next()?;
        codes.all(|code| code == first).then_some(first)
    }

    /// What a row should have printed; nothing where the list does not contradict it.
    fn contradicts(&self, row: &Coded<'_>, said: Option<&[String]>, view: &View<'_>) -> Option<(Right, Witness)> {
        let code = Code::parse(row.code)?;
        let recalled = self.recalled(code);
        let other = self.only_code(&row.of.name, code).filter(|other| *other != code).map(|code| code.to_string());
        let is_astray = |other: &String| stands_among(view, row.row, other) && !stands_among(view, row.row, row.code);
        if let Some((attested, witness)) = self.attested(code) {
            let name = short_name(&attested.name);
            // Publications can be wrong too: what general knowledge has otherwise is not certain.
            let is_certain = recalled.is_none_or(|recalled| short_name(&recalled.name) == name);
            if name == row.name || !is_certain {
                return None;
            }
            let right = other.filter(is_astray).map_or_else(|| Right::Name(attested.name.clone()), Right::Code);
            return Some((right, witness));
        }
        let recalled = recalled.filter(|recalled| short_name(&recalled.name) != row.name)?;
        if said.is_some_and(|names| names.iter().all(|name| *name == short_name(&recalled.name))) {
            return Some((Right::Name(recalled.name.clone()), Witness::Text(self.year)));
        }
        // The name is another code's, and only general knowledge has another one for this code: where the row stands can tell.
        let other = other?;
        let witness = if is_astray(&other) { Witness::List(self.year, self.year) } else { Witness::Hint(self.year) };
        Some((Right::Code(other), witness))
    }
}
