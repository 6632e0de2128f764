//! Files that visitors send.

use std::sync::Arc;

use bytes::Bytes;
use uuid::Uuid;
use widget_core::conversation::ConversationStatus;
use widget_core::id::{AttachmentId, ConversationId};

use super::scene::{
    HOUR, NOW, Scene, assert_not_found, assert_refused, message, turn, turn_with_id, visitor,
};
use crate::store::records::{
    AttachmentKey, AttachmentRecord, AttachmentRoom, Begun, ConversationChange, NewAttachment,
    NewMessage, NewTurn, PIECE_BYTES, Question, Refusal,
};
use crate::store::{Store, StoreResult};

rules![
    a_file_comes_back_as_it_was_sent,
    a_file_that_is_not_whole_is_neither_read_nor_sent,
    a_file_is_sent_once_and_in_its_own_conversation,
    a_question_takes_its_files_along,
    the_files_of_a_conversation_have_so_much_room,
    all_files_have_so_much_room,
    an_ended_conversation_takes_no_file,
    only_what_was_not_sent_is_discarded,
    files_go_with_their_conversation_and_their_visitor,
    files_that_are_not_sent_go_after_an_hour,
];

const AMPLE: AttachmentRoom = AttachmentRoom { conversation_bytes: 1 << 20, total_bytes: 1 << 30 };

fn new(conversation_id: ConversationId) -> NewAttachment {
    let id = Uuid::now_v7();
    NewAttachment {
        id: AttachmentId::from_uuid(id),
        conversation_id,
        key: AttachmentKey::of(Uuid::now_v7().into_bytes()),
        name: "Kätzchen.png".to_owned(),
        media_type: "image/png".to_owned(),
        now: NOW,
    }
}

/// Puts a file of so many bytes into a conversation.
async fn put(
    scene: &Scene,
    conversation: ConversationId,
    bytes: usize,
    room: AttachmentRoom,
) -> StoreResult<AttachmentRecord> {
    let new = new(conversation);
    let id = new.id;
    scene.store.begin_attachment(new, room).await?;
    scene.store.add_attachment_piece(id, Bytes::from(vec![7; bytes]), room).await?;
    scene.store.finish_attachment(id).await
}

async fn file(scene: &Scene, conversation: ConversationId) -> AttachmentRecord {
    put(scene, conversation, 100, AMPLE).await.unwrap()
}

fn with(conversation: ConversationId, files: &[AttachmentId]) -> NewMessage {
    NewMessage { attachments: files.to_vec(), ..message(conversation, "look") }
}

async fn a_file_comes_back_as_it_was_sent(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let new = new(conversation);
    let (id, key) = (new.id, new.key.clone());
    scene.store.begin_attachment(new.clone(), AMPLE).await.unwrap();
    let pieces = [Bytes::from(vec![1; PIECE_BYTES]), Bytes::from_static(b"the end")];
    for piece in &pieces {
        scene.store.add_attachment_piece(id, piece.clone(), AMPLE).await.unwrap();
    }
    let kept = scene.store.finish_attachment(id).await.unwrap();
    assert_eq!((kept.bytes, kept.pieces), (PIECE_BYTES as u64 + 7, 2));
    assert_eq!((&kept.name, &kept.media_type), (&new.name, &new.media_type));
    assert_eq!((kept.conversation_id, kept.message_id), (conversation, None));
    assert_eq!((kept.widget_id, kept.organization_id), (scene.widget.id, scene.organization.id));
    assert_eq!((kept.created_at, &kept.key), (NOW, &key));
    assert_eq!(scene.store.attachment(id).await.unwrap(), kept);
    assert_eq!(scene.store.attachment_by_key(key).await.unwrap(), kept);
    for (number, piece) in (0..).zip(&pieces) {
        assert_eq!(scene.store.attachment_piece(id, number).await.unwrap(), piece);
    }
    assert_not_found(scene.store.attachment_piece(id, 2).await);
    let late = scene.store.add_attachment_piece(id, Bytes::from_static(b"more"), AMPLE).await;
    assert_not_found(late);
    assert_not_found(scene.store.attachment_by_key(AttachmentKey::of([0; 16])).await);
    assert_not_found(scene.store.attachment(AttachmentId::from_uuid(Uuid::now_v7())).await);
}

async fn a_file_that_is_not_whole_is_neither_read_nor_sent(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let new = new(conversation);
    let (id, key) = (new.id, new.key.clone());
    scene.store.begin_attachment(new, AMPLE).await.unwrap();
    scene.store.add_attachment_piece(id, Bytes::from_static(b"half"), AMPLE).await.unwrap();
    assert_not_found(scene.store.attachment(id).await);
    assert_not_found(scene.store.attachment_by_key(key).await);
    let sent = scene.store.append_message(with(conversation, &[id])).await;
    assert_refused(sent, &Refusal::NotAttachable);
    scene.store.discard_attachment(id).await.unwrap();
    assert_not_found(scene.store.attachment_piece(id, 0).await);
    assert_not_found(scene.store.finish_attachment(id).await);
}

async fn a_file_is_sent_once_and_in_its_own_conversation(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let (one, other) = (scene.conversation("ada").await, scene.conversation("ada").await);
    let (first, second) = (file(&scene, one).await, file(&scene, one).await);
    let elsewhere = scene.store.append_message(with(other, &[first.id])).await;
    assert_refused(elsewhere, &Refusal::NotAttachable);
    let sent = scene.store.append_message(with(one, &[first.id])).await.unwrap().message;
    assert_eq!(scene.store.attachment(first.id).await.unwrap().message_id, Some(sent.id));
    // Nothing of a message is kept whose files cannot all be sent.
    let again = scene.store.append_message(with(one, &[second.id, first.id])).await;
    assert_refused(again, &Refusal::NotAttachable);
    assert_eq!(scene.store.attachment(second.id).await.unwrap().message_id, None);
    assert_eq!(scene.said(one).await, ["look"]);
    assert_eq!(scene.said(other).await, [""; 0]);
}

async fn a_question_takes_its_files_along(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let kept = file(&scene, conversation).await;
    let ask = |id: &str| {
        let mut new: NewTurn = turn_with_id(conversation, "look", id);
        if let Question::Message { attachments, blocks, .. } = &mut new.question {
            *attachments = vec![kept.id];
            *blocks = vec![(&kept.shown()).into()];
        }
        new
    };
    let Begun::Started { question, .. } = scene.store.begin_turn(ask("c1")).await.unwrap() else {
        panic!("not started");
    };
    assert_eq!(scene.store.attachment(kept.id).await.unwrap().message_id, Some(question.id));
    let shown = scene.store.message(question.id).await.unwrap().blocks;
    assert_eq!(shown, [(&kept.shown()).into()]);
    // The same question again is the same question.
    let again = scene.store.begin_turn(ask("c1")).await.unwrap();
    assert!(matches!(again, Begun::Running(_)), "{again:?}");
}

async fn the_files_of_a_conversation_have_so_much_room(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let room = AttachmentRoom { conversation_bytes: 250, ..AMPLE };
    let first = put(&scene, conversation, 100, room).await.unwrap();
    put(&scene, conversation, 100, room).await.unwrap();
    let more = put(&scene, conversation, 51, room).await;
    assert_refused(more, &Refusal::ConversationFull);
    put(&scene, conversation, 50, room).await.unwrap();
    let more = scene.store.begin_attachment(new(conversation), room).await;
    assert_refused(more, &Refusal::ConversationFull);
    let other = scene.conversation("ada").await;
    put(&scene, other, 250, room).await.unwrap();
    scene.store.discard_attachment(first.id).await.unwrap();
    put(&scene, conversation, 100, room).await.unwrap();
}

async fn all_files_have_so_much_room(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let (one, other) = (scene.conversation("ada").await, scene.conversation("bob").await);
    let room = AttachmentRoom { total_bytes: 100, ..AMPLE };
    put(&scene, one, 100, room).await.unwrap();
    assert_refused(put(&scene, other, 1, room).await, &Refusal::StorageFull);
    scene.store.delete_conversation(one).await.unwrap();
    put(&scene, other, 1, room).await.unwrap();
}

async fn an_ended_conversation_takes_no_file(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let ended = ConversationChange {
        status: Some(ConversationStatus::Completed),
        ..ConversationChange::default()
    };
    scene.store.update_conversation(conversation, ended, NOW).await.unwrap();
    let late = scene.store.begin_attachment(new(conversation), AMPLE).await;
    assert_refused(late, &Refusal::Ended);
    let unknown = new(ConversationId::from_uuid(Uuid::now_v7()));
    assert_not_found(scene.store.begin_attachment(unknown, AMPLE).await);
}

async fn only_what_was_not_sent_is_discarded(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let (sent, waiting) = (file(&scene, conversation).await, file(&scene, conversation).await);
    scene.store.append_message(with(conversation, &[sent.id])).await.unwrap();
    assert_refused(scene.store.discard_attachment(sent.id).await, &Refusal::InUse);
    scene.store.attachment_piece(sent.id, 0).await.unwrap();
    scene.store.discard_attachment(waiting.id).await.unwrap();
    assert_not_found(scene.store.attachment(waiting.id).await);
    assert_not_found(scene.store.attachment_piece(waiting.id, 0).await);
    assert_not_found(scene.store.discard_attachment(waiting.id).await);
}

async fn files_go_with_their_conversation_and_their_visitor(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let (one, two) = (scene.conversation("ada").await, scene.conversation("ada").await);
    let bobs = file(&scene, scene.conversation("bob").await).await;
    let (sent, waiting) = (file(&scene, one).await, file(&scene, one).await);
    let other = file(&scene, two).await;
    let mut asked = turn(two, "look");
    if let Question::Message { attachments, .. } = &mut asked.question {
        *attachments = vec![other.id];
    }
    scene.start(asked).await;
    scene.store.append_message(with(one, &[sent.id])).await.unwrap();
    scene.store.delete_conversation(one).await.unwrap();
    for gone in [sent, waiting] {
        assert_not_found(scene.store.attachment(gone.id).await);
        assert_not_found(scene.store.attachment_by_key(gone.key).await);
        assert_not_found(scene.store.attachment_piece(gone.id, 0).await);
    }
    scene.store.erase_visitor(scene.widget.id, visitor("ada")).await.unwrap();
    assert_not_found(scene.store.attachment_piece(other.id, 0).await);
    scene.store.attachment_piece(bobs.id, 0).await.unwrap();
    scene.store.delete_widget(scene.organization.id, scene.widget.id, None).await.unwrap();
    assert_not_found(scene.store.attachment_piece(bobs.id, 0).await);
}

async fn files_that_are_not_sent_go_after_an_hour(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let (sent, waiting) = (file(&scene, conversation).await, file(&scene, conversation).await);
    let half = new(conversation);
    scene.store.begin_attachment(half.clone(), AMPLE).await.unwrap();
    scene.store.append_message(with(conversation, &[sent.id])).await.unwrap();
    assert_eq!(scene.store.sweep(NOW.plus_ms(HOUR - 1)).await.unwrap(), 0);
    assert_eq!(scene.store.sweep(NOW.plus_ms(HOUR)).await.unwrap(), 2);
    assert_not_found(scene.store.attachment_piece(waiting.id, 0).await);
    assert_not_found(scene.store.finish_attachment(half.id).await);
    scene.store.attachment_piece(sent.id, 0).await.unwrap();
}
