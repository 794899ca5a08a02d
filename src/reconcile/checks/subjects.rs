//! What the amounts of the text are of, as identities look for it: 收支总预算, but not 机关运行经费支出预算 for 支出预算.

use rustc_hash::FxHashSet;

use super::stated::sections;
use crate::disclosure::{Disclosure, Statement};
use crate::grammar::{NarrativeWords, Term, key, named_years};

/// The subjects of all statements.
pub(super) struct Subjects<'d> {
    of: Vec<Subject>,
    agency: String,
    words: &'d NarrativeWords,
}

struct Subject {
    key: String,
    /// Does it name another year than that of the disclosure, or does a heading over it name another fund?
    is_of_other_year: bool,
    is_of_other_fund: bool,
}

/// Is an amount the one that an identity is about?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meant {
    Yes,
    /// Its subject ends in the words, but what stands before them, the year or the heading can make it another one.
    Perhaps,
    No,
}

impl<'d> Subjects<'d> {
    pub(super) fn new(disclosure: &Disclosure, words: &'d NarrativeWords) -> Self {
        let year = disclosure.document.fiscal_year;
        let of_other_fund: FxHashSet<String> =
            words.outline.other_funds.iter().flat_map(|word| sections(&disclosure.sections, word)).collect();
        let subject = |of: &Statement| Subject {
            key: key(&of.subject),
            is_of_other_year: year.is_some_and(|year| named_years(&of.subject).any(|named| named.year != year)),
            is_of_other_fund: of_other_fund.contains(&of.section),
        };
        Self {
            of: disclosure.statements.iter().map(subject).collect(),
            agency: disclosure.document.agency.as_deref().map(key).unwrap_or_default(),
            words,
        }
    }

    /// The subject of a statement, as a key.
    pub(super) fn key(&self, statement: usize) -> &str {
        self.of.get(statement).map_or("", |of| of.key.as_str())
    }

    /// Is a statement the one that the words of an identity mean?
    pub(super) fn is_meant(&self, statement: usize, text: &Term) -> Meant {
        let Some(of) = self.of.get(statement) else { return Meant::No };
        let Some(before) = text.before_words(&of.key) else { return Meant::No };
        let is_of_other_fund = of.is_of_other_fund && !text.names_one_of(&self.words.outline.other_funds);
        if of.is_of_other_year || is_of_other_fund || !self.is_of_agency(before) { Meant::Perhaps } else { Meant::Yes }
    }

    /// Does what stands in front of the words name nothing but the agency, in short (省检察院) or whole, and the year?
    fn is_of_agency(&self, before: &str) -> bool {
        let mut name = before.replace(|sign: char| sign.is_ascii_digit(), "");
        if !self.agency.is_empty() {
            name = name.replace(&self.agency, "");
        }
        for word in &self.words.statements.in_front {
            name = name.replace(word.as_str(), "");
        }
        let mut agency = self.agency.chars();
        name.chars().all(|sign| agency.any(|other| other == sign))
    }

    /// Does a statement say what is carried over?
    pub(super) fn is_carried_over(&self, statement: usize) -> bool {
        self.words.statements.carried_over.iter().any(|word| self.key(statement).contains(word.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::Grammars;

    #[test]
    fn a_total_is_of_the_agency_whatever_it_calls_itself() {
        let grammars = Grammars::built_in().expect("the built-in grammars load");
        let is_its = |agency: &str, before: &str| {
            let subjects = Subjects { of: Vec::new(), agency: key(agency), words: &grammars.narrative };
            subjects.is_of_agency(&key(before))
        };
        // As published in Jiangsu, Shanghai and Xinjiang.
        assert!(is_its("江苏省人民检察院", "省检察院2018年"));
        assert!(is_its("上海市普陀区财政局", "2024年度"));
        assert!(is_its("库尔勒经济技术开发区管理委员会", "库尔勒经济技术开发区管理委员会2024年"));
        assert!(is_its("某市企业服务局", "企业服务局2024年部门"));
        assert!(is_its("", "本单位2024年"));
        // Parts of it, and others.
        for other in ["机关运行经费", "其他", "本级", "二级单位", "教育类", "公务用车运行费", "面向中小企业预留"]
        {
            assert!(!is_its("上海市普陀区财政局", other), "{other}");
        }
    }
}
