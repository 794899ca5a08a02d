//! Findings as the contract tells them: scope, arithmetic, verdict, and a sentence in Chinese and English.

use std::sync::Arc;

use super::blame::Cause;
use super::changes::{self, Outcome, Stated, Wrong};
use super::equation::{Equation, Equations};
use super::ledger::{At, Ledger, Place};
use super::names::{Misnamed, Right};
use super::tables::View;
use crate::disclosure::{
    Amount, ChangeDirection, Check, CheckKind, Disclosure, LineItem, Row, Side, Statement, Suggestion, Table, TextLayer, Verdict, Where,
};

/// Flags to be set: table, row, flag.
pub(super) type Flags = Vec<(usize, usize, String)>;

/// The findings so far.
pub(super) struct Report<'r, 'd> {
    disclosure: &'d Disclosure,
    views: &'r [View<'d>],
    equations: &'r Equations,
    ledger: &'r Ledger,
    corrected: &'r Ledger,
    checks: Vec<Check>,
    flags: Flags,
}

impl<'r, 'd> Report<'r, 'd> {
    pub(super) fn new(
        disclosure: &'d Disclosure,
        views: &'r [View<'d>],
        equations: &'r Equations,
        ledger: &'r Ledger,
        corrected: &'r Ledger,
    ) -> Self {
        Self { disclosure, views, equations, ledger, corrected, checks: Vec::new(), flags: Vec::new() }
    }

    /// The findings, numbered, and the flags that go with them.
    pub(super) fn finish(self) -> (Vec<Check>, Flags) {
        (self.checks, self.flags)
    }

    fn next_number(&self) -> u32 {
        u32::try_from(self.checks.len()).unwrap_or(u32::MAX - 1) + 1
    }

    /// Tells what does not add up: each cause once, then what fails because of it.
    pub(super) fn add_causes(&mut self, causes: &[Cause]) {
        for cause in causes {
            let mut failing: Vec<u32> = std::iter::once(cause.told_by).chain(cause.explains.iter().copied()).collect();
            // The identity that says most of one cell goes first: within its row, its column, then across.
            failing.sort_by_key(|&at| (self.equations.list().get(at as usize).map(|equation| equation.kind), at));
            let Some((&first, others)) = failing.split_first() else { continue };
            let Some(equation) = self.equations.list().get(first as usize) else { continue };
            let number = self.next_number();
            let finding = self.finding(number, cause, equation);
            let (scope, verdict) = (finding.scope.clone(), finding.verdict);
            self.flag(cause, equation);
            self.checks.push(finding);
            for &other in others {
                let Some(equation) = self.equations.list().get(other as usize) else { continue };
                let consequence = self.consequence(equation, number, &scope, verdict);
                self.checks.push(consequence);
            }
        }
    }

    /// Flags what is blamed.
    fn flag(&mut self, cause: &Cause, equation: &Equation) {
        let cells: Vec<At> = match &cause.change {
            Some(change) => change.by.iter().map(|&(at, _)| at).collect(),
            None => self.equations.left(equation).to_vec(),
        };
        for at in cells {
            if let Some(Place::Cell(table, row, column)) = self.ledger.get(at).map(|entry| entry.place)
                && let Some(column) = self.column(table, row, column)
            {
                self.flags.push((table, row, format!("fails_check:{column}")));
            }
        }
    }

    fn finding(&self, number: u32, cause: &Cause, equation: &Equation) -> Check {
        // The arithmetic of this finding alone: what other findings explain is taken as they say.
        let (left, right) = self.equations.sides(equation, self.corrected);
        let own = |terms: &[At]| {
            let by = cause.change.iter().flat_map(|change| &change.by);
            by.map(|&(at, by)| by * terms.iter().filter(|&&term| term == at).fold(0, |count, _| count + 1)).sum::<i128>()
        };
        let (left, right) = (left - own(self.equations.left(equation)), right - own(self.equations.right(equation)));
        let at = match &cause.change {
            Some(change) => change.by.first().map(|&(at, _)| at),
            None => self.equations.left(equation).first().copied(),
        };
        let by = cause.change.as_ref().and_then(|change| change.by.first()).map(|&(_, by)| by);
        let factor = at.and_then(|at| self.ledger.get(at)).map_or(1, |entry| entry.factor.max(1));
        let published = at.and_then(|at| self.ledger.amount(at));
        let in_unit = |amount: i128| Amount::from_scaled(amount / factor);
        let (shown, should) = match (published, by) {
            (Some(published), Some(by)) => (published, published + by),
            _ => (left, right),
        };
        let is_repeated = cause
            .change
            .as_ref()
            .is_some_and(|change| change.by.iter().all(|&(at, by)| self.ledger.amount(at) == Some(-by)) && change.by.len() > 1);
        let scope = at.map(|at| self.scope(at)).unwrap_or_default();
        let place = at.and_then(|at| self.place(at));
        let identity = self.equations.name(equation);
        let sums = (text(in_unit(left)), text(in_unit(right)), text(in_unit(left - right)));
        let name = at.map(|at| self.name(at)).unwrap_or_default();
        let (message, message_zh) = if is_repeated {
            (
                format!(
                    "{scope}: {} stands twice, one line below the other; the totals count it once ({identity}: {} against {})",
                    name.0, sums.0, sums.1
                ),
                format!("{}重复列示，合计只计一次（{}：{} 与 {}）", name.1, identity, sums.0, sums.1),
            )
        } else if by.is_some() {
            (
                format!(
                    "{scope}: {} is published as {}; {} identities say {} ({identity}: {} against {}, difference {})",
                    name.0,
                    text(in_unit(shown)),
                    cause.mends,
                    text(in_unit(should)),
                    sums.0,
                    sums.1,
                    sums.2
                ),
                format!(
                    "{}公布为{}，依{}项勾稽关系应为{}（{}：{} 与 {}，相差{}）",
                    name.1,
                    text(in_unit(shown)),
                    cause.mends,
                    text(in_unit(should)),
                    identity,
                    sums.0,
                    sums.1,
                    sums.2
                ),
            )
        } else {
            (
                format!("{scope}: {identity} does not hold: {} against {}, difference {}", sums.0, sums.1, sums.2),
                format!("{}：勾稽关系“{}”不成立：{} 与 {}，相差{}", name.1, identity, sums.0, sums.1, sums.2),
            )
        };
        Check {
            number,
            id: equation.kind,
            identity,
            scope,
            left: in_unit(shown),
            right: in_unit(should),
            difference: in_unit(shown - should),
            holds: false,
            verdict: self.verdict(cause, equation),
            message,
            message_zh,
            suggestion: by.filter(|_| !is_repeated).and_then(|_| in_unit(should)).map(Suggestion::Amount),
            because_of: None,
            place,
        }
    }

    fn consequence(&self, equation: &Equation, number: u32, because: &str, verdict: Verdict) -> Check {
        let at = self.equations.left(equation).first().copied();
        let factor = at.and_then(|at| self.ledger.get(at)).map_or(1, |entry| entry.factor.max(1));
        let (left, right) = self.equations.sides(equation, self.ledger);
        let in_unit = |amount: i128| Amount::from_scaled(amount / factor);
        let identity = self.equations.name(equation);
        let scope = at.map(|at| self.scope(at)).unwrap_or_default();
        let (a, b, difference) = (in_unit(left), in_unit(right), in_unit(left - right));
        Check {
            number: self.next_number(),
            id: equation.kind,
            message: format!("{scope}: {identity} does not hold ({} against {}) because of finding {number}, {because}", text(a), text(b)),
            message_zh: format!("勾稽关系“{identity}”不成立（{} 与 {}），由第{number}项问题引起（{because}）", text(a), text(b)),
            identity,
            scope,
            left: a,
            right: b,
            difference,
            holds: false,
            verdict,
            suggestion: None,
            because_of: Some(number),
            place: at.and_then(|at| self.place(at)),
        }
    }

    /// Whose mistake is it?
    fn verdict(&self, cause: &Cause, equation: &Equation) -> Verdict {
        let cells: Vec<At> = match &cause.change {
            Some(change) => change.by.iter().map(|&(at, _)| at).collect(),
            None => self.equations.terms(equation).collect(),
        };
        let tables: Vec<&Table> = self
            .equations
            .terms(equation)
            .chain(cells.iter().copied())
            .filter_map(|at| match self.ledger.get(at)?.place {
                Place::Cell(table, ..) => self.disclosure.tables.get(table),
                _ => None,
            })
            .collect();
        // In recognised text a row without any of its parts may have lost them.
        let has_lost = equation.kind == CheckKind::RowSum
            && self.disclosure.source.text_layer != TextLayer::Embedded
            && !self.equations.right(equation).iter().any(|&at| self.ledger.is_filled(at));
        if has_lost || cells.iter().any(|&at| self.is_doubtful(at)) {
            return Verdict::Extraction;
        }
        let is_summed =
            matches!(equation.kind, CheckKind::ColumnTotal | CheckKind::HierarchySum | CheckKind::CrossTable | CheckKind::NarrativeVsTable);
        // Without a title or a total some rows may be missing.
        let has_total = |table: &Table| table.rows.iter().any(|row| row.kind == crate::disclosure::RowKind::Total);
        let is_proved = cause.change.is_some() && cause.mends > 1;
        if is_summed && !is_proved && tables.iter().any(|table| !table.title_found || !has_total(table)) {
            return Verdict::IncompleteSource;
        }
        Verdict::Publication
    }

    /// Is what stands there perhaps not what was published?
    fn is_doubtful(&self, at: At) -> bool {
        match self.ledger.get(at).map(|entry| entry.place) {
            Some(Place::Cell(table, row, column)) => {
                let column = self.column(table, row, column);
                let flags = self.row(table, row).map_or(&[][..], |row| row.flags.as_slice());
                flags.iter().any(|flag| {
                    let (kind, of) = flag.split_once(':').map_or((flag.as_str(), None), |(kind, of)| (kind, Some(of)));
                    matches!(kind, "ambiguous" | "row_doubtful" | "column_inferred" | "amount_repaired")
                        && of.is_none_or(|of| column.as_deref() == Some(of))
                })
            }
            Some(Place::Target(target, _)) => self.disclosure.targets.get(target).is_some_and(|target| !target.flags.is_empty()),
            Some(Place::LineItem(item)) => {
                let doubts = |flag: &String| !matches!(flag.as_str(), "section_inferred" | "change_incomplete");
                self.disclosure.line_items.get(item).is_some_and(|item| item.flags.iter().any(doubts))
            }
            _ => false,
        }
    }

    /// The amount of a line item or a statement as printed.
    fn place_amount(&self, at: At) -> Option<Amount> {
        match self.ledger.get(at)?.place {
            Place::LineItem(item) => self.disclosure.line_items.get(item)?.amount,
            Place::Statement(statement) => self.disclosure.statements.get(statement).map(|statement| statement.amount),
            Place::Cell(..) | Place::Target(..) => None,
        }
    }

    fn row(&self, table: usize, row: usize) -> Option<&'d Row> {
        self.disclosure.tables.get(table)?.rows.get(row)
    }

    fn column(&self, table: usize, row: usize, column: usize) -> Option<Arc<str>> {
        self.row(table, row)?.values.0.get(column).map(|(id, _)| Arc::clone(id))
    }

    fn place(&self, at: At) -> Option<Where> {
        match self.ledger.get(at)?.place {
            Place::Cell(table, row, _) => self.row(table, row).map(|row| row.place.clone()),
            Place::LineItem(item) => self.disclosure.line_items.get(item).map(|item| item.place.clone()),
            Place::Statement(statement) => self.disclosure.statements.get(statement).map(|statement| statement.place.clone()),
            Place::Target(target, _) => self.disclosure.targets.get(target).map(|target| target.place.clone()),
        }
    }

    fn scope(&self, at: At) -> String {
        match self.ledger.get(at).map(|entry| entry.place) {
            Some(Place::Cell(table, row, column)) => {
                let (Some(of), Some(row_of)) = (self.disclosure.tables.get(table), self.row(table, row)) else { return String::new() };
                scope_of_row(of, row_of, self.column(table, row, column).as_deref())
            }
            Some(Place::LineItem(item)) => self.disclosure.line_items.get(item).map(scope_of_item).unwrap_or_default(),
            Some(Place::Statement(statement)) => self.disclosure.statements.get(statement).map(scope_of_statement).unwrap_or_default(),
            Some(Place::Target(target, field)) => {
                let of = self.disclosure.targets.get(target);
                let name = of.and_then(|target| target.project.as_deref()).unwrap_or_default();
                format!("targets/{name}/{}", TARGET_FIELDS.get(field).copied().unwrap_or_default())
            }
            None => String::new(),
        }
    }

    /// What a place is called, in English and Chinese.
    fn name(&self, at: At) -> (String, String) {
        match self.ledger.get(at).map(|entry| entry.place) {
            Some(Place::Cell(table, row, column)) => {
                let (Some(of), Some(row_of)) = (self.disclosure.tables.get(table), self.row(table, row)) else { return Default::default() };
                let column = self.heading(table, row, column);
                let code = row_of.code.as_deref().map(|code| format!("{code} ")).unwrap_or_default();
                (
                    format!("table {} ({}), {code}{}, {column}", of.number, of.title, row_of.name),
                    format!("表{}《{}》“{code}{}”行“{column}”栏", of.number, of.title, row_of.name),
                )
            }
            Some(Place::LineItem(item)) => {
                let item = self
                    .disclosure
                    .line_items
                    .get(item)
                    .map(|item| (item.code.as_deref().unwrap_or(""), item.item_name.as_str()))
                    .unwrap_or_default();
                (format!("the line item {} {}", item.0, item.1), format!("文字说明“{} {}”项", item.0, item.1))
            }
            Some(Place::Statement(statement)) => {
                let subject = self.disclosure.statements.get(statement).map_or("", |statement| statement.subject.as_str());
                (format!("the narrative's `{subject}`"), format!("文字说明“{subject}”"))
            }
            Some(Place::Target(target, field)) => {
                let name = self.disclosure.targets.get(target).and_then(|target| target.project.as_deref()).unwrap_or_default();
                let (field, zh) = [("total", "年度预算总额"), ("fiscal funds", "财政拨款"), ("other funds", "其他资金")]
                    .get(field)
                    .copied()
                    .unwrap_or_default();
                (format!("{field} of the target `{name}`"), format!("项目绩效目标“{name}”的{zh}"))
            }
            None => Default::default(),
        }
    }

    /// The heading over a column, as the form has it.
    fn heading(&self, table: usize, row: usize, column: usize) -> String {
        let view = self.views.iter().find(|view| view.at == table);
        let block = view.and_then(|view| view.form.blocks.get(view.blocks.get(row).copied().flatten()?));
        let heading = block.and_then(|block| block.columns.get(column)).map(|column| column.heading.join("/"));
        heading
            .filter(|heading| !heading.is_empty())
            .unwrap_or_else(|| self.column(table, row, column).map_or_else(String::new, |id| id.to_string()))
    }

    /// Tells which rows have another one's code or name.
    pub(super) fn add_misnamed(&mut self, misnamed: &[Misnamed]) {
        for found in misnamed {
            let Some(view) = self.views.get(found.view) else { continue };
            let Some(row) = view.table.rows.get(found.row) else { continue };
            let (right, is_code) = match &found.right {
                Right::Code(code) => (code, true),
                Right::Name(name) => (name, false),
            };
            let scope = scope_of_row(view.table, row, None);
            let code = row.code.as_deref().unwrap_or("");
            let of = if is_code { "the code" } else { "the name" };
            let of_zh = if is_code { "编码" } else { "名称" };
            let check = Check {
                number: self.next_number(),
                id: CheckKind::CodeName,
                identity: Arc::from("code_name"),
                message: format!("{scope}: {code} is not the code of {}; other tables of the disclosure have {of} {right}", row.name),
                message_zh: format!(
                    "表{}《{}》：编码{code}与名称“{}”不符，本件其他表的{of_zh}为“{right}”",
                    view.table.number, view.table.title, row.name
                ),
                scope,
                left: None,
                right: None,
                difference: None,
                holds: false,
                verdict: Verdict::Publication,
                suggestion: Some(Suggestion::Text(right.clone())),
                because_of: None,
                place: Some(row.place.clone()),
            };
            self.checks.push(check);
            self.flags.push((view.at, found.row, format!("fails_check:{}", if is_code { "code" } else { "name" })));
        }
    }

    /// Tells which changes of the text contradict themselves; amounts are taken as the causes found so far have them.
    pub(super) fn add_changes(&mut self) {
        let disclosure = self.disclosure;
        for (at, item) in disclosure.line_items.iter().enumerate() {
            let stated = |amount| Stated {
                amount,
                direction: item.change_direction,
                change: item.change_amount,
                percent: item.change_pct,
                before: item.compared_with,
            };
            let name = (
                format!("the line item {}", item.item_name),
                format!("文字说明“{} {}”项", item.code.as_deref().unwrap_or(""), item.item_name),
            );
            self.add_change(self.ledger.line_item(at), stated, &scope_of_item(item), &name, &item.place);
        }
        for (at, of) in disclosure.statements.iter().enumerate() {
            let stated =
                |amount| Stated { amount, direction: of.change_direction, change: of.change_amount, percent: of.change_pct, before: None };
            let is_of_item = disclosure.line_items.iter().any(|item| item.place == of.place);
            if !is_of_item {
                let name = (format!("the narrative's `{}`", of.subject), format!("文字说明“{}”", of.subject));
                self.add_change(self.ledger.statement(at), stated, &scope_of_statement(of), &name, &of.place);
            }
        }
    }

    /// Tells a change that contradicts itself with the amount as published and, where that is blamed, as it should be.
    fn add_change(&mut self, at: At, stated: impl Fn(Amount) -> Stated, scope: &str, (name, name_zh): &(String, String), place: &Where) {
        let amount_in = |ledger: &Ledger| ledger.amount(at).and_then(|amount| Amount::from_scaled(amount / 10_000));
        let published = self.place_amount(at);
        let (Some(published), Some(corrected)) = (published, amount_in(self.corrected)) else { return };
        let is_blamed = published.scaled() != corrected.scaled();
        let stated = stated(published);
        let Some(Outcome::Fails(mut wrong)) = changes::check(&stated) else { return };
        let mut stated = stated;
        if is_blamed {
            stated.amount = corrected;
            match changes::check(&stated) {
                Some(Outcome::Fails(other)) => wrong = other,
                _ => return,
            }
        }
        let change = stated.change.or(stated.before).map(|amount| amount.to_string()).unwrap_or_default();
        let percent = stated.percent.map(|percent| percent.to_string()).unwrap_or_default();
        let way = |direction| if direction == ChangeDirection::Increase { ("increase", "增加") } else { ("decrease", "减少") };
        let arithmetic = format!(
            "{} with {} {change} and {percent} %",
            stated.amount,
            if stated.change.is_some() { "a change of" } else { "before it" }
        );
        let arithmetic_zh =
            format!("本年{}、{}{change}、幅度{percent}%", stated.amount, if stated.change.is_some() { "增减额" } else { "上年" });
        let (left, right, suggestion, message, message_zh) = match wrong {
            Wrong::Percent(right) => (
                stated.percent,
                Some(right),
                Some(Suggestion::Amount(right)),
                format!("{scope}: {name} states a change of {percent} %; its amounts give {right} % ({arithmetic})"),
                format!("{name_zh}公布的增减幅度为{percent}%，按其金额计算应为{right}%（{arithmetic_zh}）"),
            ),
            Wrong::Direction(right) => {
                let (stated_way, right_way) = (stated.direction.map_or(("", ""), way), way(right));
                (
                    None,
                    None,
                    Some(Suggestion::Text(right_way.0.to_owned())),
                    format!("{scope}: {name} states an {}; its amounts give a {} ({arithmetic})", stated_way.0, right_way.0),
                    format!("{name_zh}公布为“{}”，按其金额应为“{}”（{arithmetic_zh}）", stated_way.1, right_way.1),
                )
            }
            Wrong::NoBase => (
                stated.percent,
                None,
                None,
                format!("{scope}: {name} states a change of {percent} %, but there was nothing before ({arithmetic})"),
                format!("{name_zh}公布的增减幅度为{percent}%，但上年数为0，幅度无从计算（{arithmetic_zh}）"),
            ),
        };
        let difference = left.zip(right).and_then(|(left, right)| Amount::from_scaled(left.scaled() - right.scaled()));
        self.checks.push(Check {
            number: self.next_number(),
            id: CheckKind::ChangePct,
            identity: Arc::from("change_pct"),
            scope: scope.to_owned(),
            left,
            right,
            difference,
            holds: false,
            verdict: if self.disclosure.source.text_layer == TextLayer::Ocr { Verdict::Extraction } else { Verdict::Publication },
            message,
            message_zh,
            suggestion,
            because_of: None,
            place: Some(place.clone()),
        });
    }
}

const TARGET_FIELDS: [&str; 3] = ["amount_total", "amount_fiscal", "amount_other"];

fn text(amount: Option<Amount>) -> String {
    amount.map_or_else(|| "—".to_owned(), |amount| amount.to_string())
}

fn scope_of_row(table: &Table, row: &Row, column: Option<&str>) -> String {
    let mut scope = table.table.to_string();
    match row.side {
        Some(Side::Revenue) => scope.push_str("/revenue"),
        Some(Side::Expenditure) => scope.push_str("/expenditure"),
        None => {}
    }
    scope.push('/');
    scope.push_str(row.code.as_deref().unwrap_or(&row.name));
    if let Some(column) = column {
        scope.push('/');
        scope.push_str(column);
    }
    scope
}

fn scope_of_item(item: &LineItem) -> String {
    format!("line_items/{}", item.code.as_deref().unwrap_or(&item.item_name))
}

fn scope_of_statement(statement: &Statement) -> String {
    format!("sections/{}", statement.section)
}
