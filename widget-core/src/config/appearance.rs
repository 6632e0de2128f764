//! The tables of what the widget looks like.

use super::Document;
use super::table::object;
use super::words::Shape;
use crate::colour::{Given, GivenPalette};

object! {
    /// How far the bubble stands from its corner, in pixels.
    pub struct Offset = OFFSET {
        /// From the side.
        x: int(0..=200) = 20;
        /// From the top or bottom.
        y: int(0..=200) = 20;
    }
}

object! {
    /// The launcher: the bubble that opens the panel.
    pub struct Launcher = LAUNCHER {
        /// Its outline.
        shape: choice(Shape) = Shape::Circle;
        /// Its size in pixels.
        size: int(32..=96) = 56;
        /// The picture in it.
        icon_url: url;
        /// What it is called, and says where `show_label` is on.
        label: text(60);
        /// Whether the label is seen beside the picture.
        show_label: flag = false;
        /// Whether it pulses until it was opened once.
        pulse: flag = false;
    }
}

object! {
    /// The panel.
    pub struct Chat = CHAT {
        /// What stands in its header.
        title: text(80);
        /// What stands under the title.
        subtitle: text(200);
        /// The agent's picture.
        avatar_url: url;
        /// The outline of the picture; where absent, the launcher's.
        avatar_shape: choice(Shape);
        /// What the empty input says.
        placeholder: text(120);
        /// How round its corners are, in pixels.
        radius: int(0..=32) = 16;
        /// Its width in pixels.
        width: int(300..=600) = 400;
        /// Its height in pixels.
        height: int(400..=900) = 640;
        /// The font family, as CSS names it; where absent, the system's.
        font: plain(200);
        /// Colours in the light look.
        light_mode: object(ThemeColours = THEME_COLOURS);
        /// Colours in the dark look.
        dark_mode: object(ThemeColours = THEME_COLOURS);
    }
}

object! {
    /// The colours of one look.
    pub struct ThemeColours = THEME_COLOURS {
        /// What is behind the text.
        background_color: object(Surfaces = SURFACES);
        /// The text; what is left out is chosen for a contrast of at least 4.5:1.
        text_color: object(Surfaces = SURFACES);
    }
}

object! {
    /// A colour for each surface.
    pub struct Surfaces = SURFACES {
        /// What the visitor said, and active states.
        user_message: colour;
        /// The launcher, the send button and other controls.
        controls_button: colour;
        /// What the agent said.
        agent_message: colour;
        /// The panel.
        panel: colour;
        /// The bar at its top.
        header: colour;
    }
}

object! {
    /// The line that names the product.
    pub struct Branding = BRANDING {
        /// Whether it is shown.
        show: flag = true;
        /// What it says.
        label: text(60);
        /// Where it leads.
        url: url;
    }
}

impl<D: Document> ThemeColours<D> {
    pub(super) fn given(&self) -> GivenPalette {
        let (background, text) = (self.background_color(), self.text_color());
        GivenPalette {
            user_message: Given {
                background: background.user_message(),
                text: text.user_message(),
            },
            agent_message: Given {
                background: background.agent_message(),
                text: text.agent_message(),
            },
            controls_button: Given {
                background: background.controls_button(),
                text: text.controls_button(),
            },
            panel: Given { background: background.panel(), text: text.panel() },
            header: Given { background: background.header(), text: text.header() },
        }
    }
}
