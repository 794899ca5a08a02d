//! PDFs that lie beside the project: made ones, published ones, broken and hostile ones. Skipped, with a notice, where they are absent.

#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]

use std::fs;
use std::path::{Path, PathBuf};

use gongkai::read::pdf::{CharacterSource, Page, Parser, PdfDocument, PdfLimits};

/// The PDF files below a folder of `../shared`, in order; empty, with a notice, where it is absent.
fn files(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(folder);
    let mut files = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "pdf") {
                files.push(path);
            }
        }
    }
    if files.is_empty() {
        eprintln!("skipped: ../shared/{folder} is not here");
    }
    files.sort();
    files
}

fn pages(document: &PdfDocument) -> Vec<Page> {
    let mut reader = document.reader();
    (0..document.page_count()).filter_map(|index| reader.page(index)).collect()
}

/// Compares what both parsers make of a file; `None` if one of them does not open it, or finds damage where only sound files count.
fn differences(path: &Path, limits: &PdfLimits, sound_only: bool) -> Option<Vec<String>> {
    let bytes = fs::read(path).ok()?;
    let one = PdfDocument::open_with(Parser::Lopdf, bytes.clone(), limits)?;
    let other = PdfDocument::open_with(Parser::HayroSyntax, bytes, limits)?;
    if sound_only && !(one.recovery().reasons.is_empty() && other.recovery().reasons.is_empty()) {
        return None;
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (one, other) = (pages(&one), pages(&other));
    let mut wrong = Vec::new();
    if one.len() != other.len() {
        wrong.push(format!("{name}: {} and {} pages", one.len(), other.len()));
    }
    for (one, other) in one.iter().zip(&other) {
        if one != other {
            wrong.push(format!(
                "{name}, page {}: {} and {} glyphs, {} and {} rules, {:?} and {:?}",
                one.number,
                one.glyphs.len(),
                other.glyphs.len(),
                one.rules.len(),
                other.rules.len(),
                one.troubles,
                other.troubles
            ));
        }
    }
    Some(wrong)
}

/// The object layer makes no difference, on samples, publications and broken files alike.
#[test]
fn both_parsers_give_the_same_pages() {
    let mut wrong = Vec::new();
    let mut compared = 0;
    // A small bound: some of the hostile files would take long twice.
    let limits = PdfLimits { page_operators: 200_000, page_items: 100_000, pages: 200, ..PdfLimits::default() };
    for folder in ["samples", "real", "robust"] {
        for path in files(folder) {
            // Broken files are what the choice between the parsers is for: there they may differ.
            if let Some(found) = differences(&path, &limits, folder == "robust") {
                compared += 1;
                wrong.extend(found);
            }
        }
    }
    eprintln!("{compared} files compared");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whatever the file, every page that is counted is accounted for: read, or marked with what went wrong. Nothing panics.
#[test]
fn hostile_files_end_and_every_page_is_accounted_for() {
    for path in files("robust") {
        let Ok(bytes) = fs::read(&path) else { continue };
        let Ok(document) = PdfDocument::open(bytes, &PdfLimits::default()) else { continue };
        let read = pages(&document);
        assert_eq!(read.len(), document.page_count(), "{}", path.display());
        for page in &read {
            assert!(!page.troubles.iter().any(|trouble| trouble.code() == "page_failed"), "{}", path.display());
            let unknown = page.glyphs.iter().filter(|glyph| glyph.source == CharacterSource::Undecodable).count();
            assert_eq!(unknown > 0, page.troubles.iter().any(|trouble| trouble.code() == "text_undecodable"), "{}", path.display());
        }
    }
}
