//! The whole sequence of rows against the form's tables: dynamic programming (Viterbi) over "which table is this row in".

use super::fit::{Misfit, fit, fit_target};
use super::role::{Role, bits};
use crate::grammar::{Form, key};
use crate::read::Document;
use crate::repair::{CellKind, Cost};

/// Where a row can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// In a table of the form.
    Table(usize),
    /// In a performance target table.
    Target(usize),
    /// In no known table.
    Outside,
}

/// A body row on the way through the states.
#[derive(Clone, Debug)]
pub struct Step {
    /// Index of the line in the document.
    pub line: usize,
    /// What stands between this row and the one before.
    pub context: Context,
    /// Cost of the row in every state, by its own looks.
    pub emissions: Vec<Cost>,
    /// The state that the best path goes through.
    pub state: State,
}

/// What stands between two rows.
#[expect(clippy::struct_excessive_bools, reason = "independent facts about one gap, not the states of a machine")]
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Tables whose title stands in between; 0: none does.
    pub titles: u64,
    /// Tables whose number stands in between (表 3); 0: none does.
    pub labels: u64,
    /// Tables whose headings stand in between; 0: none do.
    pub headings: u64,
    /// Paragraphs in between.
    pub paragraphs: u32,
    /// An empty line or a heading in between: perhaps a page break.
    pub page_break: bool,
    /// Was there one before the row before, whose class is torn?
    pub torn_break: bool,
    /// How far the class falls back from the last row that shows one.
    pub class_falls: u16,
    /// Does it fall back to where tables begin?
    pub restarts: bool,
    /// Was the row before a total that does not open its table?
    pub after_total: bool,
    /// Is it the same total as the row before, a second time?
    pub repeats_total: bool,
    /// Is it the torn-off piece of a row, were it in that table?
    pub piece_of: u64,
}

impl Context {
    /// Does nothing before the row speak for or against any table in particular?
    fn is_uneventful(&self) -> bool {
        self.titles | self.labels | self.headings | self.piece_of == 0 && self.paragraphs == 0 && self.class_falls == 0 && !self.after_total
    }
}

/// The decoded sequence.
#[derive(Clone, Debug)]
pub struct Decoding {
    /// The body rows in order.
    pub steps: Vec<Step>,
    /// Cost of the best path.
    pub cost: u64,
}

/// A torn-off piece of a row fits wherever the row is.
const PIECE: Misfit = Misfit { of_page: 0, of_row: 3 };
/// Cost of a row that is in no table, whatever it looks like.
const OUTSIDE: Cost = 45;

/// The states of a form, in the order of the bit masks; the last one is [`State::Outside`].
pub(super) fn states(form: &Form) -> Vec<State> {
    let tables = (0..form.tables.len()).map(State::Table);
    let targets = (0..form.targets.len()).map(State::Target);
    tables.chain(targets).chain([State::Outside]).collect()
}

/// Finds the cheapest path: which table each body row is in.
pub fn decode(document: &Document, roles: &[Role], form: &Form) -> Decoding {
    let states = states(form);
    let outside = states.len() - 1;
    let mut steps = steps(document, roles, form);
    // Before the first row there is only one place to be: outside.
    let mut costs: Vec<u64> = vec![u64::MAX / 2; states.len()];
    if let Some(cost) = costs.last_mut() {
        *cost = 0;
    }
    let mut next = costs.clone();
    let mut came_from: Vec<u8> = Vec::with_capacity(steps.len() * states.len());
    for step in &steps {
        let context = &step.context;
        // Where the cheapest way in from the cheapest state settles it, the others need not be tried.
        let (nearest, second) = two_cheapest(&costs);
        // Most rows follow their like, and then every table is as hard to enter as any other.
        let is_uneventful = context.is_uneventful();
        let enter_any = [false; 2].map(|_| entering(form, context, 0, false, &mut |_, _| {}));
        for ((to, next), &emission) in next.iter_mut().enumerate().zip(&step.emissions) {
            let stay = costs.get(to).copied().unwrap_or(u64::MAX / 2)
                + if is_uneventful { 0 } else { u64::from(staying(form, context, to, &mut |_, _| {})) };
            let enter = if is_uneventful && to != outside {
                enter_any
            } else {
                [false, true].map(|from_headed| entering(form, context, to, from_headed, &mut |_, _| {}))
            };
            let way_from = |from: usize| {
                let from_headed = from < outside && context.headings & (1 << from) != 0;
                let (entering, pays_distance) = if from_headed { enter[1] } else { enter[0] };
                let way = if pays_distance && from != outside { distance(from, to) } else { 0 };
                (costs.get(from).copied().unwrap_or(u64::MAX / 2) + u64::from(entering + way), from)
            };
            let mut best = (stay, to);
            if nearest != to {
                best = best.min(way_from(nearest));
            }
            let least = u64::from(enter[0].0.min(enter[1].0));
            if second + least < best.0 {
                for (from, &cost) in costs.iter().enumerate() {
                    if cost + least < best.0 && from != to {
                        best = best.min(way_from(from));
                    }
                }
            }
            *next = best.0 + u64::from(emission);
            came_from.push(u8::try_from(best.1).unwrap_or(0));
        }
        std::mem::swap(&mut costs, &mut next);
    }
    let (mut at, cost) = costs.iter().enumerate().min_by_key(|&(_, cost)| cost).map_or((0, 0), |(at, &cost)| (at, cost));
    for (step, origin) in steps.iter_mut().zip(came_from.chunks_exact(states.len())).rev() {
        step.state = states.get(at).copied().unwrap_or(State::Outside);
        at = usize::from(origin.get(at).copied().unwrap_or(0));
    }
    Decoding { steps, cost }
}

/// The cheapest state, and the cost of the one after it.
fn two_cheapest(costs: &[u64]) -> (usize, u64) {
    let mut cheapest = (u64::MAX, 0);
    let mut second = u64::MAX / 2;
    for (state, &cost) in costs.iter().enumerate() {
        if cost < cheapest.0 {
            second = second.min(cheapest.0);
            cheapest = (cost, state);
        } else {
            second = second.min(cost);
        }
    }
    (cheapest.1, second)
}

/// The body rows with their context and emission costs.
fn steps(document: &Document, roles: &[Role], form: &Form) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut context = Context::default();
    let mut last_class: Option<u16> = None;
    let mut last_looks: Vec<Misfit> = Vec::new();
    let mut torn_break = false;
    let mut last_total: Option<String> = None;
    for (index, (line, role)) in document.lines.iter().zip(roles).enumerate() {
        context.page_break |= line.after_blank;
        match role {
            Role::Title { states, weak } => {
                // A title cancels what stood before it; a line of a contents list gives way to everything.
                if !(*weak && context.titles != 0 && context.paragraphs == 0) {
                    context.titles = *states;
                    context.labels = 0;
                    context.headings = 0;
                    context.paragraphs = 0;
                }
            }
            Role::Label { number } => {
                context.labels = form.tables.iter().zip(bits(0)).filter(|(table, _)| table.number == *number).map(|(_, bit)| bit).sum();
            }
            Role::Heading { tables } => {
                if *tables != 0 {
                    context.headings = if context.headings & tables == 0 { *tables } else { context.headings & tables };
                }
                context.page_break = true;
            }
            Role::Paragraph | Role::Unread => {
                context.paragraphs += 1;
                // A title whose rows do not follow was a mention.
                if context.paragraphs > 2 {
                    context.titles = 0;
                    context.labels = 0;
                }
            }
            Role::Caption | Role::Separator | Role::EmptyRow | Role::PageNumber | Role::StrayNumber | Role::GridRow | Role::Furniture => {}
            Role::Body(shape) => {
                if context.titles != 0 {
                    last_class = None;
                }
                let class = shape.class.or_else(|| whole_class(document, roles, index));
                // A row whose class is torn cannot show that the codes fall back: the next one does, for the same page break.
                context.torn_break = torn_break;
                torn_break = class.is_none() && context.page_break && matches!(shape.kinds.first(), Some(CellKind::Digits(_)));
                if let (Some(class), Some(last)) = (class, last_class) {
                    context.class_falls = last.saturating_sub(class);
                    context.restarts = class < last && class % 100 <= 2;
                }
                last_class = class.or(last_class);
                if shape.filled() == 1 {
                    let tables = form.tables.iter().zip(bits(0)).filter(|(table, _)| shape.is_piece_of(line, table));
                    context.piece_of = tables.map(|(_, bit)| bit).sum();
                }
                let total = shape.is_total.then(|| line.cells.iter().map(|cell| key(&cell.text)).find(|text| !text.is_empty())).flatten();
                context.repeats_total = total.is_some() && total == last_total;
                last_total = total;
                let look = |(table, bit)| if context.piece_of & bit != 0 { PIECE } else { fit(shape, line, table) };
                let looks: Vec<Misfit> = form.tables.iter().zip(bits(0)).map(look).collect();
                let charged = looks.iter().enumerate().map(|(state, &look)| charge(look, last_looks.get(state), context.page_break));
                let targets = form.targets.iter().zip(bits(0)).map(|(_, bit)| fit_target(shape, bit));
                let emissions = charged.chain(targets).chain([OUTSIDE]).collect();
                last_looks = looks;
                steps.push(Step { line: index, context: std::mem::take(&mut context), emissions, state: State::Outside });
                context.after_total = shape.is_total;
            }
        }
    }
    // A total that opens its table is no end of it.
    for index in 1..steps.len() {
        let opens = index < 2 || steps.get(index - 1).is_some_and(|before| before.context.titles != 0 || before.context.headings != 0);
        if opens
            && let Some(step) = steps.get_mut(index)
            && !step.context.repeats_total
        {
            step.context.after_total = false;
        }
    }
    steps
}

/// The class of a row that has two digits of it, with the third on the next row.
fn whole_class(document: &Document, roles: &[Role], index: usize) -> Option<u16> {
    let first = document.lines.get(index)?.text();
    if first.len() != 2 || !first.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut rows = roles.iter().zip(&document.lines).skip(index + 1).filter(|(role, _)| matches!(role, Role::Body(_))).take(2);
    let (_, piece) = rows.find(|(role, line)| matches!(role, Role::Body(shape) if shape.filled() == 1) && line.text().len() == 1)?;
    format!("{first}{}", piece.text()).parse().ok()
}

/// What a page's rows have in common has one cause and is charged in full only once.
fn charge(look: Misfit, before: Option<&Misfit>, page_break: bool) -> Cost {
    let of_page = match before {
        Some(before) if !page_break => look.of_page.saturating_sub(before.of_page) + look.of_page.min(before.of_page) / 8,
        _ => look.of_page,
    };
    (of_page + look.of_row).min(99)
}

/// Someone who wants to know the parts of a cost.
type Explain<'e> = &'e mut dyn FnMut(&'static str, Cost);

/// Adds a part to a cost.
fn add(total: &mut Cost, explain: Explain<'_>, reason: &'static str, cost: Cost) {
    if cost > 0 {
        explain(reason, cost);
        *total += cost;
    }
}

/// What staying in a state costs.
fn staying(form: &Form, context: &Context, state: usize, explain: Explain<'_>) -> Cost {
    let outside = form.tables.len() + form.targets.len();
    let mut total = 0;
    if state == outside {
        return total;
    }
    let bit = 1_u64 << state;
    if context.titles != 0 && context.titles & bit == 0 {
        add(&mut total, explain, "another table's title stands before the row", 60);
    }
    if context.labels != 0 && context.labels & bit == 0 {
        add(&mut total, explain, "another table's number stands before the row", 40);
    }
    if context.headings != 0 && context.headings & bit == 0 && state < form.tables.len() {
        add(&mut total, explain, "another table's headings stand before the row", 30);
    }
    add(&mut total, explain, "paragraphs stand before the row", 15 * context.paragraphs.min(3));
    if let Some(table) = form.tables.get(state) {
        if context.after_total && context.piece_of & bit == 0 {
            add(&mut total, explain, "the row follows a total", 25);
        }
        if context.repeats_total {
            add(&mut total, explain, "the same total stands before the row", 20);
        }
        if !table.any_order && context.class_falls > 0 {
            let cost = match (context.restarts && context.class_falls >= 3, context.page_break || context.torn_break) {
                (true, true) => 50,
                (true, false) => 30,
                (false, _) => 5 + Cost::from(context.class_falls.min(10)),
            };
            add(&mut total, explain, "the codes fall back", cost);
        }
    }
    total
}

/// What going over to a state costs, whichever other state it is from, and whether the distance between the tables comes on top.
/// `from_headed`: the headings before the row fit the state left as well.
fn entering(form: &Form, context: &Context, to: usize, from_headed: bool, explain: Explain<'_>) -> (Cost, bool) {
    let outside = form.tables.len() + form.targets.len();
    let mut total = 0;
    if to == outside {
        add(&mut total, explain, "leaving the tables", if context.paragraphs > 0 { 5 } else { 40 });
        return (total, false);
    }
    let bit = 1_u64 << to;
    if context.piece_of & bit != 0 {
        add(&mut total, explain, "a torn-off piece cannot open a table", 60);
    }
    if context.titles & bit != 0 {
        return (total, false);
    }
    if context.titles != 0 {
        add(&mut total, explain, "another table's title stands before the row", 60);
    }
    if context.labels & bit != 0 {
        add(&mut total, explain, "the table's number stands before the row", 3);
        return (total, false);
    }
    if context.headings & bit != 0 && !from_headed {
        add(&mut total, explain, "the table's headings stand before the row", 12);
        return (total, false);
    }
    add(&mut total, explain, "paragraphs stand before the row", 15 * context.paragraphs.min(3));
    add(&mut total, explain, "no title before the row", 30);
    if !context.page_break && !context.torn_break {
        add(&mut total, explain, "no page break before the row", 20);
    }
    (total, true)
}

/// What leaving out tables costs, or going back.
fn distance(from: usize, to: usize) -> Cost {
    let steps = if to > from { to - from - 1 } else { from - to + 3 };
    5 * Cost::try_from(steps.min(12)).unwrap_or(12)
}

/// What a row would cost in one state.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The state.
    pub state: State,
    /// Cost by the row's own looks.
    pub looks: Cost,
    /// What speaks against going there from the row before.
    pub reasons: Vec<(&'static str, Cost)>,
}

impl Decoding {
    /// Why a row is where it is: the cost of every state at this step, by its looks and by where the path came from.
    pub fn explain(&self, form: &Form, step: usize) -> Vec<Explanation> {
        let states = states(form);
        let Some(here) = self.steps.get(step) else { return Vec::new() };
        let before = step.checked_sub(1).and_then(|before| self.steps.get(before)).map_or(State::Outside, |before| before.state);
        let from = states.iter().position(|state| *state == before).unwrap_or(0);
        let explained = states.iter().enumerate().zip(&here.emissions).map(|((to, &state), &emission)| {
            let mut reasons = Vec::new();
            let mut explain = |reason, cost| reasons.push((reason, cost));
            if from == to {
                staying(form, &here.context, to, &mut explain);
            } else {
                let is_headed = from + 1 < states.len() && here.context.headings & (1 << from) != 0;
                let (_, pays_distance) = entering(form, &here.context, to, is_headed, &mut explain);
                if pays_distance && from + 1 < states.len() {
                    let way = distance(from, to);
                    add(&mut 0, &mut explain, "tables left out or out of order", way);
                }
            }
            Explanation { state, looks: emission, reasons }
        });
        explained.collect()
    }
}
