//! Who may go on in a conversation, and from which message on they may see it.
//!
//! Visitors are not enumerable and nobody reads another's past. A call is *proven* for a visitor by
//! a guest's id, by the site's voucher, or by a token of that very conversation. Without proof a
//! caller must name the conversation and its own `user_id`; the caller then goes on in it and sees
//! nothing from before.

use widget_core::conversation::Conversation;
use widget_core::id::VisitorId;

use crate::auth::identity::Visitor;
use crate::auth::visitor::Session;

/// What a caller may see of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// Everything from the message with this `seq` on.
    From(i64),
    /// What is said from now on.
    OnlyNew,
}

impl Sight {
    /// Everything: messages count from 1, and what was noted beside them comes before the first.
    pub const ALL: Self = Self::From(0);
}

/// How a caller goes on in a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// What the caller may see.
    pub sight: Sight,
    /// The visitor the conversation goes over to: a guest has signed in.
    pub moves_to: Option<VisitorId>,
}

/// The caller may not go on in that conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forbidden;

/// Decides how `visitor` goes on in `conversation`. `proof` is the session of a token that came
/// with the call, at most a day after its end.
///
/// # Errors
/// [`Forbidden`] when it is another's conversation.
pub fn decide(
    conversation: &Conversation,
    visitor: &Visitor,
    proof: Option<&Session>,
) -> Result<Access, Forbidden> {
    // A token from before the conversation went over to somebody else proves nothing any more.
    let proof = proof.filter(|session| {
        session.conversation_id == conversation.id && session.visitor == conversation.user_id
    });
    if visitor.id == conversation.user_id {
        let sight = match proof {
            _ if visitor.proven => Sight::ALL,
            Some(session) => Sight::From(session.from),
            None => Sight::OnlyNew,
        };
        return Ok(Access { sight, moves_to: None });
    }
    let session = proof.ok_or(Forbidden)?;
    if !conversation.user_id.is_guest() || visitor.id.is_guest() {
        return Err(Forbidden);
    }
    Ok(Access { sight: Sight::From(session.from), moves_to: Some(visitor.id.clone()) })
}

#[cfg(test)]
mod tests {
    use serde_json::Map;
    use uuid::Uuid;
    use widget_core::conversation::{Channel, ConversationStatus};
    use widget_core::id::{
        AgentId, AgentVersionId, ConversationId, OrganizationId, TokenId, WidgetId,
    };
    use widget_core::time::Timestamp;

    use super::*;

    fn id(text: &str) -> VisitorId {
        VisitorId::parse(text).unwrap()
    }

    fn conversation_of(visitor: &str) -> Conversation {
        Conversation {
            id: ConversationId::from_uuid(Uuid::from_u128(1)),
            widget_id: WidgetId::from_uuid(Uuid::from_u128(2)),
            agent_id: AgentId::from_uuid(Uuid::from_u128(3)),
            agent_version_id: AgentVersionId::from_uuid(Uuid::from_u128(4)),
            user_id: id(visitor),
            channel: Channel::WebRtc,
            status: ConversationStatus::InProgress,
            title: None,
            custom_metadata: Map::new(),
            created_at: Timestamp::EPOCH,
            updated_at: Timestamp::EPOCH,
            ended_at: None,
        }
    }

    fn session(conversation: u128, visitor: &str, from: i64) -> Session {
        Session {
            id: TokenId::from_uuid(Uuid::from_u128(9)),
            organization_id: OrganizationId::from_uuid(Uuid::from_u128(8)),
            widget_id: WidgetId::from_uuid(Uuid::from_u128(2)),
            conversation_id: ConversationId::from_uuid(Uuid::from_u128(conversation)),
            visitor: id(visitor),
            from,
            expires_at: Timestamp::EPOCH,
        }
    }

    fn unproven(name: &str) -> Visitor {
        Visitor::unvouched(id(name))
    }

    fn proven(name: &str) -> Visitor {
        Visitor { proven: true, ..unproven(name) }
    }

    fn stays(sight: Sight) -> Result<Access, Forbidden> {
        Ok(Access { sight, moves_to: None })
    }

    #[test]
    fn a_proven_visitor_sees_all_of_their_own_conversation() {
        assert_eq!(decide(&conversation_of("alice"), &proven("alice"), None), stays(Sight::ALL));
        let guest = decide(&conversation_of("guest_1"), &unproven("guest_1"), None);
        assert_eq!(guest, stays(Sight::ALL));
    }

    #[test]
    fn an_unproven_visitor_goes_on_and_sees_nothing_from_before() {
        let access = decide(&conversation_of("alice"), &unproven("alice"), None);
        assert_eq!(access, stays(Sight::OnlyNew));
    }

    #[test]
    fn a_token_of_the_conversation_shows_what_it_has_always_shown_and_no_more() {
        let token = session(1, "alice", 17);
        let access = decide(&conversation_of("alice"), &unproven("alice"), Some(&token));
        assert_eq!(access, stays(Sight::From(17)));
    }

    #[test]
    fn a_token_of_another_conversation_proves_nothing() {
        let token = session(7, "alice", 0);
        let access = decide(&conversation_of("alice"), &unproven("alice"), Some(&token));
        assert_eq!(access, stays(Sight::OnlyNew));
    }

    #[test]
    fn another_visitors_conversation_is_forbidden_whatever_is_proven() {
        let conversation = conversation_of("alice");
        let token = session(1, "alice", 0);
        for visitor in [unproven("bob"), proven("bob"), unproven("guest_1")] {
            assert_eq!(decide(&conversation, &visitor, None), Err(Forbidden));
            assert_eq!(decide(&conversation, &visitor, Some(&token)), Err(Forbidden));
        }
    }

    #[test]
    fn a_guest_who_signs_in_takes_the_conversation_along() {
        let token = session(1, "guest_1", 0);
        let access = decide(&conversation_of("guest_1"), &proven("alice"), Some(&token));
        assert_eq!(access, Ok(Access { sight: Sight::ALL, moves_to: Some(id("alice")) }));
    }

    #[test]
    fn a_guests_conversation_does_not_move_without_its_token_or_to_another_guest() {
        let conversation = conversation_of("guest_1");
        assert_eq!(decide(&conversation, &proven("alice"), None), Err(Forbidden));
        let token = session(1, "guest_1", 0);
        assert_eq!(decide(&conversation, &unproven("guest_2"), Some(&token)), Err(Forbidden));
    }

    #[test]
    fn the_token_from_before_a_move_is_no_proof_after_it() {
        let token = session(1, "guest_1", 0);
        let access = decide(&conversation_of("alice"), &proven("bob"), Some(&token));
        assert_eq!(access, Err(Forbidden));
    }
}
