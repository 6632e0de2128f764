//! The shapes of the API, as this module writes and reads them.

use serde::ser::SerializeMap;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;
use widget_core::config::Document;
use widget_core::conversation::Handler;
use widget_core::event::{StreamEvent, ToolState};
use widget_core::form::FieldValue;
use widget_core::id::MessageId;
use widget_core::message::Message;

use super::js::Js;
use crate::model::answers::Answers;
use crate::model::log::Told;
use crate::model::message::{Beginning, Event, Problem};

/// `POST /v1/widget/init`.
#[derive(Serialize)]
pub(super) struct Init<'a> {
    pub(super) widget_id: &'a str,
    pub(super) user_id: &'a str,
    pub(super) conversation_id: Option<&'a str>,
    pub(super) new: bool,
    pub(super) page_url: String,
    pub(super) locale: &'a str,
    pub(super) custom_metadata: Option<&'a Answers>,
}

/// `POST /v1/widget/messages/stream`.
#[derive(Serialize)]
pub(super) struct Ask<'a> {
    pub(super) content: Option<&'a str>,
    pub(super) client_message_id: Option<&'a str>,
    pub(super) regenerate: Option<String>,
    pub(super) page_url: String,
    pub(super) page_title: String,
}

/// `POST /v1/widget/rating`, `feedback`, `stop`, `conversation/end`: each takes its own part.
#[derive(Serialize)]
pub(super) struct Small<'a> {
    pub(super) message_id: Option<String>,
    pub(super) value: Option<&'static str>,
    pub(super) data: Option<&'a Answers>,
}

impl Serialize for Answers {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (id, value) in &self.0 {
            match value {
                FieldValue::Text(text) => map.serialize_entry(id, text)?,
                FieldValue::Number(number) => map.serialize_entry(id, number)?,
                FieldValue::Flag(flag) => map.serialize_entry(id, flag)?,
                FieldValue::Choices(choices) => map.serialize_entry(id, choices)?,
            }
        }
        map.end()
    }
}

/// As a JavaScript value. What is `None` is `undefined`, which JSON leaves out.
pub(super) fn value(body: &impl Serialize) -> JsValue {
    let serializer = Serializer::json_compatible().serialize_missing_as_null(false);
    body.serialize(&serializer).unwrap_or(JsValue::UNDEFINED)
}

/// An id as it stands on the wire; `to_string` costs the browser 3 KB.
pub(super) fn id(id: MessageId) -> String {
    let mut buffer = [0; 36];
    String::from(&*id.as_uuid().hyphenated().encode_lower(&mut buffer))
}

/// Reads the answers a form gave earlier.
pub(super) fn answers(document: &Js) -> Answers {
    let value = |key: &String| {
        let value = document.get(key)?;
        let choices = || value.items().map(|choice| choice.text()).collect::<Option<Vec<_>>>();
        let text = value.text().map(FieldValue::Text);
        let text = text.or_else(|| value.number().map(FieldValue::Number));
        let text = text.or_else(|| value.boolean().map(FieldValue::Flag));
        text.or_else(|| choices().map(FieldValue::Choices))
    };
    Answers(document.keys().into_iter().filter_map(|key| Some((value(&key)?, key))).map(|(value, key)| (key, value)).collect())
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
            .filter_map(|message| Message::read(message).map(told))
            .collect(),
    })
}

/// A problem document, or what is known without one.
pub(super) fn problem(status: u16, body: &Js) -> Problem {
    Problem { status, code: body.string("code"), detail: body.string("detail") }
}

/// An event of the stream; `None` for one that is not for us.
pub(super) fn event(name: &str, data: &str) -> Option<Event> {
    Some(match StreamEvent::read(name, Js::parse(data))? {
        StreamEvent::Turn { user_message_id, message_id, .. } => {
            Event::Turn { question: user_message_id, answer: message_id }
        }
        StreamEvent::Token { text } => Event::Token(text),
        StreamEvent::Citations { citations } => Event::Citations(citations),
        StreamEvent::ToolCall(call) => Event::ToolCall { active: call.state == ToolState::Running },
        StreamEvent::Block(_) => return None,
        StreamEvent::Error { code, detail, retryable } => Event::Error { code, detail, retryable },
        StreamEvent::Done { message_id, .. } => Event::Done { answer: message_id },
        StreamEvent::Message(message) => Event::Message(told(message)),
        StreamEvent::Typing { active, .. } => Event::Typing(active),
        StreamEvent::Handler { handler } => Event::Handler { human: handler == Handler::Human },
        StreamEvent::Ended { .. } => Event::Ended,
    })
}

fn told(message: Message<Js>) -> Told {
    let Message { id, role, content, citations, .. } = message;
    Told { id, role, text: content, citations }
}
