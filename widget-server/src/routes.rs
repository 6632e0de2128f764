//! Every endpoint of the server, in one flat list.
//!
//! The row that routes a request is the row that documents it: `openapi.json` is made from here.

use crate::agents::core_api::{self as agents, AgentBody};
use crate::agents::version_api::{
    self as versions, MAX_VERSION_BYTES, NewVersionBody, VersionBody,
};
use crate::agents::view::{AgentView, VersionView};
use crate::app::App;
use crate::auth::keys_api::{self as keys, KeyBody, KeyView, MintedView};
use crate::config::{Config, PublicUrl};
use crate::conversations::feedback::{Accepted, FeedbackBody};
use crate::conversations::owner_api::{self as owner, HandlerBody, MessageBody};
use crate::conversations::owner_view::{ConversationDetail, ConversationView, OwnerMessage};
use crate::conversations::runtime_api::{
    self as runtime, ListedConversation, StartBody, StartedConversation,
};
use crate::conversations::widget_api::ending::{self, EndedView};
use crate::conversations::widget_api::forms::{self, FormBody, FormView};
use crate::conversations::widget_api::init::{self, InitBody, Initialized};
use crate::conversations::widget_api::marks::{self, RateBody};
use crate::conversations::widget_api::messages::{self, Answer, Kept, SayBody};
use crate::conversations::widget_api::stream::{self, Stopped};
use crate::http::endpoint::QueryParam;
use crate::http::{Endpoint, Problem};
use crate::leads::owner_api::{self as leads, LeadView};
use crate::leads::visitor_api::{self as visitor_leads, LeadBody, LeadTaken};
use crate::store::records::EventCount;
use crate::telemetry::owner_api as events;
use crate::telemetry::visitor_api::{
    self as visitor_events, EventsBody, EventsTaken, MAX_EVENTS_BYTES,
};
use crate::widgets::core_api::{
    self as widgets, IdentitySecretView, MAX_WIDGET_BYTES, NewWidgetBody, WidgetPatchBody,
};
use crate::widgets::simple_api::{self as simple, PauseView};
use crate::widgets::view::WidgetView;
use crate::widgets::{embed, hosted, public_api};
use crate::{health, spec};
use serde_json::Value;
use std::time::Duration;

const LIMIT: QueryParam =
    QueryParam::new("limit", "integer", "Page size, 1 to 200; 50 unless given.");
const CURSOR: QueryParam =
    QueryParam::new("cursor", "string", "`X-Next-Cursor` of the page before.");
const CREATED_AFTER: QueryParam =
    QueryParam::new("created_after", "string", "Made at or after.").format("date-time");
const CREATED_BEFORE: QueryParam =
    QueryParam::new("created_before", "string", "Made at or before.").format("date-time");

const WIDGETS: &str = "Web widgets";
const AGENTS: &str = "Agents";
const CONVERSATIONS: &str = "Conversations";
const LEADS: &str = "Leads";
const KEYS: &str = "Keys";
const RUNTIME: &str = "Public runtime";
const EMBED: &str = "Widget API";

/// A whole answer may take as long as the engine lets it.
const WHOLE_ANSWER: Duration = Duration::from_secs(620);

/// The whole table, with the documents that describe it.
///
/// # Errors
/// An internal problem when the document cannot be written out.
pub fn table(config: &Config) -> Result<Vec<Endpoint<App>>, Problem> {
    let mut table = endpoints();
    let base = config.server.public_url.as_ref().map_or("/", PublicUrl::as_str);
    table.extend(spec::endpoints(&spec::document(&table, base))?);
    Ok(table)
}

/// The OpenAPI document as it is committed.
#[must_use]
pub fn openapi_text() -> String {
    format!("{:#}", spec::document(&endpoints(), "/"))
}

/// Every endpoint that the document describes.
#[must_use]
pub fn endpoints() -> Vec<Endpoint<App>> {
    let mut table = management_of_widgets();
    table.extend(management_of_agents());
    table.extend(management_of_the_rest());
    table.extend(public_runtime());
    table.extend(widget_api());
    table.extend(pages());
    table.extend(health::endpoints());
    table
}

fn management_of_widgets() -> Vec<Endpoint<App>> {
    vec![
        Endpoint::get("/core/web-widgets", "list_web_widgets", widgets::list_web_widgets)
            .scope("web_widgets:read")
            .tag(WIDGETS)
            .summary("List widgets")
            .query(&[
                QueryParam::new("agent_id", "string", "Of this agent.").format("uuid"),
                QueryParam::new("agent_version_id", "string", "Of this version.").format("uuid"),
                QueryParam::new("published", "boolean", "Published or not."),
                CREATED_AFTER,
                CREATED_BEFORE,
                QueryParam::new("updated_after", "string", "Changed at or after.")
                    .format("date-time"),
                QueryParam::new("updated_before", "string", "Changed at or before.")
                    .format("date-time"),
                LIMIT,
                CURSOR,
            ])
            .response::<Vec<WidgetView>>(200),
        Endpoint::post("/core/web-widgets", "create_web_widget", widgets::create_web_widget)
            .scope("web_widgets:manage")
            .tag(WIDGETS)
            .summary("Create a widget")
            .limit(MAX_WIDGET_BYTES)
            .body::<NewWidgetBody>()
            .response::<WidgetView>(201),
        Endpoint::get("/core/web-widgets/{id}", "get_web_widget", widgets::get_web_widget)
            .scope("web_widgets:read")
            .tag(WIDGETS)
            .summary("Get one widget")
            .response::<WidgetView>(200),
        Endpoint::put("/core/web-widgets/{id}", "update_web_widget", widgets::update_web_widget)
            .scope("web_widgets:manage")
            .tag(WIDGETS)
            .summary("Update a widget")
            .description("Fields that are present replace the stored ones whole.")
            .limit(MAX_WIDGET_BYTES)
            .body::<WidgetPatchBody>()
            .response::<WidgetView>(200),
        Endpoint::delete("/core/web-widgets/{id}", "delete_web_widget", widgets::delete_web_widget)
            .scope("web_widgets:manage")
            .tag(WIDGETS)
            .summary("Delete a widget and everything of it but usage")
            .response_empty(204),
        Endpoint::post(
            "/core/web-widgets/{id}/identity-secret",
            "create_identity_secret",
            widgets::create_identity_secret,
        )
        .scope("web_widgets:manage")
        .tag(WIDGETS)
        .summary("Make or rotate the secret that signs identities")
        .response::<IdentitySecretView>(201),
        Endpoint::get(
            "/core/web-widgets/{id}/events",
            "list_widget_events",
            events::list_widget_events,
        )
        .scope("web_widgets:read")
        .tag(WIDGETS)
        .summary("Count a widget's events by name and day")
        .query(&[CREATED_AFTER, CREATED_BEFORE])
        .response::<Vec<EventCount>>(200),
        Endpoint::get(
            "/core/widget-config-schema",
            "get_widget_config_schema",
            widgets::get_widget_config_schema,
        )
        .scope("web_widgets:read")
        .tag(WIDGETS)
        .summary("The JSON Schema of a widget's configuration")
        .response::<Value>(200),
        Endpoint::post("/api/v1/widgets/{id}/pause", "pause_widget", simple::pause_widget)
            .scope("web_widgets:manage")
            .tag(WIDGETS)
            .summary("Pause a widget: it loads, and refuses to start conversations")
            .response::<PauseView>(200),
        Endpoint::post("/api/v1/widgets/{id}/resume", "resume_widget", simple::resume_widget)
            .scope("web_widgets:manage")
            .tag(WIDGETS)
            .summary("End a pause")
            .response::<PauseView>(200),
    ]
}

fn management_of_agents() -> Vec<Endpoint<App>> {
    vec![
        Endpoint::get("/core/agents", "list_agents", agents::list_agents)
            .scope("agents:read")
            .tag(AGENTS)
            .summary("List agents")
            .query(&[LIMIT, CURSOR])
            .response::<Vec<AgentView>>(200),
        Endpoint::post("/core/agents", "create_agent", agents::create_agent)
            .scope("agents:manage")
            .tag(AGENTS)
            .summary("Create an agent")
            .body::<AgentBody>()
            .response::<AgentView>(201),
        Endpoint::get("/core/agents/{id}", "get_agent", agents::get_agent)
            .scope("agents:read")
            .tag(AGENTS)
            .summary("Get one agent")
            .response::<AgentView>(200),
        Endpoint::put("/core/agents/{id}", "update_agent", agents::update_agent)
            .scope("agents:manage")
            .tag(AGENTS)
            .summary("Rename an agent")
            .body::<AgentBody>()
            .response::<AgentView>(200),
        Endpoint::delete("/core/agents/{id}", "delete_agent", agents::delete_agent)
            .scope("agents:manage")
            .tag(AGENTS)
            .summary("Delete an agent with its versions")
            .response_empty(204)
            .problems(&[(409, "agent_in_use")]),
        Endpoint::get(
            "/core/agents/{id}/versions",
            "list_agent_versions",
            versions::list_agent_versions,
        )
        .scope("agents:read")
        .tag(AGENTS)
        .summary("List the versions of an agent")
        .query(&[LIMIT, CURSOR])
        .response::<Vec<VersionView>>(200),
        Endpoint::post(
            "/core/agents/{id}/versions",
            "create_agent_version",
            versions::create_agent_version,
        )
        .scope("agents:manage")
        .tag(AGENTS)
        .summary("Create a draft version")
        .limit(MAX_VERSION_BYTES)
        .body::<NewVersionBody>()
        .response::<VersionView>(201),
        Endpoint::get(
            "/core/agents/{id}/versions/{n}",
            "get_agent_version",
            versions::get_agent_version,
        )
        .scope("agents:read")
        .tag(AGENTS)
        .summary("Get a version by number, or `latest`")
        .response::<VersionView>(200),
        Endpoint::put(
            "/core/agents/{id}/versions/{n}",
            "update_agent_version",
            versions::update_agent_version,
        )
        .scope("agents:manage")
        .tag(AGENTS)
        .summary("Replace the configuration of a draft")
        .limit(MAX_VERSION_BYTES)
        .body::<VersionBody>()
        .response::<VersionView>(200)
        .problems(&[(409, "version_published")]),
        Endpoint::post(
            "/core/agents/{id}/versions/{n}/publish",
            "publish_agent_version",
            versions::publish_agent_version,
        )
        .scope("agents:manage")
        .tag(AGENTS)
        .summary("Publish a version")
        .response::<VersionView>(200),
        Endpoint::get(
            "/core/agent-config-schema",
            "get_agent_config_schema",
            versions::get_agent_config_schema,
        )
        .scope("agents:read")
        .tag(AGENTS)
        .summary("The JSON Schema of a version's configuration")
        .response::<Value>(200),
    ]
}

fn management_of_the_rest() -> Vec<Endpoint<App>> {
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
        Endpoint::get("/core/leads", "list_leads", leads::list_leads)
            .scope("leads:read")
            .tag(LEADS)
            .summary("List leads, as JSON or as CSV")
            .query(&[
                QueryParam::new("agent_id", "string", "Of this agent.").format("uuid"),
                QueryParam::new("widget_id", "string", "From this widget.").format("uuid"),
                QueryParam::new("email", "string", "With this address."),
                CREATED_AFTER,
                CREATED_BEFORE,
                LIMIT,
                CURSOR,
            ])
            .response::<Vec<LeadView>>(200),
        Endpoint::get("/core/leads/{id}", "get_lead", leads::get_lead)
            .scope("leads:read")
            .tag(LEADS)
            .summary("Get one lead")
            .response::<LeadView>(200),
        Endpoint::delete("/core/leads/{id}", "delete_lead", leads::delete_lead)
            .scope("leads:manage")
            .tag(LEADS)
            .summary("Delete a lead")
            .response_empty(204),
        Endpoint::get("/core/api-keys", "list_api_keys", keys::list_api_keys)
            .scope("organization:manage")
            .tag(KEYS)
            .summary("List keys")
            .response::<Vec<KeyView>>(200),
        Endpoint::post("/core/api-keys", "create_api_key", keys::create_api_key)
            .scope("organization:manage")
            .tag(KEYS)
            .summary("Create a key, shown once")
            .body::<KeyBody>()
            .response::<MintedView>(201),
        Endpoint::delete("/core/api-keys/{id}", "revoke_api_key", keys::revoke_api_key)
            .scope("organization:manage")
            .tag(KEYS)
            .summary("Revoke a key")
            .response_empty(204),
    ]
}

fn public_runtime() -> Vec<Endpoint<App>> {
    vec![
        Endpoint::get(
            "/core/public/web-widgets/{id}",
            "get_public_web_widget",
            public_api::get_public_web_widget,
        )
        .public()
        .tag(RUNTIME)
        .summary("What the embed renders from")
        .response::<WidgetView>(200)
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

fn widget_api() -> Vec<Endpoint<App>> {
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

const MESSAGE_PROBLEMS: [(u16, &str); 7] = [
    (404, "message_not_found"),
    (409, "conversation_ended"),
    (409, "turn_running"),
    (409, "agent_answers_in_room"),
    (409, "agent_not_in_room"),
    (429, "conversation_budget_exhausted"),
    (503, "busy"),
];

fn pages() -> Vec<Endpoint<App>> {
    vec![
        Endpoint::get("/public/embed/{id}", "get_embed_loader", embed::get_embed_loader)
            .asset()
            .tag(RUNTIME)
            .summary("The loader, as the snippet names it")
            .response_as(200, "text/javascript")
            .problems(&[(404, "widget_not_found")]),
        Endpoint::get("/public/embed/{id}/frame", "get_embed_frame", embed::get_embed_frame)
            .hidden(),
        Endpoint::get("/assets/{*name}", "get_asset", embed::get_asset).asset().hidden(),
        Endpoint::get("/w/{id}", "get_hosted_page", hosted::get_hosted_page).hidden(),
        Endpoint::post("/w/{id}", "post_hosted_page", hosted::post_hosted_page)
            .timeout(WHOLE_ANSWER)
            .hidden(),
    ]
}
