//! The widget: when it serves, and what may be written into it.

use crate::wire_enum::wire_enum;

wire_enum! {
    /// Where a widget stands, as its owner sees it.
    pub enum WidgetStatus {
        /// One of its two gates is closed: it serves nobody.
        Draft = "draft",
        /// It serves.
        Active = "active",
        /// Paused by its owner.
        Paused = "paused",
    }
}

/// What the public sees of a widget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Availability {
    /// It loads, and conversations start.
    Live,
    /// It loads, refuses to start conversations, and lets those that run go on.
    Paused,
    /// It does not exist: the widget or its agent's version is not published.
    Hidden {
        /// Whether it will be paused once both are.
        paused: bool,
    },
}

impl Availability {
    /// The two gates that must be open to go live, and the pause.
    ///
    /// ```
    /// use widget_core::widget::{Availability, WidgetStatus};
    ///
    /// assert_eq!(Availability::of(true, true, false), Availability::Live);
    /// assert_eq!(Availability::of(true, false, false).status(), WidgetStatus::Draft);
    /// ```
    #[must_use]
    pub const fn of(published: bool, version_published: bool, paused: bool) -> Self {
        match (published && version_published, paused) {
            (true, false) => Self::Live,
            (true, true) => Self::Paused,
            (false, paused) => Self::Hidden { paused },
        }
    }

    /// Whether public paths know it.
    #[must_use]
    pub const fn is_served(self) -> bool {
        !matches!(self, Self::Hidden { .. })
    }

    /// Whether conversations may start.
    #[must_use]
    pub const fn may_start(self) -> bool {
        matches!(self, Self::Live)
    }

    /// What its owner sees: `paused` if paused, else `active` when both gates are open, else
    /// `draft`.
    #[must_use]
    pub const fn status(self) -> WidgetStatus {
        match self {
            Self::Live => WidgetStatus::Active,
            Self::Paused | Self::Hidden { paused: true } => WidgetStatus::Paused,
            Self::Hidden { paused: false } => WidgetStatus::Draft,
        }
    }
}

#[cfg(feature = "json")]
mod body;
#[cfg(feature = "json")]
pub use body::{MAX_NAME_CHARS, NewWidget, WidgetPatch};

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn both_gates_must_be_open() {
        for (published, version_published) in [(false, false), (false, true), (true, false)] {
            for paused in [false, true] {
                let availability = Availability::of(published, version_published, paused);
                assert_eq!(availability, Availability::Hidden { paused });
                assert!(!availability.is_served() && !availability.may_start());
            }
        }
        assert!(Availability::of(true, true, false).may_start());
    }

    #[test]
    fn a_paused_widget_loads_and_starts_nothing() {
        let paused = Availability::of(true, true, true);
        assert!(paused.is_served() && !paused.may_start());
    }

    #[test]
    fn the_status_says_paused_first() {
        assert_eq!(Availability::of(true, true, false).status(), WidgetStatus::Active);
        assert_eq!(Availability::of(true, true, true).status(), WidgetStatus::Paused);
        assert_eq!(Availability::of(false, true, true).status(), WidgetStatus::Paused);
        assert_eq!(Availability::of(false, true, false).status(), WidgetStatus::Draft);
    }
}
