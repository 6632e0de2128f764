//! How a message shows the files that were sent with it.

use super::is_picture;
use crate::config::Document;
use crate::id::AttachmentId;
use crate::message::Block;

/// The `type` of the block that shows a file.
pub const BLOCK: &str = "attachment";

/// A file of a message, as everybody who may see the message sees it: the block
/// `{"type": "attachment", id, name, media_type, bytes, path}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// Its id.
    pub id: AttachmentId,
    /// Its name.
    pub name: String,
    /// What it is.
    pub media_type: String,
    /// How large it is.
    pub bytes: u64,
    /// Where it is read, below the server's address. Whoever knows it may read it.
    pub path: String,
}

impl Attached {
    /// Reads a block; `None` for any other.
    #[must_use]
    pub fn read<D: Document>(block: &Block<D>) -> Option<Self> {
        if block.kind() != BLOCK {
            return None;
        }
        let text = |key| block.raw().get(key)?.text();
        Some(Self {
            id: text("id")?.parse().ok()?,
            name: text("name")?,
            media_type: text("media_type")?,
            // A float that is negative or no number becomes nought.
            bytes: block.raw().get("bytes")?.number()? as u64,
            path: text("path")?,
        })
    }

    /// Whether it may be shown as a picture.
    #[must_use]
    pub fn is_picture(&self) -> bool {
        is_picture(&self.media_type)
    }
}

#[cfg(feature = "json")]
impl From<&Attached> for Block {
    fn from(file: &Attached) -> Self {
        let raw = serde_json::json!({
            "type": BLOCK,
            "id": file.id,
            "name": file.name,
            "media_type": file.media_type,
            "bytes": file.bytes,
            "path": file.path,
        });
        Self { kind: BLOCK.to_owned(), raw }
    }
}

#[cfg(feature = "json")]
impl Attached {
    /// The same block where a server's document has it.
    #[must_use]
    pub fn of(block: &Block) -> Option<Self> {
        Self::read(&Block { kind: block.kind.clone(), raw: &block.raw })
    }
}
