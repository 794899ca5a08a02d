//! Findings as the contract tells them: each cause once with its arithmetic and verdict, then what fails because of it.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::blame::{Cause, Change};
use super::equation::{ByEntry, Equation, Equations, Identity, State};
use super::ledger::{At, Ledger, Place};
use super::names::{Misnamed, Right, Witness};
use super::places::{Places, scope_of_row};
use super::sentences::{self, Sentence, Sides};
use crate::disclosure::{Amount, Check, CheckKind, Suggestion, TextLayer, Verdict};
use crate::grammar::short_name;
use crate::reconcile::outcome::Outcome;

/// Flags to be set: table, row, flag.
pub(super) type Flags = Vec<(usize, usize, String)>;

/// The findings so far.
pub(super) struct Report<'r, 'd> {
    pub(super) places: Places<'r, 'd>,
    pub(super) equations: &'r Equations,
    /// The amounts as the causes would have them.
    pub(super) corrected: &'r Ledger,
    checks: Vec<Check>,
    flags: Flags,
    pub(super) by_entry: &'r ByEntry,
    /// How the equations stand as published.
    pub(super) states: &'r [State],
    /// The tables whose totals are the sums of their lines.
    pub(super) closed: FxHashSet<usize>,
}

impl<'r, 'd> Report<'r, 'd> {
    pub(super) fn new(
        places: Places<'r, 'd>,
        equations: &'r Equations,
        (by_entry, states): (&'r ByEntry, &'r [State]),
        corrected: &'r Ledger,
    ) -> Self {
        let closed = super::verdict::closed_tables(equations, states, places.ledger);
        Self { places, equations, corrected, checks: Vec::new(), flags: Vec::new(), by_entry, states, closed }
    }

    /// The findings, numbered, and the flags that go with them.
    pub(super) fn finish(self) -> (Vec<Check>, Flags) {
        (self.checks, self.flags)
    }

    pub(super) fn next_number(&self) -> u32 {
        u32::try_from(self.checks.len()).unwrap_or(u32::MAX - 1) + 1
    }

    /// Adds a finding under the next number.
    pub(super) fn add(&mut self, finding: Check) {
        let number = self.next_number();
        self.checks.push(Check { number, ..finding });
    }

    /// The sums of an equation in the unit of an entry.
    fn sides<'n>(&self, identity: &'n Identity, at: Option<At>, (left, right): (i128, i128)) -> Sides<'n> {
        let factor = at.and_then(|at| self.places.ledger.get(at)).map_or(1, |entry| entry.factor);
        let in_unit = |amount: i128| Amount::from_scaled(amount / factor);
        Sides { identity: &identity.name, zh: &identity.zh, left: in_unit(left), right: in_unit(right), difference: in_unit(left - right) }
    }

    /// Tells what does not add up.
    pub(super) fn add_causes(&mut self, causes: &[Cause]) {
        let mut texts: FxHashMap<(i128, i128), u32> = FxHashMap::default();
        let mut of_classes: FxHashMap<(String, i128), u32> = FxHashMap::default();
        for cause in causes {
            let mut failing: Vec<&Equation> = cause.equations().filter_map(|at| self.equations.list().get(at as usize)).collect();
            // The identity that says most of one cell goes first: within its row, its column, then across.
            failing.sort_by_key(|equation| equation.kind);
            let Some((equation, others)) = failing.split_first() else { continue };
            let number = self.next_number();
            let mut finding = self.finding(number, cause, equation);
            // A wrong amount that the text repeats is one mistake.
            if let Some(amounts) = self.in_text(cause) {
                finding.because_of = texts.get(&amounts).copied();
                texts.entry(amounts).or_insert(number);
            }
            // Where a class is off by as much as one of its lines, that is the reason.
            if let Some(of) = self.in_class(cause) {
                finding.because_of = finding.because_of.or_else(|| of_classes.get(&of).copied().filter(|_| equation.is_of_sums));
                of_classes.entry(of).or_insert(number);
            }
            let (scope, verdict) = (finding.scope.clone(), finding.verdict);
            self.flag(cause, equation);
            self.checks.push(finding);
            for other in others {
                let consequence = self.consequence(other, number, &scope, verdict);
                self.checks.push(consequence);
            }
        }
    }

    /// The class in which a cause is told, and by how much it is off.
    fn in_class(&self, cause: &Cause) -> Option<(String, i128)> {
        let told_by = cause.told_by as usize;
        let at = *self.equations.told(self.equations.list().get(told_by)?).0.first()?;
        Some((self.code(at)?.get(..3)?.to_owned(), self.states.get(told_by)?.difference.abs()))
    }

    /// The amount of the text that a cause blames alone, as published and as it should be.
    fn in_text(&self, cause: &Cause) -> Option<(i128, i128)> {
        let [(at, by)] = cause.change.as_ref()?.by.as_slice() else { return None };
        let entry = self.places.ledger.get(*at)?;
        matches!(entry.place, Place::Statement(_)).then_some((entry.amount?, entry.amount? + by))
    }

    /// Flags what is blamed.
    fn flag(&mut self, cause: &Cause, equation: &Equation) {
        let cells: Vec<At> = match &cause.change {
            Some(change) => change.by.iter().map(|&(at, _)| at).collect(),
            None => self.equations.told(equation).0.to_vec(),
        };
        let cells = cells.into_iter().filter_map(|at| self.places.cell(at));
        self.flags.extend(cells.map(|(table, row, column)| (table, row, format!("fails_check:{column}"))));
    }

    fn finding(&self, number: u32, cause: &Cause, equation: &Equation) -> Check {
        let identity = &equation.identity;
        let changed = cause.change.as_ref().and_then(|change| change.by.first().copied());
        let at = changed.map(|(at, _)| at).or_else(|| self.equations.told(equation).0.first().copied());
        let sides = self.sides(identity, at, self.sides_but_for(equation, cause.change.as_ref()));
        let (scope, name) = at.map(|at| (self.places.scope(at), self.places.name(at))).unwrap_or_default();
        let published = changed.and_then(|(at, _)| self.places.ledger.in_unit(at));
        let right = changed.and_then(|(at, _)| self.corrected.in_unit(at));
        let is_repeated = cause.change.as_ref().is_some_and(|change| self.is_removal(change));
        let (Sentence { en, zh }, told) = match (published, right) {
            (Some(_), Some(_)) if is_repeated => (sentences::repeated(&name, &sides), (published, None)),
            (Some(_), Some(_)) => (sentences::wrong_value(&name, (published, right), cause.mends, &sides), (published, right)),
            _ if equation.is_blank => (sentences::blank(&name, &sides), (None, sides.right)),
            _ => (sentences::unexplained(&name, &sides, equation.absent_from.is_some()), (sides.left, sides.right)),
        };
        let difference = told.0.zip(told.1).and_then(|(a, b)| Amount::from_scaled(a.scaled() - b.scaled()));
        Check {
            number,
            id: equation.kind,
            scope,
            left: told.0,
            right: told.1,
            difference,
            holds: false,
            verdict: self.verdict(cause, equation),
            message: en,
            message_zh: zh,
            suggestion: right.filter(|_| !is_repeated).or(sides.right.filter(|_| equation.is_blank)).map(Suggestion::Amount),
            because_of: None,
            place: at.and_then(|at| self.places.place(at)),
            identity: Arc::clone(&identity.name),
        }
    }

    /// Both sides with a change not made, but all that other causes explain.
    fn sides_but_for(&self, equation: &Equation, change: Option<&Change>) -> (i128, i128) {
        let (told, other) = self.equations.told_sides(equation, self.corrected);
        let own = |terms: &[At]| {
            let by = |term: &At| change.iter().flat_map(|change| &change.by).find(|(at, _)| at == term).map_or(0, |&(_, by)| by);
            terms.iter().map(by).sum::<i128>()
        };
        let terms = self.equations.told(equation);
        (told - own(terms.0), other - own(terms.1))
    }

    /// Does a change take a whole row out?
    pub(super) fn is_removal(&self, change: &Change) -> bool {
        change.by.len() > 1 && change.by.iter().all(|&(at, by)| self.places.ledger.amount(at) == Some(-by))
    }

    fn consequence(&self, equation: &Equation, number: u32, because: &str, verdict: Verdict) -> Check {
        let identity = &equation.identity;
        let at = self.equations.told(equation).0.first().copied();
        let sides = self.sides(identity, at, self.equations.told_sides(equation, self.places.ledger));
        let scope = at.map(|at| self.places.scope(at)).unwrap_or_default();
        let Sentence { en, zh } = sentences::consequence(&sides, number, because);
        let Sides { left, right, difference, .. } = sides;
        Check {
            number: self.next_number(),
            id: equation.kind,
            scope,
            left,
            right,
            difference,
            holds: false,
            verdict,
            message: en,
            message_zh: zh,
            suggestion: None,
            because_of: Some(number),
            place: at.and_then(|at| self.places.place(at)),
            identity: Arc::clone(&identity.name),
        }
    }

    /// Tells what holds no better than the printed precision allows.
    pub(super) fn add_rounding(&mut self) {
        for (equation, state) in self.equations.list().iter().zip(self.states) {
            if state.outcome != Outcome::Rounded {
                continue;
            }
            let identity = &equation.identity;
            let at = self.equations.told(equation).0.first().copied();
            let sides = self.sides(identity, at, self.equations.told_sides(equation, self.places.ledger));
            let (scope, name) = at.map(|at| (self.places.scope(at), self.places.name(at))).unwrap_or_default();
            let Sentence { en, zh } = sentences::rounding(&name, &sides);
            let Sides { left, right, difference, .. } = sides;
            self.checks.push(Check {
                number: self.next_number(),
                id: equation.kind,
                scope,
                left,
                right,
                difference,
                holds: true,
                verdict: Verdict::Rounding,
                message: en,
                message_zh: zh,
                suggestion: None,
                because_of: None,
                place: at.and_then(|at| self.places.place(at)),
                identity: Arc::clone(&identity.name),
            });
        }
    }

    /// Tells which rows have another one's code or name.
    pub(super) fn add_misnamed(&mut self, misnamed: &[Misnamed]) {
        let mut own: FxHashMap<usize, u32> = FxHashMap::default();
        // How many rows of each table the code list names otherwise.
        let mut listed: FxHashMap<usize, usize> = FxHashMap::default();
        for found in misnamed.iter().filter(|found| matches!(found.witness, Witness::List(..))) {
            *listed.entry(found.view).or_default() += 1;
        }
        for found in misnamed {
            let because = match own.get(&found.view) {
                Some(&number) => Some(number),
                None => self.own_numbering(&listed, found).map(|finding| {
                    let number = finding.number;
                    self.checks.push(finding);
                    own.insert(found.view, number);
                    number
                }),
            };
            let number = self.next_number();
            let Some(finding) = self.misnamed(found, (found.view, found.row), because) else { continue };
            self.checks.push(finding);
            for &row in &found.repeated {
                let repeated = self.misnamed(found, row, Some(because.unwrap_or(number)));
                self.checks.extend(repeated);
            }
        }
    }

    /// Tells which codes are read otherwise than they are printed: the publisher misprinted them, or recognition may have misread them.
    pub(super) fn add_corrected(&mut self) {
        let is_exact = self.places.disclosure.source.text_layer == TextLayer::Embedded;
        let mut told: FxHashMap<(&str, &str), u32> = FxHashMap::default();
        for view in self.places.views {
            for row in view.table.rows.iter().filter(|row| row.flags.iter().any(|flag| flag == "code_corrected")) {
                let (Some(printed), Some(code)) = (row.printed_code.as_deref(), row.code.as_deref()) else { continue };
                let number = self.next_number();
                let because_of = told.get(&(printed, code)).copied();
                told.entry((printed, code)).or_insert(number);
                let Sentence { en, zh } = sentences::corrected(view.table, row);
                self.checks.push(Check {
                    number,
                    id: CheckKind::CodeName,
                    identity: Arc::from("code_name"),
                    scope: scope_of_row(view.table, row, None),
                    left: None,
                    right: None,
                    difference: None,
                    holds: false,
                    verdict: if is_exact { Verdict::Publication } else { Verdict::Extraction },
                    message: en,
                    message_zh: zh,
                    suggestion: Some(Suggestion::Text(code.to_owned())),
                    because_of,
                    place: Some(row.place.clone()),
                });
            }
        }
    }

    /// A table that numbers its lines in its own way is one finding: so many of its names are other codes' that no slip explains them.
    fn own_numbering(&self, listed: &FxHashMap<usize, usize>, found: &Misnamed) -> Option<Check> {
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
        let Sentence { en, zh } = sentences::own_numbering(view.table, row, (wrong, all), found.witness);
        Some(Check {
            number: self.next_number(),
            id: CheckKind::CodeName,
            identity: Arc::from("code_name"),
            scope: view.table.table.to_string(),
            left: None,
            right: None,
            difference: None,
            holds: false,
            verdict: Verdict::Publication,
            message: en,
            message_zh: zh,
            suggestion: None,
            because_of: None,
            place: Some(row.place.clone()),
        })
    }

    /// A row with another one's code or name; `because`: the same stands in an earlier one.
    fn misnamed(&mut self, found: &Misnamed, (view, at): (usize, usize), because: Option<u32>) -> Option<Check> {
        let view = self.places.views.get(view)?;
        let row = view.table.rows.get(at)?;
        let (right, is_code) = match &found.right {
            Right::Code(code) => (code, true),
            Right::Name(name) => (name, false),
        };
        let scope = scope_of_row(view.table, row, None);
        let Sentence { en, zh } = sentences::misnamed(view.table, row, (right, is_code), found.witness);
        let is_exact = self.places.disclosure.source.text_layer == TextLayer::Embedded;
        let is_hint = matches!(found.witness, Witness::Hint(_));
        // What is exactly printed is not called wrong by what is known in general only.
        if is_hint && is_exact {
            return None;
        }
        let is_slip = is_hint || !is_exact && !is_code && is_slip(&row.name, right);
        self.flags.push((view.at, at, format!("fails_check:{}", if is_code { "code" } else { "name" })));
        Some(Check {
            number: self.next_number(),
            id: CheckKind::CodeName,
            identity: Arc::from("code_name"),
            scope,
            left: None,
            right: None,
            difference: None,
            holds: false,
            verdict: if is_slip { Verdict::Extraction } else { Verdict::Publication },
            message: en,
            message_zh: zh,
            suggestion: Some(Suggestion::Text(right.clone())),
            because_of: because,
            place: Some(row.place.clone()),
        })
    }
}

/// Can recognition have made a name of another? It mistakes one character for another, and loses some at an edge.
pub(super) fn is_slip(name: &str, right: &str) -> bool {
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
