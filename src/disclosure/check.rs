//! Checks and proof: what arithmetic says of the published numbers.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use super::{Amount, Where};

/// An identity that does not simply hold: a finding, or a consequence of one.
///
/// One cause is one finding, at the smallest set of cells that explains all that fails because of it; what else fails refers to it by
/// `because_of`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    /// Number of the check in this document, from 1.
    pub number: u32,
    /// Kind of the identity.
    pub id: CheckKind,
    /// The identity, as `gongkai checks explain` knows it.
    pub identity: Arc<str>,
    /// Where the finding is: `<table>/<code or name>/<column>`, `line_items/<code>`, `targets/<project>`, `sections/<number>`.
    pub scope: String,
    /// What is published there, in the table's unit (万元 in running text).
    pub left: Option<Amount>,
    /// What the other side of the identity gives.
    pub right: Option<Amount>,
    /// `left` − `right`.
    pub difference: Option<Amount>,
    /// Does it hold? Only with the verdict `rounding`.
    pub holds: bool,
    /// Whose mistake it is.
    pub verdict: Verdict,
    /// The finding in English, with the arithmetic.
    pub message: String,
    /// The finding in Chinese.
    pub message_zh: String,
    /// What the value should have been, where arithmetic proves it.
    pub suggestion: Option<Suggestion>,
    /// Number of the finding that explains this failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because_of: Option<u32>,
    /// Where it stands.
    #[serde(rename = "where")]
    pub place: Option<Where>,
}

impl Check {
    /// Is it a finding: something does not hold, and no other finding explains it?
    pub fn is_finding(&self) -> bool {
        !self.holds && self.because_of.is_none()
    }
}

/// The kinds of identities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckKind {
    /// Columns of a row add up.
    RowSum,
    /// A 类 or 款 line is the sum of the lines below it.
    HierarchySum,
    /// A total line is the sum of its column.
    ColumnTotal,
    /// Two tables, or two sides of one, say the same.
    CrossTable,
    /// Running text and tables say the same.
    NarrativeVsTable,
    /// The percentage of a change follows from its amounts, and its word from its sign.
    ChangePct,
    /// A share follows from its amounts.
    Share,
    /// The parts of a project's budget add up.
    TargetSum,
    /// The weights of a target add up to the usual sum.
    WeightSum,
    /// Code and name belong together.
    CodeName,
    /// The year that is named is the one that is published.
    YearWord,
    /// Two disclosures of one publisher say the same.
    CrossDocument,
    /// The text is finished, and its line items are numbered in their order.
    Wording,
}

/// Whose mistake a failure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The printed precision explains it.
    Rounding,
    /// A page or a row is missing.
    IncompleteSource,
    /// The text is doubtful where it fails: perhaps our reading.
    Extraction,
    /// The publisher's own mistake.
    Publication,
}

/// A value that arithmetic proves.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Suggestion {
    /// An amount.
    Amount(Amount),
    /// A code, a name or a word.
    Text(String),
}

impl<'de> Deserialize<'de> for Suggestion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Exact numbers are read from their raw text only, which an untagged enum would have lost.
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let read = if raw.get().starts_with('"') {
            serde_json::from_str(raw.get()).map(Self::Text)
        } else {
            serde_json::from_str(raw.get()).map(Self::Amount)
        };
        read.map_err(serde::de::Error::custom)
    }
}

/// How much of a table is proved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Proof {
    /// Amounts that are there.
    pub values: u32,
    /// At least one identity that says something of the value holds, and none fails.
    pub proved: u32,
    /// An identity over the value fails because of it.
    pub contradicted: u32,
    /// No identity says anything of it, or one fails that adds it up with others, and nothing tells which of them is wrong.
    pub unchecked: u32,
    /// Identities that say something of the table's values.
    pub identities: u32,
}
