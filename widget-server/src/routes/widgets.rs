//! `/core/web-widgets`, and pausing by the short way.

use super::{CREATED_AFTER, CREATED_BEFORE, CURSOR, LIMIT};
use crate::app::App;
use crate::http::Endpoint;
use crate::http::endpoint::QueryParam;
use crate::install::Report;
use crate::install::api::{self as install, CheckInstallBody};
use crate::store::records::EventCount;
use crate::telemetry::owner_api as events;
use crate::widgets::core_api::{
    self as widgets, IdentitySecretView, MAX_WIDGET_BYTES, NewWidgetBody, WidgetPatchBody,
};
use crate::widgets::simple_api::{self as simple, PauseView};
use crate::widgets::view::WidgetView;
use serde_json::Value;

const WIDGETS: &str = "Web widgets";

/// The rows.
pub(super) fn endpoints() -> Vec<Endpoint<App>> {
    let mut rows = widgets_themselves();
    rows.extend(around_widgets());
    rows
}

fn widgets_themselves() -> Vec<Endpoint<App>> {
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
    ]
}

fn around_widgets() -> Vec<Endpoint<App>> {
    vec![
        Endpoint::post(
            "/core/web-widgets/{id}/identity-secret",
            "create_identity_secret",
            widgets::create_identity_secret,
        )
        .scope("web_widgets:manage")
        .tag(WIDGETS)
        .summary("Make or rotate the secret that signs identities")
        .response::<IdentitySecretView>(201),
        Endpoint::post(
            "/core/web-widgets/{id}/check-install",
            "check_install",
            install::check_install,
        )
        .scope("web_widgets:read")
        .tag(WIDGETS)
        .summary("Say why a widget does not show on a page")
        .description(
            "Reads the page as a visitor's browser would and compares what it says with what \
                 the widget needs: domain, content security policy, snippet, status. What the \
                 page's own scripts do and what a browser blocks is not seen.",
        )
        .body::<CheckInstallBody>()
        .response::<Report>(200),
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
