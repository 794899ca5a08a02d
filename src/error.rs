//! The errors that stop an input or the run. Everything less is a [`crate::disclosure::Diagnostic`].

use std::path::PathBuf;

/// Why an input gave no result. The caller adds the file's name.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// The file could not be opened or read.
    #[error("cannot be read: {source}")]
    Unreadable {
        /// What the system said.
        source: std::io::Error,
    },
    /// Nothing in it.
    #[error("is empty")]
    Empty,
    /// More than the limits allow.
    #[error("is too large: {bytes} bytes, where at most {limit} are read")]
    TooLarge {
        /// Size found.
        bytes: u64,
        /// Size allowed.
        limit: u64,
    },
    /// More lines than the limits allow.
    #[error("has more than {limit} lines")]
    TooManyLines {
        /// Lines allowed.
        limit: u32,
    },
    /// A PDF whose pages are pictures.
    #[error("has no text: its {pictures} pages are pictures; hint: recognise the text first (OCR), then convert the result")]
    NoText {
        /// How many pages show a picture.
        pictures: usize,
    },
    /// A known kind of file that this version does not read.
    #[error(
        "is a {kind} file, which this version does not read; hint: convert it to text with one table row a line, cells separated by tabs"
    )]
    UnsupportedKind {
        /// The kind, by its first bytes.
        kind: &'static str,
    },
    /// A PDF file that opens only with a password.
    #[error("needs a password to be opened; hint: save it without one, for example with `qpdf --decrypt --password=PASSWORD IN OUT`")]
    PasswordNeeded,
    /// A PDF file in which no page can be found.
    #[error("is a PDF file in which no page can be found: {cause}")]
    BrokenPdf {
        /// What each parser said.
        cause: String,
    },
    /// Not text at all.
    #[error("is not a text: it holds binary data")]
    Binary,
    /// Text whose encoding is none of those in use.
    #[error("is in an unknown encoding; hint: save it as UTF-8 (UTF-8, UTF-16, GB18030/GBK and Big5 are recognised)")]
    UnknownEncoding,
    /// A byte order mark promises an encoding that the bytes do not keep.
    #[error("says that it is {encoding}, but has bytes that are not")]
    BrokenEncoding {
        /// The promised encoding.
        encoding: &'static str,
    },
    /// No row of any known table.
    #[error("holds no table of a known form; hint: `gongkai forms list` and `gongkai forms show FORM` tell which tables are known")]
    NoTable,
}

/// Why the grammars could not be loaded: the file, the place in it, what is wrong and what was expected.
#[derive(Debug, thiserror::Error)]
#[error("{}{}: {}{message}", path.display(), place.map_or(String::new(), |(line, column)| format!(":{line}:{column}")), key.as_ref().map_or(String::new(), |key| format!("`{key}`: ")))]
pub struct GrammarError {
    /// The grammar file.
    pub path: PathBuf,
    /// Line and column, from 1.
    pub place: Option<(usize, usize)>,
    /// The key that the error is about.
    pub key: Option<String>,
    /// What is wrong and what was expected.
    pub message: String,
}
