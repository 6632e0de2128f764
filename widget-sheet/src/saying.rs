//! What the browser itself knows of languages (kinds of numbers, days and times), and its voice.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::desk::Desk;
use crate::words::Word;

mod js {
    use super::wasm_bindgen;

    #[wasm_bindgen(module = "/src/saying.js")]
    extern "C" {
        pub(super) fn filled(sentence: &str, name: &str, n: u32, tag: &str) -> String;

        pub(super) fn moment(time: &str, tag: &str, day: bool) -> String;

        pub(super) fn chime();

        pub(super) fn until(time: &str) -> f64;
    }
}

/// A sentence with a name and a number in it, in the form that the language has for the number.
pub(crate) fn filled(desk: &Desk, word: Word, name: &str, n: u32) -> String {
    js::filled(desk.words.say(word), name, n, desk.language.tag())
}

/// A day, or a day of the week with its time, as the visitor's language writes it.
pub(crate) fn moment(desk: &Desk, time: &str, day: bool) -> String {
    js::moment(time, desk.language.tag(), day)
}

/// Two soft tones.
pub(crate) fn chime() {
    js::chime();
}

/// Milliseconds until then; `None` where that is no time.
pub(crate) fn until(time: &str) -> Option<f64> {
    Some(js::until(time)).filter(|ms| !ms.is_nan())
}
