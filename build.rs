//! The grammars are compiled into the program: a new or changed one means a new build.

fn main() {
    println!("cargo:rerun-if-changed=grammars");
}
