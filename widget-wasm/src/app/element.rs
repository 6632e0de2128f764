//! The methods of the element, as the page calls them. Nothing that is given is trusted to be what
//! it should be: what is not is a warning in the console, and nothing else.

use wasm_bindgen::JsValue;
use widget_core::config::{Document, Theme};
use widget_core::language::is_tag;

use super::App;
use crate::card::show;
use crate::effects::{Step, page};
use crate::model::identity::Identity;
use crate::model::message::{Act, Msg};
use widget_dom::js::{Js, call, stringify};

/// How much a site may say of a visitor, in bytes of JSON: half of what the server
/// takes, since a form may say more.
const MAX_DETAILS: usize = 8_192;

impl App {
    /// A method of the element was called, or, without a name, the element was put into the page
    /// or taken out of it.
    pub(super) fn called(&mut self, name: &JsValue, value: JsValue) {
        let Some(name) = name.as_string() else {
            // A move within the page is a removal and a return at once: it is neither.
            return self.after(Step::Place, 0);
        };
        let text = value.as_string();
        let act = match (name.as_str(), text) {
            // A click on the launcher before anything was to be seen of the panel, which may be on
            // its way since the page before, is not meant to close it.
            ("toggle", _) if self.view.is_built() => Some(Act::Toggle),
            ("toggle" | "open", _) => {
                self.prompt(&Js(value));
                Some(Act::Open)
            }
            ("close", _) => Some(Act::Close),
            ("send", Some(question)) => Some(Act::Ask(question)),
            ("identify", _) => identity(&Js(value)).map(|who| Act::Identify(Box::new(who))),
            ("logout", _) => Some(Act::LogOut(page::seed())),
            ("setMetadata", _) => details(&Js(value)).map(Act::Describe),
            ("setLocale", Some(tag)) if is_tag(&tag) => return self.speak(tag),
            ("setTheme", Some(theme)) => match theme.parse() {
                Ok(theme) => return self.shine(theme),
                Err(_) => None,
            },
            ("destroy", _) => return self.destroy(),
            _ => None,
        };
        match act {
            Some(act) => self.act(act),
            None => {
                let mut why = name;
                why.push_str(" cannot take what it was given");
                page::complain(&why);
            }
        }
    }

    /// What a trigger opens it for: a word of the agent's to begin with, or a form.
    fn prompt(&mut self, what: &Js) {
        if let Some(welcome) = what.some("message") {
            self.model.welcome = welcome;
        }
        if let Some(form) = what.some("form") {
            self.dispatch(Msg::Wished(show(&form)));
        }
    }

    fn speak(&mut self, tag: String) {
        self.locale = tag;
        if let Some(config) = self.config.take() {
            let settings = self.read(&config);
            self.config = Some(config);
            self.model.settings.words = settings.words;
            self.model.settings.consent = settings.consent;
            self.redraw();
        }
    }

    fn shine(&mut self, theme: Theme) {
        self.view.theme = Some(theme);
        self.view.dress();
    }

    /// Leaves the page for good. The conversation stays, for the next page with the widget.
    fn destroy(&mut self) {
        self.hang_up();
        self.gone = true;
        if let Some(leave) = &self.leave {
            call(leave, &JsValue::UNDEFINED, &JsValue::UNDEFINED, &JsValue::UNDEFINED);
        }
    }
}

/// Who the site says the visitor is.
fn identity(value: &Js) -> Option<Identity> {
    let read = |key| match value.get(key) {
        Some(value) => value.text(),
        None => Some(String::new()),
    };
    let who =
        Identity { user: read("userId")?, hash: read("userHash")?, token: read("userToken")? };
    let named = !who.user.is_empty() || !who.token.is_empty();
    named.then_some(who)
}

/// What the site says of the visitor, as JSON.
fn details(value: &Js) -> Option<String> {
    let json = value.is_object().then(|| stringify(&value.0))??;
    (json.len() <= MAX_DETAILS).then_some(json)
}
