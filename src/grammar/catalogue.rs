//! Code catalogues (政府收支分类科目): which code had which name in which year, and how far to trust that.

use rustc_hash::FxHashMap;

use super::code::Code;
use super::key::key;

/// The codes of one set (functional, economic-department, …) over the years.
///
/// A code means something only together with its year: the same digits had other names before. Catalogues suggest; they never
/// overrule what is exactly printed.
#[derive(Debug)]
pub struct Catalogue {
    /// Name of the set, as in `codes/<set>-<year>.tsv`.
    pub set: String,
    entries: Vec<CatalogueEntry>,
    by_code: FxHashMap<Code, Vec<u32>>,
    by_name: FxHashMap<String, Vec<u32>>,
}

/// One code of one year's list.
#[derive(Clone, Debug)]
pub struct CatalogueEntry {
    /// The code.
    pub code: Code,
    /// Its name that year.
    pub name: String,
    /// The list's year.
    pub year: u16,
    /// What stands behind the entry.
    pub standing: Standing,
}

/// What stands behind a catalogue entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Written down from general knowledge (`.recall` lists): a hint.
    Recalled,
    /// Code and name stand side by side in publications of that year.
    Attested,
}

impl Catalogue {
    pub(super) fn new(set: String, entries: Vec<CatalogueEntry>) -> Self {
        let mut by_code: FxHashMap<Code, Vec<u32>> = FxHashMap::default();
        let mut by_name: FxHashMap<String, Vec<u32>> = FxHashMap::default();
        for (index, entry) in (0_u32..).zip(&entries) {
            by_code.entry(entry.code).or_default().push(index);
            by_name.entry(key(&entry.name)).or_default().push(index);
        }
        Self { set, entries, by_code, by_name }
    }

    /// All entries.
    pub fn entries(&self) -> &[CatalogueEntry] {
        &self.entries
    }

    /// The entries of a code, all years.
    pub fn of_code(&self, code: Code) -> impl Iterator<Item = &CatalogueEntry> {
        self.pick(self.by_code.get(&code))
    }

    /// The entries of a name ([`key`]), all years.
    pub fn of_name(&self, name_key: &str) -> impl Iterator<Item = &CatalogueEntry> {
        self.pick(self.by_name.get(name_key))
    }

    /// The entry of a code that fits a year best: the nearest year, attested before recalled.
    pub fn name_in(&self, code: Code, year: Option<u16>) -> Option<&CatalogueEntry> {
        self.of_code(code).min_by_key(|entry| (year.map_or(0, |year| entry.year.abs_diff(year)), std::cmp::Reverse(entry.standing)))
    }

    /// Does the catalogue know this code by this name in any year?
    pub fn knows(&self, code: Code, name_key: &str) -> bool {
        self.of_name(name_key).any(|entry| entry.code == code)
    }

    fn pick<'a>(&'a self, indices: Option<&'a Vec<u32>>) -> impl Iterator<Item = &'a CatalogueEntry> {
        indices.into_iter().flatten().filter_map(|&index| self.entries.get(index as usize))
    }
}
