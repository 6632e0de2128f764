//! Colours and measures of the configuration as custom properties of the element.

use widget_core::colour::{Colour, Palette};
use widget_core::config::{Document, Shape, V1};

use crate::digits;

/// The sheet that carries them. Every value is a number or a colour of ours, or was checked here:
/// nothing of the configuration reaches the sheet as it is.
pub(crate) fn theme<D: Document>(config: &V1<D>, palette: &Palette, dark: bool) -> String {
    let mut css = String::from(":host{");
    let mut colour = |name: &str, colour: Colour| put(&mut css, name, &colour.to_hex(), "");
    colour("panel", palette.panel.background);
    colour("ink", palette.panel.text);
    colour("head", palette.header.background);
    colour("head-ink", palette.header.text);
    colour("user", palette.user_message.background);
    colour("user-ink", palette.user_message.text);
    colour("agent", palette.agent_message.background);
    colour("agent-ink", palette.agent_message.text);
    colour("fill", palette.controls_button.background);
    colour("fill-ink", palette.controls_button.text);
    colour("accent", palette.accent);
    colour("link", palette.agent_link);
    colour("muted", palette.muted);
    colour("line", palette.border);
    let (chat, launcher, offset) = (config.chat(), config.trigger(), config.offset());
    let mut length = |name: &str, value: i32| {
        put(&mut css, name, &digits::of(value.unsigned_abs()), "px");
    };
    length("radius", chat.radius());
    length("width", chat.width());
    length("height", chat.height());
    length("size", launcher.size());
    length("y", offset.y());
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
    font.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | ',' | '-' | '_' | '\'' | '"'))
        && font.matches('"').count().is_multiple_of(2)
        && font.matches('\'').count().is_multiple_of(2)
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
