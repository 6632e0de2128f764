//! The style of the launcher: made here once for each widget, so that no page view carries the
//! rules it follows from.

use std::fmt::Write as _;

use serde_json::Value;
use widget_core::colour::{Pair, Scheme};
use widget_core::config::{DisplayMode, Position, Shape, Theme, V1};

/// What holds for every launcher. Forced colours would take its background away, which is all there
/// is of it. The host page's rules never reach these elements, only the host itself.
const PARTS: &str = "\
:host([hidden]),[hidden]{display:none!important}\
button{all:unset;cursor:pointer;pointer-events:auto;forced-color-adjust:none}\
:focus-visible{outline:auto;outline-offset:3px}\
.b{display:flex;align-items:center;gap:10px;box-shadow:0 1px 3px #0003,0 8px 28px -6px #0006}\
i,img{width:26px;height:26px}\
i{border-radius:50% 50% 50% 15%;background:currentColor}\
.p{animation:p 1.6s 9}\
@keyframes p{50%{opacity:.6}}";

/// The questions above the launcher, where the window has room for them: not on a phone, whose page
/// they would cover, and not at a zoom of 400 %.
const QUESTIONS: &str = "\
.s{max-width:260px;padding:9px 14px;border-radius:18px;background:Canvas;color:CanvasText;\
box-shadow:0 0 0 1px #8884,0 8px 28px -6px #0006}\
@media(max-width:480px),(max-height:440px){.s{display:none}}";

/// The launcher's sheet. Everything of the configuration in it is a number or a colour.
pub(super) fn sheet(v1: &V1<&Value>, has_questions: bool) -> String {
    let mut css = host(v1);
    css.push_str(PARTS);
    if has_questions {
        css.push_str(QUESTIONS);
    }
    let launcher = v1.trigger();
    let size = launcher.size();
    let radius = if launcher.shape() == Shape::Square { size * 2 / 7 } else { size };
    let _ =
        write!(css, ".b{{height:{size}px;padding:0 {}px;border-radius:{radius}px;", size / 2 - 13);
    let [light, dark] =
        [Scheme::Light, Scheme::Dark].map(|scheme| v1.palette(scheme).controls_button);
    let (first, other) = match v1.theme() {
        Theme::Dark => (dark, dark),
        Theme::Light => (light, light),
        Theme::System => (light, dark),
    };
    css.push_str(&colours(first));
    css.push('}');
    if other != first {
        let _ = write!(css, "@media(prefers-color-scheme:dark){{.b{{{}}}}}", colours(other));
    }
    css
}

fn colours(pair: Pair) -> String {
    format!("background:{};color:{}", pair.background, pair.text)
}

/// The element in the page. The page's own rules reach it, so each of these is important.
fn host(v1: &V1<&Value>) -> String {
    let scheme = match v1.theme() {
        Theme::Dark => "dark",
        Theme::Light => "light",
        Theme::System => "light dark",
    };
    let bubble = v1.display_mode() == DisplayMode::Fab;
    let (edge, side) = match v1.position() {
        Position::BottomRight => ("bottom", Some("end")),
        Position::BottomLeft => ("bottom", Some("start")),
        Position::BottomCenter => ("bottom", None),
        Position::TopRight => ("top", Some("end")),
        Position::TopLeft => ("top", Some("start")),
    };
    let direction = if edge == "top" { "column-reverse" } else { "column" };
    let align = side.filter(|_| bubble).unwrap_or("center");
    let mut rules = format!(
        "all:initial;color-scheme:{scheme};font:500 15px/1.4 system-ui,sans-serif;\
         display:flex;flex-direction:{direction};align-items:{align};gap:12px;"
    );
    if bubble {
        let (offset, layer) = (v1.offset(), v1.z_index());
        let (x, y) = (offset.x(), offset.y());
        let _ = write!(
            rules,
            "position:fixed;z-index:{layer};{edge}:max({y}px,env(safe-area-inset-{edge}));pointer-events:none;"
        );
        let _ = match side {
            // Beside the notch of a phone on its side. From right to left this is the other notch's
            // room, and phones give both sides the same.
            Some("end") => {
                write!(rules, "inset-inline-end:max({x}px,env(safe-area-inset-right));")
            }
            Some(_) => write!(rules, "inset-inline-start:max({x}px,env(safe-area-inset-left));"),
            None => write!(rules, "left:50%;translate:-50%;"),
        };
    }
    let rules = rules.trim_end_matches(';').replace(';', "!important;");
    format!(":host{{{rules}!important}}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn css(v1: &Value) -> String {
        sheet(&V1::of(&json!({ "v1": v1 })), false)
    }

    #[test]
    fn the_default_launcher_stands_in_the_corner_and_follows_the_visitors_look() {
        let css = css(&json!({}));
        for part in [
            "position:fixed!important",
            "bottom:max(20px,env(safe-area-inset-bottom))!important",
            "inset-inline-end:max(20px,env(safe-area-inset-right))!important",
            "color-scheme:light dark!important",
            ".b{height:56px;padding:0 15px;border-radius:56px;",
        ] {
            assert!(css.contains(part), "{part} in {css}");
        }
        assert!(!css.contains(".s{"), "no rules for what is not there");
    }

    #[test]
    fn what_is_configured_is_what_is_styled() {
        let css = css(&json!({
            "theme": "dark", "position": "top-left", "offset": {"x": 4, "y": 8}, "z_index": 7,
            "trigger": {"size": 70, "shape": "square"}, "primary_color": "#ffee00",
        }));
        for part in [
            "color-scheme:dark!important",
            "top:max(8px,env(safe-area-inset-top))",
            "inset-inline-start:max(4px,env(safe-area-inset-left))",
            "z-index:7!important",
            "column-reverse",
            ".b{height:70px;padding:0 22px;border-radius:20px;",
        ] {
            assert!(css.contains(part), "{part} in {css}");
        }
        assert!(!css.contains("@media"), "one look needs no second rule");
    }

    #[test]
    fn an_inline_launcher_stands_where_the_page_puts_it() {
        let css = css(&json!({"display_mode": "inline"}));
        assert!(!css.contains("position:fixed") && css.contains("align-items:center"), "{css}");
    }

    #[test]
    fn the_text_can_be_read_on_any_colour() {
        for colour in ["#ffee00", "#000000", "#ffffff", "#4f46e5", "#777777"] {
            let config = json!({"v1": {"primary_color": colour, "theme": "light"}});
            let pair = V1::of(&config).palette(Scheme::Light).controls_button;
            assert!(pair.text.contrast(pair.background) >= 4.5, "{colour}");
            assert!(sheet(&V1::of(&config), false).contains(&format!("color:{}}}", pair.text)));
        }
    }
}
