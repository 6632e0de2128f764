//! The shapes of the API, as this module writes and reads them.

use wasm_bindgen::JsValue;
use widget_core::config::Document;
use widget_core::message::{Citation, Role};

use crate::model::log::Told;
use crate::model::message::{Beginning, Event, Problem};
use widget_dom::js::Js;

/// The answer to `init`; `None` when it is not one.
pub(super) fn beginning(answer: &Js) -> Option<Beginning> {
    let agent = answer.get("agent").unwrap_or(Js(JsValue::NULL));
    Some(Beginning {
        conversation: answer.some("conversation_id")?,
        visitor: answer.some("visitor_id")?,
        token: answer.some("token")?,
        agent: agent.string("name"),
        greeting: agent.string("greeting"),
        messages: answer.list("messages").iter().filter_map(told).collect(),
        last_event: answer.some("last_event_id"),
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
pub(super) fn event(name: &str, json: &str) -> Option<Event> {
    let data = Js::parse(json);
    Some(match name {
        "turn" => Event::Turn {
            question: data.some("user_message_id")?,
            answer: data.some("message_id")?,
        },
        "token" => Event::Token(data.string("text")),
        "citations" => Event::Citations(citations(&data)),
        "block" => Event::Block(json.to_owned()),
        "tool_call" => Event::ToolCall { active: data.string("state") == "running" },
        "error" => {
            Event::Error { detail: data.string("detail"), retryable: data.flag("retryable") }
        }
        "done" => Event::Done { answer: data.string("message_id") },
        "message" => Event::Message(told(&data)?),
        "typing" => Event::Typing(data.flag("active")),
        "handler" => Event::Handler { human: data.string("handler") == "human" },
        "ended" => Event::Ended,
        _ => return None,
    })
}

/// A message, as every API shows it.
pub(crate) fn told(message: &Js) -> Option<Told> {
    let role = match message.string("role").as_str() {
        "user" => Role::User,
        "agent" => Role::Agent,
        _ => Role::System,
    };
    let (id, text) = (message.some("id")?, message.string("content"));
    let blocks = message.list("blocks").iter().map(Js::json).collect();
    Some(Told { id, role, text, citations: citations(message), blocks })
}

fn citations(of: &Js) -> Vec<Citation> {
    let mut citations = Vec::new();
    for source in of.list("citations") {
        let (title, url, quote) =
            (source.string("title"), source.some("url"), source.some("quote"));
        citations.push(Citation { title, url, quote });
    }
    citations
}
