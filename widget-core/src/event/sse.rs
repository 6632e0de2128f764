//! Server-sent events as bytes: an encoder, and a decoder that survives any chunking.
//!
//! Both sides follow the WHATWG HTML standard, section 9.2.6 ("Interpreting an event stream"). The
//! decoder departs from it in one point: it holds at most a fixed number of bytes of one event, so
//! that a peer which never ends an event cannot take the memory of the process.
//!
//! ```
//! use widget_core::event::sse::{Decoder, encode};
//!
//! let wire = encode("7", "token", r#"{"text":"Hi"}"#);
//! assert_eq!(wire, "id: 7\nevent: token\ndata: {\"text\":\"Hi\"}\n\n");
//!
//! let mut decoder = Decoder::default();
//! for byte in wire.as_bytes() {
//!     decoder.push(&[*byte]); // one byte at a time is as good as all at once
//! }
//! let event = decoder.next().expect("one event came").expect("it is small");
//! assert_eq!((event.id.as_deref(), event.event.as_str()), (Some("7"), "token"));
//! ```

/// The bytes of one event that a [`Decoder::default`] accepts: one mebibyte, well above the
/// longest whole answer the server ever sends in one event.
pub const MAX_EVENT_BYTES: usize = 1 << 20;

/// A comment that keeps proxies from closing a silent stream.
pub const KEEP_ALIVE: &str = ": keep-alive\n\n";

/// One event as it is dispatched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SseEvent {
    /// The `id` this event itself carried; [`Decoder::last_id`] remembers it across events.
    pub id: Option<String>,
    /// The event's name; `message` where the sender gave none.
    pub event: String,
    /// The `data` lines, joined by `\n`.
    pub data: String,
    /// The reconnection time in milliseconds this event carried.
    pub retry: Option<u64>,
}

/// An event was longer than the decoder's bound; the rest of it is skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventTooLarge;

impl std::fmt::Display for EventTooLarge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an event of the stream is larger than this client accepts")
    }
}

impl std::error::Error for EventTooLarge {}

/// Writes one event. Line breaks in `data` become several `data` lines and are read back as `\n`.
/// What would end the line is left out of `id` and `name`, and so is NUL of the `id`, which would
/// make readers ignore it; one that is then empty is not written.
#[must_use]
pub fn encode(id: &str, name: &str, data: &str) -> String {
    let mut out = String::with_capacity(id.len() + name.len() + data.len() + 24);
    for (field, value, also) in [("id: ", id, '\0'), ("event: ", name, '\n')] {
        let mut kept = value.chars().filter(|&c| !matches!(c, '\r' | '\n') && c != also).peekable();
        if kept.peek().is_some() {
            out.push_str(field);
            out.extend(kept);
            out.push('\n');
        }
    }
    let mut rest = data;
    loop {
        out.push_str("data: ");
        let Some(end) = rest.find(['\r', '\n']) else { break };
        let (line, tail) = rest.split_at(end);
        out.push_str(line);
        out.push('\n');
        rest = tail.strip_prefix("\r\n").unwrap_or_else(|| tail.get(1..).unwrap_or_default());
    }
    out.push_str(rest);
    out.push_str("\n\n");
    out
}

/// Reads events out of a byte stream, however it is cut.
///
/// Give it bytes with [`push`](Self::push), then take events with the iterator until it is empty.
/// What is unfinished waits for more bytes; what is never finished is never delivered, as the
/// standard has it.
#[derive(Clone, Debug)]
pub struct Decoder {
    limit: usize,
    /// The bytes of the line that has not ended yet.
    line: Vec<u8>,
    /// The event that has not ended yet; its `data` ends in `\n` once it has any.
    event: SseEvent,
    /// What was finished, and how much of it was taken.
    ready: Vec<Result<SseEvent, EventTooLarge>>,
    taken: usize,
    last_id: Option<String>,
    retry: Option<u64>,
    state: State,
}

#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// A first line was seen: a byte order mark is no longer taken off.
    begun: bool,
    /// The last byte was `\r`: a `\n` right after it belongs to the same line end.
    after_cr: bool,
    /// The event is over the bound: drop everything up to its end.
    skipping: bool,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::with_limit(MAX_EVENT_BYTES)
    }
}

impl Decoder {
    /// A decoder that holds at most `bytes` of one unfinished event.
    #[must_use]
    pub fn with_limit(bytes: usize) -> Self {
        Self {
            limit: bytes,
            line: Vec::new(),
            event: SseEvent::default(),
            ready: Vec::new(),
            taken: 0,
            last_id: None,
            retry: None,
            state: State::default(),
        }
    }

    /// The id to send as `Last-Event-ID`: that of the last event that was finished.
    #[must_use]
    pub fn last_id(&self) -> Option<&str> {
        self.last_id.as_deref()
    }

    /// The reconnection time in milliseconds the server last asked for.
    #[must_use]
    pub const fn retry(&self) -> Option<u64> {
        self.retry
    }

    /// Takes the next bytes of the stream, cut anywhere.
    pub fn push(&mut self, mut bytes: &[u8]) {
        if let (true, Some((first, rest))) = (self.state.after_cr, bytes.split_first()) {
            self.state.after_cr = false;
            bytes = if *first == b'\n' { rest } else { bytes };
        }
        while let Some(end) = bytes.iter().position(|b| matches!(b, b'\r' | b'\n')) {
            let (line, rest) = bytes.split_at(end);
            self.hold(line);
            self.end_line();
            bytes = match rest {
                [b'\r', b'\n', rest @ ..] | [_, rest @ ..] => rest,
                [] => rest,
            };
            self.state.after_cr = matches!(rest, [b'\r']);
        }
        self.hold(bytes);
    }

    fn hold(&mut self, bytes: &[u8]) {
        if self.state.skipping {
            // One byte is enough to know that the line is not the blank one.
            self.line.truncate(1);
            self.line.extend(bytes.first());
            return;
        }
        self.line.extend_from_slice(bytes);
        if self.line.len() + self.event.data.len() > self.limit {
            self.ready.push(Err(EventTooLarge));
            self.event = SseEvent::default();
            self.line = vec![b':'];
            self.state.skipping = true;
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let mut text = line.as_slice();
        if !std::mem::replace(&mut self.state.begun, true) {
            text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        }
        if text.is_empty() {
            self.dispatch();
        } else if !self.state.skipping {
            self.field(text);
        }
        self.line = line;
        self.line.clear();
    }

    fn field(&mut self, line: &[u8]) {
        let colon = line.iter().position(|&byte| byte == b':').unwrap_or(line.len());
        let (name, value) = line.split_at_checked(colon).unwrap_or_default();
        let value = value.strip_prefix(b":").unwrap_or(value);
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match name {
            b"data" => {
                push_utf8(&mut self.event.data, value);
                self.event.data.push('\n');
            }
            b"event" => {
                self.event.event.clear();
                push_utf8(&mut self.event.event, value);
            }
            b"id" if !crate::scan::is_one_of(0, value) => {
                let mut id = String::new();
                push_utf8(&mut id, value);
                self.event.id = Some(id);
            }
            b"retry" => {
                if let Some(milliseconds) = number(value) {
                    self.event.retry = Some(milliseconds);
                    self.retry = self.event.retry;
                }
            }
            _ => {} // a comment has the empty name; unknown fields are ignored
        }
    }

    fn dispatch(&mut self) {
        self.state.skipping = false;
        let mut event = std::mem::take(&mut self.event);
        if event.id.is_some() {
            self.last_id.clone_from(&event.id);
        }
        if event.data.pop().is_none() {
            return;
        }
        if event.event.is_empty() {
            event.event.push_str("message");
        }
        self.ready.push(Ok(event));
    }
}

impl Iterator for Decoder {
    type Item = Result<SseEvent, EventTooLarge>;

    /// The next finished event; `None` until more bytes finish one.
    fn next(&mut self) -> Option<Self::Item> {
        let Some(ready) = self.ready.get_mut(self.taken) else {
            self.ready.clear();
            self.taken = 0;
            return None;
        };
        self.taken += 1;
        Some(std::mem::replace(ready, Err(EventTooLarge)))
    }
}

/// Appends bytes as text, with U+FFFD for what is not UTF-8 (WHATWG Encoding, "UTF-8 decoder"); the
/// same as `from_utf8_lossy` for a third of its size in the browser.
fn push_utf8(out: &mut String, bytes: &[u8]) {
    let mut at = 0;
    while let Some(&first) = bytes.get(at) {
        at += 1;
        let (mut more, code, mut low, mut high) = match first {
            0..=0x7f => (0, first, 0x80, 0xbf),
            0xc2..=0xdf => (1, first & 0x1f, 0x80, 0xbf),
            0xe0 => (2, 0, 0xa0, 0xbf),
            0xed => (2, 0xd, 0x80, 0x9f),
            0xe1..=0xef => (2, first & 0xf, 0x80, 0xbf),
            0xf0 => (3, 0, 0x90, 0xbf),
            0xf4 => (3, 4, 0x80, 0x8f),
            0xf1..=0xf3 => (3, first & 7, 0x80, 0xbf),
            _ => (1, 0, 1, 0),
        };
        let mut code = u32::from(code);
        while more > 0
            && let Some(&next) = bytes.get(at)
            && low <= next
            && next <= high
        {
            code = code << 6 | u32::from(next & 0x3f);
            (low, high) = (0x80, 0xbf);
            more -= 1;
            at += 1;
        }
        let whole = char::from_u32(code).filter(|_| more == 0);
        out.push(whole.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
}

fn number(digits: &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for digit in digits {
        if !digit.is_ascii_digit() || number >= u64::MAX / 10 {
            return None;
        }
        number = number * 10 + u64::from(digit - b'0');
    }
    (!digits.is_empty()).then_some(number)
}

#[cfg(test)]
mod tests;
