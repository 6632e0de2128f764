//! Thoughts that some models write into their answer, between `<think>` and `</think>` at its
//! beginning. Visitors are spared them.

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// Leaves thoughts out of a text that comes in pieces.
#[derive(Debug, Default)]
pub(super) struct Thinking {
    state: State,
    held: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// It may begin with thoughts.
    #[default]
    Begin,
    Inside,
    Past,
}

impl Thinking {
    /// What of a piece is meant for the visitor.
    pub(super) fn read(&mut self, piece: &str) -> String {
        if self.state == State::Past {
            return piece.to_owned();
        }
        self.held.push_str(piece);
        if self.state == State::Begin {
            let text = self.held.trim_start();
            if let Some(inside) = text.strip_prefix(OPEN) {
                self.held = inside.to_owned();
                self.state = State::Inside;
            } else if OPEN.starts_with(text) {
                return String::new();
            } else {
                self.state = State::Past;
                return std::mem::take(&mut self.held);
            }
        }
        let Some(end) = self.held.find(CLOSE) else {
            // Only what may be the beginning of the end has to be kept.
            let keep = self.held.len().saturating_sub(CLOSE.len());
            self.held.drain(..self.held.floor_char_boundary(keep));
            return String::new();
        };
        self.state = State::Past;
        std::mem::take(&mut self.held)[end + CLOSE.len()..].to_owned()
    }

    /// What was held back, when no more comes: a beginning that was none.
    pub(super) fn finish(&mut self) -> String {
        if self.state == State::Begin { std::mem::take(&mut self.held) } else { String::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pieces: &[&str]) -> String {
        let mut thinking = Thinking::default();
        let mut text: String = pieces.iter().map(|piece| thinking.read(piece)).collect();
        text.push_str(&thinking.finish());
        text
    }

    #[test]
    fn thoughts_at_the_beginning_are_left_out() {
        assert_eq!(read(&["<think>hm, größer?</think>Yes."]), "Yes.");
        assert_eq!(read(&["\n<th", "ink>hm", " hm</thi", "nk>", "Yes", "."]), "Yes.");
        assert_eq!(read(&["<think>no end"]), "");
    }

    #[test]
    fn other_text_passes_at_once() {
        let mut thinking = Thinking::default();
        assert_eq!(thinking.read("Y"), "Y");
        assert_eq!(thinking.read("es <think>"), "es <think>");
        assert_eq!(read(&["<thin"]), "<thin");
        assert_eq!(read(&["<b>bold</b>"]), "<b>bold</b>");
    }
}
