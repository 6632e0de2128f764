//! How elements say what the visitor does with them: `data-do`, read where an event arrives.

use crate::model::log::Vote;
use crate::model::message::Act;
use widget_dom::digits;

/// What an element says; those about one message have its key behind a colon.
pub(crate) mod says {
    pub(crate) const AGAIN: &str = "again";
    pub(crate) const ASK: &str = "ask";
    pub(crate) const CLOSE: &str = "close";
    pub(crate) const CODE: &str = "code";
    pub(crate) const COPY: &str = "copy";
    pub(crate) const DOWN: &str = "down";
    pub(crate) const AGREE: &str = "agree";
    pub(crate) const DECLINE: &str = "decline";
    pub(crate) const END: &str = "end";
    pub(crate) const ASK_END: &str = "end?";
    pub(crate) const KEEP: &str = "keep";
    pub(crate) const MENU: &str = "menu";
    pub(crate) const LATEST: &str = "latest";
    pub(crate) const RESTART: &str = "restart";
    pub(crate) const RETRY: &str = "retry";
    pub(crate) const SEND: &str = "send";
    pub(crate) const STOP: &str = "stop";
    pub(crate) const UP: &str = "up";
}

/// What is to be done about what an element says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Deed {
    /// Tell the model.
    Act(Act),
    /// Hand in what was typed.
    Send,
    /// Ask what stands on the element.
    Ask,
    /// Copy the block of code around the element.
    Code,
    /// Scroll to the newest message.
    Latest,
}

/// What a `data-do` means.
pub(crate) fn deed(name: &str) -> Option<Deed> {
    let colon = name.bytes().position(|byte| byte == b':').unwrap_or(name.len());
    let (verb, key) = name.split_at_checked(colon)?;
    let digits = key.bytes().skip(1);
    let key = digits.fold(0, |key: u32, byte| key.wrapping_mul(10) + u32::from(byte & 15));
    Some(Deed::Act(match verb {
        says::AGAIN => Act::Regenerate,
        says::ASK => return Some(Deed::Ask),
        says::CLOSE => Act::Close,
        says::CODE => return Some(Deed::Code),
        says::COPY => Act::Copy(key),
        says::DOWN => Act::Rate(key, Vote::Down),
        says::AGREE => Act::Consent(true),
        says::DECLINE => Act::Consent(false),
        says::END => Act::End,
        says::ASK_END => Act::AskEnd(true),
        says::KEEP => Act::AskEnd(false),
        says::MENU => Act::Menu,
        says::LATEST => return Some(Deed::Latest),
        says::RESTART => Act::Restart,
        says::RETRY => Act::Retry,
        says::SEND => return Some(Deed::Send),
        says::STOP => Act::Stop,
        says::UP => Act::Rate(key, Vote::Up),
        _ => return None,
    }))
}

/// What an element says about one message.
pub(crate) fn on(verb: &str, key: u32) -> String {
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
        assert_eq!(deed(&on(says::UP, 120)), Some(Deed::Act(Act::Rate(120, Vote::Up))));
        assert_eq!(deed(says::RESTART), Some(Deed::Act(Act::Restart)));
        assert_eq!(deed(says::LATEST), Some(Deed::Latest));
        assert_eq!(deed("?"), None);
        assert_eq!(deed(""), None);
    }
}
