// What to do when the module would not start: fetched by the loader only then.
//
// The server may have been upgraded under this page; then the module has another name. Else it is
// WebAssembly that is refused: the same widget comes in a frame of our own origin, where our own
// policy rules.
//
// The frame says `wait` when it runs, `ready` when the chat does, `failed` when that will not come, and
// `close` when the visitor closes it; what it is told is a question. Until it is ready nothing of it is
// seen: on a phone it covers the page, and there would be no way back. Where it was refused as well,
// fails or stays silent, the visitor gets a link to the hosted page, which needs no script; and unless
// it was refused, the launcher tries again. What the link says in each language the build writes in the
// place of SENTENCES (xtask/src/web/scripts.rs): nothing more can be fetched here.

/** How long the frame may take to run, and then to be ready: a slow line takes seconds for each file. */
const SILENCE_MS = 10000, PATIENCE_MS = 30000;

/** As wide as a phone, where the chat is the whole screen. */
const PHONE_PX = 480;

const STYLE = `iframe{position:fixed;inset:0;width:100%;height:100%;border:0;pointer-events:auto;background:Canvas;z-index:1}
@media(min-width:481px){iframe{inset:auto;width:min(400px,100vw - 40px);height:min(640px,100vh - 120px);border-radius:16px;box-shadow:0 0 0 1px #8883,0 16px 56px -12px #0006}}
.hint{pointer-events:auto;max-width:260px;padding:12px 16px;border-radius:16px;background:Canvas;color:CanvasText;box-shadow:0 0 0 1px #8884,0 8px 28px -6px #0006;text-decoration:underline}
.w{visibility:hidden}
[hidden]{display:none!important}`;

/** Brings the widget by another way; resolves to what the loader calls. */
export const embed = (seam) => again(seam).catch(() => framed(seam));

/** The module once more, by the name that it has now. */
async function again({ src, boot, fetchAll }) {
  const response = await fetch(src, { cache: 'reload' });
  [, boot.module] = /module":"(.+?)"/.exec(await response.text());
  return fetchAll();
}

/** Shows the widget in a frame. */
function framed({ host, button, boot, base }) {
  const { id } = boot, root = host.shadowRoot, doc = host.ownerDocument;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];

  let frame, link, ready, refused, silence, ends, locale;
  // What is to be asked once there is a chat, in whichever frame that is.
  const questions = [];
  // The page's language and the visitor's, or what the page has set.
  const wishes = () => [locale, doc.documentElement.lang, ...navigator.languages].filter(Boolean);
  const address = (path) => `${base}${path}?lang=${encodeURIComponent(wishes()[0] ?? '')}`;
  // The loader says that what it fetched is here once we return: it is not yet.
  const busy = (is) => setTimeout(() => button.className = is ? 'b p' : 'b');
  // Who has gone on to something else of the page meanwhile is left there.
  const focus = (what) => [button, null].includes(root.activeElement) && [host, doc.body].includes(doc.activeElement) && what.focus();
  const show = (shown) => {
    if (!frame) return;
    frame.hidden = !shown;
    if (!ready) return;
    button.ariaExpanded = shown;
    (shown ? frame : button).focus();
  };
  const ask = () => {
    for (const question of questions.splice(0)) frame.contentWindow.postMessage(question, new URL(frame.src).origin);
  };
  const fail = (why) => {
    const tag = wishes().map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => SENTENCES[tag]) ?? 'en';
    ends.abort();
    clearTimeout(silence);
    busy(false);
    frame.remove();
    frame = null;
    link = Object.assign(doc.createElement('a'), { className: 'hint', target: '_blank', href: address(`/w/${id}`), lang: tag, dir: 'auto', textContent: SENTENCES[tag][why] });
    button.before(link);
    focus(link);
  };
  const expect = (ms) => {
    clearTimeout(silence);
    silence = setTimeout(fail, ms, 'failed');
  };
  const lay = () => {
    link?.remove();
    ready = false;
    busy(true);
    frame = doc.createElement('iframe');
    frame.className = 'w';
    frame.title = button.ariaLabel;
    frame.allow = 'microphone; camera; display-capture; autoplay';
    place(frame, button);
    frame.src = address(`/public/embed/${id}/frame`);
    ends = new AbortController;
    const { signal } = ends;
    addEventListener('message', ({ source, data }) => {
      if (source != frame.contentWindow) return;
      clearTimeout(silence);
      if (data == 'wait') expect(PATIENCE_MS);
      if (data == 'ready') {
        ready = true;
        ask();
        busy(false);
        frame.className = '';
        button.ariaExpanded = !frame.hidden;
        if (!frame.hidden) focus(frame);
      }
      if (data == 'failed') fail('failed');
      if (data == 'close') show(false);
    }, { signal });
    doc.addEventListener('securitypolicyviolation', ({ disposition, effectiveDirective, blockedURI }) => {
      if (disposition != 'enforce' || effectiveDirective != 'frame-src' || !blockedURI || !frame.src.startsWith(blockedURI)) return;
      refused = true;
      fail('refused');
    }, { signal });
    for (const kind of ['resize', 'scroll']) self.visualViewport?.addEventListener(kind, () => fit(frame), { signal });
    expect(SILENCE_MS);
    root.append(frame);
  };
  return (method, value) => {
    if (method == 'setLocale') locale = String(value);
    if (method == 'destroy') {
      ends?.abort();
      clearTimeout(silence);
      return host.remove();
    }
    if (!/open|toggle|send|close/.test(method) || method == 'close' && !frame) return;
    if (refused) return link.focus();
    if (method == 'send') questions.push(String(value));
    if (!frame) lay();
    if (ready) ask();
    // A press before there was anything to be seen is not meant to close it.
    show(method == 'toggle' && ready ? frame.hidden : method != 'close');
  };
}

/** A keyboard on the screen lies over the page and leaves the frame as high as it was. */
function fit({ style }) {
  const { height, offsetTop, scale } = visualViewport;
  if (innerWidth > PHONE_PX || scale > 1) return;
  style.height = `${height}px`;
  style.top = `${offsetTop}px`;
}

/** Puts the frame beside the launcher, on the side where there is room. */
function place(frame, button) {
  const box = button.getBoundingClientRect(), { innerWidth: width, innerHeight: height } = self;
  if (width <= PHONE_PX) return;
  const below = box.top < height / 2, right = box.left > width / 2;
  frame.style[below ? 'top' : 'bottom'] = `${(below ? box.bottom : height - box.top) + 12}px`;
  frame.style[right ? 'right' : 'left'] = `${Math.max(20, right ? width - box.right : box.left)}px`;
}
