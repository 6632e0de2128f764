//! Questions on their way out.

use super::*;

#[test]
fn what_is_asked_before_the_configuration_is_here_goes_out_when_it_is() {
    let mut chat = Chat::waiting(Saved::default());
    chat.acts(Act::Ask("Well?".into()));
    assert!(chat.shows().is_empty() && !chat.wanted(Effect::Begin));
    chat.loads(&json!({}));
    assert!(chat.wanted(Effect::Begin));
    assert_eq!(chat.shows(), [(Role::User, "Well?")]);

    let mut chat = Chat::waiting(Saved::default());
    chat.acts(Act::Ask("Well?".into()));
    chat.loads(&json!({ "consent": { "required": true } }));
    assert!(chat.shows().is_empty() && chat.model.held.as_deref() == Some("Well?"));
}

#[test]
fn nothing_is_begun_before_the_first_question() {
    let mut chat = Chat::open(&json!({}));
    assert!(!chat.wanted(Effect::Begin));
    chat.asks("Well?");
    assert_eq!(chat.shows(), [(Role::User, "Well?")]);
}

#[test]
fn a_question_waits_for_consent_and_is_then_sent() {
    let mut chat = Chat::open(&json!({ "consent": { "required": true } }));
    chat.acts(Act::Ask("Well?".into()));
    assert!(chat.shows().is_empty() && chat.model.held.as_deref() == Some("Well?"));
    chat.acts(Act::Consent(true));
    assert!(chat.wanted(Effect::Begin));
    assert_eq!(chat.shows(), [(Role::User, "Well?")]);
}

#[test]
fn a_question_without_consent_is_not_sent() {
    let mut chat = Chat::open(&json!({ "consent": { "required": true } }));
    chat.acts(Act::Ask("Well?".into()));
    chat.acts(Act::Consent(false));
    assert!(chat.shows().is_empty() && chat.model.held.is_none());
    assert!(!chat.done.contains(&Effect::Begin) && chat.wanted(Effect::GiveBack));
    assert_eq!(chat.model.draft, "Well?");
}

#[test]
fn a_server_that_is_away_is_tried_again_before_the_visitor_is_asked() {
    let mut chat = Chat::open(&json!({}));
    chat.asks("Well?");
    for _ in 0..3 {
        chat.cut(Feed::Answer);
        chat.hears(Msg::Elapsed(super::super::message::Timer::Reconnect));
        assert!(chat.wanted(Effect::Ask));
    }
    chat.cut(Feed::Answer);
    assert_eq!(chat.model.exchange, Exchange::Idle);
    chat.acts(Act::Retry);
    assert!(chat.wanted(Effect::Ask), "the visitor may try again");
}

#[test]
fn what_is_used_up_is_said_once_and_not_offered_again() {
    use super::super::{log::Stage, notice::Notice};
    let mut chat = Chat::open(&json!({}));
    chat.asks("Well?");
    let spent = Problem {
        status: 429,
        code: "conversation_budget_exhausted".into(),
        detail: "That was all for today.".into(),
    };
    chat.hears(Msg::Stream(Feed::Answer, Signal::Closed(Some(spent))));
    assert_eq!(chat.model.notice(), Some(Notice::Budget("That was all for today.")));
    let said = chat.model.log.last().map(|entry| (entry.stage, entry.detail.as_str()));
    assert_eq!(said, Some((Stage::Refused, "")));
}

#[test]
fn a_question_behind_another_tabs_turn_goes_out_when_that_has_ended() {
    let mut chat = Chat::open(&json!({}));
    chat.asks("Well?");
    let running = Problem { status: 409, code: "turn_running".into(), ..Problem::default() };
    chat.hears(Msg::Stream(Feed::Answer, Signal::Closed(Some(running))));
    assert!(chat.wanted(Effect::Listen));
    chat.tells_turn(Feed::Conversation, 10, "other", &["To the other tab."]);
    chat.tells(Feed::Conversation, "12", done("other"));
    assert!(chat.wanted(Effect::Ask));
}
