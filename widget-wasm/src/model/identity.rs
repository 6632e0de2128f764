//! Who the visitor is, as far as the site says so, and how one visitor makes way for another.

use super::effect::Effect;
use super::saved::Saved;
use super::{Life, Model, Screen};

/// A visitor as the site names them; what is not said is empty. The server decides whether it is
/// so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Identity {
    /// The site's id of the visitor.
    pub(crate) user: String,
    /// What vouches for the id: hex HMAC-SHA256 under the widget's identity secret.
    pub(crate) hash: String,
    /// A JWT of the site, which names the visitor itself and runs out.
    pub(crate) token: String,
}

/// How far the server knows of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Vouch {
    /// It was not told yet.
    Unsaid,
    /// It was told, and has not answered.
    Said,
    /// It took it.
    Taken,
}

impl Model {
    /// The site says who the visitor is. What runs goes on in their name; where there is nothing
    /// yet, nothing is sent.
    pub(super) fn identify(&mut self, who: Box<Identity>) {
        if self.identity == who {
            return;
        }
        let known = &self.saved.visitor;
        let another = !who.user.is_empty() && who.user != *known && !known.starts_with("guest_");
        if another {
            self.forget(who.user.clone());
        }
        self.identity = who;
        self.vouch = Vouch::Unsaid;
        if self.life == Life::Running {
            self.begin();
        } else if another {
            self.prepare();
        }
    }

    /// The visitor is nobody in particular any more: a guest that was never here.
    pub(super) fn log_out(&mut self, seed: String) {
        self.held = None;
        self.details = None;
        *self.identity = Identity::default();
        self.forget(guest(&seed));
        self.seed = seed;
        self.prepare();
    }

    /// Drops everything of the visitor until now, on the screen and in the browser.
    fn forget(&mut self, visitor: String) {
        self.leave();
        self.saved = Saved { visitor, ..Saved::default() };
        self.metadata = None;
        self.fresh = false;
        self.unread = 0;
        if matches!(self.screen, Screen::Sheet(_)) {
            self.screen = Screen::Chat;
        }
        self.want(Effect::Forget);
    }
}

/// A guest's id: who knows it is that guest.
pub(super) fn guest(seed: &str) -> String {
    let mut visitor = String::from("guest_");
    visitor.push_str(seed);
    visitor
}
