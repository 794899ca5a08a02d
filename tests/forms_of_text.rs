//! The same disclosure in other encodings and other dress gives the same tables.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop")]

mod common;

use common::{convert, sample};
use gongkai::disclosure::{Disclosure, TextLayer};

fn korla() -> String {
    String::from_utf8(sample("korla-2024.txt")).expect("UTF-8")
}

fn assert_same_tables(bytes: &[u8], encoding: &str) -> Disclosure {
    let disclosure = convert(bytes);
    assert_eq!(disclosure.source.encoding.as_deref(), Some(encoding));
    assert_eq!(disclosure.source.text_layer, TextLayer::PlainText);
    assert!(disclosure.tables == convert(&sample("korla-2024.txt")).tables, "the tables differ");
    disclosure
}

#[test]
fn in_the_encodings_of_the_field() {
    let (gb18030, ..) = encoding_rs::GB18030.encode(Box::leak(korla().into_boxed_str()));
    assert_same_tables(&gb18030, "gb18030");
    let utf_16: Vec<u8> = korla().encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_same_tables(&utf_16, "UTF-16LE");
    assert_same_tables(&[b"\xef\xbb\xbf", korla().as_bytes()].concat(), "UTF-8");
}

#[test]
fn with_other_line_ends() {
    assert_same_tables(korla().replace('\n', "\r\n").as_bytes(), "UTF-8");
}

#[test]
fn as_markdown_tables() {
    let markdown: Vec<String> = korla()
        .lines()
        .map(|line| if line.contains('\t') { format!("| {} |", line.replace('\t', " | ")) } else { line.to_owned() })
        .collect();
    assert_same_tables(markdown.join("\n").as_bytes(), "UTF-8");
}

#[test]
fn with_full_width_digits_and_spaces() {
    let wide: String = korla()
        .chars()
        .map(|c| match c {
            '0'..='9' => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
            ' ' => '\u{3000}',
            _ => c,
        })
        .collect();
    assert_same_tables(wide.as_bytes(), "UTF-8");
}

#[test]
fn two_disclosures_in_one_file_stay_apart() {
    let twice = korla().repeat(2);
    let disclosure = convert(twice.as_bytes());
    let once = convert(&sample("korla-2024.txt"));
    let numbers: Vec<_> = disclosure.tables.iter().map(|table| (table.number, table.rows.len())).collect();
    let expected: Vec<_> = once.tables.iter().map(|table| (table.number, table.rows.len())).collect();
    assert_eq!(numbers, expected.repeat(2));
}
