// Ways into JavaScript values. They come from pages and servers: nothing here throws.

const attempt = (f) => { try { return f() } catch {} };

/** What is under a key; nothing where there can be none. */
export const get = (value, key) => attempt(() => value?.[key]);

/** Calls a function; nothing where it throws. */
export const call = (f, first, second, third) => attempt(() => f(first, second, third));

/** Puts something under a key. */
export const put = (target, key, value) => attempt(() => target[key] = value);

/** The keys of an object; none of anything else. */
export const keys = (value) => Object.keys(typeof value == 'object' && value || []);

/** What JSON says; nothing where it is none. */
export const parse = (json) => attempt(() => JSON.parse(json));

/** The value as JSON; nothing where it has none. */
export const stringify = (value) => attempt(() => JSON.stringify(value));
