// What both entries do around bringing a widget to the page: each widget once, however often and
// from however many copies of this package it is asked for.

/** Widgets of this page by their id: what resolves to `{ element, floats }`. */
const widgets = () => globalThis[Symbol.for('agent-widget')] ??= new Map();

/** The element of the widget, once `run` has run the loader as the given script. */
export const bring = async ({ server, widgetId, target, ...others }, run) => {
  if (typeof document == 'undefined') throw new Error('agent-widget: there is no page here; call load() in the browser');
  const id = uuid(widgetId), all = widgets();
  if (!all.has(id)) {
    const script = { src: `${base(server)}/public/embed/${id}`, dataset: attributes(others) };
    const coming = begin(id, () => run(script));
    all.set(id, coming);
    coming.catch(() => all.delete(id));
  }
  return put(await all.get(id), target);
};

const begin = async (id, run) => {
  const find = () => document.getElementById('agent-widget' + id);
  // The snippet may have brought it already.
  if (!find()) {
    await run();
    // In a container it waits for the page to have one.
    if (!find() && document.readyState == 'loading') await new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve));
  }
  const element = find();
  if (!element) throw new Error('agent-widget: the widget does not show on this page; the console says why');
  // One that ends itself makes room for the next.
  const { destroy } = element;
  element.destroy = () => {
    widgets().delete(id);
    element.remove();
    destroy();
  };
  return { element, floats: element.parentNode == document.documentElement };
};

/** The element where it belongs: a bubble beside the body, else in the container. */
const put = ({ element, floats }, target) => {
  const wanted = typeof target == 'string' ? document.querySelector(target) : target;
  const place = floats ? document.documentElement : wanted ?? (element.isConnected ? element.parentNode : document.body);
  if (element.parentNode != place) place.append(element);
  return element;
};

/** The id as the server writes it, of this or of `wgt_…`. */
const uuid = (widgetId) => {
  const digits = String(widgetId).replace(/^wgt_|-/g, '').toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(digits)) throw new TypeError(`agent-widget: ${widgetId} is not the id of a widget`);
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};

const base = (server) => new URL(server, location.href).href.replace(/\/+$/, '');

/** What the snippet says with `data-…`. */
const attributes = ({ open, hash, key, launcher, cookie, dataLayer }) => {
  const all = { open, hash, key, launcher, cookie, datalayer: dataLayer ? '' : undefined };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value != null));
};
