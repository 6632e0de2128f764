// What the widget does by itself: fetched only where the owner configured a trigger.
//
// The rule is that of `widget_core::trigger`, held to it by the same cases (see
// `widget-core/src/trigger/cases.json`): each trigger fires once on a page, in the order of the
// configuration; only a reaction of the visitor silences it for as long as its `once_per` says, and
// only then is anything remembered.

/** The rules of a page: `evaluate` gives the rule whose moment has come, `react` silences one. */
export function machine(rules, remembered = []) {
  const state = new Map(rules.map((rule) => [rule.id, remembered.includes(rule.id) ? 'silent' : 'armed']));
  let page, furthest;
  return {
    evaluate({ address, scroll = 0, seconds = 0, idle = 0, exit = false }) {
      const here = address.split('#')[0];
      if (page != here) {
        page = here;
        furthest = 0;
        for (const [id, was] of state) if (was == 'fired') state.set(id, 'armed');
      }
      furthest = Math.max(furthest, scroll);
      const due = rules.find(({ id, when }) => state.get(id) == 'armed'
        && furthest >= (when.scroll_percent ?? 0) && seconds >= (when.seconds_on_page ?? 0) && idle >= (when.idle_seconds ?? 0)
        && (exit || !when.exit_intent) && (!when.url || RegExp(when.url).test(address)));
      if (due) state.set(due.id, 'fired');
      return due;
    },
    react(id) { state.set(id, 'silent') },
    live: () => rules.filter((rule) => state.get(rule.id) != 'silent'),
  };
}

const STYLE = `.t{display:flex;gap:4px;align-items:flex-start;max-width:280px;padding:4px 4px 4px 16px;border-radius:18px;background:Canvas;color:CanvasText;box-shadow:0 0 0 1px #8884,0 6px 20px -8px #0005;pointer-events:auto;animation:t .2s}
.t button{padding:9px 0;flex:1}.t button+button{flex:none;width:36px;padding:7px 0;text-align:center;opacity:.7}
@keyframes t{from{opacity:0;translate:0 8px}}@media(prefers-reduced-motion:reduce){.t{animation:none}}`;

/** What a screen reader says of the teaser's cross, which the build writes in the place of SENTENCES
    (xtask/src/web/scripts.rs); English comes first where nothing fits. */
const close = (text) => text({ en: SENTENCES.en, ...SENTENCES }).close;

/** Watches the page, for what the rules ask and no more. `act` is the widget's own. */
export function watch({ boot: { rules }, host, button, act, text, key, guard }) {
  const root = host.shadowRoot, doc = host.ownerDocument, kept = { session: 'sessionStorage', visitor: 'localStorage' };
  const store = (once) => { try { return self[kept[once]] } catch { /* refused by the browser */ } };
  const read = (once) => { try { return JSON.parse(store(once)?.getItem(key + 'quiet')) ?? [] } catch { return [] } };
  const rule = machine(rules, [...read('session'), ...read('visitor')]);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];

  let shown, opened = Date.now(), moved = opened, address = location.href;
  const react = ({ id, once_per: once = 'session' }) => {
    rule.react(id);
    try { store(once)?.setItem(key + 'quiet', JSON.stringify([...read(once), id])) } catch { /* full, or refused */ }
  };
  const away = () => { shown?.remove(); shown = null };
  const teaser = (due, words, then) => {
    away();
    const make = (props) => Object.assign(doc.createElement('button'), props);
    shown = Object.assign(doc.createElement('div'), { className: 't', role: 'status' });
    shown.append(
      make({ textContent: words, onclick: () => { react(due); away(); then() } }),
      make({ textContent: '✕', ariaLabel: close(text), onclick: () => { react(due); away() } }),
    );
    button.before(shown);
  };
  const fire = (due) => {
    const { open, teaser: words, message, form } = due.action;
    if (open) act('open');
    else if (words) teaser(due, text(words), () => act('open'));
    else if (message) teaser(due, text(message), () => act('open', { message: text(message) }));
    else if (form) act('open', { form });
    if (open || form) react(due);
  };

  const evaluate = guard((exit) => {
    if (address != location.href) [address, opened] = [location.href, Date.now()];
    if (host.hidden || host.hasAttribute('open')) return away();
    const { scrollHeight, clientHeight } = doc.documentElement, now = Date.now();
    const due = rule.evaluate({
      address,
      scroll: scrollHeight > clientHeight ? Math.round(scrollY / (scrollHeight - clientHeight) * 100) : 100,
      seconds: Math.floor((now - opened) / 1000),
      idle: Math.floor((now - moved) / 1000),
      exit: exit === true,
    });
    if (due) fire(due);
    if (!rule.live().length) stop();
  });
  const ends = [];
  const hear = (target, kind, f) => {
    target.addEventListener(kind, f, { passive: true });
    ends.push(() => target.removeEventListener(kind, f));
  };
  const stop = () => ends.splice(0).forEach((end) => end());
  const asks = (what) => rules.some((rule) => rule.when[what] != null);
  if (asks('scroll_percent')) hear(self, 'scroll', evaluate);
  if (asks('idle_seconds')) for (const kind of ['pointermove', 'keydown', 'scroll', 'touchstart']) hear(self, kind, () => moved = Date.now());
  // Leaving: the pointer goes out at the top; on a touch screen, the page is left and returned to.
  if (asks('exit_intent')) {
    hear(doc.documentElement, 'mouseleave', (e) => e.clientY <= 0 && evaluate(true));
    hear(doc, 'visibilitychange', () => doc.visibilityState == 'visible' && matchMedia('(hover:none)').matches && evaluate(true));
  }
  if (asks('seconds_on_page') || asks('idle_seconds') || asks('url')) {
    const clock = setInterval(evaluate, 1000);
    ends.push(() => clearInterval(clock));
  }
  // A page that is open while the panel is shows no teaser over it.
  hear(host, 'open', away);
  evaluate();
}
