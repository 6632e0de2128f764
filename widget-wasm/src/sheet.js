// Fetches the module of the sheets (`widget-sheet`), which lies beside this one. The build writes
// the names of its two halves in the place of SHEET_JS and SHEET_WASM (xtask/src/web.rs).
let attempt = 0;
const beside = (name) => new URL(name, import.meta.url);

/** Resolves to its function `lay`. Under a new fragment the browser forgets that an import failed. */
export const fetch_sheet = () => Promise.all([
  import(beside(`${SHEET_JS}#${attempt++}`)),
  fetch(beside(SHEET_WASM)),
]).then(([sheet, wasm]) => sheet.default({ module_or_path: wasm }).then(() => sheet.lay));
