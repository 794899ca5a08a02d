//! Settles codes: what a narrow cell left open is decided by sister tables, the catalogue, the heading above and the order of codes.

use std::cmp::Reverse;
use std::fmt;

use super::evidence::{Sister, sisters};
use super::sheet::{Repairs, SheetRow, Sheets, confidence_of};
use crate::disclosure::CodeLevel;
use crate::grammar::{Catalogue, Code, Grammars, Standing, TableForm, label_key};
use crate::repair::{CodeReading, rules};

/// Points that speak for a code. The scale is only relative: a code is taken when it leads by [`MARGIN`].
mod points {
    pub(super) const SISTER_NAME: i32 = 30;
    pub(super) const SISTER_AMOUNT: i32 = 20;
    pub(super) const SISTER_ORDER: i32 = 8;
    pub(super) const CATALOGUE_ATTESTED: i32 = 18;
    pub(super) const CATALOGUE_RECALLED: i32 = 14;
    pub(super) const FURTHER: i32 = 2;
    pub(super) const UNDER_HEADING: i32 = 15;
    pub(super) const ORDER: i32 = 6;
    pub(super) const READING_COST: i32 = -2;
    pub(super) const CONTRADICTED_PART: i32 = -22;
}

/// How far the best code must lead to be taken without doubt.
const MARGIN: i32 = 8;

/// What speaks for a code.
#[derive(Clone, Copy, Debug)]
enum Evidence<'s> {
    /// A sister table has the name.
    Sister(&'s str),
    /// A sister table has the amount in this place.
    SisterAmount(&'s str),
    /// The code list of a year has the name.
    Catalogue(&'s str, u16),
    Digits,
    HeadingAbove,
}

impl fmt::Display for Evidence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sister(table) => write!(f, "sibling:{table}"),
            Self::SisterAmount(table) => write!(f, "sibling_amount:{table}"),
            Self::Catalogue(set, year) => write!(f, "catalog:{set}-{year}"),
            Self::Digits => f.write_str("digits"),
            Self::HeadingAbove => f.write_str("heading_above"),
        }
    }
}

fn told(evidence: &[Evidence<'_>]) -> Vec<String> {
    evidence.iter().map(ToString::to_string).collect()
}

/// A code that a row may have, and what speaks for it.
#[derive(Debug)]
struct Candidate<'s> {
    code: Code,
    points: i32,
    /// The strongest single piece of evidence among the points.
    strongest: i32,
    contradicts: bool,
    evidence: Vec<Evidence<'s>>,
}

/// What settling the rows of one table looks at.
struct Table<'s> {
    form: &'s TableForm,
    grammars: &'s Grammars,
    related: Vec<Sister<'s>>,
}

impl Table<'_> {
    /// Has the row's block codes, before the name or in columns of their own?
    fn prints_codes(&self, row: &SheetRow) -> bool {
        let block = self.form.blocks.get(row.block);
        block.is_some_and(|block| block.code_set.is_some() && (block.inline_codes || !block.code_columns.is_empty()))
    }

    fn catalogue(&self, row: &SheetRow) -> Option<&Catalogue> {
        catalogue(row, self.form, self.grammars)
    }
}

/// The code list of a row's block.
fn catalogue<'g>(row: &SheetRow, form: &TableForm, grammars: &'g Grammars) -> Option<&'g Catalogue> {
    let set = form.blocks.get(row.block)?.code_set.as_deref()?;
    grammars.catalogue(set)
}

/// Has the row a code that no list knows by this name?
fn is_suspect(row: &SheetRow, form: &TableForm, grammars: &Grammars) -> bool {
    let Some(code) = row.code.filter(|_| !row.is_total) else { return false };
    catalogue(row, form, grammars).is_some_and(|catalogue| !catalogue.knows(code, &row.name_key))
}

/// Settles the codes of all tables.
pub(super) fn settle(sheets: &mut Sheets<'_>) {
    for sheet in &mut sheets.sheets {
        for row in &mut sheet.rows {
            take_what_is_clear(row, &mut sheets.repairs);
        }
    }
    infer_from_names(sheets);
    // Twice: a table settled in the first round can be the evidence of another in the second.
    for is_last in [false, true] {
        for sheet in 0..sheets.sheets.len() {
            // Only the last round tells that a row has none, and of a row that printed none there is nothing else to tell.
            let is_open = |row: &SheetRow| row.code.is_none() && !row.is_total && (is_last || !row.codes.is_empty());
            if !sheets.sheets.get(sheet).is_some_and(|sheet| sheet.rows.iter().any(is_open)) {
                continue;
            }
            with_sisters(sheets, sheet, |table, rows, repairs| settle_open(table, rows, repairs, is_last));
        }
    }
    for sheet in 0..sheets.sheets.len() {
        // What a page states exactly is never changed.
        if sheets
            .sheets
            .get(sheet)
            .is_some_and(|sheet| !sheet.is_exact() && sheet.rows.iter().any(|row| is_suspect(row, sheet.form, sheets.grammars)))
        {
            with_sisters(sheets, sheet, |table, rows, repairs| correct_misread(table, rows, repairs));
        }
    }
}

/// Gives rows whose form prints no codes (一、一般公共服务支出) the class that the catalogue of the year has under their name, if it is one only.
fn infer_from_names(sheets: &mut Sheets<'_>) {
    let (grammars, year) = (sheets.grammars, sheets.year);
    for sheet in sheets.sheets.iter_mut().filter(|sheet| sheet.is_exact()) {
        for row in &mut sheet.rows {
            let Some(block) = sheet.form.blocks.get(row.block) else { continue };
            if block.inline_codes || !block.code_columns.is_empty() || row.is_total || row.is_whole_side {
                continue;
            }
            let Some(catalogue) = block.code_set.as_deref().and_then(|set| grammars.catalogue(set)) else { continue };
            let name = label_key(&row.name);
            let entries = || catalogue.of_name(&name).filter(|entry| entry.code.level() == CodeLevel::Class);
            let of_year = entries().find(|entry| Some(entry.year) == year).or_else(|| entries().next());
            let Some(entry) = of_year else { continue };
            if entries().any(|other| other.code != entry.code && Some(other.year) == year) {
                continue;
            }
            let (code, evidence) = (entry.code, format!("catalog:{}-{}", catalogue.set, entry.year));
            row.code = Some(code);
            row.flag("code_inferred");
            record(row, &mut sheets.repairs, rules::CODE_FROM_NAME, code, vec![evidence], Vec::new(), 90);
        }
    }
}

/// Lends the rows of one table for change while its sisters are looked at.
fn with_sisters(sheets: &mut Sheets<'_>, sheet: usize, work: impl FnOnce(&mut Table<'_>, &mut [SheetRow], &mut Repairs)) {
    let Some(this) = sheets.sheets.get_mut(sheet) else { return };
    let form = this.form;
    let mut rows = std::mem::take(&mut this.rows);
    let related = sisters(sheets.form, &sheets.sheets, sheet);
    work(&mut Table { form, grammars: sheets.grammars, related }, &mut rows, &mut sheets.repairs);
    if let Some(this) = sheets.sheets.get_mut(sheet) {
        this.rows = rows;
    }
}

/// A code that its cells give in one way only.
fn take_what_is_clear(row: &mut SheetRow, repairs: &mut Repairs) {
    let Some(best) = row.codes.first().copied() else { return };
    let is_clear = best.cost <= 1 || (best.cost == 2 && row.codes.len() == 1);
    if let (true, Some(code)) = (is_clear, best.pattern.complete()) {
        take(row, repairs, code, &best, &[Evidence::Digits], Vec::new());
    }
}

/// Gives a row its code, with flag and repair where the cells did not simply say it.
fn take(row: &mut SheetRow, repairs: &mut Repairs, code: Code, reading: &CodeReading, evidence: &[Evidence<'_>], open: Vec<String>) {
    row.code = Some(code);
    let Some(rule) = reading.rule else { return };
    let is_read = reading.pattern.complete() == Some(code) && rule != rules::CODE_PAD;
    row.flag(if is_read { "code_rejoined" } else { "code_inferred" });
    record(row, repairs, rule, code, told(evidence), open, confidence_of(reading.cost));
}

/// Gives a row a code that its cells contradict.
fn correct(row: &mut SheetRow, repairs: &mut Repairs, code: Code, evidence: Vec<String>, open: Vec<String>) {
    row.code = Some(code);
    row.flag("code_corrected");
    record(row, repairs, rules::CODE_CORRECT, code, evidence, open, 80);
}

fn record(
    row: &mut SheetRow,
    repairs: &mut Repairs,
    rule: &'static str,
    code: Code,
    evidence: Vec<String>,
    open: Vec<String>,
    confidence: u8,
) {
    let confidence = if open.is_empty() { confidence } else { confidence.min(50) };
    if !open.is_empty() {
        row.flag("ambiguous:code");
    }
    row.trust_at_most(confidence);
    let id = repairs.add(rule, row.place.clone(), row.printed_code.clone(), Some(code.to_string()), evidence, confidence);
    repairs.alternatives(id, open);
    row.repairs.push(id);
}

/// The codes above and before a row.
#[derive(Clone, Copy, Default)]
struct Above {
    class: Option<Code>,
    section: Option<Code>,
    last: Option<Code>,
}

impl Above {
    /// What stands above the row after one of this code.
    fn after(code: Code) -> Self {
        let section = match code.level() {
            CodeLevel::Class => None,
            CodeLevel::Section => Some(code),
            CodeLevel::Item => code.parent(),
        };
        Self { class: Some(code.class()), section, last: Some(code) }
    }

    /// Does the code stand under the heading above it?
    fn is_parent_of(self, code: Code) -> bool {
        match code.level() {
            CodeLevel::Class => true,
            CodeLevel::Section => self.class == code.parent(),
            CodeLevel::Item => self.section == code.parent(),
        }
    }
}

/// Settles the rows of a table whose code is still open.
fn settle_open(table: &mut Table<'_>, rows: &mut [SheetRow], repairs: &mut Repairs, is_last: bool) {
    let mut above = Above::default();
    for row in rows.iter_mut() {
        if row.code.is_none() && !row.codes.is_empty() {
            settle_row(table, row, repairs, above, is_last);
        }
        if let Some(code) = row.code {
            above = Above::after(code);
            table.related.iter_mut().for_each(|sister| sister.advance(code, row));
        } else if is_last && !row.is_total && table.prints_codes(row) {
            row.flag("code_unknown");
            row.trust_at_most(40);
        }
    }
}

fn settle_row(table: &Table<'_>, row: &mut SheetRow, repairs: &mut Repairs, above: Above, is_last: bool) {
    let candidates = candidates(table, row, above);
    let Some(best) = candidates.first() else {
        let printed = row.codes.first().copied().and_then(|reading| Some((reading, reading.pattern.complete()?)));
        if let Some((reading, code)) = printed.filter(|_| is_last) {
            let others = row.codes.iter().skip(1).map(|reading| reading.pattern.to_string()).collect();
            take(row, repairs, code, &reading, &[Evidence::Digits], others);
        }
        return;
    };
    let is_open = |other: &&Candidate| best.points - other.points < MARGIN;
    let open: Vec<String> = candidates.iter().skip(1).filter(is_open).map(|other| other.code.to_string()).collect();
    if !open.is_empty() && !is_last {
        return;
    }
    let code = best.code;
    let reading = row.codes.iter().filter(|reading| reading.pattern.matches(code)).min_by_key(|reading| reading.cost).copied();
    match reading {
        Some(reading) => take(row, repairs, code, &reading, &best.evidence, open),
        None => correct(row, repairs, code, told(&best.evidence), open),
    }
}

/// Every code that evidence offers for a row, best first.
fn candidates<'s>(table: &'s Table<'_>, row: &SheetRow, above: Above) -> Vec<Candidate<'s>> {
    let any_order = table.form.any_order;
    // A handful: looked through faster than hashed.
    let mut found: Vec<Candidate<'s>> = Vec::new();
    // Sisters are printed from one source: the strongest counts in full, each further one a little.
    let mut offer = |code: Code, points: i32, evidence: Evidence<'s>| {
        let fit = row
            .codes
            .iter()
            .filter_map(|reading| {
                let distance = i32::try_from(reading.pattern.distance(code)?).ok()?;
                let cost = i32::try_from(reading.cost).ok()?;
                Some((cost * points::READING_COST + distance * points::CONTRADICTED_PART, distance))
            })
            .max();
        // More than one contradicted part is another row, not a damaged code.
        let Some((fit, distance)) = fit.filter(|&(_, distance)| distance <= 1) else { return };
        let at = found.iter().position(|candidate| candidate.code == code).unwrap_or_else(|| {
            let mut base = fit;
            if above.is_parent_of(code) {
                base += points::UNDER_HEADING;
            }
            if !any_order && above.last.is_none_or(|last| last.digits() <= code.digits()) {
                base += points::ORDER;
            }
            found.push(Candidate { code, points: base, strongest: 0, contradicts: distance > 0, evidence: Vec::new() });
            found.len() - 1
        });
        let Some(candidate) = found.get_mut(at) else { return };
        let further = if candidate.strongest > 0 && points > 0 { points::FURTHER } else { 0 };
        candidate.points += (points - candidate.strongest).max(0) + further;
        candidate.strongest = candidate.strongest.max(points);
        candidate.evidence.push(evidence);
    };
    for sister in &table.related {
        let mut offered: Vec<Code> = Vec::new();
        for (at, other) in sister.of_name(&row.name_key) {
            let Some(code) = other.code else { continue };
            if offered.contains(&code) {
                continue;
            }
            offered.push(code);
            let mut points = points::SISTER_NAME;
            if row.has_amounts() && row.first_amount() == other.first_amount() {
                points += points::SISTER_AMOUNT;
            }
            if sister.is_next(at) {
                points += points::SISTER_ORDER;
            }
            offer(code, points, Evidence::Sister(sister.id()));
        }
        // A damaged name, but the right place and the right amount.
        for (at, other) in sister.ahead(3) {
            if let Some(code) = other.code
                && other.name_key != row.name_key
                && row.has_amounts()
                && row.first_amount() == other.first_amount()
                && row.codes.iter().any(|reading| reading.pattern.matches(code))
            {
                let next = if sister.is_next(at) { points::SISTER_ORDER } else { 0 };
                offer(code, points::SISTER_AMOUNT / 2 + next, Evidence::SisterAmount(sister.id()));
            }
        }
    }
    if let Some(catalogue) = table.catalogue(row) {
        // Of each code the list that says most.
        let mut offers: Vec<_> =
            catalogue.of_name(&row.name_key).map(|entry| (entry.code, Reverse((entry.standing, entry.year)))).collect();
        offers.sort_unstable();
        offers.dedup_by_key(|(code, _)| *code);
        for (code, Reverse((standing, year))) in offers {
            let points = if standing == Standing::Attested { points::CATALOGUE_ATTESTED } else { points::CATALOGUE_RECALLED };
            offer(code, points, Evidence::Catalogue(&catalogue.set, year));
        }
    }
    for reading in &row.codes {
        if let Some(code) = reading.pattern.complete() {
            offer(code, 0, Evidence::Digits);
        } else if let Some(code) = fill_down(reading, above) {
            offer(code, 4, Evidence::HeadingAbove);
        }
    }
    // A code that contradicts a digit needs a sister that shows it.
    found.retain(|candidate| !candidate.contradicts || candidate.evidence.iter().any(|evidence| matches!(evidence, Evidence::Sister(_))));
    found.sort_unstable_by_key(|candidate| (Reverse(candidate.points), candidate.code));
    found
}

/// A code whose class cell is merged with the one above: the class of the row before.
fn fill_down(reading: &CodeReading, above: Above) -> Option<Code> {
    let digits = reading.pattern.digits();
    let class = above.class?;
    let rest = digits.strip_prefix(b"???")?;
    let text = format!("{class}{}", std::str::from_utf8(rest).ok()?);
    Code::parse(&text)
}

/// Corrects codes that were read without doubt but cannot be right: no sister has them, all sisters that list the row agree on
/// another, and the catalogue knows that one by this name.
fn correct_misread(table: &Table<'_>, rows: &mut [SheetRow], repairs: &mut Repairs) {
    for row in rows {
        let (Some(code), Some(catalogue)) = (row.code, table.catalogue(row)) else { continue };
        if !is_suspect(row, table.form, table.grammars) {
            continue;
        }
        let mut wanted: Option<Code> = None;
        let mut seen_in: Vec<&str> = Vec::new();
        let mut agrees = true;
        for sister in &table.related {
            let of_amount = sister.of_name(&row.name_key).filter(|(_, other)| other.first_amount() == row.first_amount());
            for other in of_amount.filter_map(|(_, other)| other.code) {
                if other.level() != code.level() || differing_digits(other, code) > 2 {
                    continue;
                }
                agrees &= other != code && wanted.is_none_or(|wanted| wanted == other);
                wanted = Some(other);
                if !seen_in.contains(&sister.id()) {
                    seen_in.push(sister.id());
                }
            }
        }
        if let Some(wanted) = wanted.filter(|&wanted| agrees && catalogue.knows(wanted, &row.name_key)) {
            let mut evidence: Vec<String> = seen_in.iter().map(|sister| format!("sibling:{sister}")).collect();
            evidence.push(format!("catalog:{}", catalogue.set));
            correct(row, repairs, wanted, evidence, Vec::new());
        }
    }
}

fn differing_digits(a: Code, b: Code) -> usize {
    a.digits().iter().zip(b.digits()).filter(|(a, b)| a != b).count()
}
