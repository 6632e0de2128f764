// What the chat calls with the response that is the module; resolves to its one function. The build
// puts it behind what wasm-bindgen wrote (xtask/src/web/glue.rs).
export default load;
