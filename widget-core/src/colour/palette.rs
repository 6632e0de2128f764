//! All colours of the widget, from what an owner gave.

use super::Colour;

/// Light or dark: which of its two looks the widget shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// Dark text on a light panel.
    Light,
    /// Light text on a dark panel.
    Dark,
}

/// A background and the text on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// What is behind the text; may let the panel shine through.
    pub background: Colour,
    /// The text.
    pub text: Colour,
}

/// What an owner gave for one surface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Given {
    pub(crate) background: Option<Colour>,
    pub(crate) text: Option<Colour>,
}

/// What an owner gave for all surfaces of one scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct GivenPalette {
    pub(crate) user_message: Given,
    pub(crate) agent_message: Given,
    pub(crate) controls_button: Given,
    pub(crate) panel: Given,
    pub(crate) header: Given,
}

/// All colours of the widget in one scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    /// The panel itself and plain text on it.
    pub panel: Pair,
    /// The bar at the top of the panel.
    pub header: Pair,
    /// What the visitor said.
    pub user_message: Pair,
    /// What the agent said.
    pub agent_message: Pair,
    /// The launcher, the send button and other controls.
    pub controls_button: Pair,
    /// Links and marks on the panel.
    pub accent: Colour,
    /// Links in the agent's messages.
    pub agent_link: Colour,
    /// Less important text on the panel.
    pub muted: Colour,
    /// Lines between things.
    pub border: Colour,
}

impl Palette {
    /// The colour everything derives from where an owner gave none.
    pub const DEFAULT_PRIMARY: Colour = Colour::rgb(0x34, 0x57, 0xd5);

    /// The palette that derives from one colour.
    ///
    /// ```
    /// use widget_core::colour::{Colour, MIN_CONTRAST, Palette, Scheme};
    ///
    /// let palette = Palette::derive(Scheme::Dark, Colour::parse("#ffcc00")?);
    /// let bubble = palette.user_message;
    /// assert!(bubble.text.contrast(bubble.background) >= MIN_CONTRAST);
    /// # Ok::<(), widget_core::colour::ColourError>(())
    /// ```
    #[must_use]
    pub fn derive(scheme: Scheme, primary: Colour) -> Self {
        Self::with(scheme, primary, &GivenPalette::default())
    }

    /// The same with what an owner gave in its place. Text an owner gave stays as it is.
    pub(crate) fn with(scheme: Scheme, primary: Colour, given: &GivenPalette) -> Self {
        let (panel, agent) = match scheme {
            Scheme::Light => (Colour::WHITE, Colour::rgb(0xf1, 0xf3, 0xf7)),
            Scheme::Dark => (Colour::rgb(0x16, 0x18, 0x1d), Colour::rgb(0x25, 0x28, 0x30)),
        };
        let panel = surface(panel, &given.panel, Colour::WHITE);
        let behind = panel.background;
        let on_panel = |own: Colour, given: &Given| surface(own, given, behind);
        let primary = primary.over(behind);
        let agent = if given.panel.background.is_some() { tinted(behind) } else { agent };
        let agent_message = on_panel(agent, &given.agent_message);
        Self {
            panel,
            header: on_panel(primary, &given.header),
            user_message: on_panel(primary, &given.user_message),
            agent_message,
            controls_button: on_panel(primary, &given.controls_button),
            accent: primary.legible_on(behind),
            agent_link: primary.legible_on(agent_message.background.over(behind)),
            muted: behind.mixed(panel.text, 120).legible_on(behind),
            border: behind.mixed(panel.text, 32),
        }
    }
}

/// A surface with readable text, on an opaque one.
fn surface(own: Colour, given: &Given, behind: Colour) -> Pair {
    let background = given.background.unwrap_or(own).over(behind);
    Pair { background, text: given.text.unwrap_or_else(|| background.text_on()) }
}

/// A panel's colour, one step towards its text.
fn tinted(panel: Colour) -> Colour {
    panel.mixed(panel.text_on(), 16)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::super::MIN_CONTRAST;
    use super::*;

    fn pairs(palette: &Palette) -> [(Colour, Colour); 8] {
        let pair = |pair: Pair| (pair.text, pair.background);
        [
            pair(palette.panel),
            pair(palette.header),
            pair(palette.user_message),
            pair(palette.agent_message),
            pair(palette.controls_button),
            (palette.accent, palette.panel.background),
            (palette.agent_link, palette.agent_message.background),
            (palette.muted, palette.panel.background),
        ]
    }

    #[test]
    fn a_text_colour_an_owner_gave_stays() {
        let text = Some(Colour::rgb(0xee, 0xee, 0xee));
        let given = GivenPalette {
            user_message: Given { background: Some(Colour::WHITE), text },
            ..GivenPalette::default()
        };
        let palette = Palette::with(Scheme::Light, Palette::DEFAULT_PRIMARY, &given);
        assert_eq!(Some(palette.user_message.text), text);
        assert_eq!(palette.user_message.background, Colour::WHITE);
    }

    #[test]
    fn light_is_light_and_dark_is_dark() {
        let light = Palette::derive(Scheme::Light, Palette::DEFAULT_PRIMARY);
        let dark = Palette::derive(Scheme::Dark, Palette::DEFAULT_PRIMARY);
        assert!(light.panel.background.luminance() > 0.9);
        assert!(dark.panel.background.luminance() < 0.05);
        assert_eq!(light.user_message.background, Palette::DEFAULT_PRIMARY);
    }

    proptest! {
        #[test]
        fn every_text_that_was_left_out_can_be_read(
            primary in any::<[u8; 4]>(),
            panel in proptest::option::of(any::<[u8; 4]>()),
            agent in proptest::option::of(any::<[u8; 4]>()),
        ) {
            let colour = |[red, green, blue, alpha]: [u8; 4]| Colour { red, green, blue, alpha };
            let given = GivenPalette {
                panel: Given { background: panel.map(colour), text: None },
                agent_message: Given { background: agent.map(colour), text: None },
                ..GivenPalette::default()
            };
            for scheme in [Scheme::Light, Scheme::Dark] {
                let palette = Palette::with(scheme, colour(primary), &given);
                for (text, background) in pairs(&palette) {
                    prop_assert!(text.contrast(background) >= MIN_CONTRAST);
                }
            }
        }
    }
}
