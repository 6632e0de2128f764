//! Passes to the rooms of a LiveKit server that is not ours.
//!
//! A pass is a JSON Web Token under the server's API secret; nothing is asked of that server
//! beforehand. Joining with it makes the room, and the room configuration inside it has LiveKit
//! send for the agent (`livekit/protocol`, `auth/grants.go`; `livekit_room.proto`).
//!
//! A visitor can read the pass and everybody in the room the identity. So neither holds anything of
//! the visitor: names are random, and the agent's worker is told the conversation's id and no more.

use serde::Serialize;
use widget_core::agent::Capabilities;
use widget_core::id::ConversationId;
use widget_core::time::Timestamp;

use crate::auth::jwt;
use crate::random;

/// How long a pass admits. It is checked on joining only, and LiveKit renews it for who is inside.
const LIFETIME_MS: i64 = 15 * 60 * 1000;

/// What a browser needs to join a room.
#[derive(Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ConnectionDetails {
    /// The server's WebSocket address.
    pub url: String,
    /// The pass.
    pub token: String,
    /// The room's name, made for this call.
    pub room: String,
    /// The visitor's name in the room, made for this call.
    pub identity: String,
    /// Until when the pass admits.
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for ConnectionDetails {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConnectionDetails")
            .field("url", &self.url)
            .field("room", &self.room)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// A LiveKit server and the right to make passes for it.
#[derive(Clone, Copy)]
pub struct LiveKit<'a> {
    /// `wss://…`.
    pub url: &'a str,
    /// The key's name.
    pub api_key: &'a str,
    /// The key.
    pub api_secret: &'a str,
}

impl std::fmt::Debug for LiveKit<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LiveKit").field("url", &self.url).finish_non_exhaustive()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    nbf: i64,
    iat: i64,
    exp: i64,
    video: VideoGrant<'a>,
    room_config: RoomConfiguration<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct VideoGrant<'a> {
    room_join: bool,
    room: &'a str,
    can_publish: bool,
    can_publish_data: bool,
    can_subscribe: bool,
    can_publish_sources: Vec<&'static str>,
    can_update_own_metadata: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RoomConfiguration<'a> {
    agents: [Dispatch<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Dispatch<'a> {
    agent_name: &'a str,
    metadata: String,
}

/// Makes a pass to a fresh room, to which the agent of that name is sent for the conversation.
#[must_use]
pub fn connection_details(
    livekit: LiveKit<'_>,
    agent_name: &str,
    conversation: ConversationId,
    capabilities: Capabilities,
    now: Timestamp,
) -> ConnectionDetails {
    let sources = sources(capabilities);
    // 128 random bits each: nobody meets another visitor's room, and two tabs are two participants
    // (LiveKit throws out the first of two with the same identity).
    let room = format!("c_{}", random::hex::<16>());
    let identity = format!("v_{}", random::hex::<16>());
    let expires_at = Timestamp::from_seconds(now.plus_ms(LIFETIME_MS).seconds());
    let claims = Claims {
        iss: livekit.api_key,
        sub: &identity,
        nbf: now.seconds(),
        iat: now.seconds(),
        exp: expires_at.seconds(),
        video: VideoGrant {
            room_join: true,
            room: &room,
            // An empty list of sources would allow them all.
            can_publish: !sources.is_empty(),
            can_publish_data: true,
            can_subscribe: true,
            can_publish_sources: sources,
            can_update_own_metadata: false,
        },
        room_config: RoomConfiguration {
            agents: [Dispatch { agent_name, metadata: conversation.to_string() }],
        },
    };
    let token = jwt::sign(None, livekit.api_secret.as_bytes(), &claims);
    ConnectionDetails { url: livekit.url.to_owned(), token, room, identity, expires_at }
}

/// What a visitor may send: what the agent has a sense for.
fn sources(capabilities: Capabilities) -> Vec<&'static str> {
    let mut sources = Vec::new();
    if capabilities.supports_voice {
        sources.push("microphone");
    }
    if capabilities.supports_video_input {
        sources.push("camera");
    }
    if capabilities.supports_screen_share {
        sources.extend(["screen_share", "screen_share_audio"]);
    }
    sources
}

#[cfg(test)]
mod tests {
    use livekit_token::{Claims as TheirClaims, TokenVerifier};
    use uuid::Uuid;

    use super::*;
    use crate::clock::{Clock, SystemClock};

    const SECRET: &str = "a secret of at least thirty-two characters";

    fn details(capabilities: Capabilities) -> ConnectionDetails {
        let livekit = LiveKit { url: "wss://rooms.example", api_key: "key", api_secret: SECRET };
        let conversation = ConversationId::from_uuid(Uuid::from_u128(7));
        let now = SystemClock::default().now();
        connection_details(livekit, "support", conversation, capabilities, now)
    }

    fn read(details: &ConnectionDetails) -> TheirClaims {
        TokenVerifier::with_api_key("key", SECRET).verify(&details.token).unwrap()
    }

    #[test]
    fn livekits_own_verifier_reads_the_pass() {
        let details = details(Capabilities { supports_voice: true, ..Capabilities::default() });
        let claims = read(&details);
        assert_eq!((claims.iss.as_str(), claims.sub), ("key", details.identity));
        assert!(claims.video.room_join && claims.video.can_publish());
        assert!(claims.video.can_publish_data() && claims.video.can_subscribe());
        assert!(!claims.video.can_update_own_metadata());
        assert_eq!(claims.video.room, details.room);
        assert_eq!(i64::try_from(claims.exp).unwrap(), details.expires_at.seconds());
        assert_eq!(claims.exp - claims.nbf, 15 * 60);
    }

    #[test]
    fn the_agent_is_sent_for_with_nothing_but_the_conversations_id() {
        let claims = read(&details(Capabilities::default()));
        let agents = claims.room_config.unwrap().agents;
        let [agent] = agents.as_slice() else { panic!("{agents:?}") };
        assert_eq!(agent.agent_name, "support");
        assert_eq!(agent.metadata, "00000000-0000-0000-0000-000000000007");
        assert!(claims.metadata.is_empty() && claims.attributes.is_empty());
    }

    #[test]
    fn the_visitor_may_send_what_the_agent_has_a_sense_for() {
        let all = ["microphone", "camera", "screen_share", "screen_share_audio"].as_slice();
        let table = [
            ((true, false, false), &all[..1]),
            ((true, true, false), &all[..2]),
            ((true, true, true), all),
            ((false, false, false), &[]),
        ];
        for ((voice, video, screen), expected) in table {
            let claims = read(&details(Capabilities {
                supports_voice: voice,
                supports_video_input: video,
                supports_screen_share: screen,
            }));
            assert_eq!(claims.video.can_publish_sources, expected);
            assert_eq!(claims.video.can_publish(), !expected.is_empty());
        }
    }

    #[test]
    fn every_call_names_a_room_and_an_identity_of_its_own() {
        let (one, other) = (details(Capabilities::default()), details(Capabilities::default()));
        assert_ne!(one.room, other.room);
        assert_ne!(one.identity, other.identity);
        assert!(!one.identity.contains("guest_") && !one.room.contains("guest_"));
        // 32 hexadecimal digits are 128 bits; the least is 96.
        assert_eq!(one.room.len(), "c_".len() + 32);
    }
}
