//! What an answer may show beside its text: the owner's forms, and the form for leads.

use serde_json::json;
use widget_core::config::V1;
use widget_core::language::Text;
use widget_core::lead::LeadRule;
use widget_core::message::Block;

use super::ask::{Ask, AskQuestion};
use super::model::OfferedForm;
use super::turn::Task;

/// The `type` of the block that shows the form for leads.
pub(super) const LEAD_FORM: &str = "lead_form";

/// The forms that the agent may show, in the visitor's language.
pub(super) fn forms(ask: &Ask) -> Vec<OfferedForm> {
    let v1 = V1::of(&ask.served.widget.config);
    let wishes: Vec<&str> = ask.locale.as_deref().into_iter().collect();
    let language = v1.language(&wishes);
    let words = |text: Option<Text>| text.map(|text| text.resolve(&language).to_owned());
    let offered = v1.forms().into_iter().map(|form| OfferedForm {
        title: words(form.title).unwrap_or_else(|| form.id.clone()),
        description: words(form.description),
        id: form.id,
    });
    offered.collect()
}

impl Task {
    /// The form for leads, where the owner's rule has it shown with the answer to this message.
    pub(super) async fn lead_form(&self, message: &str) -> Option<Block> {
        let rule = LeadRule::of(&V1::of(&self.ask.served.widget.config).lead_capture());
        if rule.is_off() {
            return None;
        }
        if let AskQuestion::Again(former) = self.ask.question {
            // The form that the former answer showed goes with it, and comes with the new one.
            let former = self.inner.store.message(former).await.ok()?;
            let shown = former.blocks.into_iter().find(|block| block.kind() == LEAD_FORM);
            if shown.is_some() {
                return shown;
            }
        }
        let conversation = self.ask.conversation.conversation.id;
        let standing = match self.inner.store.lead_standing(conversation).await {
            Ok(standing) => standing,
            Err(error) => {
                // The answer is worth more than the form.
                tracing::warn!(%conversation, %error, "whether to ask for an address is not known");
                return None;
            }
        };
        let reason = rule.offer(message, standing)?;
        Block::try_from(json!({ "type": LEAD_FORM, "reason": reason })).ok()
    }
}
