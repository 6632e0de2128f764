//! The calls that a piece makes by itself, one at a time.
//!
//! A call that needs a token waits for one: the chat is asked to begin the conversation, or to renew
//! a token that has run out, and the call goes out when it says `ready`.

use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use widget_core::config::Document;
use widget_dom::js::{Js, stringify, then};

use crate::desk::Desk;

/// What a call waits for. A step has the call's number with it: what comes of one that was given up
/// is not taken for an answer to the next.
const STEPS: u32 = 4;
const READY: u32 = 0;
const ANSWER: u32 = 1;
const BROKEN: u32 = 2;
/// Nothing of a call: something of the page's own.
const PROMISE: u32 = 3;

#[wasm_bindgen(module = "/src/call.js")]
extern "C" {
    fn ready(link: &JsValue, then: &Function);
    fn send(
        link: &JsValue,
        method: &str,
        path: &str,
        bare: bool,
        body: &JsValue,
        media_type: &str,
    ) -> Promise;
}

/// How a call proves who makes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// By the conversation's token.
    Token,
    /// By the visitor's own id, which is in the address.
    Visitor,
}

/// A call.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: &'static str,
    /// Below the server's address.
    pub(crate) path: String,
    pub(crate) proof: Proof,
    /// Text, or a file.
    pub(crate) body: JsValue,
    /// What the body is; empty where there is none.
    pub(crate) media_type: String,
    /// It was sent with a token that had run out.
    renewed: bool,
}

impl Call {
    /// A call without a body.
    pub(crate) const fn new(method: &'static str, path: String, proof: Proof) -> Self {
        let body = JsValue::UNDEFINED;
        Self { method, path, proof, body, media_type: String::new(), renewed: false }
    }

    /// A `POST` of JSON, with the token.
    pub(crate) fn post(path: &str, body: &JsValue) -> Self {
        let mut call = Self::new("POST", path.to_owned(), Proof::Token);
        call.body = stringify(body).into();
        call.media_type.push_str("application/json");
        call
    }
}

impl Desk {
    /// Makes a call; what comes of it arrives at [`Piece::came`](crate::piece::Piece::came).
    pub(crate) fn make_call(&mut self, call: Call) {
        let waits = call.proof == Proof::Token && self.link.some("token").is_none();
        self.call = Some(call);
        self.number += 1;
        if waits { self.ask_token() } else { self.send() }
    }

    /// Waits for something of the page's own; it arrives where answers do.
    pub(crate) fn wait(&mut self, promise: &Promise) {
        let kept = self.later();
        then(promise, &kept, &self.step(BROKEN));
    }

    /// A function for the page; what it is called with arrives where answers do.
    pub(crate) fn later(&mut self) -> Function {
        self.number += 1;
        self.step(PROMISE)
    }

    /// Gives up what is under way.
    pub(crate) fn give_up(&mut self) {
        self.number += 1;
        self.call = None;
    }

    fn step(&self, step: u32) -> Function {
        self.way(self.number * STEPS + step)
    }

    fn ask_token(&self) {
        ready(&self.link.0, &self.step(READY));
        self.tell("begin");
    }

    fn send(&self) {
        if let Some(Call { method, path, proof, body, media_type, .. }) = &self.call {
            let bare = *proof == Proof::Visitor;
            let answer = send(&self.link.0, method, path, bare, body, media_type);
            then(&answer, &self.step(ANSWER), &self.step(BROKEN));
        }
    }

    /// Goes on with what was waited for; what comes of it in the end.
    pub(crate) fn came(&mut self, step: u32, what: JsValue) -> Option<Result<Js, String>> {
        let (number, step) = (step / STEPS, step % STEPS);
        if number != self.number {
            return None;
        }
        let what = Js(what);
        let Some(call) = &mut self.call else {
            return Some(if step == PROMISE { Ok(what) } else { Err(String::new()) });
        };
        let answer = match step {
            READY if self.link.some("token").is_some() => {
                self.send();
                return None;
            }
            ANSWER => {
                let status = what.get("status").and_then(|status| status.number());
                let status = status.unwrap_or_default() as u32;
                if status == 401 && !call.renewed {
                    call.renewed = true;
                    self.ask_token();
                    return None;
                }
                let body = what.get("body").unwrap_or(Js(JsValue::NULL));
                if (200..300).contains(&status) { Ok(body) } else { Err(body.string("detail")) }
            }
            _ => Err(String::new()),
        };
        self.call = None;
        Some(answer)
    }
}
