//! What stays in the visitor's browser. All of it is written only after the visitor acted, and a
//! browser that refuses is one that forgets, no more.
//!
//! Under `agent-widget:` and the widget's id: in `localStorage` one JSON object with the visitor's
//! id, the conversation, its token, the question that waits for its answer, the values of the form
//! and the consent; in `sessionStorage` whether the panel stands open.
//!
//! Where the owner wants one conversation on all subdomains (`data-cookie` on the snippet), who the
//! visitor is, the conversation and the consent stand in a cookie of that domain as well, and what
//! the cookie says comes first. What is kept beside it then says so (`shared`): where the cookie is
//! gone, the visitor was forgotten on another subdomain ([`Shelf::is_outdated`]).

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
    /// The domain whose subdomains share the visitor; none where it is empty.
    pub(crate) domain: String,
}

impl Shelf {
    /// Whether the visitor was forgotten on another subdomain: what is kept here was shared, and is
    /// no more. A browser that keeps nothing, or gives nothing away, never says so.
    pub(crate) fn is_outdated(&self) -> bool {
        !self.domain.is_empty()
            && self.kept().get("shared").is_some()
            && self.shared().string("visitor").is_empty()
    }

    fn kept(&self) -> Js {
        Js::parse(&page::kept(&self.key).unwrap_or_default())
    }

    fn shared(&self) -> Js {
        Js::parse(&page::shared(&self.key).unwrap_or_default())
    }

    /// What an earlier visit left.
    pub(crate) fn load(&self) -> Saved {
        let kept = self.kept();
        let pending = || {
            let pending = kept.get("pending")?;
            let files = pending.list("files").iter().filter_map(Document::text).collect();
            Some(Pending { client_id: pending.some("id")?, text: pending.string("text"), files })
        };
        let form = || {
            let form = kept.get("form")?;
            Some(KeptForm { hash: form.some("hash")?, values: form.some("values")? })
        };
        let mut saved = Saved {
            visitor: kept.string("visitor"),
            conversation: kept.some("conversation"),
            token: kept.some("token"),
            pending: pending(),
            form: form(),
            consent: kept.get("consent").is_some(),
        };
        if !self.domain.is_empty() {
            let shared = self.shared();
            let (visitor, conversation) = (shared.string("visitor"), shared.some("conversation"));
            if !visitor.is_empty() {
                saved.consent |= shared.get("consent").is_some();
                if saved.visitor != visitor || saved.conversation != conversation {
                    (saved.visitor, saved.conversation) = (visitor, conversation);
                    (saved.token, saved.pending) = (None, None);
                }
            }
        }
        saved
    }

    /// Keeps this, in the place of what was there; but brings nobody back who was forgotten.
    pub(super) fn save(&self, saved: &Saved) {
        if self.is_outdated() {
            return;
        }
        let object = Object::new();
        let put = |key, value: &Option<String>| {
            if let Some(value) = value {
                set(&object, key, value.as_str());
            }
        };
        set(&object, "visitor", saved.visitor.as_str());
        put("conversation", &saved.conversation);
        if saved.consent {
            set(&object, "consent", true);
        }
        if !self.domain.is_empty() && self.share(&stringify(&object).unwrap_or_default()) {
            set(&object, "shared", true);
        }
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
        page::keep(false, &self.key, &stringify(&object).unwrap_or_default());
    }

    /// Takes away what is kept.
    pub(crate) fn forget(&self) {
        page::keep(false, &self.key, "");
        if !self.domain.is_empty() {
            page::share(&self.key, &self.domain, "");
        }
    }

    /// Lets all subdomains know this; says so to the owner where the browser does not take it.
    fn share(&self, text: &str) -> bool {
        let shared = page::share(&self.key, &self.domain, text);
        if !shared {
            page::complain("the browser takes no cookie here for the domain of data-cookie");
        }
        shared
    }

    /// Whether the panel stands open in this tab.
    pub(super) fn remember_open(&self, open: bool) {
        page::keep(true, &self.key, if open { "open" } else { "" });
    }
}
