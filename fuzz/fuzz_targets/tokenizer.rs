//! Content streams as tokens: no panic, and every token goes on.
#![no_main]

use gongkai::read::pdf::internals::Tokenizer;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut tokens = Tokenizer::new(data);
    let mut place = 0;
    while tokens.next().is_some() {
        assert!(tokens.place() > place && tokens.place() <= data.len());
        place = tokens.place();
    }
});
