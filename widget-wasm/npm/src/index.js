// The widget with everything it is made of inside this package. The server is asked for data only:
// what the launcher looks like (`Boot`), the configuration, the conversation.
import { bring } from './bring.js';
import place from './loader.js';

/** The shape of the boot that this loader knows. */
const VERSION = 1;

// What the loader fetches; bundlers find the files by these very expressions.
const files = {
  module: () => import('./chat.js').then((chat) => chat.default()),
  wasm: () => fetch(new URL('./chat.wasm', import.meta.url)),
  triggers: () => import('./triggers.js'),
  fallback: () => import('./fallback.js'),
};

export const load = (options) => bring(options, async (script) => {
  const address = script.src + '/boot', response = await fetch(address);
  if (!response.ok) throw new Error(`agent-widget: ${address} answers ${response.status}`);
  const boot = await response.json();
  if (boot.v != VERSION) throw new Error('agent-widget: the server is of another version than this package; agent-widget/slim fits every server');
  place(boot, { ...files, script });
});
