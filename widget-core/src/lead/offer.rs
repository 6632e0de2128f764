//! When a visitor is asked for an address in the middle of a conversation.

use crate::config::{Document, LeadCapture, LeadStrategy};
use crate::wire_enum::wire_enum;

wire_enum! {
    /// Why the lead form is shown: the `reason` of a `lead_form` block.
    pub enum LeadReason {
        /// The visitor has said as much as the owner wants to wait for.
        AfterTurns = "after_turns",
        /// The visitor wants to be called, to buy, or to talk to a person.
        Intent = "intent",
        /// The agent has no answer.
        NotFound = "not_found",
        /// The visitor wrote an address into the chat, which is to be confirmed.
        AddressGiven = "address_given",
    }
}

/// What the owner wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeadRule {
    strategy: LeadStrategy,
    turns: u32,
}

/// Where a conversation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeadStanding {
    /// How many messages the visitor has sent, this one included.
    pub said: u32,
    /// Whether the form was shown in this conversation.
    pub offered: bool,
    /// Whether the visitor has left an address, in this conversation or before.
    pub captured: bool,
}

impl LeadRule {
    /// Reads the rule of a widget's configuration.
    #[must_use]
    pub fn of<D: Document>(capture: &LeadCapture<D>) -> Self {
        Self { strategy: capture.strategy(), turns: capture.turns().unsigned_abs() }
    }

    /// Whether the form is never shown by this rule, so that nobody need look how things stand.
    #[must_use]
    pub fn is_off(self) -> bool {
        self.strategy == LeadStrategy::Off
    }

    /// Whether the form is shown with the answer to `message`, and why. It is shown once in a
    /// conversation, and to nobody who has left an address.
    ///
    /// ```
    /// use serde_json::json;
    /// use widget_core::config::V1;
    /// use widget_core::lead::{LeadReason, LeadRule, LeadStanding};
    ///
    /// let config = json!({ "v1": { "lead_capture": { "strategy": "after_turns", "turns": 2 } } });
    /// let rule = LeadRule::of(&V1::of(&config).lead_capture());
    /// let second = LeadStanding { said: 2, offered: false, captured: false };
    /// assert_eq!(rule.offer("And on Sunday?", second), Some(LeadReason::AfterTurns));
    /// ```
    #[must_use]
    pub fn offer(self, message: &str, standing: LeadStanding) -> Option<LeadReason> {
        if standing.offered || standing.captured {
            return None;
        }
        match self.strategy {
            LeadStrategy::Off => None,
            LeadStrategy::AfterTurns => {
                (standing.said >= self.turns).then_some(LeadReason::AfterTurns)
            }
            LeadStrategy::OnIntent => super::shows_intent(message).then_some(LeadReason::Intent),
        }
    }
}
