//! The words that stand for choices in a configuration.

use crate::wire_enum::wire_enum;

wire_enum! {
    /// Which look is shown.
    pub enum Theme {
        /// What the visitor's system prefers.
        System = "system",
        /// Always light.
        Light = "light",
        /// Always dark.
        Dark = "dark",
    }
}

wire_enum! {
    /// How the widget lies on the page.
    pub enum DisplayMode {
        /// A bubble that opens a panel.
        Fab = "fab",
        /// In a container of the page.
        Inline = "inline",
        /// The whole page.
        Fullscreen = "fullscreen",
    }
}

wire_enum! {
    /// Where the bubble stands; mirrored in pages that are written from right to left.
    pub enum Position {
        /// Bottom right.
        BottomRight = "bottom-right",
        /// Bottom left.
        BottomLeft = "bottom-left",
        /// Bottom, in the middle.
        BottomCenter = "bottom-center",
        /// Top right.
        TopRight = "top-right",
        /// Top left.
        TopLeft = "top-left",
    }
}

wire_enum! {
    /// The outline of the launcher or the avatar.
    pub enum Shape {
        /// Round.
        Circle = "circle",
        /// Square, with soft corners.
        Square = "square",
    }
}

wire_enum! {
    /// What opening the panel begins with.
    pub enum ConversationMode {
        /// Typing; the microphone is never asked for.
        Text = "text",
        /// Speaking; the microphone is asked for when the panel opens.
        Voice = "voice",
    }
}

wire_enum! {
    /// What a quick action does.
    pub enum QuickActionType {
        /// Sends its value (or its label) as the visitor's message.
        Message = "message",
        /// Opens its value in a new tab.
        Url = "url",
        /// Shows the form whose id is its value.
        Form = "form",
        /// Starts voice.
        Voice = "voice",
    }
}

wire_enum! {
    /// When the widget asks for an address.
    pub enum LeadStrategy {
        /// Never by itself.
        Off = "off",
        /// After some turns.
        AfterTurns = "after_turns",
        /// When the agent sees the wish.
        OnIntent = "on_intent",
    }
}

wire_enum! {
    /// For how long a proactive trigger that was reacted to stays silent.
    pub enum OncePer {
        /// Until the page is loaded again.
        Page = "page",
        /// Until the tab is closed.
        Session = "session",
        /// For ever in this browser.
        Visitor = "visitor",
    }
}

wire_enum! {
    /// A day of the week.
    pub enum Weekday {
        /// Monday.
        Monday = "mon",
        /// Tuesday.
        Tuesday = "tue",
        /// Wednesday.
        Wednesday = "wed",
        /// Thursday.
        Thursday = "thu",
        /// Friday.
        Friday = "fri",
        /// Saturday.
        Saturday = "sat",
        /// Sunday.
        Sunday = "sun",
    }
}
