//! `/demo/install`: the install checker for people.

use std::sync::Arc;

use maud::{Markup, html};

use super::{Document, Script, live_demo};
use crate::app::App;
use crate::http::{Outcome, Request};
use crate::install::api::is_at_home;

const STYLE: &str = include_str!("install.css");
/// What runs in a page, here and wherever it is pasted.
const CHECK: &str = include_str!("check.js");
/// What makes this page work.
const SCRIPT: &str = include_str!("install.js");

/// A page on which an owner asks why the widget does not show.
///
/// # Errors
/// None of its own.
pub async fn get_demo_install(app: Arc<App>, request: Request) -> Outcome {
    let base = request.base_url();
    let at_home = is_at_home(&app, &request);
    let widget = live_demo(&app).await.map(|id| id.to_string());
    let content = html! {
        header.hero {
            p.eyebrow { "Install checker" }
            h1 { "Why does the widget not show?" }
            p.lead {
                "Enter the address of the page it should be on. The server reads that page as a \
                 visitor's browser does and says, in plain words, what keeps the widget away and \
                 the exact text that mends it."
            }
        }
        (form(at_home))
        section #results hidden {
            h2 #verdict tabindex="-1" {}
            ul #findings.findings {}
            details #right {
                summary #count {}
                ul #right-findings.findings {}
            }
        }
        (inside(widget.is_some()))
        p.more {
            a href=(format!("{base}/guide/not-showing")) { "The widget does not show" }
            " has all causes on one page. From the command line: "
            code { "widget-server doctor --site https://shop.example" }
        }
    };
    let scripts = [
        Script { id: "inside", text: CHECK, data: (None, None, false) },
        Script { id: "install", text: SCRIPT, data: (Some(&base), widget.as_deref(), at_home) },
    ];
    let title = "Why does the widget not show?";
    // The widget itself would lie on top of what is read here; it comes when it is asked for.
    let document = Document {
        title,
        style: STYLE,
        scripts: &scripts,
        trusted: Some("install"),
        ..Document::default()
    };
    document.page(&app, &content)
}

fn form(at_home: bool) -> Markup {
    let optional = if at_home { " (if the page names none yet)" } else { "" };
    html! {
        form #check.panel autocomplete="off" {
            div.field.wide {
                label for="url" { "Address of the page" }
                input #url name="url" inputmode="url" autocapitalize="none" spellcheck="false"
                    required placeholder="https://shop.example/contact";
            }
            div.field {
                label for="widget" { "Widget" span.soft { (optional) } }
                input #widget name="widget" autocapitalize="none" spellcheck="false"
                    required[!at_home] placeholder="its id, or the whole script tag";
            }
            @if !at_home {
                div.field {
                    label for="key" { "Management key" }
                    input #key name="key" type="password" autocomplete="off" required
                        placeholder="ak_…" aria-describedby="key-note";
                    p.note #key-note {
                        "It needs the scope " code { "web_widgets:read" } ", goes to this server \
                         only and is not kept."
                    }
                }
            }
            div.send { button name="send" { "Check the page" } }
            noscript { p { "This page needs JavaScript. The command line needs none." } }
        }
    }
}

fn inside(has_widget: bool) -> Markup {
    html! {
        section {
            h2 { "Look from inside the page" }
            p {
                "Some things only a browser sees: what a tag manager or a consent banner adds, what \
                 an extension blocks, what lies on top of the widget. Copy the check, open your \
                 page, press F12, choose “Console”, paste, press Enter. It changes nothing on the \
                 page and sends nothing but requests for the widget's own files."
            }
            div.row {
                button #take type="button" { "Copy the check" }
                @if has_widget {
                    button #here.quiet type="button" { "Try it in this page" }
                }
            }
        }
    }
}
