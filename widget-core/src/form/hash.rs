//! A form's fields as one short text, to tell whether answers still fit the questions.

use super::field::{Bound, Field};
use crate::language::Text;
use crate::scan::push_hex;

/// The hash of a form's fields: 16 hexadecimal digits.
///
/// It changes with any field's id, type, label, options, bounds or `required`, and with their
/// order; the order of keys in the JSON makes no difference. A browser that remembers answers with
/// it skips the form while it stays the same and shows it again, filled in, when it changed. It
/// protects nothing, so FNV-1a (64 bits) is enough.
#[must_use]
pub fn fields_hash(fields: &[Field]) -> String {
    let mut hash = Fnv::new();
    hash.count(fields.len());
    for field in fields {
        hash.text(&field.id);
        hash.text(field.field_type.as_str());
        hash.localised(&field.label);
        hash.byte(u8::from(field.required));
        hash.count(field.options.len());
        for option in &field.options {
            hash.text(&option.value);
            hash.localised(&option.label);
        }
        hash.bound(field.min);
        hash.bound(field.max);
        hash.length(field.min_length);
        hash.length(field.max_length);
    }
    hash.hex()
}

/// Every part is written with its length or a mark, so that no two lists of fields read alike.
struct Fnv(u64);

impl Fnv {
    const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }

    /// Eight bytes, the least first.
    #[inline(never)]
    fn number(&mut self, mut number: u64) {
        for _ in 0..8 {
            self.byte(number as u8);
            number >>= 8;
        }
    }

    fn count(&mut self, count: usize) {
        self.number(count as u64);
    }

    #[inline(never)]
    fn text(&mut self, text: &str) {
        self.count(text.len());
        for byte in text.bytes() {
            self.byte(byte);
        }
    }

    fn localised(&mut self, text: &Text) {
        // The sum of the entries' own hashes does not depend on their order.
        let mut sum: u64 = 0;
        for (tag, words) in text.entries() {
            let mut entry = Self::new();
            entry.text(tag);
            entry.text(words);
            sum = sum.wrapping_add(entry.0);
        }
        self.number(sum);
    }

    fn bound(&mut self, bound: Option<Bound>) {
        match bound {
            None => self.byte(0),
            Some(Bound::Number(number)) => {
                self.byte(1);
                // -0 and 0 are the same bound.
                self.number((number + 0.0).to_bits());
            }
            Some(Bound::Date(date)) => {
                self.byte(2);
                self.number(date.midnight().ms() as u64);
            }
        }
    }

    fn length(&mut self, length: Option<usize>) {
        match length {
            None => self.byte(0),
            Some(length) => {
                self.byte(1);
                self.count(length);
            }
        }
    }

    fn hex(&self) -> String {
        let mut out = String::new();
        for byte in self.0.to_be_bytes() {
            push_hex(&mut out, byte);
        }
        out
    }
}
