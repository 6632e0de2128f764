#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::ConversationStatus::{Completed, Failed, InProgress, TokenCreated};
use super::*;

#[test]
fn a_conversation_moves_forward_and_never_out_of_its_end() {
    let moves: Vec<_> = ConversationStatus::ALL
        .iter()
        .flat_map(|from| ConversationStatus::ALL.iter().map(move |to| (*from, *to)))
        .filter(|(from, to)| from.may_become(*to))
        .collect();
    assert_eq!(
        moves,
        [
            (TokenCreated, InProgress),
            (TokenCreated, Completed),
            (TokenCreated, Failed),
            (InProgress, Completed),
            (InProgress, Failed),
        ]
    );
}

#[test]
fn the_channel_is_read_in_any_case_and_written_in_capitals() {
    for word in ["WEBRTC", "webrtc", "WebRTC"] {
        assert_eq!(word.parse(), Ok(Channel::WebRtc));
    }
    assert!("PHONE".parse::<Channel>().is_err());
    assert_eq!(serde_json::to_string(&Channel::WebRtc).unwrap(), "\"WEBRTC\"");
    assert_eq!(serde_json::from_str::<Channel>("\"webrtc\"").unwrap(), Channel::WebRtc);
}

#[cfg(feature = "json")]
mod metadata {
    use serde_json::json;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::error::ViolationCode;

    #[test]
    fn the_reserved_key_is_removed_and_the_order_kept() {
        let kept = clean_metadata(json!({ "b": 1, "feedback_form": { "x": 1 }, "a": {} })).unwrap();
        assert_eq!(serde_json::to_string(&kept).unwrap(), r#"{"b":1,"a":{}}"#);
        assert!(clean_metadata(json!(null)).unwrap().is_empty());
    }

    #[test]
    fn it_is_an_object_of_at_most_16_kb() {
        for wrong in [json!([]), json!("x"), json!(1)] {
            assert_eq!(clean_metadata(wrong).unwrap_err().code, ViolationCode::WrongType);
        }
        let of = |bytes: usize| json!({ "k": "x".repeat(bytes - r#"{"k":""}"#.len()) });
        assert!(clean_metadata(of(16_384)).is_ok());
        let violation = clean_metadata(of(16_385)).unwrap_err();
        assert_eq!(
            (violation.code, violation.path.as_str()),
            (ViolationCode::TooBig, "custom_metadata")
        );
    }
}

#[cfg(feature = "json")]
#[test]
fn a_conversation_is_read_back_as_it_was_written() {
    let json = serde_json::json!({
        "id": "019d7a2e-5f10-7cc3-9a41-000000000001",
        "widget_id": "019d7a2e-5f10-7cc3-9a41-000000000002",
        "agent_id": "019d7a2e-5f10-7cc3-9a41-000000000003",
        "agent_version_id": "019d7a2e-5f10-7cc3-9a41-000000000004",
        "user_id": "guest_1",
        "channel": "WEBRTC",
        "status": "token_created",
        "title": null,
        "custom_metadata": { "plan": "pro" },
        "created_at": "2026-04-09T14:12:00.000Z",
        "updated_at": "2026-04-09T14:12:00.000Z",
        "ended_at": null,
    });
    let conversation: Conversation = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(serde_json::to_value(&conversation).unwrap(), json);
}
