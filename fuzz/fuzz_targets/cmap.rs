//! Embedded CMaps, asked for the characters of codes and split over a string.
#![no_main]

use gongkai::read::pdf::internals::CMap;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let cmap = CMap::parse(data);
    for code in (0..0x200).chain([0xCAD5, 0xFFFF, 0x1_0000, u32::MAX]) {
        let _ = cmap.characters(code);
    }
});
