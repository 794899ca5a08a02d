//! Where the entries of the ledger stand in the disclosure: scope, name and place for people, and how far what stands there can be trusted.

use std::sync::Arc;

use super::ledger::{At, Ledger, Place};
use super::sentences::Sentence;
use super::tables::View;
use crate::disclosure::{Amount, Disclosure, LineItem, Project, Row, Side, Statement, Table, Target, TextLayer, Where};

/// The disclosure, seen from the entries of its ledger.
#[derive(Clone, Copy)]
pub(super) struct Places<'r, 'd> {
    pub(super) disclosure: &'d Disclosure,
    pub(super) views: &'r [View<'d>],
    pub(super) ledger: &'r Ledger,
}

/// What an entry is a part of.
enum Part<'d> {
    Cell(&'d Table, &'d Row, usize),
    LineItem(&'d LineItem),
    Restated(&'d LineItem),
    Statement(&'d Statement),
    Target(&'d Target, usize),
    Project(&'d Project),
}

/// The amounts of a target's head, in the order of [`Place::Target`]: field, and what it is called.
const TARGET_FIELDS: [(&str, &str, &str); 3] =
    [("amount_total", "total", "年度预算总额"), ("amount_fiscal", "fiscal funds", "财政拨款"), ("amount_other", "other funds", "其他资金")];

impl<'d> Places<'_, 'd> {
    /// Does the input say exactly what is printed? Recognised text does not.
    pub(super) fn is_exact(&self) -> bool {
        self.disclosure.source.text_layer == TextLayer::Embedded
    }

    fn part(&self, at: At) -> Option<Part<'d>> {
        let disclosure = self.disclosure;
        Some(match self.ledger.get(at)?.place {
            Place::Cell(table, row, column) => {
                let table = disclosure.tables.get(table)?;
                Part::Cell(table, table.rows.get(row)?, column)
            }
            Place::LineItem(item) => Part::LineItem(disclosure.line_items.get(item)?),
            Place::Restated(item) => Part::Restated(disclosure.line_items.get(item)?),
            Place::Statement(statement) => Part::Statement(disclosure.statements.get(statement)?),
            Place::Target(target, field) => Part::Target(disclosure.targets.get(target)?, field),
            Place::Project(project) => Part::Project(disclosure.projects.get(project)?),
        })
    }

    /// The table in which an entry stands.
    pub(super) fn table(&self, at: At) -> Option<&'d Table> {
        match self.part(at)? {
            Part::Cell(table, ..) => Some(table),
            _ => None,
        }
    }

    /// Table, row and column id of a cell.
    pub(super) fn cell(&self, at: At) -> Option<(usize, usize, Arc<str>)> {
        match (self.ledger.get(at)?.place, self.part(at)?) {
            (Place::Cell(table, row, _), Part::Cell(_, of, column)) => Some((table, row, column_of(of, column)?)),
            _ => None,
        }
    }

    /// The id of a column of a cell's row.
    pub(super) fn column(&self, at: At, column: usize) -> Option<Arc<str>> {
        match self.part(at)? {
            Part::Cell(_, row, _) => column_of(row, column),
            _ => None,
        }
    }

    /// Where an entry stands in the input.
    pub(super) fn place(&self, at: At) -> Option<Where> {
        Some(match self.part(at)? {
            Part::Cell(_, row, _) => &row.place,
            Part::LineItem(item) | Part::Restated(item) => &item.place,
            Part::Statement(statement) => &statement.place,
            Part::Target(target, _) => &target.place,
            Part::Project(project) => &project.place,
        })
        .cloned()
    }

    /// The scope of an entry, as the contract writes it.
    pub(super) fn scope(&self, at: At) -> String {
        match self.part(at) {
            Some(Part::Cell(table, row, column)) => scope_of_row(table, row, column_of(row, column).as_deref()),
            Some(Part::LineItem(item) | Part::Restated(item)) => format!("line_items/{}", item.code.as_deref().unwrap_or(&item.item_name)),
            Some(Part::Statement(statement)) => format!("sections/{}", statement.section),
            Some(Part::Target(target, field)) => {
                let (field, ..) = TARGET_FIELDS.get(field).copied().unwrap_or_default();
                format!("targets/{}/{field}", target.project.as_deref().unwrap_or_default())
            }
            Some(Part::Project(project)) => format!("projects/{}", project.name.as_deref().unwrap_or_default()),
            None => String::new(),
        }
    }

    /// What an entry is called.
    pub(super) fn name(&self, at: At) -> Sentence {
        match self.part(at) {
            Some(Part::Cell(table, row, column)) => {
                let heading = self.heading(at, row, column);
                let code = row.code.as_deref().map(|code| format!("{code} ")).unwrap_or_default();
                Sentence {
                    en: format!("table {} ({}), {code}{}, {heading}", table.number, table.title, row.name),
                    zh: format!("表{}《{}》“{code}{}”行“{heading}”栏", table.number, table.title, row.name),
                }
            }
            Some(Part::LineItem(item)) => {
                let name = [item.code.as_deref().unwrap_or_default(), &item.item_name].join(" ");
                Sentence { en: format!("the line item {}", name.trim()), zh: format!("文字说明“{}”项", name.trim()) }
            }
            Some(Part::Restated(item)) => {
                let name = [item.code.as_deref().unwrap_or_default(), &item.item_name].join(" ");
                let name = name.trim();
                Sentence {
                    en: format!("the line item {name}, stated a second time,"), zh: format!("文字说明“{name}”项再次写明的金额")
                }
            }
            Some(Part::Statement(Statement { subject, .. })) => {
                Sentence { en: format!("the narrative's `{subject}`"), zh: format!("文字说明“{subject}”") }
            }
            Some(Part::Target(target, field)) => {
                let (_, field, zh) = TARGET_FIELDS.get(field).copied().unwrap_or_default();
                let name = target.project.as_deref().unwrap_or_default();
                Sentence { en: format!("{field} of the target `{name}`"), zh: format!("项目绩效目标“{name}”的{zh}") }
            }
            Some(Part::Project(project)) => {
                let name = project.name.as_deref().unwrap_or_default();
                Sentence { en: format!("the text's project `{name}`"), zh: format!("文字说明的项目“{name}”预算安排规模") }
            }
            None => Sentence::default(),
        }
    }

    /// The heading over a column, as the form has it.
    fn heading(&self, at: At, row: &Row, column: usize) -> String {
        let of_form = || {
            let Place::Cell(table, row, column) = self.ledger.get(at)?.place else { return None };
            let view = self.views.iter().find(|view| view.at == table)?;
            let block = view.form.blocks.get(view.blocks.get(row).copied().flatten()?)?;
            Some(block.columns.get(column)?.printed_heading()).filter(|heading| !heading.is_empty())
        };
        of_form().unwrap_or_else(|| column_of(row, column).map_or_else(String::new, |id| id.to_string()))
    }

    /// Is its row perhaps not what was published?
    pub(super) fn is_row_doubtful(&self, at: At) -> bool {
        let is_doubt = |flag: &String| matches!(flag.as_str(), "row_doubtful" | "ambiguous");
        matches!(self.part(at), Some(Part::Cell(_, row, _)) if row.flags.iter().any(is_doubt))
    }

    /// Was the code of its row told from what stands elsewhere, and perhaps not as it was published? Its amount says nothing of that.
    pub(super) fn is_code_inferred(&self, at: At) -> bool {
        let is_inferred = |flag: &String| matches!(flag.as_str(), "code_inferred" | "code_corrected" | "ambiguous:code");
        matches!(self.part(at), Some(Part::Cell(_, row, _)) if row.flags.iter().any(is_inferred))
    }

    /// The columns to which the amount of a cell may belong, if that is all that is in doubt of its row.
    pub(super) fn open_columns(&self, at: At) -> Option<Vec<&'d str>> {
        let Some(Part::Cell(_, row, _)) = self.part(at) else { return None };
        let mut columns = Vec::new();
        for flag in &row.flags {
            match flag.split_once(':').map_or((flag.as_str(), None), |(kind, of)| (kind, Some(of))) {
                ("column_inferred", Some(column)) => columns.push(column),
                ("column_inferred" | "ambiguous" | "row_doubtful" | "amount_repaired", _) => return None,
                _ => {}
            }
        }
        Some(columns)
    }

    /// Is what stands there perhaps not what was published?
    pub(super) fn is_doubtful(&self, at: At) -> bool {
        match self.part(at) {
            Some(Part::Cell(_, row, column)) => {
                let column = column_of(row, column);
                row.flags.iter().any(|flag| {
                    let (kind, of) = flag.split_once(':').map_or((flag.as_str(), None), |(kind, of)| (kind, Some(of)));
                    matches!(kind, "ambiguous" | "row_doubtful" | "column_inferred" | "amount_repaired")
                        && of.is_none_or(|of| column.as_deref() == Some(of))
                })
            }
            // What the names lack says nothing of the amounts.
            Some(Part::LineItem(item) | Part::Restated(item)) => item
                .flags
                .iter()
                .any(|flag| !matches!(flag.as_str(), "section_inferred" | "code_inferred" | "code_unknown" | "change_incomplete")),
            Some(Part::Target(target, field)) => {
                let (field, ..) = TARGET_FIELDS.get(field).copied().unwrap_or_default();
                // Which rows a table without rules has says nothing of the amounts of its head, if the text is exact.
                target.flags.iter().any(|flag| match flag.split_once(':') {
                    Some((_, of)) => of == field,
                    None => !self.is_exact(),
                })
            }
            Some(Part::Project(project)) => project.flags.iter().any(|flag| flag != "withheld"),
            Some(Part::Statement(_)) | None => false,
        }
    }

    /// The amount of a line item or a statement as printed.
    pub(super) fn printed_in_text(&self, at: At) -> Option<Amount> {
        match self.part(at)? {
            Part::LineItem(item) => item.amount,
            Part::Restated(item) => item.restated_amount,
            Part::Statement(statement) => Some(statement.amount),
            Part::Cell(..) | Part::Target(..) | Part::Project(_) => None,
        }
    }
}

fn column_of(row: &Row, column: usize) -> Option<Arc<str>> {
    row.values.0.get(column).map(|(id, _)| Arc::clone(id))
}

/// The scope of a row, or of one of its cells.
pub(super) fn scope_of_row(table: &Table, row: &Row, column: Option<&str>) -> String {
    let side = row.side.map(|side| match side {
        Side::Revenue => "revenue",
        Side::Expenditure => "expenditure",
    });
    let name = row.code.as_deref().unwrap_or(&row.name);
    [Some(&*table.table), side, Some(name), column].into_iter().flatten().collect::<Vec<_>>().join("/")
}

/// Where a place begins, to be looked up.
pub(super) fn start(of: &Where) -> (Option<u32>, Option<u32>, Option<[u32; 4]>) {
    (of.page, of.line, of.bbox.map(|bounds| bounds.map(f32::to_bits)))
}
