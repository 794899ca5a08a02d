//! What reviews found in the PDF reader, each as the smallest page that shows it.

mod small_pdf;

use gongkai::read::pdf::{CharacterSource, Page, Parser, PdfDocument, PdfLimits, RecoveryReason, RuleKind, Trouble};

use small_pdf::{FORM, page_with, read, stream, text};

fn page(content: &str) -> Page {
    page_of_bytes(content.as_bytes())
}

fn page_of_bytes(content: &[u8]) -> Page {
    read(page_with(stream("", content), Vec::new()), &PdfLimits::default())
}

/// The text that a reader of the page sees.
fn seen(page: &Page) -> String {
    page.words().into_iter().map(|word| word.text).collect()
}

#[test]
fn an_inline_image_ends_where_it_says_whatever_follows() {
    let mut content = b"BI /W 1 /H 1 /BPC 8 /CS /G ID x\nEI BT /F 9 Tf 50 700 Td (".to_vec();
    content.extend([0xC1, 0xC1]);
    content.extend(b") Tj 0 -20 Td (REST) Tj ET");
    assert_eq!(text(&page_of_bytes(&content)), "``REST");
    // Without an end it is told, and nothing is made up of it.
    let open = page("BT /F 9 Tf 50 700 Td (A) Tj ET BI /W 9 /H 9 /BPC 8 /CS /G ID xxxx");
    assert_eq!(text(&open), "A");
    assert!(open.troubles.contains(&Trouble::BrokenStream { what: "inline image" }));
}

#[test]
fn text_is_a_duplicate_only_of_text_that_can_be_seen() {
    assert_eq!(seen(&page("BT /F 9 Tf 3 Tr 50 700 Td (1234) Tj ET BT /F 9 Tf 0 Tr 50 700 Td (1234) Tj ET")), "1234");
    assert_eq!(seen(&page("q 0 0 9 9 re W n BT /F 9 Tf 50 700 Td (1234) Tj ET Q BT /F 9 Tf 50 700 Td (1234) Tj ET")), "1234");
    assert_eq!(seen(&page("BT /F 9 Tf 50 700 Td (1234) Tj ET BT /F 9 Tf 50.2 700 Td (1234) Tj ET")), "1234");
}

#[test]
fn a_replacement_that_cannot_be_text_replaces_nothing() {
    let marked = |text: &str| page(&format!("/Span <</ActualText {text}>> BDC BT /F 9 Tf 50 700 Td (A) Tj ET EMC"));
    for nonsense in ["<FEFFFFFD>", "<FEFFE001>", "<FEFF0000>", "()"] {
        let page = marked(nonsense);
        assert_eq!((text(&page).as_str(), page.glyphs[0].source), ("A", CharacterSource::GlyphName), "{nonsense}");
    }
    // Byte 128 of PDFDocEncoding is a bullet.
    assert_eq!(text(&marked(r"(\200)")), "•");
    assert_eq!(text(&marked("<FEFF6237>")), "户");
    // A replacement that only spaces tell from the glyphs leaves each glyph at its place.
    let words = page("/Span <</ActualText (ON E)>> BDC BT /F 9 Tf 50 700 Td (ONE) Tj ET EMC");
    assert_eq!((text(&words).as_str(), words.glyphs.len()), ("ONE", 3));
}

#[test]
fn the_colour_space_is_saved_and_restored() {
    // After `Q`, `1 scn` is a pattern's again, not the white of `g`.
    assert_eq!(page("/Pattern cs q 0 g Q 1 scn 50 700 100 0.5 re f").rules.len(), 1);
    assert_eq!(page("/DeviceGray cs 1 scn 50 700 100 0.5 re f").rules.len(), 0);
}

#[test]
fn frames_mitred_borders_and_lines_beside_curves_are_lines() {
    let kinds = |content: &str| page(content).rules.iter().map(|rule| rule.kind).collect::<Vec<_>>();
    // Two boxes filled at once, even-odd: the frame between them.
    assert_eq!(kinds("50 700 100 50 re 50.5 700.5 99 49 re f*"), [RuleKind::ThinFill; 4]);
    // A border whose ends are cut at 45 degrees.
    assert_eq!(kinds("50 700 m 150 700 l 149 701 l 51 701 l h f"), [RuleKind::ThinFill]);
    // A box with one round corner keeps its straight sides.
    assert_eq!(kinds("50 700 m 150 700 l 150 740 l 150 745 145 750 140 750 c 50 750 l h S").len(), 4);
}

#[test]
fn white_lines_count_where_something_coloured_lies_beneath() {
    assert_eq!(page("1 G 50 700 m 150 700 l S").rules.len(), 0);
    assert_eq!(page("0 0 1 rg 40 600 200 200 re f 1 G 50 700 m 150 700 l S").rules.len(), 1);
    assert_eq!(page("0 0 1 rg 40 600 200 200 re f 1 g 45 690 150 20 re f 1 G 50 700 m 150 700 l S").rules.len(), 0);
}

#[test]
fn operands_before_those_of_an_operator_do_not_matter() {
    assert_eq!(text(&page("BT /F 9 Tf 12 TL 50 700 Td (ONE) Tj 9 0 0 (TWO) \" ET")), "ONETWO");
}

#[test]
fn an_operator_inside_an_array_is_junk() {
    let junk = page("BT /F 9 Tf 50 700 Td [(ON) foo (E)] TJ ET");
    assert_eq!((text(&junk).as_str(), junk.troubles.as_slice()), ("ONE", &[Trouble::OperatorInArray][..]));
}

#[test]
fn what_a_page_refers_to_and_is_not_there_is_told() {
    let form = stream(FORM, b"BT /G 9 Tf (X) Tj ET");
    let page = read(page_with(stream("", b"/X0 Do /X9 Do"), vec![form]), &PdfLimits::default());
    let missing = |what, name: &str| Trouble::MissingResource { what, name: name.to_owned() };
    assert!(page.troubles.contains(&missing("font", "G")) && page.troubles.contains(&missing("XObject", "X9")), "{:?}", page.troubles);
    assert_eq!((page.glyphs.len(), page.glyphs[0].source), (1, CharacterSource::Undecodable));
}

#[test]
fn a_page_that_does_not_say_how_large_it_is_is_told() {
    let bytes = page_with(stream("", b"BT /F 9 Tf 50 700 Td (A) Tj ET"), Vec::new());
    let lying = String::from_utf8_lossy(&bytes).replace("[0 0 600 800]", "[0 0 --6 0x0]").into_bytes();
    let page = read(lying, &PdfLimits::default());
    assert!(page.troubles.contains(&Trouble::SizeUnknown));
    assert_eq!((text(&page).as_str(), page.width, page.height), ("A", 612.0, 792.0));
}

/// An update that frees an object takes it off the page; the lazy parser alone would show it still.
#[test]
fn what_an_update_has_freed_is_not_shown() {
    let mut bytes = page_with(stream("/StructTreeRoot 99 0 R", b"BT /F 9 Tf 50 700 Td (DELETED) Tj ET"), Vec::new());
    let before = String::from_utf8_lossy(&bytes).rfind("startxref\n").unwrap_or_default();
    let table: String = String::from_utf8_lossy(&bytes[before + 10..]).lines().next().unwrap_or_default().to_owned();
    let start = bytes.len();
    bytes.extend_from_slice(
        format!("xref\n0 1\n0000000004 65535 f \n4 1\n0000000000 00001 f \ntrailer\n<</Size 6/Root 1 0 R/Prev {table}>>\nstartxref\n{start}\n%%EOF\n")
            .as_bytes(),
    );
    let page = read(bytes, &PdfLimits::default());
    assert_eq!((text(&page).as_str(), page.troubles.as_slice()), ("", &[][..]));
}

/// The lazy parser mends a cross-reference table without a word; the result says it all the same.
#[test]
fn a_mended_table_is_told_whichever_parser_mends_it() {
    let bytes = page_with(stream("/StructTreeRoot 99 0 R", b"BT /F 9 Tf 50 700 Td (A) Tj ET"), Vec::new());
    let place = bytes.windows(9).rposition(|window| window == b"startxref").unwrap_or_default();
    let mut broken = bytes[..place].to_vec();
    broken.extend_from_slice(b"startxref\n7\n%%EOF\n");
    for (file, expected) in [(bytes, false), (broken, true)] {
        let document = PdfDocument::open(file, &PdfLimits::default()).expect("opens");
        assert_eq!(document.recovery().parser, Parser::HayroSyntax);
        assert_eq!(document.recovery().reasons.contains(&RecoveryReason::CrossReferenceMended), expected);
    }
}
