// Everything a measured page may ask for, on loopback: host pages, the peers' files as their
// packages ship them (brotli, as a content network sends them), and stubs of the APIs they call.

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { brotliCompressSync, constants } from 'node:zlib';

const KINDS = { html: 'text/html; charset=utf-8', js: 'text/javascript', mjs: 'text/javascript', css: 'text/css', json: 'application/json' };

/** The page around every widget: small, so that what is measured is the widget. */
const page = ({ head = '', body = '' }) => `<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><title>A shop</title>${head}
<h1>A shop</h1><p>Open from nine to five on weekdays, and on Saturdays until noon.</p>${body}</html>`;

/** Serves the subjects; returns where. Each file is packed once, by whoever asks for it first. */
export async function serve(subjects) {
  const packed = new Map();
  const file = async (name) => {
    if (!packed.has(name)) packed.set(name, pack(await readFile(new URL(`node_modules/${name}`, import.meta.url))));
    return packed.get(name);
  };
  const answer = async ({ url }) => {
    const path = url.split('?')[0].slice(1);
    const subject = subjects.find(({ name }) => path === encodeURIComponent(name));
    if (subject) return { kind: KINDS.html, content: pack(page(subject)) };
    const stub = subjects.flatMap(({ stubs = [] }) => stubs).find(([start]) => path.startsWith(start));
    if (stub) return { kind: KINDS.json, content: pack(JSON.stringify(stub[1])) };
    if (!path.startsWith('npm/')) return;
    return { kind: KINDS[path.split('.').pop()], content: await file(path.slice(4)) };
  };
  const server = createServer(async (request, response) => {
    request.resume();
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-headers', '*');
    const found = await answer(request).catch(() => undefined);
    if (!found) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': found.kind, 'content-encoding': 'br' }).end(found.content);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { base: `http://localhost:${server.address().port}`, close: () => server.close() };
}

const pack = (content) => brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
