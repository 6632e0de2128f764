//! The files that were sent with a question, as a model is told of them.

use bytes::{Bytes, BytesMut};
use widget_core::attachment::Attached;
use widget_core::id::AttachmentId;
use widget_core::message::Block;

use super::gather::Gathered;
use super::model::SentFile;
use crate::store::{Store, StoreError, StoreResult};

/// Pictures of one request, the newest ones.
const MOST_PICTURES: usize = 6;
/// Their bytes altogether; models take about 20 MB in a request, a third of it lost to base64.
const MOST_BYTES: u64 = 12_000_000;
/// What models that see understand.
const SEEN: [&str; 4] = ["image/png", "image/jpeg", "image/webp", "image/gif"];

impl From<&Attached> for SentFile {
    fn from(file: &Attached) -> Self {
        Self {
            id: file.id,
            name: file.name.clone(),
            media_type: file.media_type.clone(),
            bytes: file.bytes,
            picture: None,
        }
    }
}

/// The files that a message's blocks show.
pub(super) fn of(blocks: &[Block]) -> Vec<SentFile> {
    blocks.iter().filter_map(Attached::of).map(|file| SentFile::from(&file)).collect()
}

/// Adds the pictures themselves, the newest first, as far as they fit.
pub(super) async fn load_pictures(store: &dyn Store, gathered: &mut Gathered) -> StoreResult<()> {
    let (mut left, mut room) = (MOST_PICTURES, MOST_BYTES);
    let before = gathered.history.iter_mut().rev().flat_map(|said| said.files.iter_mut());
    for file in gathered.files.iter_mut().chain(before) {
        if left == 0 {
            break;
        }
        if file.bytes > room || !SEEN.contains(&file.media_type.as_str()) {
            continue;
        }
        file.picture = whole(store, file.id).await?;
        left -= 1;
        room -= file.bytes;
    }
    Ok(())
}

/// All bytes of a file; `None` when it is gone by now.
async fn whole(store: &dyn Store, id: AttachmentId) -> StoreResult<Option<Bytes>> {
    match read(store, id).await {
        Ok(bytes) => Ok(Some(bytes)),
        Err(StoreError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn read(store: &dyn Store, id: AttachmentId) -> StoreResult<Bytes> {
    let file = store.attachment(id).await?;
    let mut bytes = BytesMut::with_capacity(usize::try_from(file.bytes).unwrap_or_default());
    for number in 0..file.pieces {
        bytes.extend_from_slice(&store.attachment_piece(id, number).await?);
    }
    Ok(bytes.freeze())
}
