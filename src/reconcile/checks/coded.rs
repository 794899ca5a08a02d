//! Findings of codes and names: rows that have another one's, codes that are read otherwise than printed, and names in the text.

use rustc_hash::FxHashMap;

use super::names::{self, CalledOtherwise, Misnamed, Right, Witness};
use super::places::{Places, scope_of_row};
use super::report::{About, Report, Said};
use super::sentences;
use crate::disclosure::{CheckKind, Suggestion, Verdict};
use crate::grammar::short_name;

/// What all of them are told by.
const CODE_NAME: (CheckKind, &str) = (CheckKind::CodeName, "code_name");

impl Report<'_, '_> {
    /// Tells which rows have another one's code or name.
    pub(super) fn add_misnamed(&mut self, misnamed: &[Misnamed]) {
        let mut own: FxHashMap<usize, u32> = FxHashMap::default();
        // How many rows of each table the code list names otherwise.
        let mut listed: FxHashMap<usize, usize> = FxHashMap::default();
        for found in misnamed.iter().filter(|found| matches!(found.witness, Witness::List(..))) {
            *listed.entry(found.view).or_default() += 1;
        }
        for found in misnamed {
            let because = own.get(&found.view).copied().or_else(|| self.add_own_numbering(&listed, found));
            own.extend(because.map(|number| (found.view, number)));
            let Some(number) = self.add_row(found, (found.view, found.row), because) else { continue };
            for &row in &found.repeated {
                self.add_row(found, row, Some(because.unwrap_or(number)));
            }
        }
    }

    /// A table that numbers its lines in its own way is one finding: so many of its names are other codes' that no slip explains them. Its number.
    fn add_own_numbering(&mut self, listed: &FxHashMap<usize, usize>, found: &Misnamed) -> Option<u32> {
        const LEAST: usize = 3;
        const LEAST_PART: usize = 4;
        let Witness::List(..) = found.witness else { return None };
        let view = self.places.views.get(found.view)?;
        let row = view.table.rows.get(found.row)?;
        let wrong = listed.get(&found.view).copied().unwrap_or(0);
        let all = view.codes.iter().flatten().count();
        if wrong < LEAST || wrong * LEAST_PART < all {
            return None;
        }
        let number = self.next_number();
        let told = sentences::own_numbering(view.table, row, (wrong, all), found.witness);
        let (scope, place) = (view.table.table.to_string(), Some(row.place.clone()));
        let about = About { scope, place, verdict: Verdict::Publication, because: None };
        self.add_said(about, CODE_NAME, told, Said::default(), None);
        Some(number)
    }

    /// A row with another one's code or name; `because`: the same stands in an earlier one. The number of the finding.
    fn add_row(&mut self, found: &Misnamed, (view, at): (usize, usize), because: Option<u32>) -> Option<u32> {
        let view = self.places.views.get(view)?;
        let row = view.table.rows.get(at)?;
        let (right, is_code) = match &found.right {
            Right::Code(code) => (code, true),
            Right::Name(name) => (name, false),
        };
        let is_exact = self.places.is_exact();
        let is_hint = matches!(found.witness, Witness::Hint(_));
        // What is exactly printed is not called wrong by what is known in general only.
        if is_hint && is_exact {
            return None;
        }
        let is_slip = is_hint || !is_exact && !is_code && is_slip(&row.name, right);
        self.flags.push((view.at, at, format!("fails_check:{}", if is_code { "code" } else { "name" })));
        let number = self.next_number();
        let told = sentences::misnamed(view.table, row, (right, is_code), found.witness);
        let about = About {
            scope: scope_of_row(view.table, row, None),
            place: Some(row.place.clone()),
            verdict: if is_slip { Verdict::Extraction } else { Verdict::Publication },
            because,
        };
        self.add_said(about, CODE_NAME, told, Said::default(), Some(Suggestion::Text(right.clone())));
        Some(number)
    }

    /// Tells which codes are read otherwise than they are printed: the publisher misprinted them, or recognition may have misread them.
    pub(super) fn add_corrected(&mut self) {
        let verdict = if self.places.is_exact() { Verdict::Publication } else { Verdict::Extraction };
        let mut told: FxHashMap<(&str, &str), u32> = FxHashMap::default();
        for view in self.places.views {
            for row in view.table.rows.iter().filter(|row| row.flags.iter().any(|flag| flag == "code_corrected")) {
                let (Some(printed), Some(code)) = (row.printed_code.as_deref(), row.code.as_deref()) else { continue };
                let because = told.get(&(printed, code)).copied();
                told.entry((printed, code)).or_insert(self.next_number());
                let about = About { scope: scope_of_row(view.table, row, None), place: Some(row.place.clone()), verdict, because };
                let right = Suggestion::Text(code.to_owned());
                self.add_said(about, CODE_NAME, sentences::corrected(view.table, row), Said::default(), Some(right));
            }
        }
    }

    /// Tells which line items call a class or a section otherwise than the tables.
    pub(super) fn add_names(&mut self) {
        let Places { disclosure, views, ledger } = self.places;
        for CalledOtherwise { item, code, said, printed } in names::called_otherwise(views, &disclosure.line_items) {
            let at = ledger.line_item(item);
            let is_slip = !self.places.is_exact() && is_slip(&said, &printed);
            let about = About { verdict: if is_slip { Verdict::Extraction } else { Verdict::Publication }, ..self.about(at) };
            let told = sentences::called_otherwise(&self.places.name(at), &code, &said, &printed);
            self.add_said(about, CODE_NAME, told, Said::default(), Some(Suggestion::Text(printed)));
        }
    }
}

/// Can recognition have made a name of another? It mistakes one character for another, and loses some at an edge.
fn is_slip(name: &str, right: &str) -> bool {
    is_one_character_off(name, right) || is_part_of(name, right)
}

/// Is a name the end or the beginning of another one, in its shortest form?
fn is_part_of(name: &str, whole: &str) -> bool {
    let (name, whole) = (short_name(name), short_name(whole));
    name != whole && (whole.starts_with(&name) || whole.ends_with(&name))
}

/// Are two names the same but for one character in its place?
fn is_one_character_off(a: &str, b: &str) -> bool {
    a.chars().count() == b.chars().count() && a.chars().zip(b.chars()).filter(|(a, b)| a != b).count() == 1
}
