//! Markdown (or plain text) seen as a row of blocks.
//!
//! This is not a renderer: it finds what belongs together, so that a passage is never cut inside
//! a list or a code block and an answer can quote a block whole.

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A heading of this level, 1–6.
    Heading(u8),
    /// A paragraph.
    Paragraph,
    /// Items of a list with what is indented below them.
    List,
    /// A fenced or indented block of code, fences included.
    Code,
    /// Rows of a table.
    Table,
    /// A quotation.
    Quote,
}

/// A block with its source lines; a heading's text without its marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: Kind,
    /// Its text, without the blank lines around it.
    pub text: String,
}

/// The blocks of a text, in order.
#[must_use]
pub fn blocks(text: &str) -> Vec<Block> {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let mut blocks = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        if lines[at].trim().is_empty() || is_rule(lines[at]) {
            at += 1;
            continue;
        }
        let (block, next) = block_at(&lines, at);
        blocks.push(block);
        at = next;
    }
    blocks
}

fn block_at(lines: &[&str], at: usize) -> (Block, usize) {
    let line = lines[at];
    if let Some(fence) = fence(line) {
        let end = (at + 1..lines.len())
            .find(|&i| closes(lines[i], fence))
            .map_or(lines.len(), |closing| closing + 1);
        return (taken(Kind::Code, &lines[at..end]), end);
    }
    if let Some((level, title)) = heading(line) {
        return (Block { kind: Kind::Heading(level), text: title.to_owned() }, at + 1);
    }
    if let Some(level) = lines.get(at + 1).and_then(|below| underline(below))
        && kind_of(line) == Kind::Paragraph
    {
        return (Block { kind: Kind::Heading(level), text: line.trim().to_owned() }, at + 2);
    }
    let kind = kind_of(line);
    let mut end = at + 1;
    while end < lines.len() && goes_on(kind, lines, end) {
        end += 1;
    }
    (taken(kind, &lines[at..end]), end)
}

fn taken(kind: Kind, lines: &[&str]) -> Block {
    let text = lines.join("\n");
    Block { kind, text: text.trim_matches('\n').trim_end().to_owned() }
}

/// What a line that starts a block makes of it, headings and fences aside.
fn kind_of(line: &str) -> Kind {
    let trimmed = line.trim_start();
    if is_item(trimmed) {
        Kind::List
    } else if trimmed.starts_with('|') {
        Kind::Table
    } else if trimmed.starts_with('>') {
        Kind::Quote
    } else if line.starts_with("    ") || line.starts_with('\t') {
        Kind::Code
    } else {
        Kind::Paragraph
    }
}

/// Whether the line at `at` still belongs to a block of this kind.
fn goes_on(kind: Kind, lines: &[&str], at: usize) -> bool {
    let line = lines[at];
    if line.trim().is_empty() {
        // A list may have blank lines between its items; a code block between its lines.
        let next = lines[at..].iter().find(|line| !line.trim().is_empty());
        return next.is_some_and(|next| match kind {
            Kind::List => is_item(next.trim_start()) || next.starts_with("  "),
            Kind::Code => kind_of(next) == Kind::Code,
            _ => false,
        });
    }
    if heading(line).is_some() {
        return false;
    }
    match kind {
        Kind::List => fence(line).is_none() || line.starts_with(' '),
        Kind::Table => line.trim_start().starts_with('|'),
        Kind::Code => kind_of(line) == Kind::Code,
        Kind::Quote => kind_of(line) == Kind::Quote,
        Kind::Paragraph | Kind::Heading(_) => {
            fence(line).is_none()
                && !is_item(line.trim_start())
                && !line.trim_start().starts_with('|')
                && lines.get(at + 1).and_then(|below| underline(below)).is_none()
        }
    }
}

/// The opening fence of a code block: its mark and length.
fn fence(line: &str) -> Option<(char, usize)> {
    let trimmed = line.trim_start();
    let mark = trimmed.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let length = trimmed.chars().take_while(|character| *character == mark).count();
    (length >= 3).then_some((mark, length))
}

fn closes(line: &str, (mark, length): (char, usize)) -> bool {
    let trimmed = line.trim();
    trimmed.chars().count() >= length && trimmed.chars().all(|character| character == mark)
}

/// `## Title ##` → level and title.
fn heading(line: &str) -> Option<(u8, &str)> {
    let trimmed = line.trim_start();
    let level = trimmed.bytes().take_while(|byte| *byte == b'#').count();
    let rest = trimmed.get(level..)?;
    let title = rest.trim().trim_end_matches('#').trim_end();
    ((1..=6).contains(&level) && rest.starts_with([' ', '\t']) && !title.is_empty())
        .then(|| (u8::try_from(level).unwrap_or(6), title))
}

/// The line under a heading of the older kind.
fn underline(line: &str) -> Option<u8> {
    let trimmed = line.trim();
    if trimmed.len() < 3 {
        return None;
    }
    if trimmed.bytes().all(|byte| byte == b'=') {
        Some(1)
    } else if trimmed.bytes().all(|byte| byte == b'-') {
        Some(2)
    } else {
        None
    }
}

fn is_rule(line: &str) -> bool {
    let marks: String = line.chars().filter(|character| !character.is_whitespace()).collect();
    marks.len() >= 3 && ['-', '*', '_', '='].iter().any(|mark| marks.chars().all(|c| c == *mark))
}

/// `- item`, `* item`, `+ item`, `• item`, `1. item`, `1) item`.
fn is_item(trimmed: &str) -> bool {
    if let Some(rest) = trimmed.strip_prefix(['-', '*', '+', '•']) {
        return rest.starts_with([' ', '\t']);
    }
    let digits = trimmed.bytes().take_while(u8::is_ascii_digit).count();
    (1..=9).contains(&digits)
        && trimmed[digits..].strip_prefix(['.', ')']).is_some_and(|rest| rest.starts_with(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(Kind, String)> {
        blocks(text).into_iter().map(|block| (block.kind, block.text)).collect()
    }

    #[test]
    fn a_page_falls_into_its_blocks() {
        let page = "Intro\n=====\nSome text\nthat goes on.\n\n## Steps ##\n1. one\n2. two\n   more\n\n\
            ```sh\ncargo run\n\n# not a heading\n```\n| a | b |\n|---|---|\n> said\n---\nEnd";
        assert_eq!(
            kinds(page),
            [
                (Kind::Heading(1), "Intro".to_owned()),
                (Kind::Paragraph, "Some text\nthat goes on.".to_owned()),
                (Kind::Heading(2), "Steps".to_owned()),
                (Kind::List, "1. one\n2. two\n   more".to_owned()),
                (Kind::Code, "```sh\ncargo run\n\n# not a heading\n```".to_owned()),
                (Kind::Table, "| a | b |\n|---|---|".to_owned()),
                (Kind::Quote, "> said".to_owned()),
                (Kind::Paragraph, "End".to_owned()),
            ]
        );
    }

    #[test]
    fn a_list_may_breathe() {
        assert_eq!(
            kinds("- one\n\n- two\n\nText"),
            [(Kind::List, "- one\n\n- two".to_owned()), (Kind::Paragraph, "Text".to_owned()),]
        );
    }

    #[test]
    fn an_open_fence_takes_the_rest() {
        assert_eq!(kinds("```\nlet a;"), [(Kind::Code, "```\nlet a;".to_owned())]);
    }

    #[test]
    fn plain_text_is_paragraphs() {
        assert_eq!(kinds("One.\r\n\r\nTwo.").len(), 2);
        assert_eq!(kinds("  \n\n"), []);
    }
}
