//! How many tokens a text is, roughly, without knowing the model's vocabulary.

use widget_core::event;

use crate::store::records::Usage;

/// Estimates the tokens of a text, rather too many than too few.
///
/// Vocabularies of today's models take about four bytes of Latin text for a token, about one
/// character of Chinese, Japanese or Korean, and about two letters of other scripts.
#[must_use]
pub fn estimate(text: &str) -> u64 {
    let mut quarters: u64 = 0;
    for character in text.chars() {
        quarters += match character {
            '\u{0}'..='\u{24f}' => 1,
            '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' => 4,
            '\u{10000}'.. => 6,
            _ => 2,
        };
    }
    quarters.div_ceil(4)
}

impl From<Usage> for event::Usage {
    fn from(usage: Usage) -> Self {
        Self { input_tokens: usage.input_tokens, output_tokens: usage.output_tokens }
    }
}

impl From<event::Usage> for Usage {
    fn from(usage: event::Usage) -> Self {
        Self { input_tokens: usage.input_tokens, output_tokens: usage.output_tokens }
    }
}

#[cfg(test)]
mod tests {
    use super::estimate;

    #[test]
    fn every_script_is_counted_in_its_own_way() {
        assert_eq!(estimate(""), 0);
        assert_eq!(estimate("The quick brown fox jumps."), 7);
        assert_eq!(estimate("営業時間"), 4);
        assert_eq!(estimate("Цена"), 2);
    }
}
