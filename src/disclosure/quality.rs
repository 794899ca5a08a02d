//! Quality of a disclosure: is everything there that its form asks for, and how far does it prove itself?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Proof;

/// What is there of what the form asks for, and what the checks say of it.
///
/// It says nothing of the money: a complete disclosure without findings can be of a bad budget.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Quality {
    /// Tables (预算公开表).
    pub tables: TableCompleteness,
    /// Headings of the running text (情况说明).
    pub sections: Completeness,
    /// Headings under which the publisher left the form's template, unfilled.
    pub unfilled_sections: u32,
    /// Performance targets (绩效目标表): of the agency, and one of each project.
    pub targets: Completeness,
    /// How much of all tables is proved.
    pub proof: Proof,
    /// How much of the values is proved, in hundredths of a percent; `null` where there is no value.
    pub proved_basis_points: Option<u32>,
    /// Findings by their kind.
    pub findings: FindingCounts,
}

/// What is there of what is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Completeness {
    /// How many the form asks for; 0 where it says nothing of them.
    pub asked: u32,
    /// How many of these are there.
    pub found: u32,
    /// What is not there.
    pub missing: Vec<String>,
}

/// What is there of the form's tables.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TableCompleteness {
    /// How many tables the form has.
    pub asked: u32,
    /// How many of these are there.
    pub found: u32,
    /// Ids of those that are not there.
    pub missing: Vec<String>,
    /// Ids of those that are there without a title; rows at their heads may be missing.
    pub without_title: Vec<String>,
    /// Ids of those that are there without any amount: the publisher has nothing to say in them.
    pub without_amounts: Vec<String>,
}

/// How many findings of each kind there are; what follows from another finding is not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FindingCounts {
    /// The publisher's own mistakes.
    pub publication: u32,
    /// What may be a mistake of reading.
    pub extraction: u32,
    /// What a missing page or title leaves open.
    pub incomplete_source: u32,
    /// What holds but for rounding: no mistake.
    pub rounding: u32,
}
