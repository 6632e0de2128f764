// A page with a strict policy: nothing runs that does not carry this response's nonce.
import { randomBytes } from 'node:crypto';
import { filled, listen } from '../page-server.mjs';

/** What the widget needs, and nothing else: see the guide's page on embedding. */
const policy = (nonce) => filled(`default-src 'none'; base-uri 'none'; form-action 'none';
  script-src 'nonce-${nonce}' 'wasm-unsafe-eval';
  connect-src https://chat.example.com;
  img-src data:;
  require-trusted-types-for 'script'; trusted-types 'none'`).replaceAll(/\s+/g, ' ');

const page = (nonce) => filled(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Bank</title>
<link rel="icon" href="data:,">
<h1>Bank</h1>
<script src="https://chat.example.com/public/embed/WIDGET_ID" nonce="${nonce}" async></script>
</html>
`);

listen(({ url }, response) => {
  if (url != '/') return response.writeHead(404).end();
  const nonce = randomBytes(16).toString('base64');
  const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy(nonce), 'cache-control': 'no-store' };
  response.writeHead(200, headers).end(page(nonce));
});
