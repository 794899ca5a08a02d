//! Whole files: opened, and every page read, within small limits.
#![no_main]

use std::time::Duration;

use gongkai::read::pdf::{PdfDocument, PdfLimits};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let limits = PdfLimits {
        pages: 50,
        stream_bytes: 1 << 20,
        page_bytes: 4 << 20,
        page_operators: 50_000,
        page_items: 50_000,
        page_form_calls: 100,
        file_bytes_unpacked: 64 << 20,
        file_operators: 500_000,
        page_time: Duration::from_secs(2),
        file_time: Duration::from_secs(5),
        ..PdfLimits::default()
    };
    if let Ok(document) = PdfDocument::open(data.to_vec(), &limits) {
        let mut reader = document.reader();
        for index in 0..document.page_count() {
            let page = reader.page(index).expect("a page for every page counted");
            // A panic inside a parser is caught in the product; here it is a finding.
            assert!(!page.troubles.iter().any(|trouble| trouble.code() == "page_failed"), "panicked");
            let _ = page.words();
        }
    }
});
