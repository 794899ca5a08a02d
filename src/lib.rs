//! gongkai (公开, "disclosure") turns China's published budget and final-account disclosures into verified, warehouse-ready data.

pub mod classify;
pub mod disclosure;
pub mod error;
pub mod grammar;
pub mod narrative;
pub mod pipeline;
pub mod read;
pub mod reconcile;
pub mod repair;

pub use disclosure::Disclosure;
pub use error::{GrammarError, InputError};
pub use grammar::Grammars;
pub use pipeline::disclosure;
