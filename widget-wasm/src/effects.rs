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
use widget_core::config::Document;

pub(crate) use storage::Shelf;
use stream::Stream;
pub(crate) use wire::told;

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
    /// The server answers a request.
    Answer(Reply),
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
    let (coming, reply) = match effect {
        Effect::Load => {
            let mut path = String::from("/core/public/web-widgets/");
            path.push_str(&app.widget_id);
            (app.send(&path, None, None), Reply::Load)
        }
        Effect::Begin => (begin(app), Reply::Begin),
        Effect::Ask => open(app, Feed::Answer),
        Effect::Listen => open(app, Feed::Conversation),
        Effect::Call(call) => (small(app, call), Reply::Call(call)),
        Effect::FetchSheet => return app.when(&fetch_sheet(), Step::Sheets),
        Effect::Wait(timer, ms) => return app.after(Step::Time(timer), ms),
        Effect::HangUp => return app.hang_up(),
        Effect::Save => return app.shelf.save(app.model.saved()),
        Effect::Remember => return app.shelf.remember_open(app.model.open),
        Effect::Copy(key) => {
            return page::copy(app.model.log.get(key).map_or("", |entry| &entry.text));
        }
        Effect::Chime => return app.signal("news"),
        Effect::Left => return app.signal("left"),
        Effect::Forget => return app.shelf.forget(),
        Effect::Emit(news, key) => return app.emit(news, key),
        Effect::Focus(_) | Effect::Announce(_) | Effect::ScrollDown | Effect::GiveBack => {
            return app.later.push(effect);
        }
    };
    app.when(&coming, Step::Answer(reply));
}

/// Something that was waited for came, or will not come.
pub(crate) fn came(app: &mut App, step: Step, result: Result<JsValue, JsValue>) {
    match (step, result) {
        (Step::Answer(reply), Ok(answer)) => {
            let answer = Js(answer);
            answered(app, reply, answer.get("status"), answer.get("body"));
        }
        (Step::Answer(reply), Err(_)) => done(app, reply, Err(Problem::default())),
        (Step::Piece(stream), piece) => stream.take(app, piece),
        (Step::Time(timer), _) => app.dispatch(Msg::Elapsed(timer)),
        (Step::Sheets, came) => {
            app.sheets = came.ok().map(JsCast::unchecked_into);
            let came = app.sheets.is_some();
            app.dispatch(Msg::SheetCame(came));
        }
        (Step::Words, tables) => app.learned(Js(tables.unwrap_or(JsValue::UNDEFINED))),
        (Step::Place, _) => {
            let attached = app.view.host.is_connected();
            app.dispatch(Msg::Attached(attached));
        }
    }
}

/// The server answered: a stream is read as it comes, anything else is here as a whole.
fn answered(app: &mut App, reply: Reply, status: Option<Js>, body: Option<Js>) {
    let status = status.and_then(|status| status.number()).unwrap_or_default() as u16;
    let body = body.unwrap_or(Js(JsValue::UNDEFINED));
    match reply {
        _ if !(200..300).contains(&status) => {
            done(app, reply, Err(wire::problem(status, &body)));
        }
        Reply::Stream(feed, number) => Stream::open(app, feed, number, body),
        _ => done(app, reply, Ok(body)),
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
            let begun = answer.and_then(|body| wire::beginning(&body).ok_or_else(Problem::default));
            app.dispatch(Msg::Begun(begun));
            return app.signal("ready");
        }
        Reply::Call(call) => Msg::Called(call, answer.map(drop)),
        Reply::Stream(feed, number) if number == app.stream => {
            Msg::Stream(feed, Signal::Closed(answer.err()))
        }
        Reply::Stream(..) => return,
    };
    app.dispatch(msg);
}

fn begin(app: &App) -> Promise {
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
    set(&body, "page_url", page::here().string("url"));
    set(&body, "locale", app.view.language.tag());
    let metadata = Object::new();
    for json in [begin.details, begin.metadata].into_iter().flatten() {
        Object::assign(&metadata, Js::parse(json).0.unchecked_ref());
    }
    set(&body, "custom_metadata", metadata);
    app.send("/v1/widget/init", begin.token, Some(&body))
}

/// Opens a stream in the place of the one that is open.
fn open(app: &mut App, feed: Feed) -> (Promise, Reply) {
    app.hang_up();
    let coming = match feed {
        Feed::Answer => ask(app),
        Feed::Conversation => app.stream("/v1/widget/stream", app.model.last_event(), None),
    };
    (coming, Reply::Stream(feed, app.stream))
}

fn ask(app: &App) -> Promise {
    let body = Object::new();
    if let Some(Question::Regenerate(key)) = app.model.question() {
        set(&body, "regenerate", app.model.answer_id(key));
    } else if let Some(pending) = &app.model.saved().pending {
        if !pending.text.is_empty() {
            set(&body, "content", pending.text.as_str());
        }
        set(&body, "attachments", js::list(&pending.files));
        app.signal("sent");
        set(&body, "client_message_id", pending.client_id.as_str());
    }
    let here = page::here();
    set(&body, "page_url", here.string("url"));
    set(&body, "page_title", here.string("title"));
    app.stream("/v1/widget/messages/stream", None, Some(&body))
}

fn small(app: &App, call: Call) -> Promise {
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
    app.send(path, Some(app.model.token()), Some(&body))
}

impl App {
    /// Lets the page know that something happened.
    fn emit(&self, news: News, key: u32) {
        let model = &self.model;
        let entry = model.log.get(key);
        let message = entry.map_or("", |entry| &entry.id);
        let asked = entry.is_some_and(|entry| entry.role == Role::User);
        let problem = model.problem.as_ref().filter(|_| matches!(news, News::Failed));
        let code = problem.map_or("", |problem| &problem.code);
        let host = &self.view.host;
        page::emit(host, news as u8, self.layered, model.thread(), message, asked, code);
    }

    /// Goes on with a step when a promise is kept or broken.
    pub(crate) fn when(&mut self, promise: &Promise, step: Step) {
        let (kept, broken) = self.park(step);
        js::then(promise, &kept, &broken);
    }

    /// Goes on with a step after about so many milliseconds.
    pub(crate) fn after(&mut self, step: Step, ms: u32) {
        let (kept, _) = self.park(step);
        page::after(ms, &kept);
    }

    /// Closes the stream that is open; what still comes of it is not heard.
    pub(crate) fn hang_up(&mut self) {
        http::hang_up();
        self.stream += 1;
    }

    /// Goes on with what the loader was told when it asked for the configuration. A problem says its
    /// status as a number (RFC 9457), a widget in a word.
    pub(crate) fn load(&mut self, told: Js) {
        let answer = match told.get("status").and_then(|status| status.number()) {
            Some(status) => Err(wire::problem(status as u16, &told)),
            None => Ok(told),
        };
        done(self, Reply::Load, answer);
    }
}
