//! How elements say what the visitor does with them: `data-do`, read where an event arrives.

use crate::digits;
use crate::model::log::Vote;
use crate::model::message::Act;

/// The names in `data-do` of what needs more than the name: the page's text, or a message's key.
pub(crate) const ASK: &str = "ask";
pub(crate) const CODE: &str = "code";
pub(crate) const LATEST: &str = "latest";

/// What a `data-do` means; `None` for what only the view knows how to do.
pub(crate) fn act(name: &str) -> Option<Act> {
    let (verb, key) = name.split_once(':').unwrap_or((name, ""));
    let key = || key.parse().ok();
    Some(match verb {
        "close" => Act::Close,
        "retry" => Act::Retry,
        "again" => Act::Regenerate,
        "stop" => Act::Stop,
        "end?" => Act::AskEnd(true),
        "keep" => Act::AskEnd(false),
        "end" => Act::End,
        "restart" => Act::Restart,
        "agree" => Act::Consent(true),
        "decline" => Act::Consent(false),
        "skip" => Act::Skip,
        "copy" => Act::Copy(key()?),
        "up" => Act::Rate(key()?, Vote::Up),
        "down" => Act::Rate(key()?, Vote::Down),
        _ => return None,
    })
}

/// The name of something done to one message.
pub(crate) fn on(verb: &'static str, key: u32) -> String {
    let mut name = String::from(verb);
    name.push(':');
    digits::push(&mut name, key);
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_element_says_is_what_is_done() {
        assert_eq!(act(&on("up", 12)), Some(Act::Rate(12, Vote::Up)));
        assert_eq!(act("restart"), Some(Act::Restart));
        assert_eq!(act("copy:"), None);
        assert_eq!(act("nonsense"), None);
    }
}
