//! `/core/leads`.

use super::{CREATED_AFTER, CREATED_BEFORE, CURSOR, LIMIT};
use crate::app::App;
use crate::http::Endpoint;
use crate::http::endpoint::QueryParam;
use crate::leads::owner_api::{self as leads, LeadView};

const LEADS: &str = "Leads";

/// The rows.
pub(super) fn endpoints() -> Vec<Endpoint<App>> {
    vec![
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
    ]
}
