//! Pictures of the widget in its states, for people to look at: `cargo xtask screenshots`.
//!
//! Without `WIDGET_SCREENSHOTS` (a folder) nothing is painted to disk; one state is still walked
//! to, so that this stays true.

use std::path::PathBuf;

use widget_tests::browser::Look;

use crate::states::{Reader, Stage, states};

const LOOKS: [(&str, Look); 4] = [
    ("desktop-light", Look::LIGHT),
    ("desktop-dark", Look::DARK),
    ("phone-light", Look::LIGHT_PHONE),
    ("phone-dark", Look::DARK_PHONE),
];

#[tokio::test]
async fn every_state_is_worth_looking_at() {
    let folder = std::env::var_os("WIDGET_SCREENSHOTS").map(PathBuf::from);
    let mut states = states();
    if folder.is_none() {
        states.truncate(1);
    }
    let stage = Stage::start().await;
    for (side, reader) in [("ltr", Reader::English), ("rtl", Reader::Arabic)] {
        for state in &states {
            for (name, look) in LOOKS {
                let look = Look { still: true, ..look };
                stage.reach(state, reader, look).await;
                if let Some(folder) = &folder {
                    let picture = format!("{}-{name}-{side}.png", state.name);
                    stage.browser.screenshot(&folder.join(picture)).await;
                }
            }
        }
    }
}
