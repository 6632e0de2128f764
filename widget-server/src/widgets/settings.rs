//! What a widget's configuration says about its visitors.

use widget_core::config::V1;
use widget_core::time::Timestamp;

use crate::store::records::{Budget, VisitorLimits, Widget};

/// Read once, when the widget is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Whether every `user_id` that is no guest's needs a voucher.
    pub require_identity: bool,
    /// Whether `/w/{id}` exists.
    pub hosted_page: bool,
    budget: Budget,
    conversations_per_day: Option<u32>,
    concurrent_conversations: Option<u32>,
}

impl Settings {
    pub(super) fn of(widget: &Widget) -> Self {
        let v1 = V1::of(&widget.config);
        let limits = v1.limits();
        Self {
            require_identity: v1.require_identity(),
            hosted_page: v1.hosted_page(),
            // Configuration has these from 1 up; what is unreadable counts as the default.
            budget: Budget {
                messages: limits.messages_per_conversation().unsigned_abs(),
                tokens: limits.tokens_per_conversation().unsigned_abs().into(),
                widget_tokens: limits.tokens_per_day().map(|tokens| tokens.unsigned_abs().into()),
            },
            conversations_per_day: limits.conversations_per_day().map(i32::unsigned_abs),
            concurrent_conversations: limits.concurrent_conversations().map(i32::unsigned_abs),
        }
    }

    /// What limits a conversation, in any 24 hours.
    #[must_use]
    pub fn budget(&self) -> Budget {
        self.budget
    }

    /// What limits new conversations.
    #[must_use]
    pub fn visitor_limits(&self, now: Timestamp) -> VisitorLimits {
        VisitorLimits {
            conversations_per_day: self.conversations_per_day,
            concurrent_conversations: self.concurrent_conversations,
            tokens_per_day: self.budget.widget_tokens,
            now,
        }
    }
}
