//! Which events of the conversation have been seen.
//!
//! The same event may come twice: once in the answer to a question and once on the conversation's
//! own stream. Event ids increase by conversation, so a floor and the few ids above it are enough
//! to take each one once, and to ask for exactly what is missing.

/// The way an event came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Feed {
    /// The answer to a question: it carries that turn's events and no others.
    Answer,
    /// The conversation's own stream: it leaves nothing out.
    Conversation,
}

/// The place in the conversation's events up to which nothing is missing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cursor {
    floor: Option<u64>,
    above: Vec<u64>,
}

impl Cursor {
    /// What to send as `Last-Event-ID`.
    pub(crate) fn last(&self) -> Option<u64> {
        self.floor
    }

    /// Takes note of an event and says whether it is new. One without an id always is.
    pub(crate) fn admit(&mut self, feed: Feed, id: Option<u64>) -> bool {
        let Some(id) = id else { return true };
        let fresh = self.floor.is_none_or(|floor| id > floor) && !self.above.contains(&id);
        match (feed, self.floor) {
            // Nothing was missed before the first event.
            (_, None) => self.floor = Some(id),
            (Feed::Conversation, Some(floor)) => self.raise(floor.max(id)),
            (Feed::Answer, Some(floor)) if id == floor + 1 => self.raise(id),
            (Feed::Answer, Some(_)) if fresh => self.above.push(id),
            (Feed::Answer, Some(_)) => {}
        }
        fresh
    }

    /// Starts over at an event that tells a turn anew, whatever its id.
    pub(crate) fn restart(&mut self, id: Option<u64>) {
        self.above.clear();
        self.floor = id;
    }

    fn raise(&mut self, mut floor: u64) {
        self.above.retain(|id| *id > floor);
        while let Some(next) = self.above.iter().position(|id| *id == floor + 1) {
            self.above.swap_remove(next);
            floor += 1;
        }
        self.floor = Some(floor);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_that_comes_on_both_streams_is_taken_once() {
        let mut cursor = Cursor::default();
        assert!(cursor.admit(Feed::Answer, Some(7)));
        assert!(cursor.admit(Feed::Answer, Some(8)));
        assert!(!cursor.admit(Feed::Conversation, Some(7)));
        assert!(!cursor.admit(Feed::Conversation, Some(8)));
        assert!(cursor.admit(Feed::Conversation, Some(9)));
    }

    #[test]
    fn what_an_answer_left_out_is_asked_for_and_the_rest_is_not_repeated() {
        let mut cursor = Cursor::default();
        cursor.admit(Feed::Conversation, Some(10));
        cursor.admit(Feed::Answer, Some(11));
        cursor.admit(Feed::Answer, Some(13)); // 12 was somebody else's
        cursor.admit(Feed::Answer, Some(14));
        assert_eq!(cursor.last(), Some(11));
        assert!(cursor.admit(Feed::Conversation, Some(12)));
        assert!(!cursor.admit(Feed::Conversation, Some(13)));
        assert_eq!(cursor.last(), Some(14));
    }

    #[test]
    fn events_without_an_id_are_always_new() {
        let mut cursor = Cursor::default();
        assert!(cursor.admit(Feed::Conversation, None));
        assert!(cursor.admit(Feed::Conversation, None));
        assert_eq!(cursor.last(), None);
    }

    #[test]
    fn a_server_that_counts_anew_is_followed() {
        let mut cursor = Cursor::default();
        cursor.admit(Feed::Conversation, Some(900));
        cursor.restart(Some(3));
        assert!(cursor.admit(Feed::Conversation, Some(4)));
    }
}
