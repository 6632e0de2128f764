// The page, as a piece hears it and asks of it.

let style;

/** Gives this module's style sheet to the shadow root, unless an earlier piece has. The build writes
    it in the place of STYLE (xtask/src/web/module.rs). */
export const dress = (into) => {
  const root = into.getRootNode(), worn = root.adoptedStyleSheets;
  if (!style) {
    style = new CSSStyleSheet;
    style.replaceSync(STYLE);
  }
  if (!worn.includes(style)) root.adoptedStyleSheets = [...worn, style];
};

/** Has it hear what happens, each in a word: what an element says (`data-do`) with the id it names,
    `submit`, and `files` with those that were chosen. The chat, around us, hears none of it: it would
    take it for its own. */
export const listen = (into, hear) => {
  const on = (kind, heard) => into.addEventListener(kind, (event) => {
    if (heard(event) !== false) event.stopPropagation();
  });
  on('submit', (event) => {
    event.preventDefault();
    hear('submit');
    // What is wrong with it is where the visitor goes on.
    into.querySelector('[aria-invalid]')?.focus();
  });
  on('click', ({ target }) => {
    const { do: word, id } = target.closest('[data-do]')?.dataset ?? {};
    // What the chat drew is the chat's.
    return !!word && !target.closest('.said') && hear(word, id);
  });
  on('change', ({ target }) => {
    if (!target.files) return false;
    hear('files', [...target.files]);
    // The same file can be chosen again.
    target.value = '';
  });
};

/** Hears what the chat says to all: `sent`, `news`. */
export const attend = (link, word, hear) => link.addEventListener(word, () => hear(word));

/** Lets the visitor choose files. */
export const choose = (into) => into.querySelector('input').click();

/** The first bytes of a file. */
export const head = (file, size) => file.slice(0, size).arrayBuffer().then((bytes) => new Uint8Array(bytes));

/** Has the browser save a file. */
export const save = (file, name) => {
  const url = URL.createObjectURL(file), link = document.createElement('a');
  Object.assign(link, { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
};

/** Whether the visitor's answer to a form stands further down in the conversation. */
export const is_done = (into, form, message) => [...into.getRootNode().querySelectorAll('[data-block*=form_values]')]
  .map(({ dataset }) => JSON.parse(dataset.block))
  .some(({ form_id, message_id }) => form_id == form && (message_id ?? message) == message);

/** Whether it lies in a conversation that is over and read. */
export const is_past = (into) => !!into.closest('.said');

/** Puts the focus on the first thing that a selector fits. */
export const focus = (into, place) => into.querySelector(place)?.focus();

/** Calls back after so many milliseconds. */
export const after = (ms, then) => setTimeout(then, ms);
