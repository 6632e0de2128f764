//! `/core/public/web-widgets`, what browsers call without a token.

use super::{CURSOR, LIMIT, RUNTIME};
use crate::app::App;
use crate::conversations::feedback::{Accepted, FeedbackBody};
use crate::conversations::runtime_api::{
    self as runtime, ListedConversation, StartBody, StartedConversation,
};
use crate::http::Endpoint;
use crate::http::endpoint::QueryParam;
use crate::widgets::public_api;
use crate::widgets::view::PublicWidgetView;

/// The rows.
pub(super) fn endpoints() -> Vec<Endpoint<App>> {
    let mut rows = now();
    rows.extend(before());
    rows
}

/// The widget, and the conversation that goes on.
fn now() -> Vec<Endpoint<App>> {
    vec![
        Endpoint::get(
            "/core/public/web-widgets/{id}",
            "get_public_web_widget",
            public_api::get_public_web_widget,
        )
        .public()
        .tag(RUNTIME)
        .summary("What the embed renders from")
        .query(&[QueryParam::new(
            "lang",
            "string",
            "The language a visitor wants most: adds `first`.",
        )])
        .response::<PublicWidgetView<'_>>(200)
        .problems(&[(403, "origin_forbidden"), (404, "widget_not_found")]),
        Endpoint::post(
            "/core/public/web-widgets/{id}/conversations",
            "start_public_conversation",
            runtime::start_public_conversation,
        )
        .public()
        .tag(RUNTIME)
        .summary("Start a conversation, or resume the one that is named")
        .body::<StartBody>()
        .response::<StartedConversation>(201)
        .response::<StartedConversation>(200)
        .problems(&[
            (403, "origin_forbidden"),
            (403, "identity_invalid"),
            (403, "conversation_forbidden"),
            (404, "widget_not_found"),
            (404, "conversation_not_found"),
            (409, "widget_paused"),
            (409, "conversation_ended"),
            (429, "conversation_limit_reached"),
        ]),
        Endpoint::post(
            "/core/public/web-widgets/{id}/conversations/{conversation_id}/feedback",
            "submit_public_feedback",
            runtime::submit_public_feedback,
        )
        .public()
        .tag(RUNTIME)
        .summary("Submit feedback on a conversation, once")
        .body::<FeedbackBody>()
        .response::<Accepted>(200)
        .problems(&[
            (400, "feedback_not_configured"),
            (400, "feedback_invalid"),
            (403, "conversation_forbidden"),
            (404, "conversation_not_found"),
            (409, "feedback_exists"),
            (413, "feedback_too_large"),
        ]),
    ]
}

/// What was said before.
fn before() -> Vec<Endpoint<App>> {
    vec![
        Endpoint::get(
            "/core/public/web-widgets/{id}/conversations",
            "list_public_conversations",
            runtime::list_public_conversations,
        )
        .public()
        .tag(RUNTIME)
        .summary("List a visitor's conversations")
        .description(
            "Without `user_id` and without `ids` the list is empty: conversations are not \
             enumerable. Messages and metadata are never listed.",
        )
        .query(&[
            QueryParam::new("user_id", "string", "Of this visitor."),
            QueryParam::new("channel", "string", "`WEBRTC`, in any case."),
            QueryParam::new("ids", "string", "Only these, with commas between them."),
            LIMIT,
            CURSOR,
        ])
        .response::<Vec<ListedConversation>>(200)
        .problems(&[(403, "origin_forbidden"), (403, "identity_invalid")]),
        Endpoint::get(
            "/core/public/web-widgets/{id}/conversations/{conversation_id}/transcript",
            "get_public_transcript",
            runtime::get_public_transcript,
        )
        .public()
        .tag(RUNTIME)
        .summary("Read an earlier conversation")
        .description(
            "For who proves to be its visitor: by a guest's id, or by `X-User-Hash` or \
             `X-User-Token`. Also when it has ended. To anybody else no conversation exists.",
        )
        .query(&[
            QueryParam::new("user_id", "string", "The visitor."),
            QueryParam::new("format", "string", "`txt` (default), `md` or `json`."),
        ])
        .response_as(200, "text/plain")
        .problems(&[
            (403, "origin_forbidden"),
            (403, "identity_invalid"),
            (404, "widget_not_found"),
            (404, "conversation_not_found"),
        ]),
    ]
}
