//! What runs within a paragraph, a heading or a cell.

use super::link::is_safe_link;
use super::{MAX_DEPTH, Node, step, text};

/// How many emphases may be open at once in the text of a link.
const MAX_IN_LINK: usize = 4;

/// Parses the text of one block. `growing` text ends where the source ends, which may be in the
/// middle of an answer.
pub(super) fn parse(source: &[u8], growing: bool) -> Vec<Node> {
    Inline { growing, ..Inline::of(source) }.run()
}

/// A delimiter that may still be closed.
struct Open {
    /// `*`, `_`, `~`, `[`, or `!` for the beginning of an image.
    byte: u8,
    /// How many of them are left, 1 to 3; none of a bracket that cannot become a link any more.
    count: usize,
    /// Where the text after it begins.
    from: usize,
    /// What was put out before it.
    before: Vec<Node>,
}

struct Inline<'a> {
    source: &'a [u8],
    growing: bool,
    /// Whether this is the text of a link: links in it show their own text only.
    in_link: bool,
    /// The bytes that may still be looked at in vain.
    budget: usize,
    at: usize,
    /// What lies between here and `at` is plain text that was not put out yet.
    from: usize,
    /// What was put out since the last delimiter that is open.
    out: Vec<Node>,
    open: Vec<Open>,
}

impl<'a> Inline<'a> {
    const fn of(source: &'a [u8]) -> Self {
        Inline {
            source,
            growing: false,
            in_link: false,
            budget: 4 * source.len() + 256,
            at: 0,
            from: 0,
            out: Vec::new(),
            open: Vec::new(),
        }
    }

    fn run(mut self) -> Vec<Node> {
        while let Some(byte) = self.byte(self.at) {
            step();
            match byte {
                b'\\' => self.escape(),
                b'`' => self.code(),
                b'*' | b'_' | b'~' => self.emphasis(byte),
                b'[' => self.bracket(byte, 1),
                b'!' if self.byte(self.at + 1) == Some(b'[') => self.bracket(byte, 2),
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
        self.source.get(at).copied()
    }

    /// The byte before this place, or a blank.
    fn before(&self) -> u8 {
        self.at.checked_sub(1).and_then(|at| self.byte(at)).unwrap_or(b' ')
    }

    fn slice(&self, from: usize, to: usize) -> &'a [u8] {
        self.source.get(from..to).unwrap_or_default()
    }

    /// How many bytes from `from` on `wanted` holds for.
    fn span(&self, from: usize, wanted: &mut dyn FnMut(u8) -> bool) -> usize {
        let mut at = from;
        while self.byte(at).is_some_and(&mut *wanted) {
            step();
            at += 1;
        }
        at - from
    }

    /// Likewise, and a byte after a backslash always belongs to it.
    fn span_escaped(&self, from: usize, wanted: &mut dyn FnMut(u8) -> bool) -> usize {
        let mut escaped = false;
        self.span(from, &mut |byte| {
            let plain = escaped;
            escaped = byte == b'\\' && !escaped;
            plain || wanted(byte)
        })
    }

    /// Puts out the pending text up to `at`, and goes on at `next`.
    fn flush(&mut self, next: usize) {
        let pending = self.slice(self.from, self.at);
        if !pending.is_empty() {
            push(&mut self.out, Node::Text(text(pending)));
        }
        self.at = next;
        self.from = next;
    }

    fn put(&mut self, next: usize, node: Node) {
        self.flush(next);
        push(&mut self.out, node);
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
            _ => self.put(end + 1, Node::Break),
        }
    }

    fn entity(&mut self) {
        match entity(self.slice(self.at, self.source.len())) {
            Some((character, length)) => self.put(self.at + length, Node::Text(character.into())),
            None => self.at += 1,
        }
    }

    fn code(&mut self) {
        let all = self.source.len();
        let length = self.span(self.at, &mut |byte| byte == b'`');
        let start = self.at + length;
        let mut end = start;
        while self.budget > 0 && end < all {
            end += self.span(end, &mut |byte| byte != b'`');
            let close = self.span(end, &mut |byte| byte == b'`');
            if close == length {
                return self.put_code(start, end, end + close);
            }
            end += close;
        }
        self.budget = self.budget.saturating_sub(end - start);
        let rest = self.slice(start, all);
        if self.growing && length == 1 && rest.first() != Some(&b' ') && !rest.contains(&b'\n') {
            return self.put_code(start, all, all);
        }
        self.at = start;
    }

    fn put_code(&mut self, start: usize, end: usize, next: usize) {
        let mut code = self.slice(start, end);
        if let [b' ' | b'\n', inner @ .., b' ' | b'\n'] = code
            && !inner.trim_ascii().is_empty()
        {
            code = inner;
        }
        self.flush(next);
        if !code.is_empty() {
            let blank = |c| if c == '\n' { ' ' } else { c };
            self.out.push(Node::Code(text(code).chars().map(blank).collect()));
        }
    }

    fn emphasis(&mut self, byte: u8) {
        let count = self.span(self.at, &mut |next| next == byte);
        let end = self.at + count;
        let (before, after) = (self.before(), self.byte(end).unwrap_or(b' '));
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
        if left > 0 && opens {
            self.begin(byte, left);
        } else {
            delimiters(&mut self.out, byte, left);
        }
    }

    /// Remembers a delimiter. When too many are open, those before it become text.
    fn begin(&mut self, byte: u8, count: usize) {
        if self.open.len() >= if self.in_link { MAX_IN_LINK } else { MAX_DEPTH } {
            self.fold(0);
        }
        let before = std::mem::take(&mut self.out);
        self.open.push(Open { byte, count, from: self.at, before });
    }

    /// Makes text of the delimiters that are open beyond the first so many.
    fn fold(&mut self, keep: usize) {
        while self.open.len() > keep
            && let Some(open) = self.open.pop()
        {
            let after = std::mem::replace(&mut self.out, open.before);
            delimiters(&mut self.out, open.byte, open.count);
            for node in after {
                push(&mut self.out, node);
            }
        }
    }

    /// Wraps what came since a delimiter, and says how many characters of the closing one that
    /// took.
    fn close(&mut self, index: usize, left: usize) -> usize {
        self.fold(index + 1);
        let Some(open) = self.open.pop() else { return left };
        let children = std::mem::replace(&mut self.out, open.before);
        let used = open.count.min(left).min(2);
        if open.count > used {
            self.begin(open.byte, open.count - used);
        }
        self.out.push(match (open.byte, used) {
            (b'~', _) => Node::Strike(children),
            (_, 1) => Node::Emphasis(children),
            _ => Node::Strong(children),
        });
        used
    }

    fn bracket(&mut self, byte: u8, length: usize) {
        self.flush(self.at + length);
        self.begin(byte, 1);
    }

    fn link(&mut self) {
        let bracket = |open: &Open| matches!(open.byte, b'[' | b'!') && open.count > 0;
        let Some(index) = self.open.iter().rposition(bracket) else { return self.at += 1 };
        let Some((href, next)) = self.destination(self.at + 1) else {
            if index + 1 == self.open.len() {
                self.flush(self.at);
                self.fold(index);
            } else if let Some(open) = self.open.get_mut(index) {
                open.count = 0;
            }
            return self.at += 1;
        };
        let end = self.at;
        self.flush(next);
        self.fold(index + 1);
        let Some(open) = self.open.pop() else { return };
        let mut shown = std::mem::replace(&mut self.out, open.before);
        if open.byte == b'[' {
            self.open.iter_mut().filter(|open| open.byte == b'[').for_each(|open| open.count = 0);
        }
        if !self.in_link {
            shown = Inline { in_link: true, ..Inline::of(self.slice(open.from, end)) }.run();
        }
        self.put_link(href, shown);
    }

    /// Puts out a link, or only what it shows.
    fn put_link(&mut self, href: String, mut shown: Vec<Node>) {
        if self.in_link || !is_safe_link(&href) {
            for node in shown {
                push(&mut self.out, node);
            }
            return;
        }
        if shown.is_empty() {
            shown.push(Node::Text(href.clone()));
        }
        self.out.push(Node::Link { href, children: shown });
    }

    /// The address in parentheses after a link's text, and where it ends. One that is still being
    /// written is empty.
    fn destination(&mut self, start: usize) -> Option<(String, usize)> {
        if self.byte(start) != Some(b'(') || self.budget == 0 {
            return None;
        }
        let blank = &mut |byte: u8| byte.is_ascii_whitespace();
        let mut at = start + 1;
        at += self.span(at, blank);
        let angle = self.byte(at) == Some(b'<');
        at += usize::from(angle);
        let mut depth = 0;
        let length = self.span_escaped(at, &mut |byte| match byte {
            b'\n' => false,
            b'>' if angle => false,
            _ if angle => true,
            _ => !byte.is_ascii_whitespace() && balanced(&mut depth, byte, b"()"),
        });
        let href = self.slice(at, at + length);
        at += length + usize::from(angle);
        at += self.span(at, blank);
        if let Some(quote @ (b'"' | b'\'')) = self.byte(at) {
            at += 2 + self.span_escaped(at + 1, &mut |byte| byte != quote);
            at += self.span(at, blank);
        }
        if self.byte(at) == Some(b')') {
            return Some((unescape(href), at + 1));
        }
        self.budget = self.budget.saturating_sub(at - start);
        let all = self.source.len();
        (self.growing && at >= all).then(|| (String::new(), all))
    }

    /// An address between `<` and `>`, or one that stands in the text.
    fn address(&mut self, byte: u8) {
        let all = self.source.len();
        let (start, length, closing) = if byte == b'<' {
            let start = self.at + 1;
            let length = self.span(start, &mut |byte| byte > b' ' && byte != b'<' && byte != b'>');
            (start, length, 1)
        } else {
            let rest = self.slice(self.at, all);
            let web = rest.starts_with(b"https://") || rest.starts_with(b"http://");
            if !web || self.before().is_ascii_alphanumeric() {
                return self.at += 1;
            }
            (self.at, bare(rest), 0)
        };
        let end = start + length;
        let href = text(self.slice(start, end));
        if is_safe_link(&href) && (closing == 0 || self.byte(end) == Some(b'>')) {
            self.flush(end + closing);
            self.put_link(href.clone(), vec![Node::Text(href)]);
        } else {
            self.at += if closing == 0 { length.max(1) } else { 1 };
        }
    }

    fn finish(mut self) -> Vec<Node> {
        self.flush(self.source.len());
        while let Some(open) = self.open.last() {
            let power = matches!(open.before.last(), Some(Node::Text(text))
                if text.ends_with(|c: char| c.is_ascii_alphanumeric()));
            if self.growing && open.byte == b'*' && open.count > 1 && !power {
                self.close(self.open.len() - 1, 2);
            } else {
                self.fold(self.open.len() - 1);
            }
        }
        self.out
    }
}

/// Whether a delimiter can lean on `inside`: `CommonMark` 6.2, left- and right-flanking.
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
        if ends || !balanced(&mut round, *byte, b"()") || !balanced(&mut square, *byte, b"[]") {
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

/// Counts brackets; `false` for one that closes nothing.
fn balanced(depth: &mut usize, byte: u8, pair: &[u8; 2]) -> bool {
    if byte == pair[0] {
        *depth += 1;
    } else if byte == pair[1] {
        if *depth == 0 {
            return false;
        }
        *depth -= 1;
    }
    true
}

/// Puts out a node, and joins neighbouring texts.
fn push(out: &mut Vec<Node>, node: Node) {
    step();
    if let (Some(Node::Text(before)), Node::Text(more)) = (out.last_mut(), &node) {
        before.push_str(more);
    } else {
        out.push(node);
    }
}

/// Puts out delimiters that turned out to be text.
fn delimiters(out: &mut Vec<Node>, byte: u8, count: usize) {
    let text = match byte {
        b'[' => "[",
        b'!' => "![",
        b'*' => "***",
        b'_' => "___",
        _ => "~~~",
    };
    let length = if matches!(byte, b'[' | b'!') { text.len() } else { count };
    if let Some(text) = text.get(..length).filter(|text| !text.is_empty()) {
        push(out, Node::Text(text.to_owned()));
    }
}

/// Resolves backslashes and entities.
pub(super) fn unescape(source: &[u8]) -> String {
    let mut out = Vec::with_capacity(source.len());
    let mut rest = source;
    while let [byte, after @ ..] = rest {
        step();
        let before = std::mem::replace(&mut rest, after);
        match (byte, after) {
            (b'\\', [next, after @ ..]) if next.is_ascii_punctuation() => {
                out.push(*next);
                rest = after;
            }
            (b'&', _) => match entity(before) {
                Some((character, length)) => {
                    out.extend_from_slice(String::from(character).as_bytes());
                    rest = before.get(length..).unwrap_or_default();
                }
                None => out.push(b'&'),
            },
            _ => out.push(*byte),
        }
    }
    text(&out)
}

/// The character that an entity at the beginning stands for, and its length. Of the names only
/// those that escape HTML are known, and the blank that does not break.
fn entity(source: &[u8]) -> Option<(char, usize)> {
    let end = source.iter().take(10).position(|&byte| byte == b';')?;
    let character = match source.get(1..end)? {
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        b"nbsp" => '\u{a0}',
        [b'#', b'x' | b'X', digits @ ..] => numbered(digits, 16)?,
        [b'#', digits @ ..] => numbered(digits, 10)?,
        _ => return None,
    };
    Some((character, end + 1))
}

fn numbered(digits: &[u8], radix: u32) -> Option<char> {
    let code = super::number(digits, radix)?;
    char::from_u32(code).filter(|character| !character.is_control())
}
