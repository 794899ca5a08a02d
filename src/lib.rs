//! gongkai (公开, "disclosure") turns China's published budget and final-account disclosures into verified, warehouse-ready data.

pub mod disclosure;
pub mod error;
pub mod grammar;
pub mod read;
pub mod repair;

#[cfg(test)]
mod t {
    #[test]
    fn g() { crate::grammar::Grammars::built_in().unwrap_or_else(|e| panic!("{e}")); }
}
