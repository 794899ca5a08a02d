//! Running text: what the cover and the captions say of the document, its outline, the agency, line items, projects, terms.
//!
//! Knows paragraphs and vocabulary; knows nothing of the tables' arithmetic. The tables are asked for one thing only: which code the
//! names of a line item have there.

mod changes;
mod codes;
mod glossary;
mod head;
mod line_items;
mod outline;
mod paragraphs;
mod profile;
mod projects;
mod statements;
mod targets;
mod text;

pub use head::{Head, head};
pub use paragraphs::Part;

use std::sync::Arc;

use codes::CodesByName;

use crate::disclosure::{AgencyProfile, Diagnostic, LineItem, Project, Repair, Section, Severity, Statement, Table, Target, Term};
use crate::grammar::{Form, Grammars};
use crate::read::{Document, Line, LineKind};

/// What the running text says.
#[derive(Debug, Default)]
pub struct Narrative {
    /// The outline.
    pub sections: Vec<Section>,
    /// Units and staff.
    pub agency_profile: AgencyProfile,
    /// Line items.
    pub line_items: Vec<LineItem>,
    /// Other amounts.
    pub statements: Vec<Statement>,
    /// Projects.
    pub projects: Vec<Project>,
    /// Explained terms.
    pub glossary: Vec<Term>,
    /// What else must be said.
    pub diagnostics: Vec<Diagnostic>,
}

/// Is a line the heading of a part (第二部分 …预算公开表), though it ends as a table's title does?
pub fn is_part_heading(line: &Line) -> bool {
    line.kind == LineKind::Paragraph
        && line.text().starts_with('第')
        && matches!(text::ordinal(&text::compact(line.text())), Some((text::Ordinal::Part, ..)))
}

/// Reads the running text: `parts` tells which lines are of it.
pub fn read(document: &Document, parts: &[Part], fiscal_year: Option<u16>, tables: &[Table], grammars: &Grammars) -> Narrative {
    let words = &grammars.narrative;
    let outline = outline::outline(paragraphs::paragraphs(document, parts, words), words);
    let codes = CodesByName::new(tables, grammars.catalogue("functional"), fiscal_year);
    let unfilled: Vec<&Section> = outline.sections.iter().filter(|section| section.unfilled_template).collect();
    let diagnostics = unfilled.first().map(|first| Diagnostic {
        severity: Severity::Warning,
        code: Arc::from("unfilled_template"),
        message: format!(
            "the publisher left the form's template unfilled in {} of {} sections, from `{}` on: no data is read from them",
            unfilled.len(),
            outline.sections.len(),
            first.title
        ),
        place: Some(first.place.clone()),
    });
    Narrative {
        agency_profile: profile::profile(&outline, words),
        line_items: line_items::line_items(&outline, fiscal_year, &codes, words),
        statements: statements::statements(&outline, words),
        projects: projects::projects(&outline, words),
        glossary: glossary::glossary(&outline, words),
        diagnostics: diagnostics.into_iter().collect(),
        sections: outline.sections,
    }
}

/// Reads the performance target tables of a document, and the repairs that they needed, numbered from `first_repair`: `is_row` tells which
/// lines are their rows.
pub fn targets(
    document: &Document,
    is_row: &[bool],
    form: &Form,
    numbers: (Option<u16>, u32),
    grammars: &Grammars,
) -> (Vec<Target>, Vec<Repair>) {
    targets::targets(document, is_row, form, numbers, &grammars.narrative)
}
