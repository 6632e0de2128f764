//! The types that are known: their names, endings and first bytes.
//!
//! What runs where it is opened (HTML, SVG, scripts, programs) is deliberately not among them.
//! Signatures are those of the WHATWG MIME Sniffing Standard where it has them, and of the formats'
//! own specifications otherwise.

use super::Refusal;

/// A type of files.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) media_type: &'static str,
    /// Other names that browsers give it.
    also: &'static [&'static str],
    /// The endings of its files, the usual one first.
    endings: &'static [&'static str],
    bytes: Bytes,
    /// A raster image that every browser shows and that cannot run anything.
    picture: bool,
}

/// How a file of a type begins.
#[derive(Debug)]
enum Bytes {
    /// With one of these.
    Begins(&'static [&'static [u8]]),
    /// `RIFF`, a length, and this.
    Riff(&'static [u8]),
    /// A box `ftyp` (ISO 14496-12) of one of these brands.
    Brand(&'static [&'static [u8]]),
    /// With text: nothing that only machines read.
    Text,
}
use Bytes::{Begins, Brand, Riff, Text};

macro_rules! kinds {
    ($($media_type:literal $([$($also:literal),+])? $($ending:literal)|+ => $bytes:expr $(, $picture:ident)?;)+) => {
        &[$(Kind {
            media_type: $media_type,
            also: &[$($($also),+)?],
            endings: &[$($ending),+],
            bytes: $bytes,
            picture: kinds!(@ $($picture)?),
        },)+]
    };
    (@) => { false };
    (@ picture) => { true };
}

const ZIP: Bytes = Begins(&[b"PK\x03\x04"]);

const KINDS: &[Kind] = kinds! {
    "image/png" ["image/x-png"] "png" => Begins(&[b"\x89PNG\r\n\x1a\n"]), picture;
    "image/jpeg" ["image/jpg", "image/pjpeg"] "jpg" | "jpeg" | "jfif"
        => Begins(&[b"\xff\xd8\xff"]), picture;
    "image/gif" "gif" => Begins(&[b"GIF87a", b"GIF89a"]), picture;
    "image/webp" "webp" => Riff(b"WEBP"), picture;
    "image/avif" "avif" => Brand(&[b"avif", b"avis"]), picture;
    "image/heic" ["image/heif"] "heic" | "heif"
        => Brand(&[b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"]);
    "application/pdf" ["application/x-pdf"] "pdf" => Begins(&[b"%PDF-"]);
    "text/plain" "txt" | "log" => Text;
    "text/markdown" ["text/x-markdown"] "md" | "markdown" => Text;
    "text/csv" ["application/csv", "application/vnd.ms-excel"] "csv" => Text;
    "application/json" ["text/json"] "json" => Text;
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document" "docx" => ZIP;
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" "xlsx" => ZIP;
    "application/vnd.openxmlformats-officedocument.presentationml.presentation" "pptx" => ZIP;
    "application/vnd.oasis.opendocument.text" "odt" => ZIP;
    "application/vnd.oasis.opendocument.spreadsheet" "ods" => ZIP;
    "application/vnd.oasis.opendocument.presentation" "odp" => ZIP;
    "application/zip" ["application/x-zip-compressed", "application/x-zip"] "zip"
        => Begins(&[b"PK\x03\x04", b"PK\x05\x06"]);
    "audio/mpeg" ["audio/mp3"] "mp3" => Begins(&[b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"]);
    "audio/wav" ["audio/x-wav", "audio/wave"] "wav" => Riff(b"WAVE");
    "audio/ogg" ["application/ogg"] "ogg" | "oga" | "opus" => Begins(&[b"OggS\0"]);
    "audio/mp4" ["audio/x-m4a", "audio/m4a"] "m4a"
        => Brand(&[b"M4A ", b"isom", b"iso5", b"mp42"]);
    "audio/webm" "weba" | "webm" => Begins(&[b"\x1a\x45\xdf\xa3"]);
    "video/webm" "webm" => Begins(&[b"\x1a\x45\xdf\xa3"]);
    "video/mp4" ["video/x-m4v"] "mp4" | "m4v"
        => Brand(&[b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"avc1", b"mp41", b"mp42", b"dash",
            b"M4V ", b"MSNV"]);
    "video/quicktime" "mov" | "qt" => Brand(&[b"qt  "]);
};

/// Whether the bytes of this type were looked at, so that a file of it is what it says.
#[must_use]
pub fn is_known(media_type: &str) -> bool {
    KINDS.iter().any(|kind| kind.media_type == media_type)
}

/// Whether a file of this type is a picture that may be shown: a raster image that every browser
/// knows and that cannot run anything.
#[must_use]
pub fn is_picture(media_type: &str) -> bool {
    KINDS.iter().any(|kind| kind.picture && kind.media_type == media_type)
}

impl Kind {
    /// The kind that both the declared type and the ending name; `None` for one that is not known
    /// here.
    ///
    /// # Errors
    /// [`Refusal::TypeMismatch`] when they name two.
    pub(super) fn find(declared: &str, ending: &str) -> Result<Option<&'static Self>, Refusal> {
        // What a browser says when it does not know.
        let undeclared = matches!(declared, "" | "application/octet-stream");
        let by_ending = KINDS.iter().find(|kind| kind.has_ending(ending));
        if undeclared {
            return Ok(by_ending);
        }
        let mut declared = KINDS.iter().filter(|kind| kind.is_called(declared)).peekable();
        let first = declared.peek().copied();
        let agrees = declared.find(|kind| kind.has_ending(ending));
        match (first, by_ending) {
            (None, None) => Ok(None),
            // The one may be a picture that was only given a wrong name: its bytes decide.
            (Some(said), Some(named)) if said.picture && named.picture => Ok(Some(said)),
            (Some(said), None) if ending.is_empty() => Ok(Some(said)),
            _ => agrees.map(Some).ok_or(Refusal::TypeMismatch),
        }
    }

    /// The kind that the bytes show: this one, or another picture for a picture.
    pub(super) fn as_it_is(&'static self, head: &[u8]) -> Option<&'static Self> {
        if self.bytes.fit(head) {
            return Some(self);
        }
        KINDS.iter().find(|kind| self.picture && kind.picture && kind.bytes.fit(head))
    }

    /// Whether it goes by this media type.
    pub(super) fn is_called(&self, media_type: &str) -> bool {
        self.media_type == media_type || self.also.contains(&media_type)
    }

    /// Whether its files may end so, in whatever case.
    pub(super) fn has_ending(&self, ending: &str) -> bool {
        self.endings.iter().any(|known| known.eq_ignore_ascii_case(ending))
    }

    /// The ending its files usually have.
    pub(super) fn ending(&self) -> &'static str {
        self.endings.first().copied().unwrap_or_default()
    }
}

impl Bytes {
    fn fit(&self, head: &[u8]) -> bool {
        match self {
            Begins(ways) => ways.iter().any(|way| head.starts_with(way)),
            Riff(form) => head.starts_with(b"RIFF") && at(head, 8, form),
            Brand(brands) => at(head, 4, b"ftyp") && brands.iter().any(|brand| at(head, 8, brand)),
            Text => is_text(head),
        }
    }
}

fn at(head: &[u8], from: usize, bytes: &[u8]) -> bool {
    head.get(from..).is_some_and(|rest| rest.starts_with(bytes))
}

/// Text in any encoding: it has none of the bytes that the MIME Sniffing Standard calls binary
/// data, or says by its mark that it is UTF-16.
fn is_text(head: &[u8]) -> bool {
    let marked = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    marked || !head.iter().any(|byte| matches!(byte, 0..=8 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f))
}
