//! What the page is asked and told; what each does is said in `page.js`.

use js_sys::Function;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use widget_dom::dom::Node;
use widget_dom::js::Js;

#[wasm_bindgen(module = "/src/page.js")]
extern "C" {
    /// Tells the page that something happened: ids and codes, never what was said. What is empty
    /// is left out. `about` is the code of an error, or the id of the quick action that was chosen.
    pub(crate) fn emit(
        host: &Node,
        news: u8,
        layered: bool,
        conversation: &str,
        message: &str,
        asked: bool,
        about: &str,
    );

    #[wasm_bindgen(js_name = where)]
    fn about() -> JsValue;

    /// 128 random bits in hexadecimal.
    pub(crate) fn seed() -> String;

    /// Calls back after about so many milliseconds.
    pub(crate) fn after(ms: u32, then: &Function);

    /// Puts a text on the clipboard, where there is one.
    pub(crate) fn copy(text: &str);

    /// What is kept under a name.
    pub(super) fn kept(name: &str) -> Option<String>;

    /// Keeps a text for this tab or for all, or, where it is empty, nothing.
    pub(super) fn keep(tab: bool, name: &str, text: &str);

    /// What all subdomains of a site know under a name.
    pub(super) fn shared(name: &str) -> Option<String>;

    /// Lets all subdomains know a text, or, where it is empty, nothing. Whether they do.
    pub(super) fn share(name: &str, domain: &str, text: &str) -> bool;
}

#[wasm_bindgen(module = "/src/first.js")]
extern "C" {
    /// Listens to what the panel and the page say, and have said since the first picture; what comes
    /// back ends that and takes the element out of the page.
    pub(crate) fn listen(root: &JsValue, hear: &Function) -> Function;
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console)]
    fn warn(name: &str, why: &str);

    /// Calls back with the page's next frame.
    #[wasm_bindgen(js_name = requestAnimationFrame)]
    pub(crate) fn next_frame(then: &Function);
}

/// Where this is: `origin` as the browser sends it (`null` in a sandbox), `url`, `title`, and the
/// `languages` the visitor wants.
pub(crate) fn here() -> Js {
    Js(about())
}

/// Says something to the owner who reads the console.
pub(crate) fn complain(why: &str) {
    warn("agent-widget", why);
}
