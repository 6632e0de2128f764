//! Answers as they come, break off, and come again.

use super::*;
use Feed::{Answer, Conversation};

const WELL: (Role, &str) = (Role::User, "Well?");

#[test]
fn an_answer_that_was_heard_is_not_told_again_by_the_conversations_stream() {
    let mut chat = Chat::open(&json!({}));
    chat.asks("Well?");
    // The turn's own id differs between the two: one was told anew, the other is the original.
    chat.tells_turn(Answer, 12, "a", &["A whole", " answer."]);
    chat.tells(Answer, "20", done("a"));
    chat.hears(Msg::Stream(Answer, Signal::Closed(None)));
    assert!(chat.wanted(Effect::Listen));

    chat.tells_turn(Conversation, 10, "a", &["A whole", " answer."]);
    chat.tells(Conversation, "20", done("a"));
    assert_eq!(chat.shows(), [WELL, (Role::Agent, "A whole answer.")]);
    let key = chat.model.log.last().unwrap().key;
    assert!(!chat.wanted(Effect::Announce(key)), "it is said once");
    assert_eq!(chat.model.last_event(), Some("20"));
}

#[test]
fn what_others_say_during_an_answer_is_not_lost() {
    let mut chat = Chat::open(&json!({}));
    chat.asks("Well?");
    chat.tells_turn(Answer, 12, "a", &["Yes."]);
    chat.tells(Answer, "14", done("a"));
    chat.tells_turn(Conversation, 10, "a", &["Yes."]);
    chat.tells(Conversation, "13", Event::Message(said("m", Role::Agent, "Ada here.")));
    chat.tells(Conversation, "14", done("a"));
    assert_eq!(chat.shows(), [WELL, (Role::Agent, "Yes."), (Role::Agent, "Ada here.")]);
}

#[test]
fn an_answer_that_breaks_off_goes_on_at_the_conversations_stream() {
    let mut chat = Chat::open(&json!({}));
    chat.asks("Well?");
    chat.tells_turn(Answer, 12, "a", &["Half an"]);
    chat.cut(Answer);
    assert!(chat.wanted(Effect::Listen));
    assert_eq!(chat.model.last_event(), Some("0"), "from before the question on");
    chat.tells_turn(Conversation, 10, "a", &["Half an", " answer."]);
    chat.tells(Conversation, "14", done("a"));
    assert_eq!(chat.shows(), [WELL, (Role::Agent, "Half an answer.")]);
    assert_eq!(chat.model.exchange, Exchange::Idle);
}

#[test]
fn after_a_kill_of_the_server_a_retry_shows_the_new_answer() {
    let mut chat = Chat::open(&json!({}));
    chat.asks("Well?");
    chat.tells_turn(Answer, 12, "a", &["Half an"]);
    chat.cut(Answer);
    // The server is back, and knows only that the turn was interrupted.
    chat.tells_turn(Conversation, 1_001, "a", &[]);
    chat.tells(Conversation, "1002", failed());
    assert_eq!(chat.shows(), [WELL, (Role::Agent, "")]);

    chat.acts(Act::Retry);
    assert!(chat.wanted(Effect::Ask));
    chat.tells_turn(Answer, 2_002, "b", &["A whole", " answer."]);
    chat.tells(Answer, "2010", done("b"));
    chat.tells_turn(Conversation, 2_000, "b", &["A whole", " answer."]);
    chat.tells(Conversation, "2010", done("b"));
    assert_eq!(chat.shows(), [WELL, (Role::Agent, "A whole answer.")]);
}

#[test]
fn a_failed_answer_that_was_retried_does_not_come_back() {
    let mut chat = Chat::open(&json!({}));
    chat.asks("Well?");
    chat.tells_turn(Answer, 12, "a", &[]);
    chat.tells(Answer, "13", failed());
    chat.acts(Act::Retry);
    chat.tells_turn(Answer, 22, "b", &["Yes."]);
    chat.tells(Answer, "24", done("b"));
    chat.tells_turn(Conversation, 10, "a", &[]);
    chat.tells(Conversation, "13", failed());
    chat.tells_turn(Conversation, 20, "b", &["Yes."]);
    chat.tells(Conversation, "24", done("b"));
    assert_eq!(chat.shows(), [WELL, (Role::Agent, "Yes.")]);
}

#[test]
fn the_stream_goes_on_from_what_init_told() {
    let mut chat = Chat::open(&json!({}));
    chat.asks("Well?");
    assert_eq!(chat.model.last_event(), Some("0"));
}

#[test]
fn after_a_reload_in_the_middle_of_an_answer_it_is_told_from_its_beginning() {
    let pending = super::super::saved::Pending {
        client_id: "x-1".into(),
        text: "Well?".into(),
        files: Vec::new(),
    };
    let saved = Saved {
        visitor: "guest_v".into(),
        conversation: Some("c".into()),
        pending: Some(pending),
        ..Saved::default()
    };
    let mut chat = Chat::of(&json!({}), saved);
    assert!(chat.wanted(Effect::Begin));
    chat.joins(vec![said("q", Role::User, "Well?")], "1");
    assert!(chat.wanted(Effect::Listen));
    chat.tells_turn(Conversation, 31, "a", &["The first half"]);
    chat.tells(Conversation, "40", Event::Token(" and the second.".into()));
    chat.tells(Conversation, "42", done("a"));
    assert_eq!(chat.shows(), [WELL, (Role::Agent, "The first half and the second.")]);
    assert_eq!(chat.model.exchange, Exchange::Idle);
}

#[test]
fn an_answer_that_ended_while_the_token_was_renewed_is_waited_for_no_longer() {
    let mut chat = Chat::open(&json!({}));
    chat.asks("Well?");
    chat.tells_turn(Answer, 12, "a", &["Half an"]);
    chat.cut(Answer);
    let refused = Problem { status: 401, ..Problem::default() };
    chat.hears(Msg::Stream(Conversation, Signal::Closed(Some(refused))));
    assert!(chat.wanted(Effect::Begin));
    chat.joins(vec![said("q", Role::User, "Well?"), said("a", Role::Agent, "A whole one.")], "99");
    assert_eq!(chat.model.last_event(), Some("0"), "the end of the turn is still to be told");
    chat.tells_turn(Conversation, 10, "a", &["A whole one."]);
    chat.tells(Conversation, "14", done("a"));
    assert_eq!(chat.shows(), [WELL, (Role::Agent, "A whole one.")]);
    assert_eq!(chat.model.exchange, Exchange::Idle);
}

#[test]
fn a_question_on_its_way_goes_out_again_when_the_element_was_taken_out_and_put_back() {
    let mut chat = Chat::open(&json!({}));
    chat.asks("Well?");
    chat.hears(Msg::Attached(false));
    assert!(chat.wanted(Effect::HangUp));
    chat.hears(Msg::Attached(true));
    assert!(chat.wanted(Effect::Ask));
    // It waits for the server now, and is not forgotten there either.
    chat.cut(Answer);
    chat.hears(Msg::Attached(false));
    chat.hears(Msg::Attached(true));
    assert!(chat.wanted(Effect::Ask));
    chat.tells_turn(Answer, 12, "a", &["Yes."]);
    chat.tells(Answer, "14", done("a"));
    assert_eq!(chat.shows(), [WELL, (Role::Agent, "Yes.")]);
}

#[test]
fn a_question_that_waits_for_its_conversation_is_not_asked_for_twice_by_a_move_of_the_element() {
    let mut chat = Chat::open(&json!({}));
    chat.acts(Act::Ask("Well?".into()));
    assert!(chat.wanted(Effect::Begin));
    chat.hears(Msg::Attached(true));
    assert!(!chat.wanted(Effect::Begin));
    chat.joins(Vec::new(), "0");
    assert!(chat.wanted(Effect::Ask));
}
