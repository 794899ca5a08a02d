//! Stage 4, *reconcile*: evidence settles what repair and classification left open, and what does not add up is flagged.
//!
//! In falling strength: arithmetic that only one reading satisfies; the same row in a sister table; the code catalogue of the year. A
//! reading is taken only where the evidence singles it out; otherwise the row says so. Knows tables and the forms' identities; knows
//! nothing of files.

mod arithmetic;
pub mod checks;
mod codes;
mod columns;
mod evidence;
mod finish;
mod identity;
mod names;
mod open;
mod outcome;
mod sheet;
mod sums;
mod weigh;
mod witness;

pub use columns::{Candidate, PageChoice};
pub use finish::finish;
pub use open::{OpenReading, Reading, RowReading, open_readings};
pub use sheet::{CellValue, Sheet, SheetRow, Sheets};

use crate::classify::PlacedTable;
use crate::grammar::{Form, Grammars};

/// Settles codes, columns and names of all tables.
pub fn settle<'g>(tables: Vec<PlacedTable>, form: &'g Form, grammars: &'g Grammars, year: Option<u16>) -> Sheets<'g> {
    let mut sheets = Sheets::new(tables, form, grammars, year);
    codes::settle(&mut sheets);
    columns::settle(&mut sheets);
    identity::settle(&mut sheets);
    arithmetic::flag_failures(&mut sheets);
    names::complete(&mut sheets);
    sheets
}
