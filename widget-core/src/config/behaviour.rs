//! The tables of what the widget does.

use super::table::object;
use super::words::{LeadStrategy, OncePer, QuickActionType, Weekday};

object! {
    /// What the widget says by itself.
    pub struct Messages = MESSAGES {
        /// The first message of an empty chat.
        welcome: text(500);
        /// Shown when the server cannot be reached or the widget is paused.
        offline: text(500);
        /// Asks for consent.
        consent_prompt: text(500);
        /// Shown when the conversation is over.
        ended: text(500);
        /// Shown when an answer failed.
        error: text(500);
    }
}

object! {
    /// A button in the panel.
    pub struct QuickAction = QUICK_ACTION with QuickAction {
        /// Its name for programs.
        id: id, required;
        /// What stands on it.
        label: text(80), required;
        /// What it does.
        action as "type": choice(QuickActionType), required;
        /// The message, address or form id, as the type wants it.
        value: text(2000);
    }
}

object! {
    /// How the widget asks for an address.
    pub struct LeadCapture = LEAD_CAPTURE {
        /// When it asks.
        strategy: choice(LeadStrategy) = LeadStrategy::Off;
        /// After how many of the visitor's messages (`after_turns`).
        turns: int(1..=100) = 3;
        /// What it asks; where absent, an e-mail address and a name.
        form: form;
    }
}

object! {
    /// Something the widget does by itself.
    pub struct ProactiveTrigger = PROACTIVE_TRIGGER {
        /// Its name for programs.
        id: id, required;
        /// What must be true of the page: everything that is given.
        when: object(When = WHEN), required;
        /// What then happens.
        action: object(Action = ACTION), required;
        /// For how long it stays silent after the visitor reacted.
        once_per: choice(OncePer) = OncePer::Session;
        /// Whether it is on.
        enabled: flag = true;
    }
}

object! {
    /// What a proactive trigger waits for. Where several are given, all must be true.
    pub struct When = WHEN with When {
        /// So much of the page was scrolled through, in percent.
        scroll_percent: int(0..=100);
        /// Nobody moved or typed for so many seconds.
        idle_seconds: int(1..=86400);
        /// The visitor is about to leave.
        exit_intent: flag;
        /// The page's path or address fits.
        url_matches: glob;
        /// The visitor was on the page for so many seconds.
        seconds_on_page: int(0..=86400);
    }
}

object! {
    /// What a proactive trigger does: exactly one of these.
    pub struct Action = ACTION with Action {
        /// Opens the panel.
        open: flag;
        /// Shows a short text beside the launcher.
        teaser: text(200);
        /// Shows a message from the agent.
        message: text(500);
        /// Shows the form of this id.
        form: id;
    }
}

object! {
    /// Says that the visitor talks to an AI, before the first answer and first in voice.
    pub struct Disclosure = DISCLOSURE {
        /// Whether it is said.
        show: flag = true;
        /// How it is said.
        text: text(500);
    }
}

object! {
    /// What a visitor must agree to before anything is sent.
    pub struct Consent = CONSENT {
        /// Whether it is asked.
        required: flag = false;
        /// What is asked.
        text: text(1000);
        /// Where the policy can be read.
        policy_url: url;
    }
}

object! {
    /// Which languages the widget is shown in.
    pub struct Languages = LANGUAGES {
        /// Where none of the visitor's is available.
        default_tag as "default": word(Language);
        /// Those to choose from; where absent, all.
        available: plains(100, Language);
    }
}

object! {
    /// Which files a visitor may send.
    pub struct Attachments = ATTACHMENTS {
        /// Whether any.
        enabled: flag = false;
        /// The largest, in megabytes.
        max_mb: int(1..=100) = 10;
        /// Their media types; where absent, those the server allows.
        types: plains(32, MediaType);
    }
}

object! {
    /// What may be used, each in any 24 hours.
    pub struct Limits = LIMITS {
        /// Messages of a visitor in one conversation.
        messages_per_conversation: int(1..=2000000000) = 60;
        /// Tokens of the model in one conversation.
        tokens_per_conversation: int(1..=2000000000) = 200_000;
        /// Conversations of one visitor; absent: any number.
        conversations_per_day: int(1..=2000000000);
        /// Conversations of the widget at the same time; absent: any number.
        concurrent_conversations: int(1..=2000000000);
        /// Tokens of the model in all conversations of the widget; absent: any number.
        tokens_per_day: int(1..=2000000000);
    }
}

object! {
    /// When people are there.
    pub struct BusinessHours = BUSINESS_HOURS {
        /// The zone of the hours, as the IANA database names it.
        timezone: word(TimeZone), required;
        /// The opening hours; several on one day may be given.
        hours: objects(0..=50, OpeningHours = OPENING_HOURS);
        /// Shown outside of them.
        closed_message: text(500);
    }
}

object! {
    /// Opening hours on one day of the week.
    pub struct OpeningHours = OPENING_HOURS with Hours {
        /// The day.
        day: choice(Weekday), required;
        /// From when, `HH:MM`.
        from: word(Time), required;
        /// Until when, `HH:MM`; `24:00` is the end of the day.
        to: word(Time), required;
    }
}
