//! The icons, drawn as one line each on a field of 24 by 24.

use super::painter::{Key, Painter};

/// A cross: closes.
pub const CLOSE: &str = "M6 6l12 12M18 6 6 18";
/// An arrow head: further down.
pub const DOWN: &str = "m6 9 6 6 6-6";
/// An arrow: sends.
pub const SEND: &str = "M12 19V5m-6.5 6.5L12 5l6.5 6.5";
/// A square: stops.
pub const STOP: &str = "M8 8h8v8H8z";
/// Two sheets: copies.
pub const COPY: &str = "M9 9h11v11H9zM5 15H4V4h11v1";
/// A thumb, up.
pub const THUMB: &str =
    "M7 10v10H4V10zl4-7a2.2 2.2 0 0 1 2.2 2.8L12.5 9H19a2 2 0 0 1 2 2.4l-1.4 7a2 2 0 0 1-2 1.6H7";
/// A turning arrow: once more.
pub const AGAIN: &str = "M4.5 12a7.5 7.5 0 1 0 2.4-5.5M4 4v4.5h4.5";
/// A door: ends.
pub const LEAVE: &str = "M14 4h4a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2h-4M9 8l-4 4 4 4m-4-4h11";
/// A spark: the face of an agent without one.
pub const SPARK: &str = "M12 3c.6 5 3.5 8 9 9-5.5 1-8.4 4-9 9-.6-5-3.5-8-9-9 5.5-1 8.4-4 9-9z";
/// An exclamation mark: something failed.
pub const ALERT: &str = "M12 8v5m0 3.2v.1M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z";
/// A tick: done.
pub const TICK: &str = "m5 12.5 5 5L19.5 7";
/// Three dots: more.
pub const MORE: &str = "M5 12h.1M12 12h.1M19 12h.1";
/// An arrow to where one came from.
pub const BACK: &str = "M19 12H5m6-6-6 6 6 6";
/// A cross that stands: something new.
pub const PLUS: &str = "M12 5v14M5 12h14";
/// An arrow into a tray: saves.
pub const SAVE: &str = "M12 4v11m-5-5 5 5 5-5M5 20h14";
/// A bin: deletes.
pub const BIN: &str = "M5 7h14M10 7V4h4v3m3 0-1 13H8L7 7m3.5 4v5m3-5v5";
/// A clip: attaches.
pub const CLIP: &str =
    "m20 11-8.5 8.5a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7L9.5 17a1.6 1.6 0 0 1-2.3-2.3L15 7";
/// A sheet of paper: a file.
pub const PAPER: &str = "M14 3H6v18h12V7zm0 0v4h4M9 13h6m-6 4h4";
/// A clock: hours.
pub const CLOCK: &str = "M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z";

/// An icon; assistive technology reads the label of what it stands in.
pub fn icon(p: &mut Painter, path: &str) {
    p.open("svg", "").with("viewBox", "0 0 24 24").with("aria-hidden", "true");
    p.open("path", "").with("d", path).close();
    p.close();
}

/// Begins a button that shows an icon and says what it does; the caller closes it.
pub fn button<'a>(
    p: &'a mut Painter,
    key: Key,
    class: &str,
    path: &str,
    label: &str,
    act: &str,
) -> &'a mut Painter {
    p.part(key, "button", class);
    p.with("type", "button").with("title", label).with("aria-label", label).with("data-do", act);
    icon(p, path);
    p
}

/// A button with a word on it.
pub fn word(p: &mut Painter, class: &str, label: &str, act: &str) {
    p.open("button", class).with("type", "button").with("data-do", act).text(label).close();
}
