//! Files that are made to exhaust a reader: each ends at a documented bound, which the page or the file tells; what comes before
//! it is kept.

#![expect(clippy::expect_used, reason = "a test that cannot go on stops")]

use std::fmt::Write as _;
use std::io::Write as _;

use gongkai::InputError;
use gongkai::read::pdf::{Limit, Page, PdfDocument, PdfLimits, Trouble};

/// A file of numbered objects; the first is the catalog.
fn file(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        places.push(bytes.len());
        bytes.extend_from_slice(format!("{} 0 obj\n", index + 1).as_bytes());
        bytes.extend_from_slice(object);
        bytes.extend_from_slice(b"\nendobj\n");
    }
    let start = bytes.len();
    let mut end = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for place in places {
        let _ = writeln!(end, "{place:010} 00000 n ");
    }
    let _ = write!(end, "trailer\n<</Size {}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    bytes.extend_from_slice(end.as_bytes());
    bytes
}

fn stream(dictionary: &str, data: &[u8]) -> Vec<u8> {
    let mut object = format!("<<{dictionary}/Length {}>>\nstream\n", data.len()).into_bytes();
    object.extend_from_slice(data);
    object.extend_from_slice(b"\nendstream");
    object
}

/// One page that shows `content` with the font `F` and the forms given, objects 6 and on.
fn page_with(content: Vec<u8>, forms: Vec<Vec<u8>>) -> Vec<u8> {
    let names: String = (0..forms.len()).fold(String::new(), |mut names, index| {
        let _ = write!(names, "/X{index} {} 0 R", index + 6);
        names
    });
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 600 800]>>".to_vec(),
        format!("<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R>>/XObject<<{names}>>>>>>").into_bytes(),
        content,
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_vec(),
    ];
    objects.extend(forms);
    file(&objects)
}

fn text(page: &Page) -> String {
    page.glyphs.iter().fold(String::new(), |mut text, glyph| {
        glyph.text.push_to(&mut text);
        text
    })
}

fn read(bytes: Vec<u8>, limits: &PdfLimits) -> Page {
    let document = PdfDocument::open(bytes, limits).expect("opens");
    document.reader().page(0).expect("has a page")
}

fn limit_of(page: &Page) -> Option<Limit> {
    page.troubles.iter().find_map(|trouble| if let Trouble::Limit(limit) = trouble { Some(*limit) } else { None })
}

const FORM: &str = "/Type/XObject/Subtype/Form/BBox[0 0 600 800]";
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
