// What the panel does by itself: where it is scrolled to, where the focus goes, how high its message
// field is. `panel` may be the shadow root around it.

const FIELD = '.write textarea';
const log = (panel) => panel.querySelector('.log');

/** How near to the end counts as at the end, in pixels. */
const NEAR = 60;

// The build writes the style sheet in the place of STYLE (xtask/src/web/module.rs). It is read while
// the rest of the module is on its way.
const style = new CSSStyleSheet;
style.replaceSync(STYLE);

/** Puts the closed panel beside the launcher, and what assistive technology reads aloud; what is there
    since the first picture (first.js) stays. */
export const build = (root) => {
  const there = root.querySelector('.panel');
  if (there) return { colours: root.adoptedStyleSheets.at(-1), panel: there, speaker: there.nextSibling };
  const make = (tag, attributes) => {
    const element = document.createElement(tag);
    for (const name in attributes) element.setAttribute(name, attributes[name]);
    return root.appendChild(element);
  };
  const colours = new CSSStyleSheet;
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, style, colours];
  return {
    colours,
    panel: make('section', { class: 'panel', role: 'dialog', tabindex: -1 }),
    speaker: make('div', { class: 'sr', 'aria-live': 'polite' }),
  };
};

/** Whether a media query holds now. */
const is = (query) => matchMedia(query).matches;

/** Gives it the colours and measures of one of its looks; without a theme, of that which the visitor's
    system prefers. */
export const dress = (colours, looks, theme) => {
  const dark = theme == 'dark' || theme != 'light' && is('(prefers-color-scheme:dark)');
  const css = looks?.[dark ? 'dark' : 'light'] ?? '';
  // To be told the same again costs a page as much as to be told something else.
  if (colours.css != css) colours.replaceSync(colours.css = css);
};

/** Where a sheet is laid, or messages that are only read. */
export const room = (panel) => panel.querySelector('.room,.said');

/** Whether the newest message is in sight. */
export const at_end = (panel) => {
  const { scrollHeight, scrollTop, clientHeight } = log(panel) ?? {};
  return !(scrollHeight - scrollTop - clientHeight >= NEAR);
};

/** Shows the newest message. */
export const scroll_down = (panel) => log(panel)?.scrollTo(0, 1e9);

/** The visitor scrolled: away from the end, there is a way back to it. */
export const scrolled = (panel) => (panel.querySelector('.panel') ?? panel).toggleAttribute('data-away', !at_end(panel));

/** Keeps the panel in sight: a keyboard on the screen lies over the page and leaves the window as high
    as it was. Who has zoomed in with two fingers moves about in it as it is. */
export const keep_in_sight = (root) => {
  const { height, offsetTop, scale } = visualViewport, panel = root.querySelector('.panel'), follows = at_end(panel);
  if (scale > 1) return;
  const covered = root.host.getBoundingClientRect().bottom - offsetTop - height + 8;
  for (const [name, px] of [['screen', height], ['top', offsetTop], ['keys', covered]]) panel.style.setProperty('--aw-' + name, px + 'px');
  if (follows) scroll_down(panel);
};

/** Lets the message field be as high as what is in it. */
export const fit = (panel) => {
  const field = panel.querySelector(FIELD);
  if (!field) return;
  field.style.height = 'auto';
  field.style.height = field.scrollHeight + 'px';
};

/** Takes what was typed out of the message field, unless it is blank where it may not be. */
export const take_typed = (panel, blank) => {
  const field = panel.querySelector(FIELD), text = field?.value;
  if (text == null || !blank && !text.trim()) return;
  field.value = '';
  fit(panel);
  return text;
};

/** Puts a text back into the message field. */
export const give_back = (panel, text) => {
  const field = panel.querySelector(FIELD);
  if (!field) return;
  field.value = text;
  fit(panel);
};

/** Puts the focus on what is to be done. On a touch screen a message field is not focused by itself:
    the keyboard would cover what the visitor opened. `again`: only where the panel itself has it, and
    something better has come. */
export const focus_panel = (panel, again) => {
  if (again && panel.getRootNode().activeElement != panel) return;
  const first = panel.querySelector('.cover button') ?? (is('(hover:none)') ? null : panel.querySelector(`.ask .fill,.sheet input,.sheet textarea,${FIELD},.note .fill,.bar .fill`));
  (first ?? panel).focus();
};
