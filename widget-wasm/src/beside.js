// What the chat fetches when it is needed lies beside its module. The build writes what the names of
// the sheets' two halves begin with in the place of SHEET, and how those of all languages' files go on
// after the tag in the place of WORDS (xtask/src/web.rs). In the npm package ../npm/src/beside.js takes the place of
// this script.
const beside = (name) => new URL(name, import.meta.url);

/** A `fetch` of the page's own that throws is one that failed. */
const get = async (name, options) => fetch(beside(name), options);

/** The two halves of the sheets' module. Under a new number the browser forgets that an import failed. */
export const sheet = (attempt) => [import(beside(`${SHEET}.js#${attempt}`)), get(SHEET + '.wasm')];

/** The tables of a language. */
export const words = (tag, signal) => get(tag + WORDS, { signal }).then((response) => response.json());
