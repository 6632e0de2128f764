//! What the second module lays between the messages and around them.

use super::super::card::Wish;
use super::super::effect::Focus;
use super::super::log::Vote;
use super::super::message::Call;
use super::super::saved::Attached;
use super::super::sheet::{Decision, Kind};
use super::super::{Life, Screen};
use super::*;

fn feedback() -> Value {
    let field = json!({ "id": "stars", "label": "How was it?", "type": "rating" });
    json!({ "post_conversation_feedback": { "fields": [field] } })
}

fn wishes(chat: &mut Chat, wish: Wish) {
    chat.hears(Msg::Wished(wish));
}

fn files(ids: &[&str]) -> Wish {
    let file = |id: &&str| Attached { id: (*id).into(), block: format!("{{\"id\":\"{id}\"}}") };
    Wish::Files(ids.iter().map(file).collect())
}

#[test]
fn a_block_is_shown_with_the_answer_it_came_with() {
    let mut chat = Chat::open(&json!({}));
    chat.asks("A table, please.");
    chat.tells_turn(Feed::Answer, 1, "a", &["With pleasure."]);
    assert!(!chat.wanted(Effect::FetchSheet), "nobody needs the second module yet");
    chat.tells(Feed::Answer, "3", Event::Block("{}".into()));
    assert!(chat.wanted(Effect::FetchSheet));
    assert_eq!(chat.model.log.last().map(|entry| entry.blocks.len()), Some(1));
    // An answer that is told anew is told with its blocks.
    chat.tells_turn(Feed::Answer, 4, "a", &[]);
    assert_eq!(chat.model.log.last().map(|entry| entry.blocks.len()), Some(0));
}

#[test]
fn files_go_with_the_next_message_and_with_no_other() {
    let mut chat = Chat::open(&json!({ "attachments": { "enabled": true } }));
    wishes(&mut chat, files(&["f1", "f2"]));
    chat.asks("");
    let pending = chat.model.saved().pending.clone().unwrap();
    assert_eq!(pending.files, ["f1", "f2"]);
    assert_eq!(chat.model.log.last().map(|entry| entry.blocks.len()), Some(2));
    assert!(!chat.model.has_files());
}

#[test]
fn what_was_not_agreed_to_is_not_uploaded() {
    let v1 = json!({ "attachments": { "enabled": true }, "consent": { "required": true } });
    let mut chat = Chat::open(&v1);
    assert!(!chat.model.may_attach());
    chat.acts(Act::Ask("Well?".into()));
    chat.acts(Act::Consent(true));
    assert!(chat.model.may_attach());
}

#[test]
fn another_conversation_is_taken_up_in_the_place_of_this_one() {
    let mut chat = Chat::open(&json!({}));
    chat.asks("Well?");
    chat.acts(Act::Menu);
    assert!(chat.model.menu);
    wishes(&mut chat, Wish::Open("other".into()));
    assert!(chat.shows().is_empty() && !chat.model.menu);
    assert_eq!(chat.model.beginning().conversation, Some("other"));
    assert_eq!(chat.model.beginning().token, None, "the token of this one opens no other");
    assert!(chat.wanted(Effect::Begin));
    chat.joins(vec![said("m", Role::User, "Before")], "9");
    assert_eq!(chat.shows(), [(Role::User, "Before")]);
}

#[test]
fn a_late_answer_does_not_lead_back_from_another_conversation() {
    let saved = Saved { conversation: Some("c".into()), ..Saved::default() };
    let mut chat = Chat::of(&json!({}), saved);
    assert!(chat.wanted(Effect::Begin));
    wishes(&mut chat, Wish::Open("other".into()));
    // What `init` says of the first one comes only now.
    chat.joins(vec![said("m", Role::User, "Before")], "9");
    assert!(chat.shows().is_empty());
    assert_eq!(chat.model.beginning().conversation, Some("other"));
    assert_eq!(chat.model.beginning().token, None);
    assert!(chat.wanted(Effect::Begin), "the other is taken up now");
    chat.joins(vec![said("n", Role::User, "There")], "9");
    assert_eq!(chat.shows(), [(Role::User, "There")]);
}

#[test]
fn a_late_answer_does_not_lead_back_from_a_new_conversation() {
    let saved = Saved { conversation: Some("c".into()), ..Saved::default() };
    let mut chat = Chat::of(&json!({}), saved);
    wishes(&mut chat, Wish::Restart);
    chat.acts(Act::Ask("Well?".into()));
    chat.done.clear();
    chat.joins(vec![said("m", Role::User, "Before")], "9");
    assert_eq!(chat.shows(), [(Role::User, "Well?")]);
    assert!(chat.wanted(Effect::Begin) && chat.model.beginning().fresh);
}

#[test]
fn what_waits_for_a_token_of_this_conversation_is_not_done_to_another() {
    let mut chat = Chat::open(&json!({}));
    chat.asks("Well?");
    chat.tells_turn(Feed::Answer, 1, "a", &["Perhaps."]);
    chat.tells(Feed::Answer, "3", done("a"));
    chat.acts(Act::End);
    let expired = Problem { status: 401, ..Problem::default() };
    chat.done.clear();
    chat.hears(Msg::Called(Call::End, Err(expired)));
    wishes(&mut chat, Wish::Open("other".into()));
    chat.joins(Vec::new(), "0");
    chat.joins(Vec::new(), "0");
    assert!(!chat.wanted(Effect::Call(Call::End)) && chat.model.life == Life::Running);
}

/// A conversation whose menu is open when somebody else ends it.
fn ended_behind_the_menu(v1: &Value) -> Chat {
    let mut chat = Chat::open(v1);
    chat.asks("Well?");
    chat.acts(Act::Menu);
    chat.hears(Msg::SheetCame(true));
    chat.done.clear();
    chat.tells(Feed::Conversation, "9", Event::Ended);
    chat
}

fn feedback_is_offered(chat: &Chat) -> bool {
    matches!(&chat.model.screen, Screen::Sheet(sheet) if sheet.kind == Kind::Feedback)
}

#[test]
fn who_reads_in_the_menu_when_the_conversation_ends_is_asked_for_feedback_after_it() {
    let mut chat = ended_behind_the_menu(&feedback());
    assert!(chat.model.menu && matches!(chat.model.screen, Screen::Chat));
    assert!(!chat.wanted(Effect::Focus(Focus::Panel)), "the focus stays where it is");
    wishes(&mut chat, Wish::Back);
    assert!(!chat.model.menu && feedback_is_offered(&chat));
    chat.hears(Msg::Decided(Decision::Skip));
    assert!(matches!(chat.model.screen, Screen::Chat) && !chat.model.menu);
    chat.acts(Act::Menu);
    chat.acts(Act::Close);
    assert!(!feedback_is_offered(&chat), "once is enough");
}

#[test]
fn feedback_is_still_asked_for_when_the_panel_was_closed_over_the_menu() {
    let mut chat = ended_behind_the_menu(&feedback());
    chat.acts(Act::Toggle);
    assert!(!chat.model.open && !chat.model.menu);
    chat.acts(Act::Toggle);
    assert!(feedback_is_offered(&chat));
}

#[test]
fn who_goes_on_to_another_conversation_is_not_asked_about_the_last() {
    let mut chat = ended_behind_the_menu(&feedback());
    wishes(&mut chat, Wish::Open("other".into()));
    assert!(!feedback_is_offered(&chat));
    chat.joins(Vec::new(), "0");
    chat.acts(Act::Menu);
    chat.acts(Act::Menu);
    assert!(!feedback_is_offered(&chat));
}

#[test]
fn escape_leads_from_the_menu_to_the_chat_and_then_out() {
    let mut chat = Chat::open(&json!({}));
    chat.acts(Act::Menu);
    chat.acts(Act::Close);
    assert!(chat.model.open && !chat.model.menu);
    chat.acts(Act::Close);
    assert!(!chat.model.open);
}

#[test]
fn of_who_had_everything_deleted_nothing_is_left() {
    let mut chat = Chat::open(&json!({}));
    chat.asks("Well?");
    wishes(&mut chat, Wish::Erased("1".repeat(32)));
    assert!(chat.shows().is_empty() && chat.model.life == Life::Before);
    assert!(chat.wanted(Effect::Forget));
    assert!(chat.model.saved().visitor.ends_with('1'), "the next visitor is another");
}

#[test]
fn who_finds_an_answer_bad_is_asked_why() {
    let mut chat = Chat::open(&json!({}));
    chat.asks("Well?");
    chat.tells_turn(Feed::Answer, 1, "a", &["Perhaps."]);
    chat.tells(Feed::Answer, "3", done("a"));
    let key = chat.model.log.last().unwrap().key;
    chat.acts(Act::Rate(key, Vote::Up));
    assert!(!chat.wanted(Effect::FetchSheet));
    chat.acts(Act::Rate(key, Vote::Down));
    assert!(chat.wanted(Effect::FetchSheet));
}
