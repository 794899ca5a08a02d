//! Pages → one document: lines and grids in reading order, running heads marked.

use super::furniture::{Edges, RunningHeads};
use super::{Block, PageLayout, page};
use crate::disclosure::{Diagnostic, Severity, TextLayer, Where};
use crate::error::InputError;
use crate::read::pdf::{Page, PdfDocument};
use crate::read::{Cell, Document, Line, LineKind};

/// Lays out all pages of a PDF.
///
/// # Errors
/// No page has any text: they are pictures.
pub fn document(pdf: &PdfDocument) -> Result<Document, InputError> {
    let mut document = Document {
        lines: Vec::new(),
        line_count: 0,
        blank_lines: 0,
        text_layer: TextLayer::Embedded,
        encoding: None,
        diagnostics: pdf.diagnostics(),
        grids: Vec::new(),
        pages: Some(u32::try_from(pdf.page_count()).unwrap_or(u32::MAX)),
    };
    let mut edges = Edges::default();
    let mut reader = pdf.reader();
    let mut layouts = Vec::with_capacity(pdf.page_count());
    let mut pictures: Vec<u32> = Vec::new();
    for index in 0..pdf.page_count() {
        let Some(read) = reader.page(index) else { continue };
        tell_troubles(&read, &mut document.diagnostics);
        if read.glyphs.is_empty() && !read.images.is_empty() {
            pictures.push(read.number);
        }
        let layout = page(read);
        edges.look(&layout);
        layouts.push(layout);
    }
    if layouts.iter().any(|layout| layout.is_recognised) {
        document.text_layer = TextLayer::Ocr;
    }
    let heads = edges.running_heads();
    for layout in layouts {
        if layout.is_too_busy {
            let message = "has more lines than tables have; none was looked for here".to_owned();
            let place = Some(Where { page: Some(layout.number), ..Where::default() });
            document.diagnostics.push(Diagnostic { severity: Severity::Error, code: "page_too_busy".into(), message, place });
        }
        add(&mut document, layout, &heads);
    }
    if document.lines.is_empty() {
        return Err(InputError::NoText { pictures: pictures.len() });
    }
    if let Some(&first) = pictures.first() {
        let message =
            format!("{} pages are pictures without text; what they show is missing (pages {})", pictures.len(), listed(&pictures));
        let place = Some(Where { page: Some(first), ..Where::default() });
        document.diagnostics.push(Diagnostic { severity: Severity::Error, code: "page_without_text".into(), message, place });
    }
    document.line_count = u32::try_from(document.lines.len()).unwrap_or(u32::MAX);
    Ok(document)
}

fn listed(pages: &[u32]) -> String {
    const MOST: usize = 20;
    let mut list = pages.iter().take(MOST).map(u32::to_string).collect::<Vec<_>>().join(", ");
    if pages.len() > MOST {
        list.push_str(", …");
    }
    list
}

fn tell_troubles(page: &Page, diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.extend(page.troubles.iter().map(|trouble| Diagnostic {
        severity: Severity::Error,
        code: trouble.code().into(),
        message: trouble.message(),
        place: Some(Where { page: Some(page.number), ..Where::default() }),
    }));
}

fn add(document: &mut Document, mut layout: PageLayout, heads: &RunningHeads) {
    let mut is_first = true;
    let mut push = |lines: &mut Vec<Line>, kind: LineKind, cells: Vec<Cell>, bbox: [f32; 4]| {
        let number = u32::try_from(lines.len()).unwrap_or(u32::MAX - 1) + 1;
        // The first line of a page stands after a break, as one after an empty line of a text.
        let after_blank = std::mem::take(&mut is_first);
        lines.push(Line { number, after_blank, kind, cells, on_page: Some((layout.number, bbox)) });
    };
    let whole = [0.0, 0.0, layout.width, layout.height];
    for text in std::mem::take(&mut layout.askew) {
        push(&mut document.lines, LineKind::Furniture, vec![Cell { text }], whole);
    }
    let blocks = std::mem::take(&mut layout.blocks);
    for block in blocks {
        let kind = if heads.has(&block, &layout) { LineKind::Furniture } else { LineKind::Paragraph };
        match block {
            Block::Line(line) => {
                let bbox = layout.on_page(line.bounds);
                push(&mut document.lines, kind, line.segments.into_iter().map(|segment| Cell { text: segment.text }).collect(), bbox);
            }
            Block::Grid(mut grid) => {
                grid.first_line = document.lines.len();
                for row in 0..grid.height() {
                    let bbox = grid.cells_from(row).filter(|cell| !cell.is_blank()).map(|cell| cell.bbox).reduce(around).unwrap_or(whole);
                    push(&mut document.lines, LineKind::GridRow { grid: document.grids.len(), row }, Vec::new(), bbox);
                }
                document.grids.push(grid);
            }
        }
    }
}

/// The box around two boxes.
fn around(a: [f32; 4], b: [f32; 4]) -> [f32; 4] {
    let ([a0, a1, a2, a3], [b0, b1, b2, b3]) = (a, b);
    [a0.min(b0), a1.min(b1), a2.max(b2), a3.max(b3)]
}
