// A site that knows its visitors, and vouches for them to the widget.
//
// The secret (`POST /core/web-widgets/{id}/identity-secret`) never leaves this server; a page gets
// the hash of the one user it is made for.
import { createHmac } from 'node:crypto';
import { filled, listen } from '../page-server.mjs';

const { WIDGET_SECRET } = process.env;
if (!WIDGET_SECRET) throw new Error("WIDGET_SECRET: the widget's identity secret");

/** Stands in for your session: who signed in is in a cookie. A real one is signed. */
const users = new Map([['u_alice', 'Alice'], ['u_bob', 'Bob']]);
const userOf = (request) => /(?:^|; )user=(\w+)/.exec(request.headers.cookie ?? '')?.[1];

const sign = (userId) => createHmac('sha256', WIDGET_SECRET).update(userId).digest('hex');

/** JSON that may stand in a script. */
const json = (value) => JSON.stringify(value).replaceAll('<', '\\u003c');

const page = ({ userId, left }) => filled(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Members</title>
<link rel="icon" href="data:,">
<h1>${users.has(userId) ? `Hello, ${users.get(userId)}` : 'Members'}</h1>
${users.has(userId) ? '<form method="post" action="/out"><button id="out">Sign out</button></form>'
    : [...users].map(([id, name]) => `<form method="post" action="/in/${id}"><button id="${id}">I am ${name}</button></form>`).join('\n')}
<script src="https://chat.example.com/public/embed/WIDGET_ID" async></script>
<script>
  self.agentWidget ||= [];
  ${users.has(userId) ? `agentWidget.push(['identify', ${json({ userId, userHash: sign(userId) })}]);` : ''}
  ${left ? "// What the browser kept of who was here goes with them.\n  agentWidget.push(['logout']);" : ''}
</script>
</html>
`);

listen((request, response) => {
  const { method, url } = request;
  const go = (location, cookie) => response.writeHead(303, { location, 'set-cookie': `user=${cookie}; HttpOnly; SameSite=Lax; Path=/` }).end();
  const [, entering] = /^\/in\/(\w+)$/.exec(url) ?? [];
  if (method == 'POST' && users.has(entering)) return go('/', entering);
  if (method == 'POST' && url == '/out') return go('/?left', '; Max-Age=0');
  if (url != '/' && url != '/?left') return response.writeHead(404).end();
  const visit = { userId: userOf(request), left: url == '/?left' };
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(page(visit));
});
