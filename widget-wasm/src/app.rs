//! One widget: model, view and effects, held together.

mod element;

use js_sys::{Function, Object};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortController, Element, Event, HtmlElement, KeyboardEvent, Response};
use widget_core::config::{Document, V1};
use widget_core::origin::is_listed;

use crate::effects::{Reply, Request, Shelf, Step, answered, came, page, run};
use crate::model::Model;
use crate::model::effect::{Effect, News};
use crate::model::message::{Act, Msg, Problem};
use crate::model::settings::{Mode, Settings};
use crate::sheet::Laid;
use crate::view::View;
use crate::view::act::{Deed, deed};
use widget_dom::js::{self, Js, set};

/// One widget. The page holds it, through [`App::hand`], for as long as the page lives.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) model: Model,
    pub(crate) view: View,
    base: String,
    pub(crate) shelf: Shelf,
    pub(crate) widget_id: String,
    /// `page` or `frame` on pages of our own.
    own: String,
    pub(crate) config: Option<V1<Js>>,
    /// The function of the module of the sheets, once it is here.
    pub(crate) sheets: Option<Function>,
    pub(crate) laid: Option<Laid>,
    /// Keeps an error of ours out of the page.
    pub(crate) guard: Function,
    /// Counts the streams; only the newest is heard.
    pub(crate) stream: u32,
    abort: Option<AbortController>,
    /// What is done once the page shows what it is about.
    pub(crate) later: Vec<Effect>,
    pub(crate) drawing: bool,
    /// The words of the visitor's language; `undefined` for English.
    pub(crate) tables: Js,
    /// Left the page for good.
    gone: bool,
    /// The language the site wants; empty for the visitor's own.
    locale: String,
    /// The page hears of everything in the data layer of its tag manager, too.
    pub(crate) layered: bool,
    /// What is waited for, by number.
    steps: Vec<Option<Step>>,
    /// The one way from the page into this widget.
    hand: Function,
    /// Ends all listening and takes the element out of the page.
    leave: Option<Function>,
}

/// What [`App::hand`] is called for; from `STEP` on, twice the number of a step, and one more
/// where it failed.
const START: u32 = 0;
const DRAW: u32 = 1;
const EVENT: u32 = 2;
const CALL: u32 = 3;
pub(crate) const DECIDED: u32 = 4;
const STEP: u32 = 6;

/// Takes what the loader hands over (see `www/loader/loader.js`) and returns what it calls:
/// the element's methods (see [`element`]) with what they are given, or nothing
/// when the element was put into the page or taken out of it.
pub(crate) fn mount(seam: &Js) -> Option<Function> {
    // It is never dropped, so nothing is compiled in to drop it.
    let app = Box::leak(Box::new(App::new(seam)?));
    let hand = move |what, first, second| app.hand(what, first, second);
    let hand = Closure::<dyn FnMut(u32, JsValue, JsValue)>::new(hand).into_js_value();
    // Nothing of ours throws into the page.
    let guard: Function = seam.member("guard")?;
    let guarded: Function = guard.call1(&JsValue::UNDEFINED, &hand).ok()?.unchecked_into();
    let _ = guarded.call3(&JsValue::UNDEFINED, &START.into(), &guarded, &seam.0);
    Some(js::bind(&guarded, CALL))
}

impl App {
    fn new(seam: &Js) -> Option<Self> {
        let boot = seam.get("boot")?;
        let widget_id = boot.string("id");
        let mut key = String::from("agent-widget");
        key.push_str(&widget_id);
        let languages = page::languages();
        let languages: Vec<_> = languages.iter().map(String::as_str).collect();
        let language = boot_config(&boot).language(&languages);
        let host: HtmlElement = seam.member("host")?;
        let button: HtmlElement = seam.member("button")?;
        let shelf = Shelf { key };
        Some(Self {
            model: Model::new(page::seed(), shelf.load()),
            view: View::new(host, button, language)?,
            base: seam.string("base"),
            shelf,
            widget_id,
            own: seam.string("mode"),
            config: None,
            sheets: None,
            laid: None,
            guard: seam.member("guard")?,
            stream: 0,
            abort: None,
            later: Vec::new(),
            drawing: false,
            tables: Js(JsValue::UNDEFINED),
            gone: false,
            locale: String::new(),
            layered: seam.get("dataset").is_some_and(|data| data.get("datalayer").is_some()),
            steps: Vec::new(),
            hand: JsValue::UNDEFINED.unchecked_into(),
            leave: None,
        })
    }

    /// Everything that comes from the page comes here: frames to draw, events, calls of the
    /// loader, and what was waited for.
    fn hand(&mut self, what: u32, first: JsValue, second: JsValue) {
        match what {
            _ if self.gone => {}
            START => {
                self.hand = first.unchecked_into();
                self.learn();
                self.leave = page::listen(&self.view.root, &self.way(EVENT)).ok();
                run(self, Effect::Emit(News::Ready, 0));
                match Js(second).member::<Response>("widget") {
                    Some(response) => answered(self, Reply::Load, &response),
                    None => run(self, Effect::Load),
                }
            }
            DRAW => self.drawn(),
            EVENT => self.heard(first.unchecked_ref()),
            CALL => self.called(&first, second),
            DECIDED => self.decided(&first, second),
            _ => {
                let place = (what / 2 - STEP / 2) as usize;
                if let Some(step) = self.steps.get_mut(place).and_then(Option::take) {
                    came(self, step, if what.is_multiple_of(2) { Ok(first) } else { Err(first) });
                }
            }
        }
    }

    /// A function for the page: it calls [`Self::hand`] for this.
    pub(crate) fn way(&self, what: u32) -> Function {
        js::bind(&self.hand, what)
    }

    /// Keeps a step until what it waits for comes; returns what to call when it does, and when it
    /// never will.
    pub(crate) fn park(&mut self, step: Step) -> (Function, Function) {
        let free = self.steps.iter().position(Option::is_none);
        let place = free.unwrap_or(self.steps.len());
        match self.steps.get_mut(place) {
            Some(free) => *free = Some(step),
            None => self.steps.push(Some(step)),
        }
        let what = STEP + 2 * place as u32;
        (self.way(what), self.way(what + 1))
    }

    fn act(&mut self, act: Act) {
        self.dispatch(Msg::Act(act));
    }

    /// Lets the model know, does what it wants done, and shows what became of it with the page's
    /// next frame.
    pub(crate) fn dispatch(&mut self, msg: Msg) {
        for effect in self.model.update(msg) {
            run(self, effect);
        }
        self.redraw();
    }

    /// Shows with the page's next frame what is new.
    fn redraw(&mut self) {
        if !std::mem::replace(&mut self.drawing, true) {
            self.show();
        }
    }

    /// Draws with the page's next frame.
    pub(crate) fn show(&self) {
        let _ = js::window().request_animation_frame(&self.way(DRAW));
    }

    fn drawn(&mut self) {
        self.drawing = false;
        self.view.draw(&self.model);
        for effect in std::mem::take(&mut self.later) {
            match effect {
                Effect::Focus(place) => self.view.focus(place),
                Effect::Announce(key) => {
                    if let Some(entry) = self.model.log.get(key) {
                        self.view.announce(&entry.text);
                    }
                }
                _ => self.view.scroll_down(),
            }
        }
        self.view.scrolled();
        self.lay();
    }

    /// Closes the stream that is open; returns the number the next one has.
    pub(crate) fn hang_up(&mut self) -> u32 {
        if let Some(open) = self.abort.take() {
            open.abort();
        }
        self.stream += 1;
        self.stream
    }

    /// The stream that can be closed from now on.
    pub(crate) fn replace_stream(&mut self, controller: AbortController) {
        self.abort = Some(controller);
    }

    /// A request to the server.
    pub(crate) fn request(&self, path: &str) -> Request {
        Request::new(&self.base, path)
    }

    /// Reads the configuration; refuses a page that is not on its list.
    pub(crate) fn configured(&mut self, widget: &Js) -> Result<Settings, Problem> {
        let Some(config) = widget.get("config") else {
            return Err(Problem::default());
        };
        let domains: Vec<_> = widget.list("domains").iter().filter_map(Document::text).collect();
        let origin = page::origin();
        // Our own pages may always show it: the server says who may frame them.
        let ours = self.base.strip_prefix(&origin);
        let ours = ours.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let admitted = is_listed(domains.iter().map(String::as_str), &origin);
        if !ours && !admitted {
            page::complain("this page is not among the widget's allowed domains");
            return Err(Problem { status: 403, ..Problem::default() });
        }
        let config = V1::of(config);
        self.view.looks = widget.get("looks").unwrap_or(Js(JsValue::UNDEFINED));
        self.view.theme = self.view.theme.or_else(|| Some(config.theme()));
        self.view.dress();
        let mut settings = self.read(&config);
        settings.paused = widget.string("status") == "paused";
        match self.own.as_str() {
            "frame" => settings.mode = Mode::Frame,
            "page" => settings.mode = Mode::Fullscreen,
            _ => {}
        }
        self.config = Some(config);
        Ok(settings)
    }

    /// Reads what the behaviour needs, in the language the site or the visitor wants.
    fn read(&mut self, config: &V1<Js>) -> Settings {
        if !self.locale.is_empty() {
            self.view.turn_to(config.language(&[&self.locale]));
            self.learn();
        }
        Settings::read(config, &self.view.language)
    }

    fn heard(&mut self, event: &Event) {
        match event.type_().as_str() {
            "click" => self.clicked(event),
            "keydown" => self.pressed(event.unchecked_ref()),
            "input" => self.view.fit(),
            "submit" => {
                event.prevent_default();
                self.submitted();
            }
            "scroll" => self.view.scrolled(),
            "online" => self.dispatch(Msg::Online(true)),
            "offline" => self.dispatch(Msg::Online(false)),
            "storage" => self.dispatch(Msg::Saved(self.shelf.load())),
            "visibilitychange" => {
                let page = Js(event.target().into());
                self.dispatch(Msg::Visible(!page.flag("hidden")));
            }
            "change" => self.view.dress(),
            _ => {}
        }
    }

    fn clicked(&mut self, event: &Event) {
        let Some(target) = event.target() else { return };
        let Ok(Some(element)) = target.unchecked_ref::<Element>().closest("[data-do]") else {
            return;
        };
        match deed(&element.get_attribute("data-do").unwrap_or_default()) {
            Some(Deed::Act(act)) => self.act(act),
            Some(Deed::Send) => self.submitted(),
            Some(Deed::Ask) => self.act(Act::Ask(element.text_content().unwrap_or_default())),
            Some(Deed::Latest) => self.view.scroll_down(),
            Some(Deed::Code) => {
                // The bar of a block of code is followed by the code.
                let code = element.parent_element().and_then(|bar| bar.next_element_sibling());
                self.copy(&code.and_then(|code| code.text_content()).unwrap_or_default());
            }
            None => {}
        }
    }

    fn pressed(&mut self, event: &KeyboardEvent) {
        let Some(target) = event.target() else { return };
        let writes =
            target.unchecked_ref::<Element>().matches(".write textarea").unwrap_or_default();
        match event.key().as_str() {
            // While an input method composes, Enter belongs to it.
            "Enter" if writes && !event.shift_key() && !event.is_composing() => {
                event.prevent_default();
                self.submitted();
            }
            "Escape" if !event.is_composing() => self.act(Act::Close),
            _ => {}
        }
    }

    /// Hands in what was typed.
    fn submitted(&mut self) {
        let field = self.view.typed();
        let Some(field) = field.filter(|_| !self.model.busy()) else { return };
        let text = field.value();
        if !text.trim().is_empty() {
            field.set_value("");
            self.view.fit();
            self.act(Act::Ask(text));
        }
    }
}

/// The appearance the loader carries, as the configuration it was taken from.
fn boot_config(boot: &Js) -> V1<Js> {
    let whole = Object::new();
    if let Some(config) = boot.get("config") {
        set(&whole, "v1", config.0);
    }
    V1::of(Js(whole.into()))
}
