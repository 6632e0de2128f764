use proptest::prelude::*;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

fn triggers(list: &Value) -> Triggers {
    Triggers::of(&V1::of(&json!({ "v1": { "triggers": list } })))
}

fn trigger(id: &str, when: &Value) -> Value {
    json!({ "id": id, "when": when, "action": { "open": true } })
}

fn one(when: &Value) -> Triggers {
    triggers(&json!([trigger("a", when)]))
}

const PAGE: Page<'_> = Page {
    address: "https://example.com/pricing?x=1",
    scroll_percent: 0,
    seconds: 0,
    idle_seconds: 0,
    exit_intent: false,
};

fn fires(triggers: &mut Triggers, page: Page<'_>) -> bool {
    triggers.evaluate(&page).is_some()
}

#[test]
fn each_fact_is_waited_for() {
    let cases = [
        (
            json!({ "scroll_percent": 50 }),
            Page { scroll_percent: 49, ..PAGE },
            Page { scroll_percent: 50, ..PAGE },
        ),
        (json!({ "seconds_on_page": 5 }), Page { seconds: 4, ..PAGE }, Page { seconds: 6, ..PAGE }),
        (
            json!({ "idle_seconds": 5 }),
            Page { idle_seconds: 4, ..PAGE },
            Page { idle_seconds: 5, ..PAGE },
        ),
        (json!({ "exit_intent": true }), PAGE, Page { exit_intent: true, ..PAGE }),
        (
            json!({ "url_matches": "/shop/*" }),
            PAGE,
            Page { address: "https://example.com/shop/a", ..PAGE },
        ),
    ];
    for (when, early, ready) in cases {
        let mut triggers = one(&when);
        assert!(!fires(&mut triggers, early), "{when}");
        assert!(fires(&mut triggers, ready), "{when}");
        assert!(!fires(&mut triggers, ready), "{when}: once on a page");
    }
}

#[test]
fn all_that_is_asked_for_must_be_true_at_once() {
    let mut triggers = one(&json!({ "exit_intent": true, "seconds_on_page": 10 }));
    assert!(!fires(&mut triggers, Page { exit_intent: true, seconds: 3, ..PAGE }));
    assert!(!fires(&mut triggers, Page { seconds: 30, ..PAGE }), "the leaving was earlier");
    assert!(fires(&mut triggers, Page { exit_intent: true, seconds: 31, ..PAGE }));
}

#[test]
fn the_furthest_scroll_of_this_page_counts() {
    let mut triggers = one(&json!({ "scroll_percent": 50, "seconds_on_page": 10 }));
    assert!(!fires(&mut triggers, Page { scroll_percent: 80, ..PAGE }));
    assert!(fires(&mut triggers, Page { scroll_percent: 10, seconds: 10, ..PAGE }));
    let mut triggers = one(&json!({ "scroll_percent": 50, "seconds_on_page": 10 }));
    assert!(!fires(&mut triggers, Page { scroll_percent: 80, ..PAGE }));
    assert!(!fires(&mut triggers, Page { address: "https://example.com/b", seconds: 10, ..PAGE }));
}

#[test]
fn what_is_off_or_asks_for_nothing_never_fires() {
    let mut off = trigger("a", &json!({ "seconds_on_page": 0 }));
    off["enabled"] = json!(false);
    let mut triggers = triggers(&json!([
        off,
        trigger("b", &json!({})),
        trigger("c", &json!({ "exit_intent": false })),
        { "when": { "seconds_on_page": 0 } },
        7,
    ]));
    assert!(!fires(&mut triggers, Page { seconds: 99, exit_intent: true, ..PAGE }));
    assert_eq!(triggers.watches(), Watches::default());
}

#[test]
fn several_fire_one_after_the_other_in_their_order() {
    let now = json!({ "seconds_on_page": 1 });
    let mut triggers = triggers(&json!([
        trigger("late", &json!({ "seconds_on_page": 60 })),
        trigger("a", &now),
        trigger("b", &now),
    ]));
    let page = Page { seconds: 1, ..PAGE };
    let fired: Vec<_> = std::iter::from_fn(|| triggers.evaluate(&page)).collect();
    assert_eq!(fired, [Fired { index: 1, id: "a".into() }, Fired { index: 2, id: "b".into() }]);
}

#[test]
fn an_ignored_trigger_may_try_again_on_another_page_and_a_jump_is_none() {
    let mut triggers = one(&json!({ "seconds_on_page": 1 }));
    assert!(fires(&mut triggers, Page { seconds: 1, ..PAGE }));
    let jump = Page { address: "https://example.com/pricing?x=1#faq", seconds: 2, ..PAGE };
    assert!(!fires(&mut triggers, jump));
    assert!(fires(&mut triggers, Page { address: "https://example.com/", seconds: 1, ..PAGE }));
}

#[test]
fn a_reaction_silences_and_says_how_long_it_is_remembered() {
    for once_per in ["page", "session", "visitor"] {
        let mut trigger = trigger("a", &json!({ "seconds_on_page": 1 }));
        trigger["once_per"] = json!(once_per);
        let mut triggers = triggers(&json!([trigger]));
        assert!(fires(&mut triggers, Page { seconds: 1, ..PAGE }));
        assert_eq!(triggers.react("a").map(OncePer::as_str), Some(once_per));
        assert!(!fires(&mut triggers, Page { address: "/other", seconds: 1, ..PAGE }));
        assert_eq!(triggers.watches(), Watches::default());
    }
    assert_eq!(one(&json!({ "seconds_on_page": 1 })).react("unknown"), None);
}

#[test]
fn a_remembered_reaction_silences_from_the_start() {
    let mut triggers = one(&json!({ "seconds_on_page": 0 }));
    triggers.silence(["gone", "a"]);
    assert!(!fires(&mut triggers, PAGE));
}

#[test]
fn only_what_is_needed_is_watched() {
    let watches = |when: &Value| one(when).watches();
    assert_eq!(
        watches(&json!({ "scroll_percent": 1 })),
        Watches { scroll: true, ..Watches::default() }
    );
    assert_eq!(
        watches(&json!({ "idle_seconds": 1 })),
        Watches { time: true, activity: true, ..Watches::default() }
    );
    assert_eq!(
        watches(&json!({ "exit_intent": true })),
        Watches { exit: true, ..Watches::default() }
    );
    assert_eq!(watches(&json!({ "url_matches": "/x" })), Watches::default());
}

/// The cases that the browser's own script is held to as well (`www/triggers.test.js`).
#[test]
fn the_shared_cases_come_out() {
    let cases: Value = serde_json::from_str(include_str!("cases.json")).unwrap();
    for case in cases.as_array().unwrap() {
        let mut triggers = triggers(&case["triggers"]);
        let remembered = case["remembered"].as_array().into_iter().flatten();
        triggers.silence(remembered.filter_map(Value::as_str));
        for step in case["steps"].as_array().unwrap() {
            let page = &step["page"];
            let number = |key: &str| page[key].as_i64().unwrap_or_default() as i32;
            let fired = triggers.evaluate(&Page {
                address: page["address"].as_str().unwrap(),
                scroll_percent: number("scroll"),
                seconds: number("seconds"),
                idle_seconds: number("idle"),
                exit_intent: page["exit"].as_bool().unwrap_or_default(),
            });
            assert_eq!(
                fired.map(|fired| fired.id).as_deref(),
                step["fires"].as_str(),
                "{case} {step}"
            );
            if let Some(id) = step["react"].as_str() {
                triggers.react(id);
            }
        }
    }
}

proptest! {
    #[test]
    fn whatever_happens_a_trigger_fires_once_on_a_page_and_never_after_a_reaction(
        steps in prop::collection::vec((0_usize..3, -1..101_i32, -1..40_i32, any::<bool>(), any::<bool>()), 0..40)
    ) {
        let mut triggers = triggers(&json!([
            trigger("a", &json!({ "scroll_percent": 30, "idle_seconds": 3 })),
            trigger("b", &json!({ "exit_intent": true, "url_matches": "*1" })),
        ]));
        let mut last = "";
        let mut fired: Vec<String> = Vec::new();
        let mut silent: Vec<String> = Vec::new();
        for (page, scroll_percent, idle_seconds, exit_intent, reacts) in steps {
            let address = ["https://a/0", "https://a/1", "https://a/1#x"][page];
            let plain = address.trim_end_matches("#x");
            if plain != last {
                fired.clear();
            }
            last = plain;
            let page = Page { address, scroll_percent, seconds: 0, idle_seconds, exit_intent };
            if let Some(Fired { id, .. }) = triggers.evaluate(&page) {
                prop_assert!(!fired.contains(&id) && !silent.contains(&id));
                if reacts {
                    triggers.react(&id);
                    silent.push(id.clone());
                }
                fired.push(id);
            }
        }
    }
}
