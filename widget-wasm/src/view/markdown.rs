//! Markdown as elements.

use widget_core::markdown::{Align, Flat, Tag};

use super::act::says;
use crate::model::log::{Entry, Stage};
use crate::words::Word;
use widget_dom::digits;
use widget_dom::icon::{self, COPY};
use widget_dom::painter::Painter;
use widget_dom::wording::Wording;

/// Draws an answer, or the beginning of one, whose marks lead to what the message cites.
pub(crate) fn markdown(p: &mut Painter, source: &str, message: Option<&Entry>, words: &Wording) {
    // Which row of a table this is, and whether a block of code is open: it is two elements.
    let (mut row, mut code) = (0, false);
    for (tag, text) in Flat::parse(source).marks() {
        let (name, class) = match tag {
            Tag::Text => {
                p.text(text);
                continue;
            }
            Tag::End => {
                if std::mem::take(&mut code) {
                    p.close();
                }
                p.close();
                continue;
            }
            Tag::Link => {
                link(p, "", text);
                continue;
            }
            Tag::Cite(number) => {
                mark(p, text, number, message);
                continue;
            }
            Tag::Paragraph => ("p", ""),
            // The panel's own title is the second level.
            Tag::Heading(1) => ("h3", ""),
            Tag::Heading(2) => ("h4", ""),
            Tag::Heading(_) => ("h5", ""),
            Tag::List(None) => ("ul", ""),
            Tag::List(Some(_)) => ("ol", ""),
            Tag::Item => ("li", ""),
            Tag::Quote => ("blockquote", ""),
            Tag::CodeBlock => ("div", "code"),
            Tag::Table => ("table", ""),
            Tag::Row => ("tr", ""),
            Tag::Cell(align) => (if row == 1 { "th" } else { "td" }, alignment(align)),
            Tag::Rule => ("hr", ""),
            Tag::Code => ("code", ""),
            Tag::Emphasis => ("em", ""),
            Tag::Strong => ("strong", ""),
            Tag::Strike => ("s", ""),
            Tag::Break => ("br", ""),
        };
        p.open(name, class);
        match tag {
            Tag::List(Some(first)) => drop(p.with("start", &digits::of(first))),
            Tag::Table => row = 0,
            Tag::Row => row += 1,
            Tag::CodeBlock => {
                code = true;
                p.open("div", "cap").line("span", "", text);
                icon::button(p, 0, "tool", COPY, words.say(Word::Copy), says::CODE).close();
                p.close().open("pre", "").with("tabindex", "0");
            }
            Tag::Code => drop(p.text(text).close()),
            Tag::Rule | Tag::Break => drop(p.close()),
            _ => {}
        }
    }
}

/// The mark of a source. That of none is text; while the message is being written, its sources may
/// still come.
fn mark(p: &mut Painter, digits: &str, number: u32, message: Option<&Entry>) {
    let sources = message.map(|message| message.citations.as_slice()).unwrap_or_default();
    let Some(source) = sources.get((number as usize).wrapping_sub(1)) else {
        if message.is_some_and(|message| message.stage == Stage::Live) {
            p.line("sup", "", digits);
        } else {
            p.text("[").text(digits).text("]");
        }
        return;
    };
    p.open("sup", "").with("title", &source.title);
    match source.link() {
        Some(href) => {
            // What is seen is part of the name (WCAG 2.5.3).
            let mut name = String::from(digits);
            name.push_str(": ");
            name.push_str(&source.title);
            link(p, "", href).with("aria-label", &name).text(digits).close();
        }
        None => drop(p.text(digits)),
    }
    p.close();
}

/// Begins a link to somewhere else; the caller closes it.
pub(crate) fn link<'a>(p: &'a mut Painter, class: &str, href: &str) -> &'a mut Painter {
    p.open("a", class)
        .with("href", href)
        .with("target", "_blank")
        .with("rel", "noopener noreferrer nofollow")
}

fn alignment(align: Align) -> &'static str {
    match align {
        Align::Center => "mid",
        Align::Right => "end",
        Align::None | Align::Left => "",
    }
}
