//! Performance target tables (绩效目标表): a head block of labels and values, then indicators.

mod indicators;
mod level_names;
mod levels;
mod rows;
mod value;

use std::sync::Arc;

use indicators::Indicators;
use rows::{RowCell, TargetRow};

use super::text::{compact, number};
use crate::disclosure::{Amount, Repair, Target, Where};
use crate::grammar::{Form, NarrativeWords, TargetForm, TargetHead, key, named_years, title_key};
use crate::read::{Document, Line, LineKind};
use crate::repair::amount;

/// A table being read.
struct Draft<'f, 'd> {
    form: &'f TargetForm,
    place: Where,
    fiscal_year: Option<u16>,
    head: TargetHead<Vec<String>>,
    /// Does alignment alone tell the cells of the head block?
    is_unruled: bool,
    /// The field of the head block that the last label named.
    field: Option<usize>,
    /// The end of a label that a page break tore.
    torn_label: Option<String>,
    /// The fields of the head block in the last row, and where their values stand across.
    values_at: Vec<(usize, f32, f32)>,
    indicators: Indicators<'f, 'd>,
}

/// The target tables of a document, and the repairs that they needed, numbered from `first_repair`. `is_row` tells which lines are rows of them.
pub(super) fn targets(
    document: &Document,
    is_row: &[bool],
    form: &Form,
    (fiscal_year, first_repair): (Option<u16>, u32),
    words: &NarrativeWords,
) -> (Vec<Target>, Vec<Repair>) {
    let mut targets = Vec::new();
    let mut repairs = Vec::new();
    let mut open: Option<Draft<'_, '_>> = None;
    let mut title: Option<(&TargetForm, Where)> = None;
    let mut year: Option<u16> = None;
    let mut page = None;
    let mut close = |draft: Option<Draft<'_, '_>>| {
        if let Some(draft) = draft {
            targets.push(finish(draft, fiscal_year, first_repair, &mut repairs, words));
        }
    };
    let mut lines = document.lines.iter().zip(is_row).peekable();
    while let Some((line, &is_row)) = lines.next() {
        if !is_row {
            if let Some(form) = titled(line, form) {
                close(open.take());
                (title, year, page) = (Some((form, line.place())), None, None);
            } else if title.is_some() {
                year = year.or_else(|| year_in(line.text()));
            }
            continue;
        }
        let mut of_row = vec![line];
        while let Some((next, _)) =
            lines.next_if(|(next, is_row)| **is_row && of_row.last().is_some_and(|last| rows::is_one_row(last, next)))
        {
            of_row.push(next);
        }
        let Some(row) = rows::row(document, &of_row, page) else { continue };
        page = line.on_page.map(|(page, _)| page).or(page);
        if row.cells.is_empty() {
            continue;
        }
        // A title can stand in the table's own first row.
        if let [only] = row.cells.as_slice()
            && let Some(form) = by_title(only.text, form)
        {
            close(open.take());
            (title, year) = (Some((form, row.place)), None);
            continue;
        }
        // So can the year below it.
        if let ([only], Some(_)) = (row.cells.as_slice(), &title)
            && let Some(stated) = year_in(only.text)
        {
            year = Some(stated);
            continue;
        }
        let first = row.cells.first().map(|cell| short_key(cell.text)).unwrap_or_default();
        let begins = title.as_ref().map(|(form, place)| (*form, place.clone())).or_else(|| {
            // The title is lost: the first label of another head block begins a table.
            let form = untitled(&first, form, open.as_ref())?;
            Some((form, row.place.clone()))
        });
        if let Some((form, place)) = begins {
            close(open.take());
            title = None;
            open = Some(Draft {
                form,
                place,
                fiscal_year: year.take(),
                head: TargetHead::default(),
                is_unruled: false,
                field: None,
                torn_label: None,
                values_at: Vec::new(),
                indicators: Indicators::new(form),
            });
        }
        if let Some(draft) = &mut open {
            read_row(draft, &row, &first);
        }
    }
    close(open.take());
    (targets, repairs)
}

/// The target table whose title a line is.
fn titled<'f>(line: &Line, form: &'f Form) -> Option<&'f TargetForm> {
    let mut filled = line.cells.iter().map(|cell| cell.text.as_str()).filter(|text| !text.is_empty());
    let only = filled.next().filter(|_| line.kind == LineKind::Paragraph || filled.next().is_none())?;
    by_title(if line.kind == LineKind::Paragraph { line.text() } else { only }, form)
}

fn by_title<'f>(text: &str, form: &'f Form) -> Option<&'f TargetForm> {
    const LONGEST: usize = 120;
    // Few lines end as a title does.
    let last = text.trim_end_matches(['）', ')', ' ']).chars().next_back()?;
    let may_be = text.len() <= LONGEST && form.targets.iter().flat_map(|target| &target.title_keys).any(|title| title.ends_with(last));
    let title = may_be.then(|| title_key(text))?;
    form.targets.iter().find(|target| target.title_keys.contains(&title))
}

/// （2024年）, below a title.
fn year_in(text: &str) -> Option<u16> {
    let text = compact(text);
    let first = named_years(text.trim_start_matches(['（', '('])).next()?;
    (first.start == 0).then_some(first.year)
}

/// The form whose head block a row begins, if the open table has that label already, or none is open.
fn untitled<'f>(first: &str, form: &'f Form, open: Option<&Draft<'_, '_>>) -> Option<&'f TargetForm> {
    let target = form.targets.iter().find(|target| target.head.agency.iter().any(|label| label == first))?;
    open.is_none_or(|draft| !draft.head.agency.is_empty() || draft.indicators.has_header()).then_some(target)
}

/// The key of a text that may be a label; empty for one that is too long for any.
fn short_key(text: &str) -> String {
    const LONGEST: usize = 90;
    if text.len() > LONGEST { String::new() } else { key(text) }
}

/// Takes in a row: of the head block, the headings, or an indicator; `first` is the key of its first cell.
fn read_row<'d>(draft: &mut Draft<'_, 'd>, row: &TargetRow<'d>, first: &str) {
    if draft.indicators.take_header(row, first) {
        draft.field = None;
        return;
    }
    if draft.indicators.has_header() {
        draft.indicators.push(row);
        return;
    }
    draft.is_unruled |= row.unruled.is_some();
    let above = std::mem::take(&mut draft.values_at);
    // A row without any label goes on with the one above it, which a page break tore.
    let is_label = |cell: &RowCell| draft.form.labels.contains(&short_key(cell.text));
    let is_rest = row.after_break && !row.cells.iter().any(is_label);
    for cell in &row.cells {
        let text = short_key(cell.text);
        let torn = above.iter().find(|(_, from, to)| is_rest && *from <= cell.middle() && cell.middle() <= *to);
        if let Some(values) = torn.and_then(|&(field, ..)| draft.head.all_mut().into_iter().nth(field)) {
            match values.last_mut() {
                Some(last) => last.push_str(&compact(&without_tags(cell.text))),
                None => values.push(compact(&without_tags(cell.text))),
            }
            continue;
        }
        // The end of a label that a page break tore.
        if row.after_break && draft.torn_label.take_if(|rest| *rest == text).is_some() {
            continue;
        }
        let beginning = draft.form.beginning_of_label(&text).filter(|_| !text.is_empty() && draft.form.head_field(&text).is_none());
        if let Some((field, rest)) = beginning {
            (draft.field, draft.torn_label) = (Some(field), Some(rest.to_owned()));
            continue;
        }
        match draft.form.head_field(&text) {
            Some(field) => draft.field = Some(field),
            None if draft.form.labels.contains(&text) => draft.field = None,
            None => {
                if let Some(values) = draft.field.and_then(|field| draft.head.all_mut().into_iter().nth(field)) {
                    values.push(compact(&without_tags(cell.text)));
                    draft.values_at.extend(draft.field.map(|field| (field, cell.from, cell.to)));
                }
            }
        }
    }
}

/// A text without the tags that recognition leaves (`<p>…</p>`).
fn without_tags(text: &str) -> String {
    const LONGEST_TAG: usize = 6;
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let tag = rest.get(at..).and_then(|tag| tag.find('>').map(|end| (end, tag.get(1..end).unwrap_or(""))));
        match tag {
            Some((end, name))
                if end <= LONGEST_TAG
                    && name.trim_start_matches('/').bytes().all(|byte| byte.is_ascii_alphabetic())
                    && !name.is_empty() =>
            {
                plain.push_str(rest.get(..at).unwrap_or(""));
                rest = rest.get(at + end + 1..).unwrap_or("");
            }
            _ => {
                plain.push_str(rest.get(..=at).unwrap_or(""));
                rest = rest.get(at + 1..).unwrap_or("");
            }
        }
    }
    plain.push_str(rest);
    plain
}

fn finish(draft: Draft<'_, '_>, fiscal_year: Option<u16>, first_repair: u32, repairs: &mut Vec<Repair>, words: &NarrativeWords) -> Target {
    let Draft { form, place, fiscal_year: own_year, head, is_unruled, indicators, .. } = draft;
    let mut flags: Vec<String> = is_unruled.then(|| "row_doubtful".to_owned()).into_iter().collect();
    flags.extend(indicators.unknown_headings().map(|heading| format!("heading_unknown:{heading}")));
    let text = |values: &[String]| {
        let text: String = values.concat();
        (!text.is_empty()).then_some(text)
    };
    let mut money = |values: &[String], name: &str| {
        let read: Vec<Amount> = values.iter().filter_map(|value| in_table(value)).collect();
        if read.len() < values.len() {
            flags.push(format!("not_an_amount:{name}"));
        }
        match read.as_slice() {
            [] => None,
            [only] => Some(*only),
            several => {
                flags.push(format!("sum:{name}"));
                sum(several)
            }
        }
    };
    let amount_fiscal = money(&head.amount_fiscal, "amount_fiscal");
    let amount_other = money(&head.amount_other, "amount_other");
    let mut amount_total = money(&head.amount_total, "amount_total");
    // Where the form states no total, it is that of the sources.
    if form.head.amount_total.is_empty()
        && let (Some(fiscal), Some(other)) = (amount_fiscal, amount_other)
    {
        amount_total = sum(&[fiscal, other]);
        flags.push("sum:amount_total".to_owned());
    }
    Target {
        table: Arc::clone(&form.id),
        agency: text(&head.agency),
        project: text(&head.project),
        person_in_charge: text(&head.person_in_charge),
        fiscal_year: own_year.or(fiscal_year),
        amount_total,
        amount_fiscal,
        amount_other,
        goal: text(&head.goal),
        indicators: indicators.finish(first_repair, repairs, words),
        place,
        flags,
    }
}

/// An amount as the head block prints it, perhaps with its unit.
fn in_table(text: &str) -> Option<Amount> {
    let plain = text.trim_end_matches("万元");
    amount(plain).map(|reading| reading.amount).or_else(|| number(plain).filter(|(_, rest)| rest.is_empty()).map(|(amount, _)| amount))
}

/// The exact sum of amounts.
fn sum(amounts: &[Amount]) -> Option<Amount> {
    Amount::from_scaled(amounts.iter().map(|amount| amount.scaled()).sum())
}
