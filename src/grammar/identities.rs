//! `identities.toml`: what must hold in a disclosure besides what each form says of its own tables.

use std::sync::Arc;

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while1};
use nom::character::complete::{char, digit1, multispace0, multispace1};
use nom::combinator::{all_consuming, map, opt, value};
use nom::multi::{many0, separated_list1};
use nom::sequence::{delimited, preceded};
use nom::{IResult, Parser};
use serde::Deserialize;
use serde::de::Error as _;

use super::file::GrammarFile;
use super::form::Form;
use super::identity::Relation;
use super::key::key;
use crate::disclosure::{CheckKind, DocumentKind, Side};
use crate::error::GrammarError;

/// All of them.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identities {
    /// What is computed from the shape of every table.
    #[serde(default, rename = "rule")]
    pub rules: Vec<RuleText>,
    /// What is written in the language of the file.
    #[serde(default, rename = "identity")]
    pub identities: Vec<WrittenEquation>,
    /// What holds between two disclosures.
    #[serde(default, rename = "between")]
    pub between: Vec<BetweenDisclosures>,
    /// The wholes that the text names when it states a share.
    #[serde(default, rename = "whole")]
    pub wholes: Vec<NamedWhole>,
}

impl Identities {
    /// The name of all that is checked, and what it says in Chinese and in English.
    pub fn described(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        let rules = self.rules.iter().map(|of| (&*of.code, of.zh.as_str(), of.en.as_str()));
        let written = self.identities.iter().map(|of| (&*of.code, of.zh.as_str(), of.en.as_str()));
        rules.chain(written).chain(self.between.iter().map(|of| (&*of.code, of.zh.as_str(), of.en.as_str())))
    }
}

/// What a share is of, if its whole has one of some names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedWhole {
    /// What the text calls it.
    pub names: Vec<String>,
    /// What it is: the first that the disclosure has.
    pub is: Vec<Sum>,
}

/// Lines of tables that are added.
#[derive(Debug)]
pub struct Sum(pub Vec<Term>);

impl<'de> Deserialize<'de> for Sum {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match all_consuming(sum).parse(&text) {
            Ok((_, terms)) if terms.iter().all(is_line_sum) => Ok(Self(terms)),
            _ => Err(D::Error::custom(format!("`{text}` is no sum of lines; expected such as table.column[total]"))),
        }
    }
}

/// Is a term some lines of a table?
fn is_line_sum(term: &Term) -> bool {
    matches!(term, Term::Cell { lines, .. } if !matches!(lines, Lines::Each | Lines::EachClass | Lines::EachNamed(_)))
}

/// What a rule of the program checks, for people.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleText {
    /// Its name.
    pub code: Arc<str>,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// An identity between tables, or of text and tables.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenEquation {
    /// Its name.
    pub code: Arc<str>,
    /// Its kind.
    pub kind: CheckKind,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
    /// The kind of document that it is about; none: every kind.
    pub of: Option<DocumentKind>,
    /// The forms whose words it goes by; none: every form.
    #[serde(default)]
    pub forms: Vec<String>,
    /// It is about disclosures only in which this holds.
    pub only_if: Option<Expression>,
    /// What holds.
    #[serde(deserialize_with = "one_or_several")]
    pub holds: Vec<Expression>,
}

impl WrittenEquation {
    /// Is it about a disclosure of a kind and a form?
    pub fn is_about(&self, kind: DocumentKind, form: &str) -> bool {
        self.of.is_none_or(|of| of == kind) && (self.forms.is_empty() || self.forms.iter().any(|of| *of == *form))
    }
}

/// An expression, or a list of them.
fn one_or_several<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Expression>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        One(String),
        Several(Vec<String>),
    }
    let texts = match Written::deserialize(deserializer)? {
        Written::One(text) => vec![text],
        Written::Several(texts) => texts,
    };
    texts.iter().map(|text| Expression::read(text)).collect::<Result<_, _>>().map_err(D::Error::custom)
}

/// An identity between two disclosures: the left side is of the one, the right side of the other.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BetweenDisclosures {
    /// Its name.
    pub code: Arc<str>,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
    /// The kind of document that the left side is of; none: every kind.
    pub of: Option<DocumentKind>,
    /// What the right side is of.
    pub other: OtherDisclosure,
    /// Can what was corrected between the two be the reason where it does not hold?
    #[serde(default)]
    pub corrected: bool,
    /// What holds; several of one kind have one name.
    pub holds: Vec<Expression>,
}

/// Which other disclosure of the same publisher.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OtherDisclosure {
    /// The one of the same kind for the year before.
    YearBefore,
    /// That of its own unit (本级) for the same year.
    Unit,
}

/// Two sums and how they compare.
#[derive(Debug, PartialEq, Eq)]
pub struct Expression {
    /// As written.
    pub text: Arc<str>,
    /// Left side.
    pub left: Vec<Term>,
    /// How they compare.
    pub relation: Relation,
    /// Right side.
    pub right: Vec<Term>,
    /// What else the right side may be, where publishers count in two ways.
    pub or: Vec<Vec<Term>>,
}

/// What is added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// A cell, or the cells of some lines.
    Cell {
        /// Table id.
        table: String,
        /// Column id.
        column: String,
        /// Which lines.
        lines: Lines,
    },
    /// An amount of the running text.
    Text {
        /// How its subject ends.
        ends: String,
        /// Is that the whole subject?
        is_whole: bool,
        /// What its subject does not hold.
        not: Vec<String>,
    },
    /// The amounts that the text states of classes, in the sections whose heading holds some words.
    Classes {
        /// These words, as a key.
        section: String,
    },
    /// The amounts of the line items.
    LineItems,
    /// The fiscal funds of the projects' targets.
    Targets,
    /// The amounts of the projects that the text describes.
    Projects,
}

/// Lines of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lines {
    /// The last total line, of one side of a two-sided table if it has sides.
    Total(Option<Side>),
    /// The lines of a code.
    Code(String),
    /// The line whose key this is.
    Line(String),
    /// Each line of the other side's code.
    Each,
    /// The lines of each class (类) that the other side names.
    EachClass,
    /// Each line with the other side's name in this text column.
    EachNamed(String),
}

impl Expression {
    /// Is it of a kind that the checks know: lines against lines, one text against lines or its parts, classes or the line items against a column?
    pub(super) fn can_be_compared(&self) -> bool {
        let is_lines = |terms: &[Term]| terms.iter().all(is_line_sum);
        let is_known = match (self.left.as_slice(), self.right.as_slice()) {
            ([Term::LineItems], [Term::Cell { lines: Lines::Each, .. }])
            | ([Term::Targets | Term::Projects], [Term::Cell { lines: Lines::EachNamed(_), .. }]) => self.relation == Relation::Equal,
            ([Term::Text { .. }], [Term::Text { .. }, parts @ ..]) => {
                self.relation == Relation::Equal && !parts.is_empty() && parts.iter().all(|part| matches!(part, Term::Text { .. }))
            }
            ([Term::Text { .. }], right) => return is_lines(right) && self.or.iter().all(|terms| is_lines(terms)),
            ([Term::Cell { lines: Lines::EachClass, .. }], [Term::Cell { lines: Lines::EachClass, .. }]) => {
                self.relation == Relation::Equal
            }
            ([Term::Classes { .. }], right) => {
                let is_of_classes = |terms: &[Term]| matches!(terms, [Term::Cell { lines: Lines::EachClass, .. }]);
                return self.relation == Relation::Equal && is_of_classes(right) && self.or.iter().all(|terms| is_of_classes(terms));
            }
            (left, right) => is_lines(left) && is_lines(right),
        };
        is_known && self.or.is_empty()
    }

    /// All that is added on either side.
    pub(crate) fn terms(&self) -> impl Iterator<Item = &Term> {
        self.left.iter().chain(&self.right).chain(self.or.iter().flatten())
    }
}

impl Expression {
    fn read(text: &str) -> Result<Self, String> {
        let (_, (left, relation, right, or)) = expression(text)
            .map_err(|_| format!("`{text}` is no identity; expected SUM = SUM, such as table.column[total] = other.column[code 30217]"))?;
        Ok(Self { left, relation, right, or, text: Arc::from(text) })
    }
}

impl<'de> Deserialize<'de> for Expression {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl Term {
    /// Is it an amount of the text that has this subject, as a key?
    pub(crate) fn is_said_of(&self, subject: &str) -> bool {
        self.before_words(subject).is_some()
    }

    /// What stands before its words in such a subject.
    pub(crate) fn before_words<'s>(&self, subject: &'s str) -> Option<&'s str> {
        let Self::Text { ends, is_whole, not } = self else { return None };
        let before = subject.strip_suffix(ends.as_str()).filter(|before| !*is_whole || before.is_empty())?;
        (!not.iter().any(|word| subject.contains(word.as_str()))).then_some(before)
    }

    /// Does it look for one of some words?
    pub(crate) fn names_one_of(&self, words: &[String]) -> bool {
        matches!(self, Self::Text { ends, .. } if words.iter().any(|word| ends.contains(word.as_str())))
    }
}

/// Left side, relation, right side, and what else the right side may be.
type Sides = (Vec<Term>, Relation, Vec<Term>, Vec<Vec<Term>>);

fn expression(input: &str) -> IResult<&str, Sides> {
    let relation = alt((value(Relation::AtMost, tag("<=")), value(Relation::AtLeast, tag(">=")), value(Relation::Equal, tag("="))));
    all_consuming((sum, relation, sum, many0(preceded((tag("or"), multispace1), sum)))).parse(input)
}

fn sum(input: &str) -> IResult<&str, Vec<Term>> {
    separated_list1(char('+'), delimited(multispace0, term, multispace0)).parse(input)
}

fn term(input: &str) -> IResult<&str, Term> {
    let text = map(
        preceded(
            tag("text"),
            delimited(
                char('['),
                (opt((tag("only"), multispace1)), words, many0(preceded((char(','), multispace0, tag("not"), multispace1), words))),
                char(']'),
            ),
        ),
        |(only, ends, not): (Option<_>, &str, Vec<&str>)| Term::Text {
            ends: key(ends),
            is_whole: only.is_some(),
            not: not.into_iter().map(key).collect(),
        },
    );
    let classes = map(preceded(tag("classes"), delimited(char('['), words, char(']'))), |section| Term::Classes { section: key(section) });
    let of_text = alt((
        value(Term::LineItems, tag("line_items")),
        value(Term::Targets, tag("targets.amount_fiscal")),
        value(Term::Projects, tag("projects.amount")),
    ));
    let cell = map((name, char('.'), name, opt(delimited(char('['), lines, char(']')))), |(table, _, column, lines)| Term::Cell {
        table: table.to_owned(),
        column: column.to_owned(),
        lines: lines.unwrap_or(Lines::Each),
    });
    alt((text, classes, of_text, cell)).parse(input)
}

fn lines(input: &str) -> IResult<&str, Lines> {
    alt((
        value(Lines::Total(Some(Side::Revenue)), tag("revenue total")),
        value(Lines::Total(Some(Side::Expenditure)), tag("expenditure total")),
        value(Lines::Total(None), tag("total")),
        value(Lines::EachClass, tag("class")),
        map(preceded((tag("by"), multispace1), name), |column: &str| Lines::EachNamed(column.to_owned())),
        map(preceded((tag("code"), multispace1), digit1), |code: &str| Lines::Code(code.to_owned())),
        map(preceded((tag("line"), multispace1), words), |line: &str| Lines::Line(super::key::label_key(line))),
    ))
    .parse(input)
}

fn words(input: &str) -> IResult<&str, &str> {
    take_while1(|c: char| !matches!(c, ']' | ','))(input)
}

fn name(input: &str) -> IResult<&str, &str> {
    take_while1(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')(input)
}

/// The identities of `identities.toml`: where a form has the table that one names, it has the column. A folder need not hold every form.
pub(super) fn load(file: &GrammarFile, forms: &[Form]) -> Result<Identities, GrammarError> {
    let identities = file.parse::<Identities>()?;
    for identity in &identities.identities {
        if !identity.only_if.iter().flat_map(Expression::terms).all(is_line_sum) {
            let message = format!("`{}`: both sides are sums of lines, such as table.column[total]", identity.code);
            return Err(file.error(None, Some("only_if"), message));
        }
        if !identity.holds.iter().all(Expression::can_be_compared) {
            let message = format!(
                "`{}`: text[…] stands alone on the left, against lines of tables, with `or` between several, or against its parts (text[…] + text[…]); \
                 so does classes[…], against columns by class (table.column[class]), of which two can be compared too; line_items stands alone on the left, against a whole column (table.column); \
                 targets and projects stand alone on the left, against a column by name (table.column[by project_name]); \
                 every other term names its lines (table.column[total])",
                identity.code
            );
            return Err(file.error(None, Some("holds"), message));
        }
        if let Some((table, column)) =
            identity.holds.iter().chain(&identity.only_if).flat_map(Expression::terms).find_map(|term| unknown_column(term, forms))
        {
            let message = format!("`{}`: no form has a column {table}.{column}", identity.code);
            return Err(file.error(None, Some("holds"), message));
        }
    }
    for identity in &identities.between {
        let terms = || identity.holds.iter().flat_map(Expression::terms);
        if !terms().all(is_line_sum) || identity.holds.iter().any(|holds| !holds.or.is_empty()) {
            return Err(file.error(
                None,
                Some("holds"),
                format!("`{}`: both sides are sums of lines, such as table.column[total]", identity.code),
            ));
        }
        if let Some((table, column)) = terms().find_map(|term| unknown_column(term, forms)) {
            return Err(file.error(None, Some("holds"), format!("`{}`: no form has a column {table}.{column}", identity.code)));
        }
    }
    let mut of_wholes = identities.wholes.iter().flat_map(|whole| &whole.is).flat_map(|Sum(terms)| terms);
    if let Some((table, column)) = of_wholes.find_map(|term| unknown_column(term, forms)) {
        return Err(file.error(None, Some("is"), format!("no form has a column {table}.{column}")));
    }
    Ok(identities)
}

/// The column of a term that no form has though one has its table.
fn unknown_column<'t>(term: &'t Term, forms: &[Form]) -> Option<(&'t str, &'t str)> {
    let Term::Cell { table, column, lines } = term else { return None };
    let tables = || forms.iter().flat_map(|form| &form.tables).filter(|known| *known.id == **table);
    let has = |column: &String| tables().flat_map(|table| &table.blocks).any(|block| block.column_index(column).is_some());
    let names = if let Lines::EachNamed(names) = lines { Some(names) } else { None };
    let unknown = std::iter::once(column).chain(names).find(|column| !has(column))?;
    tables().next().map(|_| (table.as_str(), unknown.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_are_read_as_they_are_written() {
        let read = |text: &str| expression(text).map(|(_, (left, relation, right, _))| (left, relation, right)).ok();
        let cell = |table: &str, column: &str, lines| Term::Cell { table: table.to_owned(), column: column.to_owned(), lines };
        assert_eq!(
            read("a.total[total] = b.amount[revenue total] + c.x[code 30217]"),
            Some((
                vec![cell("a", "total", Lines::Total(None))],
                Relation::Equal,
                vec![cell("b", "amount", Lines::Total(Some(Side::Revenue))), cell("c", "x", Lines::Code("30217".to_owned()))]
            ))
        );
        let text =
            Term::Text { ends: "收入预算".to_owned(), is_whole: false, not: vec!["财政拨款".to_owned(), "基金".to_owned()] };
        assert_eq!(
            read("text[收入预算, not 财政拨款, not 基金] >= a.b[line 1.公务接待费]"),
            Some((vec![text], Relation::AtLeast, vec![cell("a", "b", Lines::Line("公务接待费".to_owned()))]))
        );
        assert_eq!(read("line_items = a.total"), Some((vec![Term::LineItems], Relation::Equal, vec![cell("a", "total", Lines::Each)])));
        assert_eq!(
            read("projects.amount = a.total[by project_name]"),
            Some((vec![Term::Projects], Relation::Equal, vec![cell("a", "total", Lines::EachNamed("project_name".to_owned()))]))
        );
        assert_eq!(
            read("classes[结构 情况] = a.total[class]"),
            Some((vec![Term::Classes { section: "结构情况".to_owned() }], Relation::Equal, vec![cell("a", "total", Lines::EachClass)]))
        );
        assert_eq!(read("text[政府采购预算] = text[货物] + text[服务]").map(|(left, _, right)| (left.len(), right.len())), Some((1, 2)));
        let others = expression("text[收入预算] = a.b[total] or a.b[total] + c.d[total] or e.f[total]").map(|(_, found)| found.3).ok();
        assert_eq!(others.map(|others| others.iter().map(Vec::len).collect::<Vec<_>>()), Some(vec![2, 1]));
        assert_eq!(read("a.total = "), None);
        assert_eq!(read("a.total[tota] = b.c[total]"), None);
    }
}
