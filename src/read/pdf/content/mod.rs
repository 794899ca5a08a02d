//! Content streams: the operators of a page, run only as far as they show text, lines or images.

mod form;
mod image;
mod interpreter;
mod marked;
mod path;
mod resources;
mod state;
mod text;
mod token;

pub(crate) use interpreter::{Canvas, Interpreter};
pub(crate) use resources::FileContext;
pub use token::{Token, Tokenizer};
pub(crate) use token::{unescape_hexadecimal, unescape_name};
