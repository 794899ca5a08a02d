//! Projects (项目支出) in the text: what their money is allocated to (资金分配情况).

use crate::disclosure::{Amount, Project};
use crate::grammar::TEXT_UNIT;

/// A project whose allocation does not add up to its amount.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct WrongAllocation {
    /// The project, by its place.
    pub(super) project: usize,
    pub(super) amount: Amount,
    /// What the amounts of the allocation come to.
    pub(super) allocated: Amount,
}

/// The projects whose allocation lists amounts that do not add up to theirs; `not_added` are words of amounts that are no parts of it.
pub(super) fn wrong_allocations(projects: &[Project], not_added: &[String]) -> Vec<WrongAllocation> {
    let wrong = |(at, project): (usize, &Project)| {
        let amount = project.amount?;
        let parts = parts(project.allocation.as_deref()?, not_added)?;
        // A whole, or what some of the parts are divided into, can be named among them.
        let is_it = |parts: &[Part]| {
            let (sum, half) = parts.iter().fold((0, 0), |(sum, half), part| (sum + part.amount, half + part.half));
            (sum - amount.scaled()).abs() <= half + amount.half_step()
        };
        if (0..parts.len()).any(|from| (from + 1..=parts.len()).any(|to| parts.get(from..to).is_some_and(is_it))) {
            return None;
        }
        let allocated = Amount::from_scaled(parts.iter().map(|part| part.amount).sum())?;
        Some(WrongAllocation { project: at, amount, allocated })
    };
    projects.iter().enumerate().filter_map(wrong).collect()
}

/// One amount of an allocation, in millionths of 万元, and half a unit of its last digit.
#[derive(Clone, Copy, Debug)]
struct Part {
    amount: i128,
    half: i128,
}

/// More parts than this are no list of a project's money.
const MOST_PARTS: usize = 32;

/// The parts of an allocation: only where each of them ends in an amount (电梯设备维护2.32万元、消防设备维保7万元), since the others would be missing.
fn parts(text: &str, not_added: &[String]) -> Option<Vec<Part>> {
    if not_added.iter().any(|word| text.contains(word.as_str())) {
        return None;
    }
    let parts = text.split(['；', '、', '，', '。', ';', ',']).map(str::trim).filter(|part| !part.is_empty());
    let parts: Vec<Part> = parts.map(amount_at_end).collect::<Option<_>>()?;
    (1..=MOST_PARTS).contains(&parts.len()).then_some(parts)
}

/// Yuan in 万元.
const YUAN: i128 = 10_000;

/// The amount at the end of a part. One whose name has a number too (10个社区各10万元) can be reckoned otherwise.
fn amount_at_end(part: &str) -> Option<Part> {
    let (front, yuan) = part.strip_suffix(TEXT_UNIT).map(|front| (front, 1)).or_else(|| Some((part.strip_suffix('元')?, YUAN)))?;
    let name = front.trim_end_matches(|sign: char| sign.is_ascii_digit() || sign == '.');
    let amount: Amount = front.get(name.len()..)?.parse().ok()?;
    let is_plain = !name.contains(|sign: char| sign.is_ascii_digit() || sign == '元');
    is_plain.then(|| Part { amount: amount.scaled() / yuan, half: amount.half_step() / yuan })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allocation_is_added_up_where_each_part_of_it_ends_in_an_amount() {
        let not_added = ["每", "均"].map(str::to_owned);
        let sum = |text: &str| {
            let sum = parts(text, &not_added)?.iter().map(|part| part.amount).sum();
            Amount::from_scaled(sum).map(|sum| sum.to_string())
        };
        // As published in Korla.
        assert_eq!(
            sum("大楼维修质保金13.41万元、电梯设备维护保养服务2.32万元、消防设备维保7万元、其他维修及维修材料购置7.27万元。").as_deref(),
            Some("30")
        );
        assert_eq!(sum("劳务费130380元；上级统计培训差旅费10000元；办公费9620元。").as_deref(), Some("15"));
        assert_eq!(sum("建设行业业务经费5万元。").as_deref(), Some("5"));
        // What one team gets, a part without an amount, two amounts in one part.
        assert_eq!(sum("工作队房租1.2万元，为民办实事经费每个工作队7万元。"), None);
        assert_eq!(sum("安委办安全生产业务工作经费，安全生产监督检查2万元"), None);
        assert_eq!(sum("新苑社区2万元东湖社区2万元"), None);
        assert_eq!(sum("宣传及培训费用78.77万元、10个社区1万元"), None);
        assert_eq!(sum(""), None);
    }

    #[test]
    fn a_whole_that_is_named_among_its_parts_is_counted_once() {
        let told = |amount: &str, allocation: &str| {
            let project = Project { amount: amount.parse().ok(), allocation: Some(allocation.to_owned()), ..Project::default() };
            wrong_allocations(&[project], &[]).first().map(|of| of.allocated.to_string())
        };
        assert_eq!(told("178.77", "预算安排178.77万元，主要用于设备更新162.55万元、宣传及培训16.22万元。"), None);
        assert_eq!(told("178.77", "设备更新100万元、62.55万元；宣传及培训费用16.22万元。"), None);
        // As published in Korla.
        assert_eq!(told("300", "建设行业业务经费5万元。").as_deref(), Some("5"));
    }
}
