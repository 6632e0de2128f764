// Takes the place of wasm-bindgen's own beginning, which also knows other ways to load a module.
let started;

/** Loads the module from a response; resolves to its one function. */
const load = (response) => started ??= start(response).catch((error) => {
  started = undefined;
  throw error;
});

async function start(response) {
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  const imports = __wbg_get_imports();
  // Browsers compile while they load, but only what comes with the type that a proxy may spoil.
  const { instance } = await (response.headers.get('Content-Type') === 'application/wasm'
    ? WebAssembly.instantiateStreaming(response, imports)
    : WebAssembly.instantiate(await response.arrayBuffer(), imports));
  __wbg_finalize_init(instance);
  return ENTRY;
}
