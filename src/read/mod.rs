//! Stage 1, *read*: whatever came in → [`Document`]: lines of cells in reading order, each with its place.
//!
//! Knows files, encodings and geometry; knows nothing of budgets.

mod document;
pub mod pdf;
pub mod text;

use std::fs::File;
use std::io::Read;
use std::path::Path;

pub use document::{Cell, ColumnInk, Document, Extent, Grid, GridCell, Line, LineKind};

use crate::error::InputError;

/// Bounds on what is read, so that no input exhausts the machine. Reaching one is an error or a diagnostic, never a silent cut.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Largest text input, in bytes. The longest disclosure known has about 3 MB of text.
    pub text_bytes: u64,
    /// Most lines of a text.
    pub lines: u32,
    /// Longest line that is read, in bytes; a longer one is reported and left out.
    pub line_bytes: usize,
    /// Most cells of a line; a wider one is reported and left out.
    pub cells: usize,
    /// Bounds on reading a PDF.
    pub pdf: pdf::PdfLimits,
}

impl Default for Limits {
    fn default() -> Self {
        Self { text_bytes: 16 << 20, lines: 1_000_000, line_bytes: 1 << 20, cells: 1024, pdf: pdf::PdfLimits::default() }
    }
}

/// The bytes of a file, no larger than the limits allow for its kind.
///
/// # Errors
/// The file cannot be opened or read, or is larger than `limits.text_bytes` (`limits.pdf.file_bytes` for a PDF).
pub fn bytes_of(path: &Path, limits: &Limits) -> Result<Vec<u8>, InputError> {
    let unreadable = |source| InputError::Unreadable { source };
    let mut file = File::open(path).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    let mut bytes = Vec::with_capacity(usize::try_from(size.min(limits.pdf.file_bytes)).unwrap_or(0));
    (&mut file).take(HEAD as u64).read_to_end(&mut bytes).map_err(unreadable)?;
    let limit = if is_pdf(&bytes) { limits.pdf.file_bytes } else { limits.text_bytes };
    if size > limit {
        return Err(InputError::TooLarge { bytes: size, limit });
    }
    // The size can lie (a pipe, a file that grows): read one byte past the limit to see it.
    file.take((limit + 1).saturating_sub(bytes.len() as u64)).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > limit {
        return Err(InputError::TooLarge { bytes: bytes.len() as u64, limit });
    }
    Ok(bytes)
}

/// Within so many bytes a PDF's header must stand, as readers have always allowed.
const HEAD: usize = 1024;

/// Whether bytes are those of a PDF file.
pub fn is_pdf(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes.get(..bytes.len().min(HEAD)).unwrap_or_default(), b"%PDF-").is_some()
}

/// Reads a document from its bytes. Of a PDF, [`pdf`] reads the pages and [`crate::layout`] makes them a document.
///
/// # Errors
/// The bytes are empty, or no kind of input that this version reads.
pub fn document(bytes: &[u8], limits: &Limits) -> Result<Document, InputError> {
    if bytes.is_empty() {
        return Err(InputError::Empty);
    }
    if is_pdf(bytes) {
        return Err(InputError::UnsupportedKind { kind: "PDF" });
    }
    if let Some(kind) = known_binary(bytes) {
        return Err(InputError::UnsupportedKind { kind });
    }
    text::document(bytes, limits)
}

/// Names a binary kind of file by its first bytes.
fn known_binary(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: [(&[u8], &str); 7] = [
        (b"PK\x03\x04", "ZIP or Office"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office"),
        (b"\x89PNG", "PNG image"),
        (b"\xff\xd8\xff", "JPEG image"),
        (b"II*\0", "TIFF image"),
        (b"MM\0*", "TIFF image"),
        (b"\x1f\x8b", "gzip"),
    ];
    MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|&(_, kind)| kind)
}
