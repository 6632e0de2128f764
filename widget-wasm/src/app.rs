//! One widget: model, view and effects, held together.

mod element;

use js_sys::{Function, Object};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use widget_core::config::{Document, V1};
use widget_core::origin::is_listed;

use crate::card;
use crate::effects::{Shelf, Step, came, page, run};
use crate::model::effect::{Effect, News};
use crate::model::message::{Act, Msg, Problem};
use crate::model::settings::{Mode, Settings};
use crate::model::{Model, Screen};
use crate::sheet::Laid;
use crate::view::View;
use crate::view::act::{Deed, deed};
use widget_dom::js::{self, Js, set};

/// One widget. The page holds it, through [`App::hand`], for as long as the page lives.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) model: Model,
    pub(crate) view: View,
    pub(crate) base: String,
    pub(crate) shelf: Shelf,
    pub(crate) widget_id: String,
    /// `page` or `frame` on pages of our own.
    own: String,
    pub(crate) config: Option<V1<Js>>,
    /// The same as the document it is read from.
    pub(crate) document: Option<Js>,
    /// The function of the module of the sheets, once it is here.
    pub(crate) sheets: Option<Function>,
    pub(crate) laid: Option<Laid>,
    /// What the second module knows of how things stand: an `EventTarget` with properties.
    pub(crate) ties: JsValue,
    /// Whether somebody is there, as the server said it.
    pub(crate) hours: Option<Js>,
    /// Keeps an error of ours out of the page.
    pub(crate) guard: Function,
    /// Counts the streams; only the newest is heard.
    pub(crate) stream: u32,
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
pub(crate) const WISHED: u32 = 5;
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
    let hand = js::guarded(&seam.member("guard")?, &hand);
    js::call(&hand, &START.into(), &hand, &seam.0);
    Some(js::bind(&hand, CALL))
}

impl App {
    fn new(seam: &Js) -> Option<Self> {
        let boot = seam.get("boot")?;
        let widget_id = boot.string("id");
        let mut key = String::from("agent-widget");
        key.push_str(&widget_id);
        let languages = page::here().texts("languages");
        let mut wishes = Vec::new();
        for language in &languages {
            wishes.push(language.as_str());
        }
        let language = boot_config(&boot).language(&wishes);
        // What may be missing comes first: there is nothing to drop then.
        let view = View::new(seam.member("host")?, seam.member("button")?, language)?;
        let guard = seam.member("guard")?;
        let data = seam.get("dataset").unwrap_or(Js(JsValue::UNDEFINED));
        let shelf = Shelf { key, domain: data.string("cookie") };
        if shelf.is_outdated() {
            shelf.forget();
        }
        Some(Self {
            model: Model::new(page::seed(), shelf.load()),
            view,
            base: seam.string("base"),
            shelf,
            widget_id,
            own: seam.string("mode"),
            config: None,
            document: None,
            sheets: None,
            laid: None,
            ties: card::ties(),
            hours: None,
            guard,
            stream: 0,
            later: Vec::new(),
            drawing: false,
            tables: Js(JsValue::UNDEFINED),
            gone: false,
            locale: String::new(),
            layered: data.get("datalayer").is_some(),
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
                self.leave = Some(page::listen(&self.view.root, &self.way(EVENT)));
                run(self, Effect::Emit(News::Ready, 0));
                self.load(Js(second).get("widget").unwrap_or(Js(JsValue::UNDEFINED)));
            }
            DRAW => self.drawn(),
            EVENT => {
                let word = first.as_string().unwrap_or_default();
                self.heard(&word, second.as_string().unwrap_or_default());
            }
            CALL => self.called(&first, second),
            DECIDED => self.decided(&first, second),
            WISHED => self.wished(&first, second),
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

    /// Shows with the page's next frame what is new. A panel that is opened for the first time waits
    /// for the configuration, which is a moment away, and then not for a frame: it is never seen half,
    /// and laid out once.
    pub(crate) fn redraw(&mut self) {
        if self.view.is_built() {
            if !std::mem::replace(&mut self.drawing, true) {
                page::next_frame(&self.way(DRAW));
            }
        } else if !self.drawing && !matches!(self.model.screen, Screen::Loading) {
            self.drawn();
        }
    }

    fn drawn(&mut self) {
        self.drawing = false;
        self.view.draw(&self.model);
        self.lay_cards();
        for effect in std::mem::take(&mut self.later) {
            match effect {
                Effect::Focus(place) => self.view.focus(place),
                Effect::Announce(key) => {
                    if let Some(entry) = self.model.log.get(key) {
                        self.view.announce(&entry.text);
                    }
                }
                Effect::GiveBack => self.view.give_back(&std::mem::take(&mut self.model.draft)),
                _ => self.view.scroll_down(),
            }
        }
        self.view.scrolled();
        self.lay();
    }

    /// Reads the configuration; refuses a page that is not on its list.
    pub(crate) fn configured(&mut self, widget: &Js) -> Result<Settings, Problem> {
        let Some(config) = widget.get("config") else {
            return Err(Problem::default());
        };
        let domains = widget.texts("domains");
        let origin = page::here().string("origin");
        // Our own pages may always show it: the server says who may frame them.
        let ours = self.base.strip_prefix(&origin);
        let ours = ours.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let admitted = is_listed(domains.iter().map(String::as_str), &origin);
        if !ours && !admitted {
            page::complain("this page is not among the widget's allowed domains");
            return Err(Problem { status: 403, ..Problem::default() });
        }
        self.document = Some(config.clone());
        let config = V1::of(config);
        self.view.looks = widget.get("looks").unwrap_or(Js(JsValue::UNDEFINED));
        self.view.theme = self.view.theme.or_else(|| Some(config.theme()));
        self.view.dress();
        let mut settings = self.read(&config);
        settings.paused = widget.string("status") == "paused";
        self.hours = widget.get("hours");
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

    /// What the visitor did or the page says, in a word; with the text that it is about.
    fn heard(&mut self, word: &str, text: String) {
        // Another subdomain cannot tell that the visitor signed out there, as another tab does.
        if self.shelf.is_outdated() {
            self.act(Act::LogOut(page::seed()));
        }
        let msg = match word {
            "online" => Msg::Online(true),
            "offline" => Msg::Online(false),
            "visible" => {
                // Nor that there is more to know by now.
                if !self.shelf.domain.is_empty() {
                    self.dispatch(Msg::Saved(self.shelf.load()));
                }
                Msg::Visible(true)
            }
            "hidden" => Msg::Visible(false),
            "storage" => Msg::Saved(self.shelf.load()),
            "forgotten" => Msg::Act(Act::LogOut(page::seed())),
            "change" => return self.view.dress(),
            _ => match deed(word) {
                Some(Deed::Act(act)) => Msg::Act(act),
                Some(Deed::Ask) => Msg::Act(Act::Ask(text)),
                Some(Deed::Send) => return self.submitted(),
                Some(Deed::Latest) => return self.view.scroll_down(),
                Some(Deed::Code) => return page::copy(&text),
                None => return,
            },
        };
        self.dispatch(msg);
    }

    /// Hands in what was typed.
    fn submitted(&mut self) {
        if !self.model.busy()
            && let Some(text) = self.view.take_typed(self.model.has_files())
        {
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
