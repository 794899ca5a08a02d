//! gongkai (公开, "disclosure") turns China's published budget and final-account disclosures into verified, warehouse-ready data.
//!
//! # The data's way
//! [`read`] → [`layout`] → [`repair`] → [`classify`] → [`reconcile`] → [`mod@write`]: a module imports only stages before it and the shared vocabulary
//! ([`mod@disclosure`], [`grammar`], [`error`]). [`pipeline`] strings the stages together.
//!
//! # Example
//! ```
//! use gongkai::read::Limits;
//! use gongkai::{Grammars, disclosure};
//!
//! let grammars = Grammars::built_in()?;
//! let text = "2024年部门预算公开\n\n部门（单位）支出总体情况表\n\n单位：万元\n\n\
//!             功能分类科目编码\t\t\t功能分类科目名称\t合计\t基本支出\t项目支出\n\
//!             20 1\t0 4\t0 1\t行政运行\t352\t352\t\n";
//! let disclosure = disclosure("small.txt", text.as_bytes(), &grammars, &Limits::default())?;
//! let row = &disclosure.tables[0].rows[0];
//! assert_eq!(row.code.as_deref(), Some("2010401"));
//! assert_eq!(row.flags, ["code_rejoined"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Limitations
//! This version converts PDF files with text, and text: recognised (OCR) or exported, with one table row to a line. Pages that are
//! pictures are told and left out.

pub mod classify;
pub mod cli;
pub mod disclosure;
pub mod error;
pub mod grammar;
pub mod layout;
pub mod narrative;
pub mod pipeline;
pub mod read;
pub mod reconcile;
pub mod repair;
pub mod write;

pub use disclosure::Disclosure;
pub use error::{GrammarError, InputError};
pub use grammar::Grammars;
pub use pipeline::disclosure;
