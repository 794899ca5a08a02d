//! `grammars/` as typed values: forms, vocabulary and code catalogues by year; loaded once, checked, errors with file and line.
//!
//! Knows forms; knows nothing of files that are read and of geometry.

mod catalogue;
mod code;
mod file;
mod form;
mod identities;
mod identity;
mod key;
mod load;
mod narrative;
mod ordinal;
mod target;
mod vocabulary;
mod year;

pub use catalogue::{Catalogue, CatalogueEntry, Standing};
pub use code::{CODE_DIGITS, Code};
pub use form::{
    Asked, Block, Column, ColumnKind, Form, IndicatorFields, Level, NameSource, Slot, SlotKind, TableForm, TargetForm, TargetHead,
};
pub use identities::{
    BetweenDisclosures, Expression, Identities, Lines, NamedWhole, OtherDisclosure, RuleText, Sum, Term, WrittenEquation,
};
pub use identity::{Agreement, Identity, Relation, Scope};
pub use key::{heading_key, key, label_key, short_name, strip_ordinal, title_key, without_year};
pub use load::export;
pub use narrative::{ChangeWords, LineItemWords, NarrativeWords, OperatorWords, ProjectFields, TEXT_UNIT, TemplateSign};
pub use ordinal::{Ordinal, ordinal};
pub use vocabulary::Vocabulary;
pub use year::{NamedYear, named_years, year_at_end};

use std::path::Path;

use crate::error::GrammarError;

/// All that is known of forms, words and codes.
#[derive(Debug)]
pub struct Grammars {
    /// The forms, sorted by id.
    pub forms: Vec<Form>,
    /// Words of every form.
    pub vocabulary: Vocabulary,
    /// Words of running text.
    pub narrative: NarrativeWords,
    /// What must hold between tables, and of text and tables.
    pub identities: Identities,
    /// Code catalogues (科目目录), by set.
    pub catalogues: Vec<Catalogue>,
}

impl Grammars {
    /// The grammars that are compiled into the program.
    ///
    /// # Errors
    /// One of them has a mistake; a test keeps that from being released.
    pub fn built_in() -> Result<Self, GrammarError> {
        load::built_in()
    }

    /// The grammars of a folder with the same structure as the project's `grammars/`.
    ///
    /// # Errors
    /// A file cannot be read or has a mistake: its path, line and key, and what was expected.
    pub fn from_folder(folder: &Path) -> Result<Self, GrammarError> {
        load::from_folder(folder)
    }

    /// The catalogue of a code set.
    pub fn catalogue(&self, set: &str) -> Option<&Catalogue> {
        self.catalogues.iter().find(|catalogue| catalogue.set == set)
    }
}
