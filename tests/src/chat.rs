//! The widget on an open page, as a visitor uses it.

use crate::browser::Browser;

/// The parts of the widget, as they are found from the page.
pub mod part {
    /// The element itself.
    pub const HOST: &str = "agent-widget";
    /// The launcher.
    pub const BUBBLE: &str = "agent-widget >>> button.b";
    /// The launcher while the panel is closed.
    pub const CLOSED: &str = "agent-widget >>> button.b[aria-expanded=false]";
    /// The open chat.
    pub const PANEL: &str = "agent-widget >>> section.panel";
    /// Where a question is typed.
    pub const INPUT: &str = "agent-widget >>> section.panel textarea";
    /// What sends it.
    pub const SEND: &str = "agent-widget >>> button.send";
    /// A question that was asked.
    pub const QUESTION: &str = "agent-widget >>> .msg.user .text";
    /// All that was said.
    pub const ANSWER: &str = "agent-widget >>> .log";
    /// A source below an answer.
    pub const SOURCE: &str = "agent-widget >>> .sources a.chip";
    /// What stands at a message that did not come through.
    pub const FAILURE: &str = "agent-widget >>> .fail";
    /// What is said of the conversation as a whole.
    pub const BAR: &str = "agent-widget >>> .bar";
}

impl Browser {
    /// Opens the chat where it is closed, types a question and sends it.
    pub async fn ask(&self, question: &str) {
        self.wait_for(part::BUBBLE).await;
        // An open panel may still be on its way from a form to the box for messages.
        if self.find(part::CLOSED).await.is_some() {
            self.click(part::BUBBLE).await;
        }
        self.say(question).await;
    }

    /// Types a question into the open chat, of the page or of the frame that was entered, and sends it.
    pub async fn say(&self, question: &str) {
        self.type_into(part::INPUT, question).await;
        self.click(part::SEND).await;
    }

    /// Waits until what was said contains `text`, and returns all of it.
    pub async fn answered(&self, text: &str) -> String {
        self.wait_text(part::ANSWER, |seen| seen.contains(text)).await
    }
}
