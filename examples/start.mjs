// Starts an example with a widget server of its own: node start.mjs NAME (`cargo xtask example NAME`
// builds what it needs first). Everything is gone when it ends.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const here = import.meta.dirname, [, , name, ...rest] = process.argv;
if (!existsSync(join(here, name ?? '', 'package.json')) || !name) {
  const { workspaces } = JSON.parse(readFileSync(join(here, 'package.json')));
  console.error(`which example? ${workspaces.join(', ')}`);
  process.exit(2);
}

const data = mkdtempSync(join(tmpdir(), 'widget-example-'));
const binary = process.env.WIDGET_SERVER_BIN ?? join(here, '../target/release/widget-server');
const server = spawn(binary, ['serve', '--listen', '127.0.0.1:0', '--data-dir', data], {
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('WIDGET_'))), WIDGET_LOG__FILTER: 'warn' },
});
const end = (code) => {
  server.kill();
  rmSync(data, { recursive: true, force: true });
  process.exit(code);
};
process.on('SIGINT', () => end(0)).on('SIGTERM', () => end(0));

// What it says when it starts for the first time: its key and its address.
let key, base;
for await (const line of createInterface(server.stdout)) {
  key ??= /^management key \(shown once\): (\S+)/.exec(line)?.[1];
  base ??= /^listening on (\S+)/.exec(line)?.[1];
  if (key && base) break;
}
if (!base) end(1);

const make = async (path, body = {}) => {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const response = await fetch(base + path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return response.json();
};
const settings = join(here, name, 'widget.json');
const v1 = existsSync(settings) ? JSON.parse(readFileSync(settings)) : {};
const agent = await make('/core/agents', { name: 'Ada' });
const version = await make(`/core/agents/${agent.id}/versions`, {
  config: {
    model: { provider: 'builtin' },
    greeting: 'Hello! Ask me about our hours.',
    knowledge: [{ title: 'Opening hours', url: 'https://shop.example/hours', content: 'The shop is open from nine to five on weekdays.' }],
  },
});
await make(`/core/agents/${agent.id}/versions/${version.number}/publish`);
// Without domains everybody may embed it, which is right on one's own machine only.
const widget = await make('/core/web-widgets', {
  agent_id: agent.id, agent_version_id: version.id, domains: [], published: true, config: { v1 },
});
const { secret } = await make(`/core/web-widgets/${widget.id}/identity-secret`);

const env = { ...process.env, WIDGET_SERVER: base, WIDGET_ID: widget.id, WIDGET_SECRET: secret };
const example = spawn('npm', ['--silent', 'start', '-w', name, '--', ...rest], { cwd: here, env, stdio: ['ignore', 'inherit', 'inherit'] });
example.on('exit', (code) => end(code ?? 0));
