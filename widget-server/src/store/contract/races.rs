//! What arrives together.

use std::sync::Arc;

use serde_json::{Map, json};
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use widget_core::conversation::FEEDBACK_KEY;

use super::leads::lead;
use super::scene::{AMPLE, NOW, Scene, UNLIMITED, again, end, message, turn, turn_with_id};
use crate::store::records::{
    Begun, Budget, Claimed, IdempotencyClaim, NewLead, NewMessage, NewTurn, Refusal, TurnStatus,
    VisitorLimit, VisitorLimits, WidgetChange,
};
use crate::store::{Store, StoreError, StoreResult};

rules![
    of_many_feedbacks_that_arrive_together_one_is_kept,
    of_many_questions_that_arrive_together_one_begins_a_turn,
    the_same_question_many_times_is_one_message_and_one_turn,
    the_same_answer_asked_for_many_times_has_one_turn,
    the_same_message_many_times_is_kept_once,
    the_same_lead_many_times_is_one_lead_with_all_its_fields,
    messages_that_arrive_together_have_a_number_each,
    a_limit_holds_for_conversations_that_arrive_together,
    a_budget_holds_for_messages_that_arrive_together,
    of_many_ends_of_a_turn_one_is_kept,
    of_many_changes_of_the_same_revision_one_is_kept,
    a_key_that_is_claimed_together_is_claimed_once,
    sixty_four_writers_are_all_answered,
];

const MANY: usize = 32;

/// Runs as many calls as there are, begun at the same moment.
async fn together<T, F>(calls: Vec<F>) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let start = Arc::new(Barrier::new(calls.len()));
    let mut tasks = JoinSet::new();
    for call in calls {
        let start = Arc::clone(&start);
        tasks.spawn(async move {
            start.wait().await;
            call.await
        });
    }
    tasks.join_all().await
}

/// How many were done; the others must have been refused as expected.
fn done<T: std::fmt::Debug>(outcomes: Vec<StoreResult<T>>, expected: &Refusal) -> usize {
    let mut done = 0;
    for outcome in outcomes {
        match outcome {
            Ok(_) => done += 1,
            Err(StoreError::Refused(refusal)) => assert_eq!(refusal, *expected),
            Err(other) => panic!("{other:?}"),
        }
    }
    done
}

async fn of_many_feedbacks_that_arrive_together_one_is_kept(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let id = scene.conversation("ada").await;
    let calls = (0..MANY).map(|stars| {
        let store = Arc::clone(&scene.store);
        let data = Map::from_iter([("stars".to_owned(), json!(stars))]);
        async move { store.submit_feedback(id, data, NOW).await.map(|()| stars) }
    });
    let outcomes = together(calls.collect()).await;
    let winner = *outcomes.iter().find_map(|outcome| outcome.as_ref().ok()).unwrap();
    assert_eq!(done(outcomes, &Refusal::FeedbackExists), 1);
    let kept = scene.store.conversation(id).await.unwrap().conversation.custom_metadata;
    assert_eq!(kept[FEEDBACK_KEY], json!({ "stars": winner }));
}

async fn of_many_questions_that_arrive_together_one_begins_a_turn(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let id = scene.conversation("ada").await;
    let calls = (0..MANY).map(|_| {
        let store = Arc::clone(&scene.store);
        async move { store.begin_turn(turn(id, "hello")).await }
    });
    let outcomes = together(calls.collect()).await;
    assert_eq!(done(outcomes, &Refusal::TurnRunning), 1);
    assert_eq!(scene.said(id).await.len(), 1);
}

async fn the_same_question_many_times_is_one_message_and_one_turn(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let id = scene.conversation("ada").await;
    let calls = (0..MANY).map(|_| {
        let store = Arc::clone(&scene.store);
        async move { store.begin_turn(turn_with_id(id, "hello", "c1")).await.unwrap() }
    });
    let mut started = 0;
    let mut turns: Vec<_> = together(calls.collect())
        .await
        .into_iter()
        .map(|begun| match begun {
            Begun::Started { turn, .. } => {
                started += 1;
                turn.id
            }
            Begun::Running(turn) => turn.id,
            other => panic!("{other:?}"),
        })
        .collect();
    turns.dedup();
    assert_eq!((started, turns.len()), (1, 1));
    assert_eq!(scene.said(id).await.len(), 1);
}

async fn the_same_answer_asked_for_many_times_has_one_turn(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let id = scene.conversation("ada").await;
    let answer = scene.exchange(turn(id, "hello"), 1).await.id;
    let calls = (0..MANY).map(|_| {
        let store = Arc::clone(&scene.store);
        async move { store.begin_turn(again(id, answer)).await }
    });
    assert_eq!(done(together(calls.collect()).await, &Refusal::TurnRunning), 1);
}

async fn the_same_message_many_times_is_kept_once(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let id = scene.conversation("ada").await;
    let calls = (0..MANY).map(|number| {
        let store = Arc::clone(&scene.store);
        let mut new = message(id, "hello");
        // Half of them name one of its ids, half the other.
        if number % 2 == 0 {
            new.external_id = Some("e1".to_owned());
        }
        new.client_message_id = Some("c1".to_owned());
        async move { store.append_message(new).await.unwrap().added }
    });
    let outcomes = together(calls.collect()).await;
    assert_eq!(outcomes.into_iter().filter(|added| *added).count(), 1);
    assert_eq!(scene.said(id).await.len(), 1);
}

async fn the_same_lead_many_times_is_one_lead_with_all_its_fields(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let id = scene.conversation("ada").await;
    let calls = (0..MANY).map(|number| {
        let store = Arc::clone(&scene.store);
        let fields = Map::from_iter([(format!("f{number}"), json!(number))]);
        let new = NewLead { fields, ..lead(&scene, id, "ada@example.com") };
        async move { store.upsert_lead(new).await.unwrap() }
    });
    let outcomes = together(calls.collect()).await;
    assert_eq!(outcomes.iter().filter(|(_, added)| *added).count(), 1);
    let kept = scene.store.lead(scene.organization.id, outcomes[0].0.id).await.unwrap();
    assert_eq!(kept.fields.len(), MANY);
}

async fn messages_that_arrive_together_have_a_number_each(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let id = scene.conversation("ada").await;
    let calls = (0..MANY).map(|_| {
        let store = Arc::clone(&scene.store);
        let new = NewMessage { now: NOW, ..message(id, "hello") };
        async move { store.append_message(new).await.unwrap().message.seq }
    });
    let mut numbers = together(calls.collect()).await;
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=MANY as i64).collect::<Vec<_>>());
}

async fn a_limit_holds_for_conversations_that_arrive_together(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let limits = VisitorLimits { conversations_per_day: Some(3), ..UNLIMITED };
    let calls = (0..MANY).map(|_| {
        let store = Arc::clone(&scene.store);
        let record = scene.new_conversation("ada");
        async move { store.create_conversation(record, limits).await }
    });
    let outcomes = together(calls.collect()).await;
    let retry_at = NOW.plus_ms(super::scene::DAY);
    let refusal = Refusal::LimitReached { limit: VisitorLimit::ConversationsPerDay, retry_at };
    assert_eq!(done(outcomes, &refusal), 3);
}

async fn a_budget_holds_for_messages_that_arrive_together(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let id = scene.conversation("ada").await;
    let budget = Budget { messages: 5, ..AMPLE };
    let mut kept = 0;
    for _ in 0..8 {
        let calls = (0..4).map(|_| {
            let store = Arc::clone(&scene.store);
            let new = NewTurn { budget, ..turn(id, "hello") };
            async move { store.begin_turn(new).await }
        });
        for outcome in together(calls.collect()).await {
            if let Ok(Begun::Started { turn, .. }) = outcome {
                kept += 1;
                scene.store.finish_turn(end(turn.id, TurnStatus::Done, "1")).await.unwrap();
            }
        }
    }
    assert_eq!(kept, 5);
}

async fn of_many_ends_of_a_turn_one_is_kept(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let id = scene.conversation("ada").await;
    let turn = scene.start(turn(id, "hello")).await.id;
    let calls = (0..MANY).map(|number| {
        let store = Arc::clone(&scene.store);
        let mut ended = end(turn, TurnStatus::Done, &format!("answer {number}"));
        ended.usage.output_tokens = 1;
        async move { store.finish_turn(ended).await.unwrap().unwrap().content }
    });
    let mut answers = together(calls.collect()).await;
    answers.dedup();
    assert_eq!(answers.len(), 1);
    assert_eq!(scene.said(id).await, ["hello", answers[0].as_str()]);
    assert_eq!(scene.store.conversation_usage(id).await.unwrap().output_tokens, 1);
}

async fn of_many_changes_of_the_same_revision_one_is_kept(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let (owner, id) = (scene.organization.id, scene.widget.id);
    let calls = (0..MANY).map(|number| {
        let store = Arc::clone(&scene.store);
        let change = WidgetChange { name: Some(Some(number.to_string())), ..Default::default() };
        async move { store.update_widget(owner, id, change, Some(1), NOW).await }
    });
    assert_eq!(done(together(calls.collect()).await, &Refusal::Stale), 1);
    assert_eq!(scene.store.widget(owner, id).await.unwrap().revision, 2);
}

async fn a_key_that_is_claimed_together_is_claimed_once(store: Arc<dyn Store>) {
    let calls = (0..MANY).map(|_| {
        let store = Arc::clone(&store);
        let claim = IdempotencyClaim {
            scope: "s".to_owned(),
            key: "k".to_owned(),
            fingerprint: [1; 32],
            now: NOW,
        };
        async move { store.claim_key(claim).await.unwrap() }
    });
    let outcomes = together(calls.collect()).await;
    assert_eq!(outcomes.iter().filter(|claimed| **claimed == Claimed::New).count(), 1);
    assert!(outcomes.iter().all(|claimed| matches!(claimed, Claimed::New | Claimed::Working)));
}

async fn sixty_four_writers_are_all_answered(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let mut conversations = Vec::new();
    for number in 0..64 {
        conversations.push(scene.conversation(&format!("visitor-{number}")).await);
    }
    let calls = conversations.iter().map(|id| {
        let (store, id) = (Arc::clone(&scene.store), *id);
        async move {
            for seq in 1..=10 {
                let kept = store.append_message(message(id, "hello")).await.unwrap().message;
                assert_eq!(kept.seq, seq);
                // Answered means that everybody can read it.
                assert_eq!(store.message(kept.id).await.unwrap(), kept);
            }
        }
    });
    together(calls.collect()).await;
    for id in conversations {
        assert_eq!(scene.said(id).await.len(), 10);
    }
}
