// A client of your own: asks a question on the widget API, and writes the answer as it comes.
//
//     WIDGET_SERVER=https://chat.example.com WIDGET_ID=… node ask.mjs "When are you open?"
import { events } from './events.mjs';

const { WIDGET_SERVER = 'http://127.0.0.1:8080', WIDGET_ID, WIDGET_ORIGIN } = process.env;
const question = process.argv.slice(2).join(' ') || 'When are you open?';

/** Before a stream that broke is taken up again. */
const PAUSE_MS = 500;

/** A call that is refused is a problem document (RFC 9457): its `detail` is a sentence. */
const call = async (path, options) => {
  const response = await fetch(`${WIDGET_SERVER}/v1/widget/${path}`, options);
  if (response.ok) return response;
  const { code, detail } = await response.json();
  throw new Error(`${path}: ${response.status} ${code}: ${detail}`);
};

// 1. A conversation, and a token that opens it for an hour. The origin must be among the widget's
// domains; in a browser it is sent by itself.
const begun = await call('init', {
  method: 'POST',
  headers: { 'content-type': 'application/json', origin: WIDGET_ORIGIN ?? new URL(WIDGET_SERVER).origin },
  body: JSON.stringify({ widget_id: WIDGET_ID }),
});
const { token, agent } = await begun.json();
const authorization = `Bearer ${token}`;
if (agent.greeting) console.log(agent.greeting);

// 2. The question. With an id of ours it is never asked twice, however often it is sent.
let stream = await call('messages/stream', {
  method: 'POST',
  headers: { authorization, 'content-type': 'application/json' },
  body: JSON.stringify({ content: question, client_message_id: crypto.randomUUID() }),
});

// 3. The answer. A stream that breaks goes on where it was; the answer goes on without us anyway.
const sources = [];
let last, over = false;
const hear = {
  turn: () => sources.splice(0),
  token: ({ text }) => process.stdout.write(text),
  citations: ({ citations }) => sources.push(...citations),
  error: ({ detail }) => { throw new Error(detail) },
  done: () => over = true,
};
while (!over) {
  try {
    for await (const { id, event, data } of events(stream.body)) {
      last = id || last;
      hear[event]?.(JSON.parse(data));
      if (over) break;
    }
  } catch (error) {
    // What the server says is an error; a connection that is cut is not.
    if (!(error instanceof TypeError)) throw error;
  }
  if (over) break;
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  stream = await call('stream', { headers: { authorization, ...(last && { 'last-event-id': last }) } });
}
process.stdout.write('\n');
for (const { title, url } of sources) console.log(`- ${title}${url ? ` (${url})` : ''}`);
