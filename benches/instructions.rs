//! What a conversion costs, in instructions counted by callgrind: clocks are noisy, instructions are not.
//!
//! `cargo bench --bench instructions` runs this program under valgrind (which must be installed) and prints a table; a figure over its
//! budget ends it with exit code 1. Each figure is the difference of two runs, one of which does the thing once more. With `-- --hundred` it
//! tells the growth at a hundred times the size too, which takes some minutes more.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a bench may stop, and prints"
)]

use std::hint::black_box;
use std::path::Path;
use std::process::{Command, ExitCode};

use gongkai::read::Limits;
use gongkai::read::pdf::{PdfDocument, PdfLimits};
use gongkai::{Grammars, disclosure, write};

/// Budgets: instructions per input byte, instructions for loading the grammars, and how much dearer a byte of a long text may be.
const PER_BYTE: f64 = 560.0;
const LOADING: f64 = 30e6;
const GROWTH: f64 = 1.1;
/// Budgets of a PDF: instructions per glyph over a whole file, and for opening it and reading a page for the first time.
const PER_GLYPH: f64 = 2_600.0;
const FIRST_PAGE: f64 = 4.5e6;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == "--work") {
        work(&arguments[at + 1..]);
        return ExitCode::SUCCESS;
    }
    let load = instructions("none", 1, 2) - instructions("none", 1, 1);
    let mut passed = line("loading the grammars", load, LOADING, "instructions");
    let mut base = 0.0;
    let mut texts = vec![("once", "samples/korla-2024.txt"), ("ten", "ten of it in one file"), ("long", "every line of it ten times")];
    if arguments.iter().any(|argument| argument == "--hundred") {
        texts.extend([("hundred", "a hundred of it in one file"), ("longest", "every line of it a hundred times")]);
    }
    for (text, name) in texts {
        let bytes = sample(text).len() as f64;
        let more = if matches!(text, "hundred" | "longest") {
            // So long that what else the run does counts for nothing.
            instructions(text, 1, 1) - instructions("none", 1, 1)
        } else {
            instructions(text, 2, 1) - instructions(text, 1, 1)
        };
        let per_byte = more / bytes;
        if text == "once" {
            base = per_byte;
        }
        passed &= line(&format!("{name}, {bytes} bytes"), per_byte, PER_BYTE, "instructions per byte");
        passed &= text == "once" || line("  against a byte of the short text", per_byte / base, GROWTH, "times");
    }
    let (document, glyphs) = pdf();
    let whole = instructions("pdf", 2, 1) - instructions("pdf", 1, 1);
    passed &= line(&format!("a PDF of {} pages", document.page_count()), whole / glyphs, PER_GLYPH, "instructions per glyph");
    let first = instructions("page", 1, 1) - instructions("page", 0, 1);
    passed &= line("opening it and reading one page, from cold", first, FIRST_PAGE, "instructions");
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn line(what: &str, found: f64, budget: f64, unit: &str) -> bool {
    let verdict = if found <= budget { "ok" } else { "OVER" };
    println!("{what:60} {found:>14.1} {unit:22} budget {budget:>12.1}  {verdict}");
    found <= budget
}

/// The part that is counted: loads the grammars and converts a text, each so many times.
fn work(arguments: &[String]) {
    let [text, conversions, loads] = arguments else { return };
    if text == "pdf" || text == "page" {
        let bytes = pdf_bytes();
        for _ in 0..conversions.parse().unwrap_or(1) {
            let document = PdfDocument::open(bytes.clone(), &PdfLimits::default()).expect("the sample opens");
            let mut reader = document.reader();
            let pages = if text == "page" { 5..6 } else { 0..document.page_count() };
            for index in pages {
                black_box(reader.page(index));
            }
        }
        return;
    }
    let text = sample(text);
    for _ in 1..loads.parse().unwrap_or(1) {
        drop(black_box(Grammars::built_in()));
    }
    let grammars = Grammars::built_in().expect("the built-in grammars load");
    let limits = Limits { text_bytes: u64::MAX, lines: u32::MAX, ..Limits::default() };
    for _ in 0..conversions.parse().unwrap_or(1) {
        if !text.is_empty() {
            let disclosure = disclosure("sample.txt", text.as_bytes(), &grammars, &limits).expect("the sample converts");
            black_box(write::json(&disclosure).expect("it is written"));
        }
    }
}

fn pdf_bytes() -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/small-813-gbk.pdf");
    std::fs::read(path).expect("the sample is there")
}

/// The sample PDF, and how many glyphs it has.
fn pdf() -> (PdfDocument, f64) {
    let document = PdfDocument::open(pdf_bytes(), &PdfLimits::default()).expect("the sample opens");
    let mut reader = document.reader();
    let glyphs = (0..document.page_count()).filter_map(|index| reader.page(index)).map(|page| page.glyphs.len()).sum::<usize>();
    drop(reader);
    (document, glyphs as f64)
}

/// A text of some length.
fn sample(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/korla-2024.txt");
    let text = std::fs::read_to_string(path).expect("the sample is there");
    let every_line = |times: usize| {
        let lines = text.lines().flat_map(|line| std::iter::repeat_n(line, times));
        lines.fold(String::with_capacity(text.len() * times), |mut long, line| {
            long.push_str(line);
            long.push('\n');
            long
        })
    };
    match name {
        "once" => text,
        "ten" => text.repeat(10),
        "hundred" => text.repeat(100),
        "long" => every_line(10),
        "longest" => every_line(100),
        _ => String::new(),
    }
}

/// Instructions of one run of this program's working part.
fn instructions(text: &str, conversions: u32, loads: u32) -> f64 {
    let program = std::env::current_exe().expect("this program");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(["--work", text, &conversions.to_string(), &loads.to_string()])
        .output()
        .expect("valgrind runs; hint: apt-get install valgrind");
    let messages = String::from_utf8_lossy(&output.stderr);
    let collected = messages.lines().find_map(|line| line.split_once("Collected :")).expect("callgrind counts");
    collected.1.trim().parse().expect("a count")
}
