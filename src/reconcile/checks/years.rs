//! Years that the text names: of line items, of headings and titles that the form asks for, of targets.

use rustc_hash::FxHashSet;

use super::places::{Places, start};
use super::sentences::Sentence;
use crate::disclosure::{DocumentKind, Statement, Where};
use crate::grammar::{key, named_years};

/// What is said to be of another year than the disclosure.
pub(super) struct WrongYear {
    pub(super) name: Sentence,
    pub(super) scope: String,
    pub(super) place: Option<Where>,
    pub(super) published: u16,
    pub(super) right: u16,
}

/// What is of another year, where most of its kind is of the year of the disclosure; `sections` are words of the headings that the form asks
/// for: another heading can well be about another year; `planned` are words for what was planned.
pub(super) fn wrong_years(places: &Places<'_, '_>, sections: &[String], planned: &[String]) -> Vec<WrongYear> {
    let Places { disclosure, views, ledger } = *places;
    let Some(right) = disclosure.document.fiscal_year else { return Vec::new() };
    let mut wrong = Vec::new();
    let items = disclosure.line_items.iter().enumerate().filter_map(|(at, item)| Some((item.fiscal_year?, ledger.line_item(at))));
    wrong.extend(of_other_years(items, right).map(|(published, at)| {
        let (name, scope, place) = (places.name(at), places.scope(at), places.place(at));
        WrongYear { name, scope, place, published, right }
    }));
    wrong.extend(wrong_bases(places, right, planned));
    let asked: Vec<String> = sections.iter().map(|section| key(section)).collect();
    let headings = disclosure.sections.iter().filter_map(|section| Some((only_year(&section.title)?, section)));
    let headings = headings.filter(|(_, section)| {
        let title = key(&section.title);
        asked.iter().any(|asked| title.contains(asked.as_str()))
    });
    wrong.extend(of_other_years(headings, right).map(|(published, section)| {
        let name = Sentence { en: format!("the heading `{}`", section.title), zh: format!("标题“{}”", section.title) };
        WrongYear { name, scope: format!("sections/{}", section.number), place: Some(section.place.clone()), published, right }
    }));
    let titles = views.iter().filter_map(|view| Some((only_year(&view.table.title)?, view.table)));
    wrong.extend(of_other_years(titles, right).map(|(published, table)| {
        let en = format!("the title of table {} ({})", table.number, table.title);
        let name = Sentence { en, zh: format!("表{}的标题《{}》", table.number, table.title) };
        WrongYear { name, scope: table.table.to_string(), place: table.rows.first().map(|row| row.place.clone()), published, right }
    }));
    let projects = disclosure.projects.iter().enumerate().filter_map(|(at, of)| Some((only_year(of.period.as_deref()?)?, at)));
    wrong.extend(of_other_years(projects, right).map(|(published, project)| {
        let of = disclosure.projects.get(project).and_then(|of| of.name.as_deref()).unwrap_or_default();
        let name = Sentence {
            en: format!("the period of the text's project `{of}`"), zh: format!("文字说明的项目“{of}”的资金执行时间")
        };
        let at = ledger.project(project);
        WrongYear { name, scope: places.scope(at), place: places.place(at), published, right }
    }));
    let targets = disclosure.targets.iter().filter_map(|target| Some((target.fiscal_year?, target)));
    wrong.extend(of_other_years(targets, right).map(|(published, target)| {
        let of = target.project.as_deref().unwrap_or_default();
        let name = Sentence { en: format!("the target `{of}`"), zh: format!("项目绩效目标“{of}”") };
        WrongYear { name, scope: format!("targets/{of}"), place: Some(target.place.clone()), published, right }
    }));
    wrong
}

/// What is compared with another year than the one before: 比2024年预算增加 in the budget of 2024.
fn wrong_bases(places: &Places<'_, '_>, year: u16, planned: &[String]) -> Vec<WrongYear> {
    let Places { disclosure, ledger, .. } = *places;
    let is_account = matches!(disclosure.document.kind, DocumentKind::DepartmentFinalAccount | DocumentKind::GovernmentFinalAccount);
    let base = |text: Option<&String>| {
        let text = text?;
        // What was spent is rightly compared with what was planned for the same year; and any year can be looked back at but the year itself.
        let is_plan = is_account && planned.iter().any(|word| text.contains(word.as_str()));
        let named = named_years(text).next().filter(|named| named.start == 0 && !is_plan)?;
        (named.year == year || named.year + 1 == year).then_some(named.year)
    };
    let items =
        disclosure.line_items.iter().enumerate().filter_map(|(at, item)| Some((base(item.compared_to.as_ref())?, ledger.line_item(at))));
    let said: FxHashSet<_> = disclosure.line_items.iter().map(|item| start(&item.place)).collect();
    // A line item's own amount is a statement too.
    let is_own = |of: &Statement| !said.contains(&start(&of.place));
    let statements = disclosure.statements.iter().enumerate().filter(|(_, of)| of.compared_to.is_some() && is_own(of));
    let statements = statements.filter_map(|(at, of)| Some((base(of.compared_to.as_ref())?, ledger.statement(at))));
    let wrong = of_other_years(items.chain(statements), year.saturating_sub(1));
    wrong
        .map(|(published, at)| {
            let Sentence { en, zh } = places.name(at);
            let name = Sentence { en: format!("what {en} is compared with"), zh: format!("{zh}的比较基数") };
            WrongYear { name, scope: places.scope(at), place: places.place(at), published, right: year.saturating_sub(1) }
        })
        .collect()
}

/// Those of another year, if most are of the right one.
fn of_other_years<T>(of_years: impl Iterator<Item = (u16, T)>, right: u16) -> impl Iterator<Item = (u16, T)> {
    let mut all = 0;
    let mut wrong: Vec<(u16, T)> = of_years.inspect(|_| all += 1).filter(|&(year, _)| year != right).collect();
    if 2 * wrong.len() >= all {
        wrong.clear();
    }
    wrong.into_iter()
}

/// The year that a text names, if it names one only.
fn only_year(text: &str) -> Option<u16> {
    let mut years = named_years(text).map(|named| named.year);
    let first = years.next()?;
    years.all(|year| year == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::only_year;

    #[test]
    fn a_heading_is_of_the_one_year_that_it_names() {
        assert_eq!(only_year("关于开发区管委会2024年收支预算情况的总体说明"), Some(2024));
        assert_eq!(only_year("2024 年度部门决算"), Some(2024));
        assert_eq!(only_year("2024年与2023年比较"), None);
        assert_eq!(only_year("收支总表"), None);
    }
}
