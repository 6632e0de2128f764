//! What the chat says by itself.

widget_dom::words! {
    // The frame
    Chat = "Chat",
    Close = "Close chat",
    More = "More",
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
    Unread = "one:{n} new message|{n} new messages",
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
}
