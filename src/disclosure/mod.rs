//! The contract: one [`Disclosure`] in, one JSON document out.
//!
//! Everything that others rely on is defined here and nowhere else; the JSON Schema is derived from these types.
//! This module knows nothing of files, forms or the stages that fill it.

mod amount;
mod check;
mod narrative;
mod quality;
mod table;

use std::sync::Arc;

pub use amount::{Amount, NotAnAmount};
pub use check::{Check, CheckKind, Proof, Suggestion, Verdict};
pub use narrative::{
    AgencyProfile, ChangeDirection, Count, Indicator, LineItem, Operator, Project, Section, Staff, Statement, Target, Term,
};
pub use quality::{Completeness, FindingCounts, Quality, TableCompleteness};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
pub use table::{CodeLevel, Row, RowKind, Side, Table, Value, Values};

/// Version of the JSON contract; a field's name or meaning changes only together with it.
pub const SCHEMA_VERSION: &str = "1";

/// One published disclosure (部门预算 or 决算公开) as data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Disclosure {
    /// [`SCHEMA_VERSION`] at the time of writing.
    pub schema_version: String,
    /// The file that was read.
    pub source: Source,
    /// What kind of disclosure it is, whose, and of which year.
    pub document: DocumentHead,
    /// The agency's units and staff (部门概况).
    pub agency_profile: AgencyProfile,
    /// The tables, in the order of the publication.
    pub tables: Vec<Table>,
    /// The outline of headings.
    pub sections: Vec<Section>,
    /// Narrative line items (具体使用情况).
    pub line_items: Vec<LineItem>,
    /// Totals, shares and changes that the text states besides its line items.
    pub statements: Vec<Statement>,
    /// Narrated projects (项目支出情况说明).
    pub projects: Vec<Project>,
    /// Performance targets (绩效目标).
    pub targets: Vec<Target>,
    /// Explained terms (名词解释).
    pub glossary: Vec<Term>,
    /// Every change that reading made to what stood on the page, with its rule and its evidence.
    pub repairs: Vec<Repair>,
    /// Every identity that was checked and does not simply hold.
    pub checks: Vec<Check>,
    /// What is there of what the form asks for, and how far it proves itself.
    #[serde(default)]
    pub quality: Quality,
    /// What else a reader of the data must know.
    pub diagnostics: Vec<Diagnostic>,
    /// Where every line of the input went.
    pub account: Account,
}

impl Disclosure {
    /// A disclosure of which nothing but its head is known yet.
    pub fn of(source: Source, document: DocumentHead) -> Self {
        Self {
            schema_version: SCHEMA_VERSION.to_owned(),
            source,
            document,
            agency_profile: AgencyProfile::default(),
            tables: Vec::new(),
            sections: Vec::new(),
            line_items: Vec::new(),
            statements: Vec::new(),
            projects: Vec::new(),
            targets: Vec::new(),
            glossary: Vec::new(),
            repairs: Vec::new(),
            checks: Vec::new(),
            quality: Quality::default(),
            diagnostics: Vec::new(),
            account: Account::default(),
        }
    }
}

/// The file a disclosure was read from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Source {
    /// File name, without its folder.
    pub file: String,
    /// SHA-256 of the bytes, lower-case hexadecimal.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Media type, such as `text/plain`.
    pub media_type: String,
    /// Number of pages; `null` where the input has none that can be counted.
    pub pages: Option<u32>,
    /// Where the characters come from.
    pub text_layer: TextLayer,
    /// The program that made the file, where it says so.
    pub producer: Option<String>,
    /// How a PDF was opened; `null` for other inputs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery: Option<Recovery>,
    /// Character encoding of a text input, such as `UTF-8` or `gb18030`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
}

/// How a file was opened that has parts which can be broken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Recovery {
    /// The parser whose reading was taken.
    pub parser: String,
    /// Why it was not simply the first one's; empty for a sound, ordinary file.
    pub reasons: Vec<String>,
}

/// Where the characters of the input come from, and so how far they can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TextLayer {
    /// The file states its text exactly.
    Embedded,
    /// Recognised from images.
    Ocr,
    /// Images only.
    None,
    /// A text file: treated as recognised, since nothing tells how it was made.
    PlainText,
}

/// What is disclosed, by whom, for which year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentHead {
    /// Kind of disclosure.
    pub kind: DocumentKind,
    /// Id of the form in `grammars/forms` that matched.
    pub form: String,
    /// The publishing agency (部门 or 单位), as printed.
    pub agency: Option<String>,
    /// Budget year (预算年度).
    pub fiscal_year: Option<u16>,
}

/// The kinds of disclosure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// 部门预算 or 单位预算.
    DepartmentBudget,
    /// 部门决算 or 单位决算.
    DepartmentFinalAccount,
    /// 政府预算.
    GovernmentBudget,
    /// 政府决算.
    GovernmentFinalAccount,
    /// None of these.
    Unknown,
}

/// A place in the input.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Where {
    /// Page, counted from 1 (PDF and scans).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// Line, counted from 1 (text).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Box on the page: left, top, right, bottom, in points from the top left corner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bbox: Option<[f32; 4]>,
    /// Further lines of the same row, where a page break or a narrow cell tore it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more_lines: Vec<u32>,
    /// Further places of the same row, where a page break tore it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more_places: Vec<PagePlace>,
}

/// A place on a page.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PagePlace {
    /// Page, counted from 1.
    pub page: u32,
    /// Box on the page: left, top, right, bottom, in points from the top left corner.
    pub bbox: [f32; 4],
}

impl Where {
    /// A line of a text.
    pub fn line(line: u32) -> Self {
        Self { line: Some(line), ..Self::default() }
    }

    /// A box on a page.
    pub fn page(page: u32, bbox: [f32; 4]) -> Self {
        Self { page: Some(page), bbox: Some(bbox), ..Self::default() }
    }
}

/// One change between the page and the data: what, where, by which rule, on what evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Repair {
    /// Number of the repair in this document, referred to by rows.
    pub id: u32,
    /// Stable name of the rule, such as `code.rejoin_split`.
    pub rule: Arc<str>,
    /// Where the page has it.
    #[serde(rename = "where")]
    pub place: Where,
    /// As printed.
    pub before: String,
    /// As understood; `null` where the printed text was set aside.
    pub after: Option<String>,
    /// What speaks for it, such as `catalog:functional-2024`, `sibling:revenue_detail`, `sum:total`.
    pub evidence: Vec<String>,
    /// Other readings that the evidence does not exclude.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<String>,
    /// 0 to 1.
    pub confidence: f32,
}

/// How serious a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Data is missing or cannot be relied on.
    Error,
    /// Data needs a look.
    Warning,
    /// Good to know.
    Info,
}

/// Something a reader of the data must know, with its place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Diagnostic {
    /// How serious it is.
    pub severity: Severity,
    /// Stable name, such as `lines_unplaced`.
    pub code: Arc<str>,
    /// What happened, in one sentence.
    pub message: String,
    /// Where.
    #[serde(rename = "where")]
    pub place: Option<Where>,
}

/// Where every line of the input went: the numbers add up to `lines`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Account {
    /// Lines of the input.
    pub lines: u32,
    /// Empty lines.
    pub blank: u32,
    /// Lines that only draw (`---`).
    pub separators: u32,
    /// Page numbers.
    pub page_numbers: u32,
    /// Running heads and watermarks.
    pub furniture: u32,
    /// Paragraphs of text; the narrative parts are read from these.
    pub paragraphs: u32,
    /// Titles of tables, their captions (单位：万元) and labels (表 3).
    pub titles_and_captions: u32,
    /// Heading lines of tables.
    pub headings: u32,
    /// Lines that became rows of `tables`, with the torn-off pieces of rows.
    pub table_rows: u32,
    /// Lines inside a table that hold nothing.
    pub empty_rows: u32,
    /// Lines that became rows of `targets`, their headings included.
    pub target_rows: u32,
    /// Rows of recognised tables that the form does not say how to read.
    pub not_extracted: u32,
    /// Lines that found no place, by number. Every one of them is a question.
    pub unplaced: Vec<u32>,
}

impl Account {
    /// Do the parts add up to the whole?
    pub fn is_complete(&self) -> bool {
        let parts = [
            self.blank,
            self.separators,
            self.page_numbers,
            self.furniture,
            self.paragraphs,
            self.titles_and_captions,
            self.headings,
            self.table_rows,
            self.empty_rows,
            self.target_rows,
            self.not_extracted,
        ];
        parts.iter().map(|&part| u64::from(part)).sum::<u64>() + self.unplaced.len() as u64 == u64::from(self.lines)
    }
}

/// The JSON Schema of [`Disclosure`], as `gongkai schema` prints it.
pub fn schema() -> schemars::Schema {
    schemars::generate::SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Disclosure>()
}
