//! Pictures of the widget in its states, for people to look at: `cargo xtask screenshots`.
//!
//! Without `WIDGET_SCREENSHOTS` (a folder) nothing is written; one state is still walked to, so
//! that this stays true.

use std::path::PathBuf;

use widget_tests::browser::Look;

use crate::states::{Reader, Stage, states};

const SIZES: [(&str, Look); 2] = [("desktop", Look::LIGHT), ("phone", Look::LIGHT_PHONE)];

#[tokio::test]
async fn every_state_is_worth_looking_at() {
    pictures("ltr", Reader::English).await;
}

#[tokio::test]
async fn every_state_is_worth_looking_at_from_right_to_left() {
    pictures("rtl", Reader::Arabic).await;
}

/// `03-open-phone-dark-ltr.png`, and so on: in the order of the states, which is that of a visit.
async fn pictures(side: &str, reader: Reader) {
    let folder = std::env::var_os("WIDGET_SCREENSHOTS").map(PathBuf::from);
    let mut states = states();
    if folder.is_none() {
        states.truncate(1);
    }
    let stage = Stage::start().await;
    for (number, state) in states {
        for (size, look) in SIZES {
            stage.reach(state, reader, Look { still: true, ..look }).await;
            for (scheme, dark) in [("light", false), ("dark", true)] {
                stage.show(Look { still: true, dark, ..look }).await;
                if let Some(folder) = &folder {
                    let name = format!("{number:02}-{}-{size}-{scheme}-{side}.png", state.name);
                    stage.browser.screenshot(&folder.join(name)).await;
                }
            }
        }
    }
}
