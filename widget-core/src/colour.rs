//! Colours, their contrast, and the palette that derives from one of them.
//!
//! Contrast is that of WCAG 2.2 (success criterion 1.4.3): text that was not given a colour gets
//! one with at least 4.5:1 against what is behind it.

mod palette;

use std::fmt;
use std::str::FromStr;

pub(crate) use palette::{Given, GivenPalette};
pub use palette::{Pair, Palette, Scheme};

use crate::scan::{nibble, push_hex};

/// The least contrast of text and its background that WCAG 2.2 AA allows.
pub const MIN_CONTRAST: f64 = 4.5;

/// A colour of the sRGB space with its opacity.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Colour {
    red: u8,
    green: u8,
    blue: u8,
    alpha: u8,
}

/// A text that is none of `#rgb`, `#rrggbb`, `#rrggbbaa`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColourError;

impl fmt::Display for ColourError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a colour such as #b83228")
    }
}

impl std::error::Error for ColourError {}

impl Colour {
    /// White.
    pub const WHITE: Self = Self::rgb(255, 255, 255);
    /// Black.
    pub const BLACK: Self = Self::rgb(0, 0, 0);
    /// The darkest colour of text that still looks soft on white.
    pub const INK: Self = Self::rgb(0x1a, 0x1d, 0x24);

    /// An opaque colour.
    #[must_use]
    pub const fn rgb(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue, alpha: 255 }
    }

    /// Reads `#rgb`, `#rrggbb` or `#rrggbbaa`.
    ///
    /// # Errors
    /// [`ColourError`] for anything else.
    pub fn parse(text: &str) -> Result<Self, ColourError> {
        let digits = text.strip_prefix('#').ok_or(ColourError)?;
        let mut nibbles = [0_u8; 8];
        let mut count = 0;
        for byte in digits.bytes() {
            let slot = nibbles.get_mut(count).ok_or(ColourError)?;
            *slot = nibble(byte).ok_or(ColourError)?;
            count += 1;
        }
        let [a, b, c, d, e, f, g, h] = nibbles;
        match count {
            3 => Ok(Self::rgb(a * 17, b * 17, c * 17)),
            6 => Ok(Self::rgb(a * 16 + b, c * 16 + d, e * 16 + f)),
            8 => Ok(Self { alpha: g * 16 + h, ..Self::rgb(a * 16 + b, c * 16 + d, e * 16 + f) }),
            _ => Err(ColourError),
        }
    }

    /// The colour as CSS takes it: `#rrggbb`, or `#rrggbbaa` where it is not opaque.
    #[must_use]
    pub fn to_hex(self) -> String {
        let mut out = String::from('#');
        let channels = [self.red, self.green, self.blue, self.alpha];
        let count = if self.is_opaque() { 3 } else { 4 };
        for channel in channels.into_iter().take(count) {
            push_hex(&mut out, channel);
        }
        out
    }

    /// Whether nothing shines through.
    #[must_use]
    pub const fn is_opaque(self) -> bool {
        self.alpha == 255
    }

    /// What a visitor sees where this colour lies on an opaque one.
    #[must_use]
    pub fn over(self, background: Self) -> Self {
        Self { alpha: 255, ..background.mixed(self, self.alpha) }
    }

    /// This colour with so much of another in it: 0 is none, 255 is nothing but.
    pub(crate) fn mixed(self, other: Self, share: u8) -> Self {
        let mix = |from: u8, to: u8| {
            let (share, from, to) = (u32::from(share), u32::from(from), u32::from(to));
            ((from * (255 - share) + to * share + 127) / 255) as u8
        };
        Self {
            red: mix(self.red, other.red),
            green: mix(self.green, other.green),
            blue: mix(self.blue, other.blue),
            alpha: self.alpha,
        }
    }

    /// Relative luminance, from 0 for black to 1 for white (opacity does not count).
    #[must_use]
    pub fn luminance(self) -> f64 {
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }

    /// The contrast with another colour, 1 to 21.
    ///
    /// ```
    /// use widget_core::colour::Colour;
    ///
    /// assert_eq!(Colour::BLACK.contrast(Colour::WHITE).round(), 21.0);
    /// ```
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance() + 0.05, other.luminance() + 0.05);
        if a > b { a / b } else { b / a }
    }

    /// A colour for text on this background: white where that can be read, else a dark one.
    #[must_use]
    pub fn text_on(self) -> Self {
        let readable = |text: &Self| text.contrast(self) >= MIN_CONTRAST;
        // Where white has less than 4.5:1, black has more than 21 / 4.5 = 4.67:1.
        [Self::WHITE, Self::INK].into_iter().find(readable).unwrap_or(Self::BLACK)
    }

    /// This colour, darkened or lightened just so far that it can be read on a background.
    #[must_use]
    pub fn legible_on(self, background: Self) -> Self {
        let dark = Self::BLACK.contrast(background) > Self::WHITE.contrast(background);
        let end = if dark { Self::BLACK } else { Self::WHITE };
        let mut share = 0_u8;
        loop {
            let colour = self.mixed(end, share);
            if share == 255 || colour.contrast(background) >= MIN_CONTRAST {
                return Self { alpha: 255, ..colour };
            }
            share = share.saturating_add(8);
        }
    }
}

/// Takes the gamma out of an sRGB channel (IEC 61966-2-1).
///
/// `x^2.4` is `x² · (x^⅕)²`, the fifth root by Newton's method: `powf` costs the browser more
/// than all the rest of this module.
fn linear(channel: u8) -> f64 {
    let value = f64::from(channel) / 255.0;
    if value <= 0.04045 {
        return value / 12.92;
    }
    let x = (value + 0.055) / 1.055;
    let mut root = 1.0;
    for _ in 0..8 {
        let fourth = root * root * root * root;
        root = (4.0 * root + x / fourth) / 5.0;
    }
    x * x * root * root
}

impl FromStr for Colour {
    type Err = ColourError;

    fn from_str(text: &str) -> Result<Self, ColourError> {
        Self::parse(text)
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_hex())
    }
}

impl fmt::Debug for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    fn colour(text: &str) -> Colour {
        Colour::parse(text).unwrap()
    }

    #[test]
    fn three_spellings_are_read() {
        assert_eq!(colour("#f60"), colour("#ff6600"));
        assert_eq!(colour("#FF6600").to_hex(), "#ff6600");
        assert_eq!(colour("#ff660080").to_hex(), "#ff660080");
        assert_eq!(colour("#ff6600ff").to_hex(), "#ff6600");
        for text in
            ["", "#", "f60", "#f6", "#f600", "#ff660", "#ff66008", "#ggg", "red", "#ff6600801"]
        {
            assert_eq!(Colour::parse(text), Err(ColourError), "{text}");
        }
    }

    #[test]
    fn luminance_is_that_of_the_standard() {
        for channel in 0..=255_u8 {
            let value = f64::from(channel) / 255.0;
            let exact =
                if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) };
            assert!((linear(channel) - exact).abs() < 1e-9, "{channel}");
        }
    }

    #[test]
    fn known_contrasts_come_out() {
        let near = |a: &str, b: &str, expected: f64| {
            let contrast = colour(a).contrast(colour(b));
            assert!((contrast - expected).abs() < 0.01, "{a} {b}: {contrast}");
        };
        near("#777777", "#ffffff", 4.48);
        near("#767676", "#ffffff", 4.54);
        near("#0000ff", "#ffffff", 8.59);
        near("#123456", "#123456", 1.0);
    }

    #[test]
    fn what_is_transparent_shows_what_is_behind_it() {
        assert_eq!(colour("#00000080").over(Colour::WHITE), colour("#7f7f7f"));
        assert_eq!(colour("#12345600").over(Colour::WHITE), Colour::WHITE);
        assert_eq!(colour("#123456").over(Colour::WHITE), colour("#123456"));
    }

    fn any_colour() -> impl Strategy<Value = Colour> {
        any::<(u8, u8, u8)>().prop_map(|(red, green, blue)| Colour::rgb(red, green, blue))
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _ = Colour::parse(&text);
        }

        #[test]
        fn every_colour_survives_its_text(text in "#[0-9a-f]{6}([0-9a-f]{2})?") {
            let read = colour(&text);
            prop_assert_eq!(Colour::parse(&read.to_hex()), Ok(read));
        }

        #[test]
        fn text_is_readable_on_every_background(background in any_colour()) {
            prop_assert!(background.text_on().contrast(background) >= MIN_CONTRAST);
        }

        #[test]
        fn every_colour_becomes_legible_on_every_background(
            text in any_colour(),
            background in any_colour(),
        ) {
            let legible = text.legible_on(background);
            prop_assert!(legible.contrast(background) >= MIN_CONTRAST);
            if text.contrast(background) >= MIN_CONTRAST {
                prop_assert_eq!(legible, text);
            }
        }
    }
}
