//! Stage 5, *write*: a [`crate::Disclosure`] → files. Knows the contract; does not know how it came about.

mod atomic;
mod form_draft;
mod json;
mod sarif;

pub use atomic::write_file;
pub use form_draft::form_draft;
pub use json::{json, json_pretty};
pub use sarif::sarif;
