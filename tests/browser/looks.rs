//! Pictures of the widget in its states, for people to look at: `cargo xtask screenshots`.
//!
//! Without `WIDGET_SCREENSHOTS` (a folder) nothing is painted to disk; the states are still walked
//! through once, so that this stays true.

use std::path::PathBuf;

use serde_json::json;
use widget_tests::browser::Look;

use crate::house::{House, part};

const LOOKS: [(&str, Look); 4] = [
    ("light", Look::LIGHT),
    ("dark", Look::DARK),
    ("light-phone", Look::LIGHT_PHONE),
    ("dark-phone", Look::DARK_PHONE),
];

#[tokio::test]
async fn every_state_is_worth_looking_at() {
    let folder = std::env::var_os("WIDGET_SCREENSHOTS").map(PathBuf::from);
    let looks = if folder.is_some() { &LOOKS[..] } else { &LOOKS[..1] };
    for (name, look) in looks {
        let house = House::with(json!({
            "primary_color": "#4f46e5",
            "intro_title": "Ask about the shop",
            "intro_subtitle": "Answers come with their sources.",
            "suggested_questions": ["When are you open?", "Where do I find you?"],
            "chat": {"title": "Ada", "subtitle": "Knows the shop"},
        }))
        .await;
        let shot = async |state: &str| {
            if let Some(folder) = &folder {
                house.browser.screenshot(&folder.join(format!("{name}-{state}.png"))).await;
            }
        };
        house.browser.look(*look).await;
        house.browser.wait_for(part::BUBBLE).await;
        shot("bubble").await;
        house.browser.click(part::BUBBLE).await;
        house.browser.wait_text(part::PANEL, |text| text.contains("Ask about the shop")).await;
        shot("open").await;
        house.browser.type_into(part::INPUT, "When are you open?").await;
        house.browser.click(part::SEND).await;
        house.answered("nine to five").await;
        house.browser.wait_for(part::SOURCE).await;
        shot("answer").await;
    }
}
