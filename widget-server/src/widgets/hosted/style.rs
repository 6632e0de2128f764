//! The look of the hosted page: the widget's own colours, light and dark.

use std::fmt::Write as _;

use serde_json::Value;
use widget_core::colour::{Palette, Scheme};
use widget_core::config::{Theme, V1};

const RULES: &str = "
*{box-sizing:border-box}
html{height:100%}
body{margin:0;min-height:100%;display:flex;flex-direction:column;font:16px/1.5 system-ui,sans-serif;
background:var(--panel);color:var(--text)}
html[data-chat=on] main,html[data-chat=on] header{display:none}
header{background:var(--header);color:var(--header-text);padding:14px max(20px,50% - 360px);display:flex;gap:12px;
align-items:center}
header img{width:40px;height:40px;border-radius:50%;object-fit:cover}
h1{font-size:1.1rem;margin:0}
header p{margin:0;font-size:.9rem;opacity:.85}
main{flex:1;width:100%;max-width:760px;margin:0 auto;padding:20px;display:flex;flex-direction:column;
gap:16px}
main>h2,main>p{margin:0}
.alone{min-height:100vh;justify-content:center;text-align:center}
ol.messages{list-style:none;margin:0;padding:0;display:flex;flex-direction:column;gap:12px}
ol.messages>li{max-width:85%;padding:10px 14px;border-radius:16px;overflow-wrap:anywhere}
li.agent{background:var(--agent);color:var(--agent-text);align-self:flex-start}
li.user{background:var(--user);color:var(--user-text);align-self:flex-end;white-space:pre-wrap}
li.system{align-self:center;color:var(--muted);font-size:.9rem;padding:0}
.messages :is(li,p,h3,h4,h5,td,th),header :is(h1,p),.sources a,textarea:not(:placeholder-shown){unicode-bidi:plaintext}
li.agent>:first-child{margin-top:0}
li.agent>:last-child{margin-bottom:0}
li.agent a{color:var(--link)}
li.agent pre{overflow-x:auto}
li.agent table{border-collapse:collapse}
li.agent td,li.agent th{border:1px solid var(--border);padding:4px 8px;text-align:start}
ol.sources{padding-inline-start:1.6em;margin:8px 0 0;font-size:.85rem}
sup{margin-inline-start:3px;font-size:.75em;line-height:1;font-weight:600}
form{display:flex;flex-direction:column;gap:12px;margin-top:auto}
textarea,input:not([type=checkbox]):not([type=radio]),select{width:100%;font:inherit;color:inherit;
background:transparent;border:1px solid var(--border);border-radius:12px;padding:10px 12px}
button{font:inherit;border:1px solid transparent;border-radius:12px;padding:9px 17px;cursor:pointer;
background:var(--control);color:var(--control-text)}
button.quiet{background:transparent;color:inherit;border:1px solid var(--border)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.row{display:flex;gap:12px;flex-wrap:wrap;align-items:center}
.field{margin:0;border:0;padding:0;display:flex;flex-direction:column;gap:4px}
.choice{display:inline-block;margin-inline-end:12px}
.note,small{color:var(--muted);font-size:.9rem;margin:0}
.note a{color:inherit}
.wrong{font-weight:600}
.wrong::before{content:'⚠ '}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
";

/// The whole style sheet of a widget's page.
pub(super) fn style(v1: &V1<&Value>) -> String {
    let (light, dark) = (variables(v1, Scheme::Light), variables(v1, Scheme::Dark));
    let colours = match v1.theme() {
        Theme::Light => format!(":root{{color-scheme:light;{light}}}"),
        Theme::Dark => format!(":root{{color-scheme:dark;{dark}}}"),
        Theme::System => format!(
            ":root{{color-scheme:light dark;{light}}}\
             @media(prefers-color-scheme:dark){{:root{{{dark}}}}}"
        ),
    };
    colours + RULES
}

fn variables(v1: &V1<&Value>, scheme: Scheme) -> String {
    let Palette {
        panel,
        header,
        user_message,
        agent_message,
        controls_button,
        accent,
        agent_link,
        muted,
        border,
        ..
    } = v1.palette(scheme);
    let mut css = String::new();
    let named = [
        ("panel", panel.background),
        ("text", panel.text),
        ("header", header.background),
        ("header-text", header.text),
        ("user", user_message.background),
        ("user-text", user_message.text),
        ("agent", agent_message.background),
        ("agent-text", agent_message.text),
        ("control", controls_button.background),
        ("control-text", controls_button.text),
        ("accent", accent),
        ("link", agent_link),
        ("muted", muted),
        ("border", border),
    ];
    for (name, colour) in named {
        // Writing to a String cannot fail; a colour is hexadecimal digits and nothing else.
        let _ = write!(css, "--{name}:{colour};");
    }
    css
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_look_follows_the_theme() {
        let of = |theme: &str| style(&V1::of(&json!({ "v1": { "theme": theme } })));
        assert!(of("light").starts_with(":root{color-scheme:light;"));
        assert!(of("dark").starts_with(":root{color-scheme:dark;"));
        assert!(of("system").contains("@media(prefers-color-scheme:dark){:root{"));
    }

    #[test]
    fn nothing_of_a_configuration_can_leave_the_style_sheet() {
        let config = json!({ "v1": { "primary_color": "red;}</style><script>" } });
        assert!(!style(&V1::of(&config)).contains('<'));
    }
}
