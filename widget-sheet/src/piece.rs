//! What can be laid: each draws itself and decides what the visitor's acts mean.

use widget_dom::js::Js;
use widget_dom::painter::Painter;

use crate::desk::Desk;
use crate::extras::Extras;
use crate::file::File;
use crate::form::Questions;
use crate::menu::Menu;
use crate::page::is_past;
use crate::tray::Tray;

/// Something that is laid over the chat or between its messages.
pub(crate) trait Piece {
    /// Draws all of it.
    fn draw(&self, p: &mut Painter, desk: &Desk);

    /// It lies now, and may make its first call.
    fn laid(&mut self, _desk: &mut Desk) {}

    /// The visitor pressed what says this; what it names is empty where it names nothing.
    fn pressed(&mut self, desk: &mut Desk, verb: &str, _id: String) {
        desk.tell(verb);
    }

    /// The visitor handed the form in.
    fn submitted(&mut self, _desk: &mut Desk) {}

    /// The visitor chose files.
    fn chosen(&mut self, _desk: &mut Desk, _files: &Js) {}

    /// The chat says how things stand.
    fn told(&mut self, _how: &str, _detail: String) {}

    /// A call was answered, or refused with this sentence.
    fn came(&mut self, _desk: &mut Desk, _answer: Result<Js, String>) {}
}

/// What an order is for; `None` where there is nothing to lay.
pub(crate) fn make(desk: &Desk, order: &Js) -> Option<Box<dyn Piece>> {
    let kind = order.string("kind");
    let piece: Box<dyn Piece> = match desk.block.string("type").as_str() {
        "menu" => Box::new(Menu::new()),
        "attachment" => Box::new(File::read(desk)),
        "attachments" => Box::new(Tray::new(desk)),
        // What was asked in a conversation that is over is not asked again.
        _ if is_past(&desk.into) => return None,
        "extras" => Box::new(Extras::new(desk)),
        block => Box::new(Questions::new(desk, order, &kind, block)?),
    };
    Some(piece)
}
