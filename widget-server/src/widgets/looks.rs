//! The two looks of a widget as style sheets: colours and measures of its configuration as custom
//! properties of the element. They are made here once for each widget, so that no visitor loads the
//! rules they follow from.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use widget_core::colour::{Palette, Scheme};
use widget_core::config::{Position, Shape, V1};

/// The style sheets of the two looks; `theme` says which is shown.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LooksView {
    /// Dark text on a light panel.
    light: String,
    /// Light text on a dark panel.
    dark: String,
}

impl LooksView {
    /// Of a whole `config` object.
    pub(super) fn of(config: &Value) -> Self {
        let v1 = V1::of(config);
        Self { light: sheet(&v1, Scheme::Light), dark: sheet(&v1, Scheme::Dark) }
    }
}

/// The panel hangs from a launcher at the top; else it stands on it.
const BELOW: &str = ".panel{top:calc(var(--aw-size) + 14px + var(--aw-top,0px));bottom:auto}";

/// One look. Every value is a number or a colour of ours, or was checked here: nothing of the
/// configuration reaches the sheet as it is.
fn sheet(v1: &V1<&Value>, scheme: Scheme) -> String {
    let mut css = String::from(":host{");
    let mut put = |name: &str, value: &str| {
        // Writing to a String cannot fail.
        let _ = write!(css, "--aw-{name}:{value};");
    };
    for (name, colour) in colours(&v1.palette(scheme)) {
        put(name, &colour);
    }
    let chat = v1.chat();
    let lengths = [
        ("radius", chat.radius()),
        ("width", chat.width()),
        ("height", chat.height()),
        ("size", v1.trigger().size()),
        ("x", if v1.position() == Position::BottomCenter { 16 } else { v1.offset().x() }),
        ("y", v1.offset().y()),
    ];
    for (name, length) in lengths {
        put(name, &format!("{length}px"));
    }
    put("face", if v1.avatar_shape() == Shape::Circle { "50%" } else { "28%" });
    if let Some(font) = chat.font().filter(|font| is_font(font)) {
        put("font", &font);
    }
    css.push_str(match scheme {
        Scheme::Light => "color-scheme:light!important}",
        Scheme::Dark => "color-scheme:dark!important}",
    });
    if matches!(v1.position(), Position::TopLeft | Position::TopRight) {
        css.push_str(BELOW);
    }
    css
}

fn colours(palette: &Palette) -> [(&'static str, String); 14] {
    [
        ("panel", palette.panel.background),
        ("ink", palette.panel.text),
        ("head", palette.header.background),
        ("head-ink", palette.header.text),
        ("user", palette.user_message.background),
        ("user-ink", palette.user_message.text),
        ("agent", palette.agent_message.background),
        ("agent-ink", palette.agent_message.text),
        ("fill", palette.controls_button.background),
        ("fill-ink", palette.controls_button.text),
        ("accent", palette.accent),
        ("link", palette.agent_link),
        ("muted", palette.muted),
        ("line", palette.border),
    ]
    .map(|(name, colour)| (name, colour.to_hex()))
}

/// Names, commas and quotes: a list of font families and nothing else.
fn is_font(font: &str) -> bool {
    let mut open = None;
    for character in font.chars() {
        match (character, open) {
            ('"' | '\'', None) => open = Some(character),
            (quote, Some(opened)) if quote == opened => open = None,
            (' ' | ',' | '-' | '_' | '"' | '\'', _) => {}
            _ if character.is_ascii_alphanumeric() || !character.is_ascii() => {}
            _ => return false,
        }
    }
    open.is_none()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn light(v1: &Value) -> String {
        LooksView::of(&json!({ "v1": v1 })).light
    }

    #[test]
    fn the_defaults_make_two_whole_sheets() {
        let LooksView { light, dark } = LooksView::of(&json!({}));
        assert!(light.contains("--aw-panel:#ffffff;"), "{light}");
        assert!(light.contains("--aw-radius:16px;"), "{light}");
        assert!(light.ends_with("color-scheme:light!important}"), "{light}");
        assert!(dark.contains("--aw-panel:#16181d;"), "{dark}");
        assert!(dark.ends_with("color-scheme:dark!important}"), "{dark}");
    }

    #[test]
    fn what_is_configured_is_what_is_styled() {
        let css = light(&json!({
            "chat": { "width": 420, "light_mode": { "background_color": { "panel": "#fef3c7" } } },
            "trigger": { "size": 64, "shape": "square" }, "offset": { "y": 8 },
        }));
        for part in [
            "--aw-panel:#fef3c7;",
            "--aw-width:420px;",
            "--aw-size:64px;",
            "--aw-y:8px;",
            "--aw-face:28%;",
        ] {
            assert!(css.contains(part), "{part} in {css}");
        }
    }

    #[test]
    fn the_panel_hangs_from_a_launcher_at_the_top() {
        assert!(light(&json!({ "position": "top-left" })).ends_with(BELOW));
        assert!(!light(&json!({})).contains(".panel"));
    }

    #[test]
    fn a_font_cannot_bring_in_rules() {
        for font in ["x;}*{display:none", "url(//evil)", "a\"", "x}"] {
            assert!(!light(&json!({ "chat": { "font": font } })).contains("--aw-font"), "{font}");
        }
        let css = light(&json!({ "chat": { "font": "Inter, 'Open Sans', Größe" } }));
        assert!(css.contains("--aw-font:Inter, 'Open Sans', Größe;"), "{css}");
    }
}
