//! `/core/conversations/{id}/attachments`: visitors' files, for the owner.

use std::sync::Arc;

use widget_core::id::{AttachmentId, ConversationId};

use super::{missing, not_found, serving};
use crate::app::App;
use crate::auth::caller;
use crate::http::{Outcome, Request};

/// Hands out a file of a conversation.
///
/// # Errors
/// 404.
pub async fn get_conversation_attachment(app: Arc<App>, request: Request) -> Outcome {
    let caller = caller(&app, &request).await?;
    let conversation: ConversationId = request.param("id")?;
    let id: AttachmentId = request.param("attachment_id")?;
    let file = app.store.attachment(id).await.map_err(missing)?;
    if file.organization_id != caller.organization_id || file.conversation_id != conversation {
        return Err(not_found());
    }
    serving::respond(&app.store, &file)
}
