//! What can be asked for.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// gongkai (公开): China's published budgets and final accounts as verified data.
///
/// Exit codes: 0 everything converted; 1 some input gave no result, the others are written; 2 the command line or a grammar is at fault;
/// 4 what `--fail-on` names was found.
#[derive(Debug, Parser)]
#[command(name = "gongkai", version, arg_required_else_help = true)]
pub(super) struct Arguments {
    /// Use the grammars of this folder instead of the built-in ones
    #[arg(long, value_name = "DIR", global = true)]
    pub(super) grammars: Option<PathBuf>,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Convert disclosures to normalized JSON
    Convert(Convert),
    /// Check results anew: what does not add up, whose mistake it is, how much is proved
    Check(Check),
    /// List or explain what is checked
    #[command(subcommand)]
    Checks(Checks),
    /// Show stage by stage how an input was understood, and why
    Inspect(Inspect),
    /// List, show or check the known forms
    #[command(subcommand)]
    Forms(Forms),
    /// Print the JSON Schema of the output
    Schema,
}

/// Convert disclosures to normalized JSON: one file per input, `<DIR>/<stem>.json`
#[derive(Args, Debug)]
pub(super) struct Convert {
    /// Files, and folders that are searched for PDF and text files (.pdf, .txt, .md, .tsv)
    #[arg(required = true, value_name = "INPUT")]
    pub(super) inputs: Vec<PathBuf>,
    /// Folder for the results; `-` writes the result of a single input to stdout
    #[arg(long, short, value_name = "DIR", default_value = "out")]
    pub(super) out: PathBuf,
    /// Documents converted at the same time [default: the number of processors]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) jobs: Option<u16>,
    /// Put every JSON value on a line of its own
    #[arg(long)]
    pub(super) pretty: bool,
    /// Print nothing but errors
    #[arg(long, short)]
    pub(super) quiet: bool,
    /// End with exit code 4 if a finding of this kind was made
    #[arg(long, value_name = "KIND")]
    pub(super) fail_on: Option<FailOn>,
}

/// Check results anew: what does not add up, whose mistake it is, how much is proved
#[derive(Args, Debug)]
pub(super) struct Check {
    /// Results of `gongkai convert`
    #[arg(required = true, value_name = "JSON")]
    pub(super) results: Vec<PathBuf>,
    /// End with exit code 4 if a finding of this kind was made
    #[arg(long, value_name = "KIND")]
    pub(super) fail_on: Option<FailOn>,
    /// How the findings are printed
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: Format,
}

/// Findings that fail a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    /// The publisher's own mistakes
    Publication,
    /// What may be a mistake of reading
    Extraction,
    /// Both, and what misses a page or a row
    Any,
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people, in English and Chinese
    Text,
    /// One JSON object a line for each disclosure
    Json,
    /// SARIF 2.1.0
    Sarif,
}

#[derive(Debug, Subcommand)]
pub(super) enum Checks {
    /// List what is checked
    List,
    /// Explain one check
    Explain {
        /// Its name, as a finding's `identity` has it
        code: String,
    },
}

/// Show stage by stage how an input was understood, and why
#[derive(Args, Debug)]
pub(super) struct Inspect {
    /// The file to look into
    #[arg(value_name = "INPUT")]
    pub(super) input: PathBuf,
    /// Show the rows, the alignment of columns and the open questions of one table (id or number)
    #[arg(long, value_name = "TABLE")]
    pub(super) table: Option<String>,
    /// Show the readings of one line, their costs, and why the decoder put it where it is
    #[arg(long, value_name = "N")]
    pub(super) line: Option<u32>,
    /// PDF: show the words, ruling lines and images that were read on a page
    #[arg(long, value_name = "N")]
    pub(super) page: Option<u32>,
    /// PDF: draw what was read on the page, every glyph and line in its place
    #[arg(long, value_name = "OUT")]
    pub(super) svg: Option<PathBuf>,
    /// PDF: print glyphs, lines and images as JSON, one page a line
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Forms {
    /// List the forms
    List,
    /// Show the tables and columns of a form
    Show {
        /// Id of the form
        form: String,
    },
    /// Check the grammars; the first mistake is named by file, line and key
    Check,
    /// Write a first form file from the headings of a document that no form explains
    Draft {
        /// The document
        #[arg(value_name = "INPUT")]
        input: PathBuf,
        /// Id of the form, and name of its file [default: the document's name]
        #[arg(long)]
        id: Option<String>,
    },
    /// Write the built-in forms and code lists into a folder, for `--grammars`
    Export {
        /// The folder; it must not exist yet
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
}
