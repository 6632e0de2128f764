//! Texts as HTML.

/// A text that stands for itself.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

/// The little Markdown that our own descriptions use: paragraphs, `` `code` ``, `**strong**`.
pub(super) fn prose(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    paragraphs.map(|paragraph| format!("<p>{}</p>", inline(paragraph))).collect()
}

pub(super) fn inline(text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(at, part)| match at % 2 {
        0 => strong(part),
        _ => format!("<code>{}</code>", escape(part)),
    });
    parts.collect()
}

fn strong(text: &str) -> String {
    let parts = text.split("**").enumerate().map(|(at, part)| match at % 2 {
        0 => escape(part),
        _ => format!("<strong>{}</strong>", escape(part)),
    });
    parts.collect()
}
