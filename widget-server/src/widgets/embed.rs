//! What a page of somebody else's loads: the loader, the frame for pages that let no module run,
//! the files of the build; and our own demo page.

use std::sync::Arc;

use http::HeaderValue;
use http::header::HeaderName;
use maud::{DOCTYPE, html};
use widget_core::id::WidgetId;

use super::boot::Boot;
use super::hosted::{gone, wished};
use super::page_policy::{Ancestors, policy};
use super::public_api::BRIEFLY;
use super::served::{Served, widget_not_found};
use crate::app::App;
use crate::conversations::widget_api::init::language;
use crate::http::{Outcome, Problem, Request, response};
use crate::random;

/// The script that runs the chat as a whole page.
pub(super) const PAGE_SCRIPT: &str = "page.js";
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// The loader of a widget, with its public appearance inside.
///
/// # Errors
/// 404 `widget_not_found`; 503 where the web assets were not built.
pub async fn get_embed_loader(app: Arc<App>, request: Request) -> Outcome {
    let served = live(&app, &request).await?;
    match served.loader() {
        Some(loader) => Ok(response::cached(loader.respond(&request), BRIEFLY)),
        None => Err(not_built(&app)),
    }
}

/// What the loader is told, for a page that has the loader from the npm package.
///
/// # Errors
/// 404 `widget_not_found`; 503 where the web assets were not built.
pub async fn get_embed_boot(app: Arc<App>, request: Request) -> Outcome {
    let served = live(&app, &request).await?;
    match served.boot() {
        Some(boot) => Ok(response::cached(boot.respond(&request), BRIEFLY)),
        None => Err(not_built(&app)),
    }
}

/// The page inside the frame, where the host page refuses WebAssembly; `?lang=` is the language of
/// that page.
///
/// # Errors
/// 404 `widget_not_found`, told to people on a page; 503 where the web assets were not built.
pub async fn get_embed_frame(app: Arc<App>, request: Request) -> Outcome {
    let served = match live(&app, &request).await {
        Ok(served) => served,
        Err(problem) => return gone::told(&app, &request, problem, &Ancestors::Any),
    };
    let base = request.base_url();
    let script = Script::of(&app, &served, &base)?;
    let language = language(&served, wished(&request).as_deref(), &request);
    let nonce = random::hex::<16>();
    let page = html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (served.name()) }
                style nonce=(nonce) { "html,body{height:100%;margin:0}" }
            }
            body {
                script nonce=(nonce) src=(script.src) data-base=(base) data-boot=(script.boot)
                    data-frame="" defer {}
            }
        }
    };
    let policy = policy(&app.config, &nonce, &ancestors(&app, &served));
    let mut answer = response::html(page.into_string(), &policy)?;
    // A page with an embedder policy shows only frames that say so.
    answer.headers_mut().insert(RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
    Ok(response::cached(answer, "no-store"))
}

/// A file of the web build.
///
/// # Errors
/// 404 `asset_not_found`; 503 where nothing was built.
pub async fn get_asset(app: Arc<App>, request: Request) -> Outcome {
    let name: String = request.param("name")?;
    app.assets.respond(&request, &name)
}

async fn live(app: &App, request: &Request) -> Result<Arc<Served>, Problem> {
    let id: WidgetId = request.param("id").map_err(|_| widget_not_found())?;
    app.served.live(id).await
}

fn not_built(app: &App) -> Problem {
    match app.assets.text("loader.js") {
        Err(problem) => problem,
        Ok(_) => Problem::internal("the manifest of the assets names no module"),
    }
}

fn ancestors(app: &App, served: &Served) -> Ancestors {
    let list = served.allow_list();
    if list.is_empty() && !app.config.server.require_domains {
        return Ancestors::Any;
    }
    Ancestors::Only(list.to_strings())
}

/// The script of our own pages, and what it is told.
pub(super) struct Script {
    pub(super) src: String,
    pub(super) boot: String,
}

impl Script {
    /// # Errors
    /// 503 where the web assets were not built.
    pub(super) fn of(app: &App, served: &Served, base: &str) -> Result<Self, Problem> {
        let view = served.view();
        let boot = Boot::of(&view, &app.assets).ok_or_else(|| not_built(app))?;
        Ok(Self { src: format!("{base}/assets/{PAGE_SCRIPT}"), boot: boot.script_json() })
    }
}
