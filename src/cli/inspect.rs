//! `gongkai inspect`: what each stage made of an input, and why.

use std::io::{self, Write};

use super::args::Inspect;
use super::{Outcome, inspect_pdf, print, say};
use crate::classify::{Role, State};
use crate::pipeline::{Stages, stages};
use crate::read::{self, Limits};
use crate::reconcile::{Sheet, SheetRow};
use crate::{Grammars, repair};

/// `with_grammars` loads the grammars, which a look at the pages of a PDF does not need.
pub(super) fn run(arguments: &Inspect, with_grammars: impl FnOnce(&dyn Fn(&Grammars) -> Outcome) -> Outcome) -> Outcome {
    let limits = Limits::default();
    let read = read::bytes_of(&arguments.input, &limits);
    match read {
        Ok(bytes) if inspect_pdf::is_pdf(arguments, &bytes) => inspect_pdf::run(arguments, bytes, &limits),
        Ok(bytes) => with_grammars(&|grammars| inspect(arguments, &bytes, &limits, grammars)),
        Err(error) => {
            say(&format!("error: {}: {error}", arguments.input.display()));
            Outcome::Partial
        }
    }
}

fn inspect(arguments: &Inspect, bytes: &[u8], limits: &Limits, grammars: &Grammars) -> Outcome {
    if arguments.page.is_some() || arguments.svg.is_some() || arguments.json {
        say(&format!("error: {}: is no PDF; hint: `--page`, `--svg` and `--json` look at pages of a PDF", arguments.input.display()));
        return Outcome::Unusable;
    }
    let stages = match stages(bytes, grammars, limits) {
        Ok(stages) => stages,
        Err(error) => {
            say(&format!("error: {}: {error}", arguments.input.display()));
            return Outcome::Partial;
        }
    };
    if let Some(line) = arguments.line {
        if !(1..=stages.document.line_count).contains(&line) {
            say(&format!("error: {}: has no line {line}; it has {}", arguments.input.display(), stages.document.line_count));
            return Outcome::Unusable;
        }
        return print(&|out| show_line(out, &stages, line, grammars));
    }
    if let Some(table) = &arguments.table {
        let wanted: Vec<_> =
            stages.sheets.sheets.iter().filter(|sheet| *sheet.form.id == **table || sheet.form.number.to_string() == *table).collect();
        if wanted.is_empty() {
            let found: Vec<_> = stages.sheets.sheets.iter().map(|sheet| &*sheet.form.id).collect();
            say(&format!("error: {}: table `{table}` was not found; hint: found were {}", arguments.input.display(), found.join(", ")));
            return Outcome::Partial;
        }
        return print(&|out| wanted.iter().try_for_each(|sheet| show_table(out, &stages, sheet)));
    }
    print(&|out| overview(out, &stages))
}

fn overview(out: &mut dyn Write, stages: &Stages<'_>) -> io::Result<()> {
    let Stages { document, form, roles, decoding, head, sheets, .. } = stages;
    let rows = roles.iter().filter(|role| matches!(role, Role::Body(_))).count();
    writeln!(
        out,
        "read       {} lines ({} empty), {}",
        document.line_count,
        document.blank_lines,
        document.encoding.unwrap_or("no encoding")
    )?;
    writeln!(out, "classify   form {}, {rows} rows of cells, path cost {}", form.id, decoding.cost)?;
    writeln!(
        out,
        "document   {}, {}",
        head.agency.as_deref().unwrap_or("agency unknown"),
        head.fiscal_year.map_or("year unknown".to_owned(), |year| year.to_string())
    )?;
    for sheet in &sheets.sheets {
        let lines = sheet.rows.iter().filter_map(|row| row.place.line);
        let (first, last) = (lines.clone().min().unwrap_or(0), lines.max().unwrap_or(0));
        let open = sheet.rows.iter().filter(|row| is_open(row)).count();
        writeln!(
            out,
            "table      {:>2} {:30} lines {first}-{last}, {} rows, {} pages, {open} open{}",
            sheet.form.number,
            sheet.form.id,
            sheet.rows.len(),
            sheet.pages.len(),
            if sheet.title_found { "" } else { ", no title" }
        )?;
    }
    writeln!(out, "reconcile  {} repairs", sheets.repairs.0.len())?;
    writeln!(
        out,
        "left       {} rows of target tables not read, {} lines unplaced {:?}",
        stages.not_extracted.len(),
        stages.unplaced.len(),
        stages.unplaced
    )
}

fn is_open(row: &SheetRow) -> bool {
    row.flags.iter().any(|flag| flag.starts_with("ambiguous") || flag == "row_doubtful" || flag == "code_unknown")
}

fn show_table(out: &mut dyn Write, stages: &Stages<'_>, sheet: &Sheet<'_>) -> io::Result<()> {
    writeln!(
        out,
        "{}. {} ({}), title {}",
        sheet.form.number,
        sheet.form.title,
        sheet.form.id,
        if sheet.title_found { "found" } else { "not found" }
    )?;
    for choice in &sheet.pages {
        let Some(block) = sheet.form.blocks.get(choice.block) else { continue };
        writeln!(out, "\npage {} of block {}: {} rows", choice.page + 1, choice.block + 1, choice.rows.len())?;
        for (index, candidate) in choice.candidates.iter().enumerate() {
            let columns = candidate
                .alignment
                .columns
                .iter()
                .map(|column| column.and_then(|column| block.columns.get(column)).map_or("·", |column| &*column.id));
            let mark = match index {
                0 => "chosen",
                _ if choice.rivals.contains(&index) => "rival ",
                _ if choice.untested.contains(&index) => "untold",
                _ => "      ",
            };
            writeln!(
                out,
                "  {mark} displacement {:>2}, rows {:>2}, tables {:>2}, unusual {:>2}: {}",
                candidate.alignment.cost,
                candidate.local - candidate.alignment.cost,
                candidate.evidence,
                candidate.unusual,
                columns.collect::<Vec<_>>().join(" ")
            )?;
        }
        for row in choice.rows.iter().filter_map(|&row| sheet.rows.get(row)) {
            show_row(out, stages, sheet, row)?;
        }
    }
    Ok(())
}

fn show_row(out: &mut dyn Write, stages: &Stages<'_>, sheet: &Sheet<'_>, row: &SheetRow) -> io::Result<()> {
    let code = row.code.map_or_else(|| "-".to_owned(), |code| code.to_string());
    write!(out, "  {:>5} {:9} {}", row.place.line.unwrap_or(0), code, row.name)?;
    if let Some(block) = sheet.form.blocks.get(row.block) {
        for (index, column) in block.columns.iter().enumerate() {
            if let Some(amount) = row.amount(index) {
                write!(out, "  {}={amount}", column.id)?;
            }
        }
    }
    writeln!(out, "{}", if row.flags.is_empty() { String::new() } else { format!("  [{}]", row.flags.join(" ")) })?;
    for repair in row.repairs.iter().filter_map(|&id| stages.sheets.repairs.0.get(id as usize - 1)) {
        let after = repair.after.as_deref().unwrap_or("set aside");
        write!(out, "        {}: `{}` → {after}, by {}", repair.rule, repair.before, repair.evidence.join(", "))?;
        writeln!(
            out,
            "{}",
            if repair.alternatives.is_empty() { String::new() } else { format!(", or {}", repair.alternatives.join(", ")) }
        )?;
    }
    Ok(())
}

fn show_line(out: &mut dyn Write, stages: &Stages<'_>, number: u32, grammars: &Grammars) -> io::Result<()> {
    let Some(index) = stages.document.lines.iter().position(|line| line.number == number) else {
        return writeln!(out, "line {number} is empty");
    };
    let (Some(line), Some(role)) = (stages.document.lines.get(index), stages.roles.get(index)) else { return Ok(()) };
    let cells: Vec<_> = line.cells.iter().map(|cell| cell.text.as_str()).collect();
    writeln!(out, "read       line {number}: {} cells: {}", cells.len(), cells.join(" | "))?;
    let Some(step) = stages.decoding.steps.iter().position(|step| step.line == index) else {
        return writeln!(out, "classify   {role:?}");
    };
    let here = stages.decoding.steps.get(step).map_or(State::Outside, |step| step.state);
    let mut explanations = stages.decoding.explain(stages.form, step);
    explanations.sort_by_key(|explained| explained.looks + explained.reasons.iter().map(|(_, cost)| cost).sum::<u32>());
    writeln!(out, "classify   a row; for every table: cost by its looks, then what speaks against going there from the row before")?;
    for explained in explanations {
        let name = state_name(stages, explained.state);
        let mark = if explained.state == here { "→" } else { " " };
        let reasons: Vec<_> = explained.reasons.iter().map(|(reason, cost)| format!("{reason} ({cost})")).collect();
        writeln!(out, "  {mark} {name:32} looks {:>3}  {}", explained.looks, reasons.join("; "))?;
    }
    if let State::Table(table) = here
        && let Some(form) = stages.form.tables.get(table)
    {
        for (block, reading) in repair::row(&line.cells, form, &grammars.vocabulary).iter().enumerate() {
            writeln!(out, "repair     block {}: name `{}`, {} cells behind it", block + 1, reading.name.name, reading.cells.len())?;
            for code in &reading.codes {
                writeln!(
                    out,
                    "           code `{}` can be {} at cost {} {}",
                    reading.printed_code,
                    code.pattern,
                    code.cost,
                    code.rule.unwrap_or("as printed")
                )?;
            }
        }
    }
    for sheet in &stages.sheets.sheets {
        for row in sheet.rows.iter().filter(|row| row.place.line == Some(number) || row.place.more_lines.contains(&number)) {
            writeln!(out, "reconcile  {}", sheet.form.id)?;
            show_row(out, stages, sheet, row)?;
        }
    }
    Ok(())
}

fn state_name(stages: &Stages<'_>, state: State) -> String {
    let name = match state {
        State::Table(table) => stages.form.tables.get(table).map(|table| table.id.to_string()),
        State::Target(target) => stages.form.targets.get(target).map(|target| target.id.to_string()),
        State::Outside => Some("outside every table".to_owned()),
    };
    name.unwrap_or_default()
}
