//! `gongkai check` and `gongkai checks`: what does not add up in results, and what is checked.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::args::{Check, Checks, FailOn, Format};
use super::{Outcome, print, say};
use crate::Grammars;
use crate::disclosure::{Check as Finding, Disclosure, Quality, Verdict};
use crate::grammar::{Agreement, Form, Identity};
use crate::{reconcile, write};

/// What does not hold, each cause once.
fn findings(disclosure: &Disclosure) -> impl Iterator<Item = &Finding> {
    disclosure.checks.iter().filter(|check| check.is_finding())
}

/// Checks results anew, by the grammars at hand.
pub(super) fn run(arguments: &Check, grammars: &Grammars) -> Outcome {
    let (mut names, mut disclosures): (Vec<String>, Vec<Disclosure>) = (Vec::new(), Vec::new());
    let mut has_failed = false;
    for path in &arguments.results {
        match read(path, grammars) {
            Ok(disclosure) => {
                names.push(path.display().to_string());
                disclosures.push(disclosure);
            }
            Err(reason) => {
                say(&format!("error: {}: {reason}", path.display()));
                has_failed = true;
            }
        }
    }
    reconcile::checks::compare(&mut disclosures, grammars);
    let checked: Vec<(String, Disclosure)> = names.into_iter().zip(disclosures).collect();
    let printed = print(&|out| {
        match arguments.format {
        Format::Text => text(&checked, out),
        Format::Json => checked.iter().try_for_each(|(_, disclosure)| {
            let json = serde_json::json!({
                "file": disclosure.source.file,
                "quality": disclosure.quality,
                "checks": disclosure.checks,
                "proof": disclosure.tables.iter().map(|table| serde_json::json!({ "table": table.table, "proof": table.proof })).collect::<Vec<_>>()
            });
            writeln!(out, "{json}")
        }),
        Format::Sarif => writeln!(out, "{:#}", write::sarif(checked.iter().map(|(_, disclosure)| disclosure), &grammars.identities)),
    }
    });
    if !checked.is_empty() {
        say(table(&checked).trim_end());
    }
    let is_found = checked.iter().any(|(_, disclosure)| fails(disclosure, arguments.fail_on));
    match (printed, has_failed, is_found) {
        (Outcome::Complete, false, true) => Outcome::Findings,
        (Outcome::Complete, false, false) => Outcome::Complete,
        _ => Outcome::Partial,
    }
}

fn read(path: &Path, grammars: &Grammars) -> Result<Disclosure, String> {
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    let mut disclosure: Disclosure = serde_json::from_slice(&bytes)
        .map_err(|error| format!("is no result of `gongkai convert`: {error}; hint: convert the disclosure first, then check the JSON"))?;
    let form = grammars.forms.iter().find(|form| form.id == disclosure.document.form);
    let unknown = Form::unknown();
    if form.is_none() && disclosure.document.form != unknown.id {
        return Err(format!(
            "its form `{}` is not among the grammars; hint: give the folder that has it with --grammars",
            disclosure.document.form
        ));
    }
    reconcile::checks::check(&mut disclosure, form.unwrap_or(&unknown), grammars);
    Ok(disclosure)
}

/// Does a disclosure have findings of a kind that is to fail the run?
pub(super) fn fails(disclosure: &Disclosure, fail_on: Option<FailOn>) -> bool {
    let is_meant = |verdict: Verdict| match fail_on {
        None => false,
        Some(FailOn::Publication) => verdict == Verdict::Publication,
        Some(FailOn::Extraction) => verdict == Verdict::Extraction,
        Some(FailOn::Any) => true,
    };
    findings(disclosure).any(|check| is_meant(check.verdict))
}

fn text(checked: &[(String, Disclosure)], out: &mut dyn Write) -> io::Result<()> {
    for (name, disclosure) in checked {
        writeln!(out, "{name}: {}", summary(disclosure))?;
        for check in findings(disclosure) {
            let place = match check.place.as_ref().map(|place| (place.page, place.line)) {
                Some((Some(page), _)) => format!("page {page}"),
                Some((None, Some(line))) => format!("line {line}"),
                _ => String::new(),
            };
            writeln!(out, "  [{}] {place}, {}\n    {}\n    {}", verdict(check.verdict), check.scope, check.message, check.message_zh)?;
        }
    }
    Ok(())
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Publication => "publication",
        Verdict::Extraction => "extraction",
        Verdict::IncompleteSource => "incomplete source",
        Verdict::Rounding => "rounding",
    }
}

/// Findings by verdict, and how many values are proved: a line for each disclosure, and one for all.
fn table(checked: &[(String, Disclosure)]) -> String {
    const HEADINGS: [&str; 8] =
        ["publication", "extraction", "incomplete source", "rounding", "values", "proved", "contradicted", "unchecked"];
    let cells = |quality: &Quality| {
        let Quality { findings, proof, .. } = quality;
        [findings.publication, findings.extraction, findings.incomplete_source, findings.rounding]
            .into_iter()
            .chain([proof.values, proof.proved, proof.contradicted, proof.unchecked])
            .map(u64::from)
            .collect::<Vec<u64>>()
    };
    let mut text = HEADINGS.join("  ") + "  file\n";
    let mut sums = vec![0; HEADINGS.len()];
    let mut line = |cells: &[u64], name: &str| {
        for (heading, cell) in HEADINGS.iter().zip(cells) {
            let _ = write!(text, "{cell:>width$}  ", width = heading.len());
        }
        let _ = writeln!(text, "{name}");
    };
    for (name, disclosure) in checked {
        let cells = cells(&disclosure.quality);
        line(&cells, name);
        sums.iter_mut().zip(cells).for_each(|(sum, cell)| *sum += cell);
    }
    if checked.len() > 1 {
        line(&sums, &format!("{} files", checked.len()));
    }
    text
}

/// Findings by verdict, and how many values are proved.
pub(super) fn summary(disclosure: &Disclosure) -> String {
    let Quality { findings, proof, .. } = &disclosure.quality;
    let kinds = [
        (Verdict::IncompleteSource, findings.incomplete_source),
        (Verdict::Extraction, findings.extraction),
        (Verdict::Publication, findings.publication),
    ];
    let all: u32 = kinds.iter().map(|(_, count)| count).sum();
    let mut text = format!("findings {all}");
    let parts: Vec<String> = kinds.iter().filter(|(_, count)| *count > 0).map(|(of, count)| format!("{} {count}", verdict(*of))).collect();
    if !parts.is_empty() {
        let _ = write!(text, " ({})", parts.join(", "));
    }
    if findings.rounding > 0 {
        let _ = write!(text, "; {} identities hold but for rounding", findings.rounding);
    }
    let _ = write!(
        text,
        "; of {} values {} proved, {} contradicted, {} unchecked",
        proof.values, proof.proved, proof.contradicted, proof.unchecked
    );
    text
}

/// What the form asks for and the disclosure does not have; nothing where all is there.
pub(super) fn missing(disclosure: &Disclosure) -> Option<String> {
    let Quality { tables, sections, targets, unfilled_sections, .. } = &disclosure.quality;
    let of = |what: &str, found: u32, asked: u32| (found < asked).then(|| format!("{what} {found} of {asked}"));
    let unfilled = (*unfilled_sections > 0).then(|| format!("{unfilled_sections} sections are an unfilled template"));
    let parts: Vec<String> = [
        of("tables", tables.found, tables.asked),
        of("sections", sections.found, sections.asked),
        of("targets", targets.found, targets.asked),
        unfilled,
    ]
    .into_iter()
    .flatten()
    .collect();
    (!parts.is_empty()).then(|| format!("of what the form asks for: {}", parts.join(", ")))
}

/// Lists or explains what is checked.
pub(super) fn rules(command: &Checks, grammars: &Grammars) -> Outcome {
    match command {
        Checks::List => print(&|out| {
            let mut described = grammars.identities.described();
            described.try_for_each(|(code, zh, en)| writeln!(out, "{code:24} {zh}\n{:24} {en}", ""))
        }),
        Checks::Explain { code } => explain(code, grammars),
    }
}

fn explain(code: &str, grammars: &Grammars) -> Outcome {
    if let Some(identity) = grammars.identities.identities.iter().find(|identity| *identity.code == *code) {
        return print(&|out| {
            writeln!(out, "{code}\n  {}\n  {}", identity.zh, identity.en)?;
            identity.only_if.iter().try_for_each(|of| writeln!(out, "  only if {}", of.text))?;
            identity.holds.iter().try_for_each(|holds| writeln!(out, "  {}", holds.text))
        });
    }
    if let Some(identity) = grammars.identities.between.iter().find(|identity| *identity.code == *code) {
        return print(&|out| {
            writeln!(out, "{code}\n  {}\n  {}", identity.zh, identity.en)?;
            identity.holds.iter().try_for_each(|holds| writeln!(out, "  {}", holds.text))
        });
    }
    let rule = grammars.identities.rules.iter().find(|rule| *rule.code == *code);
    // An identity of a form goes by its table and its text, as findings name it: `expenditure_detail: total = basic + project`.
    let (table, written) = code.split_once(": ").unwrap_or(("", ""));
    let tables = || grammars.forms.iter().flat_map(|form| form.tables.iter().map(move |table| (form, table)));
    let of_forms: Vec<String> = tables()
        .filter(|(_, of)| match code {
            "row_sum" | "agreement" => true,
            _ => *of.id == *table,
        })
        .flat_map(|(form, of)| {
            let rows = of.identities.iter().map(|Identity { text, .. }| ("row_sum", text));
            let across = of.agreements.iter().map(|Agreement { text, .. }| ("agreement", text));
            let is_asked = move |(kind, text): &(&str, &std::sync::Arc<str>)| code == *kind || ***text == *written;
            rows.chain(across).filter(is_asked).map(move |(_, text)| format!("  {} {}: {text}", form.id, of.id)).collect::<Vec<_>>()
        })
        .collect();
    if rule.is_none() && of_forms.is_empty() {
        say(&format!("error: nothing is checked under the name `{code}`; hint: `gongkai checks list` shows the names"));
        return Outcome::Unusable;
    }
    print(&|out| {
        writeln!(out, "{code}")?;
        rule.map_or(Ok(()), |rule| writeln!(out, "  {}\n  {}", rule.zh, rule.en))?;
        of_forms.iter().try_for_each(|line| writeln!(out, "{line}"))
    })
}
