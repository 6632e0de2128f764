// Requests to the server that a piece makes by itself.

/** How long one may take: files take long on a slow line. */
const PATIENCE_MS = 120000;

/** Calls back when the chat has a token, or will not have one. */
export const ready = (link, then) => link.addEventListener('ready', then, { once: true });

/** Sends one; `type` is that of the body, where there is one, and `bare` says that the address proves
    who asks. Resolves to the status and to what the answer says: JSON, or a file where it is none. */
export const send = async (link, method, path, bare, body, type) => {
  const headers = {};
  if (!bare) headers.Authorization = 'Bearer ' + link.token;
  else if (link.voucher) headers['X-User-Token'] = link.voucher;
  else if (link.proof) headers['X-User-Hash'] = link.proof;
  if (type) headers['Content-Type'] = type;
  const response = await fetch(link.base + path, { method, body, headers, signal: AbortSignal.timeout(PATIENCE_MS) });
  const json = response.headers.get('Content-Type')?.includes('json');
  return { status: response.status, body: await (json ? response.json() : response.blob()) };
};
