// Fetches the module of the sheets (`widget-sheet`).
import { sheet } from 'beside';

let attempt = 0;

/** Resolves to its function `lay`. */
export const fetch_sheet = () => Promise.all(sheet(attempt++))
  .then(([sheet, wasm]) => sheet.default(wasm));
