//! Embedded font programs: TrueType, OpenType, CFF, Type 1.
#![no_main]

use gongkai::read::pdf::internals::font_program;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = font_program(data);
});
