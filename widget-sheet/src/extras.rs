//! What stands above the message field in few widgets: whether somebody is there, the owner's buttons,
//! and a sound for who looks elsewhere when an answer comes.

use widget_dom::js::Js;
use widget_dom::painter::Painter;

use crate::desk::Desk;
use crate::hours::Hours;
use crate::piece::Piece;
use crate::quick::Quick;
use crate::saying::chime;

/// All of it.
#[derive(Debug)]
pub(crate) struct Extras {
    hours: Hours,
    quick: Quick,
    /// Whether an answer that is not seen is heard.
    sound: bool,
}

impl Extras {
    pub(crate) fn new(desk: &Desk) -> Self {
        Self { hours: Hours::new(desk), quick: Quick::read(desk), sound: desk.config.sound() }
    }
}

impl Piece for Extras {
    fn laid(&mut self, desk: &mut Desk) {
        if self.sound {
            desk.attend("news");
        }
        self.hours.wait(desk);
    }

    fn draw(&self, p: &mut Painter, desk: &Desk) {
        self.hours.draw(p, desk);
        self.quick.draw(p);
    }

    fn pressed(&mut self, desk: &mut Desk, _verb: &str, id: String) {
        self.quick.pressed(desk, &id);
    }

    fn told(&mut self, _how: &str, _detail: String) {
        chime();
    }

    fn came(&mut self, desk: &mut Desk, answer: Result<Js, String>) {
        self.hours.came(desk, answer);
    }
}
