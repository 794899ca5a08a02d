//! Tables, rows and values of the contract.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Amount, Proof, Where};

/// One table of the disclosure (预算公开表).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Table {
    /// Table id, such as `expenditure_detail`.
    pub table: Arc<str>,
    /// Number in its form.
    pub number: u32,
    /// The label printed with the title (公开03表), on pages that show one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Title as the page prints it, without its label and white space; the form's title where there are no pages.
    pub title: String,
    /// Did the input show a title for this table? `false`: it was recognised by its rows alone.
    pub title_found: bool,
    /// Unit of every amount: 元 or 万元.
    pub unit: String,
    /// Pages that the table stands on.
    pub pages: Vec<u32>,
    /// Of a table that no form has: for each of its columns (`col_1`, …) the texts above it, from the top down.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headings: Vec<Vec<String>>,
    /// Rows in the order of the publication.
    pub rows: Vec<Row>,
    /// Remarks in the table or below it (注：…), as printed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// How much of it arithmetic proves.
    #[serde(default)]
    pub proof: Proof,
}

/// One row of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Row {
    /// Item, heading or total.
    pub kind: RowKind,
    /// Side of a two-sided table (收支总表).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
    /// Block of a side that has several (`by_function`, `by_use`); none for a row of the whole side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block: Option<Arc<str>>,
    /// What the row is, in a table without a column of names (`category`, `economic`, `item`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Arc<str>>,
    /// The repaired code with its levels joined (类 `201`, 款 `20103`, 项 `2010399`).
    pub code: Option<String>,
    /// Level of the code.
    pub code_level: Option<CodeLevel>,
    /// The code cells as they stood on the page.
    pub printed_code: Option<String>,
    /// The name with damage of reading undone.
    pub name: String,
    /// The name as printed, where `name` was completed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub printed_name: Option<String>,
    /// Every column of the form, in its order.
    pub values: Values,
    /// Other readings that nothing rules out (`ambiguous:<column>`): of each, the columns that would hold something else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Values>,
    /// Where the row stands.
    #[serde(rename = "where")]
    pub place: Where,
    /// Ids of the repairs made to this row.
    pub repairs: Vec<u32>,
    /// What was changed, inferred or is in doubt: `<flag>[:<column>]`.
    pub flags: Vec<String>,
    /// 0 to 1: the weakest link of the row.
    pub confidence: f32,
}

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RowKind {
    /// A line with its own amounts.
    Item,
    /// A 类 or 款 line without amounts.
    Heading,
    /// A 合计 or 总计 line.
    Total,
}

/// Side of a two-sided table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// 收入.
    Revenue,
    /// 支出.
    Expenditure,
}

/// Level of a classification code (科目级次).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CodeLevel {
    /// 类, three digits.
    Class,
    /// 款, five digits.
    Section,
    /// 项, seven digits.
    Item,
}

/// One value of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// The cell is empty.
    Empty,
    /// An amount in the table's unit.
    Amount(Amount),
    /// A text, such as a project's name.
    Text(String),
}

impl Value {
    /// The amount, where there is one.
    pub fn amount(&self) -> Option<Amount> {
        match self {
            Self::Amount(amount) => Some(*amount),
            Self::Empty | Self::Text(_) => None,
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Empty => serializer.serialize_none(),
            Self::Amount(amount) => amount.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<serde_json::value::RawValue>::deserialize(deserializer)?;
        let text = raw.get();
        if text == "null" {
            return Ok(Self::Empty);
        }
        if text.starts_with('"') {
            return serde_json::from_str(text).map(Self::Text).map_err(serde::de::Error::custom);
        }
        text.parse()
            .map(Self::Amount)
            .map_err(|_| serde::de::Error::custom(format!("`{text}` is neither an exact decimal, a text nor null")))
    }
}

/// The values of a row by column id, in the order of the form; written as a JSON object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Values(pub Vec<(Arc<str>, Value)>);

impl Values {
    /// The value of a column; `None` where the form has no such column.
    pub fn get(&self, column: &str) -> Option<&Value> {
        self.0.iter().find(|(id, _)| &**id == column).map(|(_, value)| value)
    }

    /// The amount of a column, where it holds one.
    pub fn amount(&self, column: &str) -> Option<Amount> {
        self.get(column).and_then(Value::amount)
    }
}

impl Serialize for Values {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (column, value) in &self.0 {
            map.serialize_entry(&**column, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Values;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object of values by column")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Values, A::Error> {
                let mut values = Vec::with_capacity(map.size_hint().unwrap_or(0));
                while let Some((column, value)) = map.next_entry::<String, Value>()? {
                    values.push((Arc::from(column), value));
                }
                Ok(Values(values))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

impl JsonSchema for Values {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Values".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let amount = generator.subschema_for::<Amount>();
        schemars::json_schema!({
            "type": "object",
            "description": "Column id to value: an amount, a text (project_name and the like) or null for an empty cell.",
            "additionalProperties": { "anyOf": [amount, { "type": "string" }, { "type": "null" }] }
        })
    }
}
