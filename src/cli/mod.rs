//! The command line: arguments → plan → run, progress, exit codes. Knows the library's face only.

mod args;
mod check;
mod convert;
mod forms;
mod inputs;
mod inspect;
mod inspect_layout;
mod inspect_pdf;
mod summary;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use args::{Arguments, Command};

use crate::Grammars;
use crate::error::GrammarError;

/// How a run ended; the process's exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Everything that was asked for is there.
    Complete = 0,
    /// Some input gave no result; all others are written.
    Partial = 1,
    /// The command line or a grammar is at fault; nothing was done.
    Unusable = 2,
    /// Everything is there, and a finding that was to fail the run was made.
    Findings = 4,
}

/// Runs the program with the arguments of the process.
pub fn run() -> ExitCode {
    // Usage errors end the process with exit code 2, as clap does by itself.
    let arguments = Arguments::parse();
    let outcome = match &arguments.command {
        Command::Schema => print(&|out| {
            let schema = serde_json::to_string_pretty(&crate::disclosure::schema()).map_err(io::Error::other)?;
            writeln!(out, "{schema}")
        }),
        Command::Convert(convert) => with_grammars(&arguments, |grammars| convert::run(convert, grammars)),
        Command::Check(check) => with_grammars(&arguments, |grammars| check::run(check, grammars)),
        Command::Checks(checks) => with_grammars(&arguments, |grammars| check::rules(checks, grammars)),
        Command::Inspect(inspect) => inspect::run(inspect, |run| with_grammars(&arguments, run)),
        Command::Forms(forms) => forms::run(forms, || grammars(&arguments)),
    };
    ExitCode::from(outcome as u8)
}

fn grammars(arguments: &Arguments) -> Result<Grammars, GrammarError> {
    arguments.grammars.as_deref().map_or_else(Grammars::built_in, Grammars::from_folder)
}

fn with_grammars(arguments: &Arguments, run: impl FnOnce(&Grammars) -> Outcome) -> Outcome {
    match grammars(arguments) {
        Ok(grammars) => run(&grammars),
        Err(error) => {
            say(&format!("error: {error}"));
            Outcome::Unusable
        }
    }
}

/// A message to people, on stderr. Nobody listening is no failure.
pub(crate) fn say(message: &str) {
    let _ = writeln!(io::stderr().lock(), "{message}");
}

/// Prints data on stdout; a reader that has seen enough is no failure.
pub(crate) fn print(write: &dyn Fn(&mut dyn Write) -> io::Result<()>) -> Outcome {
    let mut out = io::BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Ok(()) => Outcome::Complete,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Outcome::Complete,
        Err(error) => {
            say(&format!("error: cannot write to stdout: {error}"));
            Outcome::Partial
        }
    }
}
