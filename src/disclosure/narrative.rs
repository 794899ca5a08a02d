//! What a disclosure says in words: its outline, line items, projects, performance targets, terms, and the agency itself.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Amount, Where};

/// The agency's units and staff (部门概况).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgencyProfile {
    /// Subordinate units (所属单位, 二级预算单位), as listed.
    pub subordinate_units: Vec<String>,
    /// Staff numbers (编制与实有人数).
    pub staff: Staff,
}

/// Staff numbers, in persons; `null` where the text does not state one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Staff {
    /// Authorized posts (编制数).
    pub authorized: Option<u32>,
    /// Persons there are (实有人数).
    pub actual: Option<u32>,
    /// In post (在职).
    pub in_post: Option<u32>,
    /// Retired (退休).
    pub retired: Option<u32>,
    /// Retired with full pay (离休): joined before October 1949.
    pub off_duty_retired: Option<u32>,
}

/// A heading of the outline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Section {
    /// As printed: `第一部分`, `一`, `（三）`.
    pub number: String,
    /// 1: 第一部分; 2: 一、; 3: （一）; 4: 1.
    pub level: u8,
    /// The words of the heading, broken lines joined.
    pub title: String,
    /// Where it stands.
    #[serde(rename = "where")]
    pub place: Where,
    /// Did the publisher leave the form's template here, unfilled? Then its text gives no data.
    pub unfilled_template: bool,
}

/// Which way an amount changed against last year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ChangeDirection {
    /// 增加, 增长.
    Increase,
    /// 减少, 下降.
    Decrease,
    /// 持平.
    None,
}

/// What the text says of one item of the functional classification (支出功能分类的项): its amount, the change and why.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LineItem {
    /// Its number in the list, as printed; not always in order.
    pub number: Option<String>,
    /// Class (类), as printed.
    pub class_name: Option<String>,
    /// Section (款), as printed.
    pub section_name: Option<String>,
    /// Item (项), as printed.
    pub item_name: String,
    /// Seven digits, found by the names in the tables or in the year's code list.
    pub code: Option<String>,
    /// The year that the amount is said to be of.
    pub fiscal_year: Option<u16>,
    /// In 万元: the budget (预算数), in a final account the outturn (支出决算).
    pub amount: Option<Amount>,
    /// In 万元: the same amount where the text states it a second time (`2023年预算安排441.25万元`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restated_amount: Option<Amount>,
    /// In 万元: the budget at the year's beginning (年初预算) in a final account; last year's outturn (上年执行数) where a budget compares with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compared_with: Option<Amount>,
    /// In percent: how much of the year's budget was spent (完成年初预算的 %).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completion_pct: Option<Amount>,
    /// Increase, decrease or none; `null` where nothing is said.
    pub change_direction: Option<ChangeDirection>,
    /// In 万元, without sign.
    pub change_amount: Option<Amount>,
    /// In percent, without sign, as printed.
    pub change_pct: Option<Amount>,
    /// What the word at the percentage says, where that is something else: `减少5万元，增长3%`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change_pct_direction: Option<ChangeDirection>,
    /// What the change is against, as printed: `2023年预算` in 比2023年预算减少5万元.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared_to: Option<String>,
    /// Why (主要原因), as printed.
    pub reason: Option<String>,
    /// What it is for (主要用于), as printed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// Where it stands.
    #[serde(rename = "where")]
    pub place: Where,
    /// What was inferred or is doubtful: `code_unknown`, `code_inferred`, `amount_missing`, `section_inferred`,
    /// `noise_removed` (a stray character of recognition).
    pub flags: Vec<String>,
}

/// A statement of an amount in running text: a total, a share, a change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Statement {
    /// The numbers of the headings above it: `第三部分/五/（二）`.
    pub section: String,
    /// What the amount is of, as printed.
    pub subject: String,
    /// In 万元.
    pub amount: Amount,
    /// Share of the whole (占 %).
    pub share_pct: Option<Amount>,
    /// The whole, where the text names it: `本年支出合计` in 占本年支出合计的99.94%.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share_of: Option<String>,
    /// Increase, decrease or none.
    pub change_direction: Option<ChangeDirection>,
    /// In 万元, without sign.
    pub change_amount: Option<Amount>,
    /// In percent, without sign.
    pub change_pct: Option<Amount>,
    /// What the word at the percentage says, where that is something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change_pct_direction: Option<ChangeDirection>,
    /// What the change is against, as printed: `上年` in 与上年相比增加5万元.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared_to: Option<String>,
    /// Why it changed, as printed; empty where the sentence ends before it (主要原因是。).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What it includes (主要包括), each name as printed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub includes: Vec<String>,
    /// Where it stands.
    #[serde(rename = "where")]
    pub place: Where,
}

/// A number of persons, or what the text says instead of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Count {
    /// A plain number (423 人).
    Number(u64),
    /// Anything else, as printed.
    Text(String),
}

/// A project as the text describes it (项目支出情况说明). What it does not say is `null`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Project {
    /// Its number in the list, as printed.
    pub number: Option<String>,
    /// Name (项目名称).
    pub name: Option<String>,
    /// Policy basis (设立的政策依据).
    pub policy_basis: Option<String>,
    /// Amount (预算安排规模) in 万元.
    pub amount: Option<Amount>,
    /// Executing unit (项目承担单位).
    pub executing_unit: Option<String>,
    /// Allocation of the money (资金分配情况).
    pub allocation: Option<String>,
    /// Period (资金执行时间).
    pub period: Option<String>,
    /// Source of the money (资金来源).
    pub funding_source: Option<String>,
    /// Persons subsidised (补贴人数).
    pub beneficiary_count: Option<Count>,
    /// Standard of the subsidy (补贴标准).
    pub subsidy_standard: Option<String>,
    /// Scope of the subsidy (补贴范围).
    pub subsidy_scope: Option<String>,
    /// Way of payment (补贴方式).
    pub subsidy_method: Option<String>,
    /// Procedure of payment (发放程序).
    pub disbursement_procedure: Option<String>,
    /// Beneficiaries and social benefit (受益人群和社会效益).
    pub social_benefit: Option<String>,
    /// Where it begins.
    #[serde(rename = "where")]
    pub place: Where,
    /// `withheld` (完全不予公开), `amount_not_a_number`, `noise_removed`.
    pub flags: Vec<String>,
}

/// How a target compares a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Operator {
    /// ≥
    #[serde(rename = ">=")]
    AtLeast,
    /// ≤
    #[serde(rename = "<=")]
    AtMost,
    /// =
    #[serde(rename = "=")]
    Equal,
    /// >
    #[serde(rename = ">")]
    Above,
    /// <
    #[serde(rename = "<")]
    Below,
}

/// A performance target table (绩效目标表): of one project, or of the whole agency.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Target {
    /// `performance_target` or `overall_performance_target`.
    pub table: Arc<str>,
    /// Budget unit (预算单位).
    pub agency: Option<String>,
    /// Project (项目名称); `null` for the whole agency.
    pub project: Option<String>,
    /// Person in charge (项目负责人).
    pub person_in_charge: Option<String>,
    /// Year, as the table says, else the document's.
    pub fiscal_year: Option<u16>,
    /// Total (年度预算总额) in 万元. For the whole agency the sum of the stated sources, flagged `sum:amount_total`.
    pub amount_total: Option<Amount>,
    /// Fiscal appropriation (财政拨款) in 万元.
    pub amount_fiscal: Option<Amount>,
    /// Other money (其他资金) in 万元.
    pub amount_other: Option<Amount>,
    /// Aim (项目总体目标, 年度绩效目标).
    pub goal: Option<String>,
    /// The indicators, in the order of the table.
    pub indicators: Vec<Indicator>,
    /// Where it begins.
    #[serde(rename = "where")]
    pub place: Where,
    /// What was inferred or is doubtful: `sum:<field>`, `not_an_amount:<field>`, `row_doubtful`, `heading_unknown:<heading>` (a column that the form does
    /// not know: its cells are left out).
    pub flags: Vec<String>,
}

/// One indicator (绩效指标) of a target.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Indicator {
    /// First level (一级指标), filled down.
    pub level1: Option<String>,
    /// Second level (二级指标), filled down.
    pub level2: Option<String>,
    /// Third level (三级指标): the indicator itself.
    pub level3: Option<String>,
    /// How the value compares.
    pub operator: Option<Operator>,
    /// Its number.
    pub value: Option<Amount>,
    /// Its unit.
    pub unit: Option<String>,
    /// The value as printed; ` / ` where a page break tore it.
    pub value_text: Option<String>,
    /// What the value is set by (指标值设置依据).
    pub basis: Option<String>,
    /// Last year's value (上年完成值), as printed.
    pub prior_value: Option<String>,
    /// Weight (指标分值权重).
    pub weight: Option<Amount>,
    /// Rule of scoring (指标赋分规则).
    pub scoring_rule: Option<String>,
    /// Evidence (佐证资料).
    pub evidence: Option<String>,
    /// Where it stands.
    #[serde(rename = "where")]
    pub place: Where,
    /// Numbers of the repairs.
    pub repairs: Vec<u32>,
    /// What was inferred or is doubtful: `level1_inferred`, `level2_moved`, `columns_shifted`, `row_joined`, `weight_not_a_number`,
    /// `level_unknown:<field>`, `name_completed:<field>`, `not_a_value`, `row_doubtful` (no rule shows the rows).
    pub flags: Vec<String>,
}

/// An explained term (名词解释).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Term {
    /// The term.
    pub term: String,
    /// What it means here.
    pub definition: String,
    /// Where it stands.
    #[serde(rename = "where")]
    pub place: Where,
}
