//! `gongkai convert`.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;

use super::args::Convert;
use super::{Outcome, check, inputs, say, summary};
use crate::disclosure::Disclosure;
use crate::read::Limits;
use crate::{Grammars, read, write};

pub(super) fn run(arguments: &Convert, grammars: &Grammars) -> Outcome {
    if arguments.out == Path::new("-") {
        return to_stdout(arguments, grammars);
    }
    if let Err(error) = fs::create_dir_all(&arguments.out) {
        say(&format!("error: {}: the folder for the results cannot be made: {error}", arguments.out.display()));
        return Outcome::Unusable;
    }
    let found = inputs::find(&arguments.inputs);
    for (path, reason) in &found.failures {
        say(&format!("error: {}: {reason}", path.display()));
    }
    if found.skipped > 0 && !arguments.quiet {
        say(&format!("note: {} files of other kinds were skipped", found.skipped));
    }
    let targets = inputs::targets(&found.files, &arguments.out);
    let work: Vec<_> = found.files.iter().zip(targets).collect();
    let progress = progress(work.len(), arguments.quiet);
    let is_found = AtomicBool::new(false);
    let convert_all = || {
        work.par_iter()
            .map(|(file, target)| {
                let result = target.clone().and_then(|target| convert(file, &target, arguments, grammars, &is_found));
                progress.inc(1);
                // Messages come as documents end; results never depend on that order.
                match result {
                    Ok(_) if arguments.quiet => true,
                    Ok(summary) => {
                        progress.suspend(|| say(&summary));
                        true
                    }
                    Err(reason) => {
                        progress.suspend(|| say(&format!("error: {}: {reason}", file.display())));
                        false
                    }
                }
            })
            .filter(|&converted| converted)
            .count()
    };
    let converted = match rayon::ThreadPoolBuilder::new().num_threads(arguments.jobs.map_or(0, usize::from)).build() {
        Ok(pool) => pool.install(convert_all),
        Err(error) => {
            say(&format!("error: cannot start {} threads: {error}", arguments.jobs.unwrap_or(0)));
            return Outcome::Unusable;
        }
    };
    progress.finish_and_clear();
    if !arguments.quiet && work.len() > 1 {
        say(&format!("{converted} of {} documents converted into {}", work.len(), arguments.out.display()));
    }
    if converted < work.len() || !found.failures.is_empty() {
        Outcome::Partial
    } else if is_found.load(Ordering::Relaxed) {
        Outcome::Findings
    } else {
        Outcome::Complete
    }
}

fn to_stdout(arguments: &Convert, grammars: &Grammars) -> Outcome {
    let [input] = arguments.inputs.as_slice() else {
        say("error: `--out -` takes exactly one input");
        return Outcome::Unusable;
    };
    if input.is_dir() {
        say(&format!("error: {}: `--out -` takes a file, not a folder", input.display()));
        return Outcome::Unusable;
    }
    let converted = disclosure(input, grammars).and_then(|disclosure| Ok((json(&disclosure, arguments.pretty)?, disclosure)));
    match converted {
        Ok((json, disclosure)) => {
            if !arguments.quiet {
                say(&summary::of(input, &disclosure, None));
            }
            match io::stdout().lock().write_all(&json) {
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                    say(&format!("error: cannot write to stdout: {error}"));
                    Outcome::Partial
                }
                _ if check::fails(&disclosure, arguments.fail_on) => Outcome::Findings,
                _ => Outcome::Complete,
            }
        }
        Err(reason) => {
            say(&format!("error: {}: {reason}", input.display()));
            Outcome::Partial
        }
    }
}

/// Converts one file; the summary of what came of it.
fn convert(file: &Path, target: &Path, arguments: &Convert, grammars: &Grammars, is_found: &AtomicBool) -> Result<String, String> {
    let disclosure = disclosure(file, grammars)?;
    let json = json(&disclosure, arguments.pretty)?;
    is_found.fetch_or(check::fails(&disclosure, arguments.fail_on), Ordering::Relaxed);
    write::write_file(target, &json).map_err(|error| format!("the result {} cannot be written: {error}", target.display()))?;
    Ok(summary::of(file, &disclosure, Some(target)))
}

fn disclosure(file: &Path, grammars: &Grammars) -> Result<Disclosure, String> {
    let limits = Limits::default();
    let bytes = read::bytes_of(file, &limits).map_err(|error| error.to_string())?;
    let name = file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    crate::disclosure(&name, &bytes, grammars, &limits).map_err(|error| error.to_string())
}

fn json(disclosure: &Disclosure, pretty: bool) -> Result<Vec<u8>, String> {
    let written = if pretty { write::json_pretty(disclosure) } else { write::json(disclosure) };
    written.map_err(|error| format!("cannot be written as JSON: {error}"))
}

/// A bar on a terminal, where there is more than a moment's work.
fn progress(documents: usize, quiet: bool) -> ProgressBar {
    if quiet || documents < 2 || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} documents, {eta} left").unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(documents as u64).with_style(style)
}
