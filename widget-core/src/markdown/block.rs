//! Blocks: what a line begins, and which lines belong to it.

use super::{Align, MAX_DEPTH, Node, inline, step};

/// What a line begins.
#[derive(Clone, Copy)]
enum Start<'a> {
    /// The mark, how many of it, and what comes after them.
    Fence(u8, usize, &'a [u8]),
    Heading(u8, &'a [u8]),
    Rule,
    /// What comes after the mark.
    Quote(&'a [u8]),
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
    rest: &'a [u8],
}

/// The block parser. It works on slices of lines; a container passes on its lines without their
/// markers, so each level of nesting looks at a line once.
pub(super) struct Blocks {
    /// Where the source ends: what reaches it may still be growing.
    end: *const u8,
}

impl Blocks {
    pub(super) fn new(source: &[u8]) -> Self {
        Self { end: source.as_ptr_range().end }
    }

    fn is_last(&self, line: &[u8]) -> bool {
        line.as_ptr_range().end == self.end
    }

    pub(super) fn parse(&self, lines: &[&[u8]], depth: usize) -> Vec<Node> {
        let mut out = Vec::new();
        let mut rest = lines;
        while let [line, after @ ..] = rest {
            let mut used = 1;
            let node = match start(line, depth) {
                Start::Text if line.trim_ascii().is_empty() => {
                    rest = after;
                    continue;
                }
                Start::Text => self.text(rest, depth, &mut used),
                Start::Rule => Node::Rule,
                Start::Heading(level, text) => {
                    Node::Heading(level, inline::parse(text, self.is_last(text)))
                }
                Start::Fence(mark, length, info) => {
                    let language = info.split(u8::is_ascii_whitespace).next().unwrap_or_default();
                    let language = inline::unescape(language);
                    let text = self.fence(line, after, (mark, length), &mut used);
                    Node::CodeBlock { language, text }
                }
                Start::Quote(text) => Node::Quote(self.quote(text, after, depth, &mut used)),
                Start::Item(marker) => {
                    let items = self.list(rest, marker, depth, &mut used);
                    Node::List { start: marker.start, items }
                }
            };
            out.push(node);
            rest = rest.get(used..).unwrap_or_default();
        }
        out
    }

    fn fence(
        &self,
        line: &[u8],
        lines: &[&[u8]],
        (mark, length): (u8, usize),
        used: &mut usize,
    ) -> String {
        let margin = indent(line);
        let mut code = Vec::new();
        for line in lines {
            step();
            *used += 1;
            let text = line.trim_ascii();
            // A fence that is still being written is not shown.
            let closes = text.len() >= length || (!text.is_empty() && self.is_last(line));
            if closes && text.iter().all(|&byte| byte == mark) {
                break;
            }
            add_line(&mut code, dedent(line, margin));
        }
        super::text(code.get(1..).unwrap_or_default())
    }

    /// A paragraph, or the table that its first two lines begin.
    fn text(&self, lines: &[&[u8]], depth: usize, used: &mut usize) -> Node {
        if let [head, below, body @ ..] = lines
            && let Some(columns) = self.columns(head, below)
        {
            let mut rows = vec![row(head, columns.len())];
            let body = body.iter().take_while(|line| continues(line, depth));
            rows.extend(body.map(|line| row(line, columns.len())));
            *used = rows.len() + 1;
            return Node::Table { columns, rows };
        }
        let mut text = Vec::new();
        let mut growing = false;
        *used = 0;
        while let Some(line) = lines.get(*used) {
            let below = lines.get(*used + 1);
            let begins_table = || below.is_some_and(|below| self.columns(line, below).is_some());
            if *used > 0 && (!continues(line, depth) || begins_table()) {
                break;
            }
            add_line(&mut text, line.trim_ascii_start());
            growing = self.is_last(line);
            *used += 1;
        }
        Node::Paragraph(inline::parse(text.trim_ascii(), growing))
    }

    fn quote(&self, first: &[u8], after: &[&[u8]], depth: usize, used: &mut usize) -> Vec<Node> {
        let mut inner = vec![first];
        let mut blank = first.trim_ascii().is_empty();
        for line in after {
            let text = match start(line, depth) {
                Start::Quote(text) => text,
                Start::Text if !blank => line,
                _ => break,
            };
            blank = text.trim_ascii().is_empty();
            if blank && line.trim_ascii().is_empty() {
                break;
            }
            inner.push(text);
        }
        *used = inner.len();
        self.parse(&inner, depth + 1)
    }

    fn list(
        &self,
        lines: &[&[u8]],
        first: Marker<'_>,
        depth: usize,
        used: &mut usize,
    ) -> Vec<Vec<Node>> {
        let mut items = Vec::new();
        let mut marker = first;
        *used = 0;
        while let Some(line) = lines.get(*used) {
            *used += 1;
            let outer = indent(line);
            let content = outer + marker.width;
            let mut inner = vec![marker.rest];
            let mut blank = marker.rest.is_empty();
            while let Some(line) = lines.get(*used) {
                if line.trim_ascii().is_empty() {
                    blank = true;
                } else if indent(line) >= content.min(outer + 2) {
                    blank = false;
                } else if blank || !matches!(start(line, depth), Start::Text) {
                    break;
                }
                inner.push(dedent(line, content));
                *used += 1;
            }
            items.push(self.parse(&inner, depth + 1));
            match lines.get(*used).map(|line| start(line, depth)) {
                Some(Start::Item(next)) if next.byte == first.byte => marker = next,
                _ => break,
            }
        }
        items
    }

    /// The alignments, when `head` is the head of a table and `line` is the line below it.
    fn columns(&self, head: &[u8], line: &[u8]) -> Option<Vec<Align>> {
        let line = line.trim_ascii();
        let growing = self.is_last(line);
        if !line.contains(&b'|') || !head.contains(&b'|') {
            return None;
        }
        let mut columns = Vec::new();
        for cell in cells(line) {
            let (left, cell) = cell.strip_prefix(b":").map_or((false, cell), |cell| (true, cell));
            let (right, cell) = cell.strip_suffix(b":").map_or((false, cell), |cell| (true, cell));
            if cell.iter().any(|&byte| byte != b'-') || (cell.is_empty() && !growing) {
                return None;
            }
            columns.push(match (left, right) {
                (true, true) => Align::Center,
                (true, false) => Align::Left,
                (false, true) => Align::Right,
                (false, false) => Align::None,
            });
        }
        let wanted = cells(head).count();
        while growing && columns.len() < wanted {
            columns.push(Align::None); // the line is still being written
        }
        (columns.len() == wanted).then_some(columns)
    }
}

/// Whether a line goes on with the paragraph above it.
fn continues(line: &[u8], depth: usize) -> bool {
    match start(line, depth) {
        Start::Text => !line.trim_ascii().is_empty(),
        Start::Item(marker) => marker.rest.is_empty() || marker.start.is_some_and(|n| n != 1),
        _ => false,
    }
}

fn start(line: &[u8], depth: usize) -> Start<'_> {
    let line = line.trim_ascii_start();
    let Some(&byte) = line.first() else { return Start::Text };
    let length = line.iter().take_while(|&&next| next == byte).count();
    let after = line.get(length..).unwrap_or_default();
    let nested = depth < MAX_DEPTH;
    match byte {
        b'`' | b'~' if length >= 3 && !(byte == b'`' && after.contains(&b'`')) => {
            Start::Fence(byte, length, after.trim_ascii())
        }
        b'#' if length <= 6 && matches!(after, [] | [b' ' | b'\t', ..]) => {
            Start::Heading(length as u8, heading(after.trim_ascii()))
        }
        b'*' | b'-' | b'_' if is_rule(line, byte) => Start::Rule,
        b'>' if nested => Start::Quote(dedent(line.get(1..).unwrap_or_default(), 1)),
        _ => marker(line).filter(|_| nested).map_or(Start::Text, Start::Item),
    }
}

fn is_rule(line: &[u8], mark: u8) -> bool {
    let mut marks = 0;
    let fits = |&byte: &u8| {
        step();
        marks += usize::from(byte == mark);
        byte == mark || byte == b' ' || byte == b'\t'
    };
    line.iter().all(fits) && marks >= 3
}

/// The text of a heading without the closing `#`s.
fn heading(text: &[u8]) -> &[u8] {
    let mut open = text;
    while let [shorter @ .., b'#'] = open {
        open = shorter;
    }
    if matches!(open, [] | [.., b' ' | b'\t']) { open.trim_ascii_end() } else { text }
}

fn marker(line: &[u8]) -> Option<Marker<'_>> {
    let digits = line.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let byte = *line.get(digits)?;
    let start = match (digits, byte) {
        (0, b'-' | b'*' | b'+') => None,
        (1..=9, b'.' | b')') => Some(super::number(line.get(..digits)?, 10)?),
        _ => return None,
    };
    let rest = line.get(digits + 1..)?;
    let blanks = match indent(rest) {
        _ if rest.trim_ascii().is_empty() => 1,
        0 => return None,
        1..=4 => indent(rest),
        _ => 1,
    };
    Some(Marker { byte, start, width: digits + 1 + blanks, rest: dedent(rest, blanks) })
}

/// The columns of blanks a line begins with; a tab is as wide as four blanks.
fn indent(line: &[u8]) -> usize {
    let mut columns = 0;
    for byte in line {
        columns += match byte {
            b' ' => 1,
            b'\t' => 4,
            _ => break,
        };
    }
    columns
}

/// The line without up to so many columns of blanks.
fn dedent(mut line: &[u8], mut columns: usize) -> &[u8] {
    while columns > 0
        && let [byte @ (b' ' | b'\t'), rest @ ..] = line
    {
        columns = columns.saturating_sub(if *byte == b'\t' { 4 } else { 1 });
        line = rest;
    }
    line
}

fn add_line(text: &mut Vec<u8>, line: &[u8]) {
    text.push(b'\n');
    text.extend_from_slice(line);
}

fn row(line: &[u8], columns: usize) -> Vec<Vec<Node>> {
    cells(line).take(columns).map(|cell| inline::parse(cell, false)).collect()
}

/// The cells of a row, trimmed. A `|` after a backslash belongs to its cell.
fn cells(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let line = line.trim_ascii();
    let mut rest = Some(line.strip_prefix(b"|").unwrap_or(line));
    std::iter::from_fn(move || {
        let text = rest?;
        let mut escaped = false;
        let end = text.iter().position(|&byte| {
            step();
            let ends = byte == b'|' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        });
        rest = end.and_then(|end| text.get(end + 1..)).filter(|rest| !rest.is_empty());
        Some(text.get(..end.unwrap_or(text.len()))?.trim_ascii())
    })
}
