//! Files that visitors send.

use std::fmt;
use std::str::FromStr;

use widget_core::attachment::Attached;
use widget_core::id::{AttachmentId, ConversationId, MessageId, OrganizationId, WidgetId};
use widget_core::time::Timestamp;

/// The most bytes of one piece of a file: as much as one write may hold up others.
pub const PIECE_BYTES: usize = 256 * 1024;

/// The unguessable name under which a file is read: 128 random bits. Whoever knows it may read the
/// file, so it is no part of any log: `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct AttachmentKey(String);

/// A text that is no such name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a file")]
pub struct NoAttachmentKey;

impl AttachmentKey {
    /// Makes one of random bits.
    #[must_use]
    pub fn of(random: [u8; 16]) -> Self {
        Self(uuid::Uuid::from_bytes(random).simple().to_string())
    }

    /// As it stands in an address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AttachmentKey {
    type Err = NoAttachmentKey;

    fn from_str(text: &str) -> Result<Self, NoAttachmentKey> {
        let digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() == 32 && text.bytes().all(digit) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NoAttachmentKey)
        }
    }
}

impl fmt::Debug for AttachmentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AttachmentKey(…)")
    }
}

/// A file that begins to come.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAttachment {
    /// Its id.
    pub id: AttachmentId,
    /// The conversation it is for.
    pub conversation_id: ConversationId,
    /// Its unguessable name.
    pub key: AttachmentKey,
    /// Its name.
    pub name: String,
    /// What it is.
    pub media_type: String,
    /// Now.
    pub now: Timestamp,
}

/// How much room there is for files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttachmentRoom {
    /// Bytes of one conversation's files, sent or not.
    pub conversation_bytes: u64,
    /// Bytes of all files.
    pub total_bytes: u64,
}

/// A file that is there as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct AttachmentRecord {
    /// Its id.
    pub id: AttachmentId,
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// The widget of that conversation.
    pub widget_id: WidgetId,
    /// The owner of that conversation.
    pub organization_id: OrganizationId,
    /// The message it was sent with; `None` as long as it was not.
    pub message_id: Option<MessageId>,
    /// Its unguessable name.
    pub key: AttachmentKey,
    /// Its name.
    pub name: String,
    /// What it is.
    pub media_type: String,
    /// How large it is.
    pub bytes: u64,
    /// In how many pieces it lies.
    pub pieces: u32,
    /// When it came.
    pub created_at: Timestamp,
}

impl AttachmentRecord {
    /// The file as messages show it.
    #[must_use]
    pub fn shown(&self) -> Attached {
        Attached {
            id: self.id,
            name: self.name.clone(),
            media_type: self.media_type.clone(),
            bytes: self.bytes,
            path: format!("/v1/widget/attachments/{}", self.key.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back_and_not_shown_in_logs() {
        let key = AttachmentKey::of([0xab; 16]);
        assert_eq!(key.as_str().parse(), Ok(key.clone()));
        assert!(!format!("{key:?}").contains("ab"));
        for wrong in ["", "abc", &"AB".repeat(16), &"ab".repeat(17), &"é".repeat(16)] {
            assert_eq!(wrong.parse::<AttachmentKey>(), Err(NoAttachmentKey), "{wrong}");
        }
    }
}
