//! Projects as the text describes them (项目支出情况说明): a record for each 项目名称.

use super::outline::Outline;
use super::paragraphs::label;
use super::text::{has_any, number, ordinal};
use crate::disclosure::{Amount, Count, Project};
use crate::grammar::{NarrativeWords, ProjectFields};

/// A record being read.
#[derive(Default)]
struct Draft {
    number: Option<String>,
    fields: ProjectFields<Option<String>>,
    place: crate::disclosure::Where,
    /// The field that the last paragraph belongs to.
    last: usize,
    has_noise: bool,
}

/// Reads the projects.
pub(super) fn projects(outline: &Outline, words: &NarrativeWords) -> Vec<Project> {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut open_under: Option<Vec<usize>> = None;
    for (path, paragraph) in &outline.body {
        // Another heading ends the list.
        if outline.is_unfilled(path) || open_under.as_ref().is_some_and(|under| under != path) {
            open_under = None;
        }
        if outline.is_unfilled(path) {
            continue;
        }
        let (number, text) = match ordinal(&paragraph.text) {
            Some((_, number, rest)) if label(rest, words).is_some() => (Some(number), rest),
            _ => (None, paragraph.text.as_str()),
        };
        match label(text, words) {
            Some((0, name)) => {
                let number = number.map(str::to_owned);
                let mut draft = Draft { number, place: paragraph.place.clone(), has_noise: paragraph.has_noise, ..Draft::default() };
                draft.fields.name = Some(name.to_owned());
                drafts.push(draft);
                open_under = Some(path.clone());
            }
            Some((field, value)) if open_under.is_some() => {
                if let Some(draft) = drafts.last_mut() {
                    draft.last = field;
                    draft.has_noise |= paragraph.has_noise;
                    if let Some(place) = draft.fields.all_mut().into_iter().nth(field) {
                        // The same field twice, word for word, is one.
                        match place {
                            Some(known) if known != value => known.push_str(value),
                            Some(_) => {}
                            None => *place = Some(value.to_owned()),
                        }
                    }
                }
            }
            // 对个人补贴的项目支出： introduces the next records.
            _ if introduces(text) => open_under = None,
            _ if open_under.is_some() => {
                if let Some(draft) = drafts.last_mut() {
                    let last = draft.last;
                    draft.has_noise |= paragraph.has_noise;
                    if let Some(place) = draft.fields.all_mut().into_iter().nth(last) {
                        place.get_or_insert_default().push_str(&paragraph.text);
                    }
                }
            }
            _ => {}
        }
    }
    drafts.into_iter().map(|draft| project(draft, words)).collect()
}

/// Does a short line introduce what follows?
fn introduces(text: &str) -> bool {
    const LONGEST: usize = 30;
    text.ends_with(['：', ':']) && text.chars().count() <= LONGEST
}

fn project(draft: Draft, words: &NarrativeWords) -> Project {
    let Draft { number, fields, place, has_noise, .. } = draft;
    let mut flags: Vec<String> = has_noise.then(|| "noise_removed".to_owned()).into_iter().collect();
    if fields.all().into_iter().flatten().any(|text| has_any(text, &words.projects.withheld)) {
        flags.push("withheld".to_owned());
    }
    let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
    let amount = filled(fields.amount);
    let read = amount.as_deref().and_then(in_ten_thousands);
    if amount.is_some() && read.is_none() {
        flags.push("amount_not_a_number".to_owned());
    }
    Project {
        number,
        name: filled(fields.name),
        policy_basis: filled(fields.policy_basis),
        amount: read,
        executing_unit: filled(fields.executing_unit),
        allocation: filled(fields.allocation),
        period: filled(fields.period),
        funding_source: filled(fields.funding_source),
        beneficiary_count: filled(fields.beneficiary_count).map(count),
        subsidy_standard: filled(fields.subsidy_standard),
        subsidy_scope: filled(fields.subsidy_scope),
        subsidy_method: filled(fields.subsidy_method),
        disbursement_procedure: filled(fields.disbursement_procedure),
        social_benefit: filled(fields.social_benefit),
        place,
        flags,
    }
}

/// An amount in 万元, whatever its unit; `None`: it is none, or not exact in 万元.
fn in_ten_thousands(text: &str) -> Option<Amount> {
    let (amount, unit) = number(text.trim_start_matches(['：', ':']))?;
    let unit = unit.trim_end_matches(['。', '；', '，']);
    match unit {
        "万元" | "" => Some(amount),
        "元" => shifted(amount, -4),
        "亿元" => shifted(amount, 4),
        unit if unit.starts_with("万元") => Some(amount),
        _ => None,
    }
}

/// An amount with its decimal point moved.
fn shifted(amount: Amount, places: i32) -> Option<Amount> {
    let scaled = amount.scaled();
    let moved = if places < 0 {
        let unit = 10_i128.checked_pow(places.unsigned_abs())?;
        (scaled % unit == 0).then_some(scaled / unit)?
    } else {
        scaled.checked_mul(10_i128.checked_pow(places.unsigned_abs())?)?
    };
    Amount::from_scaled(moved)
}

/// A plain number of persons, else the words.
fn count(text: String) -> Count {
    let plain =
        number(&text).filter(|(_, rest)| matches!(rest.trim_end_matches(['。', '；']), "人" | "名" | "户" | "")).map(|(amount, _)| amount);
    match plain.and_then(|amount| amount.to_string().parse().ok()) {
        Some(count) => Count::Number(count),
        None => Count::Text(text),
    }
}
