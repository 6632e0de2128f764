use std::future::Future;
use std::task::{Context, Waker};
use std::time::Duration;

use futures_util::StreamExt;
use serde_json::json;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use widget_core::conversation::Handler;
use widget_core::id::{MessageId, TurnId};
use widget_core::message::Role;

use self::house::{House, Step, answering, told};
use super::ask::{AskQuestion, Asked};
use super::*;
use crate::conversations::hub::{Resume, TurnEvents};
use crate::engine::model::{ModelError, Said, Speaker};
use crate::store::records::{
    Begun, Budget, ConversationChange, NewMessage, NewTurn, Question, TurnStatus,
};
use crate::store::{Conversations, Turns, Upkeep};

pub(super) mod house;

/// All events of a turn in short.
async fn heard(events: TurnEvents) -> Vec<String> {
    events.map(|published| told(&published.event)).collect().await
}

/// The next event in short.
async fn next(events: &mut TurnEvents) -> String {
    told(&events.next().await.unwrap().event)
}

#[tokio::test]
async fn an_answer_is_streamed_as_it_comes_and_stored_before_it_is_done() {
    let house = House::new().await;
    let mut answering = house.ask("Hello?").await;
    assert_eq!(next(&mut answering.events).await, "turn");
    house.does([Step::Say("Good")]);
    assert_eq!(next(&mut answering.events).await, "token Good");
    house.does([Step::Say(" morning"), Step::Say("."), Step::Finish]);
    let mut rest = String::new();
    let last = loop {
        let event = next(&mut answering.events).await;
        match event.strip_prefix("token ") {
            Some(text) => rest.push_str(text),
            None => break event,
        }
    };
    assert_eq!((rest.as_str(), last.as_str()), (" morning.", "done stop"));
    let stored = house.store.message(answering.turn.message_id).await.unwrap();
    assert_eq!(stored.content, "Good morning.");
    let turn = house.store.turn(answering.turn.id).await.unwrap();
    assert_eq!((turn.status, turn.usage.input_tokens), (TurnStatus::Done, 7));
    let end = answering.end().await;
    assert_eq!(end.message, Some(stored));
    assert_eq!(end.turn.status, TurnStatus::Done);
}

#[tokio::test]
async fn the_answer_is_stored_whether_or_not_anyone_listens() {
    let house = House::new().await;
    let end = house.ask("Hello?").await.end();
    house.does([Step::Say("Yes."), Step::Finish]);
    let end = end.await;
    assert_eq!(house.store.message(end.turn.message_id).await.unwrap().content, "Yes.");
}

#[tokio::test]
async fn a_caller_that_goes_away_at_once_leaves_no_turn_behind() {
    let mut house = House::new().await;
    let mut stream = house.engine.hub().subscribe(house.id(), None);
    {
        let mut asking = Box::pin(house.engine.ask(house.question("Hello?")));
        assert!(asking.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    house.asked().await;
    house.does([Step::Say("Yes."), Step::Finish]);
    let ends = async {
        while let Some(published) = stream.next().await {
            if published.event.ends_turn() {
                return told(&published.event);
            }
        }
        String::new()
    };
    assert_eq!(ends.await, "done stop");
    assert_eq!(house.store.messages(house.id(), 0, 9).await.unwrap().len(), 2);
}

#[tokio::test]
async fn other_tabs_see_question_and_answer() {
    let house = House::new().await;
    let other = house.engine.hub().subscribe(house.id(), None);
    let answering = house.ask("Hello?").await;
    house.does([Step::Say("Yes."), Step::Finish]);
    answering.end().await;
    let seen: Vec<String> = other.take(4).map(|published| told(&published.event)).collect().await;
    assert_eq!(seen, ["turn", "message user: Hello?", "token Yes.", "done stop"]);
}

#[tokio::test]
async fn what_was_said_before_a_stop_is_kept() {
    let house = House::new().await;
    let mut answering = house.ask("Hello?").await;
    house.does([Step::Say("One moment")]);
    assert_eq!(next(&mut answering.events).await, "turn");
    assert_eq!(next(&mut answering.events).await, "token One moment");
    let end = house.engine.stop(house.id()).await.unwrap();
    assert_eq!(end.turn.status, TurnStatus::Stopped);
    assert_eq!(end.message.unwrap().content, "One moment");
    assert_eq!(heard(answering.events).await, ["done stopped"]);
    assert!(house.engine.stop(house.id()).await.is_none());
}

#[tokio::test]
async fn a_turn_stopped_before_a_word_leaves_no_answer() {
    let mut house = House::new().await;
    let answering = house.ask("Hello?").await;
    house.asked().await;
    let end = house.engine.stop(house.id()).await.unwrap();
    assert_eq!((end.turn.status, end.message), (TurnStatus::Stopped, None));
    assert_eq!(heard(answering.events).await, ["turn", "done stopped"]);
}

#[tokio::test]
async fn a_model_that_fails_or_panics_fails_the_turn_and_nothing_else() {
    let house = House::new().await;
    let cut = || Step::Fail(ModelError::Cut("http://10.0.0.1 went away".to_owned()));
    for (step, code) in [(cut(), "model_cut"), (Step::Panic, "internal_error")] {
        let answering = house.ask("Hello?").await;
        house.does([Step::Say("Half"), step]);
        let events = heard(answering.events).await;
        assert_eq!(events.last().unwrap(), &format!("error {code}"));
        let turn = house.store.turn(answering.turn.id).await.unwrap();
        assert_eq!((turn.status, turn.error_code.as_deref()), (TurnStatus::Failed, Some(code)));
        assert!(house.store.message(turn.message_id).await.is_err(), "nothing of it is kept");
    }
    let answering = house.ask("Still there?").await;
    house.does([Step::Say("Yes."), Step::Finish]);
    assert!(answering.end().await.message.is_some());
}

#[tokio::test]
async fn a_model_that_says_nothing_fails_the_turn() {
    let house = House::new().await;
    let answering = house.ask("Hello?").await;
    house.does([Step::Say(" \n"), Step::Finish]);
    assert_eq!(heard(answering.events).await, ["turn", "error model_silent"]);
}

#[tokio::test]
async fn silence_has_an_end() {
    let silence = Duration::from_millis(20);
    let house = House::with(EngineOptions { silence, ..EngineOptions::default() }, json!({})).await;
    let answering = house.ask("Hello?").await;
    assert_eq!(heard(answering.events).await, ["turn", "error model_timeout"]);
}

#[tokio::test]
async fn an_answer_has_a_longest_length() {
    let options = EngineOptions { answer_bytes: 7, ..EngineOptions::default() };
    let house = House::with(options, json!({})).await;
    let answering = house.ask("Hello?").await;
    house.does([Step::Say("Größe"), Step::Say(" und mehr")]);
    let end = answering.end().await;
    assert_eq!(end.message.unwrap().content, "Größe");
    assert_eq!(end.turn.finish_reason.as_deref(), Some("length"));
}

#[tokio::test]
async fn the_same_message_joins_the_running_turn_and_replays_the_finished_one() {
    let house = House::new().await;
    let first = answering(house.engine.ask(house.sent("Hello?", "m1")).await);
    house.does([Step::Say("Good ")]);
    let second = answering(house.engine.ask(house.sent("Hello?", "m1")).await);
    assert_eq!(first.turn.id, second.turn.id);
    house.does([Step::Say("day."), Step::Finish]);
    let heard_by_second = heard(second.events).await;
    assert_eq!(heard_by_second.first().unwrap(), "turn");
    assert_eq!(heard_by_second.concat(), heard(first.events).await.concat());

    let Ok(Asked::Answered { end, events }) = house.engine.ask(house.sent("Hello?", "m1")).await
    else {
        panic!("it was answered before");
    };
    assert_eq!(heard(events).await, ["turn", "token Good day.", "done stop"]);
    assert_eq!(end.message.unwrap().content, "Good day.");
    assert_eq!(house.store.messages(house.id(), 0, 9).await.unwrap().len(), 2);
}

#[tokio::test]
async fn after_a_failure_the_same_message_is_answered_anew() {
    let mut house = House::new().await;
    let first = answering(house.engine.ask(house.sent("Hello?", "m1")).await);
    house.does([Step::Fail(ModelError::Busy(String::new()))]);
    first.end().await;
    let again = answering(house.engine.ask(house.sent("Hello?", "m1")).await);
    house.does([Step::Say("Yes."), Step::Finish]);
    assert_eq!(
        again.turn.user_message_id,
        house.store.messages(house.id(), 0, 9).await.unwrap()[0].id
    );
    assert!(again.end().await.message.is_some());
    house.asked().await;
    let request = house.asked().await;
    assert_eq!((request.question.as_str(), request.history.len()), ("Hello?", 0));
}

#[tokio::test]
async fn an_answer_given_once_more_replaces_the_last() {
    let mut house = House::new().await;
    let first = house.ask("Hello?").await;
    house.does([Step::Say("Bad."), Step::Finish]);
    let former = first.end().await.turn.message_id;
    let again = answering(house.engine.ask(house.about(AskQuestion::Again(former))).await);
    house.does([Step::Say("Good."), Step::Finish]);
    again.end().await;
    let messages = house.store.messages(house.id(), 0, 9).await.unwrap();
    let contents: Vec<&str> = messages.iter().map(|message| message.content.as_str()).collect();
    assert_eq!(contents, ["Hello?", "Good."]);
    house.asked().await;
    assert_eq!(house.asked().await.question, "Hello?");
    let gone = house.engine.ask(house.about(AskQuestion::Again(former))).await;
    assert!(matches!(gone, Err(AskError::NotFound)));
}

#[tokio::test]
async fn a_conversation_has_one_turn_at_a_time() {
    let house = House::new().await;
    let _first = house.ask("Hello?").await;
    let second = house.engine.ask(house.question("And?")).await;
    assert!(matches!(second, Err(AskError::TurnRunning)));
}

#[tokio::test]
async fn a_server_with_all_places_taken_says_when_to_come_back() {
    let options = EngineOptions { turns: 1, ..EngineOptions::default() };
    let house = House::with(options, json!({})).await;
    let first = house.ask("Hello?").await;
    let second = house.engine.ask(house.question("And?")).await;
    assert!(matches!(second, Err(AskError::Busy { .. })));
    house.does([Step::Say("Yes."), Step::Finish]);
    first.end().await;
    assert_eq!(house.store.messages(house.id(), 0, 9).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_model_is_given_what_was_said_and_no_more_than_may_be_seen() {
    let mut house = House::new().await;
    for (question, answer) in [("One?", "First."), ("Two?", "Second.")] {
        let answering = house.ask(question).await;
        house.does([Step::Say(answer), Step::Finish]);
        answering.end().await;
        house.asked().await;
    }
    let mut ask = house.question("Three?");
    ask.visible_from = 3;
    let _answering = answering(house.engine.ask(ask).await);
    let request = house.asked().await;
    let said = Said::text;
    assert_eq!(request.history, [said(Speaker::Visitor, "Two?"), said(Speaker::Agent, "Second.")]);
    assert_eq!(request.question, "Three?");
}

#[tokio::test]
async fn passages_are_found_and_cited_by_their_marks() {
    let config = json!({ "knowledge": [
        { "title": "Hours", "url": "https://a.example/hours", "content": "We open at nine. Come!" },
        { "title": "Bread", "content": "We bake bread at night, before we open." },
    ]});
    let mut house = House::with(EngineOptions::default(), config).await;
    let answering = house.ask("When do you open?").await;
    let request = house.asked().await;
    assert_eq!(request.passages[0].title, "Hours");
    house.does([
        Step::Say("At nine ["),
        Step::Say("1]. Fresh bread [2][9]."),
        Step::Cite(0),
        Step::Finish,
    ]);
    let events = heard(answering.events).await;
    assert_eq!(events[events.len() - 2], "citations Hours, Bread");
    let stored = house.store.message(answering.turn.message_id).await.unwrap();
    assert_eq!(stored.content, "At nine [1]. Fresh bread [2].");
    assert_eq!(stored.citations[0].url.as_deref(), Some("https://a.example/hours"));
    assert_eq!(stored.citations[0].quote.as_deref(), Some("We open at nine."));
}

#[tokio::test]
async fn a_model_the_server_does_not_have_fails_the_turn_calmly() {
    let config = json!({ "model": { "provider": "elsewhere" } });
    let house = House::with(EngineOptions::default(), config).await;
    let answering = house.ask("Hello?").await;
    assert_eq!(heard(answering.events).await, ["turn", "error model_unavailable"]);
}

#[tokio::test]
async fn while_a_person_has_the_conversation_messages_are_announced_and_not_answered() {
    let house = House::new().await;
    let mut stream = house.engine.hub().subscribe(house.id(), None);
    let human = ConversationChange { handler: Some(Handler::Human), ..Default::default() };
    house.store.update_conversation(house.id(), human, house.clock.now()).await.unwrap();
    let asked = house.engine.ask(house.question("Hello?")).await;
    assert!(matches!(asked, Ok(Asked::Kept { added: true, .. })));
    assert_eq!(told(&stream.next().await.unwrap().event), "message user: Hello?");
    assert_eq!(house.engine.running(), 0);
}

#[tokio::test]
async fn a_conversation_that_is_deleted_meanwhile_ends_its_turn() {
    let mut house = House::new().await;
    let answering = house.ask("Hello?").await;
    house.asked().await;
    house.store.delete_conversation(house.id()).await.unwrap();
    house.does([Step::Say("Yes."), Step::Finish]);
    let events = heard(answering.events).await;
    assert_eq!(events.last().unwrap(), "error conversation_gone");
}

#[tokio::test]
async fn an_end_that_cannot_be_stored_is_told_as_a_failure() {
    let mut house = House::new().await;
    let answering = house.ask("Hello?").await;
    house.asked().await;
    house.store.close().await.unwrap();
    house.does([Step::Say("Yes."), Step::Finish]);
    let events = heard(answering.events).await;
    assert_eq!(events, ["turn", "token Yes.", "error store_unavailable"]);
}

#[tokio::test]
async fn tokens_are_estimated_where_the_model_was_stopped_and_nowhere_else() {
    let mut house = House::new().await;
    for (steps, counts) in [
        (vec![Step::Say("One moment")], true),
        (vec![Step::Fail(ModelError::Unavailable(String::new()))], false),
    ] {
        let mut answering = house.ask("Hello?").await;
        house.asked().await;
        house.does(steps);
        assert_eq!(next(&mut answering.events).await, "turn");
        next(&mut answering.events).await;
        house.engine.stop(house.id()).await;
        let usage = answering.end().await.usage();
        assert_eq!(usage.input_tokens > 0, counts, "{usage:?}");
    }
}

#[tokio::test]
async fn a_stopping_server_takes_no_questions_and_lets_running_turns_end() {
    let mut house = House::new().await;
    let answering = house.ask("Hello?").await;
    house.asked().await;
    let engine = house.engine.clone();
    let mut draining = Box::pin(engine.drain());
    assert!(draining.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    let refused = house.engine.ask(house.question("And?")).await;
    assert!(matches!(refused, Err(AskError::Busy { .. })));
    house.does([Step::Say("Yes."), Step::Finish]);
    draining.await;
    assert_eq!(answering.end().await.message.unwrap().content, "Yes.");
}

#[tokio::test]
async fn a_turn_that_outlasts_the_drain_keeps_what_was_said_or_asks_to_be_tried_again() {
    for (said, status) in [(Some("Half"), TurnStatus::Stopped), (None, TurnStatus::Failed)] {
        let drain = Duration::from_millis(20);
        let options = EngineOptions { drain, ..EngineOptions::default() };
        let mut house = House::with(options, json!({})).await;
        let mut answering = house.ask("Hello?").await;
        house.asked().await;
        house.does(said.map(Step::Say));
        assert_eq!(next(&mut answering.events).await, "turn");
        if said.is_some() {
            assert_eq!(next(&mut answering.events).await, "token Half");
        }
        house.engine.drain().await;
        let turn = house.store.turn(answering.turn.id).await.unwrap();
        assert_eq!(turn.status, status);
        let message = house.store.message(turn.message_id).await.ok();
        assert_eq!(message.map(|message| message.content).as_deref(), said);
    }
}

#[tokio::test]
async fn whoever_comes_back_after_a_crash_is_told_that_the_turn_was_interrupted() {
    let house = House::new().await;
    let now = house.clock.now();
    let turn = NewTurn {
        id: TurnId::from_uuid(Uuid::from_u128(21)),
        conversation_id: house.id(),
        question: Question::Message {
            id: MessageId::from_uuid(Uuid::from_u128(22)),
            content: "Hello?".to_owned(),
            blocks: vec![],
            attachments: vec![],
            client_message_id: Some("m1".to_owned()),
        },
        message_id: MessageId::from_uuid(Uuid::from_u128(23)),
        budget: Budget { messages: 9, tokens: 99, widget_tokens: None },
        owner: "a process that is gone".to_owned(),
        lease_until: now,
        now,
    };
    assert!(matches!(house.store.begin_turn(turn).await, Ok(Begun::Started { .. })));
    assert_eq!(house.engine.recover().await.unwrap(), 1);
    let stream = house.engine.hub().subscribe(house.id(), Some(7));
    assert_eq!(stream.resume(), Resume::Restart);
    let seen: Vec<String> = stream.take(2).map(|published| told(&published.event)).collect().await;
    assert_eq!(seen, ["turn", "error turn_interrupted"]);

    let last = house.store.last_turn(house.id()).await.unwrap().unwrap();
    let stored: Vec<String> = replay::replay(&last, None).iter().map(told).collect();
    assert_eq!(stored, ["turn", "error turn_interrupted"]);

    let again = answering(house.engine.ask(house.sent("Hello?", "m1")).await);
    house.does([Step::Say("Yes."), Step::Finish]);
    assert!(again.end().await.message.is_some());
}

#[tokio::test]
async fn a_living_process_extends_its_leases() {
    let lease = Duration::from_millis(30);
    let house = House::with(EngineOptions { lease, ..EngineOptions::default() }, json!({})).await;
    let answering = house.ask("Hello?").await;
    house.clock.advance(Duration::from_secs(60));
    let until = CancellationToken::new();
    let upkeep = house.engine.upkeep(until.clone());
    let extended = async {
        while house.store.turn(answering.turn.id).await.unwrap().lease_until < house.clock.now() {
            tokio::task::yield_now().await;
        }
        until.cancel();
    };
    tokio::join!(upkeep, extended);
}

#[tokio::test]
async fn what_a_person_said_is_part_of_the_history() {
    let mut house = House::new().await;
    let message = |number, role, content: &str| NewMessage {
        id: MessageId::from_uuid(Uuid::from_u128(number)),
        conversation_id: house.id(),
        role,
        content: content.to_owned(),
        citations: vec![],
        blocks: vec![],
        attachments: vec![],
        client_message_id: None,
        external_id: None,
        budget: None,
        now: house.clock.now(),
    };
    for kept in [message(31, Role::User, "Anyone?"), message(32, Role::Agent, "Bob here.")] {
        house.store.append_message(kept).await.unwrap();
    }
    let _answering = house.ask("And now?").await;
    let history = house.asked().await.history;
    assert_eq!(history[1], Said::text(Speaker::Agent, "Bob here."));
}
