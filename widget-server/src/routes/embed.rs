//! What pages load: the loader, the files of the build, and pages of our own.

use super::{RUNTIME, WHOLE_ANSWER};
use crate::app::App;
use crate::http::Endpoint;
use crate::install::api as install;
use crate::pages::{self, install as install_page};
use crate::widgets::{embed, hosted};

/// The rows.
pub(super) fn endpoints() -> Vec<Endpoint<App>> {
    vec![
        Endpoint::get("/public/embed/{id}", "get_embed_loader", embed::get_embed_loader)
            .asset()
            .tag(RUNTIME)
            .summary("The loader, as the snippet names it")
            .response_as(200, "text/javascript")
            .problems(&[(404, "widget_not_found")]),
        Endpoint::get("/public/embed/{id}/boot", "get_embed_boot", embed::get_embed_boot)
            .asset()
            .hidden(),
        Endpoint::get("/public/embed/{id}/frame", "get_embed_frame", embed::get_embed_frame)
            .hidden(),
        Endpoint::get("/assets/{*name}", "get_asset", embed::get_asset).asset().hidden(),
        Endpoint::get("/w/{id}", "get_hosted_page", hosted::get_hosted_page).hidden(),
        Endpoint::post("/w/{id}", "post_hosted_page", hosted::post_hosted_page)
            .timeout(WHOLE_ANSWER)
            .hidden(),
        Endpoint::get("/demo", "get_demo", pages::get_demo).hidden(),
        Endpoint::get("/demo/install", "get_demo_install", install_page::get_demo_install).hidden(),
        Endpoint::post("/demo/install", "check_demo_install", install::check_demo_install).hidden(),
        Endpoint::get("/guide/{page}", "get_guide", pages::get_guide).hidden(),
    ]
}
