// Requests to the server.

/** How long a call that is no stream may take. */
const PATIENCE_MS = 20000;

/** What closes the stream that is open: there is one at a time. */
let open;

/** Closes the stream that is open. */
export const hang_up = () => open?.abort();

/** Sends a request: with a body a `POST`. That goes as plain text where there is no token, which
    needs no preflight then. Resolves to the status of the response with its body: what its JSON says,
    or what a stream is read from. A `fetch` of the page's own that throws is one that failed. */
export const send = async (url, token, last, streams, body) => {
  const headers = {};
  if (token) Object.assign(headers, { Authorization: 'Bearer ' + token, 'Content-Type': 'application/json' });
  if (last) headers['Last-Event-ID'] = last;
  if (streams) open = new AbortController;
  const signal = streams ? open.signal : AbortSignal.timeout(PATIENCE_MS);
  // A browser may hold a stream back until the one before has ended, to answer it from its cache.
  const cache = streams ? 'no-store' : 'default';
  const response = await fetch(url, { headers, signal, cache, ...body && { method: 'POST', body: JSON.stringify(body) } });
  return {
    status: response.status,
    body: streams && response.ok ? response.body.getReader() : await response.json().catch(() => {}),
  };
};
