//! Findings of what the text says of its amounts (changes, shares, completions, years, allocations of projects, the weights of targets), and of remarks
//! about tables.

use rustc_hash::{FxHashMap, FxHashSet};

use super::changes::{self, Outcome as Changed, Stated, Wrong};
use super::includes::{Lines, WrongName};
use super::ledger::At;
use super::places::{Places, start};
use super::projects::{self, WrongAllocation};
use super::report::{About, Report, Said};
use super::sentences;
use super::shares::{self, WrongShare};
use super::weights::{self, WrongWeights};
use super::wording::{self, WrongReason};
use super::written;
use super::years::{self, WrongYear};
use crate::disclosure::{Amount, ChangeDirection, CheckKind, Suggestion, Verdict};
use crate::grammar::{ChangeWords, Grammars, NamedWhole, Sum, Vocabulary, key};

impl Report<'_, '_> {
    /// Tells which changes of the text contradict themselves.
    pub(super) fn add_changes(&mut self) {
        let disclosure = self.places.disclosure;
        let mut told: FxHashMap<Repeated, u32> = FxHashMap::default();
        for (at, item) in disclosure.line_items.iter().enumerate() {
            self.add_change(self.places.ledger.line_item(at), |amount| Stated::of_item(item, amount), &mut told);
        }
        let line_items: FxHashSet<_> = disclosure.line_items.iter().map(|item| start(&item.place)).collect();
        for (at, of) in disclosure.statements.iter().enumerate() {
            // A line item's own amount is a statement too.
            if !line_items.contains(&start(&of.place)) {
                self.add_change(self.places.ledger.statement(at), |amount| Stated::of_statement(of, amount), &mut told);
            }
        }
    }

    /// Tells which reasons say the opposite of the change that they explain, or nothing.
    pub(super) fn add_reasons(&mut self, words: &ChangeWords) {
        let Places { disclosure, ledger, .. } = self.places;
        let items = disclosure.line_items.iter().enumerate();
        let of_items = items.map(|(at, item)| (ledger.line_item(at), &item.reason, item.change_direction, item.change_pct_direction));
        let statements = disclosure.statements.iter().enumerate();
        let of_statements = statements.map(|(at, of)| (ledger.statement(at), &of.reason, of.change_direction, of.change_pct_direction));
        // A line item's own amount is a statement too.
        let mut seen: FxHashSet<_> = FxHashSet::default();
        for (at, reason, change, percent) in of_items.chain(of_statements) {
            let Some(reason) = reason.as_deref() else { continue };
            // Whose words contradict each other already is told by those.
            let change = change.filter(|_| percent.is_none());
            let Some(wrong) = wording::wrong_reason(reason, change, words) else { continue };
            if self.places.place(at).is_some_and(|place| !seen.insert(start(&place))) {
                continue;
            }
            let told = sentences::wrong_reason(&self.places.name(at), (change, reason), wrong);
            let (kind, identity) = match wrong {
                WrongReason::Opposite(_) => (CheckKind::ChangePct, "change_reason"),
                WrongReason::Missing => (CheckKind::Wording, "unfinished_sentence"),
            };
            self.add_said(self.about(at), (kind, identity), told, Said::default(), None);
        }
    }

    /// Tells what the text says that an amount includes, and the tables have no amount for.
    pub(super) fn add_includes(&mut self, grammars: &Grammars) {
        let Places { disclosure, views, ledger } = self.places;
        // In recognised text the amount of a line can be lost.
        if !self.places.is_exact() || disclosure.statements.iter().all(|of| of.includes.is_empty()) {
            return;
        }
        let lines = Lines::new(views, ledger, grammars, disclosure.document.fiscal_year);
        let mut told: FxHashMap<String, u32> = FxHashMap::default();
        for (at, statement) in disclosure.statements.iter().enumerate() {
            for WrongName { said, view, right } in lines.wrong_names(statement) {
                let Some(table) = views.get(view).map(|view| view.table) else { continue };
                let at = ledger.statement(at);
                let because = told.get(&said).copied();
                told.entry(said.clone()).or_insert(self.next_number());
                let sentence = sentences::wrong_include(&self.places.name(at), (&said, right.as_deref()), table);
                let about = About { because, ..self.about(at) };
                self.add_said(about, (CheckKind::NarrativeVsTable, "named_item"), sentence, Said::default(), right.map(Suggestion::Text));
            }
        }
    }

    /// Tells which line items have another's number.
    pub(super) fn add_numbers(&mut self) {
        for (item, number, wrong) in wording::wrong_numbers(&self.places.disclosure.line_items) {
            let at = self.places.ledger.line_item(item);
            // What is doubtful of an amount says nothing of the number.
            let about = About { verdict: Verdict::Publication, ..self.about(at) };
            let told = sentences::wrong_number(&self.places.name(at), number, wrong);
            self.add_said(about, (CheckKind::Wording, "item_number"), told, Said::default(), None);
        }
    }

    /// Tells which projects' money is not allocated as far as it goes.
    pub(super) fn add_allocations(&mut self, not_added: &[String]) {
        for WrongAllocation { project, amount, allocated } in projects::wrong_allocations(&self.places.disclosure.projects, not_added) {
            let at = self.places.ledger.project(project);
            let told = sentences::wrong_allocation(&self.places.name(at), amount, allocated);
            // Where the amount is known to be wrong, that is why.
            let about = self.about(at);
            let because = self.told_at(&about.scope);
            let about = About { because, ..about };
            self.add_said(about, (CheckKind::TargetSum, "project_allocation"), told, Said::of(amount, allocated), None);
        }
    }

    /// Tells which tables have amounts though their remark says that they are empty.
    pub(super) fn add_empty_notes(&mut self, vocabulary: &Vocabulary, funds: &[String]) {
        for (table, note) in wording::filled_despite_notes(&self.places.disclosure.tables, vocabulary, funds) {
            let about = About {
                scope: table.table.to_string(),
                place: table.rows.first().map(|row| row.place.clone()),
                verdict: Verdict::Publication,
                because: None,
            };
            self.add_said(about, (CheckKind::Wording, "empty_table"), sentences::not_empty(table, note), Said::default(), None);
        }
    }

    /// Tells which completions do not follow from budget and outturn.
    pub(super) fn add_completions(&mut self) {
        let Places { disclosure, ledger, .. } = self.places;
        for (item, published, right) in shares::wrong_completions(disclosure, ledger, self.corrected) {
            let at = ledger.line_item(item);
            let budget = disclosure.line_items.get(item).and_then(|item| item.compared_with);
            let told = sentences::wrong_completion(&self.places.name(at), (ledger.in_unit(at), budget), (published, right));
            self.add_said(
                self.about(at),
                (CheckKind::Share, "completion"),
                told,
                Said::of(published, right),
                Some(Suggestion::Amount(right)),
            );
        }
    }

    /// Tells which shares do not follow from their amounts.
    pub(super) fn add_shares(&mut self, wholes: &[NamedWhole]) {
        let Places { disclosure, views, ledger, .. } = self.places;
        let whole_of = |name: &str| {
            let is_meant = |whole: &&NamedWhole| whole.names.iter().any(|of| key(of) == key(name));
            let sums = wholes.iter().filter(is_meant).flat_map(|whole| &whole.is);
            let mut sums = sums.filter_map(|Sum(terms)| written::cells(views, terms, ledger));
            sums.find(|cells| cells.iter().any(|&at| ledger.is_filled(at)))
        };
        // Shares of another whole are told at the first of them.
        let mut of_other: Option<(usize, u32)> = None;
        let mut told_of: FxHashMap<usize, u32> = FxHashMap::default();
        // The text repeats its mistakes.
        let mut repeated: FxHashMap<[i128; 3], u32> = FxHashMap::default();
        for WrongShare { statement, whole, published, right, other, made_up_with } in
            shares::wrong_shares(disclosure, whole_of, ledger, self.corrected)
        {
            let at = ledger.statement(statement);
            let factor = ledger.get(at).map_or(1, |entry| entry.factor);
            let in_unit = |amount: i128| Amount::from_scaled(amount / factor);
            let amounts = (ledger.in_unit(at), in_unit(whole));
            let because = other.and_then(|other| of_other.filter(|(first, _)| *first == other.first)).map(|(_, number)| number);
            let other = other.filter(|_| because.is_none());
            if let Some(other) = other {
                of_other = Some((other.first, self.next_number()));
            }
            let range = |(from, to): (i128, i128)| {
                // Amounts of the text have hundredths at most.
                let hundredth = factor * 10_000;
                Some((in_unit(from.div_euclid(hundredth) * hundredth)?, in_unit((to + hundredth).div_euclid(hundredth) * hundredth)?))
            };
            let other = other.and_then(|other| Some((other.shares, range(other.range)?)));
            let told = sentences::wrong_share(&self.places.name(at), amounts, (published, right), other);
            let because = because.or(made_up_with.and_then(|first| told_of.get(&first).copied()));
            told_of.insert(statement, self.next_number());
            let of = [ledger.amount(at).unwrap_or(0), whole, published.scaled()];
            let because = because.or(repeated.get(&of).copied());
            repeated.entry(of).or_insert(self.next_number());
            let about = About { because, ..self.about(at) };
            self.add_said(about, (CheckKind::Share, "share"), told, Said::of(published, right), Some(Suggestion::Amount(right)));
        }
    }

    /// Tells a change that contradicts itself with the amount as published and, where that is blamed, as it should be.
    fn add_change(&mut self, at: At, stated: impl Fn(Amount) -> Stated, already: &mut FxHashMap<Repeated, u32>) {
        let Some(published) = self.places.printed_in_text(at) else { return };
        let is_blamed = self.places.ledger.amount(at) != self.corrected.amount(at);
        let amounts = [Some(published), self.corrected.in_unit(at).filter(|_| is_blamed)];
        let mut told: Option<(Stated, Wrong)> = None;
        for stated in amounts.into_iter().flatten().map(stated) {
            match changes::check(&stated) {
                // Where only the words contradict each other, they are of the amount that is published.
                Some(Changed::Fails(_)) if matches!(told, Some((_, Wrong::Words(_)))) => {}
                Some(Changed::Fails(wrong)) => told = Some((stated, wrong)),
                Some(Changed::Holds) | None => return,
            }
        }
        let Some((stated, wrong)) = told else { return };
        let sentence = sentences::wrong_change(&self.places.name(at), &stated, wrong);
        let (sides, suggestion) = match wrong {
            Wrong::Percent(right) => (Said { published: stated.percent, right: Some(right) }, Some(Suggestion::Amount(right))),
            Wrong::Direction(ChangeDirection::Increase) => (Said::default(), Some(Suggestion::Text("increase".to_owned()))),
            Wrong::Direction(_) => (Said::default(), Some(Suggestion::Text("decrease".to_owned()))),
            Wrong::Words(_) => (Said::default(), None),
            Wrong::NoBase => (Said { published: stated.percent, right: None }, None),
            Wrong::MoreThanAll => (Said { published: stated.change, right: None }, None),
        };
        // The text repeats its mistakes.
        let repeated = stated.change.zip(stated.percent).map(|(change, percent)| [published, change, percent].map(Amount::scaled));
        let because = repeated.and_then(|of| already.get(&of).copied());
        if let Some(of) = repeated {
            already.entry(of).or_insert(self.next_number());
        }
        let about = About { because, ..self.about(at) };
        self.add_said(about, (CheckKind::ChangePct, "change_pct"), sentence, sides, suggestion);
    }

    /// Tells what is said to be of another year than the disclosure.
    pub(super) fn add_years(&mut self, sections: &[String], planned: &[String]) {
        for WrongYear { name, scope, place, published, right } in years::wrong_years(&self.places, sections, planned) {
            let about = About { scope, place, verdict: Verdict::Publication, because: None };
            let told = sentences::wrong_year(&name, published, right);
            self.add_said(about, (CheckKind::YearWord, "year_word"), told, Said::default(), Some(Suggestion::Text(right.to_string())));
        }
    }

    /// Tells whose weights do not add up to what those of the other targets do.
    pub(super) fn add_weights(&mut self) {
        let disclosure = self.places.disclosure;
        for WrongWeights { target, sum, usual, having } in weights::wrong_weights(&disclosure.targets) {
            let Some(target) = disclosure.targets.get(target) else { continue };
            let name = target.project.as_deref().unwrap_or_default();
            // In recognised text an indicator can be lost.
            let is_lost = !self.places.is_exact() && sum.scaled() < usual.scaled();
            let about = About {
                scope: format!("targets/{name}/weight"),
                place: Some(target.place.clone()),
                verdict: if is_lost { Verdict::Extraction } else { Verdict::Publication },
                because: None,
            };
            let told = sentences::wrong_weights(name, (sum, usual), having);
            self.add_said(about, (CheckKind::WeightSum, "weight_sum"), told, Said::of(sum, usual), None);
        }
    }
}

/// A change that the text states, to be known again: amount, change and percentage.
type Repeated = [i128; 3];
