//! What runs within a paragraph, a heading or a cell.

use super::flat::{Flat, Tag};
use super::link::is_safe_link;
use super::{MAX_DEPTH, cut, number, step};
use crate::scan::is_one_of;

/// How many emphases may be open at once in the text of a link.
const MAX_IN_LINK: usize = 4;

/// Parses the text of one block. `growing` text ends where the source ends, which may be in the
/// middle of an answer.
pub(super) fn parse(out: &mut Flat, source: &str, growing: bool) {
    Inline::run(out, source, growing, false);
}

/// A delimiter that may still be closed. It was put out as text, and its mark becomes another
/// when it is closed.
#[derive(Clone, Copy)]
struct Open {
    /// `*`, `_`, `~`, `[`, or `!` for the beginning of an image.
    byte: u8,
    /// How many of them are left, 1 to 3; none of a bracket that cannot become a link any more.
    count: usize,
    /// Where the text after it begins.
    from: usize,
    /// Its mark. Three characters have two, because they are closed in two steps.
    mark: usize,
}

struct Inline<'a> {
    out: &'a mut Flat,
    source: &'a str,
    growing: bool,
    /// Whether this is the text of a link: links in it show their own text only.
    in_link: bool,
    /// The bytes that may still be looked at in vain.
    budget: usize,
    at: usize,
    /// What lies between here and `at` is plain text that was not put out yet.
    from: usize,
    open: Vec<Open>,
}

impl Inline<'_> {
    fn run(out: &mut Flat, source: &str, growing: bool, in_link: bool) {
        let budget = 4 * source.len() + 256;
        let open = Vec::new();
        let mut inline = Inline { out, source, growing, in_link, budget, at: 0, from: 0, open };
        while inline.at < source.len() {
            step();
            match inline.byte(inline.at) {
                b'\\' => inline.escape(),
                b'`' => inline.code(),
                byte @ (b'*' | b'_' | b'~') => inline.emphasis(byte),
                b'[' => inline.bracket(b'[', 1),
                b'!' if inline.byte(inline.at + 1) == b'[' => inline.bracket(b'!', 2),
                b']' => inline.link(),
                b'<' => inline.address(true),
                b'h' => inline.address(false),
                b'&' => inline.entity(),
                b'\n' => inline.line_end(),
                _ => inline.at += 1,
            }
        }
        inline.finish();
    }

    /// The byte at a place, or a blank outside of the text.
    #[inline(never)]
    fn byte(&self, at: usize) -> u8 {
        self.source.as_bytes().get(at).copied().unwrap_or(b' ')
    }

    /// The byte before this place.
    fn before(&self) -> u8 {
        self.byte(self.at.wrapping_sub(1))
    }

    /// The place after the bytes that are this one.
    #[inline(never)]
    fn run_of(&self, from: usize, byte: u8) -> usize {
        let mut at = from;
        while self.byte(at) == byte {
            step();
            at += 1;
        }
        at
    }

    /// The place of the first of these bytes, or the end; `escapes` skips one after a backslash.
    #[inline(never)]
    fn until(&self, from: usize, stops: &[u8], escapes: bool) -> usize {
        let mut at = from;
        while at < self.source.len() && !is_one_of(self.byte(at), stops) {
            step();
            at += 1 + usize::from(escapes && self.byte(at) == b'\\');
        }
        at.min(self.source.len())
    }

    fn after_blanks(&self, from: usize) -> usize {
        let mut at = from;
        while at < self.source.len() && self.byte(at).is_ascii_whitespace() {
            step();
            at += 1;
        }
        at
    }

    /// Puts out the pending text up to `at`, and goes on at `next`.
    #[inline(never)]
    fn flush(&mut self, next: usize) {
        if self.from < self.at {
            self.out.put(cut(self.source, self.from, self.at));
        }
        self.at = next;
        self.from = next;
    }

    fn escape(&mut self) {
        match self.byte(self.at + 1) {
            byte if byte.is_ascii_punctuation() => {
                self.flush(self.at + 1);
                self.at += 1;
            }
            b'\n' => {
                self.flush(self.at + 2);
                self.out.mark(Tag::Break);
            }
            _ => self.at += 1,
        }
    }

    fn line_end(&mut self) {
        let end = self.at;
        while self.at > self.from && self.before() == b' ' {
            self.at -= 1;
        }
        match end - self.at {
            0 => self.at += 1,
            1 => {
                self.flush(end);
                self.at += 1;
            }
            _ => {
                self.flush(end + 1);
                self.out.mark(Tag::Break);
            }
        }
    }

    fn entity(&mut self) {
        match entity(self.source, self.at) {
            Some((character, end)) => {
                self.flush(end);
                self.out.put(character.encode_utf8(&mut [0; 4]));
            }
            None => self.at += 1,
        }
    }

    fn code(&mut self) {
        let all = self.source.len();
        let start = self.run_of(self.at, b'`');
        let length = start - self.at;
        let mut end = start;
        while self.budget > 0 && end < all {
            end = self.until(end, b"`", false);
            let close = self.run_of(end, b'`');
            if close - end == length {
                return self.put_code(start, end, close);
            }
            end = close;
        }
        self.budget = self.budget.saturating_sub(end - start);
        if self.growing
            && length == 1
            && self.source.as_bytes().get(start) != Some(&b' ')
            && self.until(start, b"\n", false) == all
        {
            return self.put_code(start, all, all);
        }
        self.at = start;
    }

    fn put_code(&mut self, start: usize, end: usize, next: usize) {
        let mut code = cut(self.source, start, end);
        if let [b' ' | b'\n', inner @ .., b' ' | b'\n'] = code.as_bytes()
            && !inner.trim_ascii().is_empty()
        {
            code = cut(code, 1, code.len() - 1);
        }
        self.flush(next);
        if code.is_empty() {
            return;
        }
        let from = self.out.text.len();
        let mut line = 0;
        for (at, byte) in code.bytes().enumerate() {
            if byte == b'\n' {
                self.out.text.push_str(cut(code, line, at));
                self.out.text.push(' ');
                line = at + 1;
            }
        }
        self.out.text.push_str(cut(code, line, code.len()));
        self.out.mark_from(Tag::Code, from);
    }

    fn emphasis(&mut self, byte: u8) {
        let end = self.run_of(self.at, byte);
        let count = end - self.at;
        let (before, after) = (self.before(), self.byte(end));
        if self.growing && end == self.source.len() && count == 2 && before.is_ascii_whitespace() {
            return self.flush(end); // what it opens is not there yet
        }
        let (starts, ends) = (flanks(after, before), flanks(before, after));
        let word = byte == b'_';
        let opens = starts && !(word && ends && !before.is_ascii_punctuation());
        // `**Note:**text` is not closed in CommonMark; everybody means it to be.
        let lenient = count == 2 && !word && !before.is_ascii_whitespace();
        let closes = lenient || (ends && !(word && starts && !after.is_ascii_punctuation()));
        let known = if byte == b'~' { count == 2 } else { count <= 3 };
        if !known || !(opens || closes) {
            return self.at = end;
        }
        self.flush(end);
        let mut left = count;
        while closes && left > 0 {
            let fits = |open: &Open| {
                open.byte == byte && (open.count == left || open.count == 3 || left == 3)
            };
            let Some(index) = self.open.iter().rposition(fits) else { break };
            left -= self.close(index, left);
        }
        if left > 0 {
            if opens {
                self.begin(byte, left);
            } else {
                self.out.put(cut(self.source, end - left, end));
            }
        }
    }

    /// Puts out a delimiter as text and remembers it. When too many are open, those before it
    /// stay text.
    #[inline(never)]
    fn begin(&mut self, byte: u8, count: usize) {
        if self.open.len() >= if self.in_link { MAX_IN_LINK } else { MAX_DEPTH } {
            self.open.clear();
        }
        self.open.push(Open { byte, count, from: self.at, mark: self.out.marks.len() });
        self.out.put(cut(self.source, self.at - count, self.at));
        if count == 3 {
            self.out.put("");
        }
    }

    /// Closes a delimiter, and says how many characters of the closing one that took. Those that
    /// are open after it stay text.
    fn close(&mut self, index: usize, left: usize) -> usize {
        let Some(&Open { byte, count, mut mark, .. }) = self.open.get(index) else { return left };
        self.open.truncate(index + 1);
        let used = count.min(left).min(2);
        if count == used {
            self.open.pop();
        } else {
            if let Some(open) = self.open.last_mut() {
                open.count -= used;
            }
            if let Some(rest) = self.out.marks.get_mut(mark) {
                rest.to -= used;
            }
            mark += 1;
        }
        if let Some(mark) = self.out.marks.get_mut(mark) {
            (mark.from, mark.to) = (0, 0);
            mark.tag = match (byte, used) {
                (b'~', _) => Tag::Strike,
                (_, 1) => Tag::Emphasis,
                _ => Tag::Strong,
            };
        }
        self.out.mark(Tag::End);
        used
    }

    fn bracket(&mut self, byte: u8, length: usize) {
        self.flush(self.at + length);
        self.begin(byte, length);
    }

    fn link(&mut self) {
        let bracket = |open: &Open| matches!(open.byte, b'[' | b'!') && open.count > 0;
        let Some(index) = self.open.iter().rposition(bracket) else { return self.at += 1 };
        let Some(&open) = self.open.get(index) else { return };
        let Some((from, to, next)) = self.destination(self.at + 1) else {
            if let Some(number) = self.cited(open) {
                return self.cite(index, open.mark, number);
            }
            if index + 1 == self.open.len() {
                self.open.pop();
            } else if let Some(open) = self.open.get_mut(index) {
                open.count = 0;
            }
            return self.at += 1;
        };
        let end = self.at;
        self.flush(next);
        self.open.truncate(index);
        if open.byte == b'[' {
            for outer in &mut self.open {
                if outer.byte == b'[' {
                    outer.count = 0;
                }
            }
        }
        if !self.in_link {
            self.out.marks.truncate(open.mark + 1);
            Inline::run(self.out, cut(self.source, open.from, end), false, true);
        }
        let address = self.out.text.len();
        unescape(&mut self.out.text, cut(self.source, from, to));
        self.put_link(open.mark, address);
    }

    /// The number between a bracket and the one that closes it here, where it can be a source's.
    fn cited(&self, open: Open) -> Option<u32> {
        let digits = cut(self.source, open.from, self.at).as_bytes();
        let fits = matches!(digits, [b'1'..=b'9'] | [b'1'..=b'9', _]);
        if fits && open.byte == b'[' && !self.in_link { number(digits, 10) } else { None }
    }

    /// Makes the bracket and what it closes the mark of a source.
    fn cite(&mut self, index: usize, mark: usize, number: u32) {
        self.flush(self.at + 1);
        self.open.truncate(index);
        self.out.marks.truncate(mark + 1);
        if let Some(mark) = self.out.marks.get_mut(mark) {
            (mark.tag, mark.from, mark.to) = (Tag::Cite(number), mark.to, self.out.text.len());
        }
    }

    /// Makes a link of what came since a mark, its address being the end of the text; one that
    /// must not be a link leaves only what it shows.
    fn put_link(&mut self, mark: usize, address: usize) {
        let Flat { text, marks } = &mut *self.out;
        let end = text.len();
        let shows = mark + 1 < marks.len();
        let Some(link) = marks.get_mut(mark) else { return };
        if self.in_link || !is_safe_link(cut(text, address, end)) {
            link.to = link.from;
            if !shows {
                marks.pop();
            }
            return;
        }
        (link.tag, link.from, link.to) = (Tag::Link, address, end);
        if !shows {
            self.out.mark_from(Tag::Text, address);
        }
        self.out.mark(Tag::End);
    }

    /// The address in parentheses after a link's text, from where to where, and where they end.
    /// One that is still being written is empty.
    fn destination(&mut self, start: usize) -> Option<(usize, usize, usize)> {
        if self.byte(start) != b'(' || self.budget == 0 {
            return None;
        }
        let mut at = self.after_blanks(start + 1);
        let angle = self.byte(at) == b'<';
        at += usize::from(angle);
        let from = at;
        let to = if angle { self.until(at, b"\n>", true) } else { self.balanced(at) };
        at = self.after_blanks(to + usize::from(angle));
        let quote = self.byte(at);
        if matches!(quote, b'"' | b'\'') {
            at = self.until(at + 1, &[quote], true) + 1;
            at = self.after_blanks(at);
        }
        if self.byte(at) == b')' {
            return Some((from, to, at + 1));
        }
        self.budget = self.budget.saturating_sub(at - start);
        let all = self.source.len();
        (self.growing && at >= all).then_some((0, 0, all))
    }

    /// The end of an address in parentheses: a blank, or the parenthesis that closes them.
    fn balanced(&self, from: usize) -> usize {
        let (mut at, mut depth) = (from, 0);
        loop {
            at = self.until(at, b" \t\n\r\x0c()", true);
            match self.byte(at) {
                b'(' => depth += 1,
                b')' if depth > 0 => depth -= 1,
                _ => return at,
            }
            at += 1;
        }
    }

    /// An address between `<` and `>`, or one that stands in the text.
    fn address(&mut self, angle: bool) {
        let start = self.at + usize::from(angle);
        let end = if angle {
            self.until(start, b" \t\n\r<>", false)
        } else {
            let rest = cut(self.source, start, self.source.len());
            let web = rest.starts_with("https://") || rest.starts_with("http://");
            if !web || self.before().is_ascii_alphanumeric() {
                return self.at += 1;
            }
            start + bare(rest.as_bytes())
        };
        let address = cut(self.source, start, end);
        if is_safe_link(address) && (!angle || self.byte(end) == b'>') {
            self.flush(end + usize::from(angle));
            let (mark, from) = (self.out.marks.len(), self.out.text.len());
            self.out.put(address);
            if !self.in_link {
                self.put_link(mark, from);
            }
        } else {
            self.at = if angle { start } else { end.max(start + 1) };
        }
    }

    fn finish(mut self) {
        self.flush(self.source.len());
        while self.growing
            && let Some(&open) = self.open.last()
        {
            if open.byte == b'*' && open.count > 1 && !self.is_power(open.mark) {
                self.close(self.open.len() - 1, 2);
            } else {
                self.open.pop();
            }
        }
    }

    /// Whether a delimiter stands after a letter or digit: `2**10` is no beginning.
    fn is_power(&self, mark: usize) -> bool {
        let Some(before) = self.out.marks.get(mark.wrapping_sub(1)) else { return false };
        let text = cut(&self.out.text, before.from, before.to).as_bytes();
        matches!(before.tag, Tag::Text) && text.last().is_some_and(u8::is_ascii_alphanumeric)
    }
}

/// Whether a delimiter can lean on `inside`: `CommonMark` 6.2, left- and right-flanking.
#[inline(never)]
const fn flanks(inside: u8, outside: u8) -> bool {
    !inside.is_ascii_whitespace()
        && (!inside.is_ascii_punctuation()
            || outside.is_ascii_whitespace()
            || outside.is_ascii_punctuation())
}

/// The length of an address that stands in the text: up to a blank, a bracket that closes one
/// before it, or punctuation of a language without blanks; punctuation at its end is the text's.
fn bare(source: &[u8]) -> usize {
    let (mut round, mut square) = (0, 0);
    let mut rest = source;
    while let [byte, after @ ..] = rest {
        step();
        let ends = match rest {
            // U+3000–303F and U+FF00–FF7F
            [0xe3, 0x80, ..] | [0xef, 0xbc | 0xbd, ..] => true,
            _ => matches!(byte, 0..=b' ' | b'<' | b'>' | b'"' | b'`' | b'|' | 0x7f),
        };
        round += i32::from(*byte == b'(') - i32::from(*byte == b')');
        square += i32::from(*byte == b'[') - i32::from(*byte == b']');
        if ends || round < 0 || square < 0 {
            break;
        }
        rest = after;
    }
    let mut address = source.get(..source.len() - rest.len()).unwrap_or_default();
    while let [shorter @ .., b'?' | b'!' | b'.' | b',' | b':' | b';' | b'*' | b'_' | b'~' | b'\''] =
        address
    {
        address = shorter;
    }
    address.len()
}

/// Appends a text whose backslashes and entities are resolved.
pub(super) fn unescape(out: &mut String, source: &str) {
    let (mut from, mut at) = (0, 0);
    let bytes = source.as_bytes();
    while let Some(byte) = bytes.get(at) {
        step();
        if *byte == b'\\' && bytes.get(at + 1).is_some_and(u8::is_ascii_punctuation) {
            out.push_str(cut(source, from, at));
            from = at + 1;
            at += 1;
        } else if *byte == b'&'
            && let Some((character, end)) = entity(source, at)
        {
            out.push_str(cut(source, from, at));
            out.push(character);
            from = end;
            at = end - 1;
        }
        at += 1;
    }
    out.push_str(cut(source, from, at));
}

/// The character that the entity at a place stands for, and where it ends. Of the names only
/// those that escape HTML are known, and the blank that does not break.
#[inline(never)]
fn entity(source: &str, at: usize) -> Option<(char, usize)> {
    let source = source.as_bytes().get(at..)?;
    let end = source.iter().take(10).position(|&byte| byte == b';')?;
    let character = match source.get(..end)? {
        b"&amp" => '&',
        b"&lt" => '<',
        b"&gt" => '>',
        b"&quot" => '"',
        b"&apos" => '\'',
        b"&nbsp" => '\u{a0}',
        [b'&', b'#', b'x' | b'X', digits @ ..] => numbered(digits, 16)?,
        [b'&', b'#', digits @ ..] => numbered(digits, 10)?,
        _ => return None,
    };
    Some((character, at + end + 1))
}

fn numbered(digits: &[u8], radix: u32) -> Option<char> {
    let code = super::number(digits, radix)?;
    char::from_u32(code).filter(|character| !character.is_control())
}
