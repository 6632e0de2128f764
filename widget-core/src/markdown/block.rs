//! Blocks: what a line begins, and which lines belong to it.

use super::{Align, MAX_DEPTH, Node, inline, step};

/// What a line begins.
#[derive(Clone, Copy)]
enum Start<'a> {
    Fence { mark: u8, length: usize, info: &'a str },
    Heading(u8, &'a str),
    Rule,
    Quote,
    Item(Marker<'a>),
    Text,
}

/// The marker of a list item.
#[derive(Clone, Copy)]
struct Marker<'a> {
    /// `-`, `*`, `+`, `.` or `)`: another one begins another list.
    byte: u8,
    start: Option<u32>,
    /// Columns of the marker and the blanks after it.
    width: usize,
    rest: &'a str,
}

/// The block parser. It works on slices of lines; a container passes on its lines without their
/// markers, so each level of nesting looks at a line once.
pub(super) struct Blocks {
    /// Where the source ends: what reaches it may still be growing.
    end: *const u8,
}

impl Blocks {
    pub(super) fn new(source: &str) -> Self {
        Self { end: source.as_bytes().as_ptr_range().end }
    }

    fn is_last(&self, line: &str) -> bool {
        line.as_bytes().as_ptr_range().end == self.end
    }

    pub(super) fn parse(&self, lines: &[&str], depth: usize) -> Vec<Node> {
        let mut out = Vec::new();
        let mut rest = lines;
        while let [line, after @ ..] = rest {
            let text = line.trim_ascii_start();
            if text.is_empty() {
                rest = after;
                continue;
            }
            let (node, used) = match start(text, depth) {
                Start::Fence { mark, length, info } => self.fence(rest, mark, length, info),
                Start::Heading(level, text) => (Node::Heading(level, self.inline(text)), 1),
                Start::Rule => (Node::Rule, 1),
                Start::Quote => self.quote(rest, depth),
                Start::Item(marker) => self.list(rest, marker, depth),
                Start::Text => self.table(rest, depth).unwrap_or_else(|| self.text(rest, depth)),
            };
            out.push(node);
            rest = rest.get(used..).unwrap_or_default();
        }
        out
    }

    fn fence(&self, lines: &[&str], mark: u8, length: usize, info: &str) -> (Node, usize) {
        let margin = lines.first().map_or(0, |line| indent(line));
        let mut code = Vec::new();
        let mut used = 1;
        for line in lines.iter().skip(1) {
            step();
            used += 1;
            let text = line.trim_ascii();
            if (text.len() >= length || (!text.is_empty() && self.is_last(line)))
                && text.bytes().all(|byte| byte == mark)
            {
                break;
            }
            code.push(dedent(line, margin));
        }
        let language = info.split_ascii_whitespace().next().unwrap_or_default();
        (Node::CodeBlock { language: inline::unescape(language), text: code.join("\n") }, used)
    }

    fn inline(&self, text: &str) -> Vec<Node> {
        inline::parse(text, self.is_last(text))
    }

    fn text(&self, lines: &[&str], depth: usize) -> (Node, usize) {
        let more = lines.iter().enumerate().skip(1).take_while(|(index, line)| {
            continues(line, depth)
                && lines.get(index + 1).is_none_or(|next| self.columns(line, next).is_none())
        });
        let used = 1 + more.count();
        let lines = lines.get(..used).unwrap_or(lines);
        let text: Vec<&str> = lines.iter().map(|line| line.trim_ascii_start()).collect();
        let growing = lines.last().is_some_and(|line| self.is_last(line));
        (Node::Paragraph(inline::parse(text.join("\n").trim_ascii_end(), growing)), used)
    }

    fn quote(&self, lines: &[&str], depth: usize) -> (Node, usize) {
        let mut inner = Vec::new();
        for line in lines {
            step();
            let text = line.trim_ascii_start();
            match text.strip_prefix('>') {
                Some(text) => inner.push(text.strip_prefix(' ').unwrap_or(text)),
                None if inner.last().is_some_and(|last| !last.trim_ascii().is_empty())
                    && continues(line, depth) =>
                {
                    inner.push(line);
                }
                None => break,
            }
        }
        (Node::Quote(self.parse(&inner, depth + 1)), inner.len())
    }

    fn list(&self, lines: &[&str], first: Marker<'_>, depth: usize) -> (Node, usize) {
        let mut items = Vec::new();
        let mut used = 0;
        let mut marker = Some(first);
        while let (Some(Marker { width, rest, .. }), Some(line)) = (marker, lines.get(used)) {
            let (inner, count) = item(
                lines.get(used + 1..).unwrap_or_default(),
                Item { outer: indent(line), width, rest, depth },
            );
            items.push(self.parse(&inner, depth + 1));
            used += 1 + count;
            marker = match lines.get(used).map(|line| start(line.trim_ascii_start(), depth)) {
                Some(Start::Item(next)) if next.byte == first.byte => Some(next),
                _ => None,
            };
        }
        (Node::List { start: first.start, items }, used)
    }

    /// The alignments, when `head` is the head of a table and `line` is the line below it.
    fn columns(&self, head: &str, line: &str) -> Option<Vec<Align>> {
        let line = line.trim_ascii();
        if !line.contains('|') || !head.contains('|') {
            return None;
        }
        let mut columns = Vec::new();
        for cell in cells(line) {
            let inner = cell.strip_prefix(':').unwrap_or(cell);
            let inner = inner.strip_suffix(':').unwrap_or(inner);
            let growing = self.is_last(line);
            if inner.bytes().any(|byte| byte != b'-') || (inner.is_empty() && !growing) {
                return None;
            }
            columns.push(match (cell.starts_with(':'), cell.ends_with(':')) {
                (true, true) => Align::Center,
                (true, false) => Align::Left,
                (false, true) => Align::Right,
                (false, false) => Align::None,
            });
        }
        let wanted = cells(head).count();
        if self.is_last(line) && columns.len() < wanted {
            columns.resize(wanted, Align::None); // the line is still being written
        }
        (columns.len() == wanted).then_some(columns)
    }

    fn table(&self, lines: &[&str], depth: usize) -> Option<(Node, usize)> {
        let [head, below, body @ ..] = lines else { return None };
        let columns = self.columns(head, below)?;
        let body = body.iter().take_while(|line| continues(line, depth));
        let rows = std::iter::once(head).chain(body).map(|line| {
            cells(line).take(columns.len()).map(|cell| inline::parse(cell, false)).collect()
        });
        let rows: Vec<Vec<Vec<Node>>> = rows.collect();
        let used = rows.len() + 1;
        Some((Node::Table { columns, rows }, used))
    }
}

/// The first line of an item.
#[derive(Clone, Copy)]
struct Item<'a> {
    /// Columns before the marker.
    outer: usize,
    width: usize,
    rest: &'a str,
    depth: usize,
}

/// The lines of one list item without its indentation, and how many there are after the first.
fn item<'a>(lines: &[&'a str], of: Item<'a>) -> (Vec<&'a str>, usize) {
    let content = of.outer + of.width;
    let mut inner = vec![of.rest];
    let mut blank = of.rest.is_empty();
    for line in lines {
        step();
        let text = line.trim_ascii_start();
        if text.is_empty() {
            blank = true;
        } else if indent(line) >= content.min(of.outer + 2) {
            blank = false;
        } else if blank || !matches!(start(text, of.depth), Start::Text) {
            break;
        }
        inner.push(dedent(line, content));
    }
    let count = inner.len() - 1;
    (inner, count)
}

/// Whether a line goes on with the paragraph above it.
fn continues(line: &str, depth: usize) -> bool {
    let text = line.trim_ascii_start();
    match start(text, depth) {
        Start::Text => !text.is_empty(),
        Start::Item(marker) => marker.rest.is_empty() || marker.start.is_some_and(|n| n != 1),
        _ => false,
    }
}

fn start(text: &str, depth: usize) -> Start<'_> {
    step();
    let bytes = text.as_bytes();
    let Some(&byte) = bytes.first() else { return Start::Text };
    let length = bytes.iter().take_while(|&&b| b == byte).count();
    let after = text.get(length..).unwrap_or_default();
    match byte {
        b'`' | b'~' if length >= 3 && !(byte == b'`' && after.contains('`')) => {
            return Start::Fence { mark: byte, length, info: after.trim_ascii() };
        }
        b'#' if length <= 6 && (after.is_empty() || after.starts_with([' ', '\t'])) => {
            return Start::Heading(length as u8, heading(after));
        }
        b'*' | b'-' | b'_' if is_rule(bytes, byte) => return Start::Rule,
        b'>' if depth < MAX_DEPTH => return Start::Quote,
        _ => {}
    }
    match marker(text) {
        Some(marker) if depth < MAX_DEPTH => Start::Item(marker),
        _ => Start::Text,
    }
}

/// The text of a heading without the closing `#`s.
fn heading(text: &str) -> &str {
    let text = text.trim_ascii();
    let open = text.trim_end_matches('#');
    if open.is_empty() || open.ends_with([' ', '\t']) { open.trim_ascii_end() } else { text }
}

fn is_rule(bytes: &[u8], byte: u8) -> bool {
    bytes.iter().all(|&b| b == byte || b == b' ' || b == b'\t')
        && bytes.iter().filter(|&&b| b == byte).count() >= 3
}

fn marker(text: &str) -> Option<Marker<'_>> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let byte = *text.as_bytes().get(digits)?;
    let start = match (digits, byte) {
        (0, b'-' | b'*' | b'+') => None,
        (1..=9, b'.' | b')') => Some(text.get(..digits)?.parse().ok()?),
        _ => return None,
    };
    let rest = text.get(digits + 1..)?;
    let blanks = indent(rest);
    if blanks == 0 && !rest.is_empty() {
        return None;
    }
    let blanks = if rest.trim_ascii().is_empty() || blanks > 4 { 1 } else { blanks };
    Some(Marker { byte, start, width: digits + 1 + blanks, rest: dedent(rest, blanks) })
}

/// The columns of blanks a line begins with; a tab is as wide as four blanks.
fn indent(line: &str) -> usize {
    let blanks = line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t'));
    blanks.map(|byte| if byte == b'\t' { 4 } else { 1 }).sum()
}

/// The line without up to so many columns of blanks.
fn dedent(line: &str, columns: usize) -> &str {
    let mut left = columns;
    let blanks = line.bytes().take_while(|&byte| {
        let width = if byte == b'\t' { 4 } else { 1 };
        let take = matches!(byte, b' ' | b'\t') && left > 0;
        left = left.saturating_sub(width);
        take
    });
    line.get(blanks.count()..).unwrap_or_default()
}

/// The cells of a row, trimmed. A `|` after a backslash belongs to its cell.
fn cells(line: &str) -> impl Iterator<Item = &str> {
    let line = line.trim_ascii();
    let mut rest = Some(line.strip_prefix('|').unwrap_or(line));
    std::iter::from_fn(move || {
        let text = rest?;
        let mut escaped = false;
        let end = text.bytes().position(|byte| {
            step();
            let ends = byte == b'|' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        });
        rest = end.and_then(|end| text.get(end + 1..)).filter(|rest| !rest.is_empty());
        Some(text.get(..end.unwrap_or(text.len()))?.trim_ascii())
    })
}
