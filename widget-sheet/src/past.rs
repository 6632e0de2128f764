//! An earlier conversation, as it stands in the menu's list.

use js_sys::encode_uri_component;
use widget_dom::js::Js;
use widget_dom::painter::Painter;

use crate::desk::Desk;
use crate::saying::moment;
use crate::words::Word;

/// A conversation of this visitor.
#[derive(Debug)]
pub(crate) struct Past {
    pub(crate) id: String,
    title: String,
    /// When something was said in it last, as people write it.
    when: String,
    pub(crate) ended: bool,
}

/// Where the visitor's conversations are: the list, or what is below it, then with what is asked for.
pub(crate) fn address(desk: &Desk, below: &[&str], query: &str) -> String {
    let mut path = String::from("/core/public/web-widgets/");
    path.push_str(&desk.link.string("widget"));
    path.push_str("/conversations");
    for part in below {
        path.push('/');
        path.push_str(part);
    }
    path.push_str("?user_id=");
    path.push_str(&String::from(encode_uri_component(&desk.link.string("visitor"))));
    path.push_str(query);
    path
}

impl Past {
    pub(crate) fn read(entry: &Js, desk: &Desk) -> Self {
        let status = entry.string("status");
        Self {
            id: entry.string("id"),
            title: entry.string("title"),
            when: moment(desk, &entry.string("updated_at"), true),
            ended: status == "completed" || status == "failed",
        }
    }

    pub(crate) fn title<'a>(&'a self, desk: &'a Desk) -> &'a str {
        desk.words.or(&self.title, Word::Untitled)
    }

    /// When it was, and how it stands.
    pub(crate) fn when(&self, p: &mut Painter, state: &str) {
        p.open("small", "").text(&self.when);
        if !state.is_empty() {
            p.text(" · ").text(state);
        }
        p.close();
    }

    /// One that has ended is read, where the server is given a proof that it is theirs; the others are
    /// gone on with.
    pub(crate) fn entry(&self, p: &mut Painter, desk: &Desk) {
        let proven = desk.link.string("visitor").starts_with("guest_")
            || desk.link.some("proof").is_some()
            || desk.link.some("voucher").is_some();
        let current = desk.link.string("conversation") == self.id;
        let (state, act) = match (current, self.ended) {
            (true, _) => (desk.words.say(Word::Current), "skip"),
            (_, true) => (desk.words.say(Word::ConversationEnded), "read"),
            _ => ("", "open"),
        };
        if self.ended && !proven {
            p.open("span", "entry");
        } else {
            p.open("button", "entry").with("type", "button").with("data-id", &self.id);
            p.with("data-do", act);
        }
        p.line("b", "", self.title(desk));
        self.when(p, state);
        p.close();
    }
}
