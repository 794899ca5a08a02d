//! Every kind of PDF that disclosures come in, made small by `made_pdf`: characters, places and lines exactly as its arithmetic
//! says, by either parser.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on stops")]

mod made_pdf;

use gongkai::InputError;
use gongkai::read::pdf::{CharacterSource, Page, Parser, PdfDocument, PdfLimits, Rule};

use made_pdf::{Made, MadePage};

/// Points by which a place may differ.
const NEAR: f64 = 0.05;

fn pages(document: &PdfDocument) -> Vec<Page> {
    let mut reader = document.reader();
    (0..document.page_count()).filter_map(|index| reader.page(index)).collect()
}

fn kind(name: &str) -> Made {
    made_pdf::kinds().into_iter().find(|made| made.name == name).unwrap_or_else(|| panic!("no kind {name}"))
}

/// The sources of the characters of a kind, each once.
fn sources(name: &str) -> Vec<CharacterSource> {
    let document = PdfDocument::open(kind(name).bytes, &PdfLimits::default()).expect("opens");
    let mut sources: Vec<_> = pages(&document).iter().flat_map(|page| page.glyphs.iter().map(|glyph| glyph.source)).collect();
    sources.sort_unstable();
    sources.dedup();
    sources
}

fn differences(name: &str, expected: &[MadePage], read: &[Page]) -> Vec<String> {
    let mut wrong = Vec::new();
    if expected.len() != read.len() {
        wrong.push(format!("{name}: {} pages, expected {}", read.len(), expected.len()));
    }
    for (expected, page) in expected.iter().zip(read) {
        let at = format!("{name}, page {}", page.number);
        if (f64::from(page.width) - expected.width).abs() > NEAR || (f64::from(page.height) - expected.height).abs() > NEAR {
            wrong.push(format!("{at}: {} × {}, expected {} × {}", page.width, page.height, expected.width, expected.height));
        }
        if page.glyphs.len() != expected.glyphs.len() {
            wrong.push(format!("{at}: {} glyphs, expected {}", page.glyphs.len(), expected.glyphs.len()));
        }
        for (index, (made, glyph)) in expected.glyphs.iter().zip(&page.glyphs).enumerate() {
            let mut text = String::new();
            glyph.text.push_to(&mut text);
            let (dx, dy) = (f64::from(glyph.origin.x) - made.x, f64::from(glyph.origin.y) - made.y);
            if text != made.text || dx.abs() > NEAR || dy.abs() > NEAR {
                wrong.push(format!("{at}, glyph {index}: {text:?} off by {dx:.3} {dy:.3}, expected {:?}, {:?}", made.text, glyph.source));
                if wrong.len() > 5 {
                    return wrong;
                }
            }
        }
        if !expected.rules.is_empty() {
            let read: Vec<[f64; 4]> = page.rules.iter().map(ends).collect();
            let same = |one: &[f64; 4], other: &[f64; 4]| one.iter().zip(other).all(|(one, other)| (one - other).abs() < NEAR);
            if read.len() != expected.rules.len() || !read.iter().zip(&expected.rules).all(|(one, other)| same(one, other)) {
                wrong.push(format!("{at}: rules {read:.1?}, expected {:.1?}", expected.rules));
            }
        }
    }
    wrong
}

/// The ends of a rule, the smaller coordinates first.
fn ends(rule: &Rule) -> [f64; 4] {
    let (from, to) = (rule.from, rule.to);
    [from.x.min(to.x), from.y.min(to.y), from.x.max(to.x), from.y.max(to.y)].map(f64::from)
}

#[test]
fn every_kind_is_read_as_it_was_made() {
    let mut wrong = Vec::new();
    for made in made_pdf::kinds() {
        if made.pages.is_empty() {
            continue;
        }
        match PdfDocument::open(made.bytes, &PdfLimits::default()) {
            Ok(document) => wrong.extend(differences(made.name, &made.pages, &pages(&document))),
            Err(error) => wrong.push(format!("{}: {error}", made.name)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The object layer makes no difference: whatever both parsers can open, they read alike.
#[test]
fn both_parsers_give_the_same_pages() {
    let mut compared = 0;
    for made in made_pdf::kinds() {
        let open = |parser| PdfDocument::open_with(parser, made.bytes.clone(), &PdfLimits::default());
        let (Some(one), Some(other)) = (open(Parser::Lopdf), open(Parser::HayroSyntax)) else { continue };
        // Damaged files are what the choice between parsers is for.
        if one.recovery().reasons.is_empty() && other.recovery().reasons.is_empty() {
            assert_eq!(pages(&one), pages(&other), "{}", made.name);
            compared += 1;
        }
    }
    assert!(compared > 20, "{compared}");
}

#[test]
fn a_character_says_where_it_came_from() {
    assert_eq!(sources("type3-actualtext").first(), Some(&CharacterSource::ActualText));
    assert_eq!(sources("truetype-identity"), [CharacterSource::ToUnicode]);
    assert_eq!(sources("unigb-ucs2"), [CharacterSource::UnicodeCMap]);
    assert_eq!(sources("gbk-euc"), [CharacterSource::PredefinedCMap]);
    assert_eq!(sources("identity-gb1"), [CharacterSource::CidTable]);
    assert_eq!(sources("truetype-identity-no-tounicode"), [CharacterSource::EmbeddedFont]);
    assert_eq!(sources("differences"), [CharacterSource::GlyphName]);
    assert!(sources("gbk-in-simple-font").contains(&CharacterSource::GbkRescue));
    assert_eq!(sources("truetype-no-tounicode"), [CharacterSource::Undecodable]);
}

#[test]
fn a_file_with_a_password_is_refused_with_its_reason() {
    let opened = PdfDocument::open(kind("needs-password").bytes, &PdfLimits::default());
    assert!(matches!(opened.map(|_| ()), Err(InputError::PasswordNeeded)));
}

#[test]
fn damage_is_told() {
    for name in ["no-xref", "junk-before-header", "offsets-shifted", "xref-wrong-for-contents", "object-streams-bad-startxref"] {
        let document = PdfDocument::open(kind(name).bytes, &PdfLimits::default()).expect("opens");
        assert!(!document.recovery().reasons.is_empty() || name == "junk-before-header", "{name}");
        assert_eq!(document.diagnostics().is_empty(), document.recovery().reasons.is_empty(), "{name}");
    }
    let sound = PdfDocument::open(kind("truetype-identity").bytes, &PdfLimits::default()).expect("opens");
    assert_eq!((sound.recovery().parser, sound.recovery().reasons.len()), (Parser::Lopdf, 0));
}

#[test]
fn unseen_text_is_marked_and_kept() {
    let read = |name: &str| pages(&PdfDocument::open(kind(name).bytes, &PdfLimits::default()).expect("opens")).remove(0);
    assert!(read("invisible-text").glyphs.iter().any(|glyph| glyph.visibility.invisible));
    let bold = read("bold-by-double-print");
    let twice = bold.glyphs.iter().filter(|glyph| glyph.visibility.duplicate).count();
    // All but `1,234.56` is printed twice.
    assert_eq!(twice * 2, bold.glyphs.len() - "1,234.56".len());
}
