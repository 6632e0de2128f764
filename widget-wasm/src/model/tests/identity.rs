//! Who the visitor is: named by the site, signed in, signed out.

use super::super::effect::News;
use super::super::identity::Identity;
use super::*;

fn alice() -> Act {
    named("alice", "")
}

fn named(user: &str, token: &str) -> Act {
    let (user, token) = (user.into(), token.into());
    Act::Identify(Box::new(Identity { user, hash: String::new(), token }))
}

/// A visitor of an earlier page, by this name.
fn known(visitor: &str) -> Saved {
    Saved {
        visitor: visitor.into(),
        conversation: Some("c".into()),
        token: Some("t".into()),
        ..Saved::default()
    }
}

#[test]
fn a_name_alone_sends_nothing_and_goes_with_the_first_question() {
    let mut chat = Chat::open(&json!({}));
    chat.acts(alice());
    assert!(!chat.wanted(Effect::Begin));
    chat.acts(Act::Ask("Well?".into()));
    assert!(chat.wanted(Effect::Begin));
    assert_eq!(chat.model.beginning().visitor, "alice");
}

#[test]
fn a_guest_who_signs_in_keeps_what_was_said() {
    let mut chat = Chat::open(&json!({}));
    chat.asks("Well?");
    chat.acts(alice());
    assert!(chat.wanted(Effect::Begin));
    let begin = chat.model.beginning();
    assert_eq!((begin.visitor, begin.conversation, begin.token), ("alice", Some("c"), Some("t")));
    assert_eq!(chat.shows(), [(Role::User, "Well?")]);
    chat.joins(Vec::new(), "0");
    chat.acts(alice());
    assert!(!chat.wanted(Effect::Begin), "saying it again changes nothing");
}

#[test]
fn a_name_that_comes_while_a_conversation_begins_is_told_right_after() {
    let mut chat = Chat::open(&json!({}));
    chat.acts(Act::Ask("Well?".into()));
    chat.acts(alice());
    chat.done.clear();
    chat.joins(Vec::new(), "0");
    assert!(chat.wanted(Effect::Begin));
}

#[test]
fn a_token_of_the_site_is_told_once_and_then_the_conversations_own_speaks() {
    let mut chat = Chat::open(&json!({}));
    chat.acts(named("", "jwt"));
    chat.acts(Act::Ask("Well?".into()));
    assert_eq!(chat.model.beginning().voucher, "jwt");
    chat.joins(Vec::new(), "0");
    let begin = chat.model.beginning();
    assert_eq!((begin.visitor, begin.voucher, begin.token), ("", "", Some("t")));
}

#[test]
fn somebody_else_finds_nothing_of_the_visitor_before() {
    let mut chat = Chat::of(&json!({}), known("bob"));
    chat.joins(vec![said("1", Role::User, "Bob's")], "0");
    chat.model.saved.visitor = "bob".into();
    chat.acts(alice());
    assert!(chat.shows().is_empty());
    assert!(chat.done.contains(&Effect::Forget) && chat.done.contains(&Effect::HangUp));
    assert_eq!((chat.model.beginning().visitor, chat.model.beginning().token), ("alice", None));
}

#[test]
fn who_signs_out_is_a_guest_that_was_never_here() {
    let mut chat = Chat::open(&json!({}));
    chat.acts(Act::Describe("{\"plan\":\"pro\"}".into()));
    chat.acts(alice());
    chat.asks("Well?");
    chat.acts(Act::LogOut("1".repeat(32)));
    assert!(chat.shows().is_empty() && chat.wanted(Effect::Forget));
    let begin = chat.model.beginning();
    assert_eq!((begin.conversation, begin.token, begin.details), (None, None, None));
    assert_eq!(begin.visitor, format!("guest_{}", "1".repeat(32)));
}

#[test]
fn an_answer_for_somebody_who_left_is_nobodys() {
    let mut chat = Chat::open(&json!({}));
    chat.acts(Act::Ask("Well?".into()));
    chat.acts(Act::LogOut("1".repeat(32)));
    chat.joins(vec![said("1", Role::User, "Well?")], "0");
    assert!(chat.shows().is_empty() && chat.model.token().is_empty());
}

#[test]
fn a_conversation_that_is_another_visitors_makes_way_and_the_question_goes_on() {
    let mut chat = Chat::of(&json!({}), known("bob"));
    chat.joins(vec![said("1", Role::User, "Bob's")], "0");
    chat.acts(named("", "jwt"));
    chat.acts(Act::Ask("Well?".into()));
    chat.done.clear();
    let code = "conversation_forbidden".into();
    chat.hears(Msg::Begun(Err(Problem { status: 403, code, ..Problem::default() })));
    assert!(!chat.model.beginning().fresh && chat.model.beginning().conversation.is_none());
    assert_eq!(chat.shows(), [(Role::User, "Well?")]);
    assert!(chat.wanted(Effect::Begin));
}

#[test]
fn the_page_hears_of_a_question_once_the_server_has_it() {
    let mut chat = Chat::open(&json!({}));
    chat.asks("Well?");
    chat.tells_turn(Feed::Answer, 1, "a", &["Yes."]);
    let key = chat.model.log.entries()[0].key;
    assert!(chat.wanted(Effect::Emit(News::Message, key)));
}
