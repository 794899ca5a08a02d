//! Quality: what is there of what the form asks for, how much of it is proved, and how many findings there are.

use rustc_hash::FxHashSet;

use crate::disclosure::{Check, Completeness, Disclosure, FindingCounts, Proof, Quality, Table, TableCompleteness, Target, Value, Verdict};
use crate::grammar::{Asked, Form, key};

/// The text column in which tables name projects.
const PROJECT_NAME: &str = "project_name";

/// The quality of a disclosure whose checks and proofs are done.
pub(super) fn quality(disclosure: &Disclosure, form: &Form) -> Quality {
    let proof = total_proof(&disclosure.tables);
    Quality {
        tables: tables(disclosure, form),
        sections: sections(disclosure, form),
        unfilled_sections: count(disclosure.sections.iter().filter(|section| section.unfilled_template)),
        targets: targets(disclosure, form),
        proof,
        proved_basis_points: basis_points(proof),
        findings: findings(&disclosure.checks),
    }
}

fn count<T>(of: impl Iterator<Item = T>) -> u32 {
    u32::try_from(of.count()).unwrap_or(u32::MAX)
}

fn tables(disclosure: &Disclosure, form: &Form) -> TableCompleteness {
    let of = |id: &str| disclosure.tables.iter().filter(|table| *table.table == *id).collect::<Vec<&Table>>();
    let ids = |is_meant: &dyn Fn(&[&Table]) -> bool| {
        let ids = form.tables.iter().map(|table| &*table.id).filter(|id| is_meant(&of(id)));
        ids.map(str::to_owned).collect::<Vec<String>>()
    };
    let has_amount = |table: &&&Table| table.rows.iter().flat_map(|row| &row.values.0).any(|(_, value)| value.amount().is_some());
    let missing = ids(&|found| found.is_empty());
    TableCompleteness {
        asked: count(form.tables.iter()),
        found: count(form.tables.iter()).saturating_sub(count(missing.iter())),
        without_title: ids(&|found| !found.is_empty() && !found.iter().any(|table| table.title_found)),
        without_amounts: ids(&|found| !found.is_empty() && found.iter().filter(has_amount).count() == 0),
        missing,
    }
}

/// Each heading stands for one of those asked for, the longest first, and the shortest that has its words: 财政拨款收支预算总 is not taken for
/// 收支预算总.
fn sections(disclosure: &Disclosure, form: &Form) -> Completeness {
    let mut headings: Vec<String> = disclosure.sections.iter().map(|section| key(&section.title)).collect();
    let mut asked: Vec<(String, &String)> = form.sections.iter().map(|section| (key(section), section)).collect();
    asked.sort_by_key(|(key, _)| std::cmp::Reverse(key.len()));
    let mut missing: Vec<&String> = Vec::new();
    for (key, section) in asked {
        let found = headings.iter().enumerate().filter(|(_, heading)| heading.contains(&key)).min_by_key(|(_, heading)| heading.len());
        match found.map(|(at, _)| at) {
            Some(at) => drop(headings.remove(at)),
            None => missing.push(section),
        }
    }
    let in_order = form.sections.iter().filter(|section| missing.contains(section));
    completeness(count(form.sections.iter()), in_order.cloned().collect())
}

fn completeness(asked: u32, missing: Vec<String>) -> Completeness {
    Completeness { asked, found: asked.saturating_sub(count(missing.iter())), missing }
}

/// The agency's own target, and one of each project: of those in the tables, or where they name none, of those in the text.
fn targets(disclosure: &Disclosure, form: &Form) -> Completeness {
    let (mut asked, mut missing) = (0, Vec::new());
    for target in &form.targets {
        let own = || disclosure.targets.iter().filter(|of| of.table == target.id);
        match target.asked {
            Some(Asked::Once) => {
                asked += 1;
                if own().next().is_none() {
                    missing.push(target.title.clone());
                }
            }
            Some(Asked::EachProject) => {
                let found: FxHashSet<String> = own().filter_map(|target: &Target| target.project.as_deref()).map(key).collect();
                let projects = projects(disclosure);
                asked += count(projects.iter());
                missing.extend(projects.into_iter().filter(|project| !found.contains(&key(project))).map(str::to_owned));
            }
            None => {}
        }
    }
    completeness(asked, missing)
}

/// The names of the projects, each once.
fn projects(disclosure: &Disclosure) -> Vec<&str> {
    let rows = disclosure.tables.iter().flat_map(|table| &table.rows);
    let in_tables = rows.filter_map(|row| match row.values.get(PROJECT_NAME) {
        Some(Value::Text(name)) => Some(name.as_str()),
        _ => None,
    });
    let mut known: FxHashSet<String> = FxHashSet::default();
    let mut projects: Vec<&str> = in_tables.filter(|name| known.insert(key(name))).collect();
    if projects.is_empty() {
        projects.extend(disclosure.projects.iter().filter_map(|project| project.name.as_deref()).filter(|name| known.insert(key(name))));
    }
    projects
}

fn total_proof(tables: &[Table]) -> Proof {
    tables.iter().map(|table| table.proof).fold(Proof::default(), |sum, proof| Proof {
        values: sum.values + proof.values,
        proved: sum.proved + proof.proved,
        contradicted: sum.contradicted + proof.contradicted,
        unchecked: sum.unchecked + proof.unchecked,
        identities: sum.identities + proof.identities,
    })
}

fn basis_points(proof: Proof) -> Option<u32> {
    let share = (u64::from(proof.proved) * 10_000).checked_div(u64::from(proof.values))?;
    u32::try_from(share).ok()
}

pub(super) fn findings(checks: &[Check]) -> FindingCounts {
    let mut counts = FindingCounts::default();
    for check in checks.iter().filter(|check| check.because_of.is_none()) {
        let of_kind = match check.verdict {
            Verdict::Publication => &mut counts.publication,
            Verdict::Extraction => &mut counts.extraction,
            Verdict::IncompleteSource => &mut counts.incomplete_source,
            Verdict::Rounding => &mut counts.rounding,
        };
        *of_kind += 1;
    }
    counts
}
