// The first picture of the panel. The server draws it with the chat's own code (first.rs) and sends it
// with the configuration; it is shown while WebAssembly, which is most of what is to be loaded, is on
// its way: the visitor reads and types meanwhile. The chat then draws the same over it, taking each
// element for its own (widget-dom/src/dom.js), and hears what was done since.
import { kept, listen as listen_to, shared } from './page.js';
import { build, dress, focus_panel, scroll_down, take_typed } from './view.js';

/** What a page may have told the element without any of it showing in the picture. */
const HARMLESS = /open|identify|setMetadata/;

/** Gives an element attributes, and what is in it: each a text, or an element as `[tag, attributes, …]`. */
const draw = (element, attributes, ...nodes) => {
  for (const name in attributes) element.setAttribute(name, attributes[name]);
  for (const node of nodes) {
    if (typeof node == 'string') element.append(node);
    else {
      const [tag, ...rest] = node;
      // What is in a drawing is drawing, too.
      const space = tag == 'svg' ? 'http://www.w3.org/2000/svg' : element.namespaceURI;
      draw(element.appendChild(document.createElementNS(space, tag)), ...rest);
    }
  }
};

/** What is listened to since the picture is shown. */
let early;

/** Shows the picture as soon as the visitor wants the chat open; `seam` is what the loader hands over.
    Returns what takes it back, for when the chat does not come. */
export const show = ({ host, button, boot, widget, queue, dataset }) => {
  const { first, looks } = widget ?? {};
  // Drawn by the chat of another build, it would be of no use to this one.
  if (!queue || first?.module != boot.module) return () => {};
  const root = host.shadowRoot;
  const look = () => {
    // Whoever was here before goes on with what there was: the chat knows it, the server does not.
    const wanted = queue.every(([method]) => HARMLESS.test(method)) && queue.some(([method]) => method == 'open');
    if (early || !wanted || kept(host.id) || dataset.cookie && shared(host.id)) return;
    const heard = [];
    let hear = (...what) => heard.push(what);
    early = {
      root,
      heard,
      ears: listen_to(root, (...what) => hear(...what)),
      // In the chat's own turn it is opened; then come what was pressed and typed.
      tell: (chat) => setTimeout(() => {
        hear = chat;
        for (const what of heard) hear(...what);
      }),
    };
    const { panel, colours } = build(root);
    dress(colours, looks, first.theme);
    host.setAttribute('mode', first.mode);
    host.setAttribute('open', '');
    button.ariaExpanded = true;
    if (!panel.firstChild) draw(panel, { lang: first.lang, dir: first.dir, 'aria-label': first.title }, ...first.nodes);
    scroll_down(panel);
    focus_panel(panel);
  };
  queue.push = (...what) => {
    [].push.apply(queue, what);
    look();
  };
  look();
  return () => {
    if (!early) return;
    early.ears.abort();
    host.removeAttribute('open');
    button.ariaExpanded = false;
    // What was sent is still sent, whichever way the chat comes now.
    for (const [word, text] of early.heard) {
      const question = word == 'ask' ? text : word == 'send' && take_typed(root);
      if (question) queue.push(['send', question]);
    }
  };
};

/** Has the chat hear what happens, and what has happened since the picture was shown; returns what
    ends that and takes the element out of the page. */
export const listen = (root, hear) => {
  const ears = early?.root == root ? early.ears : listen_to(root, hear);
  if (ears == early?.ears) early.tell(hear);
  return () => {
    ears.abort();
    setTimeout(() => root.host.remove());
  };
};
