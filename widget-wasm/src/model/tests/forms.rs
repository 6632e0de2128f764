//! Forms before and after the conversation.

use super::*;
use crate::model::Screen;
use crate::model::message::Call;
use crate::model::saved::KeptForm;
use crate::model::sheet::{Decision, Kind, Sheet, State};

fn form() -> Value {
    json!({ "pre_conversation_form": { "id": "f", "fields": [{ "id": "name", "type": "text" }] } })
}

fn feedback() -> Value {
    json!({ "post_conversation_feedback": { "fields": [{ "id": "stars", "type": "rating" }] } })
}

fn filled(values: &str) -> Msg {
    let form = KeptForm { hash: "1234".into(), values: values.into() };
    Msg::Decided(Decision::Submit(form))
}

fn sheet(chat: &Chat) -> Option<(Kind, &State)> {
    match &chat.model.screen {
        Screen::Sheet(Sheet { kind, state, .. }) => Some((*kind, state)),
        _ => None,
    }
}

/// A conversation that has just ended.
fn ended() -> Chat {
    let mut chat = Chat::open(&feedback());
    chat.asks("Well?");
    chat.tells_turn(Feed::Answer, 1, "a", &["Yes."]);
    chat.tells(Feed::Answer, "3", done("a"));
    chat.acts(Act::End);
    chat.hears(Msg::Called(Call::End, Ok(())));
    assert!(chat.wanted(Effect::FetchSheet), "what draws it is fetched only now");
    chat
}

#[test]
fn without_forms_nothing_of_them_is_fetched() {
    let mut chat = Chat::open(&json!({}));
    assert!(!chat.wanted(Effect::FetchSheet));
}

#[test]
fn a_form_comes_before_the_conversation_and_its_values_go_with_it() {
    let mut chat = Chat::open(&form());
    assert_eq!(sheet(&chat), Some((Kind::Before, &State::Coming)));
    assert!(chat.wanted(Effect::FetchSheet));
    chat.hears(Msg::SheetCame(true));
    assert_eq!(sheet(&chat), Some((Kind::Before, &State::Open)));
    chat.hears(filled(r#"{"name":"Ada"}"#));
    assert_eq!(sheet(&chat), None);
    assert_eq!(chat.model.beginning().metadata, Some(r#"{"name":"Ada"}"#));
    assert!(chat.wanted(Effect::Save), "it is asked once");
}

#[test]
fn a_question_that_was_chosen_waits_for_the_form() {
    let mut chat = Chat::open(&form());
    chat.hears(Msg::SheetCame(true));
    chat.acts(Act::Ask("Well?".into()));
    assert!(chat.shows().is_empty());
    chat.hears(filled("{}"));
    assert_eq!(chat.shows(), [(Role::User, "Well?")]);
}

#[test]
fn what_was_answered_on_an_earlier_visit_is_not_asked_again() {
    let kept = KeptForm { hash: "1234".into(), values: r#"{"name":"Ada"}"#.into() };
    let mut chat = Chat::of(&form(), Saved { form: Some(kept), ..Saved::default() });
    chat.hears(Msg::SheetCame(true));
    chat.hears(Msg::Decided(Decision::Keep));
    assert_eq!(sheet(&chat), None);
    assert_eq!(chat.model.beginning().metadata, Some(r#"{"name":"Ada"}"#));
}

#[test]
fn a_form_that_cannot_be_fetched_says_so_and_is_tried_again() {
    let mut chat = Chat::open(&form());
    chat.hears(Msg::SheetCame(false));
    assert_eq!(sheet(&chat), Some((Kind::Before, &State::Missing)));
    chat.done.clear();
    chat.acts(Act::Retry);
    assert!(chat.wanted(Effect::FetchSheet));
    chat.hears(Msg::SheetCame(true));
    assert_eq!(sheet(&chat), Some((Kind::Before, &State::Open)));
}

#[test]
fn feedback_is_offered_after_the_end_and_sent() {
    let mut chat = ended();
    chat.hears(Msg::SheetCame(true));
    chat.hears(filled(r#"{"stars":4}"#));
    assert!(chat.wanted(Effect::Call(Call::Feedback)));
    assert_eq!(sheet(&chat), Some((Kind::Feedback, &State::Sending)));
    chat.hears(Msg::Called(Call::Feedback, Ok(())));
    assert_eq!(sheet(&chat), Some((Kind::Feedback, &State::Taken)));
    chat.hears(Msg::Decided(Decision::Restart));
    assert!(chat.shows().is_empty() && chat.model.may_ask());
}

#[test]
fn feedback_that_was_not_taken_stays_and_can_be_sent_again() {
    let mut chat = ended();
    chat.hears(Msg::SheetCame(true));
    chat.hears(filled(r#"{"stars":4}"#));
    chat.hears(Msg::Called(Call::Feedback, Err(Problem::default())));
    let refused = State::Refused(Problem::default());
    assert_eq!(sheet(&chat), Some((Kind::Feedback, &refused)));
    chat.done.clear();
    chat.hears(filled(r#"{"stars":4}"#));
    assert!(chat.wanted(Effect::Call(Call::Feedback)));
}

#[test]
fn feedback_can_be_skipped() {
    let mut chat = ended();
    chat.hears(Msg::Decided(Decision::Skip));
    assert!(matches!(chat.model.screen, Screen::Chat));
}

#[test]
fn the_form_before_the_conversation_cannot_be_skipped() {
    let mut chat = Chat::open(&form());
    chat.hears(Msg::Decided(Decision::Skip));
    assert_eq!(sheet(&chat), Some((Kind::Before, &State::Coming)));
}
