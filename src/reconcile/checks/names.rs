//! Codes and names that do not belong together: by the other tables of the disclosure, or where all of them say the same, by the code list of the
//! year (`listed`).

use rustc_hash::FxHashMap;

use super::listed;
use super::tables::View;
use crate::disclosure::{LineItem, Row, RowKind};
use crate::grammar::{Code, Grammars, key, ordinal, short_name};

/// A row whose code or name is another one's.
pub(super) struct Misnamed {
    /// Place among the views, and row.
    pub(super) view: usize,
    pub(super) row: usize,
    /// What it should be.
    pub(super) right: Right,
    /// Who says so.
    pub(super) witness: Witness,
    /// The rows of the disclosure that say the same wrongly, as places among the views and rows.
    pub(super) repeated: Vec<(usize, usize)>,
}

/// Who says that a code or a name is another one's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Witness {
    /// Other tables of the disclosure.
    Tables,
    /// The code list of the year, or those of the years next to it on both sides.
    List(u16, u16),
    /// The text of the disclosure, and the code list of this year.
    Text(u16),
    /// The code list of this year, for one of the two from general knowledge.
    Hint(u16),
}

/// What a row should have printed.
pub(super) enum Right {
    Code(String),
    Name(String),
}

/// A line item that calls a class or a section otherwise than the tables do.
pub(super) struct CalledOtherwise {
    /// Its place among the line items.
    pub(super) item: usize,
    /// The code of the class or section.
    pub(super) code: String,
    /// What the text calls it, and the tables.
    pub(super) said: String,
    pub(super) printed: String,
}

/// Finds the line items whose class or section has another name in all tables that print it.
pub(super) fn called_otherwise(views: &[View<'_>], line_items: &[LineItem]) -> Vec<CalledOtherwise> {
    let is_asked = |set: &str, code: &str| set == FUNCTIONAL && matches!(code.len(), 3 | 5);
    let rows: Vec<Coded<'_>> = views.iter().enumerate().flat_map(|(at, view)| coded_rows(at, view, is_asked)).collect();
    let mut names: FxHashMap<&str, Vec<&Coded<'_>>> = FxHashMap::default();
    for row in rows.iter().filter(|row| !row.name.is_empty()) {
        names.entry(row.code).or_default().push(row);
    }
    let mut found = Vec::new();
    for (at, item) in line_items.iter().enumerate() {
        let Some(code) = item.code.as_deref().filter(|_| item.flags.is_empty()) else { continue };
        for (length, said) in [(3, &item.class_name), (5, &item.section_name)] {
            let (Some(of), Some(said)) = (code.get(..length), said.as_deref()) else { continue };
            let Some([first, others @ ..]) = names.get(of).map(Vec::as_slice) else { continue };
            let is_agreed = others.iter().all(|other| other.name == first.name) && first.is_sound();
            // A name that is cut off in the tables does not make the whole one wrong.
            let whole = key(said);
            let is_cut_off = whole.starts_with(&first.name) || whole.ends_with(&first.name);
            if is_agreed && !is_cut_off && short_name(said) != first.name {
                let name = ordinal(first.of.name.trim_start()).map_or(first.of.name.as_str(), |(_, _, name)| name);
                found.push(CalledOtherwise { item: at, code: of.to_owned(), said: said.to_owned(), printed: name.to_owned() });
            }
        }
    }
    found
}

/// The set of the codes that line items have.
const FUNCTIONAL: &str = "functional";

/// A row with a code.
pub(super) struct Coded<'v> {
    pub(super) view: usize,
    pub(super) row: usize,
    pub(super) of: &'v Row,
    pub(super) set: &'v str,
    pub(super) code: &'v str,
    /// Its name in its shortest form.
    pub(super) name: String,
}

impl Coded<'_> {
    /// Are its code and its name what is printed? What is in doubt already is not held against others.
    pub(super) fn is_sound(&self) -> bool {
        let is_doubt = |flag: &String| flag.starts_with("code_") || flag.starts_with("name_") || flag == "row_doubtful";
        !self.name.is_empty() && !self.of.flags.iter().any(is_doubt)
    }
}

/// What the tables print: rows by code, and by name.
struct Printed<'v> {
    rows: &'v [Coded<'v>],
    by_code: FxHashMap<(&'v str, &'v str), Vec<usize>>,
    by_name: FxHashMap<(&'v str, &'v str), Vec<usize>>,
}

/// Finds such rows. What speaks for another code or name must be printed elsewhere in the disclosure, or in the publications behind the year's list.
pub(super) fn misnamed(views: &[View<'_>], line_items: &[LineItem], grammars: &Grammars, year: Option<u16>) -> Vec<Misnamed> {
    let rows: Vec<Coded<'_>> = views.iter().enumerate().flat_map(|(at, view)| coded_rows(at, view, |_, _| true)).collect();
    let printed = Printed::new(&rows);
    let known = |row: &Coded<'_>| {
        let entry = grammars.catalogue(row.set)?.name_in(Code::parse(row.code)?, year)?;
        Some(short_name(&entry.name))
    };
    let by_tables = |row: &Coded<'_>| {
        let right = printed.right(row, known(row).as_deref(), views.get(row.view)?)?;
        Some(Misnamed { view: row.view, row: row.row, right, witness: Witness::Tables, repeated: Vec::new() })
    };
    let mut found: Vec<Misnamed> = Vec::new();
    // A name that several tables have wrongly for one code is one mistake.
    let mut first_of: FxHashMap<(&str, &str, &str), usize> = FxHashMap::default();
    for row in rows.iter().filter(|row| row.is_sound()) {
        let Some(misnamed) = by_tables(row) else { continue };
        if matches!(misnamed.right, Right::Name(_)) {
            let mistake = (row.set, row.code, row.name.as_str());
            if let Some(first) = first_of.get(&mistake).and_then(|&first| found.get_mut(first)) {
                first.repeated.push((misnamed.view, misnamed.row));
                continue;
            }
            first_of.insert(mistake, found.len());
        }
        found.push(misnamed);
    }
    if let Some(year) = year {
        let unlisted = listed::unlisted(&rows, views, line_items, grammars, year);
        let is_known = |of: &Misnamed| {
            let is_at = |at: (usize, usize)| at == (of.view, of.row);
            found.iter().any(|known| is_at((known.view, known.row)) || known.repeated.iter().any(|&at| is_at(at)))
        };
        let further: Vec<Misnamed> = unlisted.into_iter().filter(|of| !is_known(of)).collect();
        found.extend(further);
    }
    found
}

impl<'v> Printed<'v> {
    fn new(rows: &'v [Coded<'v>]) -> Self {
        let mut printed = Self { rows, by_code: FxHashMap::default(), by_name: FxHashMap::default() };
        for (at, row) in rows.iter().enumerate() {
            printed.by_code.entry((row.set, row.code)).or_default().push(at);
            printed.by_name.entry((row.set, &row.name)).or_default().push(at);
        }
        printed
    }

    /// The rows of other tables with the code of a row.
    fn of_code(&self, row: &Coded<'v>) -> impl Iterator<Item = &'v Coded<'v>> + '_ {
        let view = row.view;
        let rows = self.by_code.get(&(row.set, row.code)).into_iter().flatten().filter_map(|&at| self.rows.get(at));
        rows.filter(move |other| other.view != view)
    }

    /// The codes of the same level that other tables print for the name of a row, and that its own table does not list.
    fn codes_of_name(&self, row: &Coded<'v>) -> Vec<&'v str> {
        let is_listed = |code: &str| {
            let rows = self.by_code.get(&(row.set, code)).into_iter().flatten().filter_map(|&at| self.rows.get(at));
            rows.into_iter().any(|other| other.view == row.view)
        };
        let rows = self.by_name.get(&(row.set, row.name.as_str())).into_iter().flatten().filter_map(|&at| self.rows.get(at));
        let others = rows.filter(|other| other.view != row.view && other.code.len() == row.code.len() && !is_listed(other.code));
        let mut codes: Vec<&str> = others.map(|other| other.code).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    /// The name that a row should have which another table repeats: the year's list and the tables that remain have one that is not its own.
    fn repeated(&self, row: &Coded<'v>, known: &str) -> Option<Right> {
        // Most rows have the list's name; only the others are worth the look at all rows of their code.
        if row.name == known {
            return None;
        }
        let is_one_of_two = self.of_code(row).all(|other| other.name == row.name || other.name == known);
        let printed = self.of_code(row).find(|other| other.name == known && other.is_sound())?;
        is_one_of_two.then(|| Right::Name(printed.of.name.clone()))
    }

    /// The code or name that a row should have; `known` is the name that the year's list has for its code.
    fn right(&self, row: &Coded<'v>, known: Option<&str>, view: &View<'_>) -> Option<Right> {
        if self.of_code(row).any(|other| other.name == row.name) {
            return self.repeated(row, known?);
        }
        let codes = self.codes_of_name(row);
        if known == Some(row.name.as_str()) {
            // Many codes have this name: another one is right where no other table lists this one, and the row stands among its kin.
            let &[right] = codes.as_slice() else { return None };
            let is_astray = stands_among(view, row.row, right) && !stands_among(view, row.row, row.code);
            return (is_astray && self.of_code(row).next().is_none()).then(|| Right::Code(right.to_owned()));
        }
        match codes.as_slice() {
            &[right] => Some(Right::Code(right.to_owned())),
            [] => {
                let known = known?;
                let is_unanimous = self.of_code(row).all(|other| other.name == known);
                let printed = self.of_code(row).next().filter(|_| is_unanimous)?;
                Some(Right::Name(printed.of.name.clone()))
            }
            _ => None,
        }
    }
}

/// Is one of the rows next to a row of the same class as a code?
pub(super) fn stands_among(view: &View<'_>, row: usize, code: &str) -> bool {
    let class = code.get(..3);
    let is_kin = |row: Option<usize>| row.and_then(|row| view.code(row)).is_some_and(|other| other.get(..3) == class);
    is_kin(row.checked_sub(1)) || is_kin(Some(row + 1))
}

/// The rows of a table that have codes, of the sets and codes that are asked for.
fn coded_rows<'v>(at: usize, view: &'v View<'_>, is_asked: impl Fn(&str, &str) -> bool) -> impl Iterator<Item = Coded<'v>> {
    let rows = view.table.rows.iter().enumerate().filter(|(_, row)| row.kind != RowKind::Total);
    rows.filter_map(move |(row, of)| {
        let block = view.blocks.get(row).copied().flatten()?;
        let set = view.form.blocks.get(block)?.code_set.as_deref()?;
        let code = view.code(row).filter(|code| is_asked(set, code))?;
        // Lists of classes can be numbered: 一、一般公共服务支出.
        let name = ordinal(of.name.trim_start()).map_or(of.name.as_str(), |(_, _, name)| name);
        Some(Coded { view: at, row, of, set, code, name: short_name(name) })
    })
}
