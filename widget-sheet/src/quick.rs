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
    id: String,
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
                let id = action.id().unwrap_or_default();
                actions.push(Action { id, kind, label, value });
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
                QuickActionType::Message | QuickActionType::Form => {
                    p.open("button", "").with("type", "button")
                }
                QuickActionType::Url => p
                    .open("a", "")
                    .with("href", &action.value)
                    .with("target", "_blank")
                    .with("rel", "noopener"),
                // There is no voice to begin with yet: a button that does nothing is none.
                QuickActionType::Voice => continue,
            };
            p.with("data-do", "action").with("data-id", &action.id).text(&action.label).close();
        }
        p.close();
    }

    /// What is behind a button happens, and the page hears of it. A link is followed by the browser.
    pub(crate) fn pressed(&self, desk: &Desk, id: &str) {
        let Some(action) = self.0.iter().find(|action| action.id == id) else { return };
        desk.tell_of("chose", &id.into());
        let verb = match action.kind {
            QuickActionType::Message => "ask",
            QuickActionType::Form => "show",
            QuickActionType::Url | QuickActionType::Voice => return,
        };
        desk.tell_of(verb, &action.value.as_str().into());
    }
}
