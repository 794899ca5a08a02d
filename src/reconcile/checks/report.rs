//! Findings as the contract tells them: each cause once with its arithmetic and verdict, then what fails because of it.

use std::cell::OnceCell;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::blame::{Cause, Change};
use super::equation::{ByEntry, Equation, Equations, Identity, State};
use super::ledger::{At, Ledger, Place};
use super::places::Places;
use super::sentences::{self, Sentence, Sides};
use crate::disclosure::{Amount, Check, CheckKind, CodeLevel, Suggestion, Verdict, Where};
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
    pub(super) flags: Flags,
    pub(super) by_entry: &'r ByEntry,
    /// How the equations stand as published.
    pub(super) states: &'r [State],
    /// The tables whose totals are the sums of their lines.
    pub(super) closed: FxHashSet<usize>,
    /// Made where it is first asked for.
    namesakes: OnceCell<Namesakes<'d>>,
}

impl<'r, 'd> Report<'r, 'd> {
    pub(super) fn new(
        places: Places<'r, 'd>,
        equations: &'r Equations,
        (by_entry, states): (&'r ByEntry, &'r [State]),
        corrected: &'r Ledger,
    ) -> Self {
        let closed = super::verdict::closed_tables(equations, states, places.ledger);
        Self { places, equations, corrected, checks: Vec::new(), flags: Vec::new(), by_entry, states, closed, namesakes: OnceCell::new() }
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
                finding.because_of = finding.because_of.or_else(|| of_classes.get(&of).copied().filter(|_| equation.is_of_sums()));
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
        let namesake = at.filter(|_| changed.is_none()).and_then(|at| self.namesake(at));
        let is_repeated = cause.change.as_ref().is_some_and(|change| self.is_removal(change));
        let (Sentence { en, zh }, told) = match (published, right) {
            (Some(_), Some(_)) if is_repeated => (sentences::repeated(&name, &sides), (published, None)),
            (Some(_), Some(_)) => (sentences::wrong_value(&name, (published, right), cause.mends, &sides), (published, right)),
            _ if equation.is_blank() => (sentences::blank(&name, &sides), (None, sides.right)),
            _ if self.is_undivided(equation) => (sentences::undivided(&name, &sides), (sides.left, sides.right)),
            _ => match &namesake {
                Some(code) => (sentences::namesake(&name, &sides, code), (sides.left, sides.right)),
                None => (sentences::unexplained(&name, &sides, equation.absent_from().is_some()), (sides.left, sides.right)),
            },
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
            suggestion: right
                .filter(|_| !is_repeated)
                .or(sides.right.filter(|_| equation.is_blank()))
                .map(Suggestion::Amount)
                .or(namesake.map(Suggestion::Text)),
            because_of: None,
            place: at.and_then(|at| self.places.place(at)),
            identity: Arc::clone(&identity.name),
        }
    }

    /// The number of the first finding at a scope.
    pub(super) fn told_at(&self, scope: &str) -> Option<u32> {
        self.checks.iter().find(|check| check.is_finding() && check.scope == scope).map(|check| check.number)
    }

    /// The code of the only other lines with the name of a line item that have its amount, if no line item says so of that code: then the text names
    /// another class or section than it means.
    fn namesake(&self, at: At) -> Option<String> {
        let Places { disclosure, ledger, .. } = self.places;
        let Place::LineItem(item) = ledger.get(at)?.place else { return None };
        let item = disclosure.line_items.get(item)?;
        let amount = ledger.amount(at).filter(|&amount| amount != 0)?;
        match self.namesakes.get_or_init(|| namesakes(&self.places)).get(&(short_name(&item.item_name), amount))?.as_slice() {
            &[code] => Some(code.to_owned()),
            _ => None,
        }
    }

    /// Is it a sum over columns of which none is filled?
    fn is_undivided(&self, equation: &Equation) -> bool {
        equation.kind == CheckKind::RowSum && !self.equations.right(equation).iter().any(|&at| self.places.ledger.is_filled(at))
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

    /// Where an amount stands, and whose mistake it is if what is said of it is wrong.
    pub(super) fn about(&self, at: At) -> About {
        let verdict = if self.places.is_doubtful(at) { Verdict::Extraction } else { Verdict::Publication };
        About { scope: self.places.scope(at), place: self.places.place(at), verdict, because: None }
    }

    /// Tells what is wrong in words, or of a number that no equation is about.
    pub(super) fn add_said(
        &mut self,
        About { scope, place, verdict, because }: About,
        (id, identity): (CheckKind, &str),
        Sentence { en, zh }: Sentence,
        Said { published, right }: Said,
        suggestion: Option<Suggestion>,
    ) {
        self.add(Check {
            number: 0,
            id,
            identity: Arc::from(identity),
            scope,
            left: published,
            right,
            difference: published.zip(right).and_then(|(left, right)| Amount::from_scaled(left.scaled() - right.scaled())),
            holds: false,
            verdict,
            message: en,
            message_zh: zh,
            suggestion,
            because_of: because,
            place,
        });
    }
}

/// The codes of items by their names and amounts: those of which no line item speaks.
type Namesakes<'d> = FxHashMap<(String, i128), Vec<&'d str>>;

fn namesakes<'d>(places: &Places<'_, 'd>) -> Namesakes<'d> {
    let said: FxHashSet<&str> = places.disclosure.line_items.iter().filter_map(|item| item.code.as_deref()).collect();
    let mut found: Namesakes<'d> = FxHashMap::default();
    for (table, of) in places.disclosure.tables.iter().enumerate() {
        for (at, row) in of.rows.iter().enumerate().filter(|(_, row)| row.code_level == Some(CodeLevel::Item)) {
            let Some(code) = row.code.as_deref().filter(|code| !said.contains(code)) else { continue };
            let cells = (0..row.values.0.len()).filter_map(|column| places.ledger.cell(table, at, column));
            let mut amounts: Vec<i128> = cells.filter_map(|at| places.ledger.amount(at)).collect();
            amounts.sort_unstable();
            amounts.dedup();
            for amount in amounts {
                let codes = found.entry((short_name(&row.name), amount)).or_default();
                if !codes.contains(&code) {
                    codes.push(code);
                }
            }
        }
    }
    found
}

/// What a finding is about.
pub(super) struct About {
    pub(super) scope: String,
    pub(super) place: Option<Where>,
    pub(super) verdict: Verdict,
    /// The finding of which it is a consequence.
    pub(super) because: Option<u32>,
}

/// A number that the text states, and what it should be; nothing where words are wrong.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Said {
    pub(super) published: Option<Amount>,
    pub(super) right: Option<Amount>,
}

impl Said {
    pub(super) fn of(published: Amount, right: Amount) -> Self {
        Self { published: Some(published), right: Some(right) }
    }
}
