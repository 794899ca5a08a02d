//! Files that are made to exhaust a reader: each ends at a documented bound, which the page or the file tells; what comes before
//! it is kept.

#![expect(clippy::expect_used, reason = "a test that cannot go on stops")]

mod small_pdf;

use std::io::Write as _;

use gongkai::InputError;
use gongkai::read::pdf::{Limit, Page, PdfDocument, PdfLimits, Trouble};

use small_pdf::{FORM, file, page_with, read, stream, text};

fn limit_of(page: &Page) -> Option<Limit> {
    page.troubles.iter().find_map(|trouble| if let Trouble::Limit(limit) = trouble { Some(*limit) } else { None })
}

const BEFORE: &str = "BT /F 10 Tf 50 700 Td (before) Tj ET ";
const AFTER: &str = " BT /F 10 Tf 50 600 Td (after) Tj ET";

fn deflated(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(data).expect("to memory");
    encoder.finish().expect("to memory")
}

#[test]
fn a_form_that_calls_itself_is_run_once() {
    let form = stream(FORM, b"/X0 Do /X0 Do BT /F 10 Tf 50 650 Td (form) Tj ET");
    let page = read(page_with(stream("", format!("{BEFORE}/X0 Do{AFTER}").as_bytes()), vec![form]), &PdfLimits::default());
    assert_eq!(text(&page), "beforeformafter");
    assert!(page.troubles.contains(&Trouble::SelfCall), "{:?}", page.troubles);
}

#[test]
fn forms_that_double_with_every_level_end_at_a_bound() {
    let forms = (0..40).map(|index| stream(FORM, format!("/X{0} Do /X{0} Do", index + 1).as_bytes())).collect();
    let page = read(page_with(stream("", format!("{BEFORE}/X0 Do{AFTER}").as_bytes()), forms), &PdfLimits::default());
    assert!(matches!(limit_of(&page), Some(Limit::FormDepth | Limit::PageFormCalls)), "{:?}", page.troubles);
    assert_eq!(text(&page), "before");
    // Without the bound on depth, that on calls holds.
    let forms = (0..20).map(|index| stream(FORM, format!("/X{0} Do /X{0} Do", index + 1).as_bytes())).collect();
    let page = read(page_with(stream("", format!("{BEFORE}/X0 Do{AFTER}").as_bytes()), forms), &PdfLimits::default());
    assert_eq!(limit_of(&page), Some(Limit::PageFormCalls));
}

#[test]
fn a_stream_that_unpacks_to_too_much_is_told_and_left_out() {
    let content = deflated(&deflated(&vec![b' '; 8 << 20]));
    let bytes = page_with(stream("/Filter[/FlateDecode/FlateDecode]", &content), Vec::new());
    let limits = PdfLimits { stream_bytes: 1 << 20, ..PdfLimits::default() };
    assert_eq!(limit_of(&read(bytes.clone(), &limits)), Some(Limit::StreamBytes));
    assert_eq!(limit_of(&read(bytes, &PdfLimits::default())), None);
}

#[test]
fn too_many_operators_operands_or_glyphs_are_told_and_what_was_read_is_kept() {
    let many = format!("{BEFORE}{}{AFTER}", "0 0 m ".repeat(5_000));
    let limits = PdfLimits { page_operators: 1_000, ..PdfLimits::default() };
    let page = read(page_with(stream("", many.as_bytes()), Vec::new()), &limits);
    assert_eq!((limit_of(&page), text(&page).as_str()), (Some(Limit::PageOperators), "before"));

    let long = format!("{BEFORE}{} m{AFTER}", "1 ".repeat(5_000));
    let limits = PdfLimits { operands: 1_000, ..PdfLimits::default() };
    let page = read(page_with(stream("", long.as_bytes()), Vec::new()), &limits);
    assert_eq!((limit_of(&page), text(&page).as_str()), (Some(Limit::Operands), "before"));

    let wordy = format!("BT /F 10 Tf {} ET{AFTER}", "(0123456789) Tj ".repeat(100));
    let limits = PdfLimits { page_items: 500, ..PdfLimits::default() };
    let page = read(page_with(stream("", wordy.as_bytes()), Vec::new()), &limits);
    assert_eq!(limit_of(&page), Some(Limit::PageItems));
    assert!(!text(&page).contains("after"));
}

#[test]
fn one_string_is_bounded_too() {
    let content = format!("BT /F 10 Tf ({}) Tj ET", "1".repeat(5_000));
    let limits = PdfLimits { page_items: 500, ..PdfLimits::default() };
    let page = read(page_with(stream("", content.as_bytes()), Vec::new()), &limits);
    assert_eq!((limit_of(&page), page.glyphs.len()), (Some(Limit::PageItems), 500));
}

#[test]
fn object_streams_that_unpack_to_too_much_are_refused_before_a_parser_unpacks_them() {
    let packed = deflated(&vec![b'0'; 20 << 20]);
    let objects = [
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[]/Count 0>>".to_vec(),
        stream(&format!("/Type/ObjStm/N 1/First 10/Pad({})/Filter/FlateDecode", "x".repeat(5_000)), &packed),
    ];
    let error = PdfDocument::open(file(&objects), &PdfLimits::default()).map(|_| ()).expect_err("refused");
    assert!(matches!(&error, InputError::BrokenPdf { cause } if cause.contains("object streams")), "{error}");
}

#[test]
fn a_file_that_has_used_up_its_share_says_so_on_every_page_after() {
    let kids: String = (5..25).fold(String::new(), |kids, number| kids + &format!("{number} 0 R "));
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        format!("<</Type/Pages/Kids[{kids}]/Count 20/MediaBox[0 0 600 800]>>").into_bytes(),
        stream("/Filter/FlateDecode", &deflated(&vec![b' '; 100_000])),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_vec(),
    ];
    objects.extend((0..20).map(|_| b"<</Type/Page/Parent 2 0 R/Contents 3 0 R>>".to_vec()));
    let limits = PdfLimits { file_bytes_unpacked: 1_000_000, ..PdfLimits::default() };
    let document = PdfDocument::open(file(&objects), &limits).expect("opens");
    let mut reader = document.reader();
    let limited = (0..20).filter_map(|index| reader.page(index)).filter(|page| limit_of(page) == Some(Limit::FileBytes)).count();
    assert_eq!(limited, 10, "ten pages of 100,000 bytes fit");
}

#[test]
fn a_page_tree_that_bites_its_tail_ends() {
    let objects = |kids: &str| {
        vec![
            b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
            format!("<</Type/Pages/Kids[{kids}]/Count 2/MediaBox[0 0 600 800]>>").into_bytes(),
            b"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>".to_vec(),
            stream("", b" "),
        ]
    };
    let document = PdfDocument::open(file(&objects("3 0 R 2 0 R 3 0 R")), &PdfLimits::default()).expect("opens");
    assert_eq!(document.page_count(), 1);
    let told: Vec<_> = document.diagnostics().iter().map(|diagnostic| diagnostic.code.to_string()).collect();
    assert!(told.contains(&"page_tree_repeats".to_owned()) && told.contains(&"pdf_recovered".to_owned()), "{told:?}");
    // Only itself: no page at all, which is an error with its cause.
    let error = PdfDocument::open(file(&objects("2 0 R")[..2]), &PdfLimits::default()).map(|_| ()).expect_err("no page");
    assert!(matches!(&error, InputError::BrokenPdf { cause } if cause.contains("no pages")), "{error}");
}

#[test]
fn more_pages_than_the_bound_are_told() {
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        format!(
            "<</Type/Pages/Kids[{}]/Count 30/MediaBox[0 0 600 800]>>",
            (3..33).fold(String::new(), |kids, number| kids + &format!("{number} 0 R "))
        )
        .into_bytes(),
    ];
    objects.extend((0..30).map(|_| b"<</Type/Page/Parent 2 0 R>>".to_vec()));
    let document = PdfDocument::open(file(&objects), &PdfLimits { pages: 10, ..PdfLimits::default() }).expect("opens");
    assert_eq!(document.page_count(), 10);
    assert!(document.diagnostics().iter().any(|diagnostic| &*diagnostic.code == "page_limit_reached"));
}
