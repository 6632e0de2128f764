//! Colours and measures of the configuration as custom properties of the element.

use widget_core::colour::Palette;
use widget_core::config::{Document, Shape, V1};

use widget_dom::digits;

/// The properties that are colours, in the order of [`theme`].
const COLOURS: [&str; 14] = [
    "panel",
    "ink",
    "head",
    "head-ink",
    "user",
    "user-ink",
    "agent",
    "agent-ink",
    "fill",
    "fill-ink",
    "accent",
    "link",
    "muted",
    "line",
];
/// The properties that are lengths, in the order of [`theme`].
const LENGTHS: [&str; 5] = ["radius", "width", "height", "size", "y"];

/// The sheet that carries them. Every value is a number or a colour of ours, or was checked here:
/// nothing of the configuration reaches the sheet as it is.
pub(crate) fn theme<D: Document>(config: &V1<D>, palette: &Palette, dark: bool) -> String {
    let mut css = String::from(":host{");
    let colours = [
        palette.panel.background,
        palette.panel.text,
        palette.header.background,
        palette.header.text,
        palette.user_message.background,
        palette.user_message.text,
        palette.agent_message.background,
        palette.agent_message.text,
        palette.controls_button.background,
        palette.controls_button.text,
        palette.accent,
        palette.agent_link,
        palette.muted,
        palette.border,
    ];
    for (name, colour) in COLOURS.iter().zip(colours) {
        put(&mut css, name, &colour.to_hex(), "");
    }
    let (chat, launcher, offset) = (config.chat(), config.trigger(), config.offset());
    let lengths = [chat.radius(), chat.width(), chat.height(), launcher.size(), offset.y()];
    for (name, length) in LENGTHS.iter().zip(lengths) {
        put(&mut css, name, &digits::of(length.unsigned_abs()), "px");
    }
    let round = if config.avatar_shape() == Shape::Circle { "50%" } else { "28%" };
    put(&mut css, "face", round, "");
    if let Some(font) = chat.font().filter(|font| is_font(font)) {
        put(&mut css, "font", &font, "");
    }
    css.push_str(if dark {
        "color-scheme:dark!important}"
    } else {
        "color-scheme:light!important}"
    });
    css
}

fn put(css: &mut String, name: &str, value: &str, unit: &str) {
    for part in ["--aw-", name, ":", value, unit, ";"] {
        css.push_str(part);
    }
}

/// Names, commas and quotes: a list of font families and nothing else.
fn is_font(font: &str) -> bool {
    let mut open = None;
    for byte in font.bytes() {
        match (byte, open) {
            (b'"' | b'\'', None) => open = Some(byte),
            (quote, Some(opened)) if quote == opened => open = None,
            (b' ' | b',' | b'-' | b'_' | b'"' | b'\'' | 128.., _) => {}
            _ if byte.is_ascii_alphanumeric() => {}
            _ => return false,
        }
    }
    open.is_none()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use widget_core::colour::Scheme;

    use super::*;

    fn sheet(config: &serde_json::Value) -> String {
        let config = V1::of(config);
        theme(&config, &config.palette(Scheme::Light), false)
    }

    #[test]
    fn the_defaults_make_a_whole_sheet() {
        let css = sheet(&json!({}));
        assert!(css.contains("--aw-panel:#ffffff;"), "{css}");
        assert!(css.contains("--aw-radius:16px;"), "{css}");
        assert!(css.ends_with("color-scheme:light!important}"), "{css}");
    }

    #[test]
    fn a_font_cannot_bring_in_rules() {
        for font in ["x;}*{display:none", "url(//evil)", "a\"", "x}"] {
            assert!(
                !sheet(&json!({ "v1": { "chat": { "font": font } } })).contains("--aw-font"),
                "{font}"
            );
        }
        let css = sheet(&json!({ "v1": { "chat": { "font": "Inter, 'Open Sans', sans-serif" } } }));
        assert!(css.contains("--aw-font:Inter, 'Open Sans', sans-serif;"), "{css}");
    }
}
