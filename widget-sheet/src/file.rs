//! A file that was sent with a message.

use widget_core::attachment::is_picture;
use widget_core::config::Document;
use widget_dom::digits;
use widget_dom::icon::{self, PAPER};
use widget_dom::painter::Painter;

use crate::desk::Desk;
use crate::piece::Piece;

/// A file that was sent.
#[derive(Debug)]
pub(crate) struct File {
    name: String,
    /// Where it is.
    url: String,
    /// As people write it.
    size: String,
    picture: bool,
}

impl File {
    pub(crate) fn read(desk: &Desk) -> Self {
        let block = &desk.block;
        let mut url = desk.link.string("base");
        url.push_str(&block.string("path"));
        let bytes = block.get("bytes").and_then(|bytes| bytes.number()).unwrap_or_default();
        Self {
            name: block.string("name"),
            url,
            size: size(bytes as u32),
            picture: is_picture(&block.string("media_type")),
        }
    }
}

impl Piece for File {
    fn draw(&self, p: &mut Painter, _desk: &Desk) {
        p.open("a", if self.picture { "file picture" } else { "file" }).with("href", &self.url);
        p.with("target", "_blank").with("rel", "noopener").with("title", &self.name);
        if self.picture {
            p.open("img", "").with("src", &self.url).with("alt", &self.name);
            p.with("loading", "lazy").close();
        } else {
            icon::icon(p, PAPER);
            p.line("span", "", &self.name).line("small", "", &self.size);
        }
        p.close();
    }
}

/// A size in whole KB, or in MB with one place.
fn size(bytes: u32) -> String {
    let mut text;
    if bytes < 1_000_000 {
        text = digits::of(bytes.div_ceil(1_000));
        text.push_str(" KB");
    } else {
        let tenths = bytes / 100_000;
        text = digits::of(tenths / 10);
        text.push('.');
        digits::push(&mut text, tenths % 10);
        text.push_str(" MB");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_that_people_write() {
        let sizes = [0, 1, 1_000, 1_001, 999_999, 1_000_000, 2_549_999, 12_000_000].map(size);
        let written = ["0 KB", "1 KB", "1 KB", "2 KB", "1000 KB", "1.0 MB", "2.5 MB", "12.0 MB"];
        assert_eq!(sizes, written);
    }
}
