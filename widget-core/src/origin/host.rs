//! Host names and addresses in their one normal spelling.

use std::net::Ipv6Addr;

use super::OriginError;

/// RFC 1035, section 2.3.4.
const MAX_NAME: usize = 253;
const MAX_LABEL: usize = 63;

/// Appends the normal spelling of a name, an IPv4 address or a bracketed IPv6 address.
pub(super) fn push(out: &mut String, host: &str) -> Result<(), OriginError> {
    if let Some(rest) = host.strip_prefix('[') {
        let address = rest.strip_suffix(']').and_then(|text| text.parse::<Ipv6Addr>().ok());
        push_ipv6(out, address.ok_or(OriginError::Host)?);
        return Ok(());
    }
    let name = host.strip_suffix('.').unwrap_or(host);
    check_name(name)?;
    let last = name.rsplit('.').next().unwrap_or_default();
    if is_number(last) && !is_ipv4(name) {
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
fn is_ipv4(name: &str) -> bool {
    let mut parts = 0;
    for part in name.split('.') {
        parts += 1;
        let leading_zero = part.len() > 1 && part.starts_with('0');
        if part.is_empty() || part.len() > 3 || leading_zero {
            return false;
        }
        let mut value = 0;
        for byte in part.bytes() {
            if !byte.is_ascii_digit() {
                return false;
            }
            value = value * 10 + u32::from(byte - b'0');
        }
        if value > 255 {
            return false;
        }
    }
    parts == 4
}

fn push_lower(out: &mut String, name: &str) {
    for c in name.chars() {
        out.push(c.to_ascii_lowercase());
    }
}

/// Writes an IPv6 address as a browser does: the first longest run of two or more zero pieces
/// becomes `::`, and no piece is ever decimal (WHATWG URL, "IPv6 serializer"; the standard
/// library writes `::ffff:1.2.3.4`).
fn push_ipv6(out: &mut String, address: Ipv6Addr) {
    let pieces = address.segments();
    let (start, length) = longest_zeros(&pieces);
    out.push('[');
    let mut index = 0;
    while index < pieces.len() {
        if length > 1 && index == start {
            out.push_str(if index == 0 { "::" } else { ":" });
            index += length;
            continue;
        }
        push_hex(out, pieces[index]);
        if index < pieces.len() - 1 {
            out.push(':');
        }
        index += 1;
    }
    out.push(']');
}

fn longest_zeros(pieces: &[u16; 8]) -> (usize, usize) {
    let (mut start, mut length) = (0, 0);
    let mut index = 0;
    while index < pieces.len() {
        let run = pieces[index..].iter().take_while(|piece| **piece == 0).count();
        if run > length {
            (start, length) = (index, run);
        }
        index += run.max(1);
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
