//! What runs within a paragraph, a heading or a cell.

use super::link::is_safe_link;
use super::{MAX_DEPTH, Node, step};

/// Parses the text of one block. `growing` text ends where the source ends, which may be in the
/// middle of an answer.
pub(super) fn parse(text: &str, growing: bool) -> Vec<Node> {
    let budget = 4 * text.len() + 256;
    Inline { text, growing, budget, at: 0, from: 0, out: Vec::new(), open: Vec::new() }.run()
}

/// A delimiter that may still be closed.
struct Open {
    /// `*`, `_`, `~`, `[`, or `!` for the beginning of an image.
    byte: u8,
    /// How many of them are left, 1 to 3.
    count: usize,
    /// Where its text stands in the output.
    at: usize,
}

struct Inline<'a> {
    text: &'a str,
    growing: bool,
    /// The bytes that may still be looked at in vain.
    budget: usize,
    at: usize,
    /// What lies between here and `at` is plain text that was not put out yet.
    from: usize,
    out: Vec<Node>,
    open: Vec<Open>,
}

impl<'a> Inline<'a> {
    fn run(mut self) -> Vec<Node> {
        while let Some(byte) = self.byte(self.at) {
            step();
            match byte {
                b'\\' => self.escape(),
                b'`' => self.code(),
                b'*' | b'_' | b'~' => self.emphasis(byte),
                b'[' => self.bracket(byte, "["),
                b'!' if self.byte(self.at + 1) == Some(b'[') => self.bracket(byte, "!["),
                b']' => self.link(),
                b'<' | b'h' => self.address(byte),
                b'&' => self.entity(),
                b'\n' => self.line_end(),
                _ => self.at += 1,
            }
        }
        self.finish()
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// The bytes from `from` on, as long as `wanted` holds.
    fn span(&self, from: usize, mut wanted: impl FnMut(u8) -> bool) -> usize {
        let bytes = self.text.as_bytes().get(from..).unwrap_or_default();
        let wanted = |byte: &&u8| {
            step();
            wanted(**byte)
        };
        bytes.iter().take_while(wanted).count()
    }

    /// Likewise, and a byte after a backslash always belongs to it.
    fn span_escaped(&self, from: usize, mut wanted: impl FnMut(u8) -> bool) -> usize {
        let mut escaped = false;
        self.span(from, |byte| {
            let plain = escaped;
            escaped = byte == b'\\' && !escaped;
            plain || wanted(byte)
        })
    }

    /// Puts out the pending text up to `at`, and goes on at `next`.
    fn flush(&mut self, next: usize) {
        let text = self.slice(self.from, self.at);
        if !text.is_empty() {
            self.out.push(Node::Text(text.to_owned()));
        }
        self.at = next;
        self.from = next;
    }

    fn put(&mut self, next: usize, node: Node) {
        self.flush(next);
        self.out.push(node);
    }

    fn escape(&mut self) {
        match self.byte(self.at + 1) {
            Some(byte) if byte.is_ascii_punctuation() => {
                self.flush(self.at + 1);
                self.at += 1;
            }
            Some(b'\n') => self.put(self.at + 2, Node::Break),
            _ => self.at += 1,
        }
    }

    fn line_end(&mut self) {
        let line = self.slice(self.from, self.at);
        let text = line.trim_end_matches(' ');
        if line.len() > text.len() {
            let end = self.at;
            self.at -= line.len() - text.len();
            if line.len() - text.len() >= 2 {
                return self.put(end + 1, Node::Break);
            }
            self.flush(end);
        }
        self.at += 1;
    }

    fn entity(&mut self) {
        match entity(self.slice(self.at, self.text.len())) {
            Some((character, length)) => {
                self.put(self.at + length, Node::Text(character.into()));
            }
            None => self.at += 1,
        }
    }

    fn code(&mut self) {
        let length = self.span(self.at, |byte| byte == b'`');
        let start = self.at + length;
        let mut end = start;
        while self.budget > 0 && end < self.text.len() {
            end += self.span(end, |byte| byte != b'`');
            let close = self.span(end, |byte| byte == b'`');
            if close == length {
                return self.put_code(start, end, end + close);
            }
            end += close;
        }
        let rest = self.slice(start, self.text.len());
        if self.growing && length == 1 && !rest.starts_with(' ') && !rest.contains('\n') {
            return self.put_code(start, self.text.len(), self.text.len());
        }
        self.at += length;
        self.budget = self.budget.saturating_sub(end - start);
    }

    fn put_code(&mut self, start: usize, end: usize, next: usize) {
        let code = self.slice(start, end).replace('\n', " ");
        let inner = code.strip_prefix(' ').and_then(|code| code.strip_suffix(' '));
        let inner = inner.filter(|inner| !inner.trim_ascii().is_empty()).unwrap_or(&code);
        match inner {
            "" => self.flush(next), // a backtick at the very end
            code => self.put(next, Node::Code(code.to_owned())),
        }
    }

    fn emphasis(&mut self, byte: u8) {
        let count = self.span(self.at, |next| next == byte);
        let before = self.at.checked_sub(1).and_then(|at| self.byte(at)).unwrap_or(b' ');
        let after = self.byte(self.at + count).unwrap_or(b' ');
        let known = if byte == b'~' { count == 2 } else { count <= 3 };
        // CommonMark 6.2, left- and right-flanking.
        let flanks = |inside: u8, outside: u8| {
            !inside.is_ascii_whitespace()
                && (!inside.is_ascii_punctuation()
                    || outside.is_ascii_whitespace()
                    || outside.is_ascii_punctuation())
        };
        let (starts, ends) = (flanks(after, before), flanks(before, after));
        let word = byte == b'_';
        let opens = starts && !(word && ends && !before.is_ascii_punctuation());
        // `**Note:**text` is not closed in CommonMark; everybody means it to be.
        let lenient = count == 2 && !word && !before.is_ascii_whitespace();
        let closes = lenient || (ends && !(word && starts && !after.is_ascii_punctuation()));
        let end = self.at + count;
        if self.growing && end == self.text.len() && count == 2 && before.is_ascii_whitespace() {
            return self.flush(end); // what it opens is not there yet
        }
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
        if left > 0 && opens {
            self.begin(byte, left);
        }
        if left > 0 {
            self.out.push(Node::Text(delimiters(byte, left).to_owned()));
        }
    }

    /// Remembers a delimiter whose text is put out next. When too many are open, the oldest one
    /// becomes text: it is the least likely to be closed.
    fn begin(&mut self, byte: u8, count: usize) {
        if self.open.len() == MAX_DEPTH {
            self.open.remove(0);
        }
        self.open.push(Open { byte, count, at: self.out.len() });
    }

    /// Wraps what came since an opening delimiter, and says how many characters that took.
    fn close(&mut self, index: usize, left: usize) -> usize {
        self.open.truncate(index + 1);
        let Some(open) = self.open.pop() else { return left };
        let used = if open.count >= 2 && left >= 2 { 2 } else { 1 };
        let children = merge(self.out.split_off(open.at + 1));
        self.out.pop();
        if open.count > used {
            self.begin(open.byte, open.count - used);
            let text = delimiters(open.byte, open.count - used);
            self.out.push(Node::Text(text.to_owned()));
        }
        self.out.push(match (open.byte, used) {
            (b'~', _) => Node::Strike(children),
            (_, 1) => Node::Emphasis(children),
            _ => Node::Strong(children),
        });
        used
    }

    fn bracket(&mut self, byte: u8, text: &str) {
        self.flush(self.at + text.len());
        self.begin(byte, 1);
        self.out.push(Node::Text(text.to_owned()));
    }

    fn link(&mut self) {
        let bracket = |open: &Open| matches!(open.byte, b'[' | b'!');
        let Some(index) = self.open.iter().rposition(bracket) else { return self.at += 1 };
        let Some((href, next)) = self.destination(self.at + 1) else {
            self.open.remove(index);
            return self.at += 1;
        };
        self.flush(next);
        self.open.truncate(index + 1);
        let Some(open) = self.open.pop() else { return };
        let mut children = unlinked(merge(self.out.split_off(open.at + 1)));
        self.out.pop();
        if open.byte == b'[' {
            self.open.retain(|open| open.byte != b'['); // links do not nest
        }
        if !is_safe_link(&href) {
            return self.out.append(&mut children);
        }
        if children.is_empty() {
            children.push(Node::Text(href.clone()));
        }
        self.out.push(Node::Link { href, children });
    }

    /// The address in parentheses after a link's text, and where it ends. One that is still being
    /// written is empty.
    fn destination(&mut self, start: usize) -> Option<(String, usize)> {
        if self.byte(start) != Some(b'(') || self.budget == 0 {
            return None;
        }
        let blank = |byte: u8| byte.is_ascii_whitespace();
        let mut at = start + 1;
        at += self.span(at, blank);
        let angle = self.byte(at) == Some(b'<');
        at += usize::from(angle);
        let mut depth = 0;
        let length = self.span_escaped(at, |byte| match byte {
            b'\n' => false,
            b'>' if angle => false,
            _ if angle => true,
            b'(' => {
                depth += 1;
                true
            }
            b')' => closes(&mut depth),
            _ => !byte.is_ascii_whitespace(),
        });
        let href = self.slice(at, at + length);
        at += length + usize::from(angle);
        at += self.span(at, blank);
        if let Some(quote @ (b'"' | b'\'')) = self.byte(at) {
            at += 2 + self.span_escaped(at + 1, |byte| byte != quote);
            at += self.span(at, blank);
        }
        if self.byte(at) == Some(b')') {
            return Some((unescape(href), at + 1));
        }
        self.budget = self.budget.saturating_sub(at - start);
        (self.growing && at >= self.text.len()).then(|| (String::new(), self.text.len()))
    }

    /// An address between `<` and `>`, or one that stands in the text.
    fn address(&mut self, byte: u8) {
        let start = self.at + usize::from(byte == b'<');
        let rest = self.slice(start, self.text.len());
        let web = rest.starts_with("https://") || rest.starts_with("http://");
        let (length, next) = if byte == b'<' {
            let length = self.span(start, |byte| byte > b' ' && byte != b'<' && byte != b'>');
            (length, start + length + 1)
        } else {
            let before = self.at.checked_sub(1).and_then(|at| self.byte(at));
            if !web || before.is_some_and(|byte| byte.is_ascii_alphanumeric()) {
                return self.at += 1;
            }
            let length = bare(rest);
            (length, start + length)
        };
        let href = self.slice(start, start + length);
        if is_safe_link(href) && (byte == b'h' || self.byte(next - 1) == Some(b'>')) {
            let children = vec![Node::Text(href.to_owned())];
            return self.put(next, Node::Link { href: href.to_owned(), children });
        }
        self.at += if byte == b'h' { length.max(1) } else { 1 };
    }

    fn finish(mut self) -> Vec<Node> {
        self.flush(self.text.len());
        let mut open = self.open.len();
        while self.growing && open > 0 {
            open -= 1;
            let Some(Open { byte: b'*', count: 2.., at }) = self.open.get(open) else { continue };
            let before = at.checked_sub(1).and_then(|at| self.out.get(at));
            let power = matches!(before, Some(Node::Text(text)) if text.ends_with(|c: char| c.is_ascii_alphanumeric()));
            if !power {
                self.close(open, 2);
            }
        }
        merge(self.out)
    }
}

/// The length of an address that stands in the text: up to a blank, a bracket that closes one
/// before it, or punctuation of a language without spaces; punctuation at its end is the text's.
fn bare(text: &str) -> usize {
    let (mut round, mut square) = (0, 0);
    let wanted = |c: &char| {
        step();
        match c {
            '(' => round += 1,
            '[' => square += 1,
            ')' => return closes(&mut round),
            ']' => return closes(&mut square),
            '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff65}' => return false,
            _ => {}
        }
        !matches!(c, '\0'..=' ' | '<' | '>' | '"' | '`' | '|' | '\u{7f}')
    };
    let length = text.chars().take_while(wanted).map(char::len_utf8).sum();
    let address = text.get(..length).unwrap_or_default();
    address.trim_end_matches(['?', '!', '.', ',', ':', ';', '*', '_', '~', '\'']).len()
}

/// Takes one from the brackets that are open, when there is one.
fn closes(open: &mut usize) -> bool {
    let closed = *open > 0;
    *open -= usize::from(closed);
    closed
}

fn delimiters(byte: u8, count: usize) -> &'static str {
    let text = match byte {
        b'*' => "***",
        b'_' => "___",
        _ => "~~~",
    };
    text.get(..count).unwrap_or(text)
}

/// Joins neighbouring texts.
fn merge(nodes: Vec<Node>) -> Vec<Node> {
    let mut out: Vec<Node> = Vec::with_capacity(nodes.len());
    for node in nodes {
        step();
        match (out.last_mut(), node) {
            (Some(Node::Text(text)), Node::Text(more)) => text.push_str(&more),
            (_, node) => out.push(node),
        }
    }
    out
}

/// The nodes with what links show in the place of links.
fn unlinked(nodes: Vec<Node>) -> Vec<Node> {
    let mut out = Vec::with_capacity(nodes.len());
    for node in nodes {
        step();
        match node {
            Node::Link { children, .. } => out.extend(unlinked(children)),
            Node::Emphasis(children) => out.push(Node::Emphasis(unlinked(children))),
            Node::Strong(children) => out.push(Node::Strong(unlinked(children))),
            Node::Strike(children) => out.push(Node::Strike(unlinked(children))),
            node => out.push(node),
        }
    }
    out
}

/// Resolves backslashes and entities.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        step();
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        let (c, next) = match c {
            '\\' if after.starts_with(|c: char| c.is_ascii_punctuation()) => {
                (after.chars().next().unwrap_or(c), after.get(1..).unwrap_or_default())
            }
            '&' => match entity(rest) {
                Some((c, length)) => (c, rest.get(length..).unwrap_or_default()),
                None => (c, after),
            },
            c => (c, after),
        };
        out.push(c);
        rest = next;
    }
    out
}

/// The character that an entity at the beginning of the text stands for, and its length. Of the
/// names only those that escape HTML are known, and the blank that does not break.
fn entity(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(10).position(|byte| byte == b';')?;
    let name = text.get(1..end)?;
    let character = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        _ => {
            let digits = name.strip_prefix('#').filter(|digits| !digits.contains('+'))?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => digits.parse(),
            };
            char::from_u32(code.ok()?).filter(|c| !c.is_control())?
        }
    };
    Some((character, end + 1))
}
