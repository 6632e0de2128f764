// The places for what the second module draws.

/** What it knows of the chat: properties, and events. */
export const ties = () => new EventTarget;

/** Tells it that something happened. */
export const signal = (ties, name) => ties.dispatchEvent(new Event(name));

/** A place that nothing was drawn in yet. It is given out once. */
export const next_card = (root) => {
  const card = root.querySelector('.card:not([data-laid])');
  if (card) card.dataset.laid = '';
  return card ?? undefined;
};
