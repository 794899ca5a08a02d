//! The `gongkai` program: a thin front of the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    gongkai::cli::run()
}
