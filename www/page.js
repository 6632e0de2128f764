// The chat as the whole page: in the frame that stands in for the module where a page refuses
// WebAssembly, and on the hosted page. Both are our own pages, so the chat opens by itself; it
// still stores and sends nothing before the visitor does something.
//
// The page says who it is on the script itself: `data-boot` is the loader's JSON, `data-base` the
// server's address, and `data-frame` marks the frame.

const { boot: json, base, frame } = document.currentScript.dataset;
const tell = (word) => frame != null && parent.postMessage(word, '*');

tell('wait');
(async () => {
  const boot = JSON.parse(json);
  const [module, wasm, widget] = await Promise.all([
    import(`${base}/assets/${boot.module}.js`),
    fetch(`${base}/assets/${boot.module}.wasm`),
    fetch(`${base}/core/public/web-widgets/${boot.id}`).then((response) => response.json()),
  ]);
  const host = document.createElement('agent-widget'), button = document.createElement('button');
  host.attachShadow({ mode: 'open' }).append(button);
  button.hidden = true;
  host.addEventListener('close', () => tell('close'));
  document.body.append(host);
  const call = await module.default({ host, button, boot, base, widget, wasm, guard: (f) => f, mode: frame == null ? 'page' : 'frame' });
  // From here on the chat replaces what the server rendered.
  document.documentElement.dataset.chat = 'on';
  call('open');
  addEventListener('message', ({ source, data }) => frame != null && source == parent && call('send', data));
  tell('ready');
})().catch((e) => {
  console.error('agent-widget', e);
  tell('failed');
});
