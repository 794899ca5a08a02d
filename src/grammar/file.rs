//! A grammar file and its mistakes, named by line, column and key.

use std::ops::Range;
use std::path::PathBuf;

use serde::Deserialize;

use crate::error::GrammarError;

/// A grammar file: where it is and what it says.
pub(super) struct GrammarFile {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

impl GrammarFile {
    pub(super) fn error(&self, span: Option<Range<usize>>, key: Option<&str>, message: impl Into<String>) -> GrammarError {
        let place = span.map(|span| {
            let before = self.text.get(..span.start).unwrap_or(&self.text);
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().map_or(0, |tail| tail.chars().count()) + 1;
            (line, column)
        });
        GrammarError { path: self.path.clone(), place, key: key.map(str::to_owned), message: message.into() }
    }

    pub(super) fn parse<T: for<'de> Deserialize<'de>>(&self) -> Result<T, GrammarError> {
        toml::from_str(&self.text).map_err(|error| {
            let key = error.span().and_then(|span| self.text.get(..span.start)).and_then(key_of_line);
            self.error(error.span(), key.as_deref(), error.message())
        })
    }
}

/// The key of the TOML line that a text ends in.
fn key_of_line(before: &str) -> Option<String> {
    let line = before.rsplit('\n').next()?;
    let (key, _) = line.rsplit_once('=')?;
    let name: String = key.trim_end().chars().rev().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    (!name.is_empty()).then(|| name.chars().rev().collect())
}
