// Makes nodes. Where the panel shows what the server has drawn (widget-wasm/src/first.js), the same is
// about to be made again, in the same order: then what is there is taken for it, so that nothing
// moves, and what was typed or focused stays so.
let walker;

/** Takes what is in an element for what is about to be made in it. */
export const adopt = (root) => walker = root.firstChild && document.createTreeWalker(root);

/** The next node that is there, where it is one of this tag; a text has none. */
const next = (tag) => {
  const node = walker?.nextNode();
  if (node && (node.localName ?? '') == tag) return node;
  settle(node);
};

/** What was not taken is of another picture. */
const settle = (node) => {
  const rest = [];
  for (; node; node = walker.nextNode()) rest.push(node);
  for (const node of rest) node.remove();
  walker = null;
};

const made = (tag, make) => {
  if (!walker) return make();
  // It is drawn at once; what is made later is new.
  if (walker.currentNode == walker.root) queueMicrotask(() => walker && settle(walker.nextNode()));
  return next(tag) ?? make();
};

/** Makes an element. */
export const create_element = (tag) => made(tag, () =>
  document.createElementNS(`http://www.w3.org/${/svg|path/.test(tag) ? '2000/svg' : '1999/xhtml'}`, tag));

/** Makes a text. */
export const create_text = () => made('', () => document.createTextNode(''));
