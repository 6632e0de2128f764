//! From a socket into the store, piece by piece: a file is never in memory as a whole.

use bytes::{Bytes, BytesMut};
use http::StatusCode;
use widget_core::attachment::{HEAD_BYTES, Refusal, Rules};
use widget_core::id::{AttachmentId, ConversationId};

use super::refused;
use crate::app::App;
use crate::http::Problem;
use crate::http::incoming::BodyReader;
use crate::random;
use crate::store::records::{
    AttachmentKey, AttachmentRecord, AttachmentRoom, NewAttachment, PIECE_BYTES,
};

/// A file as its sender describes it.
pub(super) struct Described<'a> {
    pub(super) name: &'a str,
    pub(super) media_type: &'a str,
}

/// Takes a file in for a conversation. Of one that is refused or breaks off nothing stays.
///
/// # Errors
/// What the rules refuse; 409 `conversation_ended`, `attachments_full`; 503 `storage_full`; those
/// of reading.
pub(super) async fn take(
    app: &App,
    conversation_id: ConversationId,
    rules: &Rules,
    described: Described<'_>,
    body: BodyReader,
) -> Result<AttachmentRecord, Problem> {
    let mut pieces = Pieces { body, waiting: BytesMut::new(), rules };
    let first = pieces.next().await?.ok_or_else(|| refused(Refusal::Empty))?;
    let head = &first[..first.len().min(HEAD_BYTES)];
    let file = rules.check(described.name, described.media_type, head).map_err(refused)?;
    let now = app.clock.now();
    let new = NewAttachment {
        id: AttachmentId::v7(now, &random::bytes()),
        conversation_id,
        key: AttachmentKey::of(random::bytes()),
        name: file.name,
        media_type: file.media_type,
        now,
    };
    let (id, room) = (new.id, room(app));
    app.store.begin_attachment(new, room).await?;
    if let Err(problem) = fill(app, id, first, pieces, room).await {
        // Where even that fails, the next sweep does it.
        if let Err(error) = app.store.discard_attachment(id).await {
            tracing::debug!(%error, "a file that was not taken is still there");
        }
        return Err(problem);
    }
    Ok(app.store.finish_attachment(id).await?)
}

async fn fill(
    app: &App,
    id: AttachmentId,
    first: Bytes,
    mut pieces: Pieces<'_>,
    room: AttachmentRoom,
) -> Result<(), Problem> {
    let mut next = Some(first);
    while let Some(piece) = next {
        app.store.add_attachment_piece(id, piece, room).await?;
        next = pieces.next().await?;
    }
    Ok(())
}

fn room(app: &App) -> AttachmentRoom {
    let bytes = |megabytes: std::num::NonZeroU32| u64::from(megabytes.get()) * 1_000_000;
    let limits = &app.config.limits;
    AttachmentRoom {
        conversation_bytes: bytes(limits.attachments_mb),
        total_bytes: bytes(limits.attachments_total_mb),
    }
}

/// A body in pieces of the store's size.
struct Pieces<'a> {
    body: BodyReader,
    waiting: BytesMut,
    rules: &'a Rules,
}

impl Pieces<'_> {
    async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        while self.waiting.len() < PIECE_BYTES {
            match self.body.next().await {
                Ok(Some(bytes)) => self.waiting.extend_from_slice(&bytes),
                Ok(None) => break,
                Err(problem) => return Err(too_large(problem, self.rules)),
            }
        }
        let piece = self.waiting.split_to(self.waiting.len().min(PIECE_BYTES));
        Ok((!piece.is_empty()).then(|| piece.freeze()))
    }
}

/// A body over its limit is a file over its limit.
pub(super) fn too_large(problem: Problem, rules: &Rules) -> Problem {
    if problem.status() == StatusCode::PAYLOAD_TOO_LARGE {
        refused(Refusal::TooLarge { max_bytes: rules.max_bytes() })
    } else {
        problem
    }
}
