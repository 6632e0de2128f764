//! What the model wants done, done in the browser.

mod http;
pub(crate) mod js;
pub(crate) mod page;
mod storage;
mod stream;
mod wire;

use std::rc::Rc;

use js_sys::Object;
use wasm_bindgen_futures::spawn_local;
use web_sys::{AbortController, Response};

pub(crate) use http::Request;
pub(crate) use storage::Shelf;

use js::{Js, set};

use crate::app::App;
use crate::digits;
use crate::model::cursor::Feed;
use crate::model::effect::{Effect, Question};
use crate::model::message::{Call, Msg, Problem, Signal, Timer};
use crate::model::{Model, Screen};

/// Something that takes time. There is one kind of task for all of it: each kind of its own costs
/// the browser its machinery again.
enum Task {
    /// Something was asked of the server.
    Send(Request, Reply),
    /// The loader asked for the configuration already.
    Take(Response),
    /// Time has to pass.
    Wait(Timer, u32),
}

/// What becomes of an answer of the server.
#[derive(Clone, Copy, Debug)]
enum Reply {
    Load,
    Begin,
    Call(Call),
    /// A stream, with its number.
    Stream(Feed, u32),
}

/// Does one thing; what comes of it is dispatched to the model.
pub(crate) fn run(app: &Rc<App>, effect: Effect) {
    let model = app.model();
    let task = match effect {
        Effect::Load => {
            let mut path = String::from("/core/public/web-widgets/");
            path.push_str(&app.widget_id);
            Task::Send(app.request(&path), Reply::Load)
        }
        Effect::Begin => Task::Send(begin(app, &model), Reply::Begin),
        Effect::Ask => open(app, Feed::Answer, ask(app, &model)),
        Effect::Listen => {
            let mut request = app.request("/v1/widget/stream").token(Some(model.token()));
            if let Some(id) = model.last_event() {
                request = request.header("Last-Event-ID", &digits::long(id));
            }
            open(app, Feed::Conversation, request)
        }
        Effect::Call(call) => Task::Send(small(app, &model, call), Reply::Call(call)),
        Effect::Wait(timer, ms) => Task::Wait(timer, ms),
        Effect::HangUp => {
            app.hang_up();
            return;
        }
        Effect::Save => return app.shelf.save(model.saved()),
        Effect::Remember => return app.shelf.remember_open(model.open),
        Effect::Copy(key) => {
            return model.log.get(key).into_iter().for_each(|entry| page::copy(&entry.text));
        }
        Effect::Emit(name) => {
            let host = app.view.borrow().host.clone();
            drop(model);
            return page::emit(&host, name);
        }
        Effect::Focus(_) | Effect::Announce(_) | Effect::ScrollDown => {
            return app.after_drawing(effect);
        }
    };
    start(app, task);
}

/// Takes the configuration the loader asked for.
pub(crate) fn take(app: &Rc<App>, response: Response) {
    start(app, Task::Take(response));
}

fn start(app: &Rc<App>, task: Task) {
    spawn_local(perform(Rc::clone(app), task));
}

async fn perform(app: Rc<App>, task: Task) {
    let (response, reply) = match task {
        Task::Wait(timer, ms) => {
            page::sleep(ms).await;
            return app.dispatch(Msg::Elapsed(timer));
        }
        Task::Take(response) => (Ok(response), Reply::Load),
        Task::Send(request, reply) => (request.send().await, reply),
    };
    // A problem document of the configuration says as much as a refused call does.
    let refused = response.as_ref().is_ok_and(|response| !response.ok());
    let body = match (&response, reply) {
        (Ok(response), Reply::Stream(feed, number)) if !refused => {
            return stream::read(&app, feed, number, response).await;
        }
        (Ok(response), _) => http::json(response).await,
        (Err(_), _) => js::Js(wasm_bindgen::JsValue::UNDEFINED),
    };
    let result = match response {
        Ok(response) if refused => Err(wire::problem(response.status(), &body)),
        Ok(_) => Ok(()),
        Err(problem) => Err(problem),
    };
    app.dispatch(match reply {
        Reply::Load => Msg::Loaded(result.and_then(|()| app.configured(&body)).map(Box::new)),
        Reply::Begin => {
            let begun = result.and_then(|()| wire::beginning(&body).ok_or_else(Problem::default));
            Msg::Begun(begun.map(Box::new))
        }
        Reply::Call(call) => Msg::Called(call, result),
        Reply::Stream(_, number) if number != app.stream() => return,
        Reply::Stream(feed, _) => Msg::Stream(feed, Signal::Closed(result.err())),
    });
}

fn begin(app: &App, model: &Model) -> Request {
    let begin = model.beginning();
    let body = Object::new();
    set(&body, "widget_id", app.widget_id.as_str());
    set(&body, "user_id", begin.visitor);
    set(&body, "conversation_id", begin.conversation);
    set(&body, "new", begin.fresh);
    set(&body, "page_url", page::address());
    set(&body, "locale", app.locale.as_str());
    set(&body, "custom_metadata", begin.metadata.map(|json| Js::parse(json).0));
    app.request("/v1/widget/init").token(begin.token).post(&body)
}

/// Opens a stream in the place of the one that is open.
fn open(app: &App, feed: Feed, request: Request) -> Task {
    let number = app.hang_up();
    let mut request = request;
    if let Ok(controller) = AbortController::new() {
        request = request.stoppable(&controller);
        app.replace_stream(controller);
    }
    Task::Send(request, Reply::Stream(feed, number))
}

fn ask(app: &App, model: &Model) -> Request {
    let body = Object::new();
    match model.question() {
        Some(Question::Say { client_id, text }) => {
            set(&body, "content", text.as_str());
            set(&body, "client_message_id", client_id.as_str());
        }
        Some(Question::Regenerate(id)) => set(&body, "regenerate", wire::id(*id)),
        None => {}
    }
    set(&body, "page_url", page::address());
    set(&body, "page_title", page::title());
    app.request("/v1/widget/messages/stream").token(Some(model.token())).json(&body)
}

fn small(app: &App, model: &Model, call: Call) -> Request {
    let body = Object::new();
    let path = match (call, &model.screen) {
        (Call::Stop, _) => "/v1/widget/stop",
        (Call::Rate(key, vote), _) => {
            set(&body, "message_id", model.answer_id(key).map(wire::id));
            set(&body, "value", vote.word());
            "/v1/widget/rating"
        }
        (Call::Feedback, Screen::Form(filling)) => {
            set(&body, "data", Js::parse(&filling.values).0);
            "/v1/widget/feedback"
        }
        (Call::End | Call::Feedback, _) => "/v1/widget/conversation/end",
    };
    app.request(path).token(Some(model.token())).json(&body)
}
