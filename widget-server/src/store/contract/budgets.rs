//! Limits of visitors, conversations and widgets, each over the last 24 hours.

use std::sync::Arc;

use widget_core::conversation::{ConversationStatus, Handler};
use widget_core::time::Timestamp;

use super::scene::{
    AMPLE, DAY, HOUR, MINUTE, NOW, Scene, UNLIMITED, again, assert_refused, message, turn,
    turn_with_id,
};
use crate::store::Store;
use crate::store::records::{
    Begun, Budget, ConversationChange, NewMessage, NewTurn, Refusal, TurnStatus, VisitorLimit,
    VisitorLimits,
};

rules![
    a_visitors_conversations_of_a_day_are_limited,
    conversations_held_at_the_same_time_are_limited,
    a_widgets_tokens_limit_new_conversations,
    messages_of_a_conversation_are_limited,
    a_message_to_a_person_counts_too,
    a_message_without_a_turn_counts_too,
    tokens_of_a_conversation_are_limited,
    tokens_of_a_widget_are_limited,
    a_lowered_limit_tells_when_there_is_really_room,
    a_refused_message_is_not_kept,
    asking_again_adds_no_message,
];

fn reached(limit: VisitorLimit, retry_at: Timestamp) -> Refusal {
    Refusal::LimitReached { limit, retry_at }
}

fn exhausted(retry_at: Timestamp) -> Refusal {
    Refusal::BudgetExhausted { retry_at }
}

async fn a_visitors_conversations_of_a_day_are_limited(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let create = async |user: &str, at: Timestamp| {
        let mut record = scene.new_conversation(user);
        record.conversation.created_at = at;
        record.conversation.updated_at = at;
        let limits = VisitorLimits { conversations_per_day: Some(2), now: at, ..UNLIMITED };
        scene.store.create_conversation(record, limits).await
    };
    create("ada", NOW).await.unwrap();
    create("ada", NOW.plus_ms(HOUR)).await.unwrap();
    let refusal = reached(VisitorLimit::ConversationsPerDay, NOW.plus_ms(DAY));
    assert_refused(create("ada", NOW.plus_ms(2 * HOUR)).await, &refusal);
    create("bob", NOW.plus_ms(2 * HOUR)).await.unwrap();
    assert_refused(create("ada", NOW.plus_ms(DAY - 1)).await, &refusal);
    create("ada", NOW.plus_ms(DAY)).await.unwrap();
}

async fn conversations_held_at_the_same_time_are_limited(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let create = async |at: Timestamp| {
        let limits = VisitorLimits { concurrent_conversations: Some(2), now: at, ..UNLIMITED };
        let record = scene.new_conversation("eve");
        scene.store.create_conversation(record, limits).await
    };
    let (one, two) = (scene.conversation("ada").await, scene.conversation("bob").await);
    // Conversations in which nothing was said are not held.
    create(NOW).await.unwrap();
    scene.say(one, NOW).await;
    scene.say(two, NOW.plus_ms(MINUTE)).await;
    let refusal = reached(VisitorLimit::ConcurrentConversations, NOW.plus_ms(30 * MINUTE));
    assert_refused(create(NOW.plus_ms(2 * MINUTE)).await, &refusal);
    create(NOW.plus_ms(30 * MINUTE)).await.unwrap();
    scene.say(one, NOW.plus_ms(30 * MINUTE)).await;
    let refusal = reached(VisitorLimit::ConcurrentConversations, NOW.plus_ms(31 * MINUTE));
    assert_refused(create(NOW.plus_ms(30 * MINUTE)).await, &refusal);
    let ended = ConversationChange {
        status: Some(ConversationStatus::Completed),
        ..ConversationChange::default()
    };
    scene.store.update_conversation(one, ended, NOW).await.unwrap();
    create(NOW.plus_ms(30 * MINUTE)).await.unwrap();
}

async fn a_widgets_tokens_limit_new_conversations(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    scene.exchange(turn(conversation, "one"), 60).await;
    let create = async |tokens: u64, at: Timestamp| {
        let limits = VisitorLimits { tokens_per_day: Some(tokens), now: at, ..UNLIMITED };
        scene.store.create_conversation(scene.new_conversation("bob"), limits).await
    };
    create(61, NOW).await.unwrap();
    let refusal = reached(VisitorLimit::TokensPerDay, NOW.plus_ms(DAY));
    assert_refused(create(60, NOW.plus_ms(HOUR)).await, &refusal);
    create(60, NOW.plus_ms(DAY)).await.unwrap();
}

/// A question and its answer, of so many tokens, within a budget.
async fn exchange(
    scene: &Scene,
    turn: NewTurn,
    budget: Budget,
    at: Timestamp,
    tokens: u64,
) -> Result<(), Refusal> {
    let turn = NewTurn { budget, now: at, ..turn };
    match scene.store.begin_turn(turn).await {
        Ok(Begun::Started { turn, .. }) => {
            let mut end = super::scene::end(turn.id, TurnStatus::Done, "an answer");
            end.usage.output_tokens = tokens;
            end.now = at;
            scene.store.finish_turn(end).await.unwrap();
            Ok(())
        }
        Err(crate::store::StoreError::Refused(refusal)) => Err(refusal),
        other => panic!("{other:?}"),
    }
}

async fn messages_of_a_conversation_are_limited(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let budget = Budget { messages: 2, ..AMPLE };
    let ask = async |at| exchange(&scene, turn(conversation, "hi"), budget, at, 1).await;
    ask(NOW).await.unwrap();
    ask(NOW.plus_ms(HOUR)).await.unwrap();
    let refusal = exhausted(NOW.plus_ms(DAY));
    assert_eq!(ask(NOW.plus_ms(2 * HOUR)).await, Err(refusal.clone()));
    assert_eq!(ask(NOW.plus_ms(DAY - 1)).await, Err(refusal));
    ask(NOW.plus_ms(DAY)).await.unwrap();
    // Another conversation has a budget of its own.
    let other = scene.conversation("ada").await;
    exchange(&scene, turn(other, "hi"), budget, NOW, 1).await.unwrap();
}

async fn a_message_to_a_person_counts_too(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let change = ConversationChange { handler: Some(Handler::Human), ..Default::default() };
    scene.store.update_conversation(conversation, change, NOW).await.unwrap();
    let budget = Budget { messages: 1, tokens: 0, widget_tokens: None };
    let ask = || NewTurn { budget, ..turn(conversation, "hi") };
    assert!(matches!(scene.store.begin_turn(ask()).await, Ok(Begun::Kept { added: true, .. })));
    assert_refused(scene.store.begin_turn(ask()).await, &exhausted(NOW.plus_ms(DAY)));
}

async fn a_message_without_a_turn_counts_too(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let one = Budget { messages: 1, ..AMPLE };
    let new = |content: &str| NewMessage { budget: Some(one), ..message(conversation, content) };
    scene.store.append_message(new("one")).await.unwrap();
    let refusal = exhausted(NOW.plus_ms(DAY));
    assert_refused(scene.store.append_message(new("two")).await, &refusal);
    // The owner's side has no budget.
    scene.store.append_message(message(conversation, "three")).await.unwrap();
}

async fn tokens_of_a_conversation_are_limited(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let budget = Budget { tokens: 100, ..AMPLE };
    let ask =
        async |at, tokens| exchange(&scene, turn(conversation, "hi"), budget, at, tokens).await;
    ask(NOW, 30).await.unwrap();
    ask(NOW.plus_ms(HOUR), 30).await.unwrap();
    ask(NOW.plus_ms(2 * HOUR), 60).await.unwrap();
    // 120 were used: without the first 30 there is room again.
    assert_eq!(ask(NOW.plus_ms(3 * HOUR), 0).await, Err(exhausted(NOW.plus_ms(DAY))));
    ask(NOW.plus_ms(DAY), 0).await.unwrap();
}

async fn tokens_of_a_widget_are_limited(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let (one, two) = (scene.conversation("ada").await, scene.conversation("bob").await);
    let budget = Budget { widget_tokens: Some(100), ..AMPLE };
    exchange(&scene, turn(one, "hi"), budget, NOW, 99).await.unwrap();
    exchange(&scene, turn(two, "hi"), budget, NOW.plus_ms(HOUR), 1).await.unwrap();
    let refused = exchange(&scene, turn(two, "hi"), budget, NOW.plus_ms(HOUR), 1).await;
    assert_eq!(refused, Err(exhausted(NOW.plus_ms(DAY))));
}

async fn a_lowered_limit_tells_when_there_is_really_room(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    for hour in 0..4 {
        scene.say(conversation, NOW.plus_ms(hour * HOUR)).await;
    }
    // Of four, the first three must fall out before a second fits.
    let budget = Budget { messages: 2, ..AMPLE };
    let at = NOW.plus_ms(5 * HOUR);
    let refused = exchange(&scene, turn(conversation, "hi"), budget, at, 0).await;
    assert_eq!(refused, Err(exhausted(NOW.plus_ms(2 * HOUR + DAY))));
    let budget = Budget { messages: 0, ..AMPLE };
    let refused = exchange(&scene, turn(conversation, "hi"), budget, at, 0).await;
    assert_eq!(refused, Err(exhausted(at.plus_ms(DAY))));
}

async fn a_refused_message_is_not_kept(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let budget = Budget { messages: 0, ..AMPLE };
    exchange(&scene, turn(conversation, "hi"), budget, NOW, 0).await.unwrap_err();
    assert!(scene.said(conversation).await.is_empty());
    assert_eq!(scene.store.last_turn(conversation).await.unwrap(), None);
    assert_eq!(scene.store.next_seq(conversation).await.unwrap(), 1);
}

async fn asking_again_adds_no_message(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let answer = scene.exchange(turn_with_id(conversation, "hi", "c1"), 10).await;
    let budget = Budget { messages: 1, tokens: 11, widget_tokens: None };
    // What was answered is answered again, whatever the budget.
    let repeated = turn_with_id(conversation, "hi", "c1");
    let repeated = NewTurn { budget: Budget { messages: 0, tokens: 0, ..budget }, ..repeated };
    let begun = scene.store.begin_turn(repeated).await.unwrap();
    assert!(matches!(begun, Begun::Finished(_, Some(message)) if message.id == answer.id));
    exchange(&scene, again(conversation, answer.id), budget, NOW, 10).await.unwrap();
    // But tokens are used.
    let answer = scene.store.messages(conversation, 0, 9).await.unwrap()[1].id;
    let refused = exchange(&scene, again(conversation, answer), budget, NOW, 1).await;
    assert_eq!(refused, Err(exhausted(NOW.plus_ms(DAY))));
}
