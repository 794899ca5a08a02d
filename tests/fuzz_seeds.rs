//! Seeds for the fuzz targets in `fuzz/`, out of the made files; and every input that fuzzing found, read again.

mod made_pdf;

use std::fs;
use std::path::Path;

use gongkai::read::pdf::internals::{CMap, Tokenizer, font_program};
use gongkai::read::pdf::{PdfDocument, PdfLimits};

/// Writes the seeds: `GONGKAI_FUZZ_SEEDS=fuzz/corpus cargo test --test fuzz_seeds`.
#[test]
fn seeds_are_written_on_demand() {
    let Ok(folder) = std::env::var("GONGKAI_FUZZ_SEEDS") else { return };
    let folder = Path::new(&folder);
    for target in ["file", "tokenizer", "cmap", "font"] {
        fs::create_dir_all(folder.join(target)).expect("a folder");
    }
    for made in made_pdf::kinds() {
        fs::write(folder.join("file").join(made.name), &made.bytes).expect("written");
        // The made files do not pack content and maps.
        for (index, stream) in streams(&made.bytes).into_iter().enumerate() {
            let target = if find(stream, b"begincmap").is_some() { "cmap" } else { "tokenizer" };
            fs::write(folder.join(target).join(format!("{}-{index}", made.name)), stream).expect("written");
        }
    }
    for (name, font) in made_pdf::fonts() {
        fs::write(folder.join("font").join(name), font).expect("written");
    }
}

fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    text.windows(needle.len()).position(|window| window == needle)
}

/// What stands between `stream` and `endstream`.
fn streams(file: &[u8]) -> Vec<&[u8]> {
    let mut rest = file;
    let mut streams = Vec::new();
    while let Some(start) = find(rest, b"stream\n") {
        let data = rest.get(start + 7..).unwrap_or_default();
        let Some(end) = find(data, b"endstream") else { break };
        streams.extend(data.get(..end));
        rest = data.get(end + 9..).unwrap_or_default();
    }
    streams
}

/// The made files, cut off and with bytes changed here and there, on every run: whatever opens has every page read.
#[test]
fn made_files_that_are_damaged_are_read_without_a_panic() {
    let mut opened = 0;
    for made in made_pdf::kinds() {
        for step in 1..12_usize {
            let mut cut = made.bytes.clone();
            cut.truncate(cut.len() * step / 12);
            let mut changed = made.bytes.clone();
            let length = changed.len();
            for index in (step * 7..length).step_by(211 + step) {
                if let Some(byte) = changed.get_mut(index) {
                    *byte ^= 0x15;
                }
            }
            for bytes in [cut, changed] {
                let Ok(document) = PdfDocument::open(bytes, &PdfLimits::default()) else { continue };
                opened += 1;
                let mut reader = document.reader();
                for page in (0..document.page_count()).map(|index| reader.page(index)) {
                    let page = page.expect("a page for every page counted");
                    assert!(!page.troubles.iter().any(|trouble| trouble.code() == "page_failed"), "{}", made.name);
                }
            }
        }
    }
    assert!(opened > 200, "{opened}");
}

/// What fuzzing found lies in `tests/found/TARGET`; none of it may panic or go on for ever again.
#[test]
fn what_fuzzing_found_is_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/found");
    let inputs = |target: &str| {
        let entries = fs::read_dir(folder.join(target)).into_iter().flatten().flatten();
        entries.map(|entry| fs::read(entry.path()).expect("read")).collect::<Vec<_>>()
    };
    for data in inputs("tokenizer") {
        assert!(Tokenizer::new(&data).count() <= data.len());
    }
    for data in inputs("cmap") {
        let _ = CMap::parse(&data).characters(0);
    }
    for data in inputs("font") {
        let _ = font_program(&data);
    }
    for data in inputs("file") {
        if let Ok(document) = PdfDocument::open(data, &PdfLimits::default()) {
            let mut reader = document.reader();
            for index in 0..document.page_count() {
                let page = reader.page(index).expect("a page for every page counted");
                assert!(!page.troubles.iter().any(|trouble| trouble.code() == "page_failed"));
            }
        }
    }
}
