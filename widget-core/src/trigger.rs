//! Proactive triggers: when the widget does something before the visitor does.
//!
//! A state machine over facts of the page. Who runs it looks at the page (only at what
//! [`Triggers::watches`] asks for), calls [`Triggers::evaluate`] while the panel is closed, and
//! does what the trigger's `action` says.
//!
//! A trigger that fired and was ignored stays quiet on this page and may try again on the next
//! one. Only a reaction of the visitor (a click, a dismissal) silences it for as long as its
//! `once_per` says, and only then is anything remembered in the browser.
//!
//! ```
//! use serde_json::json;
//! use widget_core::config::{OncePer, V1};
//! use widget_core::trigger::{Page, Triggers};
//!
//! let config = json!({ "v1": { "triggers": [{
//!     "id": "pricing",
//!     "when": { "url_matches": "/pricing*", "seconds_on_page": 20 },
//!     "action": { "teaser": "Shall I help you choose?" },
//!     "once_per": "visitor",
//! }] } });
//! let mut triggers = Triggers::of(&V1::of(&config));
//! let mut page = Page { address: "https://example.com/pricing", ..Page::default() };
//! assert_eq!(triggers.evaluate(&page), None);
//! page.seconds = 20;
//! assert_eq!(triggers.evaluate(&page).expect("it is time").id, "pricing");
//! assert_eq!(triggers.react("pricing"), Some(OncePer::Visitor));
//! ```

use crate::config::{Document, OncePer, V1};
use crate::glob::Glob;

/// What is known of the page now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Page<'a> {
    /// Its whole address.
    pub address: &'a str,
    /// How far down it is scrolled, 0 to 100. The furthest on this page counts.
    pub scroll_percent: i32,
    /// For how long it has been open.
    pub seconds: i32,
    /// For how long nobody has moved, typed or scrolled.
    pub idle_seconds: i32,
    /// The visitor is about to leave, just now.
    pub exit_intent: bool,
}

/// A trigger whose moment has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fired {
    /// Its place in the configuration's `triggers`, where its `action` stands.
    pub index: usize,
    /// Its id.
    pub id: String,
}

/// What of a page must be watched; for what is `false` no listener is needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Watches {
    /// How far it is scrolled.
    pub scroll: bool,
    /// How long it has been open, or idle.
    pub time: bool,
    /// Whether anybody is there.
    pub activity: bool,
    /// Whether the visitor is about to leave.
    pub exit: bool,
}

/// All triggers of a configuration, and where each stands.
#[derive(Clone, Debug)]
pub struct Triggers {
    rules: Vec<Rule>,
    /// The address without its fragment: a jump within a page is no other page.
    page: String,
    furthest: i32,
}

#[derive(Clone, Debug)]
struct Rule {
    index: usize,
    id: String,
    scroll_percent: Option<i32>,
    seconds: Option<i32>,
    idle_seconds: Option<i32>,
    exit_intent: bool,
    url: Option<Glob>,
    once_per: OncePer,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Waits for its moment.
    Armed,
    /// Fired on this page, without a reaction so far.
    Fired,
    /// The visitor has reacted.
    Silent,
}

impl Rule {
    fn asks_nothing(&self) -> bool {
        !self.exit_intent
            && self.url.is_none()
            && [self.scroll_percent, self.seconds, self.idle_seconds].iter().all(Option::is_none)
    }

    fn fits(&self, page: &Page<'_>) -> bool {
        let reached = |wanted: Option<i32>, is: i32| wanted.is_none_or(|wanted| is >= wanted);
        reached(self.scroll_percent, page.scroll_percent)
            && reached(self.seconds, page.seconds)
            && reached(self.idle_seconds, page.idle_seconds)
            && (page.exit_intent || !self.exit_intent)
            && self.url.as_ref().is_none_or(|url| url.matches_page(page.address))
    }
}

impl Triggers {
    /// The triggers of a configuration that are on and wait for something.
    #[must_use]
    pub fn of<D: Document>(config: &V1<D>) -> Self {
        let triggers = config.triggers().into_iter().enumerate();
        let rules =
            triggers.filter(|(_, trigger)| trigger.enabled()).filter_map(|(index, trigger)| {
                let when = trigger.when();
                let rule = Rule {
                    index,
                    id: trigger.id()?,
                    scroll_percent: when.scroll_percent(),
                    seconds: when.seconds_on_page(),
                    idle_seconds: when.idle_seconds(),
                    exit_intent: when.exit_intent().unwrap_or_default(),
                    url: when.url_matches(),
                    once_per: trigger.once_per(),
                    state: State::Armed,
                };
                (!rule.asks_nothing()).then_some(rule)
            });
        Self { rules: rules.collect(), page: String::new(), furthest: 0 }
    }

    /// What must be watched for those that may still fire.
    #[must_use]
    pub fn watches(&self) -> Watches {
        let mut watches = Watches::default();
        for rule in self.rules.iter().filter(|rule| rule.state != State::Silent) {
            watches.scroll |= rule.scroll_percent.is_some();
            watches.time |= rule.seconds.is_some() || rule.idle_seconds.is_some();
            watches.activity |= rule.idle_seconds.is_some();
            watches.exit |= rule.exit_intent;
        }
        watches
    }

    /// The next trigger whose moment has come, in the configuration's order; each fires once on a
    /// page. An address that differs in more than its fragment is another page.
    pub fn evaluate(&mut self, page: &Page<'_>) -> Option<Fired> {
        let address = page.address.split('#').next().unwrap_or_default();
        if self.page != address {
            address.clone_into(&mut self.page);
            self.furthest = 0;
            for rule in self.rules.iter_mut().filter(|rule| rule.state == State::Fired) {
                rule.state = State::Armed;
            }
        }
        self.furthest = self.furthest.max(page.scroll_percent);
        let page = Page { scroll_percent: self.furthest, ..*page };
        let mut armed = self.rules.iter_mut().filter(|rule| rule.state == State::Armed);
        let rule = armed.find(|rule| rule.fits(&page))?;
        rule.state = State::Fired;
        Some(Fired { index: rule.index, id: rule.id.clone() })
    }

    /// Notes that the visitor reacted to a trigger: it is silent from now on. Says for how long
    /// that must be remembered, which is the caller's to do; `None` for an unknown id.
    pub fn react(&mut self, id: &str) -> Option<OncePer> {
        let rule = self.rules.iter_mut().find(|rule| rule.id == id)?;
        rule.state = State::Silent;
        Some(rule.once_per)
    }

    /// Silences triggers that a reaction was remembered for.
    pub fn silence<'a>(&mut self, remembered: impl IntoIterator<Item = &'a str>) {
        for id in remembered {
            self.react(id);
        }
    }
}

#[cfg(feature = "json")]
#[cfg(test)]
mod tests;
