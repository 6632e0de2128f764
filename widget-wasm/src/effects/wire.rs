//! The shapes of the API, as this module writes and reads them.

use widget_core::config::Document;
use widget_core::id::MessageId;
use widget_core::message::{Citation, Role};

use super::js::Js;
use crate::model::log::Told;
use crate::model::message::{Beginning, Event, Problem};

/// An id as it stands on the wire; `to_string` costs the browser 3 KB.
pub(super) fn id(id: MessageId) -> String {
    let mut buffer = [0; 36];
    String::from(&*id.as_uuid().hyphenated().encode_lower(&mut buffer))
}

/// The answer to `init`; `None` when it is not one.
pub(super) fn beginning(answer: &Js) -> Option<Beginning> {
    let agent = answer.get("agent");
    let of_agent = |key| agent.as_ref().map(|agent| agent.string(key)).unwrap_or_default();
    Some(Beginning {
        conversation: answer.some("conversation_id")?,
        visitor: answer.some("visitor_id")?,
        token: answer.some("token")?,
        agent: of_agent("name"),
        greeting: of_agent("greeting"),
        messages: answer
            .get("messages")
            .iter()
            .flat_map(Document::items)
            .filter_map(|message| told(&message))
            .collect(),
    })
}

/// A problem document, or what is known without one.
pub(super) fn problem(status: u16, body: &Js) -> Problem {
    Problem { status, code: body.string("code"), detail: body.string("detail") }
}

/// An event of the stream; `None` for one that is not for us.
///
/// It reads what `widget_core::event::StreamEvent` describes, and only that of it which the model
/// needs: the whole costs a visitor 3 KB.
pub(super) fn event(name: &str, data: &str) -> Option<Event> {
    let data = Js::parse(data);
    let id = |key| data.string(key).parse().ok();
    let flag = |key| data.get(key).and_then(|flag| flag.boolean()).unwrap_or_default();
    Some(match name {
        "turn" => Event::Turn { question: id("user_message_id")?, answer: id("message_id")? },
        "token" => Event::Token(data.string("text")),
        "citations" => Event::Citations(citations(&data)),
        "tool_call" => Event::ToolCall { active: data.string("state") == "running" },
        "error" => Event::Error {
            code: data.string("code"),
            detail: data.string("detail"),
            retryable: flag("retryable"),
        },
        "done" => Event::Done { answer: id("message_id")? },
        "message" => Event::Message(told(&data)?),
        "typing" => Event::Typing(flag("active")),
        "handler" => Event::Handler { human: data.string("handler") == "human" },
        "ended" => Event::Ended,
        _ => return None,
    })
}

fn told(message: &Js) -> Option<Told> {
    let role = match message.string("role").as_str() {
        "user" => Role::User,
        "agent" => Role::Agent,
        _ => Role::System,
    };
    let (id, text) = (message.string("id").parse().ok()?, message.string("content"));
    Some(Told { id, role, text, citations: citations(message) })
}

fn citations(of: &Js) -> Vec<Citation> {
    let list = of.get("citations");
    let one = |source: Js| Citation {
        title: source.string("title"),
        url: source.some("url"),
        quote: source.some("quote"),
    };
    list.iter().flat_map(Document::items).map(one).collect()
}
