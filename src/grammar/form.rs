//! A form: the tables that one kind of publisher fills in.

use rustc_hash::FxHashSet;
use serde::Deserialize;
use std::path::PathBuf;
use std::sync::Arc;

use super::identity::{Agreement, Identity};
use crate::disclosure::{CodeLevel, DocumentKind, Side};

/// One form (公开表样) of `grammars/forms`.
#[derive(Debug)]
pub struct Form {
    /// Id, the file's name.
    pub id: String,
    /// Chinese title.
    pub title: String,
    /// What it discloses.
    pub kind: DocumentKind,
    /// Unit of amounts unless a caption names another.
    pub unit: String,
    /// Its tables in their usual order.
    pub tables: Vec<TableForm>,
    /// Words of the headings that the running text has.
    pub sections: Vec<String>,
    /// Performance target tables: recognised by title and labels.
    pub targets: Vec<TargetForm>,
    /// Are 类 and 款 lines without amounts headings? If not, they are rows like others.
    pub has_headings: bool,
    /// Is a table's number the one printed with it, else its place in the document? If not, it is the form's.
    pub numbered_by_place: bool,
    /// Whose documents it is of.
    pub level: Level,
    /// The file it was read from.
    pub path: PathBuf,
}

/// Whose documents a form is of: a department's (部门), which its units' count in, or a unit's (单位) alone.
#[derive(Clone, Debug)]
pub enum Level {
    /// A department's, or of both without a word that tells them apart.
    Department,
    /// A unit's.
    Unit,
    /// Of both: their headings hold words of either.
    ByHeadings {
        /// Words of a department's headings.
        department: Vec<String>,
        /// Words of a unit's headings.
        unit: Vec<String>,
    },
}

impl Level {
    /// Is a document with some headings a unit's? `None`: the headings do not tell.
    pub fn is_unit<'h>(&self, headings: impl Iterator<Item = &'h str>) -> Option<bool> {
        let (department, unit) = match self {
            Self::Department => return Some(false),
            Self::Unit => return Some(true),
            Self::ByHeadings { department, unit } => (department, unit),
        };
        let has = |heading: &str, words: &[String]| words.iter().any(|word| heading.contains(word.as_str()));
        let (mut is_department, mut is_unit) = (false, false);
        for heading in headings {
            is_department |= has(heading, department);
            is_unit |= has(heading, unit);
        }
        (is_department != is_unit).then_some(is_unit)
    }
}

impl Form {
    /// The form of a document that no form explains: it has no table.
    pub fn unknown() -> Self {
        Self {
            id: "unknown".to_owned(),
            title: String::new(),
            kind: DocumentKind::Unknown,
            unit: String::new(),
            tables: Vec::new(),
            sections: Vec::new(),
            targets: Vec::new(),
            has_headings: false,
            numbered_by_place: false,
            level: Level::Department,
            path: PathBuf::new(),
        }
    }

    /// Position of a table in `tables`.
    pub fn table_index(&self, id: &str) -> Option<usize> {
        self.tables.iter().position(|table| &*table.id == id)
    }
}

/// One table of a form.
#[derive(Debug)]
pub struct TableForm {
    /// Table id of the contract.
    pub id: Arc<str>,
    /// Number in the form.
    pub number: u32,
    /// Title as printed.
    pub title: String,
    /// Keys of the title and its variants ([`super::title_key`]).
    pub title_keys: Vec<String>,
    /// Unit of its amounts unless a caption names another, where it is not the form's.
    pub unit: Option<String>,
    /// May codes come in any order?
    pub any_order: bool,
    /// One block, or several side by side (收入 | 支出).
    pub blocks: Vec<Block>,
    /// What each column of a page can be, block by block, with the heading texts above it.
    pub slots: Vec<Slot>,
    /// What must hold within a row.
    pub identities: Vec<Identity>,
    /// Subtotals (block, column) that publishers leave empty.
    pub optional_subtotals: Vec<(usize, usize)>,
    /// What must agree with other tables.
    pub agreements: Vec<Agreement>,
    /// Tables that list the same rows, or some of them, in the same order.
    pub lists_rows_of: Vec<usize>,
    /// Keys of all heading texts.
    pub heading_keys: FxHashSet<String>,
}

impl TableForm {
    /// Cells of a row as the form has it.
    pub fn width(&self) -> usize {
        self.blocks.iter().map(Block::width).sum()
    }

    /// Can rows of recognised text, which have no places, be told to be its rows? Not where a side has several blocks or names are missing.
    pub fn is_plain(&self) -> bool {
        let is_plain = |block: &Block| block.id.is_none() && block.has_names && !block.columns.iter().any(|column| column.fill_down);
        self.blocks.len() <= 2
            && self.blocks.iter().all(is_plain)
            && !(self.is_two_sided() && self.blocks.iter().any(|block| block.side.is_none()))
    }

    /// Is it two lists side by side?
    pub fn is_two_sided(&self) -> bool {
        self.blocks.len() > 1
    }
}

/// A column as pages show it: what it holds, and what may stand above it.
#[derive(Debug)]
pub struct Slot {
    /// Its block.
    pub block: usize,
    /// What it holds.
    pub kind: SlotKind,
    /// Keys of the texts, any of which can stand right above it.
    pub leaf: Vec<String>,
    /// Keys of the texts above those, from the top down, with their variants.
    pub above: Vec<Vec<String>>,
}

/// What a column of a page holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotKind {
    /// A part of the code, by its place among the code columns.
    Code(usize),
    /// The name.
    Name,
    /// A column of the block.
    Column(usize),
}

/// From which column a row without a name column takes its name.
#[derive(Debug)]
pub struct NameSource {
    /// The column of the block.
    pub column: usize,
    /// What rows are that have their name from it.
    pub level: Arc<str>,
}

/// A block of columns: codes, a name, texts, amounts.
#[derive(Debug)]
pub struct Block {
    /// Its id, where a side has several.
    pub id: Option<Arc<str>>,
    /// Has it a column of names? The rows of a table of one line have none.
    pub has_names: bool,
    /// Where rows have their names from, the deepest first, if there is no column of names.
    pub name_from: Vec<NameSource>,
    /// Side, in a two-sided table.
    pub side: Option<Side>,
    /// Code set of the rows, if they have codes.
    pub code_set: Option<String>,
    /// The classes (类) that the code set knows.
    pub classes: FxHashSet<u16>,
    /// Does the form limit the rows to those classes?
    pub is_restricted: bool,
    /// Levels that have a column of their own; a single column holds the whole code.
    pub code_columns: Vec<CodeLevel>,
    /// Does the code stand before the name in one cell (`201 一般公共服务支出`)?
    pub inline_codes: bool,
    /// The columns beside the name: texts, then amounts.
    pub columns: Vec<Column>,
    /// Keys of lines that always stand here ([`super::label_key`]).
    pub lines: FxHashSet<String>,
}

impl Block {
    /// Cells of a row as the form has it.
    pub fn width(&self) -> usize {
        self.code_columns.len() + 1 + self.columns.len()
    }

    /// How many of the columns hold text.
    pub fn text_columns(&self) -> usize {
        self.columns.iter().take_while(|column| column.kind == ColumnKind::Text).count()
    }

    /// Position of a column.
    pub fn column_index(&self, id: &str) -> Option<usize> {
        self.columns.iter().position(|column| &*column.id == id)
    }
}

/// One column after the name.
#[derive(Debug)]
pub struct Column {
    /// Column id of the contract.
    pub id: Arc<str>,
    /// What it holds.
    pub kind: ColumnKind,
    /// Is it empty in most disclosures?
    pub seldom: bool,
    /// Does a text hold for the rows below it too?
    pub fill_down: bool,
    /// Heading texts from the top of the header tree down.
    pub heading: Vec<String>,
}

impl Column {
    /// Its headings from the top down as one text, each in its first variant.
    pub fn printed_heading(&self) -> String {
        let first = |heading: &String| heading.split('|').next().unwrap_or_default().to_owned();
        self.heading.iter().map(first).collect::<Vec<_>>().join("/")
    }
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// A text, such as a project's name.
    Text,
    /// An amount in the table's unit.
    Amount,
}

/// How often a form asks for a target table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// One, of the agency as a whole (整体绩效目标).
    Once,
    /// One of each project (项目支出绩效目标).
    EachProject,
}

/// A performance target table (绩效目标表): a head block of labels and values, and a table of indicators.
#[derive(Debug)]
pub struct TargetForm {
    /// Id of the contract.
    pub id: Arc<str>,
    /// Title as printed.
    pub title: String,
    /// How often the form asks for it; nothing: that is not known.
    pub asked: Option<Asked>,
    /// Keys of the title and its variants.
    pub title_keys: Vec<String>,
    /// Keys of all labels in its cells, by which the table is recognised.
    pub labels: FxHashSet<String>,
    /// Keys of the labels of the head block.
    pub head: TargetHead<Vec<String>>,
    /// Keys of the headings of the indicators.
    pub columns: IndicatorFields<Vec<String>>,
    /// First levels (一级指标), each with its second levels (二级指标), as keys.
    pub levels: Vec<(String, Vec<String>)>,
}

/// The fields of a target's head block.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TargetHead<T> {
    /// 预算单位.
    pub agency: T,
    /// 项目名称.
    pub project: T,
    /// 项目负责人.
    pub person_in_charge: T,
    /// 年度预算总额.
    pub amount_total: T,
    /// 财政拨款.
    pub amount_fiscal: T,
    /// 其他资金.
    pub amount_other: T,
    /// 项目总体目标.
    pub goal: T,
}

impl<T> TargetHead<T> {
    /// All fields.
    pub fn all(&self) -> [&T; 7] {
        [&self.agency, &self.project, &self.person_in_charge, &self.amount_total, &self.amount_fiscal, &self.amount_other, &self.goal]
    }

    /// The same, to be filled.
    pub fn all_mut(&mut self) -> [&mut T; 7] {
        [
            &mut self.agency,
            &mut self.project,
            &mut self.person_in_charge,
            &mut self.amount_total,
            &mut self.amount_fiscal,
            &mut self.amount_other,
            &mut self.goal,
        ]
    }
}

/// The fields of an indicator.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IndicatorFields<T> {
    /// 一级指标.
    pub level1: T,
    /// 二级指标.
    pub level2: T,
    /// 三级指标.
    pub level3: T,
    /// 指标值.
    pub value: T,
    /// 指标值设置依据.
    pub basis: T,
    /// 上年完成值.
    pub prior_value: T,
    /// 指标分值权重.
    pub weight: T,
    /// 指标赋分规则.
    pub scoring_rule: T,
    /// 佐证资料.
    pub evidence: T,
}

impl<T> IndicatorFields<T> {
    /// All fields, in the order of the table.
    pub fn all(&self) -> [&T; 9] {
        [
            &self.level1,
            &self.level2,
            &self.level3,
            &self.value,
            &self.basis,
            &self.prior_value,
            &self.weight,
            &self.scoring_rule,
            &self.evidence,
        ]
    }

    /// The same, to be filled.
    pub fn all_mut(&mut self) -> [&mut T; 9] {
        [
            &mut self.level1,
            &mut self.level2,
            &mut self.level3,
            &mut self.value,
            &mut self.basis,
            &mut self.prior_value,
            &mut self.weight,
            &mut self.scoring_rule,
            &mut self.evidence,
        ]
    }
}

impl TargetForm {
    /// The field of the head block that a label names.
    pub fn head_field(&self, label_key: &str) -> Option<usize> {
        self.head.all().into_iter().position(|labels| labels.iter().any(|label| label == label_key))
    }

    /// The field whose label begins like this and lacks no more than a character or two, and what it lacks.
    pub fn beginning_of_label(&self, text: &str) -> Option<(usize, &str)> {
        const MOST_LACKING: usize = 2;
        const FEWEST: usize = 3;
        if text.chars().count() < FEWEST {
            return None;
        }
        let lacking = |label: &'_ String| Some(label.len() - label.strip_prefix(text)?.len());
        self.head.all().into_iter().enumerate().find_map(|(field, labels)| {
            labels.iter().find_map(|label| {
                let rest = label.get(lacking(label)?..)?;
                (1..=MOST_LACKING).contains(&rest.chars().count()).then_some((field, rest))
            })
        })
    }

    /// The column that a heading names.
    pub fn column(&self, heading_key: &str) -> Option<usize> {
        self.columns.all().into_iter().position(|headings| headings.iter().any(|heading| heading == heading_key))
    }

    /// Is this a first level?
    pub fn is_first_level(&self, name_key: &str) -> bool {
        self.levels.iter().any(|(level, _)| level == name_key)
    }

    /// Is this a second level?
    pub fn is_second_level(&self, name_key: &str) -> bool {
        self.first_levels_of(name_key).next().is_some()
    }

    /// All levels, each first one before its second ones.
    pub fn all_levels(&self) -> impl Iterator<Item = &str> {
        self.levels.iter().flat_map(|(level, below)| std::iter::once(level).chain(below)).map(String::as_str)
    }

    /// The first levels that have this second level.
    pub fn first_levels_of<'t>(&'t self, name_key: &'t str) -> impl Iterator<Item = &'t str> {
        let has = move |(_, below): &&(String, Vec<String>)| below.iter().any(|level| level == name_key);
        self.levels.iter().filter(has).map(|(level, _)| level.as_str())
    }
}
