// Measures every subject under every condition, round by round, so that what else the machine
// does meets all alike. One JSON line a measurement; what is being done goes to standard error.
//
// node main.mjs --server http://127.0.0.1:8080 --chromium /usr/bin/chromium --rounds 5

import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { serve } from './loopback.mjs';
import { CONDITIONS, measure } from './measure.mjs';
import { subjects } from './subjects.mjs';

const options = Object.fromEntries(['server', 'chromium', 'rounds', 'pictures', 'only'].map((name) => [name, { type: 'string' }]));
const { server, chromium, rounds = '5', pictures, only = '' } = parseArgs({ options }).values;

const demo = await (await fetch(`${server}/demo`)).text();
const [embed] = /\/public\/embed\/[\w-]+/.exec(demo) ?? [];
if (!embed) throw new Error(`no widget on ${server}/demo`);
const measured = subjects(server + embed).filter(({ name }) => name.includes(only));
const loopback = await serve(measured);
if (pictures) mkdirSync(pictures, { recursive: true });

// Round 0 is thrown away: it finds the files in the disk's cache and packs them.
for (let round = 0; round <= Number(rounds); round++) {
  for (const [condition, slowness] of Object.entries(CONDITIONS)) {
    if (round === 0 && condition !== 'plain') continue;
    process.stderr.write(round ? `round ${round} of ${rounds}: ${condition}\n` : 'warming up\n');
    for (const subject of measured) {
      const picture = pictures && round === 0 ? `${pictures}/${encodeURIComponent(subject.name)}` : undefined;
      const url = `${loopback.base}/${encodeURIComponent(subject.name)}`;
      const { before, after } = await measure({ url, subject, condition: slowness, executable: chromium, picture }).catch((error) => {
        throw new Error(`${subject.name}, ${condition}: ${error.message}`);
      });
      if (round) console.log(JSON.stringify({ subject: subject.name, condition, before, after }));
    }
  }
}
loopback.close();
