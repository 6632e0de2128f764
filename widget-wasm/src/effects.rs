//! What the model wants done, done in the browser.
//!
//! Everything that takes time comes back through one callback with the number of a [`Step`]: what
//! is to be done with what came. Futures would read more easily and cost a visitor 3 KB.

mod http;
pub(crate) mod page;
mod storage;
mod stream;
mod wire;

use js_sys::{Object, Promise};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortController, Response};

pub(crate) use http::Request;
pub(crate) use storage::Shelf;
use stream::Stream;

use widget_dom::js::{self, Js, set};

use crate::app::App;
use crate::model::Screen;
use crate::model::cursor::Feed;
use crate::model::effect::{Effect, News, Question};
use crate::model::message::{Call, Msg, Problem, Signal, Timer};
use crate::sheet::fetch_sheet;
use widget_core::message::Role;

/// What is waited for, and what is done when it comes.
#[derive(Debug)]
pub(crate) enum Step {
    /// The server accepts a request, or refuses it.
    Response(Reply),
    /// The body of an answer, with its status.
    Body(Reply, u16),
    /// The next piece of a stream.
    Piece(Box<Stream>),
    /// Time has to pass.
    Time(Timer),
    /// The module of the sheets comes.
    Sheets,
    /// The words of the visitor's language come.
    Words,
    /// Whether the element is still in the page.
    Place,
    /// The clipboard took a text, or not: neither is anybody's error.
    Copied,
}

/// What becomes of an answer of the server.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reply {
    Load,
    Begin,
    Call(Call),
    /// A stream, with its number.
    Stream(Feed, u32),
}

/// Does one thing; what comes of it is dispatched to the model.
pub(crate) fn run(app: &mut App, effect: Effect) {
    let (request, reply) = match effect {
        Effect::Load => {
            let mut path = String::from("/core/public/web-widgets/");
            path.push_str(&app.widget_id);
            (app.request(&path), Reply::Load)
        }
        Effect::Begin => (begin(app), Reply::Begin),
        Effect::Ask => open(app, Feed::Answer),
        Effect::Listen => open(app, Feed::Conversation),
        Effect::Call(call) => (small(app, call), Reply::Call(call)),
        Effect::FetchSheet => {
            if let Ok(coming) = fetch_sheet() {
                app.when(&coming, Step::Sheets);
            }
            return;
        }
        Effect::Wait(timer, ms) => return app.after(Step::Time(timer), page::about(ms)),
        Effect::HangUp => {
            app.hang_up();
            return;
        }
        Effect::Save => return app.shelf.save(app.model.saved()),
        Effect::Remember => return app.shelf.remember_open(app.model.open),
        Effect::Copy(key) => {
            let text = app.model.log.get(key).map(|entry| entry.text.clone());
            return app.copy(&text.unwrap_or_default());
        }
        Effect::Forget => return app.shelf.forget(),
        Effect::Emit(news, key) => return app.emit(news, key),
        Effect::Focus(_) | Effect::Announce(_) | Effect::ScrollDown => {
            return app.later.push(effect);
        }
    };
    app.when(&request.send(), Step::Response(reply));
}

/// Something that was waited for came, or will not come.
pub(crate) fn came(app: &mut App, step: Step, result: Result<JsValue, JsValue>) {
    match (step, result) {
        (Step::Response(reply), Ok(response)) => answered(app, reply, &response.unchecked_into()),
        (Step::Response(reply), Err(_)) => done(app, reply, Err(Problem::default())),
        (Step::Body(reply, status), body) => {
            let body = Js(body.unwrap_or(JsValue::UNDEFINED));
            let refused = !(200..300).contains(&status);
            done(app, reply, if refused { Err(wire::problem(status, &body)) } else { Ok(body) });
        }
        (Step::Piece(stream), piece) => stream.take(app, piece),
        (Step::Time(timer), _) => app.dispatch(Msg::Elapsed(timer)),
        (Step::Sheets, came) => {
            app.sheets = came.ok().map(JsCast::unchecked_into);
            let came = app.sheets.is_some();
            app.dispatch(Msg::SheetCame(came));
        }
        (Step::Words, tables) => app.learned(Js(tables.unwrap_or(JsValue::UNDEFINED))),
        (Step::Copied, _) => {}
        (Step::Place, _) => {
            let attached = app.view.host.is_connected();
            app.dispatch(Msg::Attached(attached));
        }
    }
}

/// The server answered: a stream is read as it comes, anything else as a whole.
pub(crate) fn answered(app: &mut App, reply: Reply, response: &Response) {
    let status = response.status();
    if let (Reply::Stream(feed, number), true) = (reply, response.ok()) {
        if let Some(stream) = Stream::open(app, feed, number, response) {
            stream.next(app);
        }
    } else if let Ok(body) = response.json() {
        app.when(&body, Step::Body(reply, status));
    }
}

fn done(app: &mut App, reply: Reply, mut answer: Result<Js, Problem>) {
    // What is wrong with a signature is for those who made it, not for the visitor.
    if let Err(problem) = &mut answer
        && problem.code == "identity_invalid"
    {
        page::complain(&std::mem::take(&mut problem.detail));
    }
    let msg = match reply {
        Reply::Load => Msg::Loaded(answer.and_then(|body| app.configured(&body)).map(Box::new)),
        Reply::Begin => {
            Msg::Begun(answer.and_then(|body| wire::beginning(&body).ok_or_else(Problem::default)))
        }
        Reply::Call(call) => Msg::Called(call, answer.map(drop)),
        Reply::Stream(feed, number) if number == app.stream => {
            Msg::Stream(feed, Signal::Closed(answer.err()))
        }
        Reply::Stream(..) => return,
    };
    app.dispatch(msg);
}

fn begin(app: &App) -> Request {
    let begin = app.model.beginning();
    let body = Object::new();
    set(&body, "widget_id", app.widget_id.as_str());
    for (name, value) in
        [("user_id", begin.visitor), ("user_hash", begin.hash), ("user_token", begin.voucher)]
    {
        if !value.is_empty() {
            set(&body, name, value);
        }
    }
    set(&body, "conversation_id", begin.conversation);
    set(&body, "new", begin.fresh);
    set(&body, "page_url", page::address());
    set(&body, "locale", app.view.language.tag());
    let metadata = Object::new();
    for json in [begin.details, begin.metadata].into_iter().flatten() {
        Object::assign(&metadata, Js::parse(json).0.unchecked_ref());
    }
    set(&body, "custom_metadata", metadata);
    let request = app.request("/v1/widget/init");
    request.token(begin.token);
    request.post(&body);
    request
}

/// Opens a stream in the place of the one that is open.
fn open(app: &mut App, feed: Feed) -> (Request, Reply) {
    let number = app.hang_up();
    let request = match feed {
        Feed::Answer => ask(app),
        Feed::Conversation => listen(app),
    };
    if let Ok(controller) = AbortController::new() {
        request.stoppable(&controller);
        app.replace_stream(controller);
    }
    (request, Reply::Stream(feed, number))
}

fn listen(app: &App) -> Request {
    let request = app.request("/v1/widget/stream");
    request.token(Some(app.model.token()));
    if let Some(id) = app.model.last_event() {
        request.header("Last-Event-ID", id);
    }
    request
}

fn ask(app: &App) -> Request {
    let body = Object::new();
    if let Some(Question::Regenerate(key)) = app.model.question() {
        set(&body, "regenerate", app.model.answer_id(key));
    } else if let Some(pending) = &app.model.saved().pending {
        set(&body, "content", pending.text.as_str());
        set(&body, "client_message_id", pending.client_id.as_str());
    }
    set(&body, "page_url", page::address());
    set(&body, "page_title", page::title());
    app.call("/v1/widget/messages/stream", &body)
}

fn small(app: &App, call: Call) -> Request {
    let body = Object::new();
    let path = match (call, &app.model.screen) {
        (Call::Stop, _) => "/v1/widget/stop",
        (Call::Rate(key, vote), _) => {
            set(&body, "message_id", app.model.answer_id(key));
            set(&body, "value", vote.word());
            "/v1/widget/rating"
        }
        (Call::Feedback, Screen::Sheet(sheet)) => {
            set(&body, "data", Js::parse(&sheet.values).0);
            "/v1/widget/feedback"
        }
        (Call::End | Call::Feedback, _) => "/v1/widget/conversation/end",
    };
    app.call(path, &body)
}

impl App {
    /// A call with the conversation's token and a JSON body.
    fn call(&self, path: &str, body: &Object) -> Request {
        let request = self.request(path);
        request.token(Some(self.model.token()));
        request.header("Content-Type", "application/json");
        request.post(body);
        request
    }

    /// Lets the page know that something happened.
    fn emit(&self, news: News, key: u32) {
        let model = &self.model;
        let entry = model.log.get(key);
        let message = entry.map_or("", |entry| &entry.id);
        let asked = entry.is_some_and(|entry| entry.role == Role::User);
        let code = model.problem.as_ref().map_or("", |problem| &problem.code);
        let host = &self.view.host;
        let _ = page::emit(host, news as u8, self.layered, model.thread(), message, asked, code);
    }

    /// Puts a text on the clipboard.
    pub(crate) fn copy(&mut self, text: &str) {
        if let Some(copied) = page::copy(text) {
            self.when(&copied, Step::Copied);
        }
    }

    /// Goes on with a step when a promise is kept or broken.
    pub(crate) fn when(&mut self, promise: &Promise, step: Step) {
        let (kept, broken) = self.park(step);
        js::then(promise, &kept, &broken);
    }

    /// Goes on with a step after so many milliseconds.
    pub(crate) fn after(&mut self, step: Step, ms: i32) {
        let (kept, _) = self.park(step);
        let _ = js::window().set_timeout_with_callback_and_timeout_and_arguments_0(&kept, ms);
    }
}
