//! Blocks: what a line begins, and which lines belong to it.

use super::flat::{Flat, Tag};
use super::{Align, MAX_DEPTH, cut, inline, step};
use crate::scan::has;

/// What a line begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Blank,
    Text,
    Rule,
    Fence,
    Heading,
    Quote,
    Item,
}

/// What a line begins, with its particulars.
#[derive(Clone, Copy)]
struct Start<'a> {
    kind: Kind,
    /// The mark of a fence; of an item `-`, `*`, `+`, `.` or `)`: another one begins another list.
    byte: u8,
    /// How many marks a fence or heading has; the columns of an item's marker and the blanks
    /// after it.
    count: usize,
    /// The number of an item of an ordered list.
    number: Option<u32>,
    /// What comes after the mark.
    rest: &'a str,
}

/// The block parser. It works on slices of lines; a container passes on its lines without their
/// markers, so each level of nesting looks at a line once.
struct Blocks {
    /// Where the source ends: what reaches it may still be growing.
    end: *const u8,
    out: Flat,
}

/// Parses a document, or the beginning of one.
pub(super) fn parse(source: &str) -> Flat {
    let source = source.trim_ascii_end();
    let mut blocks = Blocks { end: end(source), out: Flat::default() };
    let mut lines = Vec::new();
    let mut from = 0;
    for (at, byte) in source.bytes().enumerate() {
        if byte == b'\n' {
            lines.push(line(source, from, at));
            from = at + 1;
        }
    }
    lines.push(line(source, from, source.len()));
    blocks.parse(&lines, 0);
    blocks.out
}

fn line(source: &str, from: usize, to: usize) -> &str {
    let line = cut(source, from, to);
    line.strip_suffix('\r').unwrap_or(line)
}

fn end(text: &str) -> *const u8 {
    text.as_bytes().as_ptr_range().end
}

impl Blocks {
    fn is_last(&self, line: &str) -> bool {
        end(line) == self.end
    }

    fn parse(&mut self, lines: &[&str], depth: usize) {
        let mut at = 0;
        while let Some(line) = lines.get(at) {
            let start = start(line, depth);
            let rest = lines.get(at..).unwrap_or_default();
            at += match start.kind {
                Kind::Blank => 1,
                Kind::Text => self.text(rest, depth),
                Kind::Rule => {
                    self.out.mark(Tag::Rule);
                    1
                }
                Kind::Heading => {
                    self.out.mark(Tag::Heading(start.count as u8));
                    self.inline(start.rest, self.is_last(start.rest));
                    1
                }
                Kind::Fence => self.fence(rest, start),
                Kind::Quote => self.quote(rest, start, depth),
                Kind::Item => self.list(rest, start, depth),
            };
        }
    }

    /// The text of what was begun last, and its end.
    fn inline(&mut self, text: &str, growing: bool) {
        inline::parse(&mut self.out, text, growing);
        self.out.mark(Tag::End);
    }

    fn fence(&mut self, lines: &[&str], start: Start<'_>) -> usize {
        let info = start.rest;
        let language = info.bytes().position(|byte| byte.is_ascii_whitespace());
        let from = self.out.text.len();
        inline::unescape(&mut self.out.text, cut(info, 0, language.unwrap_or(info.len())));
        self.out.mark_from(Tag::CodeBlock, from);
        let from = self.out.text.len();
        let mut used = 1;
        let mut margin = 0;
        for (index, line) in lines.iter().enumerate() {
            if index == 0 {
                margin = indent(line);
                continue;
            }
            step();
            used += 1;
            let text = line.trim_ascii();
            // A fence that is still being written is not shown.
            let closes = text.len() >= start.count || (!text.is_empty() && self.is_last(line));
            if closes && text.bytes().all(|byte| byte == start.byte) {
                break;
            }
            if index > 1 {
                self.out.text.push('\n');
            }
            self.out.text.push_str(dedent(line, margin));
        }
        self.out.mark_from(Tag::Text, from);
        self.out.mark(Tag::End);
        used
    }

    /// A paragraph, or the table that its first two lines begin.
    fn text(&mut self, lines: &[&str], depth: usize) -> usize {
        let mut text = String::new();
        let mut growing = false;
        let mut used = 0;
        while let Some(line) = lines.get(used) {
            if used > 0 && !continues(line, depth) {
                break;
            }
            if let Some(below) = lines.get(used + 1)
                && let Some(columns) = self.columns(line, below)
            {
                if used > 0 {
                    break;
                }
                return self.table(lines, &columns, depth);
            }
            if used > 0 {
                text.push('\n');
            }
            text.push_str(line.trim_ascii_start());
            growing = self.is_last(line);
            used += 1;
        }
        self.out.mark(Tag::Paragraph);
        self.inline(text.trim_ascii(), growing);
        used
    }

    fn table(&mut self, lines: &[&str], columns: &[Align], depth: usize) -> usize {
        self.out.mark(Tag::Table);
        let mut used = 0;
        for line in lines {
            used += 1;
            if used == 2 {
                continue; // the line below the head
            }
            if used > 2 && !continues(line, depth) {
                used -= 1;
                break;
            }
            self.out.mark(Tag::Row);
            let mut rest = Some(row(line));
            for align in columns {
                let Some(text) = cell(&mut rest) else { break };
                self.out.mark(Tag::Cell(*align));
                self.inline(text, false);
            }
            self.out.mark(Tag::End);
        }
        self.out.mark(Tag::End);
        used
    }

    fn quote(&mut self, lines: &[&str], first: Start<'_>, depth: usize) -> usize {
        let mut inner = vec![first.rest];
        let mut blank = first.rest.trim_ascii().is_empty();
        for line in lines.iter().skip(1) {
            let start = start(line, depth);
            let text = match start.kind {
                Kind::Quote => start.rest,
                Kind::Text if !blank => line,
                _ => break,
            };
            blank = text.trim_ascii().is_empty();
            inner.push(text);
        }
        self.out.mark(Tag::Quote);
        self.parse(&inner, depth + 1);
        self.out.mark(Tag::End);
        inner.len()
    }

    fn list(&mut self, lines: &[&str], first: Start<'_>, depth: usize) -> usize {
        self.out.mark(Tag::List(first.number));
        let mut marker = first;
        let mut used = 0;
        while let Some(line) = lines.get(used) {
            used += 1;
            let outer = indent(line);
            let content = outer + marker.count;
            let mut inner = vec![marker.rest];
            let mut blank = marker.rest.is_empty();
            let mut next = None;
            while let Some(line) = lines.get(used) {
                let start = start(line, depth);
                if start.kind == Kind::Blank {
                    blank = true;
                } else if indent(line) >= content.min(outer + 2) {
                    blank = false;
                } else if blank || start.kind != Kind::Text {
                    next = Some(start);
                    break;
                }
                inner.push(dedent(line, content));
                used += 1;
            }
            self.out.mark(Tag::Item);
            self.parse(&inner, depth + 1);
            self.out.mark(Tag::End);
            match next {
                Some(next) if next.kind == Kind::Item && next.byte == first.byte => marker = next,
                _ => break,
            }
        }
        self.out.mark(Tag::End);
        used
    }

    /// The alignments, when `head` is the head of a table and `line` is the line below it.
    fn columns(&self, head: &str, line: &str) -> Option<Vec<Align>> {
        let line = line.trim_ascii();
        let growing = self.is_last(line);
        if !has(line, b'|') || !has(head, b'|') {
            return None;
        }
        let mut columns = Vec::new();
        let mut rest = Some(row(line));
        while let Some(text) = cell(&mut rest) {
            let mut dashes = text.as_bytes();
            let mut align = Align::None;
            if let [b':', inner @ ..] = dashes {
                (align, dashes) = (Align::Left, inner);
            }
            if let [inner @ .., b':'] = dashes {
                align = if align == Align::None { Align::Right } else { Align::Center };
                dashes = inner;
            }
            if dashes.iter().any(|&byte| byte != b'-') || (dashes.is_empty() && !growing) {
                return None;
            }
            columns.push(align);
        }
        let mut rest = Some(row(head));
        let mut wanted = 0;
        while cell(&mut rest).is_some() {
            wanted += 1;
            if growing && columns.len() < wanted {
                columns.push(Align::None); // the line is still being written
            }
        }
        (columns.len() == wanted).then_some(columns)
    }
}

/// Whether a line goes on with the paragraph above it.
fn continues(line: &str, depth: usize) -> bool {
    let start = start(line, depth);
    match start.kind {
        Kind::Text => true,
        Kind::Item => start.rest.is_empty() || start.number.is_some_and(|number| number != 1),
        _ => false,
    }
}

#[inline(never)]
fn start(line: &str, depth: usize) -> Start<'_> {
    let line = line.trim_ascii_start();
    let bytes = line.as_bytes();
    let mut start = Start { kind: Kind::Blank, byte: b' ', count: 0, number: None, rest: "" };
    let Some(&byte) = bytes.first() else { return start };
    let mut count = 0;
    while bytes.get(count) == Some(&byte) {
        count += 1;
    }
    let after = cut(line, count, line.len());
    let nested = depth < MAX_DEPTH;
    start.byte = byte;
    start.count = count;
    start.kind = match byte {
        b'`' | b'~' if count >= 3 && (byte == b'~' || !has(after, b'`')) => {
            start.rest = after.trim_ascii();
            Kind::Fence
        }
        b'#' if count <= 6 && matches!(after.as_bytes(), [] | [b' ' | b'\t', ..]) => {
            start.rest = heading(after.trim_ascii());
            Kind::Heading
        }
        b'*' | b'-' | b'_' if is_rule(bytes, byte) => Kind::Rule,
        b'>' if nested => {
            start.rest = dedent(cut(line, 1, line.len()), 1);
            Kind::Quote
        }
        _ if nested && marker(&mut start, line) => Kind::Item,
        _ => Kind::Text,
    };
    start
}

fn is_rule(line: &[u8], mark: u8) -> bool {
    let mut marks = 0;
    for byte in line {
        step();
        if *byte == mark {
            marks += 1;
        } else if !matches!(byte, b' ' | b'\t') {
            return false;
        }
    }
    marks >= 3
}

/// The text of a heading without the closing `#`s.
fn heading(text: &str) -> &str {
    let mut open = text.as_bytes();
    while let [shorter @ .., b'#'] = open {
        open = shorter;
    }
    match open {
        [] | [.., b' ' | b'\t'] => cut(text, 0, open.len()).trim_ascii_end(),
        _ => text,
    }
}

/// Reads the marker of an item, where the line begins with one.
fn marker<'a>(start: &mut Start<'a>, line: &'a str) -> bool {
    let bytes = line.as_bytes();
    let mut digits = 0;
    while bytes.get(digits).is_some_and(u8::is_ascii_digit) {
        digits += 1;
    }
    let Some(&byte) = bytes.get(digits) else { return false };
    match (digits, byte) {
        (0, b'-' | b'*' | b'+') => {}
        (1..=9, b'.' | b')') => {
            start.number = super::number(bytes.get(..digits).unwrap_or_default(), 10);
        }
        _ => return false,
    }
    let rest = cut(line, digits + 1, line.len());
    let mut blanks = indent(rest);
    if rest.trim_ascii().is_empty() || blanks > 4 {
        blanks = 1;
    }
    start.byte = byte;
    start.count = digits + 1 + blanks;
    start.rest = dedent(rest, blanks);
    blanks > 0
}

/// The columns of blanks a line begins with; a tab is as wide as four blanks.
fn indent(line: &str) -> usize {
    let mut columns = 0;
    for byte in line.bytes() {
        columns += match byte {
            b' ' => 1,
            b'\t' => 4,
            _ => break,
        };
    }
    columns
}

/// The line without up to so many columns of blanks.
#[inline(never)]
fn dedent(line: &str, mut columns: usize) -> &str {
    let mut from = 0;
    while columns > 0
        && let Some(byte @ (b' ' | b'\t')) = line.as_bytes().get(from)
    {
        columns = columns.saturating_sub(if *byte == b'\t' { 4 } else { 1 });
        from += 1;
    }
    cut(line, from, line.len())
}

/// A row without its first `|`.
fn row(line: &str) -> &str {
    let line = line.trim_ascii();
    line.strip_prefix('|').unwrap_or(line)
}

/// Takes the next cell from a row, trimmed. A `|` after a backslash belongs to its cell.
#[inline(never)]
fn cell<'a>(rest: &mut Option<&'a str>) -> Option<&'a str> {
    let text = rest.take()?;
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at)
        && *byte != b'|'
    {
        step();
        at += if *byte == b'\\' { 2 } else { 1 };
    }
    let end = at.min(bytes.len());
    *rest = Some(cut(text, end + 1, text.len())).filter(|rest| !rest.is_empty());
    Some(cut(text, 0, end).trim_ascii())
}
