//! Words by which running text is read (`narrative.toml`).

use aho_corasick::{AhoCorasick, BuildError, MatchKind};
use serde::Deserialize;

use super::key::key;

/// Words by which running text is read, as keys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NarrativeWords {
    /// Characters that recognition puts into running text.
    pub noise: Vec<char>,
    /// Headings.
    pub outline: OutlineWords,
    /// Units and staff.
    pub profile: ProfileWords,
    /// Explained terms.
    pub glossary: GlossaryWords,
    /// Line items.
    pub line_items: LineItemWords,
    /// Amounts besides those of line items.
    pub statements: StatementWords,
    /// Changes, shares and reasons.
    pub changes: ChangeWords,
    /// Projects.
    pub projects: ProjectWords,
    /// Values of performance targets.
    pub targets: OperatorWords,
}

/// Words of headings and of templates left unfilled.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutlineWords {
    /// Endings of headings.
    pub endings: Vec<String>,
    /// Any of these: the template was left unfilled.
    pub template_marks: Vec<String>,
    /// Several of these: the same.
    pub template_hints: Vec<String>,
    /// In headings over amounts of another fund.
    pub other_funds: Vec<String>,
    /// All of them, found in one pass.
    #[serde(skip)]
    signs: Option<AhoCorasick>,
}

/// What shows that a template was left unfilled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplateSign {
    /// One is enough.
    Mark,
    /// Several are needed.
    Hint,
    /// The unit of an amount, here with no number in front of it.
    Unit,
}

/// The unit of amounts in running text and in the heads of target tables.
pub const TEXT_UNIT: &str = "万元";

impl OutlineWords {
    /// The signs of a template in a text, and where each begins.
    pub fn signs<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (usize, TemplateSign)> + 't {
        let (marks, hints) = (self.template_marks.len(), self.template_hints.len());
        let sign = move |pattern: usize| match pattern {
            pattern if pattern < marks => TemplateSign::Mark,
            pattern if pattern < marks + hints => TemplateSign::Hint,
            _ => TemplateSign::Unit,
        };
        let found = self.signs.iter().flat_map(move |signs| signs.find_iter(text));
        found.map(move |found| (found.start(), sign(found.pattern().as_usize())))
    }
}

/// Words of the agency's profile.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileWords {
    /// In headings over units and staff.
    pub sections: Vec<String>,
    /// Before the list of units.
    pub unit_lists: Vec<String>,
    /// What the name of a department's own unit can have behind it.
    pub own_unit: Vec<String>,
    /// Before staff numbers.
    pub staff: StaffWords,
}

/// Words before staff numbers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffWords {
    /// 编制数.
    pub authorized: Vec<String>,
    /// 实有人数.
    pub actual: Vec<String>,
    /// 在职.
    pub in_post: Vec<String>,
    /// 退休.
    pub retired: Vec<String>,
    /// 离休.
    pub off_duty_retired: Vec<String>,
}

/// Words of explained terms.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GlossaryWords {
    /// In headings over them.
    pub sections: Vec<String>,
}

/// Words of line items.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineItemWords {
    /// Words behind names in quotes, joined with strokes.
    pub subjects: Vec<String>,
    /// Before the amount, anywhere in the item.
    pub amounts: Vec<String>,
    /// Before the amount, right behind the name.
    pub direct_amounts: Vec<String>,
    /// Before the same amount, stated a second time.
    pub restated_amounts: Vec<String>,
    /// Before the amount that it is compared with.
    pub compared_with: Vec<String>,
    /// Before the percentage that was spent.
    pub completion: Vec<String>,
    /// Before what it is for.
    pub purpose: Vec<String>,
}

/// Words of changes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeWords {
    /// More than before.
    pub increase: Vec<String>,
    /// Less than before.
    pub decrease: Vec<String>,
    /// At the beginning of a clause about the amount before it.
    pub comparing_clauses: Vec<String>,
    /// At the beginning of a sentence that compares the amount before it.
    pub comparing_sentences: Vec<String>,
    /// Behind what something is compared with.
    pub compared: Vec<String>,
    /// In front of a word that compares, where that is part of another word.
    pub no_comparison: Vec<String>,
    /// What a change is against, if that is the year before.
    pub year_before: Vec<String>,
    /// What was planned (预算).
    pub planned: Vec<String>,
    /// What was spent (执行数, 决算数).
    pub spent: Vec<String>,
    /// As before.
    pub unchanged: Vec<String>,
    /// Before such a word: not so.
    pub negations: Vec<String>,
    /// Before such a word: not quite.
    pub nearly: Vec<String>,
    /// Before a share of the whole.
    pub share: Vec<String>,
    /// Before the reason.
    pub reason: Vec<String>,
    /// At the beginning of a sentence that is no part of the reason before it.
    pub beyond_reason: Vec<String>,
    /// What a reason calls the money that was spent.
    pub spending: Vec<String>,
    /// Between these words and what they say.
    pub joints: Vec<String>,
}

/// Words of amounts besides those of line items.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementWords {
    /// Before what an amount includes.
    pub includes: Vec<String>,
    /// Behind the last of it.
    pub and_others: Vec<String>,
    /// What can stand in front of the words of a subject and does not make it another one.
    pub in_front: Vec<String>,
    /// What is carried over from the year before.
    pub carried_over: Vec<String>,
}

/// Words of projects.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProjectWords {
    /// What stands where a field is withheld.
    pub withheld: Vec<String>,
    /// In the allocation of a project's money: amounts that are not added up.
    pub not_added: Vec<String>,
    /// Labels of the fields.
    pub fields: ProjectFields<Vec<String>>,
}

/// The fields of a project.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProjectFields<T> {
    /// 项目名称.
    pub name: T,
    /// 设立的政策依据.
    pub policy_basis: T,
    /// 预算安排规模.
    pub amount: T,
    /// 项目承担单位.
    pub executing_unit: T,
    /// 资金分配情况.
    pub allocation: T,
    /// 资金执行时间.
    pub period: T,
    /// 资金来源.
    pub funding_source: T,
    /// 补贴人数.
    pub beneficiary_count: T,
    /// 补贴标准.
    pub subsidy_standard: T,
    /// 补贴范围.
    pub subsidy_scope: T,
    /// 补贴方式.
    pub subsidy_method: T,
    /// 发放程序.
    pub disbursement_procedure: T,
    /// 受益人群和社会效益.
    pub social_benefit: T,
}

impl<T> ProjectFields<T> {
    /// All fields, in the order of the text.
    pub fn all(&self) -> [&T; 13] {
        [
            &self.name,
            &self.policy_basis,
            &self.amount,
            &self.executing_unit,
            &self.allocation,
            &self.period,
            &self.funding_source,
            &self.beneficiary_count,
            &self.subsidy_standard,
            &self.subsidy_scope,
            &self.subsidy_method,
            &self.disbursement_procedure,
            &self.social_benefit,
        ]
    }

    /// The same, to be filled.
    pub fn all_mut(&mut self) -> [&mut T; 13] {
        [
            &mut self.name,
            &mut self.policy_basis,
            &mut self.amount,
            &mut self.executing_unit,
            &mut self.allocation,
            &mut self.period,
            &mut self.funding_source,
            &mut self.beneficiary_count,
            &mut self.subsidy_standard,
            &mut self.subsidy_scope,
            &mut self.subsidy_method,
            &mut self.disbursement_procedure,
            &mut self.social_benefit,
        ]
    }
}

/// Words and signs by which a target compares its value.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperatorWords {
    /// ≥
    pub at_least: Vec<String>,
    /// ≤
    pub at_most: Vec<String>,
    /// >
    pub above: Vec<String>,
    /// <
    pub below: Vec<String>,
    /// =
    pub equal: Vec<String>,
}

impl NarrativeWords {
    /// Folds what is compared as keys are.
    pub(super) fn into_keys(mut self) -> Result<Self, BuildError> {
        let fold = |words: &mut Vec<String>| words.iter_mut().for_each(|word| *word = folded(word));
        fold(&mut self.outline.endings);
        fold(&mut self.outline.template_hints);
        self.projects.fields.all_mut().into_iter().for_each(fold);
        let outline = &mut self.outline;
        let signs = outline.template_marks.iter().chain(&outline.template_hints).map(String::as_str).chain([TEXT_UNIT]);
        outline.signs = Some(AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(signs)?);
        Ok(self)
    }
}

/// As [`key`], but a colon at the end stays: it is part of the word.
fn folded(word: &str) -> String {
    let mut folded = key(word);
    if word.ends_with('：') {
        folded.push('：');
    }
    folded
}
