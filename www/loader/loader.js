// What a page gets before a visitor acts: the bubble, and nothing else. No request beyond this
// file, nothing stored, nothing asked. The server puts what it knows of the widget (its `Boot`) in
// the place of the marker below, so the bytes that fetch the loader also paint it.
//
// Loader and module meet in the module's one function (version 1): it is given what is listed where it
// is called, and resolves to a function that takes a method of the element and its argument, or nothing when the element
// was put into the page or taken out of it.
// What can wait for a visitor is in the module, and what to do without WebAssembly in
// ../fallback.js. In the npm package (widget-wasm/npm) this very script is a function of the boot
// and of FILES, which stand for what is fetched here; what is said there only, or here only, hangs on
// PACKED, and the build leaves out the other half. Every byte here is paid for by every page view: the budget is 2 KB, brotli,
// appearance included.
(() => {
  const boot = __BOOT__;
  const { id, domains = [], mode, questions = [] } = boot;
  const doc = document, here = self.origin, name = 'agent-widget', key = name + id;
  // Nothing of ours throws into the page.
  const guard = (f) => (...a) => { try { return f(...a) } catch (e) { console.error(name, e) } };
  guard(() => {
    const { src, dataset } = PACKED ? FILES.script : doc.currentScript, base = src.split('/public/embed/')[0];

    // `https://*.example.com` admits every subdomain; everything else is exact. This is for the
    // owner who reads the console: the server checks again.
    if (domains[0] && !base.startsWith(here) && !domains.some((domain) => {
      const [head, tail] = domain.split('*');
      return tail ? here.startsWith(head) && here.endsWith(tail) : here == domain;
    })) throw here + ' is not among ' + domains;
    // The snippet twice on a page is still one widget.
    if (doc.getElementById(key)) return;

    const lang = doc.documentElement.lang || navigator.language;
    const text = (t = 'Chat') => t.at ? t : t[lang] || t[lang.slice(0, 2)] || Object.values(t)[0];

    let call, loading, attempt = 1, tag = name;
    // A name that is taken, by a second widget or by the page itself, gets a number.
    while (customElements.get(tag)) tag = name + ++attempt;
    customElements.define(tag, class extends HTMLElement {
      connectedCallback() { call?.() }
      disconnectedCallback() { call?.() }
    });
    const make = (tag, into, props) => into.appendChild(Object.assign(doc.createElement(tag), props));
    const host = doc.createElement(tag), root = host.attachShadow({ mode: 'open' }), sheet = new CSSStyleSheet();
    host.id = key;
    sheet.replaceSync(boot.css);
    root.adoptedStyleSheets = [sheet];

    // Data, wasm and glue in parallel, the largest not last; a `fetch` of the page's own may throw. The
    // fragment makes the instance this widget's own; under a new one the browser forgets that an
    // import failed.
    const fetchAll = async () => Promise.all([
      fetch(`${base}/core/public/web-widgets/${id}?lang=${lang}`).then((r) => r.json()),
      PACKED ? FILES.wasm() : fetch(`${base}/assets/${boot.module}.wasm`),
      PACKED ? FILES.module() : import(`${base}/assets/${boot.module}.js#${id}${attempt++}`),
    ]).then(([widget, wasm, module]) =>
      module.default({ host, button, boot, base, guard, widget, wasm, dataset, queue: !PACKED && queue }));
    const load = () => loading ||= fetchAll();

    // What is called before the module is there waits for it; only some of it is a reason to
    // fetch the module.
    const queue = [];
    const act = (...what) => {
      if (call) return call(...what);
      // Where it takes a second press, they still want it open.
      queue.push(what == 'toggle' ? ['open'] : what);
      // Whoever comes next to this browser finds nothing, also where this page is left at once.
      if (what == 'logout') delete localStorage[key], doc.cookie = key + '=;path=/;max-age=0;domain=' + dataset.cookie;
      if (!/open|toggle|send|destroy/.test(what)) return;
      button.className = 'b p';
      load().catch((e) => {
        console.error(name, e);
        return loading = (PACKED ? FILES.fallback() : import(base + '/assets/fallback.js')).then((f) => f.embed({ host, button, boot, base, src, fetchAll }));
      }).then((c) => {
        call = c;
        queue.splice(0).map((what) => c(...what));
      }, () => {
        loading = 0;
        self.open(`${base}/w/${id}`);
      })
        .then(() => button.className = 'b');
    };
    'open close toggle send identify logout setMetadata setLocale setTheme destroy'.split(' ').map((method) => host[method] = guard(act.bind(0, method)));
    host.on = host.addEventListener;
    host.off = host.removeEventListener;

    questions.map((q) => make('button', root, { className: 's', textContent: text(q), onclick: () => act('send', text(q)) }));
    const button = make('button', root, { className: boot.pulse ? 'b p' : 'b', ariaLabel: text(boot.label), ariaExpanded: false, hidden: dataset.launcher == 'none', onclick: () => act('toggle') });
    make(boot.icon ? 'img' : 'i', button, { alt: '', src: boot.icon });
    if (boot.show_label || mode) make('span', button, { textContent: button.ariaLabel });
    host.onpointerenter = button.onfocus = () => load().catch(() => loading = 0);

    const place = guard(() => {
      // Beside <body>, not in it: no transform, filter or re-rendered body of the page reaches it.
      (mode ? doc.querySelector(dataset.target) || doc.body : doc.documentElement).append(host);
      // Listens, and returns the listener: what may be so already is looked at once by calling it.
      const hear = (target, kind, f) => (target?.addEventListener(kind, f = guard(f)), f);
      hear(self.navigation, 'currententrychange', () => host.hidden = RegExp(boot.hidden || '^$').test(location))();
      // `agentWidget.push(['identify', …])` works before this script has come, and after.
      const early = self.agentWidget, push = guard(([method, value]) => host[method](value));
      self.agentWidget = { push };
      early?.map?.(push);
      // What can wait until the bubble is painted.
      setTimeout(guard(() => {
        // A launcher of the page's own: what is clicked, a hash of the address, a key.
        hear(doc, 'click', (e) => e.target.closest(dataset.open) && act('toggle'));
        hear(doc, 'keydown', (e) => (e.ctrlKey || e.metaKey) && e.key == dataset.key && act('toggle'));
        hear(self, 'hashchange', () => location.hash == dataset.hash && act('open'))();
        // What it does by itself is fetched only where the owner configured something.
        if (boot.triggers) (PACKED ? FILES.triggers() : import(`${base}/assets/${boot.triggers}`)).then((t) => t.watch({ host, button, boot, act, text, key, guard }));
        // Left open on the page before this one: the visitor has acted, the conversation goes on. To
        // look there takes the browser a moment.
        innerWidth > 480 && sessionStorage[key] && act('open');
      }));
    });
    mode && !doc.body ? doc.addEventListener('DOMContentLoaded', place) : place();
  })();
})();
