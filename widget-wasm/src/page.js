// The page, as the chat hears it and asks of it. The module is one widget's own.
import { fit, keep_in_sight, scrolled } from './view.js';

const NAMES = ['ready', 'open', 'close', 'conversationstart', 'message', 'conversationend', 'feedback', 'error', 'lead', 'action'];

/** An event of the element, once we are done: a listener may call us at once, and what it throws is
    its own. It bubbles, but where pages listen to their window for another of that name. */
export const emit = (host, news, layered, conversationId, messageId, asked, about) => setTimeout(() => {
  const type = NAMES[news], detail = {};
  if (conversationId) detail.conversationId = conversationId;
  if (messageId) Object.assign(detail, { messageId, role: asked ? 'user' : 'agent' });
  if (about) detail[type == 'error' ? 'code' : 'id'] = about;
  host.dispatchEvent(new CustomEvent(type, { detail, bubbles: !/message|error/.test(type), composed: true }));
  if (layered) (self.dataLayer ||= []).push({ event: 'agent_widget_' + type, ...detail });
});

/** Has it hear what happens, each in a word: what an element says (`data-do`) with the text that it
    is about, and what the page says. Returns what ends it. */
export const listen = (root, hear) => {
  const stop = new AbortController, { signal } = stop;
  const on = (target, kinds, heard) => {
    // Scrolling does not bubble: it is heard on its way down.
    for (const kind of kinds.split(' ')) target.addEventListener(kind, heard, { signal, capture: kind == 'scroll' });
  };
  const send = (event) => {
    event.preventDefault();
    hear('send');
  };
  on(root, 'click', ({ target }) => {
    const element = target.closest('[data-do]'), word = element?.dataset.do;
    // The bar of a block of code is followed by the code.
    if (word) hear(word, (word == 'code' ? element.parentElement.nextElementSibling : element).textContent);
  });
  on(root, 'keydown', (event) => {
    // While an input method composes, its keys belong to it.
    if (event.isComposing) return;
    if (event.key == 'Escape') hear('close');
    if (event.key == 'Enter' && !event.shiftKey && event.target.matches('.write textarea')) send(event);
  });
  on(root, 'submit', send);
  on(root, 'input', () => fit(root));
  on(root, 'scroll', () => scrolled(root));
  if (self.visualViewport) on(visualViewport, 'resize scroll', () => keep_in_sight(root));
  on(self, 'online offline', ({ type }) => hear(type));
  // Another tab keeps something else now; or nothing, since the visitor signed out or had all deleted.
  on(self, 'storage', ({ type, key, newValue }) => hear((key ?? root.host.id) == root.host.id && newValue == null ? 'forgotten' : type));
  on(document, 'visibilitychange', () => hear(document.visibilityState));
  on(matchMedia('(prefers-color-scheme:dark)'), 'change', ({ type }) => hear(type));
  return stop;
};

/** Where it is, and the languages the visitor wants, the page's own first. */
export const where = () => ({
  origin: self.origin,
  url: location.href,
  title: document.title,
  languages: [document.documentElement.lang, ...navigator.languages],
});

/** 128 random bits in hexadecimal. `randomUUID` is missing on pages without https. */
export const seed = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => (byte | 256).toString(16).slice(1)).join('');

/** Calls back after about so long: a quarter more or less, so that many pages do not come back at once. */
export const after = (ms, then) => setTimeout(then, ms * (.75 + Math.random() / 2));

/** Puts a text on the clipboard. Where a page without https has none to be asked, the browser is told
    to copy; and a visitor may refuse: that is nobody's error. */
export const copy = (text) => {
  if (navigator.clipboard) return navigator.clipboard.writeText(text).catch(() => {});
  addEventListener('copy', (event) => {
    event.clipboardData.setData('text/plain', text);
    event.preventDefault();
    event.stopImmediatePropagation();
  }, { capture: true, once: true });
  document.execCommand('copy');
};

/** A browser that refuses to keep something is one that forgets. */
const tried = (use) => {
  try {
    return use();
  } catch {}
};

/** A shelf of the browser: of this tab alone, or of all. */
const shelf = (tab) => tab ? sessionStorage : localStorage;

// The browser fetches a shelf from the disk when it is looked at first: while the rest of the module is
// on its way.
tried(() => shelf(false).length);

/** What is kept under a name. */
export const kept = (name) => tried(() => shelf(false).getItem(name));

/** Keeps a text, or, where it is empty, nothing. */
export const keep = (tab, name, text) => tried(() => text ? shelf(tab).setItem(name, text) : shelf(tab).removeItem(name));

/** How long a cookie is kept after it was written last, in seconds: thirty days. */
const COOKIE_S = 2592000;

/** What all subdomains of a site know under a name. */
export const shared = (name) => tried(() => {
  const cookie = document.cookie.split('; ').find((cookie) => cookie.startsWith(name + '='));
  return cookie && decodeURIComponent(cookie.slice(name.length + 1));
});

/** Lets all subdomains know a text, or, where it is empty, nothing. Whether they do: a browser takes
    cookies for the domain of the page and for those above it. (WebKit takes none that is `secure` from
    `http://localhost`, which is a secure context.) */
export const share = (name, domain, text) => {
  tried(() => document.cookie = `${name}=${encodeURIComponent(text)};domain=${domain};path=/;samesite=lax;max-age=${text ? COOKIE_S : 0}${location.protocol == 'https:' ? ';secure' : ''}`);
  return shared(name) == text;
};
