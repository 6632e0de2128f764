// Takes the place of ../../src/beside.js in the package: the same functions, for files that bundlers
// find.
import { words as languages } from './words.js';

export const sheet = () => [
  import('./sheet.js').then((sheet) => sheet.default()),
  fetch(new URL('./sheet.wasm', import.meta.url)),
];

export const words = (tag, signal) => new Promise((resolve, reject) => {
  signal.onabort = () => reject(signal.reason);
  languages[tag]().then((module) => resolve(module.default), reject);
});
