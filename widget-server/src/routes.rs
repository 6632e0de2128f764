//! Every endpoint of the server, one flat list for each face.
//!
//! The row that routes a request is the row that documents it: `openapi.json` is made from here.

use std::time::Duration;

use crate::app::App;
use crate::config::{Config, PublicUrl};
use crate::http::Endpoint;
use crate::http::endpoint::QueryParam;
use crate::{health, spec};

mod agents;
mod conversations;
mod embed;
mod keys;
mod leads;
mod runtime;
mod widget_api;
mod widgets;

const LIMIT: QueryParam =
    QueryParam::new("limit", "integer", "Page size, 1 to 200; 50 unless given.");
const CURSOR: QueryParam =
    QueryParam::new("cursor", "string", "`X-Next-Cursor` of the page before.");
const CREATED_AFTER: QueryParam =
    QueryParam::new("created_after", "string", "Made at or after.").format("date-time");
const CREATED_BEFORE: QueryParam =
    QueryParam::new("created_before", "string", "Made at or before.").format("date-time");

const RUNTIME: &str = "Public runtime";

/// A whole answer may take as long as the engine lets it.
const WHOLE_ANSWER: Duration = Duration::from_secs(620);

/// The whole table, with the documents that describe it.
#[must_use]
pub fn table(config: &Config) -> Vec<Endpoint<App>> {
    let mut table = endpoints();
    let base = config.server.public_url.as_ref().map_or("/", PublicUrl::as_str).to_owned();
    table.extend(spec::endpoints(move || spec::document(&endpoints(), &base)));
    table
}

/// The OpenAPI document as it is committed.
#[must_use]
pub fn openapi_text() -> String {
    format!("{:#}", spec::document(&endpoints(), "/"))
}

/// Every endpoint that the document describes.
#[must_use]
pub fn endpoints() -> Vec<Endpoint<App>> {
    [
        widgets::endpoints(),
        agents::endpoints(),
        conversations::endpoints(),
        leads::endpoints(),
        keys::endpoints(),
        runtime::endpoints(),
        widget_api::endpoints(),
        embed::endpoints(),
        health::endpoints(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
