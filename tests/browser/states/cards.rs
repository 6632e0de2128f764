//! The states with what the second module lays between the messages and around them.

use serde_json::{Value, json};
use widget_tests::Script;

use super::{CLOSED, END, END_YES, EVERYTHING, HOURS, OPEN, State, Step, TOOLS, Words, both};

const MENU: &str = "agent-widget >>> button[data-do=menu]";
const FORM: &str = "agent-widget >>> .msg form.sheet";

const BOOKING: Words = ("With pleasure. [form:booking]", "بكل سرور. [form:booking]");

/// They come after [`super::STATES`].
pub(super) const STATES: &[State] = &[
    State {
        name: "menu",
        way: &[
            Step::Open,
            Step::Ask(HOURS),
            Step::There(TOOLS),
            Step::Click(MENU),
            Step::There("agent-widget >>> .past"),
        ],
        ..CLOSED
    },
    State {
        name: "menu-earlier",
        model: &[|reader| Script::answer(reader.say(EVERYTHING))],
        way: &[
            Step::Open,
            Step::Ask(HOURS),
            Step::There(TOOLS),
            Step::Click(END),
            Step::Click(END_YES),
            Step::Click("agent-widget >>> .bar [data-do=restart]"),
            Step::Click(MENU),
            Step::Click("agent-widget >>> .menu [data-do=read]"),
            Step::There("agent-widget >>> .menu .said .sources"),
        ],
        ..CLOSED
    },
    State {
        name: "menu-erase",
        way: &[
            Step::Open,
            Step::Ask(HOURS),
            Step::There(TOOLS),
            Step::Click(MENU),
            Step::Click("agent-widget >>> .menu [data-do='erase?']"),
            Step::There("agent-widget >>> .menu [data-do=erase]"),
        ],
        ..CLOSED
    },
    State {
        name: "form-between",
        v1: booking,
        model: &[|reader| Script::answer(reader.say(BOOKING))],
        way: &[Step::Open, Step::Ask(HOURS), Step::There(FORM)],
        ..CLOSED
    },
    State {
        name: "lead",
        v1: || json!({ "lead_capture": { "strategy": "after_turns", "turns": 1 } }),
        way: &[Step::Open, Step::Ask(HOURS), Step::There(FORM)],
        ..CLOSED
    },
    State {
        name: "comment",
        way: &[
            Step::Open,
            Step::Ask(HOURS),
            Step::Click("agent-widget >>> button[data-do^=down]"),
            Step::There(FORM),
        ],
        ..CLOSED
    },
    State { name: "open-with-extras", v1: extras, way: EXTRAS, ..CLOSED },
];

const EXTRAS: &[Step] = &[
    OPEN[0],
    Step::There("agent-widget >>> .hours"),
    Step::There("agent-widget >>> .quick a"),
    Step::There("agent-widget >>> .write .card button"),
];

fn booking() -> Value {
    json!({ "forms": [{
        "id": "booking",
        "title": both(("Book a table", "احجز طاولة")),
        "fields": [
            { "id": "guests", "type": "number", "required": true, "label": both(("Guests", "الضيوف")) },
            { "id": "day", "type": "date", "required": true, "label": both(("Day", "اليوم")) },
        ],
    }] })
}

fn extras() -> Value {
    json!({
        "attachments": { "enabled": true },
        "business_hours": { "timezone": "UTC", "hours": [],
            "closed_message": both(("The shop is closed until Monday.", "المتجر مغلق حتى يوم الاثنين.")) },
        "quick_actions": [
            { "id": "hours", "type": "message", "label": both(("Opening hours", "المواعيد")),
              "value": both(HOURS) },
            { "id": "way", "type": "url", "label": both(("How to find us", "كيف تجدنا")),
              "value": "https://shop.example/way" },
            { "id": "order", "type": "message", "label": both(("Where is my order?", "أين طلبي؟")),
              "value": both(("Where is my order?", "أين طلبي؟")) },
        ],
    })
}
