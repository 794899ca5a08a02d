//! Words that stand in disclosures of every form: totals, captions, remarks, endings of titles.

use serde::Deserialize;

use super::key::{key, title_key};

/// Words of every form (`vocabulary.toml`), as keys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vocabulary {
    /// Names of total rows.
    pub totals: Vec<String>,
    /// Marks of cells that are empty on purpose.
    pub nil: Vec<String>,
    /// Units of amounts.
    pub units: Vec<String>,
    /// Beginnings of caption lines.
    pub captions: Vec<String>,
    /// Words that, with a number, label a table (表 3).
    pub table_labels: Vec<String>,
    /// Beginnings of captions that name the agency.
    pub agency_captions: Vec<String>,
    /// Endings that say that a table continues.
    pub continued: Vec<String>,
    /// What a document calls itself on its cover.
    pub document_titles: Vec<String>,
    /// Endings of the names of total rows, where a page shows the name whole.
    pub total_endings: Vec<String>,
    /// Endings of the names of totals of a part.
    pub subtotals: Vec<String>,
    /// Beginnings of remarks about a table.
    pub notes: Vec<String>,
    /// Remarks that say that a table is empty, wherever they stand in a line.
    pub empty_notes: Vec<String>,
    /// Remarks that say so of the whole of their own table.
    pub empty_tables: Vec<String>,
    /// In such a remark: it says only when the table would be empty.
    pub conditions: Vec<String>,
    /// Endings of table titles.
    pub title_endings: Vec<String>,
    /// How the name of a publisher ends that stands in front of a title.
    pub publisher_endings: Vec<String>,
    /// Headings of columns that only number the rows.
    pub numbering: Vec<String>,
    /// Headings of columns of codes hold one of these words.
    pub code_headings: Vec<String>,
    /// Headings of the columns of a code's levels: 类, 款, 项.
    pub code_levels: Vec<String>,
    /// The characters that captions begin with: most lines begin with others.
    #[serde(skip)]
    caption_starts: String,
    /// The characters that labels begin with.
    #[serde(skip)]
    label_starts: String,
}

impl Vocabulary {
    pub(super) fn into_keys(mut self) -> Self {
        for list in [&mut self.totals, &mut self.captions, &mut self.agency_captions, &mut self.table_labels, &mut self.continued] {
            for word in list {
                // The colon of `单位：` is part of the caption, so only spaces and widths are folded.
                let colon = word.ends_with('：');
                *word = key(word);
                if colon {
                    word.push('：');
                }
            }
        }
        let starts = |words: &[String]| words.iter().filter_map(|word| word.chars().next()).collect();
        (self.caption_starts, self.label_starts) = (starts(&self.captions), starts(&self.table_labels));
        for word in &mut self.document_titles {
            *word = title_key(word);
        }
        self
    }

    /// Is this name that of a total row?
    pub fn is_total(&self, name_key: &str) -> bool {
        self.totals.iter().any(|total| total == name_key)
    }

    /// Is this name, as a page shows it whole, that of a total row?
    pub fn is_total_label(&self, name_key: &str) -> bool {
        self.is_total(name_key) || self.total_endings.iter().any(|ending| name_key.ends_with(ending.as_str()))
    }

    /// Is this name that of a total of a part, which a table can have several of?
    pub fn is_subtotal(&self, name_key: &str) -> bool {
        self.subtotals.iter().any(|ending| name_key.ends_with(ending.as_str()))
    }

    /// Does this heading stand over codes, or over a part of them?
    pub fn heads_codes(&self, heading: &str) -> bool {
        self.is_code_level(heading) || self.code_headings.iter().any(|word| heading.contains(word.as_str()))
    }

    /// Does this heading stand over one level of codes (类, 款, 项)?
    pub fn is_code_level(&self, heading: &str) -> bool {
        self.code_levels.iter().any(|level| level == heading)
    }

    /// Does a column or row with this heading only number the others?
    pub fn is_numbering(&self, heading: &str) -> bool {
        self.numbering.iter().any(|word| word == heading)
    }

    /// Is this text a remark about a table (注：…)?
    pub fn is_note(&self, text: &str) -> bool {
        let text = text.trim_start_matches(['（', '(', ' ']);
        self.notes.iter().any(|note| {
            text.strip_prefix(note.as_str()).is_some_and(|rest| rest.trim_start().starts_with(['：', ':', '１', '1', '.', '、']))
        }) || (text.chars().count() <= 60 && self.empty_notes.iter().chain(&self.empty_tables).any(|note| text.contains(note.as_str())))
    }

    /// Can this text be the end of a table's title?
    pub fn ends_title(&self, text: &str) -> bool {
        let text = text.trim_end_matches(['）', ')']);
        self.title_endings.iter().any(|ending| text.ends_with(ending.as_str()))
    }

    /// Can this text in front of a title be its publisher's name, a year or the like?
    pub fn is_publisher(&self, front: &str) -> bool {
        self.publisher_endings.iter().any(|ending| front.ends_with(ending.as_str()))
    }

    /// Can a text, as printed, be a caption? A quick look at its first character.
    pub fn may_be_caption(&self, text: &str) -> bool {
        text.chars().find(|character| !character.is_whitespace()).is_some_and(|first| self.caption_starts.contains(first))
    }

    /// Can a text, as printed, begin with a table's label? A quick look at its first character.
    pub fn may_be_labelled(&self, text: &str) -> bool {
        text.chars().find(|character| !character.is_whitespace()).is_some_and(|first| self.label_starts.contains(first))
    }

    /// Does this line belong to a table without being its title, heading or row?
    pub fn is_caption(&self, text_key: &str) -> bool {
        self.captions.iter().any(|caption| text_key.starts_with(caption.as_str()) || caption.strip_suffix('：') == Some(text_key))
    }

    /// Is this cell empty on purpose?
    pub fn is_nil(&self, cell: &str) -> bool {
        self.nil.iter().any(|mark| mark == cell)
    }
}
