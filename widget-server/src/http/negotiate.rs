//! Bodies that are kept encoded: br, gzip and as they are.

use std::io::Write;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, VARY};
use http::{HeaderMap, HeaderValue, StatusCode};

use super::conditional::{ETag, with_etag};
use super::{Request, Response, response};

/// Headers of an answer from memory to a page of another origin.
const HEADERS: usize = 12;

/// An encoding this server keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Brotli.
    Brotli,
    /// gzip.
    Gzip,
    /// None.
    Identity,
}

impl Encoding {
    const fn token(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
            Self::Identity => "identity",
        }
    }
}

/// The best of br, gzip and identity that `Accept-Encoding` admits; identity where it admits none.
#[must_use]
pub fn best_encoding(headers: &HeaderMap, has_brotli: bool, has_gzip: bool) -> Encoding {
    if !headers.contains_key(ACCEPT_ENCODING) {
        return Encoding::Identity;
    }
    let accepted = Accepted::read(headers);
    let identity = (Encoding::Identity, accepted.identity.or(accepted.any).unwrap_or(1));
    let of = |named: Option<u16>| named.or(accepted.any).unwrap_or(0);
    let candidates = [
        (Encoding::Brotli, if has_brotli { of(accepted.brotli) } else { 0 }),
        (Encoding::Gzip, if has_gzip { of(accepted.gzip) } else { 0 }),
    ];
    let best = candidates.into_iter().fold(identity, |best, candidate| {
        let better = candidate.1 > best.1
            || (candidate.1 == best.1 && candidate.1 > 0 && best.0 == Encoding::Identity);
        if better { candidate } else { best }
    });
    if best.1 == 0 { Encoding::Identity } else { best.0 }
}

/// The qualities that `Accept-Encoding` gives to the codings we know, in thousandths.
#[derive(Default)]
struct Accepted {
    brotli: Option<u16>,
    gzip: Option<u16>,
    identity: Option<u16>,
    /// `*` speaks for those that are not named.
    any: Option<u16>,
}

impl Accepted {
    fn read(headers: &HeaderMap) -> Self {
        let mut accepted = Self::default();
        let lines = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
        for entry in lines.flat_map(|line| line.split(',')) {
            let (coding, parameters) = entry.split_once(';').unwrap_or((entry, ""));
            let coding = coding.trim_ascii();
            let place = if coding.eq_ignore_ascii_case(Encoding::Brotli.token()) {
                &mut accepted.brotli
            } else if coding.eq_ignore_ascii_case(Encoding::Gzip.token()) {
                &mut accepted.gzip
            } else if coding.eq_ignore_ascii_case(Encoding::Identity.token()) {
                &mut accepted.identity
            } else if coding == "*" {
                &mut accepted.any
            } else {
                continue;
            };
            place.get_or_insert_with(|| quality(parameters));
        }
        accepted
    }
}

fn quality(parameters: &str) -> u16 {
    let mut parameters = parameters.split(';').map(str::trim_ascii);
    parameters.find_map(|parameter| parameter.strip_prefix("q=")).map_or(1000, thousandths)
}

fn thousandths(text: &str) -> u16 {
    let quality: f32 = text.parse().unwrap_or(0.0);
    // Clamped to 0–1000, so it fits.
    (quality.clamp(0.0, 1.0) * 1000.0) as u16
}

/// The same content in every encoding it is kept in, with a tag for each.
#[derive(Clone, Debug)]
pub struct Encoded {
    content_type: HeaderValue,
    identity: (Bytes, ETag),
    brotli: Option<(Bytes, ETag)>,
    gzip: Option<(Bytes, ETag)>,
}

impl Encoded {
    /// Encodes `identity`; meant for what is kept and sent often.
    #[must_use]
    pub fn new(content_type: &'static str, identity: impl Into<Bytes>) -> Self {
        let identity = identity.into();
        let brotli = shorter(compress_brotli(&identity), &identity);
        let gzip = shorter(compress_gzip(&identity), &identity);
        Self::from_parts(content_type, identity, brotli, gzip)
    }

    /// Takes what was encoded before.
    #[must_use]
    pub fn from_parts(
        content_type: &'static str,
        identity: Bytes,
        brotli: Option<Bytes>,
        gzip: Option<Bytes>,
    ) -> Self {
        let etag = ETag::of(&identity);
        let tagged = |bytes: Bytes, encoding: Encoding| (bytes, etag.encoded(encoding.token()));
        Self {
            content_type: HeaderValue::from_static(content_type),
            brotli: brotli.map(|bytes| tagged(bytes, Encoding::Brotli)),
            gzip: gzip.map(|bytes| tagged(bytes, Encoding::Gzip)),
            identity: (identity, etag),
        }
    }

    /// The content as it is.
    #[must_use]
    pub fn identity(&self) -> &Bytes {
        &self.identity.0
    }

    /// The tag of the content as it is.
    #[must_use]
    pub fn etag(&self) -> &ETag {
        &self.identity.1
    }

    /// 200 in the best encoding, or 304.
    #[must_use]
    pub fn respond(&self, request: &Request) -> Response {
        let headers = request.headers();
        let best = best_encoding(headers, self.brotli.is_some(), self.gzip.is_some());
        let (bytes, etag) = match best {
            Encoding::Brotli => self.brotli.as_ref(),
            Encoding::Gzip => self.gzip.as_ref(),
            Encoding::Identity => None,
        }
        .unwrap_or(&self.identity);
        let mut answer = response::status(StatusCode::OK);
        *answer.body_mut() = bytes.clone().into();
        let out = answer.headers_mut();
        // Our own and those that every answer gets: grown once instead of three times.
        out.reserve(HEADERS);
        out.insert(http::header::CONTENT_TYPE, self.content_type.clone());
        let mut answer = with_etag(request, etag, answer);
        let out = answer.headers_mut();
        out.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
        if best != Encoding::Identity {
            out.insert(CONTENT_ENCODING, HeaderValue::from_static(best.token()));
        }
        answer
    }
}

fn shorter(encoded: Option<Vec<u8>>, identity: &Bytes) -> Option<Bytes> {
    encoded.filter(|bytes| bytes.len() < identity.len()).map(Bytes::from)
}

/// Up to here brotli takes all the time it can use, which is some milliseconds.
const SHORT: usize = 16 * 1024;

/// Brotli as small as it can be made where that is a matter of milliseconds, and in a tenth of the
/// time above that. Qualities 7 to 9 are left out: their tables are 8 to 33 MB, for 4 % at most. The
/// window, and what is allocated for it, is no larger than the text (17 is the least for which
/// quality 6 takes the small table).
fn compress_brotli(bytes: &[u8]) -> Option<Vec<u8>> {
    let quality = if bytes.len() <= SHORT { 11 } else { 6 };
    let window = bytes.len().next_power_of_two().ilog2().clamp(17, 22);
    let mut encoded = Vec::with_capacity(bytes.len() / 3);
    let mut writer = brotli::CompressorWriter::new(&mut encoded, 4096, quality, window);
    writer.write_all(bytes).ok()?;
    drop(writer);
    Some(encoded)
}

fn compress_gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(bytes).ok()?;
    writer.finish().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_coding_is_the_one_the_client_likes_most_and_we_have() {
        use Encoding::{Brotli, Gzip, Identity};
        let table = [
            ("gzip, deflate, br, zstd", Brotli),
            ("gzip, deflate", Gzip),
            ("br;q=0.5, gzip;q=0.9", Gzip),
            ("br;q=0, gzip", Gzip),
            ("*", Brotli),
            ("br;q=0, *;q=0.5", Gzip),
            ("identity, br;q=0.5", Identity),
            ("identity;q=0.2, br;q=0.5", Brotli),
            ("gzip;q=0", Identity),
            ("*;q=0", Identity),
            ("BR", Brotli),
            ("br;q=x", Identity),
            ("", Identity),
        ];
        for (accepted, expected) in table {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(accepted));
            assert_eq!(best_encoding(&headers, true, true), expected, "{accepted}");
        }
        assert_eq!(best_encoding(&HeaderMap::new(), true, true), Identity);
    }

    #[test]
    fn content_that_grows_is_kept_as_it_is() {
        let small = Encoded::new("text/plain", "x");
        assert!(small.brotli.is_none() && small.gzip.is_none());
        let large = Encoded::new("text/plain", "x".repeat(500));
        assert!(large.brotli.is_some() && large.gzip.is_some());
    }
}
