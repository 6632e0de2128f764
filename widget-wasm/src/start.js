// What the loader calls. The build puts it behind what wasm-bindgen wrote, where `load` resolves to the
// module's one function (xtask/src/web/glue.rs).
import { show } from './first.js';

/** The least module there is: a page that refuses WebAssembly refuses it too, before anything is shown. */
const LEAST = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);

/** Brings the chat; `seam` is what the loader hands over (www/loader/loader.js). Resolves to what it
    calls from then on. */
export default async (seam) => {
  new WebAssembly.Module(LEAST);
  const coming = load(seam.wasm), take_back = seam.guard(show)(seam);
  try {
    return (await coming)(seam);
  } catch (error) {
    take_back?.();
    throw error;
  }
};
