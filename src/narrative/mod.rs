//! Running text: what the cover and the captions say of the document; headings, line items, projects and targets will be read here.
//!
//! Knows paragraphs and vocabulary; knows nothing of the tables' arithmetic.

mod head;

pub use head::{Head, head};
