//! Stage 2, *repair*: one row of cells → its plausible readings, each with a cost and the rule it used.
//!
//! One free function per nonterminal (code cell, code, amount, percentage, name, row), each a nom parser or built of such. Repair
//! writes down what a damaged cell can have meant; it never chooses between tables, and where two readings are plausible it gives both.
//! Knows the forms' row shapes; does not know which table a row belongs to.

mod amount;
mod code;
mod name;
mod row;

pub use amount::{AmountReading, amount, percentage};
pub use code::{CodePattern, CodeReading, code_cell, codes, inline_code};
pub use name::{NameReading, can_go_on, join_name, name};
pub use row::{BlockReading, CellKind, cell_kind, row};

/// What a reading costs: how much must have gone wrong between the page and the text. 0: nothing.
pub type Cost = u32;

/// Stable names of the repair rules, as they stand in the output.
pub mod rules {
    /// Digits of a code that a narrow cell broke apart: `20 1` → `201`.
    pub const CODE_REJOIN: &str = "code.rejoin_split";
    /// Two wrapped code cells read across: `0 4 9 | 0` → `04`, `09`.
    pub const CODE_UNWEAVE: &str = "code.unweave_interleaved";
    /// Only the first digit of a code cell is left: `201 | 0 | 9`.
    pub const CODE_FILL: &str = "code.fill_truncated";
    /// The digits of a code stand in the wrong cells, in the right order.
    pub const CODE_REDISTRIBUTE: &str = "code.redistribute";
    /// A code cell merged downwards, printed only on its first row.
    pub const CODE_FILL_DOWN: &str = "code.fill_down";
    /// The tail of a code cell stands on a line of its own.
    pub const CODE_JOIN_LINES: &str = "code.join_torn_row";
    /// A code that the name and the sister tables contradict.
    pub const CODE_CORRECT: &str = "code.correct_by_sister";
    /// A zero in front that a cell formatted as a number has dropped: `2` → `02`.
    pub const CODE_PAD: &str = "code.pad_zero";
    /// A code that the page does not print, from the name in front of which it would stand.
    pub const CODE_FROM_NAME: &str = "code.from_name";
    /// Letters that look like digits.
    pub const CODE_LETTERS: &str = "code.digits_from_letters";
    /// Digits of an amount that a narrow cell broke apart: `397 7` → `3977`.
    pub const AMOUNT_REJOIN: &str = "amount.rejoin_split";
    /// Digits of an amount that a page break tore off.
    pub const AMOUNT_JOIN_LINES: &str = "amount.join_torn_row";
    /// Letters that look like digits.
    pub const AMOUNT_LETTERS: &str = "amount.digits_from_letters";
    /// White space inside a name that a narrow cell wrapped.
    pub const NAME_UNWRAP: &str = "name.unwrap";
    /// A name torn by a page break.
    pub const NAME_JOIN_LINES: &str = "name.join_torn_row";
    /// A name that the page cuts.
    pub const NAME_COMPLETE: &str = "name.complete_cut";
    /// A bracket left between a code and its name.
    pub const BRACKET: &str = "row.split_at_bracket";
    /// Cells of a page stand beside their columns.
    pub const COLUMNS_REALIGN: &str = "row.realign_columns";
    /// A number in a column of names.
    pub const TEXT_SET_ASIDE: &str = "text.number_set_aside";
}
