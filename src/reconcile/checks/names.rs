//! Codes and names that do not belong together, by the other tables of the disclosure and the code list of the year.

use rustc_hash::{FxHashMap, FxHashSet};

use super::tables::View;
use crate::disclosure::{Row, RowKind};
use crate::grammar::{Catalogue, Code, Grammars, key};

/// A row whose code or name is another one's.
pub(super) struct Misnamed {
    /// Place among the views, and row.
    pub(super) view: usize,
    pub(super) row: usize,
    /// What it should be.
    pub(super) right: Right,
}

/// What a row should have printed.
pub(super) enum Right {
    Code(String),
    Name(String),
}

/// A name in its shortest form: publishers add and leave out 支出.
fn short(name: &str) -> String {
    let name = key(name);
    name.strip_suffix("支出").filter(|rest| !rest.is_empty()).unwrap_or(&name).to_owned()
}

/// Finds such rows. What speaks for another code or name must be printed elsewhere in the disclosure.
pub(super) fn misnamed(views: &[View<'_>], grammars: &Grammars, year: Option<u16>) -> Vec<Misnamed> {
    // For each set of codes: which tables print a name for a code.
    let mut names: FxHashMap<(&str, &str), Vec<(usize, String)>> = FxHashMap::default();
    let mut codes: FxHashMap<(&str, String), Vec<(usize, &str)>> = FxHashMap::default();
    let mut listed: Vec<FxHashSet<&str>> = Vec::new();
    for (at, view) in views.iter().enumerate() {
        let mut own = FxHashSet::default();
        for (row, set) in coded_rows(view) {
            let (Some(code), name) = (view.code(row), name_of(view, row)) else { continue };
            own.insert(code);
            names.entry((set, code)).or_default().push((at, name.clone()));
            codes.entry((set, name)).or_default().push((at, code));
        }
        listed.push(own);
    }
    let mut found = Vec::new();
    for (at, view) in views.iter().enumerate() {
        for (row, set) in coded_rows(view) {
            let Some(code) = view.code(row) else { continue };
            let name = name_of(view, row);
            let catalogue = grammars.catalogue(set);
            let is_doubtful =
                |row: &Row| row.flags.iter().any(|flag| flag.starts_with("code_") || flag.starts_with("name_") || flag == "row_doubtful");
            if name.is_empty() || view.table.rows.get(row).is_some_and(is_doubtful) {
                continue;
            }
            let known = catalogue.and_then(|catalogue| name_in(catalogue, code, year));
            let is_known = known.as_ref().is_some_and(|known| *known == name);
            let elsewhere: Vec<&String> =
                names.get(&(set, code)).into_iter().flatten().filter(|(other, _)| *other != at).map(|(_, name)| name).collect();
            if elsewhere.contains(&&name) {
                continue;
            }
            // The name stands elsewhere with one other code, which this table does not list.
            let mut others: Vec<&str> = codes
                .get(&(set, name.clone()))
                .into_iter()
                .flatten()
                .filter(|(other, other_code)| {
                    *other != at && other_code.len() == code.len() && !listed.get(at).is_some_and(|own| own.contains(other_code))
                })
                .map(|&(_, code)| code)
                .collect();
            others.sort_unstable();
            others.dedup();
            if is_known {
                // Many codes have this name: another one is right where no other table lists this one, and the row stands among its kin.
                if let [right] = others.as_slice()
                    && elsewhere.is_empty()
                    && stands_among(view, row, right)
                    && !stands_among(view, row, code)
                {
                    found.push(Misnamed { view: at, row, right: Right::Code((*right).to_owned()) });
                }
            } else if let [right] = others.as_slice() {
                found.push(Misnamed { view: at, row, right: Right::Code((*right).to_owned()) });
            } else if let Some(known) = known
                && others.is_empty()
                && elsewhere.iter().any(|other| **other == known)
                && elsewhere.iter().all(|other| **other == known)
            {
                let printed = views.iter().enumerate().filter(|(other, _)| *other != at).find_map(|(_, view)| {
                    view.table
                        .rows
                        .iter()
                        .find(|row| row.code.as_deref() == Some(code) && short(&row.name) == known)
                        .map(|row| row.name.clone())
                });
                found.extend(printed.map(|name| Misnamed { view: at, row, right: Right::Name(name) }));
            }
        }
    }
    found
}

/// Is one of the rows next to a row of the same class as a code?
fn stands_among(view: &View<'_>, row: usize, code: &str) -> bool {
    let class = code.get(..3);
    let is_kin = |row: Option<usize>| row.and_then(|row| view.code(row)).is_some_and(|other| other.get(..3) == class);
    is_kin(row.checked_sub(1)) || is_kin(Some(row + 1))
}

fn name_in(catalogue: &Catalogue, code: &str, year: Option<u16>) -> Option<String> {
    catalogue.name_in(Code::parse(code)?, year).map(|entry| short(&entry.name))
}

fn name_of(view: &View<'_>, row: usize) -> String {
    view.table.rows.get(row).map(|row| short(&row.name)).unwrap_or_default()
}

/// The rows with codes, and the set that these are of.
fn coded_rows<'v>(view: &'v View<'_>) -> impl Iterator<Item = (usize, &'v str)> {
    let set = |row: usize| {
        let block = view.blocks.get(row).copied().flatten()?;
        view.form.blocks.get(block)?.code_set.as_deref()
    };
    let rows = view.table.rows.iter().enumerate().filter(|(at, row)| row.kind != RowKind::Total && view.code(*at).is_some());
    rows.filter_map(move |(at, _)| Some((at, set(at)?)))
}
