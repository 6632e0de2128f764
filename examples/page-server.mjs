// What the examples with a server of their own have in common: where the widget is, and answering
// on a port.
import { createServer } from 'node:http';

const { WIDGET_SERVER = 'http://127.0.0.1:8080', WIDGET_ID = '', PORT = '3000' } = process.env;

/** The example's page with your server and your widget in the place of the guide's. */
export const filled = (html) => html.replaceAll('https://chat.example.com', WIDGET_SERVER).replaceAll('WIDGET_ID', WIDGET_ID);

/** Answers each request with what `answer(request, response)` says, and says where. */
export const listen = (answer) => {
  const server = createServer((request, response) => {
    Promise.resolve(answer(request, response)).catch((error) => {
      console.error(error);
      response.writeHead(500).end();
    });
  });
  server.listen(Number(PORT), 'localhost', () => console.log(`http://localhost:${server.address().port}`));
};
