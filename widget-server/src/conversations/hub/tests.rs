use std::sync::atomic::AtomicUsize as Count;
use std::task::{Context, Poll, Wake, Waker};

use futures_util::{FutureExt, Stream, StreamExt};
use uuid::Uuid;
use widget_core::event::{FinishReason, Usage};
use widget_core::id::MessageId;
use widget_core::message::Citation;
use widget_core::time::Timestamp;

use super::*;
use crate::clock::ManualClock;

const START_MS: i64 = 1_800_000_000_000;

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(Timestamp::from_ms(START_MS)))
}

fn hub() -> Hub {
    Hub::new(clock(), HubLimits::default())
}

fn conversation(number: u128) -> ConversationId {
    ConversationId::from_uuid(Uuid::from_u128(number))
}

fn turn(number: u128) -> StreamEvent {
    StreamEvent::Turn {
        turn_id: TurnId::from_uuid(Uuid::from_u128(number)),
        user_message_id: MessageId::from_uuid(Uuid::from_u128(number + 1)),
        message_id: MessageId::from_uuid(Uuid::from_u128(number + 2)),
    }
}

fn token(text: &str) -> StreamEvent {
    StreamEvent::Token { text: text.to_owned() }
}

fn done() -> StreamEvent {
    StreamEvent::Done {
        message_id: MessageId::from_uuid(Uuid::from_u128(3)),
        usage: Usage::default(),
        finish_reason: FinishReason::Stop,
    }
}

fn cited(title: &str) -> StreamEvent {
    let citation = Citation { title: title.to_owned(), url: None, quote: None };
    StreamEvent::Citations { citations: vec![citation] }
}

fn typing() -> StreamEvent {
    StreamEvent::Typing { role: widget_core::message::Role::Agent, active: true }
}

/// What a listener can have right now.
fn heard(events: &mut (impl Stream<Item = Arc<Published>> + Unpin)) -> Vec<Arc<Published>> {
    std::iter::from_fn(|| events.next().now_or_never().flatten()).collect()
}

fn events(heard: &[Arc<Published>]) -> Vec<StreamEvent> {
    heard.iter().map(|published| published.event.clone()).collect()
}

#[test]
fn everyone_hears_what_is_said_in_their_conversation_only() {
    let hub = hub();
    let (mut one, mut two) =
        (hub.subscribe(conversation(1), None), hub.subscribe(conversation(1), None));
    let mut other = hub.subscribe(conversation(2), None);
    let id = hub.publish(conversation(1), token("Hi"));
    let expected = format!("id: {id}\nevent: token\ndata: {{\"text\":\"Hi\"}}\n\n");
    for listener in [&mut one, &mut two] {
        let heard = heard(listener);
        assert_eq!(heard.len(), 1);
        assert_eq!(heard[0].bytes, expected);
    }
    assert!(heard(&mut other).is_empty());
}

#[test]
fn ids_increase_while_the_clock_stands_and_over_a_restart() {
    let hub = hub();
    let first = hub.publish(conversation(1), token("a"));
    assert!(first >= 2_000 * u64::try_from(START_MS).unwrap());
    assert!(hub.publish(conversation(1), token("b")) > first);

    let later =
        Hub::new(Arc::new(ManualClock::at(Timestamp::from_ms(START_MS + 1))), HubLimits::default());
    assert!(later.publish(conversation(1), token("c")) > first);
}

#[test]
fn a_listener_goes_on_exactly_where_it_was_cut() {
    let hub = hub();
    hub.publish(conversation(1), turn(1));
    let seen = hub.publish(conversation(1), token("a"));
    hub.publish(conversation(1), token("b"));
    hub.publish(conversation(1), done());
    let mut again = hub.subscribe(conversation(1), Some(seen));
    assert_eq!(again.resume(), Resume::Exact);
    assert_eq!(events(&heard(&mut again)), [token("b"), done()]);
}

#[test]
fn a_client_that_was_given_the_messages_misses_nothing_after_them() {
    let hub = hub();
    let position = hub.position(conversation(1));
    hub.publish(conversation(1), turn(1));
    hub.publish(conversation(1), done());
    let mut listener = hub.subscribe(conversation(1), Some(position));
    assert_eq!(events(&heard(&mut listener)), [turn(1), done()]);
}

#[test]
fn who_comes_while_a_turn_runs_is_told_it_in_short() {
    let hub = hub();
    for event in [turn(1), token("a"), token("b"), cited("x"), cited("y"), token("c")] {
        hub.publish(conversation(1), event);
    }
    let mut late = hub.subscribe(conversation(1), None);
    assert_eq!(late.resume(), Resume::Live);
    hub.publish(conversation(1), token("d"));
    let heard = heard(&mut late);
    assert_eq!(events(&heard), [turn(1), token("ab"), cited("y"), token("c"), token("d")]);
    assert!(heard.is_sorted_by(|one, next| one.id < next.id));
}

#[test]
fn who_comes_without_an_id_after_a_turn_hears_only_what_follows() {
    let hub = hub();
    hub.publish(conversation(1), turn(1));
    hub.publish(conversation(1), done());
    let mut late = hub.subscribe(conversation(1), None);
    assert!(heard(&mut late).is_empty());
    hub.publish(conversation(1), typing());
    assert_eq!(events(&heard(&mut late)), [typing()]);
}

#[test]
fn a_telling_that_was_cut_is_told_again() {
    let hub = hub();
    for event in [turn(1), token("a"), cited("x")] {
        hub.publish(conversation(1), event);
    }
    let told = heard(&mut hub.subscribe(conversation(1), None));
    for part in &told[..2] {
        let again = hub.subscribe(conversation(1), Some(part.id));
        assert_eq!(again.resume(), Resume::Restart);
    }
    let mut whole = hub.subscribe(conversation(1), Some(told[2].id));
    assert_eq!(whole.resume(), Resume::Exact);
    assert!(heard(&mut whole).is_empty());
}

#[test]
fn what_another_process_published_is_told_by_the_caller() {
    let hub = hub();
    let mut listener = hub.subscribe(conversation(1), Some(7));
    assert_eq!(listener.resume(), Resume::Unknown);
    let next = hub.publish(conversation(1), turn(9));
    listener.tell_first(vec![turn(1), token("stored"), done()]);
    let heard = heard(&mut listener);
    assert_eq!(events(&heard), [turn(1), token("stored"), done(), turn(9)]);
    assert!(heard.is_sorted_by(|one, next| one.id < next.id));
    assert_eq!(heard[3].id, next);
    assert_eq!(hub.subscribe(conversation(1), Some(heard[1].id)).resume(), Resume::Restart);
    let exact = hub.subscribe(conversation(1), Some(heard[2].id));
    assert_eq!(exact.resume(), Resume::Exact);
}

#[test]
fn an_id_from_the_future_is_not_believed() {
    let hub = hub();
    let id = hub.publish(conversation(1), turn(1));
    assert_eq!(hub.subscribe(conversation(1), Some(id + 2)).resume(), Resume::Restart);
    assert_eq!(hub.subscribe(conversation(1), Some(u64::MAX)).resume(), Resume::Restart);
}

#[test]
fn a_listener_that_falls_behind_is_told_the_turn_anew() {
    let limits = HubLimits { conversation_bytes: 4_096, ..HubLimits::default() };
    let hub = Hub::new(clock(), limits);
    let mut slow = hub.subscribe(conversation(1), None);
    hub.publish(conversation(1), turn(1));
    for _ in 0..1_000 {
        hub.publish(conversation(1), token("x"));
    }
    let heard = heard(&mut slow);
    assert_eq!(events(&heard), [turn(1), token(&"x".repeat(1_000))]);
    assert_eq!(hub.subscribe(conversation(1), Some(heard[1].id)).resume(), Resume::Exact);
}

#[test]
fn a_message_of_the_owner_is_not_lost_when_a_turn_is_told_anew() {
    let hub = hub();
    let ended =
        StreamEvent::Ended { status: widget_core::conversation::ConversationStatus::Completed };
    hub.publish(conversation(1), turn(1));
    hub.publish(conversation(1), ended.clone());
    hub.publish(conversation(1), typing());
    let mut listener = hub.subscribe(conversation(1), Some(7));
    assert_eq!(events(&heard(&mut listener)), [turn(1), ended]);
}

#[test]
fn five_minutes_after_the_last_event_a_conversation_is_forgotten() {
    let clock = clock();
    let hub = Hub::new(clock.clone(), HubLimits::default());
    hub.publish(conversation(1), turn(1));
    let id = hub.publish(conversation(1), done());
    clock.advance(Duration::from_secs(299));
    hub.sweep();
    assert_eq!(hub.subscribe(conversation(1), Some(id)).resume(), Resume::Exact);
    clock.advance(Duration::from_secs(300));
    hub.sweep();
    assert_eq!(hub.conversations(), 0);
    assert_eq!(hub.subscribe(conversation(1), Some(id)).resume(), Resume::Unknown);
}

#[test]
fn a_running_turn_and_a_listener_are_never_forgotten() {
    let clock = clock();
    let hub = Hub::new(clock.clone(), HubLimits::default());
    hub.publish(conversation(1), turn(1));
    let mut listener = hub.subscribe(conversation(2), None);
    clock.advance(Duration::from_secs(3_600));
    hub.sweep();
    assert_eq!(hub.conversations(), 2);
    hub.publish(conversation(2), typing());
    assert_eq!(heard(&mut listener).len(), 1);
}

#[test]
fn the_idlest_go_first_when_there_is_too_much_altogether() {
    let clock = clock();
    let limits = HubLimits { total_bytes: 64 << 10, ..HubLimits::default() };
    let hub = Hub::new(clock.clone(), limits);
    let mut ids = Vec::new();
    for number in 0..100 {
        clock.advance(Duration::from_millis(1));
        hub.publish(conversation(number), turn(1));
        ids.push(hub.publish(conversation(number), done()));
        hub.publish(conversation(number), token(&"x".repeat(1_000)));
    }
    assert!(hub.0.bytes.load(Ordering::Relaxed) <= 64 << 10);
    assert_eq!(hub.subscribe(conversation(0), Some(ids[0])).resume(), Resume::Unknown);
    assert_eq!(hub.subscribe(conversation(99), Some(ids[99])).resume(), Resume::Exact);
}

#[test]
fn nothing_stays_of_a_conversation_nobody_listens_to() {
    let hub = hub();
    drop(hub.subscribe(conversation(1), None));
    assert_eq!(hub.conversations(), 0);
}

#[test]
fn a_turn_can_be_followed_alone_to_its_end() {
    let hub = hub();
    hub.publish(conversation(1), turn(1));
    let mut events_of =
        hub.subscribe_turn(conversation(1), TurnId::from_uuid(Uuid::from_u128(1))).unwrap();
    for event in [token("a"), typing(), done(), turn(5)] {
        hub.publish(conversation(1), event);
    }
    assert_eq!(events(&heard(&mut events_of)), [turn(1), token("a"), done()]);
    let ended = hub.subscribe_turn(conversation(1), TurnId::from_uuid(Uuid::from_u128(1)));
    assert!(ended.is_none());
}

#[test]
fn the_streams_of_a_conversation_that_is_gone_end() {
    let hub = hub();
    let mut listener = hub.subscribe(conversation(1), None);
    hub.publish(conversation(1), typing());
    hub.close(conversation(1));
    assert!(listener.next().now_or_never().flatten().is_some());
    assert_eq!(listener.next().now_or_never(), Some(None));
    assert_eq!(hub.0.bytes.load(Ordering::Relaxed), 0);
}

#[test]
fn who_waits_is_woken_once() {
    struct Counting(Count);
    impl Wake for Counting {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    let hub = hub();
    let woken = Arc::new(Counting(Count::new(0)));
    let waker = Waker::from(Arc::clone(&woken));
    let mut listener = hub.subscribe(conversation(1), None);
    assert_eq!(listener.poll_next_unpin(&mut Context::from_waker(&waker)), Poll::Pending);
    hub.publish(conversation(1), typing());
    hub.publish(conversation(1), typing());
    assert_eq!(woken.0.load(Ordering::Relaxed), 1);
    assert_eq!(heard(&mut listener).len(), 2);
}
