//! The sentences of findings, each in English and Chinese, with the arithmetic.

use super::changes::{Stated, Wrong};
use super::equation::Identity;
use super::names::Witness;
use super::wording::{WrongNumber, WrongReason};
use crate::disclosure::{Amount, ChangeDirection, Row, Table};

/// A sentence, or a part of one.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sentence {
    pub(super) en: String,
    pub(super) zh: String,
}

/// Both sides of an identity, in the unit of the place that is told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sides<'n> {
    /// What the identity is called.
    pub(super) identity: &'n str,
    /// What it says, in Chinese.
    pub(super) zh: &'n str,
    pub(super) left: Option<Amount>,
    pub(super) right: Option<Amount>,
    pub(super) difference: Option<Amount>,
}

/// An amount for people.
fn of(amount: Option<Amount>) -> String {
    amount.map_or_else(|| "—".to_owned(), |amount| amount.to_string())
}

/// One cell is wrong, and so many identities say what it should be.
pub(super) fn wrong_value(
    name: &Sentence,
    (published, right): (Option<Amount>, Option<Amount>),
    mends: usize,
    sides: &Sides<'_>,
) -> Sentence {
    let (published, right) = (of(published), of(right));
    let Sides { identity, zh, left: a, right: b, difference } = *sides;
    let (a, b, difference) = (of(a), of(b), of(difference));
    let identities = if mends == 1 { "1 identity says" } else { &format!("{mends} identities say") };
    Sentence {
        en: format!("{} is published as {published}; {identities} {right} ({identity}: {a} against {b}, difference {difference})", name.en),
        zh: format!("{}公布为{published}，依{mends}项勾稽关系应为{right}（{zh}：{a} 与 {b}，相差{difference}）", name.zh),
    }
}

/// A row stands twice.
pub(super) fn repeated(name: &Sentence, sides: &Sides<'_>) -> Sentence {
    let Sides { identity, zh, left, right, .. } = *sides;
    let (a, b) = (of(left), of(right));
    Sentence {
        en: format!("{} stands twice, one line below the other; the totals count it once ({identity}: {a} against {b})", name.en),
        zh: format!("{}重复列示，合计只计一次（{zh}：{a} 与 {b}）", name.zh),
    }
}

/// An identity does not hold, and nothing singles a cell out; `is_absent`: the other table does not list the line.
pub(super) fn unexplained(name: &Sentence, sides: &Sides<'_>, is_absent: bool) -> Sentence {
    let Sides { identity, zh, left, right, difference } = *sides;
    let (a, b, difference) = (of(left), of(right), of(difference));
    let (why, why_zh) = if is_absent { (", as the other table does not list it", "，后者未列此项") } else { ("", "") };
    Sentence {
        en: format!("{}: {identity} does not hold: {a} against {b}, difference {difference}{why}", name.en),
        zh: format!("{}：勾稽关系“{zh}”不成立：{a} 与 {b}，相差{difference}{why_zh}", name.zh),
    }
}

/// A sum is there, and none of its parts.
pub(super) fn undivided(name: &Sentence, sides: &Sides<'_>) -> Sentence {
    let Sides { identity, zh, left, .. } = *sides;
    let sum = of(left);
    Sentence {
        en: format!("{} is {sum}; all of its parts are empty ({identity})", name.en),
        zh: format!("{}为{sum}，但各分栏均未填列（{zh}）", name.zh),
    }
}

/// A line item's amount is that of another line of its name.
pub(super) fn namesake(name: &Sentence, sides: &Sides<'_>, code: &str) -> Sentence {
    let Sides { identity, zh, left, right, difference } = *sides;
    let (a, b, difference) = (of(left), of(right), of(difference));
    Sentence {
        en: format!(
            "{}: {identity} does not hold: {a} against {b}, difference {difference}; {a} is the amount of {code}, which has the same name",
            name.en
        ),
        zh: format!("{}：勾稽关系“{zh}”不成立：{a} 与 {b}，相差{difference}；{a}是同名科目{code}的金额，类、款名称疑有误", name.zh),
    }
}

/// A sum is left empty, where its table has it otherwise.
pub(super) fn blank(name: &Sentence, sides: &Sides<'_>) -> Sentence {
    let Sides { identity, zh, right, .. } = *sides;
    let parts = of(right);
    Sentence {
        en: format!("{} is empty; its parts come to {parts} ({identity})", name.en),
        zh: format!("{}未填金额，按其各分栏应为{parts}（{zh}）", name.zh),
    }
}

/// An identity does not hold because of another finding.
pub(super) fn consequence(sides: &Sides<'_>, number: u32, because: &str) -> Sentence {
    let Sides { identity, zh, left, right, .. } = *sides;
    let (a, b) = (of(left), of(right));
    Sentence {
        en: format!("{identity} does not hold ({a} against {b}) because of finding {number}, {because}"),
        zh: format!("勾稽关系“{zh}”不成立（{a} 与 {b}），由第{number}项问题引起（{because}）"),
    }
}

/// An identity holds as far as the printed precision goes.
pub(super) fn rounding(name: &Sentence, sides: &Sides<'_>) -> Sentence {
    let Sides { identity, zh, left, right, difference } = *sides;
    let (a, b, difference) = (of(left), of(right), of(difference));
    Sentence {
        en: format!("{}: {identity} holds but for rounding: {a} against {b}, difference {difference}", name.en),
        zh: format!("{}：勾稽关系“{zh}”在四舍五入范围内成立：{a} 与 {b}，相差{difference}", name.zh),
    }
}

/// A row has another one's code, or another one's name.
pub(super) fn misnamed(table: &Table, row: &Row, (right, is_code): (&str, bool), witness: Witness) -> Sentence {
    let code = row.code.as_deref().unwrap_or_default();
    let (of, of_zh) = if is_code { ("the code", "编码") } else { ("the name", "名称") };
    let (by, by_zh) = witness_of(witness);
    Sentence {
        en: format!("table {} ({}): {code} is not the code of {}; {by} {of} {right}", table.number, table.title, row.name),
        zh: format!("表{}《{}》：编码{code}与名称“{}”不符，{by_zh}{of_zh}为“{right}”", table.number, table.title, row.name),
    }
}

/// A code is read otherwise than it is printed, as other tables have it.
pub(super) fn corrected(table: &Table, row: &Row) -> Sentence {
    let (printed, code) = (row.printed_code.as_deref().unwrap_or_default(), row.code.as_deref().unwrap_or_default());
    Sentence {
        en: format!(
            "table {} ({}): the code of {} is printed as `{printed}`, and read as {code}, which other tables of the disclosure have",
            table.number, table.title, row.name
        ),
        zh: format!("表{}《{}》：“{}”的编码印作“{printed}”，按本件其他表应为“{code}”，已按此读取", table.number, table.title, row.name),
    }
}

/// The text calls a class or a section otherwise than the tables.
pub(super) fn called_otherwise(name: &Sentence, code: &str, said: &str, printed: &str) -> Sentence {
    Sentence {
        en: format!("{} calls {code} {said}; the tables of the disclosure print {printed} for that code", name.en),
        zh: format!("{}把{code}写作“{said}”，本件各表该编码的名称为“{printed}”", name.zh),
    }
}

/// Who says that a code or a name is another one's.
fn witness_of(witness: Witness) -> (String, String) {
    match witness {
        Witness::Tables => ("other tables of the disclosure have".to_owned(), "本件其他表的".to_owned()),
        Witness::List(before, after) if before < after => {
            (format!("the code lists of {before} and {after} have"), format!("{before}年和{after}年科目目录中的"))
        }
        Witness::List(year, _) | Witness::Hint(year) => (format!("the code list of {year} has"), format!("{year}年科目目录中的")),
        Witness::Text(year) => {
            (format!("the text of the disclosure and the code list of {year} have"), format!("本件文字说明和{year}年科目目录中的"))
        }
    }
}

/// A table whose codes are not those of the code list.
pub(super) fn own_numbering(table: &Table, first: &Row, (wrong, all): (usize, usize), witness: Witness) -> Sentence {
    let (by, by_zh) = witness_of(witness);
    let (number, title, name) = (&table.number, &table.title, &first.name);
    let code = first.code.as_deref().unwrap_or_default();
    Sentence {
        en: format!(
            "table {number} ({title}) numbers its lines in its own way: for {wrong} of its {all} codes {by} another name, {code} {name} first"
        ),
        zh: format!("表{number}《{title}》自行编号：{all}个编码中有{wrong}个与{by_zh}名称不符，自{code}“{name}”起"),
    }
}

/// A stated share does not follow from its amounts; `other`: so many shares of its list are right of something between these amounts.
pub(super) fn wrong_share(
    name: &Sentence,
    (amount, whole): (Option<Amount>, Option<Amount>),
    (published, right): (Amount, Amount),
    other: Option<(usize, (Amount, Amount))>,
) -> Sentence {
    let (amount, whole) = (of(amount), of(whole));
    let (behind, behind_zh) = other.map_or_else(Default::default, |(shares, (from, to))| {
        (
            format!("; the {shares} shares of this list are of something between {from} and {to} instead"),
            format!("；本段{shares}项占比的基数均为{from}至{to}之间的另一数"),
        )
    });
    Sentence {
        en: format!("{} states a share of {published} %; its amounts give {right} % ({amount} of {whole}){behind}", name.en),
        zh: format!("{}公布的占比为{published}%，按其金额计算应为{right}%（{amount}占{whole}）{behind_zh}", name.zh),
    }
}

/// A stated completion does not follow from budget and outturn.
pub(super) fn wrong_completion(
    name: &Sentence,
    amounts: (Option<Amount>, Option<Amount>),
    (published, right): (Amount, Amount),
) -> Sentence {
    let (amount, budget) = (of(amounts.0), of(amounts.1));
    Sentence {
        en: format!("{} states a completion of {published} %; its amounts give {right} % ({amount} of {budget})", name.en),
        zh: format!("{}公布的完成年初预算比例为{published}%，按其金额计算应为{right}%（决算{amount}、年初预算{budget}）", name.zh),
    }
}

/// Another disclosure says otherwise.
pub(super) fn other_disclosure(
    name: &Sentence,
    identity: &Identity,
    (left, right): (Option<Amount>, Option<Amount>),
    other: &str,
) -> Sentence {
    let (left, right) = (of(left), of(right));
    let Identity { name: code, zh } = identity;
    Sentence {
        en: format!("{}: {code} does not hold: {left} by this disclosure, {right} in {other}", name.en),
        zh: format!("{}：“{zh}”不成立：按本件为{left}，{other}为{right}", name.zh),
    }
}

/// The text names another year than the one that is published.
pub(super) fn wrong_year(name: &Sentence, published: u16, right: u16) -> Sentence {
    Sentence {
        en: format!("{} is said to be of {published}; by the disclosure and most of what is like it there, it is of {right}", name.en),
        zh: format!("{}写作{published}年，按本件及其中多数同类应为{right}年", name.zh),
    }
}

/// A reason says the opposite of the change that it explains, or nothing.
pub(super) fn wrong_reason(name: &Sentence, (change, reason): (Option<ChangeDirection>, &str), wrong: WrongReason) -> Sentence {
    match wrong {
        WrongReason::Opposite(_) => {
            let (said, said_zh) = change.map_or(("", ""), way);
            Sentence {
                en: format!("{} states {said}; the reason that it gives is `{reason}`", name.en),
                zh: format!("{}公布为“{said_zh}”，主要原因却写“{reason}”", name.zh),
            }
        }
        WrongReason::Missing => Sentence {
            en: format!("the sentence on {} ends where the reason should follow", name.en),
            zh: format!("{}的“主要原因”后没有内容", name.zh),
        },
    }
}

/// The number of a line item stands twice, or behind the next one.
pub(super) fn wrong_number(name: &Sentence, number: u32, wrong: WrongNumber) -> Sentence {
    let before = number + 1;
    match wrong {
        WrongNumber::Repeated => Sentence {
            en: format!("{} has the number {number}, as the line item before it has", name.en),
            zh: format!("{}的序号{number}与前一项重复", name.zh),
        },
        WrongNumber::BehindNext => Sentence {
            en: format!("{} has the number {number}, and stands behind number {before}", name.en),
            zh: format!("{}的序号为{number}，却排在序号{before}之后", name.zh),
        },
    }
}

/// What a project's money is allocated to does not add up to it.
pub(super) fn wrong_allocation(name: &Sentence, amount: Amount, allocated: Amount) -> Sentence {
    Sentence {
        en: format!("{} is {amount}; what its money is allocated to comes to {allocated}", name.en),
        zh: format!("{}为{amount}，资金分配情况所列金额合计为{allocated}", name.zh),
    }
}

/// A table has amounts, and a remark that it is empty.
pub(super) fn not_empty(table: &Table, note: &str) -> Sentence {
    let (number, title) = (table.number, &table.title);
    Sentence {
        en: format!("table {number} ({title}) has amounts; its remark says that it is empty: `{note}`"),
        zh: format!("表{number}《{title}》列有金额，附注却写“{note}”"),
    }
}

/// The text says that an amount includes what the table has no amount for; `right` has one, and is not named.
pub(super) fn wrong_include(name: &Sentence, (said, right): (&str, Option<&str>), table: &Table) -> Sentence {
    let (number, title) = (table.number, &table.title);
    let (instead, instead_zh) = right.map_or_else(Default::default, |right| {
        (format!("; {right}, which has one, is not named"), format!("；该表有金额的“{right}”未列入"))
    });
    Sentence {
        en: format!("{} is said to include {said}, for which table {number} ({title}) has no amount{instead}", name.en),
        zh: format!("{}写明包括“{said}”，但表{number}《{title}》中该科目没有金额{instead_zh}", name.zh),
    }
}

/// An increase or a decrease.
fn way(direction: ChangeDirection) -> (&'static str, &'static str) {
    if direction == ChangeDirection::Increase { ("an increase", "增加") } else { ("a decrease", "减少") }
}

/// The weights of a target add up to something else than those of the others.
pub(super) fn wrong_weights(name: &str, (sum, usual): (Amount, Amount), having: usize) -> Sentence {
    Sentence {
        en: format!("the weights of the target `{name}` add up to {sum}; those of {having} targets of this disclosure to {usual}"),
        zh: format!("项目绩效目标“{name}”的指标分值权重合计为{sum}，本件其他{having}张绩效目标表均为{usual}"),
    }
}

/// A stated change contradicts itself.
pub(super) fn wrong_change(name: &Sentence, stated: &Stated, wrong: Wrong) -> Sentence {
    let percent = of(stated.percent);
    let amount = stated.amount;
    let (change, behind, behind_zh) = match (stated.change, stated.before) {
        (Some(change), _) => (of(Some(change)), "a change of", "增减额"),
        (None, before) => (of(before), "before it", "上年"),
    };
    let en = format!("{amount} with {behind} {change} and {percent} %");
    let zh = format!("本年{amount}、{behind_zh}{change}、幅度{percent}%");
    match wrong {
        Wrong::Percent(right) => Sentence {
            en: format!("{} states a change of {percent} %; its amounts give {right} % ({en})", name.en),
            zh: format!("{}公布的增减幅度为{percent}%，按其金额计算应为{right}%（{zh}）", name.zh),
        },
        Wrong::Direction(right) => {
            let (said, right) = (stated.direction.map_or(("", ""), way), way(right));
            Sentence {
                en: format!("{} states {}; its amounts give {} ({en})", name.en, said.0, right.0),
                zh: format!("{}公布为“{}”，按其金额应为“{}”（{zh}）", name.zh, said.1, right.1),
            }
        }
        Wrong::Words(other) => {
            let (said, other) = (stated.direction.map_or(("", ""), way), way(other));
            Sentence {
                en: format!("{} states {} and then {} ({en})", name.en, said.0, other.0),
                zh: format!("{}先写“{}”，后写“{}”（{zh}）", name.zh, said.1, other.1),
            }
        }
        Wrong::MoreThanAll => Sentence {
            en: format!("{} is {amount} and said to have increased by {change}: it would have been less than nothing", name.en),
            zh: format!("{}为{amount}，却写增加{change}：上年数将为负数", name.zh),
        },
        Wrong::NoBase => Sentence {
            en: format!("{} states a change of {percent} %, but there was nothing before ({en})", name.en),
            zh: format!("{}公布的增减幅度为{percent}%，但上年数为0，幅度无从计算（{zh}）", name.zh),
        },
    }
}
