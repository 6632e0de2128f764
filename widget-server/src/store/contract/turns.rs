//! Turns: one question and its answer.

use std::sync::Arc;

use serde_json::json;
use uuid::Uuid;
use widget_core::conversation::{ConversationStatus, Handler};
use widget_core::id::{ConversationId, MessageId, TurnId};
use widget_core::message::{Block, Citation, Role};

use super::scene::{
    MINUTE, NOW, Scene, again, assert_not_found, assert_refused, end, message, turn, turn_with_id,
};
use crate::store::records::{
    Begun, ConversationChange, NewMessage, Refusal, TurnEnd, TurnStatus, Usage,
};
use crate::store::{Store, StoreError};

rules![
    a_turn_keeps_its_question_and_then_its_answer,
    a_conversation_has_one_running_turn,
    a_turn_needs_a_conversation_that_is_not_over,
    a_question_sent_again_joins_the_running_turn,
    a_question_sent_again_has_the_answer_it_had,
    a_question_that_failed_may_be_sent_again,
    a_failed_repetition_does_not_hide_the_answer,
    a_person_who_has_the_conversation_gets_the_question,
    an_answer_may_be_asked_for_again,
    the_former_answer_stays_when_the_new_one_fails,
    only_the_last_answer_may_be_asked_for_again,
    what_was_said_before_a_stop_is_kept,
    a_stop_before_any_word_leaves_no_message,
    an_answer_of_blocks_alone_is_an_answer,
    ending_a_turn_twice_changes_nothing,
    a_failed_turn_stores_no_answer_but_its_cost,
    turns_of_a_process_that_is_gone_are_failed,
    a_turn_that_was_given_up_cannot_end_otherwise,
    the_last_turn_is_the_newest,
];

async fn a_turn_keeps_its_question_and_then_its_answer(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let new = turn_with_id(conversation, "what is ink?", "c1");
    let Begun::Started { turn, question } = scene.store.begin_turn(new.clone()).await.unwrap()
    else {
        panic!("not started")
    };
    assert_eq!((question.role, question.content.as_str()), (Role::User, "what is ink?"));
    assert_eq!((question.seq, question.turn_id), (1, Some(new.id)));
    assert_eq!(question.client_message_id.as_deref(), Some("c1"));
    assert_eq!((turn.id, turn.status), (new.id, TurnStatus::Running));
    assert_eq!((turn.user_message_id, turn.message_id), (question.id, new.message_id));
    assert_eq!((turn.owner.as_str(), turn.lease_until), ("process-1", NOW.plus_ms(MINUTE)));
    assert_eq!(scene.store.turn(new.id).await.unwrap(), turn);
    assert_eq!(scene.store.message(question.id).await.unwrap(), question);

    let later = NOW.plus_ms(MINUTE);
    let citation = Citation { title: "Ink".to_owned(), url: None, quote: Some("ink".to_owned()) };
    let ended = TurnEnd {
        citations: vec![citation.clone()],
        usage: Usage { input_tokens: 3, output_tokens: 4 },
        now: later,
        ..end(new.id, TurnStatus::Done, "a fluid")
    };
    let answer = scene.store.finish_turn(ended).await.unwrap().unwrap();
    assert_eq!((answer.id, answer.role, answer.seq), (new.message_id, Role::Agent, 2));
    assert_eq!((answer.content.as_str(), answer.turn_id), ("a fluid", Some(new.id)));
    assert_eq!((&answer.citations, answer.created_at), (&vec![citation], later));
    assert_eq!(scene.store.message(answer.id).await.unwrap(), answer);
    let turn = scene.store.turn(new.id).await.unwrap();
    assert_eq!((turn.status, turn.ended_at), (TurnStatus::Done, Some(later)));
    assert_eq!((turn.finish_reason.as_deref(), turn.error_code), (Some("stop"), None));
    assert_eq!(turn.usage, Usage { input_tokens: 3, output_tokens: 4 });
    assert_eq!(scene.store.conversation_usage(conversation).await.unwrap(), turn.usage);
}

async fn a_conversation_has_one_running_turn(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let first = scene.start(turn(conversation, "one")).await;
    let second = scene.store.begin_turn(turn(conversation, "two")).await;
    assert_refused(second, &Refusal::TurnRunning);
    assert_eq!(scene.said(conversation).await, ["one"]);
    let elsewhere = scene.conversation("ada").await;
    scene.start(turn(elsewhere, "one")).await;
    scene.store.finish_turn(end(first.id, TurnStatus::Done, "1")).await.unwrap();
    scene.start(turn(conversation, "two")).await;
    assert_eq!(scene.said(conversation).await, ["one", "1", "two"]);
}

async fn end_conversation(scene: &Scene, id: ConversationId) {
    let ended = ConversationChange {
        status: Some(ConversationStatus::Completed),
        ..ConversationChange::default()
    };
    scene.store.update_conversation(id, ended, NOW).await.unwrap();
}

async fn hand_over(scene: &Scene, id: ConversationId, handler: Handler) {
    let change = ConversationChange { handler: Some(handler), ..ConversationChange::default() };
    scene.store.update_conversation(id, change, NOW).await.unwrap();
}

async fn a_turn_needs_a_conversation_that_is_not_over(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let unknown = ConversationId::from_uuid(Uuid::now_v7());
    assert_not_found(scene.store.begin_turn(turn(unknown, "hi")).await);
    let conversation = scene.conversation("ada").await;
    let answer = scene.exchange(turn_with_id(conversation, "hi", "c1"), 1).await;
    end_conversation(&scene, conversation).await;
    assert_refused(scene.store.begin_turn(turn(conversation, "hi")).await, &Refusal::Ended);
    let repetition = scene.store.begin_turn(again(conversation, answer.id)).await;
    assert_refused(repetition, &Refusal::Ended);
    // What was answered is still answered for.
    let begun = scene.store.begin_turn(turn_with_id(conversation, "hi", "c1")).await.unwrap();
    assert!(matches!(begun, Begun::Finished(..)), "{begun:?}");
}

async fn a_question_sent_again_joins_the_running_turn(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let first = scene.start(turn_with_id(conversation, "one", "c1")).await;
    let begun = scene.store.begin_turn(turn_with_id(conversation, "other", "c1")).await.unwrap();
    assert_eq!(begun, Begun::Running(first));
    assert_eq!(scene.said(conversation).await, ["one"]);
}

async fn a_question_sent_again_has_the_answer_it_had(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let answer = scene.exchange(turn_with_id(conversation, "one", "c1"), 1).await;
    scene.start(turn(conversation, "two")).await;
    let begun = scene.store.begin_turn(turn_with_id(conversation, "one", "c1")).await.unwrap();
    let turn = scene.store.turn(answer.turn_id.unwrap()).await.unwrap();
    assert_eq!(begun, Begun::Finished(turn, Some(answer)));
}

async fn fail(scene: &Scene, id: TurnId) {
    let failed = TurnEnd {
        error_code: Some("model_unavailable".to_owned()),
        ..end(id, TurnStatus::Failed, "half an ans")
    };
    assert_eq!(scene.store.finish_turn(failed).await.unwrap(), None);
}

async fn a_question_that_failed_may_be_sent_again(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let first = scene.start(turn_with_id(conversation, "one", "c1")).await;
    fail(&scene, first.id).await;
    let new = turn_with_id(conversation, "one", "c1");
    let Begun::Started { turn, question } = scene.store.begin_turn(new).await.unwrap() else {
        panic!("not started")
    };
    assert_ne!(turn.id, first.id);
    assert_eq!((question.id, question.turn_id), (first.user_message_id, Some(turn.id)));
    scene.store.finish_turn(end(turn.id, TurnStatus::Done, "1")).await.unwrap();
    assert_eq!(scene.said(conversation).await, ["one", "1"]);
    let begun = scene.store.begin_turn(turn_with_id(conversation, "one", "c1")).await.unwrap();
    assert!(matches!(begun, Begun::Finished(ended, Some(_)) if ended.id == turn.id));
}

async fn a_failed_repetition_does_not_hide_the_answer(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let answer = scene.exchange(turn_with_id(conversation, "one", "c1"), 1).await;
    let repetition = scene.start(again(conversation, answer.id)).await;
    fail(&scene, repetition.id).await;
    let begun = scene.store.begin_turn(turn_with_id(conversation, "one", "c1")).await.unwrap();
    assert!(matches!(begun, Begun::Finished(_, Some(kept)) if kept.id == answer.id));
}

async fn a_person_who_has_the_conversation_gets_the_question(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    hand_over(&scene, conversation, Handler::Human).await;
    let begun = scene.store.begin_turn(turn_with_id(conversation, "one", "c1")).await.unwrap();
    let Begun::Kept { message, added: true } = begun else { panic!("not kept: {begun:?}") };
    assert_eq!((message.content.as_str(), message.turn_id), ("one", None));
    let begun = scene.store.begin_turn(turn_with_id(conversation, "one", "c1")).await.unwrap();
    assert_eq!(begun, Begun::Kept { message, added: false });
    assert_eq!(scene.store.last_turn(conversation).await.unwrap(), None);
    // Given back, the agent answers.
    hand_over(&scene, conversation, Handler::Agent).await;
    scene.start(turn_with_id(conversation, "one", "c1")).await;
    assert_eq!(scene.said(conversation).await, ["one"]);
}

async fn an_answer_may_be_asked_for_again(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let former = scene.exchange(turn_with_id(conversation, "one", "c1"), 1).await;
    let new = again(conversation, former.id);
    let Begun::Started { turn, question } = scene.store.begin_turn(new.clone()).await.unwrap()
    else {
        panic!("not started")
    };
    assert_eq!((question.content.as_str(), turn.user_message_id), ("one", question.id));
    assert_eq!(scene.said(conversation).await, ["one", "an answer"]);
    let ended = end(turn.id, TurnStatus::Done, "a better one");
    let answer = scene.store.finish_turn(ended).await.unwrap().unwrap();
    assert_eq!(answer.id, new.message_id);
    assert!(answer.seq > former.seq);
    assert_eq!(scene.said(conversation).await, ["one", "a better one"]);
    assert_not_found(scene.store.message(former.id).await);
    let begun = scene.store.begin_turn(turn_with_id(conversation, "one", "c1")).await.unwrap();
    assert!(matches!(begun, Begun::Finished(_, Some(kept)) if kept == answer));
}

async fn the_former_answer_stays_when_the_new_one_fails(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let former = scene.exchange(turn(conversation, "one"), 1).await;
    let repetition = scene.start(again(conversation, former.id)).await;
    let running = scene.store.begin_turn(again(conversation, former.id)).await;
    assert_refused(running, &Refusal::TurnRunning);
    fail(&scene, repetition.id).await;
    let repetition = scene.start(again(conversation, former.id)).await;
    let stopped = end(repetition.id, TurnStatus::Stopped, "");
    assert_eq!(scene.store.finish_turn(stopped).await.unwrap(), None);
    assert_eq!(scene.said(conversation).await, ["one", "an answer"]);
}

async fn only_the_last_answer_may_be_asked_for_again(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let first = scene.exchange(turn(conversation, "one"), 1).await;
    let second = scene.exchange(turn(conversation, "two"), 1).await;
    let question = scene.store.messages(conversation, 0, 9).await.unwrap()[2].id;
    let unknown = MessageId::from_uuid(Uuid::now_v7());
    for id in [first.id, question, unknown] {
        assert_not_found(scene.store.begin_turn(again(conversation, id)).await);
    }
    let elsewhere = scene.conversation("ada").await;
    assert_not_found(scene.store.begin_turn(again(elsewhere, second.id)).await);
    // A notice of the system does not count, what a person says does.
    let notice = NewMessage { role: Role::System, ..message(conversation, "Ida has joined") };
    scene.store.append_message(notice).await.unwrap();
    let repetition = scene.start(again(conversation, second.id)).await;
    fail(&scene, repetition.id).await;
    let person = NewMessage { role: Role::Agent, ..message(conversation, "I am Ida") };
    let person = scene.store.append_message(person).await.unwrap().message;
    assert_not_found(scene.store.begin_turn(again(conversation, second.id)).await);
    assert_not_found(scene.store.begin_turn(again(conversation, person.id)).await);
}

async fn what_was_said_before_a_stop_is_kept(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let turn = scene.start(turn_with_id(conversation, "one", "c1")).await;
    let stopped = end(turn.id, TurnStatus::Stopped, "half an ans");
    let answer = scene.store.finish_turn(stopped).await.unwrap();
    assert_eq!(scene.said(conversation).await, ["one", "half an ans"]);
    let begun = scene.store.begin_turn(turn_with_id(conversation, "one", "c1")).await.unwrap();
    let Begun::Finished(turn, kept) = begun else { panic!("not finished: {begun:?}") };
    assert_eq!((turn.status, kept), (TurnStatus::Stopped, answer));
}

async fn a_stop_before_any_word_leaves_no_message(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let turn = scene.start(turn_with_id(conversation, "one", "c1")).await;
    let stopped = end(turn.id, TurnStatus::Stopped, "");
    assert_eq!(scene.store.finish_turn(stopped).await.unwrap(), None);
    let begun = scene.store.begin_turn(turn_with_id(conversation, "one", "c1")).await.unwrap();
    assert!(matches!(begun, Begun::Finished(_, None)), "{begun:?}");
    scene.start(super::scene::turn(conversation, "two")).await;
    assert_eq!(scene.said(conversation).await, ["one", "two"]);
}

async fn an_answer_of_blocks_alone_is_an_answer(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let turn = scene.start(turn(conversation, "one")).await;
    let block = Block::try_from(json!({ "type": "form", "form_id": "contact" })).unwrap();
    let ended = TurnEnd { blocks: vec![block.clone()], ..end(turn.id, TurnStatus::Done, "") };
    let answer = scene.store.finish_turn(ended).await.unwrap().unwrap();
    assert_eq!((answer.content.as_str(), answer.blocks), ("", vec![block]));
}

async fn ending_a_turn_twice_changes_nothing(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let turn = scene.start(turn(conversation, "one")).await;
    let usage = Usage { input_tokens: 1, output_tokens: 2 };
    let first = TurnEnd { usage, ..end(turn.id, TurnStatus::Done, "1") };
    let first = scene.store.finish_turn(first).await.unwrap();
    let ended = scene.store.turn(turn.id).await.unwrap();
    let second = TurnEnd { usage, ..end(turn.id, TurnStatus::Failed, "2") };
    assert_eq!(scene.store.finish_turn(second).await.unwrap(), first);
    assert_eq!(scene.store.turn(turn.id).await.unwrap(), ended);
    assert_eq!(scene.store.conversation_usage(conversation).await.unwrap(), usage);
    assert_eq!(scene.said(conversation).await, ["one", "1"]);
    let unknown = TurnId::from_uuid(Uuid::now_v7());
    assert_not_found(scene.store.finish_turn(end(unknown, TurnStatus::Done, "1")).await);
    assert_not_found(scene.store.turn(unknown).await);
    let running = scene.store.finish_turn(end(turn.id, TurnStatus::Running, "")).await;
    assert!(matches!(running, Err(StoreError::Internal(_))), "{running:?}");
}

async fn a_failed_turn_stores_no_answer_but_its_cost(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let turn = scene.start(turn(conversation, "one")).await;
    let usage = Usage { input_tokens: 5, output_tokens: 1 };
    let failed = TurnEnd {
        usage,
        error_code: Some("model_timeout".to_owned()),
        finish_reason: None,
        ..end(turn.id, TurnStatus::Failed, "half an ans")
    };
    assert_eq!(scene.store.finish_turn(failed).await.unwrap(), None);
    let turn = scene.store.turn(turn.id).await.unwrap();
    assert_eq!(
        (turn.status, turn.error_code.as_deref()),
        (TurnStatus::Failed, Some("model_timeout"))
    );
    assert_eq!(scene.store.conversation_usage(conversation).await.unwrap(), usage);
    assert_eq!(scene.said(conversation).await, ["one"]);
}

async fn turns_of_a_process_that_is_gone_are_failed(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let (one, two) = (scene.conversation("ada").await, scene.conversation("bob").await);
    let gone = scene.start(turn(one, "one")).await;
    let mut new = turn(two, "two");
    new.owner = "process-2".to_owned();
    let own = scene.start(new).await;
    let late = gone.lease_until.plus_ms(MINUTE);
    scene.store.extend_turns("process-2", late.plus_ms(MINUTE)).await.unwrap();
    let failed = scene.store.fail_abandoned_turns("process-2", late).await.unwrap();
    assert_eq!(failed.len(), 1);
    assert_eq!((failed[0].id, failed[0].status), (gone.id, TurnStatus::Failed));
    assert_eq!(failed[0].error_code.as_deref(), Some("turn_interrupted"));
    assert_eq!(failed[0].ended_at, Some(late));
    assert_eq!(scene.store.turn(gone.id).await.unwrap(), failed[0]);
    let kept = scene.store.turn(own.id).await.unwrap();
    assert_eq!((kept.status, kept.lease_until), (TurnStatus::Running, late.plus_ms(MINUTE)));
    assert_eq!(scene.store.fail_abandoned_turns("process-2", late).await.unwrap(), []);
    scene.start(turn(one, "once more")).await;
}

async fn a_turn_that_was_given_up_cannot_end_otherwise(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let turn = scene.start(turn(conversation, "one")).await;
    let late = turn.lease_until.plus_ms(MINUTE);
    scene.store.fail_abandoned_turns("process-2", late).await.unwrap();
    let ended = end(turn.id, TurnStatus::Done, "too late");
    assert_eq!(scene.store.finish_turn(ended).await.unwrap(), None);
    assert_eq!(scene.said(conversation).await, ["one"]);
}

async fn the_last_turn_is_the_newest(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    assert_eq!(scene.store.last_turn(conversation).await.unwrap(), None);
    scene.exchange(turn(conversation, "one"), 1).await;
    let second = scene.start(turn(conversation, "two")).await;
    assert_eq!(scene.store.last_turn(conversation).await.unwrap(), Some(second.clone()));
}
