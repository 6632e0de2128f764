//! What must hold for any input: run by the fuzzer, and by an ordinary test over its corpora.

use serde_json::Value;
use widget_core::agent::{self, AgentVersionConfig, Capabilities, RoomVoice};
use widget_core::colour::Scheme;
use widget_core::config::{self, V1};
use widget_core::event::StreamEvent;
use widget_core::event::sse::{Decoder, EventTooLarge, SseEvent, encode};
use widget_core::form::check_values;
use widget_core::language::Language;
use widget_core::markdown::{self, Node};
use widget_core::origin::{AllowList, Origin};
use widget_core::trigger::{Page, Triggers};

/// An entry that is taken is normal already, and a list of it admits it.
pub(crate) fn origin(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let _ = Origin::from_header(&text);
    let _ = AllowList::new(&text.split_whitespace().collect::<Vec<_>>());
    let Ok(origin) = Origin::parse(&text) else { return };
    assert_eq!(Origin::parse(origin.as_str()), Ok(origin.clone()), "normal already");
    let list = AllowList::new(&[origin.as_str()]).expect("an origin is an entry");
    assert!(origin.is_wildcard() || list.admits(origin.as_str()));
    assert!(!list.admits("null"));
}

/// The bytes are read alike however they are cut, hold no more than the bound allows, and what was
/// read is read again after it was written.
pub(crate) fn sse(data: &[u8]) {
    let (&cut, stream) = data.split_first().unwrap_or((&0, data));
    let limit = 64 + usize::from(cut);
    let read = |size: usize| {
        let mut decoder = Decoder::with_limit(limit);
        let mut events: Vec<Result<SseEvent, EventTooLarge>> = Vec::new();
        for chunk in stream.chunks(size) {
            decoder.push(chunk);
            events.extend(decoder.by_ref());
        }
        (events, decoder.last_id().map(str::to_owned), decoder.retry())
    };
    let whole = read(usize::MAX);
    if whole.0.iter().all(Result::is_ok) {
        // Where the bound is crossed depends on the cut, what is read below it does not.
        assert_eq!(read(1 + usize::from(cut)), whole);
        assert_eq!(read(1), whole);
    }
    for event in whole.0.into_iter().flatten() {
        // A byte that is no UTF-8 takes three when it is replaced.
        assert!(event.data.len() <= 3 * limit);
        let id = event.id.clone().unwrap_or_default();
        let mut again = Decoder::default();
        again.push(encode(&id, &event.event, &event.data).as_bytes());
        let again = again.next().expect("one event").expect("it is small");
        assert_eq!((&again.event, &again.data), (&event.event, &event.data));
        let _ = StreamEvent::parse(&event.event, &event.data);
    }
}

/// Every beginning of a text is a shallow tree with safe links.
pub(crate) fn markdown(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let half = text.floor_char_boundary(text.len() / 2);
    for source in [&text[..half], &text] {
        walk(&markdown::parse(source), 0);
    }
}

fn walk(nodes: &[Node], depth: usize) {
    assert!(depth < 50, "the tree is shallow");
    for node in nodes {
        match node {
            Node::Link { href, children } => {
                assert!(markdown::is_safe_link(href));
                walk(children, depth + 1);
            }
            Node::Paragraph(children)
            | Node::Heading(1..=6, children)
            | Node::Quote(children)
            | Node::Emphasis(children)
            | Node::Strong(children)
            | Node::Strike(children) => walk(children, depth + 1),
            Node::Heading(level, _) => panic!("a heading of level {level}"),
            Node::List { items, .. } => items.iter().for_each(|item| walk(item, depth + 1)),
            Node::Table { columns, rows } => {
                for row in rows {
                    assert!(row.len() <= columns.len());
                    row.iter().for_each(|cell| walk(cell, depth + 1));
                }
            }
            Node::Cite(number) => assert!((1..=99).contains(number)),
            Node::CodeBlock { .. } | Node::Rule | Node::Text(_) | Node::Code(_) | Node::Break => {}
        }
    }
}

/// Any document is validated and read, as a widget's configuration and as an agent's.
pub(crate) fn config(data: &[u8]) {
    let Ok(document) = serde_json::from_slice::<Value>(data) else { return };
    for violation in config::validate(&document).iter().chain(&agent::validate(&document)) {
        assert!(violation.path.starts_with("config"));
        assert!(!violation.message().is_empty());
    }
    let v1 = V1::of(&document);
    let language = v1.language(&["de-AT", "en"]);
    let _ = (v1.suggested_questions(&Language::only("de")), v1.quick_actions().len());
    let _ = (v1.palette(Scheme::Light), v1.palette(Scheme::Dark));
    let _ = (v1.is_hidden_on("https://example.com/a?b#c"), v1.avatar_shape(), language);
    for form in v1.pre_conversation_form().into_iter().chain(v1.forms()) {
        assert_eq!(form.hash(), form.clone().hash());
        let _ = check_values(&form.fields, &document);
    }
    let mut triggers = Triggers::of(&v1);
    let page = Page { address: "https://example.com/", seconds: 60, ..Page::default() };
    let mut fired = 0;
    while triggers.evaluate(&page).is_some() {
        fired += 1;
        assert!(fired <= 20, "each fires once");
    }
    let version = AgentVersionConfig::of(&document);
    let _ = (version.tools().len(), version.knowledge().len(), version.model().provider());
    let _ = Capabilities::of(&document, RoomVoice::Server);
}
