//! `gongkai inspect FILE.pdf`: what was read on a page, as text, as JSON or drawn over the page.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::json;

use super::args::Inspect;
use super::{Outcome, print, say};
use crate::disclosure;
use crate::read::Limits;
use crate::read::pdf::{CharacterSource, Characters, Direction, Glyph, Page, PageReader, PdfDocument, Rect};
use crate::write::write_file;

pub(super) fn run(arguments: &Inspect, bytes: Vec<u8>, limits: &Limits) -> Outcome {
    let complain = |message: &str| say(&format!("error: {}: {message}", arguments.input.display()));
    if arguments.table.is_some() || arguments.line.is_some() {
        complain("is a PDF, whose cells need no readings to be shown; hint: `--page N` shows the lines and cells of a page");
        return Outcome::Unusable;
    }
    let document = match PdfDocument::open(bytes, &limits.pdf) {
        Ok(document) => document,
        Err(error) => {
            complain(&error.to_string());
            return Outcome::Partial;
        }
    };
    let Some(number) = arguments.page else {
        if arguments.svg.is_some() {
            complain("`--svg` draws one page; hint: say which with `--page N`");
            return Outcome::Unusable;
        }
        return if arguments.json { print(&|out| all_pages(out, &document)) } else { print(&|out| overview(out, &document)) };
    };
    let mut reader = document.reader();
    let page = usize::try_from(number).ok().and_then(|number| number.checked_sub(1)).and_then(|index| reader.page(index));
    let Some(page) = page else {
        complain(&format!("has no page {number}; it has {}", document.page_count()));
        return Outcome::Unusable;
    };
    if let Some(path) = &arguments.svg
        && let Err(error) = write_file(path, drawn(&page).as_bytes())
    {
        complain(&format!("cannot write {}: {error}", path.display()));
        return Outcome::Partial;
    }
    if arguments.json {
        return print(&|out| page_line(out, &page, &reader));
    }
    print(&|out| show(out, &page, &reader))
}

/// Whether an input is a PDF by its first bytes or, where they are junk, by its name.
pub(super) fn is_pdf(arguments: &Inspect, bytes: &[u8]) -> bool {
    let named = arguments.input.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("pdf"));
    named && !bytes.is_empty() || crate::read::is_pdf(bytes)
}

fn overview(out: &mut dyn Write, document: &PdfDocument) -> io::Result<()> {
    let recovery = document.recovery();
    writeln!(out, "read       {} pages, {} objects, by {}", document.page_count(), document.object_count(), recovery.parser.name())?;
    for reason in &recovery.reasons {
        writeln!(out, "because    {}", reason.message())?;
    }
    let mut reader = document.reader();
    let mut sources: BTreeMap<_, usize> = BTreeMap::new();
    for index in 0..document.page_count() {
        let Some(page) = reader.page(index) else { continue };
        for glyph in &page.glyphs {
            *sources.entry(glyph.source).or_default() += 1;
        }
        writeln!(
            out,
            "page {:>5} {:>6.1} × {:<6.1} {:>6} glyphs, {:>5} rules, {:>3} images{}",
            page.number,
            page.width,
            page.height,
            page.glyphs.len(),
            page.rules.len(),
            page.images.len(),
            troubles(&page)
        )?;
    }
    for (source, count) in sources {
        writeln!(out, "from       {:16} {count} glyphs", source.name())?;
    }
    Ok(())
}

fn troubles(page: &Page) -> String {
    page.troubles.iter().fold(String::new(), |mut text, trouble| {
        let _ = write!(text, "; {}", trouble.message());
        text
    })
}

fn show(out: &mut dyn Write, page: &Page, reader: &PageReader<'_>) -> io::Result<()> {
    writeln!(
        out,
        "page {}, {:.2} × {:.2} points, {} glyphs, {} rules, {} images{}",
        page.number,
        page.width,
        page.height,
        page.glyphs.len(),
        page.rules.len(),
        page.images.len(),
        troubles(page)
    )?;
    for word in page.words() {
        let glyph = page.glyphs.get(word.first);
        let (source, font) = glyph.map_or(("", ""), |glyph| (glyph.source.name(), reader.font_name(glyph.font).unwrap_or("")));
        let bounds = word.bounds;
        writeln!(
            out,
            "word  {:>7.2} {:>7.2} {:>7.2} {:>7.2}  {}  [{source}, {font} {:.1}]",
            bounds.x0,
            bounds.y0,
            bounds.x1,
            bounds.y1,
            word.text,
            glyph.map_or(0.0, |glyph| glyph.size)
        )?;
    }
    for rule in &page.rules {
        writeln!(
            out,
            "rule  {:>7.2} {:>7.2} {:>7.2} {:>7.2}  {}, {:.2} thick",
            rule.from.x,
            rule.from.y,
            rule.to.x,
            rule.to.y,
            rule.kind.name(),
            rule.thickness
        )?;
    }
    for image in &page.images {
        let bounds = image.bounds;
        writeln!(
            out,
            "image {:>7.2} {:>7.2} {:>7.2} {:>7.2}  {} × {} pixels",
            bounds.x0, bounds.y0, bounds.x1, bounds.y1, image.width, image.height
        )?;
    }
    super::inspect_layout::show(out, page)
}

/// The document on the first line, then a page a line.
fn all_pages(out: &mut dyn Write, document: &PdfDocument) -> io::Result<()> {
    let head = json!({
        "pages": document.page_count(),
        "objects": document.object_count(),
        "recovery": disclosure::Recovery::from(document.recovery()),
        "diagnostics": document.diagnostics(),
    });
    writeln!(out, "{head}")?;
    let mut reader = document.reader();
    for index in 0..document.page_count() {
        if let Some(page) = reader.page(index) {
            page_line(out, &page, &reader)?;
        }
    }
    Ok(())
}

fn page_line(out: &mut dyn Write, page: &Page, reader: &PageReader<'_>) -> io::Result<()> {
    let troubles = page.troubles.iter().map(|trouble| json!({ "code": trouble.code(), "message": trouble.message() }));
    let rules = page.rules.iter().map(|rule| RuleView {
        from: [rule.from.x, rule.from.y],
        to: [rule.to.x, rule.to.y],
        thickness: rule.thickness,
        colour: rule.colour,
        kind: rule.kind.name(),
    });
    let images = page.images.iter().map(|image| ImageView { bbox: corners(image.bounds), pixels: [image.width, image.height] });
    let view = PageView {
        page: page.number,
        width: page.width,
        height: page.height,
        glyphs: page.glyphs.iter().map(|glyph| glyph_view(glyph, reader)).collect(),
        rules: rules.collect(),
        images: images.collect(),
        troubles: troubles.collect(),
    };
    serde_json::to_writer(&mut *out, &view).map_err(io::Error::other)?;
    writeln!(out)
}

#[derive(Serialize)]
struct PageView<'p> {
    page: u32,
    width: f32,
    height: f32,
    glyphs: Vec<GlyphView<'p>>,
    rules: Vec<RuleView>,
    images: Vec<ImageView>,
    troubles: Vec<serde_json::Value>,
}

#[derive(Serialize)]
struct GlyphView<'p> {
    text: TextView<'p>,
    #[serde(skip_serializing_if = "Option::is_none")]
    original: Option<char>,
    origin: [f32; 2],
    bbox: [f32; 4],
    size: f32,
    source: &'static str,
    font: Option<&'p str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    direction: Option<f32>,
    /// Why it may not be seen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unseen: Vec<&'static str>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum TextView<'p> {
    One(char),
    Many(&'p str),
}

#[derive(Serialize)]
struct RuleView {
    from: [f32; 2],
    to: [f32; 2],
    thickness: f32,
    colour: [u8; 3],
    kind: &'static str,
}

#[derive(Serialize)]
struct ImageView {
    bbox: [f32; 4],
    pixels: [u32; 2],
}

fn corners(bounds: Rect) -> [f32; 4] {
    [bounds.x0, bounds.y0, bounds.x1, bounds.y1]
}

fn glyph_view<'p>(glyph: &'p Glyph, reader: &'p PageReader<'_>) -> GlyphView<'p> {
    let unseen = glyph.visibility;
    let reasons = [
        ("invisible", unseen.invisible),
        ("duplicate", unseen.duplicate),
        ("hidden_layer", unseen.hidden_layer),
        ("outside", unseen.outside),
        ("annotation", unseen.annotation),
    ];
    GlyphView {
        text: match &glyph.text {
            Characters::One(character) => TextView::One(*character),
            Characters::Many(text) => TextView::Many(text),
        },
        original: glyph.original,
        origin: [glyph.origin.x, glyph.origin.y],
        bbox: corners(glyph.bounds),
        size: glyph.size,
        source: glyph.source.name(),
        font: reader.font_name(glyph.font),
        direction: (glyph.direction != Direction::Right).then(|| glyph.direction.degrees()),
        unseen: reasons.into_iter().filter(|&(_, is_set)| is_set).map(|(name, _)| name).collect(),
    }
}

/// The page as it was read: boxes and characters of glyphs, words, rules, images; undecodable glyphs in red, unseen ones pale.
fn drawn(page: &Page) -> String {
    let mut svg = String::new();
    let _ = writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}pt\" height=\"{1}pt\" viewBox=\"0 0 {0} {1}\">\n\
         <style>rect{{fill:none;stroke-width:.2}} .glyph{{stroke:#9bd}} .unknown{{stroke:#c00;fill:#fcc}} .unseen{{opacity:.35}}\
         .word{{stroke:#4a4;stroke-width:.35}} .image{{stroke:#c80;stroke-dasharray:3 2;stroke-width:.8}}\
         line{{stroke:#d33;stroke-linecap:round;opacity:.8}} text{{font-family:'Noto Sans CJK SC','Microsoft YaHei',SimSun,sans-serif}}</style>\n\
         <rect width=\"{0}\" height=\"{1}\" style=\"fill:#fff;stroke:#888\"/>",
        page.width, page.height
    );
    for image in &page.images {
        rectangle(&mut svg, image.bounds, "image");
    }
    for rule in &page.rules {
        let _ = writeln!(
            svg,
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke-width=\"{}\"/>",
            rule.from.x,
            rule.from.y,
            rule.to.x,
            rule.to.y,
            rule.thickness.clamp(0.3, 3.0)
        );
    }
    for glyph in &page.glyphs {
        let unknown = glyph.source == CharacterSource::Undecodable;
        let class = match (unknown, glyph.is_visible()) {
            (true, _) => "unknown",
            (false, true) => "glyph",
            (false, false) => "glyph unseen",
        };
        rectangle(&mut svg, glyph.bounds, class);
        let mut text = String::new();
        glyph.text.push_to(&mut text);
        if text.trim().is_empty() || unknown {
            continue;
        }
        // In vertical writing glyphs stand upright.
        let upright = glyph.direction == Direction::Down && glyph.bounds.x1 > glyph.origin.x + 0.01;
        let turn = if upright { 0.0 } else { glyph.direction.degrees() };
        let _ = write!(svg, "<text font-size=\"{:.2}\"{}", glyph.size, if glyph.is_visible() { "" } else { " class=\"unseen\"" });
        let _ = if turn == 0.0 {
            write!(svg, " x=\"{:.2}\" y=\"{:.2}\">", glyph.origin.x, glyph.origin.y)
        } else {
            write!(svg, " transform=\"translate({:.2} {:.2}) rotate({turn})\">", glyph.origin.x, glyph.origin.y)
        };
        let _ = writeln!(svg, "{}</text>", escaped(&text));
    }
    for word in page.words() {
        rectangle(&mut svg, word.bounds, "word");
    }
    super::inspect_layout::draw(&mut svg, page);
    svg.push_str("</svg>\n");
    svg
}

fn rectangle(svg: &mut String, bounds: Rect, class: &str) {
    let _ = writeln!(
        svg,
        "<rect class=\"{class}\" x=\"{:.2}\" y=\"{:.2}\" width=\"{:.2}\" height=\"{:.2}\"/>",
        bounds.x0,
        bounds.y0,
        (bounds.x1 - bounds.x0).max(0.0),
        (bounds.y1 - bounds.y0).max(0.0)
    );
}

/// Text in XML: markup escaped, what XML forbids left out.
pub(super) fn escaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => result.push_str("&lt;"),
            '>' => result.push_str("&gt;"),
            '&' => result.push_str("&amp;"),
            '\u{0}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => result.push(' '),
            other => result.push(other),
        }
    }
    result
}
