//! What the second module lays between the messages and around them, besides the sheets: forms and
//! files of a conversation, the menu, quick actions. It makes its own calls; what the rest of the chat
//! has to know of arrives here.

use super::effect::{Effect, Focus, News};
use super::saved::Attached;
use super::{Life, Model};

/// What the visitor wants, on a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// To ask this.
    Ask(String),
    /// To be shown the form of this block.
    Show(String),
    /// Something that needs a conversation, or a new token of it.
    Begin,
    /// To send these files with the next message.
    Files(Vec<Attached>),
    /// To go on with this conversation.
    Open(String),
    /// To begin anew.
    Restart,
    /// Nothing of theirs to be left; the server has deleted it. With the seed of another visitor.
    Erased(String),
    /// An address was left.
    Lead,
    /// To go back to the chat.
    Back,
}

impl Model {
    pub(super) fn wished(&mut self, wish: Wish) {
        match wish {
            Wish::Ask(text) => self.ask(&text),
            Wish::Show(block) => {
                self.log.show(block);
                self.fetch_sheet();
                self.want(Effect::ScrollDown);
            }
            Wish::Begin => self.begin(),
            Wish::Files(files) => self.files = files,
            Wish::Open(conversation) => self.switch(conversation),
            Wish::Restart => self.restart(),
            Wish::Erased(seed) => self.log_out(seed),
            Wish::Lead => {
                self.want(Effect::Emit(News::Lead, 0));
                self.want(Effect::Focus(Focus::Panel));
            }
            Wish::Back => self.open_menu(false),
        }
    }

    /// Lays the menu over the chat, or takes it away.
    pub(super) fn open_menu(&mut self, open: bool) {
        self.menu = open;
        if open {
            self.fetch_sheet();
        } else if std::mem::take(&mut self.owes_feedback) {
            self.offer_feedback();
        }
        self.want(Effect::Focus(Focus::Panel));
    }

    /// Goes on with another conversation of the visitor's.
    fn switch(&mut self, conversation: String) {
        self.leave();
        self.fresh = false;
        (self.saved.conversation, self.saved.token) = (Some(conversation), None);
        self.saved.pending = None;
        self.want(Effect::Focus(Focus::Panel));
        self.begin();
    }

    /// Whether files can be chosen: what the visitor has not agreed to send is not sent.
    pub(crate) fn may_attach(&self) -> bool {
        self.settings.files && (self.settings.consent.is_none() || self.saved.consent)
    }

    /// Whether files go with the next message.
    pub(crate) fn has_files(&self) -> bool {
        !self.files.is_empty()
    }

    /// Has the second module fetched where something of it is to be seen.
    pub(super) fn lay_cards(&mut self) {
        if (self.settings.extras || self.settings.files) && self.open && self.life != Life::Ended {
            self.fetch_sheet();
        }
    }
}
