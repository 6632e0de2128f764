// Without WebAssembly in the page: the same widget in a frame of our own origin, where our own
// policy rules. Fetched by the loader only when the module would not start.
//
// The frame says `ready` when it runs and `close` when the visitor closes it. One that stays
// silent was refused as well: the visitor gets a link to the hosted page, which needs no script.

const SILENCE_MS = 6000;

const STYLE = `iframe{position:fixed;inset:0;width:100%;height:100%;border:0;pointer-events:auto;background:Canvas;z-index:1}
@media(min-width:481px){iframe{inset:auto;width:min(400px,100vw - 40px);height:min(640px,100vh - 120px);border-radius:16px;box-shadow:0 0 0 1px #8883,0 16px 56px -12px #0006}}
.hint{position:static;max-width:260px;padding:12px 16px;border-radius:16px;background:Canvas;color:CanvasText;box-shadow:0 0 0 1px #8884;text-decoration:underline}
[hidden]{display:none!important}`;

/** Shows the widget in a frame; returns what the loader calls. */
export function embed({ host, button, base, id }) {
  const root = host.shadowRoot, doc = host.ownerDocument;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];

  const frame = doc.createElement('iframe');
  frame.title = button.ariaLabel;
  frame.allow = 'microphone; camera; display-capture; autoplay';
  frame.hidden = true;
  const show = (shown) => {
    frame.hidden = !shown;
    button.ariaExpanded = shown;
    (shown ? frame : button).focus();
  };
  const hint = () => {
    removeEventListener('message', hear);
    frame.remove();
    const link = doc.createElement('a');
    Object.assign(link, { className: 'hint', target: '_blank', href: `${base}/w/${id}`, textContent: 'This page does not let the chat run here. Open it in a new tab' });
    button.before(link);
  };
  const hear = (event) => {
    if (event.source != frame.contentWindow) return;
    clearTimeout(silence);
    if (event.data == 'close') show(false);
  };
  let silence;
  return (method, value) => {
    if (!/open|toggle|send|close/.test(method) || method == 'close' && !frame.src) return;
    const question = method == 'send' && value;
    if (!frame.src) {
      place(frame, button);
      frame.src = `${base}/public/embed/${id}/frame${question ? '#' + encodeURIComponent(question) : ''}`;
      addEventListener('message', hear);
      root.append(frame);
      silence = setTimeout(hint, SILENCE_MS);
    }
    show(method == 'toggle' ? frame.hidden : method != 'close');
  };
}

/** Puts the frame beside the launcher, on the side where there is room. */
function place(frame, button) {
  const box = button.getBoundingClientRect(), { innerWidth: width, innerHeight: height } = self;
  if (width < 481) return;
  const below = box.top < height / 2, right = box.left > width / 2;
  frame.style[below ? 'top' : 'bottom'] = `${(below ? box.bottom : height - box.top) + 12}px`;
  frame.style[right ? 'right' : 'left'] = `${Math.max(20, right ? width - box.right : box.left)}px`;
}
