// What the chat fetches when it is needed lies beside its module. The build writes what the names of
// the sheets' two halves begin with in the place of SHEET, and how those of all languages' files go on
// after the tag in the place of WORDS (xtask/src/web.rs). In the npm package ../npm/src/beside.js takes the place of
// this script.
const beside = (name) => new URL(name, import.meta.url);

/** The two halves of the sheets' module. Under a new number the browser forgets that an import failed. */
export const sheet = (attempt) => [import(beside(`${SHEET}.js#${attempt}`)), fetch(beside(SHEET + '.wasm'))];

/** The tables of a language. */
export const words = (tag, signal) => fetch(beside(tag + WORDS), { signal }).then((response) => response.json());
