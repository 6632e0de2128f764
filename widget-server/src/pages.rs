//! Our own pages beside the hosted chat: the demo, the install checker and the guide.

use std::sync::Arc;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use widget_core::id::WidgetId;

use crate::app::App;
use crate::first_start::{DEMO_NAME, GUIDE, guide_page};
use crate::http::{Outcome, Problem, Request, response};
use crate::prose::prose;
use crate::random;
use crate::store::StoreResult;
use crate::store::records::{Page, WidgetFilter};

pub mod install;

const STYLE: &str = include_str!("pages/style.css");

/// On a wide window the demo stands beside its widget and the questions above it.
const DEMO: &str = "@media(min-width:77rem){main{margin-inline-start:max(3rem,50% - 40rem)}}";

/// A page with the demo widget on it.
///
/// # Errors
/// 404 where there is no demo widget, or it is not live.
pub async fn get_demo(app: Arc<App>, request: Request) -> Outcome {
    let missing = || Problem::not_found("demo_not_found");
    let id = demo_widget(&app).await?.ok_or_else(missing)?;
    app.served.live(id).await.map_err(|_| missing())?;
    let base = request.base_url();
    let snippet = format!("<script src=\"{base}/public/embed/{id}\" async></script>");
    let content = html! {
        header.hero {
            p.eyebrow { "Demo" }
            h1 { "Ask this page anything." }
            p.lead {
                "The bubble in the corner is the widget. Its agent knows the documentation of this \
                 server and answers from it, with sources. No key, no other service: the answers \
                 are made right here."
            }
            p.try {
                span { "Try: " }
                "“How do I put the widget on my page?” — then reload while the answer is running."
            }
        }
        section.cards {
            (card("One line", "Paste one script tag. The bubble costs a page two kilobytes; nothing is stored or sent before you act."))
            (card("Nothing is lost", "Reload, lose the network, restart the server: the answer goes on, or you are told and can ask again."))
            (card("Yours", "One program, one file. Answers cite their sources; conversations stay on your machine."))
        }
        section {
            h2 { "This is all that was pasted here" }
            pre tabindex="0" { code { (snippet) } }
            p { "Make a widget of your own: " a href=(format!("{base}/guide/getting-started")) { "getting started" } "." }
        }
        section {
            h2 { "Read on" }
            ul.links {
                @for (title, name, _) in GUIDE {
                    li { a href=(format!("{base}/guide/{name}")) { (title) } }
                }
                li { a href=(format!("{base}/demo/install")) { "Why does the widget not show?" } }
                li { a href=(format!("{base}/docs")) { "The HTTP API" } }
                li { a href=(format!("{base}/w/{id}")) { "The same chat as a page of its own" } }
            }
        }
    };
    let loader = format!("{base}/public/embed/{id}");
    Document { title: "Demo", loader: Some(&loader), style: DEMO, ..Document::default() }
        .page(&app, &content)
}

/// A page of the guide; the demo agent's sources lead here.
///
/// # Errors
/// 404.
pub async fn get_guide(app: Arc<App>, request: Request) -> Outcome {
    let name: String = request.param("page")?;
    let (title, text) = guide_page(&name).ok_or_else(|| Problem::not_found("not_found"))?;
    let base = request.base_url();
    let content = html! {
        nav.guide {
            @for (title, other, _) in GUIDE {
                @let current = (other == name).then_some("page");
                a href=(format!("{base}/guide/{other}")) aria-current=[current] { (title) }
            }
        }
        article { (prose(text, &[])) }
    };
    Document { title, ..Document::default() }.page(&app, &content)
}

fn card(title: &str, text: &str) -> Markup {
    html! { div.card { h2 { (title) } p { (text) } } }
}

/// What a page has beside its content.
#[derive(Default)]
struct Document<'a> {
    title: &'a str,
    /// The address of a widget's loader.
    loader: Option<&'a str>,
    /// More style.
    style: &'a str,
    /// Scripts of the page's own, each with its id and what it is told.
    scripts: &'a [Script<'a>],
    /// The one Trusted Types policy that they may make.
    trusted: Option<&'a str>,
}

/// A script in the page.
struct Script<'a> {
    id: &'a str,
    text: &'a str,
    /// `data-base`, `data-widget`, and `data-home` where the caller is at this machine.
    data: (Option<&'a str>, Option<&'a str>, bool),
}

impl Document<'_> {
    fn page(&self, app: &App, content: &Markup) -> Outcome {
        let nonce = random::hex::<16>();
        let document = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) }
                    link rel="icon" href="data:,";
                    style nonce=(nonce) { (PreEscaped(STYLE)) (PreEscaped(self.style)) }
                }
                body {
                    main { (content) }
                    @if let Some(loader) = self.loader { script nonce=(nonce) src=(loader) async {} }
                    @for Script { id, text, data: (base, widget, home) } in self.scripts {
                        script nonce=(nonce) id=(id) data-base=[base] data-widget=[widget]
                            data-home[*home] { (PreEscaped(text)) }
                    }
                }
            }
        };
        let own = app.config.server.public_url.as_ref().map(|url| url.origin()).unwrap_or_default();
        let trusted = self.trusted.unwrap_or("'none'");
        let policy = format!(
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
             script-src 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'nonce-{nonce}'; \
             img-src * data:; connect-src 'self' {own}; frame-src 'self' {own}; \
             require-trusted-types-for 'script'; trusted-types {trusted}"
        );
        Ok(response::cached(response::html(document.into_string(), &policy)?, "no-store"))
    }
}

/// The demo widget, where there is one and it is live.
async fn live_demo(app: &App) -> Option<WidgetId> {
    let id = demo_widget(app).await.ok().flatten()?;
    app.served.live(id).await.ok().map(|_| id)
}

/// The oldest widget that the first start may have made.
async fn demo_widget(app: &App) -> StoreResult<Option<WidgetId>> {
    let Some(organization) = app.store.organizations().await?.into_iter().next() else {
        return Ok(None);
    };
    let mut page = Page { limit: 200, after: None };
    let mut oldest = None;
    loop {
        let filter = WidgetFilter { published: Some(true), ..WidgetFilter::default() };
        let listed = app.store.widgets(organization.id, filter, page).await?;
        let mut named =
            listed.items.iter().filter(|widget| widget.name.as_deref() == Some(DEMO_NAME));
        oldest = named.next_back().map(|widget| widget.id).or(oldest);
        match listed.next {
            Some(next) => page.after = Some(next),
            None => return Ok(oldest),
        }
    }
}
