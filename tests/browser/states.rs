//! The states of the widget: each with its configuration and the way to it. Pictures are taken of
//! them ([`crate::looks`]) and axe looks at them ([`crate::accessible`]).

use serde_json::{Value, json};
use widget_tests::Script;

use crate::house::part;

pub(crate) use stage::Stage;

mod cards;
mod forms;
mod stage;

/// Who reads the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    English,
    Arabic,
}

/// What is said in the English page, and in the Arabic one.
pub(crate) type Words = (&'static str, &'static str);

/// Where the widget is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// On a host page, after a snippet without further attributes.
    Page,
    /// In an element of a host page.
    Element,
    /// In the frame that stands in for it where a page refuses WebAssembly.
    Frame,
    /// On its hosted page.
    Hosted,
    /// On its hosted page, of which no script has come.
    Unscripted,
    /// On the demo page.
    Demo,
}

/// One step on the way.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// Clicks the bubble.
    Open,
    /// Types a question and sends it.
    Ask(Words),
    /// Waits until this is there.
    There(&'static str),
    /// Waits until it says this.
    Says(&'static str, Words),
    /// Clicks it.
    Click(&'static str),
    /// Types into it.
    Fill(&'static str, Words),
    /// The owner takes the conversation over and writes.
    TakeOver(Words),
    /// The owner pauses the widget, and the page is loaded again.
    Pause,
    /// The network is gone.
    Offline,
}

/// A state, and the way to it.
pub(crate) struct State {
    /// What it is called: also the name of its page and its pictures.
    pub(crate) name: &'static str,
    pub(crate) place: Place,
    /// What of the configuration is not as usual.
    v1: fn() -> Value,
    /// What the model says to each question, where that is not the usual answer.
    model: &'static [fn(Reader) -> Script],
    way: &'static [Step],
}

const CLOSED: State = State {
    name: "closed",
    place: Place::Page,
    v1: || json!({}),
    model: &[],
    way: &[Step::There(part::BUBBLE)],
};

const OPEN: &[Step] = &[Step::Open, Step::There(part::INPUT)];
const HOURS: Words = ("When are you open?", "متى تفتحون؟");
const ANSWERED: &[Step] = &[Step::Open, Step::Ask(HOURS), Step::There(TOOLS)];
const TOOLS: &str = "agent-widget >>> .tools";
const LIVE: &str = "agent-widget >>> .live";
const END: &str = "agent-widget >>> button[data-do='end?']";
const END_YES: &str = "agent-widget >>> button[data-do=end]";
const SHEET: &str = "agent-widget >>> form.sheet";
const SUBMIT: &str = "agent-widget >>> form.sheet button[type=submit]";
const NOTE: &str = "agent-widget >>> .note";

/// The states, in the order of a visit.
const STATES: &[State] = &[
    CLOSED,
    State {
        name: "closed-with-questions",
        v1: questions,
        way: &[Step::There("agent-widget >>> button.s")],
        ..CLOSED
    },
    State {
        name: "closed-square-with-label",
        v1: || {
            json!({ "primary_color": "#facc15", "position": "bottom-left", "trigger": {
            "shape": "square", "size": 64, "show_label": true,
            "label": both(("Ask us", "اسألنا")) } })
        },
        ..CLOSED
    },
    State { name: "open", v1: questions, way: OPEN, ..CLOSED },
    State { name: "open-with-defaults", v1: forms::nothing_given, way: OPEN, ..CLOSED },
    State {
        name: "open-in-a-bright-colour",
        v1: || json!({ "primary_color": "#facc15" }),
        way: ANSWERED,
        ..CLOSED
    },
    State {
        name: "thinking",
        model: &[|_| Script::new().stall()],
        way: &[Step::Open, Step::Ask(HOURS), Step::There("agent-widget >>> .dots")],
        ..CLOSED
    },
    State {
        name: "answering",
        model: &[|reader| Script::new().say(reader.say(HALF)).stall()],
        way: &[Step::Open, Step::Ask(HOURS), Step::There(LIVE)],
        ..CLOSED
    },
    State { name: "answered", way: ANSWERED, ..CLOSED },
    State {
        name: "answered-with-everything",
        model: &[|reader| Script::answer(reader.say(EVERYTHING))],
        way: &[Step::Open, Step::Ask(HOURS), Step::There(TOOLS)],
        ..CLOSED
    },
    State {
        name: "rated",
        way: &[
            Step::Open,
            Step::Ask(HOURS),
            Step::Click("agent-widget >>> button[data-do^=up]"),
            Step::There("agent-widget >>> button[aria-pressed=true]"),
        ],
        ..CLOSED
    },
    State {
        name: "answer-failed",
        model: &[|_| Script::refuse(400, "no")],
        way: &[Step::Open, Step::Ask(HOURS), Step::There(part::FAILURE)],
        ..CLOSED
    },
    State {
        name: "consent",
        v1: || json!({ "consent": { "required": true, "policy_url": "https://shop.example/privacy" } }),
        way: &[Step::Open, Step::Ask(HOURS), Step::There("agent-widget >>> .ask")],
        ..CLOSED
    },
    State {
        name: "form-before",
        v1: forms::before,
        way: &[Step::Open, Step::There(SHEET)],
        ..CLOSED
    },
    State {
        name: "form-with-mistakes",
        v1: forms::before,
        way: &[
            Step::Open,
            Step::Fill("agent-widget >>> input[type=email]", ("ada", "ada")),
            Step::Click(SUBMIT),
            Step::There("agent-widget >>> .wrong"),
        ],
        ..CLOSED
    },
    State {
        name: "person",
        way: &[
            Step::Open,
            Step::Ask(HOURS),
            Step::There(TOOLS),
            Step::TakeOver(PERSON),
            Step::Says(part::ANSWER, PERSON),
        ],
        ..CLOSED
    },
    State {
        name: "unread",
        way: &[
            Step::Open,
            Step::Ask(HOURS),
            Step::There(TOOLS),
            Step::Click("agent-widget >>> button[data-do=close]"),
            Step::TakeOver(PERSON),
            Step::There("agent-widget >>> button[data-unread]"),
        ],
        ..CLOSED
    },
    State {
        name: "offline",
        way: &[
            Step::Open,
            Step::Ask(HOURS),
            Step::There(TOOLS),
            Step::Offline,
            Step::There(part::BAR),
        ],
        ..CLOSED
    },
    State { name: "paused", way: &[Step::Pause, Step::Open, Step::There(part::BAR)], ..CLOSED },
    State {
        name: "over-budget",
        v1: || json!({ "limits": { "messages_per_conversation": 1 } }),
        way: &[
            Step::Open,
            Step::Ask(HOURS),
            Step::There(TOOLS),
            Step::Ask(HOURS),
            Step::There(part::BAR),
        ],
        ..CLOSED
    },
    State {
        name: "asked-whether-to-end",
        way: &[Step::Open, Step::Ask(HOURS), Step::Click(END), Step::There(END_YES)],
        ..CLOSED
    },
    State {
        name: "ended",
        way: &[
            Step::Open,
            Step::Ask(HOURS),
            Step::Click(END),
            Step::Click(END_YES),
            Step::There("agent-widget >>> .bar button[data-do=restart]"),
        ],
        ..CLOSED
    },
    State {
        name: "feedback",
        v1: forms::feedback,
        way: &[
            Step::Open,
            Step::Ask(HOURS),
            Step::Click(END),
            Step::Click(END_YES),
            Step::There(SHEET),
        ],
        ..CLOSED
    },
    State {
        name: "thanked",
        v1: forms::feedback,
        way: &[
            Step::Open,
            Step::Ask(HOURS),
            Step::Click(END),
            Step::Click(END_YES),
            Step::Click("agent-widget >>> form.sheet .stars label:nth-of-type(4)"),
            Step::Click(SUBMIT),
            Step::There(NOTE),
        ],
        ..CLOSED
    },
    State {
        name: "inline",
        place: Place::Element,
        v1: || merged(questions(), &json!({ "display_mode": "inline" })),
        way: &[Step::Open, Step::Ask(HOURS), Step::There(TOOLS)],
        ..CLOSED
    },
    State {
        name: "full-screen",
        v1: || json!({ "display_mode": "fullscreen" }),
        way: ANSWERED,
        ..CLOSED
    },
    State {
        name: "frame",
        place: Place::Frame,
        way: &[Step::Ask(HOURS), Step::There(TOOLS)],
        ..CLOSED
    },
    State {
        name: "hosted-page",
        place: Place::Hosted,
        way: &[Step::Ask(HOURS), Step::There(TOOLS)],
        ..CLOSED
    },
    State {
        name: "hosted-page-without-script",
        place: Place::Unscripted,
        way: &[Step::There("textarea")],
        ..CLOSED
    },
    State { name: "demo-page", place: Place::Demo, ..CLOSED },
    State {
        name: "demo-page-answered",
        place: Place::Demo,
        way: &[
            Step::Open,
            Step::Ask((
                "How do I put the widget on my page?",
                "How do I put the widget on my page?",
            )),
            Step::There(TOOLS),
        ],
        ..CLOSED
    },
];

const USUAL: Words = (
    "We are open **from nine to five** on weekdays, and on Saturdays until noon. [1]",
    "نفتح **من التاسعة إلى الخامسة** في أيام الأسبوع، ويوم السبت حتى الظهر. [1]",
);
const HALF: Words = (
    "We are open **from nine to five** on weekdays, and",
    "نفتح **من التاسعة إلى الخامسة** في أيام الأسبوع،",
);
const PERSON: Words = ("Ada here, how can I help?", "معك آدا، كيف أساعدك؟");
const EVERYTHING: Words = (
    "## Hours\n\nWe are open **nine to five** [1], and *by appointment*:\n\n- in the shop\n- by [telephone](https://shop.example/call)\n\n| Day | From | To | Lunch |\n|---|---|---:|---|\n| Monday | 9:00 | 17:00 | 12:00 to 12:30 |\n| Saturday | 9:00 | 12:00 | none |\n\n> Closed on public holidays.\n\n```js\nconst open = await fetch('https://shop.example/hours.json').then((reply) => reply.json());\n```\n\nUse `hours.json`, or ask again. [2]",
    "## المواعيد\n\nنفتح **من التاسعة إلى الخامسة** [1]، و*بموعد*:\n\n- في المتجر\n- [بالهاتف](https://shop.example/call)\n\n| اليوم | من | إلى |\n|---|---|---:|\n| الاثنين | 9:00 | 17:00 |\n| السبت | 9:00 | 12:00 |\n\n> نغلق في العطل الرسمية.\n\n```js\nconst open = await fetch('https://shop.example/hours.json').then((reply) => reply.json());\n```\n\nاستعمل `hours.json`. [2]",
);

fn questions() -> Value {
    json!({ "suggested_questions": [both(HOURS), both(("Where do I find you?", "أين أجدكم؟")),
        both(("Can I send something back that I bought as a gift?", "هل يمكنني إرجاع هدية اشتريتها؟"))] })
}

/// What every state's configuration begins with.
fn usual() -> Value {
    json!({
        "primary_color": "#4f46e5",
        "intro_title": both(("Ask about the shop", "اسأل عن المتجر")),
        "intro_subtitle": both(("Answers come with their sources.", "الإجابات مع مصادرها.")),
        "chat": { "title": both(("Ada", "آدا")), "subtitle": both(("Knows the shop", "تعرف المتجر")) },
    })
}

/// A text of the configuration in both languages.
fn both((english, arabic): Words) -> Value {
    json!({ "en": english, "ar": arabic })
}

fn merged(mut usual: Value, other: &Value) -> Value {
    if let (Some(usual), Some(other)) = (usual.as_object_mut(), other.as_object()) {
        usual.extend(other.clone());
    }
    usual
}

/// Every state with its number, or those that `WIDGET_STATES` (names, with commas) asks for.
///
/// # Panics
/// When it asks for a state that there is not; with the names of those that there are.
pub(crate) fn states() -> Vec<(usize, &'static State)> {
    let wanted = std::env::var("WIDGET_STATES").unwrap_or_default();
    let wanted: Vec<_> = wanted.split(',').filter(|name| !name.is_empty()).collect();
    let all = || STATES.iter().chain(cards::STATES);
    let names: Vec<_> = all().map(|state| state.name).collect();
    for name in &wanted {
        assert!(names.contains(name), "no state is called {name}; there are {}", names.join(", "));
    }
    let chosen = |state: &State| wanted.is_empty() || wanted.contains(&state.name);
    (1..).zip(all()).filter(|(_, state)| chosen(state)).collect()
}

impl Reader {
    pub(crate) fn say(self, (english, arabic): Words) -> &'static str {
        match self {
            Self::English => english,
            Self::Arabic => arabic,
        }
    }

    fn tag(self) -> &'static str {
        self.say(("en", "ar"))
    }
}

impl State {
    fn v1(&self) -> Value {
        let own = (self.v1)();
        if own.is_null() { json!({}) } else { merged(usual(), &own) }
    }
}
