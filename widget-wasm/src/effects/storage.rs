//! What stays in the visitor's browser. All of it is written only after the visitor acted, and a
//! browser that refuses is one that forgets, no more.
//!
//! Under `agent-widget:` and the widget's id: in `localStorage` one JSON object with the visitor's
//! id, the conversation, its token, the question that waits for its answer, the values of the form
//! and the consent; in `sessionStorage` whether the panel stands open.

use js_sys::Object;
use widget_core::config::Document;

use super::page;
use crate::model::saved::{KeptForm, Pending, Saved};
use widget_dom::js::{self, Js, set, stringify};

/// The visitor's browser, for one widget.
#[derive(Clone, Debug)]
pub(crate) struct Shelf {
    /// The name everything is kept under.
    pub(crate) key: String,
}

impl Shelf {
    /// What an earlier visit left.
    pub(crate) fn load(&self) -> Saved {
        let kept = Js::parse(&page::kept(&self.key).unwrap_or_default());
        let pending = || {
            let pending = kept.get("pending")?;
            let files = pending.list("files").iter().filter_map(Document::text).collect();
            Some(Pending { client_id: pending.some("id")?, text: pending.string("text"), files })
        };
        let form = || {
            let form = kept.get("form")?;
            Some(KeptForm { hash: form.some("hash")?, values: form.some("values")? })
        };
        Saved {
            visitor: kept.string("visitor"),
            conversation: kept.some("conversation"),
            token: kept.some("token"),
            pending: pending(),
            form: form(),
            consent: kept.get("consent").is_some(),
        }
    }

    /// Keeps this, in the place of what was there.
    pub(super) fn save(&self, saved: &Saved) {
        let object = Object::new();
        let put = |key, value: &Option<String>| {
            if let Some(value) = value {
                set(&object, key, value.as_str());
            }
        };
        set(&object, "visitor", saved.visitor.as_str());
        put("conversation", &saved.conversation);
        put("token", &saved.token);
        if let Some(Pending { client_id, text, files }) = &saved.pending {
            let pending = Object::new();
            set(&pending, "id", client_id.as_str());
            set(&pending, "text", text.as_str());
            set(&pending, "files", js::list(files));
            set(&object, "pending", pending);
        }
        if let Some(KeptForm { hash, values }) = &saved.form {
            let form = Object::new();
            set(&form, "hash", hash.as_str());
            set(&form, "values", values.as_str());
            set(&object, "form", form);
        }
        if saved.consent {
            set(&object, "consent", true);
        }
        page::keep(false, &self.key, &stringify(&object).unwrap_or_default());
    }

    /// Takes away what is kept.
    pub(super) fn forget(&self) {
        page::keep(false, &self.key, "");
    }

    /// Whether the panel stands open in this tab.
    pub(super) fn remember_open(&self, open: bool) {
        page::keep(true, &self.key, if open { "open" } else { "" });
    }
}
