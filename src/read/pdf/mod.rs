//! PDF files: every glyph with its place, every ruling line, whatever the font and however broken the file.
//!
//! ```text
//! bytes ──open──▶ objects ──tree──▶ pages ──content──▶ glyphs, rules, images
//!         two parsers     inherited      operators,     points from the top left,
//!         behind a trait  attributes     fonts          in content order
//! ```
//!
//! [`PdfDocument::open`] chooses the parser and says why; [`PdfDocument::reader`] reads page after page, so that memory does not
//! grow with their number.
//!
//! # Limitations
//! Pixels of images are not decoded, the glyphs of Type 3 fonts are not drawn, patterns and shadings are no lines. A clip that
//! is no rectangle counts as its bounding box. Files with a user password are refused.

mod content;
mod font;
mod geometry;
mod limits;
mod object;
mod open;
mod page;
mod tree;
mod words;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use geometry::{Point, Rect};
pub use limits::{Limit, PdfLimits};
pub use open::{Parser, Recovery, RecoveryReason};
pub use page::{CharacterSource, Characters, Direction, Glyph, Image, Page, Rule, RuleKind, Trouble, Visibility};
pub use words::Word;

use content::{Canvas, FileContext, Interpreter};
use geometry::{Bounds, Matrix};
use limits::Budget;
use object::{DecodeFailure, Dictionary, Object, ObjectSource, Resolve as _, Unpacked};
use tree::{PageNode, PageTree};

use crate::disclosure::{Diagnostic, Severity};
use crate::error::InputError;

/// Parts of the reader for fuzzing; no promise is made about them.
#[doc(hidden)]
pub mod internals {
    pub use super::content::{Token, Tokenizer};
    pub use super::font::CMap;

    /// Reads an embedded font program and asks it everything.
    pub fn font_program(data: &[u8]) -> usize {
        super::font::ask_program(data)
    }
}

/// An open PDF file.
pub struct PdfDocument {
    source: Box<dyn ObjectSource>,
    tree: PageTree,
    recovery: Recovery,
    limits: PdfLimits,
}

impl PdfDocument {
    /// Opens a file from its bytes.
    ///
    /// # Errors
    /// It needs a password, or no parser finds a page in it.
    pub fn open(bytes: Vec<u8>, limits: &PdfLimits) -> Result<Self, InputError> {
        open::open(bytes, limits)
    }

    /// Opens a file with one parser, whatever the damage; `None` if that parser finds no page. For comparing parsers.
    pub fn open_with(parser: Parser, bytes: Vec<u8>, limits: &PdfLimits) -> Option<Self> {
        open::open_with(parser, bytes, limits)
    }

    fn new(source: Box<dyn ObjectSource>, tree: PageTree, recovery: Recovery, limits: PdfLimits) -> Self {
        Self { source, tree, recovery, limits }
    }

    /// How many pages it has.
    pub fn page_count(&self) -> usize {
        self.tree.pages.len()
    }

    /// How many objects the parser sees.
    pub fn object_count(&self) -> usize {
        self.source.len()
    }

    /// How it was opened, and why so.
    pub fn recovery(&self) -> &Recovery {
        &self.recovery
    }

    /// What is wrong with the file as a whole.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let mut diagnostics: Vec<Diagnostic> = self
            .recovery
            .reasons
            .iter()
            .filter(|reason| reason.is_damage())
            .map(|reason| Diagnostic {
                severity: Severity::Warning,
                code: "pdf_recovered".into(),
                message: format!("{}; read with {}", reason.message(), self.recovery.parser.name()),
                place: None,
            })
            .collect();
        if self.tree.repeated_kids > 0 {
            diagnostics.push(Diagnostic {
                severity: Severity::Warning,
                code: "page_tree_repeats".into(),
                message: format!("{} entries of the page tree stand in it a second time and are read once", self.tree.repeated_kids),
                place: None,
            });
        }
        if self.tree.too_many {
            diagnostics.push(Diagnostic {
                severity: Severity::Error,
                code: "page_limit_reached".into(),
                message: format!("the file has more than {} pages; those after them are missing", self.limits.pages),
                place: None,
            });
        }
        diagnostics
    }

    /// Begins to read pages.
    pub fn reader(&self) -> PageReader<'_> {
        PageReader::over(self.source.as_ref(), &self.tree, Budget::new(self.limits))
    }
}

/// Reads pages one after another, keeping the fonts that they share.
pub struct PageReader<'d> {
    tree: &'d PageTree,
    file: FileContext<'d>,
}

impl<'d> PageReader<'d> {
    fn over(source: &'d dyn ObjectSource, tree: &'d PageTree, budget: Budget) -> Self {
        let catalog = source.root().and_then(|root| source.object(root));
        let empty = Dictionary::default();
        let catalog = catalog.as_ref().and_then(Object::as_dictionary).unwrap_or(&empty);
        Self { tree, file: FileContext::new(source, budget, catalog) }
    }

    /// The name of a font, as a [`Glyph`] refers to it.
    pub fn font_name(&self, font: u32) -> Option<&str> {
        self.file.fonts.get(usize::try_from(font).ok()?).map(|font| font.name.as_str())
    }

    /// Reads a page, counted from 0; `None` past the last.
    pub fn page(&mut self, index: usize) -> Option<Page> {
        let node = self.tree.pages.get(index)?;
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let (width, height, matrix) = node.view(self.file.source);
        let clip = Bounds { x0: 0.0, y0: 0.0, x1: width, y1: height };
        // A panic inside a parser or decoder costs this page, not the file.
        let file = &mut self.file;
        let canvas = match file.budget.start_page() {
            Ok(()) => catch_unwind(AssertUnwindSafe(|| read(file, node, matrix, clip))),
            Err(limit) => Ok(Canvas { troubles: vec![Trouble::Limit(limit)], ..Canvas::default() }),
        };
        let mut canvas = canvas.unwrap_or_else(|_| Canvas { troubles: vec![Trouble::Panicked], ..Canvas::default() });
        let undecodable = canvas.glyphs.iter().filter(|glyph| glyph.source == CharacterSource::Undecodable).count();
        if undecodable > 0 {
            canvas.troubles.push(Trouble::Undecodable { glyphs: u32::try_from(undecodable).unwrap_or(u32::MAX) });
        }
        #[expect(clippy::cast_possible_truncation, reason = "a ten-thousandth of a point is enough")]
        let page = Page {
            number,
            width: width as f32,
            height: height as f32,
            glyphs: canvas.glyphs,
            rules: canvas.rules,
            images: canvas.images,
            troubles: canvas.troubles,
        };
        Some(page)
    }
}

fn read(file: &mut FileContext<'_>, node: &PageNode, matrix: Matrix, clip: Bounds) -> Canvas {
    let (content, mut troubles) = contents(file, node);
    if !node.has_size() {
        troubles.push(Trouble::SizeUnknown);
    }
    let resources = node.resources.as_ref().and_then(|resources| file.resources(resources)).unwrap_or_default();
    let annotations = annotations(file, node, &mut troubles);
    let mut interpreter = Interpreter::new(file);
    interpreter.page(&content, &resources, matrix, clip);
    for (appearance, rectangle) in &annotations {
        interpreter.annotation(appearance, *rectangle, matrix, clip);
    }
    let mut canvas = interpreter.finish();
    canvas.troubles.splice(0..0, troubles);
    canvas
}

/// The content of a page: one stream, or several that are one.
fn contents(file: &mut FileContext<'_>, node: &PageNode) -> (Vec<u8>, Vec<Trouble>) {
    let mut parts = Vec::new();
    let mut troubles = Vec::new();
    match node.dictionary.entry(b"Contents").map(|entry| file.source.resolve(entry)) {
        Some(Some(Object::Array(items))) => {
            for item in &items {
                match file.source.resolve(item) {
                    // Arrays inside arrays are not allowed, and seen.
                    Some(Object::Array(inner)) => parts.extend(inner.iter().map(|item| file.source.resolve(item).unwrap_or(Object::Null))),
                    Some(other) => parts.push(other),
                    None => parts.push(Object::Null),
                }
            }
        }
        // No content, or content that an update has freed.
        None | Some(Some(Object::Null)) => {}
        Some(Some(single)) => parts.push(single),
        Some(None) => parts.push(Object::Null),
    }
    let limit = file.budget.limits().stream_bytes;
    let mut content = Vec::new();
    for part in parts {
        let Object::Stream(dictionary, id) = part else {
            troubles.push(Trouble::MissingResource { what: "stream", name: "Contents".to_owned() });
            continue;
        };
        match file.source.stream(&dictionary, id, limit) {
            Ok(Unpacked { bytes, damaged }) => {
                if damaged {
                    troubles.push(Trouble::BrokenStream { what: "contents" });
                }
                if let Err(limit) = file.budget.unpacked(bytes.len()) {
                    troubles.push(Trouble::Limit(limit));
                    break;
                }
                if content.is_empty() {
                    content = bytes;
                } else {
                    // Tokens do not go on from one stream to the next.
                    content.push(b'\n');
                    content.extend_from_slice(&bytes);
                }
            }
            Err(DecodeFailure::TooLarge) => troubles.push(Trouble::Limit(Limit::StreamBytes)),
            Err(_) => troubles.push(Trouble::BrokenStream { what: "contents" }),
        }
    }
    (content, troubles)
}

/// Annotation flags (ISO 32000-1, table 165): hidden, and not shown on screen.
const HIDDEN: i64 = 2 | 32;

/// So many annotations of a page are looked at.
const MOST_ANNOTATIONS: usize = 10_000;

fn missing_appearance(annotation: &Dictionary, source: &dyn ObjectSource, troubles: &mut Vec<Trouble>) {
    let name = match source.get(annotation, b"T").or_else(|| source.get(annotation, b"Subtype")) {
        Some(Object::String(name) | Object::Name(name)) => String::from_utf8_lossy(&name).into_owned(),
        _ => String::new(),
    };
    let trouble = Trouble::MissingResource { what: "appearance of the annotation", name };
    if troubles.len() < 64 && !troubles.contains(&trouble) {
        troubles.push(trouble);
    }
}

/// The appearances of the annotations that a reader of the page sees, with their rectangles.
fn annotations(file: &FileContext<'_>, node: &PageNode, troubles: &mut Vec<Trouble>) -> Vec<(Object, Bounds)> {
    let source = file.source;
    let Some(Object::Array(items)) = source.get(&node.dictionary, b"Annots") else { return Vec::new() };
    let mut shown = Vec::new();
    if items.len() > MOST_ANNOTATIONS {
        troubles.push(Trouble::Limit(Limit::PageItems));
    }
    for item in items.iter().take(MOST_ANNOTATIONS) {
        let Some(Object::Dictionary(annotation)) = source.resolve(item) else { continue };
        let flags = source.get(&annotation, b"F").and_then(|flags| flags.as_integer()).unwrap_or(0);
        if flags & HIDDEN != 0 || annotation.name(b"Subtype") == Some(b"Popup") {
            continue;
        }
        if annotation.entry(b"OC").is_some_and(|group| file.is_hidden(group)) {
            continue;
        }
        let Some(&[x0, y0, x1, y1]) = source.numbers(&annotation, b"Rect").as_deref() else { continue };
        let rectangle = Bounds { x0: x0.min(x1), y0: y0.min(y1), x1: x0.max(x1), y1: y0.max(y1) };
        let Some(normal) = source.dictionary(&annotation, b"AP").and_then(|looks| looks.entry(b"N").cloned()) else {
            // A form field with a value and no looks: readers make some up, here it is told.
            if annotation.entry(b"V").is_some() {
                missing_appearance(&annotation, source, troubles);
            }
            continue;
        };
        let appearance = match source.resolve(&normal) {
            Some(Object::Dictionary(states)) => {
                let Some(Object::Name(state)) = source.get(&annotation, b"AS") else { continue };
                states.entry(&state).cloned()
            }
            Some(Object::Stream(..)) => Some(normal),
            _ => {
                missing_appearance(&annotation, source, troubles);
                None
            }
        };
        shown.extend(appearance.map(|appearance| (appearance, rectangle)));
    }
    shown
}
