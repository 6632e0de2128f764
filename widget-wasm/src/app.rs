//! One widget: model, view and effects, held together.

use std::cell::{Cell, Ref, RefCell};
use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{AbortController, Element, Event, EventTarget, HtmlElement, KeyboardEvent, Response};
use widget_core::config::{Document, V1};
use widget_core::origin::is_listed;

use crate::effects::js::Js;
use crate::effects::{Request, Shelf, page, run, take};
use crate::model::effect::Effect;
use crate::model::message::{Act, Msg, Problem};
use crate::model::settings::{Mode, Settings};
use crate::model::{Model, Screen};
use crate::view::{View, act, form};

/// One widget.
#[derive(Debug)]
pub(crate) struct App {
    model: RefCell<Model>,
    pub(crate) view: RefCell<View>,
    base: String,
    pub(crate) shelf: Shelf,
    pub(crate) widget_id: String,
    pub(crate) locale: String,
    /// `page` or `frame` on pages of our own.
    own: String,
    config: RefCell<Option<V1<Js>>>,
    /// Counts the streams; only the newest is heard.
    stream: Cell<u32>,
    abort: RefCell<Option<AbortController>>,
    /// What is done once the page shows what it is about.
    later: RefCell<Vec<Effect>>,
    drawing: Cell<bool>,
    draw: RefCell<Option<Function>>,
    /// Keeps what a listener throws out of the page.
    guard: Function,
}

/// What goes wrong before there is a widget to say so.
#[derive(Debug)]
pub(crate) struct NotHere;

impl App {
    /// Takes what the loader hands over; see `www/loader/loader.js`.
    pub(crate) fn mount(seam: &Js) -> Result<Rc<Self>, NotHere> {
        let boot = seam.get("boot").ok_or(NotHere)?;
        let widget_id = boot.string("id");
        let mut key = String::from("agent-widget");
        key.push_str(&widget_id);
        let languages = page::languages();
        let config = boot_config(&boot);
        let language = config.language(&languages.each_ref().map(String::as_str));
        let host: HtmlElement = seam.member("host").ok_or(NotHere)?;
        let button: HtmlElement = seam.member("button").ok_or(NotHere)?;
        let shelf = Shelf { key };
        let app = Rc::new(Self {
            model: RefCell::new(Model::new(page::seed(), shelf.load())),
            locale: language.tag().to_owned(),
            view: RefCell::new(View::new(host, button, language).ok_or(NotHere)?),
            base: seam.string("base"),
            shelf,
            widget_id,
            own: seam.string("mode"),
            config: RefCell::new(None),
            stream: Cell::new(0),
            abort: RefCell::new(None),
            later: RefCell::new(Vec::new()),
            drawing: Cell::new(false),
            draw: RefCell::new(None),
            guard: seam.member("guard").ok_or(NotHere)?,
        });
        app.listen();
        match seam.member::<Response>("widget") {
            Some(response) => take(&app, response),
            None => run(&app, Effect::Load),
        }
        Ok(app)
    }

    /// What the loader and the page call: `toggle` (with a question), `open`, `attach`, `detach`.
    pub(crate) fn call(self: &Rc<Self>, name: &str, value: &JsValue) {
        let question = value.as_string().filter(|text| !text.is_empty());
        match (name, question) {
            (_, Some(question)) => self.act(Act::Ask(question)),
            ("toggle", None) => self.act(Act::Toggle),
            ("open", None) => self.act(Act::Open),
            ("attach" | "detach", _) => {
                // A move within the page is a removal and a return at once: it is neither.
                let app = Rc::clone(self);
                spawn_local(async move {
                    let attached = app.view.borrow().host.is_connected();
                    app.dispatch(Msg::Attached(attached));
                });
            }
            _ => {}
        }
    }

    fn act(self: &Rc<Self>, act: Act) {
        self.dispatch(Msg::Act(act));
    }

    /// Lets the model know, does what it wants done, and shows what became of it.
    pub(crate) fn dispatch(self: &Rc<Self>, msg: Msg) {
        let effects = self.model.borrow_mut().update(msg);
        for effect in effects {
            run(self, effect);
        }
        self.show();
    }

    /// Draws with the page's next frame.
    fn show(self: &Rc<Self>) {
        if self.drawing.replace(true) {
            return;
        }
        let draw = self.draw.borrow().clone();
        let draw = draw.unwrap_or_else(|| {
            let app = Rc::clone(self);
            let draw = self.guarded(Closure::<dyn FnMut(Event)>::new(move |_| app.drawn()));
            self.draw.replace(Some(draw.clone()));
            draw
        });
        let _ = web_sys::window().map(|window| window.request_animation_frame(&draw));
    }

    fn drawn(self: &Rc<Self>) {
        self.drawing.set(false);
        self.view.borrow_mut().draw(&self.model.borrow());
        // Whoever listens to the focus may call us back: nothing is borrowed to write from here on.
        let view = self.view.borrow();
        for effect in self.later.take() {
            match effect {
                Effect::Focus(place) => view.focus(place),
                Effect::Announce(key) => {
                    if let Some(entry) = self.model().log.get(key) {
                        view.announce(&entry.text);
                    }
                }
                Effect::ScrollDown => view.scroll_down(),
                _ => {}
            }
        }
        view.scrolled();
    }

    /// Does something once the page shows what the model now says.
    pub(crate) fn after_drawing(&self, effect: Effect) {
        self.later.borrow_mut().push(effect);
    }

    /// The number of the stream that is heard.
    pub(crate) fn stream(&self) -> u32 {
        self.stream.get()
    }

    /// Closes the stream that is open; returns the number the next one has.
    pub(crate) fn hang_up(&self) -> u32 {
        if let Some(open) = self.abort.take() {
            open.abort();
        }
        self.stream.set(self.stream.get() + 1);
        self.stream.get()
    }

    /// The stream that can be closed from now on.
    pub(crate) fn replace_stream(&self, controller: AbortController) {
        self.abort.replace(Some(controller));
    }

    /// The state, for whom reads it.
    pub(crate) fn model(&self) -> Ref<'_, Model> {
        self.model.borrow()
    }

    /// A request to the server.
    pub(crate) fn request(&self, path: &str) -> Request {
        Request::new(&self.base, path)
    }

    /// Reads the configuration; refuses a page that is not on its list.
    pub(crate) fn configured(&self, widget: &Js) -> Result<Settings, Problem> {
        let Some(config) = widget.get("config") else {
            let status = widget.get("status").and_then(|status| status.number());
            let status = status.unwrap_or_default() as u16;
            return Err(Problem { status, ..Problem::default() });
        };
        let domains = widget.get("domains");
        let domains = domains.iter().flat_map(Document::items).filter_map(|domain| domain.text());
        let domains: Vec<String> = domains.collect();
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
        let view = self.view.borrow();
        view.dress(&config);
        let mut settings = Settings::read(&config, &view.language);
        settings.paused = widget.string("status") == "paused";
        match self.own.as_str() {
            "frame" => settings.mode = Mode::Frame,
            "page" => settings.mode = Mode::Fullscreen,
            _ => {}
        }
        self.config.replace(Some(config));
        Ok(settings)
    }

    fn guarded(&self, closure: Closure<dyn FnMut(Event)>) -> Function {
        let function = closure.into_js_value();
        let guarded = self.guard.call1(&JsValue::UNDEFINED, &function);
        guarded.unwrap_or(function).unchecked_into()
    }

    fn listen(self: &Rc<Self>) {
        let app = Rc::clone(self);
        let hear = self.guarded(Closure::<dyn FnMut(Event)>::new(move |event| app.heard(&event)));
        let add = |target: &EventTarget, kinds: &[&str]| {
            for kind in kinds {
                // Scrolling does not bubble: it is heard on its way down.
                let _ = target.add_event_listener_with_callback_and_bool(
                    kind,
                    &hear,
                    *kind == "scroll",
                );
            }
        };
        add(&self.view.borrow().root, &["click", "keydown", "input", "submit", "scroll"]);
        let Some(window) = web_sys::window() else { return };
        add(&window, &["online", "offline", "storage"]);
        if let Some(document) = window.document() {
            add(&document, &["visibilitychange"]);
        }
        if let Ok(Some(query)) = window.match_media("(prefers-color-scheme:dark)") {
            add(&query, &["change"]);
        }
    }

    fn heard(self: &Rc<Self>, event: &Event) {
        match event.type_().as_str() {
            "click" => self.clicked(event),
            "keydown" => self.pressed(event.unchecked_ref()),
            "input" => self.view.borrow().fit(),
            "submit" => {
                event.prevent_default();
                self.submitted();
            }
            "scroll" => self.view.borrow().scrolled(),
            "online" => self.dispatch(Msg::Online(true)),
            "offline" => self.dispatch(Msg::Online(false)),
            "storage" => self.dispatch(Msg::Saved(self.shelf.load())),
            "visibilitychange" => {
                let hidden =
                    Js(event.target().into()).get("hidden").and_then(|hidden| hidden.boolean());
                self.dispatch(Msg::Visible(!hidden.unwrap_or_default()));
            }
            "change" => {
                if let Some(config) = &*self.config.borrow() {
                    self.view.borrow().dress(config);
                }
            }
            _ => {}
        }
    }

    fn clicked(self: &Rc<Self>, event: &Event) {
        let Some(target) = event.target() else { return };
        let Ok(Some(element)) = target.unchecked_ref::<Element>().closest("[data-do]") else {
            return;
        };
        let name = element.get_attribute("data-do").unwrap_or_default();
        match (name.as_str(), act::act(&name)) {
            (_, Some(act)) => self.act(act),
            ("send", _) => self.submitted(),
            (act::ASK, _) => self.act(Act::Ask(element.text_content().unwrap_or_default())),
            (act::LATEST, _) => self.view.borrow().scroll_down(),
            (act::CODE, _) => {
                if let Ok(Some(block)) = element.closest(".code")
                    && let Ok(Some(code)) = block.query_selector("pre")
                {
                    page::copy(&code.text_content().unwrap_or_default());
                }
            }
            _ => {}
        }
    }

    fn pressed(self: &Rc<Self>, event: &KeyboardEvent) {
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

    /// Hands in what is on the screen: a form, or what was typed.
    fn submitted(self: &Rc<Self>) {
        let act = match &self.model.borrow().screen {
            Screen::Form(filling) => {
                Some(Act::Submit(form::read(&self.view.borrow().panel, &filling.form)))
            }
            _ => None,
        };
        if let Some(act) = act {
            return self.act(act);
        }
        let field = self.view.borrow().typed();
        let Some(field) = field.filter(|_| !self.model.borrow().busy()) else { return };
        let text = field.value();
        if !text.trim().is_empty() {
            field.set_value("");
            self.view.borrow().fit();
            self.act(Act::Ask(text));
        }
    }
}

/// The appearance the loader carries, as the configuration it was taken from.
fn boot_config(boot: &Js) -> V1<Js> {
    let whole = js_sys::Object::new();
    if let Some(config) = boot.get("config") {
        crate::effects::js::set(&whole, "v1", config.0);
    }
    V1::of(Js(whole.into()))
}
