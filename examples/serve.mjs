// Serves the page of a folder: node serve.mjs FOLDER
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filled, listen } from './page-server.mjs';

const page = join(process.argv[2], 'index.html');

listen(async ({ url }, response) => {
  if (url.split('?')[0] != '/') return response.writeHead(404).end();
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(filled(await readFile(page, 'utf8')));
});
