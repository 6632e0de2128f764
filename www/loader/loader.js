// What a page gets before a visitor acts: the bubble, and nothing else. No request beyond this
// file, nothing stored, nothing asked. The server puts the widget's public appearance in the
// place of the marker below, so the bytes that fetch the loader also paint it.
//
// Loader and module meet in `mount` (version 1): it is given what is listed where it is called, and
// returns a function that takes `toggle` (with a question to ask, if any), `attach` and `detach`.
// What can wait for a visitor is in the module, and what to do without WebAssembly in
// ../fallback.js. Every byte here is paid for by every page view: the budget is 2 KB, brotli,
// appearance included.
(() => {
  const boot = __BOOT__;
  const { id, domains, config } = boot;
  const doc = document, here = self.origin, name = 'agent-widget', key = name + id;
  // Nothing of ours throws into the page.
  const guard = (f) => (...a) => { try { return f(...a) } catch (e) { console.error(name, e) } };
  guard(() => {
    const { src, dataset } = doc.currentScript, base = src.split('/public/embed/')[0];

    // `https://*.example.com` admits every subdomain; everything else is exact. This is for the
    // owner who reads the console: the server checks again.
    if (domains[0] && !base.startsWith(here) && !domains.some((domain) => {
      const [head, tail] = domain.split('*');
      return tail ? here.startsWith(head) && here.endsWith(tail) : here == domain;
    })) throw `${here} is not an allowed domain: ${domains}`;
    // The snippet twice on a page is still one widget.
    if (doc.getElementById(key)) return;

    const {
      trigger = {}, offset = {}, theme, display_mode: mode = 'fab', position = 'bottom-right', z_index = 2147483000,
      primary_color: colour = '#3457d5', suggested_questions = [], hidden_paths = [],
    } = config;
    const lang = doc.documentElement.lang || navigator.language;
    const text = (t = '') => t.at ? t : t[lang] || t[lang.slice(0, 2)] || Object.values(t)[0];
    const fab = mode == 'fab', [edge, side] = position.split('-'), align = { left: 'start', right: 'end' }[side];
    const { size = 56, icon_url: icon } = trigger, { x = 20, y = 20 } = offset;

    let call, loading, attempt = 1, tag = name;
    // A name that is taken, by a second widget or by the page itself, gets a number.
    while (customElements.get(tag)) tag = name + ++attempt;
    customElements.define(tag, class extends HTMLElement {
      connectedCallback() { call?.('attach') }
      disconnectedCallback() { call?.('detach') }
    });
    const make = (tag, into, props) => into.appendChild(Object.assign(doc.createElement(tag), props));
    const host = doc.createElement(tag), root = host.attachShadow({ mode: 'open' }), sheet = new CSSStyleSheet();
    host.id = key;
    // The page's rules reach the host itself: what must hold is important. The text on the colour
    // is black or white by its luminance (WCAG), where the browser can compute with colours.
    sheet.replaceSync(`:host{${`all:initial;color-scheme:${theme == 'light' || theme == 'dark' ? theme : 'light dark'};font:500 15px/1.4 system-ui,sans-serif;display:flex;flex-direction:column${edge == 'top' ? '-reverse' : ''};align-items:${fab && align || 'center'};gap:12px;${
      fab ? `position:fixed;z-index:${z_index};${edge}:max(${y}px,env(safe-area-inset-${edge}));${align ? `inset-inline-${align}:${x}px` : 'left:50%;translate:-50%'};pointer-events:none` : ''}`.replaceAll(';', '!important;')}}
:host([hidden]){display:none!important}
button{all:unset;cursor:pointer;pointer-events:auto}
:focus-visible{outline:auto;outline-offset:3px}
.b{display:flex;align-items:center;gap:10px;height:${size}px;padding:0 ${size / 2 - 13}px;border-radius:${trigger.shape == 'square' ? 16 : 48}px;background:${colour};color:#fff;color:color(from ${colour} xyz-d65${' calc((.18 - y)*1e9)'.repeat(3)});box-shadow:0 1px 3px #0003,0 8px 28px -6px #0006}
i,img{width:26px;height:26px}
i{border-radius:50% 50% 50% 15%;background:currentColor}
.s{max-width:260px;padding:9px 14px;border-radius:18px;background:Canvas;color:CanvasText;box-shadow:0 0 0 1px #8884,0 6px 20px -8px #0005}
button:hover{opacity:.92}
.p{animation:p 1.6s 9}
@keyframes p{50%{opacity:.6}}`);
    root.adoptedStyleSheets = [sheet];

    // Glue, wasm and data in parallel. The fragment makes the instance this widget's own; under a
    // new one the browser forgets that an import failed.
    const fetchAll = () => Promise.all([
      import(`${base}/assets/${boot.module}#${id}${attempt++}`),
      fetch(`${base}/assets/${boot.wasm}`),
      fetch(`${base}/core/public/web-widgets/${id}`),
    ]).then(([module, wasm, widget]) => module.default({ module_or_path: wasm }).then(() =>
      module.mount({ v: 1, host, button, boot, base, guard, widget })));
    const load = () => loading ||= fetchAll().catch(() =>
      // The server was upgraded under this page and its hashed files are gone: ask for their names.
      fetch(src, { cache: 'reload' }).then((r) => r.text()).then((now) => {
        [, boot.module, boot.wasm] = /module":"(.+?)","wasm":"(.+?)"/.exec(now);
        return fetchAll();
      }));
    const open = (question) => {
      button.className = 'b p';
      load().catch((e) => {
        console.error(name, e);
        return loading = import(base + '/assets/fallback.js').then((f) => f.embed({ host, button, base, id }));
      }).then((c) => (call = c)('toggle', question), () => {
        loading = 0;
        self.open(`${base}/w/${id}`);
      })
        .then(() => button.className = 'b');
    };

    for (const q of suggested_questions.slice(0, 3)) make('button', root, { className: 's', textContent: text(q), onclick: () => open(text(q)) });
    const button = make('button', root, { className: trigger.pulse ? 'b p' : 'b', ariaLabel: text(trigger.label) || 'Chat', ariaExpanded: false, onclick: () => open() });
    make(icon ? 'img' : 'i', button, { alt: '', src: icon });
    if (trigger.show_label || !fab) make('span', button, { textContent: button.ariaLabel });
    host.onpointerenter = button.onfocus = () => load().catch(() => loading = 0);

    const hide = () => host.hidden = hidden_paths.some((glob) =>
      RegExp(`^${glob.replace(/[^\w*]/g, '\\$&').replaceAll('*', '.*')}/?$`).test(location[glob[0] == '/' ? 'pathname' : 'href']));
    const place = guard(() => {
      // Beside <body>, not in it: no transform, filter or re-rendered body of the page reaches it.
      (fab ? doc.documentElement : doc.querySelector(dataset.target) || doc.body).append(host);
      hide();
      self.navigation?.addEventListener('currententrychange', hide);
      // Left open on the page before this one: the visitor has acted, the conversation goes on.
      if (innerWidth > 480 && sessionStorage[key]) open();
    });
    fab || doc.body ? place() : doc.addEventListener('DOMContentLoaded', place);
  })();
})();
