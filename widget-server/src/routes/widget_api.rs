//! `/v1/widget`, what the embedded widget calls.

use super::WHOLE_ANSWER;
use crate::app::App;
use crate::attachments::visitor_api::{self as visitor_files, AttachmentView};
use crate::attachments::{MAX_BYTES, UPLOAD_TIME};
use crate::conversations::feedback::{Accepted, FeedbackBody};
use crate::conversations::widget_api::ending::{self, EndedView};
use crate::conversations::widget_api::forms::{self, FormBody, FormView};
use crate::conversations::widget_api::init::{self, InitBody, Initialized};
use crate::conversations::widget_api::marks::{self, RateBody};
use crate::conversations::widget_api::messages::{self, Answer, Kept};
use crate::conversations::widget_api::say::SayBody;
use crate::conversations::widget_api::stream::{self, Stopped};
use crate::http::Endpoint;
use crate::http::endpoint::QueryParam;
use crate::leads::visitor_api::{self as visitor_leads, LeadBody, LeadTaken};
use crate::telemetry::visitor_api::{
    self as visitor_events, EventsBody, EventsTaken, MAX_EVENTS_BYTES,
};

const EMBED: &str = "Widget API";

const MESSAGE_PROBLEMS: [(u16, &str); 8] = [
    (404, "message_not_found"),
    (409, "conversation_ended"),
    (409, "turn_running"),
    (409, "agent_answers_in_room"),
    (409, "agent_not_in_room"),
    (409, "attachment_not_sendable"),
    (429, "conversation_budget_exhausted"),
    (503, "busy"),
];

/// The rows.
pub(super) fn endpoints() -> Vec<Endpoint<App>> {
    let mut rows = talking();
    rows.extend(files());
    rows.extend(around_it());
    rows.extend(afterwards());
    rows
}

fn talking() -> Vec<Endpoint<App>> {
    vec![
        Endpoint::post("/v1/widget/init", "init_widget", init::init_widget)
            .public()
            .tag(EMBED)
            .summary("Give a visitor a conversation and the token for it")
            .description("Also takes its JSON as `text/plain`, which needs no preflight.")
            .body::<InitBody>()
            .response::<Initialized>(200)
            .problems(&[
                (403, "origin_forbidden"),
                (403, "identity_invalid"),
                (403, "conversation_forbidden"),
                (404, "widget_not_found"),
                (404, "conversation_not_found"),
                (409, "ambiguous_agent"),
                (409, "widget_paused"),
                (409, "conversation_ended"),
                (429, "rate_limited"),
                (429, "conversation_limit_reached"),
            ]),
        Endpoint::post(
            "/v1/widget/messages",
            "create_widget_message",
            messages::create_widget_message,
        )
        .visitor()
        .timeout(WHOLE_ANSWER)
        .tag(EMBED)
        .summary("Say something and wait for the whole answer")
        .body::<SayBody>()
        .response::<Answer>(200)
        .response::<Kept>(202)
        .problems(&MESSAGE_PROBLEMS),
        Endpoint::post(
            "/v1/widget/messages/stream",
            "stream_widget_message",
            messages::stream_widget_message,
        )
        .visitor()
        .tag(EMBED)
        .summary("Say something and read the answer as it comes")
        .body::<SayBody>()
        .response_as(200, "text/event-stream")
        .response::<Kept>(202)
        .problems(&MESSAGE_PROBLEMS),
        Endpoint::get(
            "/v1/widget/stream",
            "stream_widget_conversation",
            stream::stream_widget_conversation,
        )
        .visitor()
        .tag(EMBED)
        .summary("Everything that happens in the conversation")
        .description("Goes on behind the event that the header `Last-Event-ID` names.")
        .response_as(200, "text/event-stream"),
        Endpoint::post("/v1/widget/stop", "stop_widget_turn", stream::stop_widget_turn)
            .visitor()
            .tag(EMBED)
            .summary("Stop the answer that is being written")
            .response::<Stopped>(200),
    ]
}

fn files() -> Vec<Endpoint<App>> {
    vec![
        Endpoint::post(
            "/v1/widget/attachments",
            "upload_widget_attachment",
            visitor_files::upload_widget_attachment,
        )
        .visitor()
        .limit(MAX_BYTES)
        .timeout(UPLOAD_TIME)
        .tag(EMBED)
        .summary("Upload a file, to be sent with a message")
        .description(
            "The body is the file, its type the content type. Types and the largest size are the \
             widget's (`attachments`). What is not named in a message within an hour is forgotten.",
        )
        .query(&[QueryParam::new("name", "string", "The file's name.")])
        .body_file()
        .response::<AttachmentView>(201)
        .problems(&[
            (400, "attachments_not_configured"),
            (400, "attachment_empty"),
            (409, "conversation_ended"),
            (409, "attachments_full"),
            (413, "attachment_too_large"),
            (415, "attachment_type_not_allowed"),
            (415, "attachment_type_mismatch"),
            (429, "rate_limited"),
            (503, "storage_full"),
        ]),
        Endpoint::get(
            "/v1/widget/attachments/{key}",
            "get_widget_attachment",
            visitor_files::get_widget_attachment,
        )
        .public()
        .tag(EMBED)
        .summary("Read a file")
        .description(
            "Pictures may be shown, everything else is to be saved; nothing in it runs. The \
             address is a secret that only those have who may see the message.",
        )
        .response_as(200, "application/octet-stream")
        .problems(&[(404, "attachment_not_found"), (429, "rate_limited")]),
        Endpoint::delete(
            "/v1/widget/attachments/{key}",
            "discard_widget_attachment",
            visitor_files::discard_widget_attachment,
        )
        .visitor()
        .tag(EMBED)
        .summary("Forget a file that was not sent")
        .response_empty(204)
        .problems(&[(404, "attachment_not_found"), (409, "attachment_sent")]),
    ]
}

fn around_it() -> Vec<Endpoint<App>> {
    vec![
        Endpoint::post("/v1/widget/leads", "submit_widget_lead", visitor_leads::submit_widget_lead)
            .visitor()
            .tag(EMBED)
            .summary("Leave an address")
            .body::<LeadBody>()
            .response::<LeadTaken>(201)
            .response::<LeadTaken>(200)
            .problems(&[(429, "rate_limited")]),
        Endpoint::post(
            "/v1/widget/events",
            "record_widget_events",
            visitor_events::record_widget_events,
        )
        .visitor()
        .limit(MAX_EVENTS_BYTES)
        .tag(EMBED)
        .summary("Record what happens around the chat")
        .description(
            "The token may stand in the body, and the body may come as text: \
             `navigator.sendBeacon` can set no header. Before there is a token, `widget_id`.",
        )
        .body::<EventsBody>()
        .response::<EventsTaken>(202)
        .problems(&[(429, "rate_limited"), (503, "telemetry_busy")]),
        Endpoint::post("/v1/widget/forms", "submit_widget_form", forms::submit_widget_form)
            .visitor()
            .tag(EMBED)
            .summary("Submit a form of the widget")
            .body::<FormBody>()
            .response::<FormView>(201)
            .problems(&[(404, "message_not_found"), (409, "conversation_ended")]),
        Endpoint::post("/v1/widget/rating", "rate_widget_message", marks::rate_widget_message)
            .visitor()
            .tag(EMBED)
            .summary("Rate an answer")
            .body::<RateBody>()
            .response_empty(204)
            .problems(&[(404, "message_not_found")]),
        Endpoint::post(
            "/v1/widget/feedback",
            "submit_widget_feedback",
            marks::submit_widget_feedback,
        )
        .visitor()
        .tag(EMBED)
        .summary("Submit feedback on the conversation, once")
        .body::<FeedbackBody>()
        .response::<Accepted>(200)
        .problems(&[
            (400, "feedback_not_configured"),
            (400, "feedback_invalid"),
            (409, "feedback_exists"),
            (413, "feedback_too_large"),
        ]),
    ]
}

fn afterwards() -> Vec<Endpoint<App>> {
    vec![
        Endpoint::post(
            "/v1/widget/conversation/end",
            "end_widget_conversation",
            ending::end_widget_conversation,
        )
        .visitor()
        .tag(EMBED)
        .summary("End the conversation")
        .response::<EndedView>(200),
        Endpoint::get(
            "/v1/widget/transcript",
            "get_widget_transcript",
            ending::get_widget_transcript,
        )
        .visitor()
        .tag(EMBED)
        .summary("Take the conversation along")
        .query(&[QueryParam::new("format", "string", "`txt` (default), `md` or `json`.")])
        .response_as(200, "text/plain"),
        Endpoint::delete("/v1/widget/me", "erase_widget_visitor", ending::erase_widget_visitor)
            .visitor()
            .tag(EMBED)
            .summary("Erase everything that is kept of the visitor")
            .response_empty(204)
            .problems(&[(403, "identity_invalid")]),
    ]
}
