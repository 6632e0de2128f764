//! Host names and addresses in their one normal spelling.
//!
//! The standard library reads addresses too, but costs the browser more than all of this module.

use super::OriginError;

/// RFC 1035, section 2.3.4.
const MAX_NAME: usize = 253;
const MAX_LABEL: usize = 63;

/// Appends the normal spelling of a name, an IPv4 address or a bracketed IPv6 address.
pub(super) fn push(out: &mut String, host: &str) -> Result<(), OriginError> {
    if let Some(rest) = host.strip_prefix('[') {
        let pieces = rest.strip_suffix(']').and_then(parse_ipv6);
        push_ipv6(out, &pieces.ok_or(OriginError::Host)?);
        return Ok(());
    }
    let name = host.strip_suffix('.').unwrap_or(host);
    check_name(name)?;
    let last = name.rsplit('.').next().unwrap_or_default();
    if is_number(last) && parse_ipv4(name).is_none() {
        return Err(OriginError::Host);
    }
    push_lower(out, name);
    Ok(())
}

/// Appends the name whose subdomains a wildcard stands for: it has a dot in it and is no address.
pub(super) fn push_parent(out: &mut String, parent: &str) -> Result<(), OriginError> {
    let name = parent.strip_suffix('.').unwrap_or(parent);
    check_name(name)?;
    match name.rsplit_once('.') {
        Some((_, last)) if !is_number(last) => push_lower(out, name),
        _ => return Err(OriginError::Wildcard),
    }
    Ok(())
}

fn check_name(name: &str) -> Result<(), OriginError> {
    if name.contains('*') {
        return Err(OriginError::Wildcard);
    }
    let valid = name.len() <= MAX_NAME
        && name.split('.').all(|label| {
            (1..=MAX_LABEL).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        });
    if valid { Ok(()) } else { Err(OriginError::Host) }
}

/// Whether a name with this last label is an IPv4 address to a browser: all digits, or `0x…`
/// (WHATWG URL, "ends in a number checker").
fn is_number(label: &str) -> bool {
    let bytes = label.as_bytes();
    match bytes {
        [b'0', b'x' | b'X', hex @ ..] => hex.iter().all(u8::is_ascii_hexdigit),
        _ => bytes.iter().all(u8::is_ascii_digit),
    }
}

/// Four decimal numbers in 0–255 without leading zeros, the only form a browser sends.
fn parse_ipv4(name: &str) -> Option<[u16; 4]> {
    let mut numbers = [0; 4];
    let mut count = 0;
    for part in name.split('.') {
        let leading_zero = part.len() > 1 && part.starts_with('0');
        if part.is_empty() || part.len() > 3 || leading_zero {
            return None;
        }
        let mut value = 0;
        for c in part.chars() {
            value = value * 10 + c.to_digit(10)? as u16;
        }
        if value > 255 {
            return None;
        }
        *numbers.get_mut(count)? = value;
        count += 1;
    }
    (count == 4).then_some(numbers)
}

/// Eight pieces; one run of zero pieces may be `::`, and the last two may be an IPv4 address
/// (WHATWG URL, "IPv6 parser").
fn parse_ipv6(text: &str) -> Option<[u16; 8]> {
    let mut pieces = [0; 8];
    let mut count = 0;
    let mut gap = None;
    let mut text = text;
    if let Some(rest) = text.strip_prefix("::") {
        gap = Some(0);
        text = rest;
    } else if text.starts_with(':') {
        return None;
    }
    let mut parts = text.split(':').peekable();
    while let Some(part) = parts.next() {
        let last = parts.peek().is_none();
        if part.is_empty() {
            // The text ends where a gap began, or the gap begins here.
            match gap {
                Some(start) if last && start == count => break,
                None if !last => gap = Some(count),
                _ => return None,
            }
        } else if last && part.contains('.') {
            let [a, b, c, d] = parse_ipv4(part)?;
            *pieces.get_mut(count)? = a << 8 | b;
            *pieces.get_mut(count + 1)? = c << 8 | d;
            count += 2;
        } else {
            *pieces.get_mut(count)? = parse_hex(part)?;
            count += 1;
        }
    }
    match gap {
        Some(start) if count < 8 => {
            pieces.get_mut(start..)?.rotate_right(8 - count);
            Some(pieces)
        }
        None if count == 8 => Some(pieces),
        _ => None,
    }
}

fn parse_hex(part: &str) -> Option<u16> {
    let mut value = 0;
    for c in part.chars() {
        value = value << 4 | c.to_digit(16)? as u16;
    }
    (part.len() <= 4).then_some(value)
}

fn push_lower(out: &mut String, name: &str) {
    for c in name.chars() {
        out.push(c.to_ascii_lowercase());
    }
}

/// Writes an IPv6 address as a browser does: the first longest run of two or more zero pieces
/// becomes `::`, and no piece is ever decimal (WHATWG URL, "IPv6 serializer"; the standard
/// library writes `::ffff:1.2.3.4`).
fn push_ipv6(out: &mut String, pieces: &[u16; 8]) {
    let (start, length) = longest_zeros(pieces);
    let gap = if length > 1 { start..start + length } else { 0..0 };
    out.push('[');
    for (index, piece) in pieces.iter().enumerate() {
        if gap.contains(&index) {
            if index == gap.start {
                out.push_str("::");
            }
            continue;
        }
        if index > 0 && index != gap.end {
            out.push(':');
        }
        push_hex(out, *piece);
    }
    out.push(']');
}

/// Where the first longest run of zero pieces begins, and how long it is.
fn longest_zeros(pieces: &[u16; 8]) -> (usize, usize) {
    let (mut start, mut length, mut run) = (0, 0, 0);
    for (index, piece) in pieces.iter().enumerate() {
        run = if *piece == 0 { run + 1 } else { 0 };
        if run > length {
            (start, length) = (index + 1 - run, run);
        }
    }
    (start, length)
}

fn push_hex(out: &mut String, piece: u16) {
    let mut leading = true;
    for shift in [12, 8, 4, 0] {
        let digit = u32::from(piece >> shift & 0xf);
        leading &= digit == 0 && shift != 0;
        if !leading {
            out.extend(char::from_digit(digit, 16));
        }
    }
}
