// What the chat fetches when it is needed lies beside its module. The build writes the names in the
// place of SHEET_JS and SHEET_WASM, and how the names of all languages' files go on after the tag in
// the place of WORDS (xtask/src/web.rs). In the npm package ../npm/src/beside.js takes the place of
// this script.
const beside = (name) => new URL(name, import.meta.url);

/** The two halves of the sheets' module. Under a new number the browser forgets that an import failed. */
export const sheet = (attempt) => [import(beside(`${SHEET_JS}#${attempt}`)), fetch(beside(SHEET_WASM))];

/** The tables of a language. */
export const words = (tag, signal) => fetch(beside(tag + WORDS), { signal }).then((response) => response.json());
