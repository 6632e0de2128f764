//! What a widget reports about its own use.

use crate::wire_enum::wire_enum;

/// The most events in one call.
pub const MAX_EVENTS: usize = 50;

/// The most bytes of one event as JSON.
pub const MAX_EVENT_BYTES: usize = 4_096;

wire_enum! {
    /// What happened. Other names are refused, so that the figures keep their meaning.
    pub enum EventName {
        /// The launcher became visible.
        LauncherShown = "launcher.shown",
        /// The panel was opened.
        LauncherOpened = "launcher.opened",
        /// The panel was closed.
        LauncherClosed = "launcher.closed",
        /// A quick action was used.
        CtaClicked = "cta.clicked",
        /// A suggested question was used.
        PromptClicked = "prompt.clicked",
        /// A proactive trigger did something.
        TriggerFired = "trigger.fired",
        /// The visitor sent away what a trigger did.
        TriggerDismissed = "trigger.dismissed",
        /// The visitor scrolled down to a mark.
        ScrollReached = "scroll.reached",
        /// A form was shown.
        FormShown = "form.shown",
        /// A form was submitted.
        FormSubmitted = "form.submitted",
        /// A link in an answer was followed.
        LinkClicked = "link.clicked",
        /// The visitor began to speak with the agent.
        VoiceStarted = "voice.started",
        /// Voice ended.
        VoiceEnded = "voice.ended",
    }
}

#[cfg(feature = "json")]
pub use read::{Event, events};

#[cfg(feature = "json")]
mod read {
    use serde::Serialize;
    use serde_json::{Map, Value};

    use super::{EventName, MAX_EVENT_BYTES, MAX_EVENTS};
    use crate::error::{Violation, ViolationCode, Violations};
    use crate::time::Timestamp;

    /// One thing that happened.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
    pub struct Event {
        /// What.
        pub name: EventName,
        /// When, by the visitor's clock.
        pub at: Timestamp,
        /// More about it.
        #[serde(skip_serializing_if = "Map::is_empty")]
        #[cfg_attr(feature = "schema", schemars(default))]
        pub data: Map<String, Value>,
    }

    /// The events of a call: those in its `events`, or the one that the body itself is. What else
    /// stands in the body (a token, a widget's id) is the caller's.
    ///
    /// # Errors
    /// Everything that is wrong; nothing is taken of a call with a mistake in it.
    pub fn events(body: &Value) -> Result<Vec<Event>, Violations> {
        let mut violations = Violations::default();
        let mut events = Vec::new();
        let mut take = |entry: &Value, path: &str| match event(entry) {
            Ok(event) => events.push(event),
            Err(found) => {
                violations.0.extend(found.into_iter().map(|violation| violation.under(path)));
            }
        };
        match body.get("events") {
            None => take(body, ""),
            Some(Value::Array(list)) if (1..=MAX_EVENTS).contains(&list.len()) => {
                for (index, entry) in list.iter().enumerate() {
                    take(entry, &format!("events[{index}]"));
                }
            }
            Some(Value::Array(list)) if list.is_empty() => {
                return Err(Violation::new("events", ViolationCode::TooFew).min(1.0).into());
            }
            Some(Value::Array(_)) => {
                let violation = Violation::new("events", ViolationCode::TooMany);
                return Err(violation.max(MAX_EVENTS as f64).into());
            }
            Some(_) => return Err(Violation::wrong_type("events", "list").into()),
        }
        violations.none_or(events)
    }

    fn event(entry: &Value) -> Result<Event, Vec<Violation>> {
        let Value::Object(members) = entry else {
            return Err(vec![Violation::wrong_type("", "object")]);
        };
        let mut found = Vec::new();
        let name = text(members, "name").and_then(|name| {
            name.parse().map_err(|_| Violation::not_allowed("name", EventName::WORDS))
        });
        let at = text(members, "at").and_then(|at| {
            Timestamp::parse(at).map_err(|_| Violation::new("at", ViolationCode::InvalidTime))
        });
        let data = match members.get("data") {
            None | Some(Value::Null) => Ok(Map::new()),
            Some(Value::Object(data)) => Ok(data.clone()),
            Some(_) => Err(Violation::wrong_type("data", "object")),
        };
        // Only these three are kept; what else stands there does not count.
        if let (Ok(name), Ok(at), Ok(data)) = (&name, &at, &data) {
            let event = Event { name: *name, at: *at, data: data.clone() };
            let bytes = serde_json::to_vec(&event).map_or(usize::MAX, |json| json.len());
            if bytes <= MAX_EVENT_BYTES {
                return Ok(event);
            }
            found.push(Violation::new("data", ViolationCode::TooBig).max(MAX_EVENT_BYTES as f64));
        }
        found.extend([name.err(), at.err(), data.err()].into_iter().flatten());
        Err(found)
    }

    fn text<'a>(members: &'a Map<String, Value>, key: &str) -> Result<&'a str, Violation> {
        match members.get(key) {
            None | Some(Value::Null) => Err(Violation::new(key, ViolationCode::Required)),
            Some(value) => value.as_str().ok_or_else(|| Violation::wrong_type(key, "text")),
        }
    }
}

#[cfg(feature = "json")]
#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::error::ViolationCode as Code;

    const AT: &str = "2026-04-09T14:12:00.000Z";

    fn found(body: &Value) -> Vec<(String, Code)> {
        let violations = events(body).unwrap_err();
        violations.into_iter().map(|violation| (violation.path, violation.code)).collect()
    }

    #[test]
    fn a_call_holds_a_list_or_one_event() {
        let one = json!({ "name": "cta.clicked", "at": AT, "data": { "id": "call" } });
        let many = json!({ "events": [one, { "name": "launcher.shown", "at": AT, "data": null }], "token": "x" });
        let events = events(&many).unwrap();
        assert_eq!(events[0].name, EventName::CtaClicked);
        assert_eq!(events[0].data["id"], "call");
        assert!(events[1].data.is_empty());
        assert_eq!(super::events(&one).unwrap(), events[..1]);
    }

    #[test]
    fn everything_that_is_wrong_is_said() {
        let body = json!({ "events": [
            { "name": "launcher.exploded", "at": "yesterday", "data": [] },
            7,
            { "name": 1 },
        ] });
        assert_eq!(
            found(&body),
            [
                ("events[0].name".into(), Code::NotAllowed),
                ("events[0].at".into(), Code::InvalidTime),
                ("events[0].data".into(), Code::WrongType),
                ("events[1]".into(), Code::WrongType),
                ("events[2].name".into(), Code::WrongType),
                ("events[2].at".into(), Code::Required),
            ]
        );
        assert_eq!(found(&json!("x")), [(String::new(), Code::WrongType)]);
    }

    #[test]
    fn a_call_has_1_to_50_events_of_at_most_4_kb() {
        let event = json!({ "name": "scroll.reached", "at": AT });
        assert!(events(&json!({ "events": vec![event.clone(); 50] })).is_ok());
        assert_eq!(
            found(&json!({ "events": vec![event; 51] })),
            [("events".into(), Code::TooMany)]
        );
        assert_eq!(found(&json!({ "events": [] })), [("events".into(), Code::TooFew)]);
        assert_eq!(found(&json!({ "events": {} })), [("events".into(), Code::WrongType)]);
        let frame =
            json!({ "name": "scroll.reached", "at": AT, "data": { "x": "" } }).to_string().len();
        let of = |bytes: usize| json!({ "name": "scroll.reached", "at": AT, "data": { "x": "y".repeat(bytes - frame) } });
        assert!(events(&of(4_096)).is_ok());
        assert_eq!(found(&of(4_097)), [("data".into(), Code::TooBig)]);
    }

    proptest! {
        #[test]
        fn any_text_for_a_name_is_read_or_refused(name in any::<String>()) {
            let read = events(&json!({ "name": name, "at": AT }));
            prop_assert_eq!(read.is_ok(), EventName::WORDS.contains(&name.as_str()));
        }
    }
}
