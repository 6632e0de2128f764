//! `/core/conversations`.

use super::{CREATED_AFTER, CREATED_BEFORE, CURSOR, LIMIT};
use crate::app::App;
use crate::attachments::owner_api::get_conversation_attachment;
use crate::conversations::owner_api::{self as owner, HandlerBody, MessageBody};
use crate::conversations::owner_view::{ConversationDetail, ConversationView, OwnerMessage};
use crate::http::Endpoint;
use crate::http::endpoint::QueryParam;

const CONVERSATIONS: &str = "Conversations";

/// The rows.
pub(super) fn endpoints() -> Vec<Endpoint<App>> {
    vec![
        Endpoint::get("/core/conversations", "list_conversations", owner::list_conversations)
            .scope("conversations:read")
            .tag(CONVERSATIONS)
            .summary("List conversations")
            .query(&[
                QueryParam::new("widget_id", "string", "Of this widget.").format("uuid"),
                QueryParam::new("agent_id", "string", "Of this agent.").format("uuid"),
                QueryParam::new("status", "string", "In this status."),
                QueryParam::new("channel", "string", "`WEBRTC`, in any case."),
                QueryParam::new("user_id", "string", "Of this visitor."),
                CREATED_AFTER,
                CREATED_BEFORE,
                LIMIT,
                CURSOR,
            ])
            .response::<Vec<ConversationView>>(200),
        Endpoint::get("/core/conversations/{id}", "get_conversation", owner::get_conversation)
            .scope("conversations:read")
            .tag(CONVERSATIONS)
            .summary("Get one conversation with its messages, feedback and usage")
            .response::<ConversationDetail>(200),
        Endpoint::delete(
            "/core/conversations/{id}",
            "delete_conversation",
            owner::delete_conversation,
        )
        .scope("conversations:manage")
        .tag(CONVERSATIONS)
        .summary("Delete a conversation")
        .response_empty(204),
        Endpoint::get(
            "/core/conversations/{id}/transcript",
            "get_conversation_transcript",
            owner::get_conversation_transcript,
        )
        .scope("conversations:read")
        .tag(CONVERSATIONS)
        .summary("Download the transcript")
        .query(&[QueryParam::new("format", "string", "`txt` (default), `md` or `json`.")])
        .response_as(200, "text/plain"),
        Endpoint::get(
            "/core/conversations/{id}/attachments/{attachment_id}",
            "get_conversation_attachment",
            get_conversation_attachment,
        )
        .scope("conversations:read")
        .tag(CONVERSATIONS)
        .summary("Read a file that the visitor has sent")
        .response_as(200, "application/octet-stream")
        .problems(&[(404, "attachment_not_found")]),
        Endpoint::post(
            "/core/conversations/{id}/messages",
            "create_conversation_message",
            owner::create_conversation_message,
        )
        .scope("conversations:manage")
        .tag(CONVERSATIONS)
        .summary("Speak into a conversation")
        .body::<MessageBody>()
        .response::<OwnerMessage>(201)
        .problems(&[(409, "conversation_ended")]),
        Endpoint::post(
            "/core/conversations/{id}/handler",
            "set_conversation_handler",
            owner::set_conversation_handler,
        )
        .scope("conversations:manage")
        .tag(CONVERSATIONS)
        .summary("Hand a conversation to a person, or back to the agent")
        .body::<HandlerBody>()
        .response::<ConversationView>(200),
    ]
}
