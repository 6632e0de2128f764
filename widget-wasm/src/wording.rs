//! Every word the widget itself says, in one table.
//!
//! English is compiled in. Another language is the same list in the same order; it is loaded only
//! where the visitor needs it and takes the table's place as a whole.

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident = $english:literal,)+) => {
        /// Names a sentence of the table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Word { $($(#[$doc])* $name,)+ }

        const ENGLISH: &[&str] = &[$($english,)+];
    };
}

words! {
    // The frame
    Chat = "Chat",
    Close = "Close chat",
    Messages = "Messages",
    Welcome = "Hi! How can I help?",
    Disclosure = "You are talking to an AI. It can be wrong.",
    Loading = "One moment…",
    // Asking
    Placeholder = "Write a message…",
    Message = "Your message",
    Send = "Send message",
    Stop = "Stop answering",
    You = "You",
    Agent = "Assistant",
    Thinking = "Thinking…",
    Searching = "Looking it up…",
    Person = "A person is answering you now.",
    Latest = "Newest message",
    // Answers
    Copy = "Copy answer",
    Good = "Helpful",
    Bad = "Not helpful",
    Again = "Answer again",
    Sources = "Sources",
    NotSent = "Not sent.",
    Broken = "The answer broke off.",
    Retry = "Try again",
    // The conversation
    End = "End conversation",
    AskEnd = "End this conversation?",
    EndYes = "End it",
    EndNo = "Keep going",
    Ended = "This conversation has ended.",
    Restart = "New conversation",
    // What stands in the way
    Offline = "You are offline. We go on as soon as you are back.",
    Reconnecting = "The connection is lost. Trying again…",
    RetryNow = "Try now",
    Paused = "This chat takes a break. Please come back later.",
    Budget = "This conversation has reached its limit.",
    Gone = "This chat is not available here at the moment.",
    Unreachable = "The chat could not be loaded. Please check your connection.",
    Failed = "Something went wrong on our side.",
    // Consent
    Consent = "To answer you, your message is sent to an AI service. Is that all right?",
    Policy = "Privacy policy",
    Agree = "Agree and send",
    Decline = "Do not send",
    // Forms
    Before = "Before we start",
    Begin = "Start chat",
    Feedback = "How did it go?",
    Submit = "Send",
    Skip = "Skip",
    Thanks = "Thank you for your feedback!",
    Optional = "optional",
    Choose = "Please choose",
    Worst = "Not at all likely",
    Best = "Very likely",
    // What is wrong with a value
    Required = "Please fill this in.",
    RequiredTick = "Please tick this box.",
    BadEmail = "Please enter an e-mail address like name@example.com.",
    BadTel = "Please enter a phone number.",
    BadUrl = "Please enter an address that begins with https://.",
    BadNumber = "Please enter a number.",
    BadDate = "Please enter a date.",
    TooShort = "Please enter a little more.",
    TooLong = "Please enter a little less.",
    OutOfRange = "This is out of range.",
    BadChoice = "Please choose one of these.",
    BadValue = "Please check this.",
}

/// The table in use.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wording(Vec<String>);

impl Wording {
    /// The sentence; English where the loaded table has none.
    pub(crate) fn say(&self, word: Word) -> &str {
        let index = word as usize;
        let loaded = self.0.get(index).map(String::as_str).filter(|text| !text.is_empty());
        loaded.or_else(|| ENGLISH.get(index).copied()).unwrap_or_default()
    }

    /// The owner's sentence where there is one, else ours.
    pub(crate) fn or<'a>(&'a self, own: &'a str, word: Word) -> &'a str {
        if own.is_empty() { self.say(word) } else { own }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_a_language_lacks_is_said_in_english() {
        let german = Wording(vec!["Unterhaltung".into()]);
        assert_eq!(german.say(Word::Chat), "Unterhaltung");
        assert_eq!(german.say(Word::Send), "Send message");
    }

    #[test]
    fn the_owners_own_words_come_first() {
        let english = Wording::default();
        assert_eq!(english.or("Bye", Word::Ended), "Bye");
        assert_eq!(english.or("", Word::Ended), "This conversation has ended.");
    }
}
