//! Quick actions: the owner's buttons above the message field.

use widget_core::config::QuickActionType;
use widget_core::language::Text;
use widget_dom::painter::Painter;

use crate::desk::Desk;

/// The owner's buttons.
#[derive(Debug)]
pub(crate) struct Quick(Vec<Action>);

#[derive(Debug)]
struct Action {
    kind: QuickActionType,
    label: String,
    value: String,
}

impl Quick {
    pub(crate) fn read(desk: &Desk) -> Self {
        let say = |text: Option<Text>| text.map(|text| text.resolve(&desk.language).to_owned());
        let mut actions = Vec::new();
        for action in desk.config.quick_actions() {
            if let (Some(kind), Some(label)) = (action.action(), say(action.label())) {
                let value = say(action.value()).unwrap_or_else(|| label.clone());
                actions.push(Action { kind, label, value });
            }
        }
        Self(actions)
    }

    pub(crate) fn draw(&self, p: &mut Painter) {
        if self.0.is_empty() {
            return;
        }
        p.open("div", "quick").with("role", "group");
        for action in &self.0 {
            match action.kind {
                QuickActionType::Message => {
                    p.open("button", "").with("type", "button").with("data-do", "ask");
                    p.with("data-id", &action.value).text(&action.label).close();
                }
                QuickActionType::Form => {
                    p.open("button", "").with("type", "button").with("data-do", "show");
                    p.with("data-id", &action.value).text(&action.label).close();
                }
                QuickActionType::Url => {
                    p.open("a", "").with("href", &action.value).with("target", "_blank");
                    p.with("rel", "noopener").text(&action.label).close();
                }
                // There is no voice to begin with yet: a button that does nothing is none.
                QuickActionType::Voice => {}
            }
        }
        p.close();
    }
}
