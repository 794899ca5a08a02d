//! Row identities and agreements between tables: what a clerk writes in a form, as values.
//!
//! ```text
//! total = basic + project                       within every row
//! expenditure: total = general + fund           on one side of a two-sided table
//! total = personnel if code 301, 303            in rows whose code starts so
//! total = other_table.total by item             row by row, for the same code
//! total = other_table.total by item or less     at most the other table's amount
//! total = other_table.total by item or more     at least that
//! total = other_table.amount by class           added up by 类
//! basic = other_table.total by total             added up, against the total row
//! unit_funds = other_table.amount at 5.单位资金   added up, against one line
//! ```

use std::sync::Arc;

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while1};
use nom::character::complete::{char, digit1, multispace0, multispace1};
use nom::combinator::{all_consuming, map, opt, rest, value};
use nom::multi::separated_list1;
use nom::sequence::{delimited, preceded, terminated};
use nom::{IResult, Parser};

use crate::disclosure::Side;

/// `whole = part + part…` within a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// As written in the form.
    pub text: Arc<str>,
    /// Which block of the table it is about.
    pub block: usize,
    /// Column of the sum.
    pub whole: usize,
    /// Columns that are added.
    pub parts: Vec<usize>,
    /// Codes it is limited to; empty: every row.
    pub codes: Vec<String>,
}

/// Columns of this table against a column of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// As written in the form.
    pub text: Arc<str>,
    /// Columns of this table that are added.
    pub columns: Vec<usize>,
    /// The other table, its block and column.
    pub other: (usize, usize, usize),
    /// What is compared with what.
    pub scope: Scope,
    /// Equal, or at most.
    pub relation: Relation,
}

/// What an agreement compares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Rows of the same code.
    Item,
    /// The sum over a class (类) against the other table's line of that class.
    Class,
    /// The column's sum against the other table's total row.
    Total,
    /// The column's sum against one line of the other table, by its label key.
    Line(String),
}

/// How the two amounts of an agreement compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// They are the same.
    Equal,
    /// This table's amount is part of the other's.
    AtMost,
    /// The other table's amount is part of this one's.
    AtLeast,
}

/// A row identity as written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct WrittenIdentity<'a> {
    pub(super) side: Option<Side>,
    pub(super) whole: &'a str,
    pub(super) parts: Vec<&'a str>,
    pub(super) codes: Vec<&'a str>,
}

/// An agreement as written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct WrittenAgreement<'a> {
    pub(super) columns: Vec<&'a str>,
    pub(super) table: &'a str,
    pub(super) column: &'a str,
    pub(super) scope: WrittenScope<'a>,
    pub(super) relation: Relation,
}

/// A scope as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum WrittenScope<'a> {
    Item,
    Class,
    Total,
    Line(&'a str),
}

/// `[side:] column = column + column… [if code 301, 303]`
pub(super) fn identity(input: &str) -> IResult<&str, WrittenIdentity<'_>> {
    let side = terminated(alt((value(Side::Revenue, tag("revenue")), value(Side::Expenditure, tag("expenditure")))), spaced(':'));
    let codes = preceded((multispace1, tag("if"), multispace1, tag("code"), multispace1), separated_list1(spaced(','), digit1));
    let (input, (side, whole, _, parts, codes)) =
        all_consuming(delimited(multispace0, (opt(side), column, spaced('='), sum, opt(codes)), multispace0)).parse(input)?;
    Ok((input, WrittenIdentity { side, whole, parts, codes: codes.unwrap_or_default() }))
}

/// `column + column… = table.column by item|class|total [or less|or more]`, or `… at LABEL`
pub(super) fn agreement(input: &str) -> IResult<&str, WrittenAgreement<'_>> {
    let (input, (columns, _, table, _, column, _)) =
        (preceded(multispace0, sum), spaced('='), column, char('.'), column, multispace1).parse(input)?;
    let by = preceded(
        (tag("by"), multispace1),
        (
            alt((
                value(WrittenScope::Item, tag("item")),
                value(WrittenScope::Class, tag("class")),
                value(WrittenScope::Total, tag("total")),
            )),
            relation,
        ),
    );
    let at = map(preceded((tag("at"), multispace1), rest), |label: &str| (WrittenScope::Line(label.trim()), Relation::Equal));
    let (input, (scope, relation)) = all_consuming(alt((by, at))).parse(input)?;
    Ok((input, WrittenAgreement { columns, table, column, scope, relation }))
}

fn relation(input: &str) -> IResult<&str, Relation> {
    let word = alt((value(Relation::AtMost, tag("less")), value(Relation::AtLeast, tag("more"))));
    let or = preceded((multispace1, tag("or"), multispace1), word);
    map(terminated(opt(or), multispace0), |relation| relation.unwrap_or(Relation::Equal)).parse(input)
}

fn sum(input: &str) -> IResult<&str, Vec<&str>> {
    separated_list1(spaced('+'), column).parse(input)
}

fn column(input: &str) -> IResult<&str, &str> {
    take_while1(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')(input)
}

fn spaced<'a>(mark: char) -> impl Parser<&'a str, Output = char, Error = nom::error::Error<&'a str>> {
    delimited(multispace0, char(mark), multispace0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_are_read_as_documented() {
        let (_, simple) = identity("total = basic + project").expect("an identity");
        assert_eq!(simple, WrittenIdentity { side: None, whole: "total", parts: vec!["basic", "project"], codes: vec![] });
        let (_, limited) = identity(" expenditure: total = personnel if code 301, 303 ").expect("an identity");
        assert_eq!(
            limited,
            WrittenIdentity { side: Some(Side::Expenditure), whole: "total", parts: vec!["personnel"], codes: vec!["301", "303"] }
        );
        for wrong in ["total", "total = ", "total = basic project", "total == basic", "a = b if code"] {
            assert!(identity(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn agreements_are_read_as_documented() {
        let (_, by_item) = agreement("a + b = other.total by item or less").expect("an agreement");
        assert_eq!(
            by_item,
            WrittenAgreement {
                columns: vec!["a", "b"],
                table: "other",
                column: "total",
                scope: WrittenScope::Item,
                relation: Relation::AtMost
            }
        );
        let (_, at) = agreement("unit_funds = other.amount at 5.单位资金").expect("an agreement");
        assert_eq!((at.scope, at.relation), (WrittenScope::Line("5.单位资金"), Relation::Equal));
        for wrong in ["a = other by item", "a = other.total", "a = other.total by page", "a = other.total by item or other"] {
            assert!(agreement(wrong).is_err(), "{wrong}");
        }
    }
}
