//! Stage 5, *write*: a [`crate::Disclosure`] → files. Knows the contract; does not know how it came about.

mod atomic;
mod json;

pub use atomic::write_file;
pub use json::{json, json_pretty};
