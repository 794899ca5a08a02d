//! Amounts that the text states besides its totals: of classes (类) against the lines of each, and wholes against their parts within a section.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::equation::{Basis, Equations, Identity};
use super::ledger::{At, Ledger};
use super::subjects::{Meant, Subjects};
use super::tables::View;
use crate::disclosure::{CheckKind, Disclosure, RowKind, Section, Statement};
use crate::grammar::{Relation, Term, key, ordinal, short_name};

/// A column of a table, whose lines go by their classes.
pub(super) struct Lines<'v> {
    view: &'v View<'v>,
    column: usize,
    /// The rows of each class.
    classes: BTreeMap<&'v str, Vec<usize>>,
    is_whole: bool,
}

impl<'v> Lines<'v> {
    pub(super) fn find(views: &'v [View<'_>], table: &str, column: &str) -> Option<Self> {
        let view = views.iter().find(|view| *view.form.id == *table)?;
        let mut coded = view.form.blocks.iter().enumerate().filter(|(_, block)| block.code_set.is_some());
        let (block, column) = coded.find_map(|(at, block)| Some((at, block.column_index(column)?)))?;
        let mut classes: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (row, _) in view.rows(block).filter(|(_, row)| row.kind != RowKind::Total) {
            if let Some(class) = view.code(row).and_then(|code| code.get(..CLASS)) {
                classes.entry(class).or_default().push(row);
            }
        }
        Some(Self { view, column, classes, is_whole: view.is_whole() })
    }

    /// What the table says of a class.
    fn of(&self, class: &str, ledger: &Ledger) -> OfClass {
        let of_class = self.classes.get(class).map_or(&[][..], Vec::as_slice);
        let filled = self.view.top(ledger, of_class, self.column);
        match filled.as_slice() {
            // Where a table is cut short, the class can have been lost, or some of its lines.
            [] if of_class.is_empty() && !self.is_whole => OfClass::Unknown,
            [] => OfClass::Nothing,
            [_] if self.view.code(of_class.first().copied().unwrap_or_default()) == Some(class) => OfClass::All(filled),
            _ if self.is_whole => OfClass::All(filled),
            _ => OfClass::Some(filled),
        }
    }
}

/// What a table says of a class.
enum OfClass {
    /// It does not list it, or without an amount.
    Nothing,
    /// All its lines, without those that a filled line above them sums up.
    All(Vec<At>),
    /// Lines of it, perhaps not all.
    Some(Vec<At>),
    /// It can have been lost.
    Unknown,
}

/// Adds that the lines of each class come to the same in two tables, where neither can have lost one.
pub(super) fn add_classes_of_two(
    of: [&Lines<'_>; 2],
    (kind, name): (CheckKind, &Arc<Identity>),
    ledger: &Ledger,
    equations: &mut Equations,
) {
    let [left, right] = of;
    for class in left.classes.keys() {
        if let (OfClass::All(left), OfClass::All(right)) = (left.of(class, ledger), right.of(class, ledger)) {
            equations.add_on(Basis::Sums(Vec::new()), (kind, name), &left, Relation::Equal, right);
        }
    }
}

/// Digits of the code of a class.
const CLASS: usize = 3;

/// Statements of one class times lines of it, at most: each is compared with all, which would cost more than rows × identities do. A disclosure has a
/// few dozen.
const MOST_OF_ONE_CLASS: usize = 10_000;

/// Adds that what the text states of a class, in the sections whose heading holds some words, is what its lines come to. Where publishers count in
/// several ways it counts in the one in which it adds up, or else where all come to the same.
pub(super) fn add_classes(
    disclosure: &Disclosure,
    views: &[View<'_>],
    words: &str,
    ways: &[Lines<'_>],
    (kind, name): (CheckKind, &Arc<Identity>),
    ledger: &Ledger,
    equations: &mut Equations,
) {
    if ways.is_empty() {
        return;
    }
    let sections = sections(&disclosure.sections, words);
    let codes = class_codes(views);
    let statements = disclosure.statements.iter().enumerate().filter(|(_, statement)| sections.contains(&statement.section));
    let of_classes = statements.filter_map(|(number, of)| Some((ledger.statement(number), *codes.get(&class_name(&of.subject))?)));
    let of_classes: Vec<(At, &str)> = of_classes.collect();
    let mut counts: FxHashMap<&str, usize> = FxHashMap::default();
    for (_, code) in &of_classes {
        *counts.entry(code).or_default() += 1;
    }
    let lines_of = |code: &str| ways.iter().filter_map(|way| way.classes.get(code)).map(Vec::len).sum::<usize>();
    counts.retain(|code, count| *count * lines_of(code) <= MOST_OF_ONE_CLASS);
    for (at, code) in of_classes.into_iter().filter(|(_, code)| counts.contains_key(code)) {
        let Some(stated) = ledger.amount(at) else { continue };
        let difference = |lines: &Vec<At>| ledger.sum(lines).abs_diff(stated);
        let (mut compared, mut is_unknown) = (Vec::new(), false);
        for way in ways {
            match way.of(code, ledger) {
                OfClass::All(lines) => compared.push(lines),
                OfClass::Some(lines) if difference(&lines) == 0 => compared.push(lines),
                OfClass::Some(_) | OfClass::Unknown => is_unknown = true,
                OfClass::Nothing => {}
            }
        }
        // Where it adds up in no way and the ways differ, a mistake in the one that is meant can be the reason.
        compared.retain(|lines| ledger.sum(lines) != 0 || stated == 0);
        let is_one = compared.iter().all(|lines| compared.first().is_some_and(|first| ledger.sum(first) == ledger.sum(lines)));
        let nearest = compared.into_iter().min_by_key(difference);
        if let Some(nearest) = nearest.filter(|nearest| difference(nearest) == 0 || is_one && !is_unknown) {
            equations.add_on(Basis::Sums(Vec::new()), (kind, name), &[at], Relation::Equal, nearest);
        }
    }
}

/// Adds that a whole is the sum of its parts, all stated behind it in one section. Where the text does not state each of them, what it leaves out can be
/// nothing or called otherwise: then it is compared only if it holds.
pub(super) fn add_sums(
    (statements, subjects): (&[Statement], &Subjects<'_>),
    (whole, parts): (&Term, &[Term]),
    (kind, name): (CheckKind, &Arc<Identity>),
    ledger: &Ledger,
    equations: &mut Equations,
) {
    // 面向中小企业预留政府采购预算 is a part of it, not another one.
    let is_whole = |at: usize| subjects.is_meant(at, whole) == Meant::Yes;
    for (at, first) in statements.iter().enumerate().filter(|&(at, _)| is_whole(at)) {
        let behind = statements.iter().enumerate().skip(at + 1);
        let behind = behind.take_while(|&(at, statement)| statement.section == first.section && !is_whole(at));
        let of_it: Vec<usize> = behind.map(|(at, _)| at).collect();
        let stated = parts.iter().filter_map(|part| of_it.iter().find(|&&at| part.is_said_of(subjects.key(at))));
        let stated: Vec<At> = stated.map(|&at| ledger.statement(at)).collect();
        let left = ledger.amount(ledger.statement(at)).map_or(0, |whole| whole - ledger.sum(&stated));
        // What is left is stated too, as another part, or elsewhere as carried over.
        let is_it = |of: usize| left != 0 && ledger.amount(ledger.statement(of)) == Some(left);
        let is_explained = of_it.iter().any(|&of| is_it(of)) || (0..statements.len()).any(|of| is_it(of) && subjects.is_carried_over(of));
        if !stated.is_empty() && !is_explained && (stated.len() == parts.len() || left == 0) {
            equations.add(kind, name, &[ledger.statement(at)], Relation::Equal, stated);
        }
    }
}

/// The paths of the sections whose heading holds some words.
pub(super) fn sections(sections: &[Section], words: &str) -> FxHashSet<String> {
    let mut path: Vec<&Section> = Vec::new();
    let mut found = FxHashSet::default();
    for section in sections {
        path.retain(|above| above.level < section.level);
        path.push(section);
        if key(&section.title).contains(words) {
            found.insert(path.iter().map(|section| section.number.as_str()).collect::<Vec<_>>().join("/"));
        }
    }
    found
}

/// The name of a class as it is compared: 公共安全（类）支出 and 公共安全支出 are one.
fn class_name(name: &str) -> String {
    let key = key(name);
    if key.contains('（') { short_name(&key.replace("（类）", "")) } else { short_name(&key) }
}

/// The code of each class by the name that most tables print for it; a name of several codes says nothing.
fn class_codes<'v>(views: &'v [View<'_>]) -> FxHashMap<String, &'v str> {
    let mut printed: BTreeMap<&str, BTreeMap<String, usize>> = BTreeMap::new();
    for view in views {
        for (at, row) in view.table.rows.iter().enumerate().filter(|(at, _)| !view.misnamed.contains(at)) {
            let Some(code) = view.code(at).filter(|code| code.len() == CLASS) else { continue };
            let name = ordinal(row.name.trim_start()).map_or(row.name.as_str(), |(_, _, name)| name);
            *printed.entry(code).or_default().entry(class_name(name)).or_default() += 1;
        }
    }
    let mut codes: FxHashMap<String, Option<&str>> = FxHashMap::default();
    for (code, names) in printed {
        let most = names.values().max().copied().unwrap_or_default();
        let mut usual = names.into_iter().filter(|(name, times)| *times == most && !name.is_empty());
        if let (Some((name, _)), None) = (usual.next(), usual.next()) {
            codes.entry(name).and_modify(|of| *of = None).or_insert(Some(code));
        }
    }
    codes.into_iter().filter_map(|(name, code)| Some((name, code?))).collect()
}
