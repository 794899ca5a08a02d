//! Completes names that the page cuts, where the catalogue or another table of the document proves the rest.

use rustc_hash::FxHashMap;

use super::sheet::Sheets;
use crate::grammar::{Code, key};
use crate::repair::rules;

/// Completes cut names.
///
/// In a block with inline codes (收支总表) the cells are known to cut names, so the catalogue's name of the year is enough. Elsewhere a
/// shorter name may be the publisher's own, so another table must print the longer one for the same code. Either way the catalogue knows
/// the longer name.
pub(super) fn complete(sheets: &mut Sheets<'_>) {
    let printed = longest_printed(sheets);
    let (grammars, year) = (sheets.grammars, sheets.year);
    for sheet in sheets.sheets.iter_mut().filter(|sheet| !sheet.is_exact()) {
        for row in &mut sheet.rows {
            let Some(code) = row.code.filter(|_| !row.is_total) else { continue };
            let Some(block) = sheet.form.blocks.get(row.block) else { continue };
            let catalogue = block.code_set.as_deref().and_then(|set| grammars.catalogue(set));
            let is_longer = |name: &str| {
                let name = key(name);
                name.len() > row.name_key.len() && name.starts_with(&row.name_key)
            };
            let known = |name: &str| catalogue.is_some_and(|catalogue| catalogue.knows(code, &key(name)));
            let from_document = printed.get(&(block.code_set.as_deref(), code)).filter(|name| is_longer(name)).cloned();
            let (name, evidence) = match (from_document, catalogue.and_then(|catalogue| catalogue.name_in(code, year))) {
                (Some(name), _) if known(&name) => (name, "sibling".to_owned()),
                (_, Some(entry)) if block.inline_codes && is_longer(&entry.name) => {
                    (entry.name.clone(), format!("catalog:{}-{}", catalogue.map_or("", |catalogue| &catalogue.set), entry.year))
                }
                _ => continue,
            };
            if row.name_key.chars().count() < 4 {
                continue;
            }
            let before = std::mem::replace(&mut row.name, name.clone());
            row.name_key = key(&name);
            row.printed_name = Some(before.clone());
            row.flag("name_completed");
            row.trust_at_most(95);
            row.repairs.push(sheets.repairs.add(rules::NAME_COMPLETE, row.place.clone(), before, Some(name), vec![evidence], 95));
        }
    }
}

/// For each code, the longest name that any table prints.
fn longest_printed<'g>(sheets: &Sheets<'g>) -> FxHashMap<(Option<&'g str>, Code), String> {
    let mut longest: FxHashMap<(Option<&str>, Code), String> = FxHashMap::default();
    for sheet in &sheets.sheets {
        for row in sheet.rows.iter().filter(|row| !row.is_total) {
            let (Some(code), Some(block)) = (row.code, sheet.form.blocks.get(row.block)) else { continue };
            let known = longest.entry((block.code_set.as_deref(), code)).or_default();
            if row.name.chars().count() > known.chars().count() {
                known.clone_from(&row.name);
            }
        }
    }
    longest
}
