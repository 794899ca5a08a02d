//! A table on the way from readings to the contract.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::classify::{FromPages, PlacedTable};
use crate::disclosure::{Amount, Repair, Where};
use crate::grammar::{Block, Code, ColumnKind, Form, Grammars, TableForm, Vocabulary, key, label_key};
use crate::repair::{AmountReading, BlockReading, CodeReading, Cost, amount, rules};

use super::columns::PageChoice;

/// All tables of a document, with the repairs made so far.
#[derive(Debug)]
pub struct Sheets<'g> {
    /// The form.
    pub form: &'g Form,
    /// Words and codes.
    pub grammars: &'g Grammars,
    /// Budget year, where the document says it.
    pub year: Option<u16>,
    /// The tables in the order of the publication.
    pub sheets: Vec<Sheet<'g>>,
    /// Every repair.
    pub repairs: Repairs,
}

/// Every repair of a document; an id is the position + 1.
#[derive(Debug, Default)]
pub struct Repairs(pub Vec<Repair>);

/// One table.
#[derive(Debug)]
pub struct Sheet<'g> {
    /// Its form.
    pub form: &'g TableForm,
    /// Index of its form.
    pub index: usize,
    /// Does its title stand above it?
    pub title_found: bool,
    /// The unit that its caption names.
    pub unit: Option<String>,
    /// Tables of the form that it may be as well: its title is lost, and nothing tells them apart.
    pub may_be: Vec<usize>,
    /// Heading texts on the page that are not the form's.
    pub foreign_headings: Vec<String>,
    /// What pages tell besides; `None` for a table of recognised text.
    pub from_pages: Option<FromPages>,
    /// Does the same table stand elsewhere in the disclosure, and this one has no title?
    pub is_repeated: bool,
    /// Which disclosure of the file it belongs to, from 0: where a table comes again, the next one has begun.
    pub disclosure: usize,
    /// Its rows; of a two-sided table, first all of the one side, then all of the other.
    pub rows: Vec<SheetRow>,
    /// How the cells of each page were matched to columns.
    pub pages: Vec<PageChoice>,
}

/// One row of one block.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "facts that do not depend on each other")]
pub struct SheetRow {
    /// Block of the table.
    pub block: usize,
    /// Page within the table.
    pub page: usize,
    /// Where it stands.
    pub place: Where,
    /// Code cells as printed.
    pub printed_code: String,
    /// Every plausible code.
    pub codes: Vec<CodeReading>,
    /// The code settled on.
    pub code: Option<Code>,
    /// The name.
    pub name: String,
    /// Its key.
    pub name_key: String,
    /// Its key without ordinals, in a block of fixed lines.
    pub label_key: Option<String>,
    /// The name as printed, where it was completed.
    pub printed_name: Option<String>,
    /// The cells behind the name.
    pub cells: Vec<CellValue>,
    /// For each column, the cell that fills it.
    pub columns: Vec<Option<usize>>,
    /// Were its cells matched to columns apart from its page?
    pub is_realigned: bool,
    /// Is it a total?
    pub is_total: bool,
    /// Is it a total of a part, which a table can have several of?
    pub is_subtotal: bool,
    /// Does it belong to a whole side of several blocks?
    pub is_whole_side: bool,
    /// What it is, in a table without a column of names.
    pub level: Option<Arc<str>>,
    /// Flags of the contract.
    pub flags: Vec<String>,
    /// Ids of its repairs.
    pub repairs: Vec<u32>,
    /// Lowest confidence of any of its parts, in hundredths.
    pub confidence: u8,
}

/// What a cell behind the name holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CellValue {
    /// Nothing, or a mark for nothing.
    Blank,
    /// An amount.
    Amount(AmountReading, String),
    /// A text.
    Text(String),
}

impl CellValue {
    fn read(cell: &str, grammars: &Grammars) -> Self {
        if cell.is_empty() || grammars.vocabulary.is_nil(cell) {
            return Self::Blank;
        }
        match amount(cell) {
            Some(reading) => Self::Amount(reading, if reading.rule.is_some() { cell.to_owned() } else { String::new() }),
            None => Self::Text(cell.to_owned()),
        }
    }

    /// The amount, if it is one.
    pub fn amount(&self) -> Option<Amount> {
        match self {
            Self::Amount(reading, _) => Some(reading.amount),
            Self::Blank | Self::Text(_) => None,
        }
    }
}

impl SheetRow {
    /// The amount in a column.
    pub fn amount(&self, column: usize) -> Option<Amount> {
        self.columns.get(column).copied().flatten().and_then(|cell| self.cells.get(cell)).and_then(CellValue::amount)
    }

    /// The first amount behind the name: in almost every form the row's total.
    pub fn first_amount(&self) -> Option<Amount> {
        self.cells.iter().find_map(CellValue::amount)
    }

    /// Has it any amount?
    pub fn has_amounts(&self) -> bool {
        self.cells.iter().any(|cell| cell.amount().is_some())
    }

    /// Takes the columns as the page shows them: each cell stands in its own.
    fn take_places(&mut self, block: &Block, vocabulary: &Vocabulary) {
        for (at, (column, cell)) in self.columns.iter_mut().zip(&mut self.cells).enumerate() {
            *column = Some(at);
            // A text stays a text, if it looks like a number or not.
            if block.columns.get(at).is_some_and(|column| column.kind == ColumnKind::Text)
                && let CellValue::Amount(reading, printed) = cell
            {
                let text = if printed.is_empty() { reading.amount.to_string() } else { std::mem::take(printed) };
                *cell = CellValue::Text(text);
            }
        }
        let is_only_row = !block.has_names && block.name_from.is_empty();
        self.is_subtotal = vocabulary.is_subtotal(&self.name_key);
        self.is_total = self.codes.is_empty() && (is_only_row || vocabulary.is_total_label(&self.name_key));
    }

    /// Says that no heading on the page names the column that an amount was read from.
    fn doubt_column(&mut self, block: &Block, column: usize) {
        let is_filled = self.cells.get(column).is_some_and(|cell| *cell != CellValue::Blank);
        if let (true, Some(column)) = (is_filled, block.columns.get(column)) {
            self.flag(&format!("column_inferred:{}", column.id));
            self.trust_at_most(60);
        }
    }

    /// Sets a flag once.
    pub fn flag(&mut self, flag: &str) {
        if !self.flags.iter().any(|known| known == flag) {
            self.flags.push(flag.to_owned());
        }
    }

    /// Lowers the confidence to at most so many hundredths.
    pub fn trust_at_most(&mut self, hundredths: u8) {
        self.confidence = self.confidence.min(hundredths);
    }
}

impl<'g> Sheets<'g> {
    /// Sets the tables up from their placed rows.
    pub(super) fn new(tables: Vec<PlacedTable>, form: &'g Form, grammars: &'g Grammars, year: Option<u16>) -> Self {
        let mut sheets = Self { form, grammars, year, sheets: Vec::with_capacity(tables.len()), repairs: Repairs::default() };
        let mut disclosure = 0;
        let mut titled: Vec<usize> = Vec::new();
        for placed in tables {
            if placed.title_found && titled.contains(&placed.table) {
                disclosure += 1;
                titled.clear();
            }
            if placed.title_found {
                titled.push(placed.table);
            }
            if let Some(table) = form.tables.get(placed.table) {
                let mut sheet = sheets.sheet(table, placed);
                sheet.disclosure = disclosure;
                sheets.sheets.push(sheet);
            }
        }
        sheets.doubt_repeated();
        sheets.doubt_repeated_totals();
        sheets
    }

    /// A table that comes again without a title is perhaps not that table: its rows say so.
    fn doubt_repeated(&mut self) {
        let counted: Vec<(usize, usize)> = self.sheets.iter().map(|sheet| (sheet.disclosure, sheet.index)).collect();
        for sheet in self.sheets.iter_mut().filter(|sheet| !sheet.title_found) {
            let same = counted.iter().filter(|&&counted| counted == (sheet.disclosure, sheet.index)).count();
            if same > 1 {
                sheet.is_repeated = true;
                for row in &mut sheet.rows {
                    row.flag("row_doubtful");
                    row.trust_at_most(40);
                }
            }
        }
    }

    /// A total that stands twice is perhaps another table's: both say so.
    fn doubt_repeated_totals(&mut self) {
        for sheet in &mut self.sheets {
            for total in sheet.repeated_totals() {
                if let Some(row) = sheet.rows.get_mut(total) {
                    row.flag("row_doubtful");
                    row.trust_at_most(40);
                }
            }
        }
    }

    fn sheet(&mut self, table: &'g TableForm, placed: PlacedTable) -> Sheet<'g> {
        let mut sides: Vec<Vec<SheetRow>> = table.blocks.iter().map(|_| Vec::new()).collect();
        for row in placed.rows {
            let place = row.place;
            let mut joins = row.joins;
            for (index, (reading, block)) in row.blocks.into_iter().zip(&table.blocks).enumerate() {
                let Some(mut sheet_row) = self.row(reading, block, index, row.page, &place) else { continue };
                if row.is_doubtful {
                    sheet_row.flag("row_doubtful");
                    sheet_row.trust_at_most(40);
                }
                if let Some(pages) = &placed.from_pages {
                    sheet_row.take_places(block, &self.grammars.vocabulary);
                    sheet_row.level.clone_from(&row.level);
                    sheet_row.is_whole_side = row.whole_side || sheet_row.is_total;
                    row.inferred.iter().for_each(|&column| sheet_row.doubt_column(block, column));
                    for &(_, column) in pages.columns_without_heading.iter().filter(|(block, _)| *block == index) {
                        sheet_row.doubt_column(block, column);
                    }
                }
                for join in joins.drain(..) {
                    let id = self.repairs.add(join.rule, join.place, join.before, Some(join.after), vec!["position".to_owned()], 95);
                    sheet_row.repairs.push(id);
                    sheet_row.trust_at_most(95);
                    if join.rule == rules::CODE_JOIN_LINES {
                        sheet_row.flag("code_rejoined");
                    }
                    if let (rules::AMOUNT_JOIN_LINES, Some(column)) = (join.rule, join.column.and_then(|column| block.columns.get(column)))
                    {
                        sheet_row.flag(&format!("amount_repaired:{}", column.id));
                        sheet_row.trust_at_most(80);
                    }
                }
                if let Some(side) = sides.get_mut(index) {
                    side.push(sheet_row);
                }
            }
        }
        Sheet {
            form: table,
            index: placed.table,
            title_found: placed.title_found,
            unit: placed.unit,
            may_be: Vec::new(),
            foreign_headings: placed.foreign_headings,
            from_pages: placed.from_pages,
            disclosure: 0,
            is_repeated: false,
            rows: sides.into_iter().flatten().collect(),
            pages: Vec::new(),
        }
    }

    /// A row from its reading; `None`: the block has nothing in this row.
    fn row(&mut self, reading: BlockReading, block: &Block, index: usize, page: usize, place: &Where) -> Option<SheetRow> {
        let cells: Vec<_> = reading.cells.iter().map(|cell| CellValue::read(cell, self.grammars)).collect();
        if reading.name.name.is_empty() && reading.codes.is_empty() && cells.iter().all(|cell| *cell == CellValue::Blank) {
            return None;
        }
        let name_key = key(&reading.name.name);
        let is_total = reading.codes.is_empty() && self.grammars.vocabulary.is_total(&name_key);
        let mut row = SheetRow {
            block: index,
            page,
            place: place.clone(),
            printed_code: reading.printed_code,
            codes: reading.codes,
            code: None,
            label_key: (!block.lines.is_empty()).then(|| label_key(&reading.name.name)),
            name_key,
            name: reading.name.name,
            printed_name: None,
            columns: vec![None; block.columns.len()],
            cells,
            is_realigned: false,
            is_total,
            is_subtotal: false,
            is_whole_side: false,
            level: None,
            flags: Vec::new(),
            repairs: Vec::new(),
            confidence: 100,
        };
        if row.name.is_empty() && block.has_names {
            row.flag("row_doubtful");
            row.trust_at_most(50);
        }
        if let Some(rule) = reading.name.rule {
            let id =
                self.repairs.add(rule, place.clone(), reading.name.printed, Some(row.name.clone()), vec!["white_space".to_owned()], 98);
            row.repairs.push(id);
        }
        if let Some(rule) = reading.rule {
            let before = format!("{} {}", row.printed_code, row.name);
            let id = self.repairs.add(rule, place.clone(), before, Some(row.name.clone()), vec!["row_shape".to_owned()], 95);
            row.repairs.push(id);
            row.trust_at_most(95);
            if reading.cost >= 4 {
                row.flag("row_doubtful");
                row.trust_at_most(60);
            }
        }
        Some(row)
    }
}

impl Sheet<'_> {
    /// Do pages show its columns and state its text exactly?
    pub fn is_exact(&self) -> bool {
        self.from_pages.is_some()
    }

    /// The totals of a name that stand in the table more than once, if they differ or are empty: all but one belong to a table whose title
    /// and headings are lost, or the publisher totals parts.
    pub fn repeated_totals(&self) -> Vec<usize> {
        let mut by_name: BTreeMap<(usize, &str), Vec<(usize, &SheetRow)>> = BTreeMap::new();
        for (at, row) in self.rows.iter().enumerate().filter(|(_, row)| row.is_total && !row.is_subtotal) {
            by_name.entry((row.block, &row.name_key)).or_default().push((at, row));
        }
        let mut repeated = Vec::new();
        for of_name in by_name.values() {
            let [(_, first), others @ ..] = of_name.as_slice() else { continue };
            // Where not all are alike, each differs from one of the others.
            let is_empty = first.cells.iter().all(|cell| *cell == CellValue::Blank);
            let differ = others.iter().any(|(_, other)| other.cells != first.cells);
            if differ || (is_empty && !others.is_empty()) {
                repeated.extend(of_name.iter().map(|(at, _)| *at));
            }
        }
        repeated.sort_unstable();
        repeated
    }
}

impl Repairs {
    /// Records a repair and gives its id.
    pub fn add(
        &mut self,
        rule: &'static str,
        place: Where,
        before: String,
        after: Option<String>,
        evidence: Vec<String>,
        hundredths: u8,
    ) -> u32 {
        let id = u32::try_from(self.0.len()).unwrap_or(u32::MAX - 1) + 1;
        let confidence = f32::from(hundredths) / 100.0;
        self.0.push(Repair { id, rule: Arc::from(rule), place, before, after, evidence, alternatives: Vec::new(), confidence });
        id
    }

    /// Adds the readings that a repair leaves possible.
    pub fn alternatives(&mut self, id: u32, alternatives: Vec<String>) {
        if let Some(repair) = self.0.get_mut(id.saturating_sub(1) as usize) {
            repair.alternatives = alternatives;
        }
    }
}

/// The instance of a form's table that belongs to a sheet: of the same disclosure, else the nearest one.
pub(super) fn nearest(sheets: &[Sheet<'_>], sheet: usize, table: usize) -> Option<usize> {
    let disclosure = sheets.get(sheet)?.disclosure;
    sheets
        .iter()
        .enumerate()
        .filter(|(at, candidate)| candidate.index == table && *at != sheet)
        .min_by_key(|(at, candidate)| (candidate.disclosure != disclosure, at.abs_diff(sheet)))
        .map(|(at, _)| at)
}

/// Confidence in hundredths of a reading of some cost.
pub(super) fn confidence_of(cost: Cost) -> u8 {
    match cost {
        0 => 100,
        1 => 98,
        2 => 95,
        3 => 90,
        4 | 5 => 80,
        _ => 60,
    }
}
