/**
 * The same two servers checked by dnsteer and by gdnsd (simplefo), and the same said of them by operators: in gdnsd's file
 * `admin_state`, and as our overrides. Whatever is up and whatever is said, both answer with the same address.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { dnsteer } from '../cli/dnsteer.ts';
import { Client } from '../support/client.ts';
import { missing } from '../support/dig.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { freePort } from '../support/ports.ts';
import { until } from '../support/until.ts';
import { type ForeignServer, startForeign } from './foreign-server.ts';

const ZONE = 'fail.example';
const PRIMARY = '127.0.0.21';
const SECONDARY = '127.0.0.22';
const ADDRESSES = { primary: PRIMARY, secondary: SECONDARY } as const;
type Which = keyof typeof ADDRESSES;
const BOTH: readonly Which[] = ['primary', 'secondary'];

/** Which servers accept connections. */
const REACHABLE: readonly (readonly Which[])[] = [BOTH, ['secondary'], [], ['primary'], BOTH];

/** What operators say: of which, what. */
const SAID: readonly Partial<Record<Which, 'UP' | 'DOWN'>>[] = [
  {},
  { primary: 'DOWN' },
  { primary: 'UP' },
  { secondary: 'DOWN' },
  { primary: 'DOWN', secondary: 'UP' },
  { primary: 'DOWN', secondary: 'DOWN' },
];

/** As the manual of gdnsd-plugin-simplefo says, and that of our firstHealthy. */
function expected(reachable: readonly Which[], said: (typeof SAID)[number]): string {
  const isUp = (which: Which): boolean =>
    (said[which] ?? (reachable.includes(which) ? 'UP' : 'DOWN')) === 'UP';
  return !isUp('primary') && isUp('secondary') ? SECONDARY : PRIMARY;
}

describe('gdnsd and dnsteer', { skip: missing('gdnsd') }, () => {
  const listening = new Map<Which, Server>();
  /** What is forced in dnsteer. */
  const forced = new Set<Which>();
  let port = 0;
  let state = '';
  let server: TestServer;
  let gdnsd: ForeignServer;
  let ours: Client;
  let theirs: Client;

  before(async () => {
    port = await freePort();
    await reach(BOTH);
    [server, gdnsd] = await Promise.all([
      startServer({ policies: { [`${ZONE}.ts`]: policy(port) } }),
      startForeign({
        program: 'gdnsd',
        args: (config) => ['-c', path.dirname(config), 'start'],
        config: (at, folder) => {
          state = path.join(folder, 'state');
          return gdnsdConfig(at, folder, port);
        },
        files: {
          config: '$include{gdnsd.conf}\n',
          [`zones/${ZONE}`]: `@ 60 SOA ns1 hostmaster 1 7200 1800 259200 900\n@ 60 NS ns1\nns1 60 A 127.0.0.1\nwww 1/1 DYNA simplefo!www\n`,
        },
        ready: 'DNS listeners started',
      }),
    ]);
    ours = await Client.open(server.port);
    theirs = await Client.open(gdnsd.port);
  });
  after(async () => {
    await reach([]);
    ours.close();
    theirs.close();
    await Promise.all([server.stop(), gdnsd.stop()]);
  });

  for (const reachable of REACHABLE)
    test(`answer alike while ${reachable.join(' and ') || 'nobody'} can be reached`, async () => {
      await reach(reachable);
      for (const said of SAID) {
        await say(said);
        const right = expected(reachable, said);
        for (const client of [ours, theirs])
          await until(
            () => answerOf(client),
            (answer) => answer === right,
          ).catch((error: Error) => {
            const who = client === ours ? 'dnsteer' : 'gdnsd';
            assert.fail(`${who}, ${JSON.stringify(said)}: ${error.message}, not ${right}`);
          });
      }
    });

  /** Has these accept connections, and the others none. */
  async function reach(wanted: readonly Which[]): Promise<void> {
    for (const which of BOTH) {
      const known = listening.get(which);
      if (wanted.includes(which) && known === undefined) {
        const made = createServer((socket) => socket.on('error', () => {}).destroy());
        await once(made.listen(port, ADDRESSES[which]), 'listening');
        listening.set(which, made);
      } else if (!wanted.includes(which)) {
        known?.close();
        listening.delete(which);
      }
    }
  }

  /** Says it to both, in place of what was said before. */
  async function say(said: (typeof SAID)[number]): Promise<void> {
    const lines = Object.entries(said).map(([which, how]) => `${ADDRESSES[which as Which]}/conn => ${how}\n`);
    mkdirSync(state, { recursive: true });
    writeFileSync(path.join(state, 'admin_state'), lines.join(''));
    for (const which of BOTH) {
      // What is forced already is not forced otherwise before that ends.
      if (forced.delete(which)) await operator('clear', which);
      const how = said[which];
      if (how === undefined) continue;
      await operator(how.toLowerCase(), which);
      forced.add(which);
    }
  }

  async function operator(how: string, which: Which): Promise<void> {
    const env = { DNSTEER_ADMIN_LISTEN: new URL(server.adminUrl).host };
    const { code, stderr } = await dnsteer(['force', how, `${ZONE}/${which}`], { cwd: server.folder, env });
    assert.equal(code, 0, stderr);
  }
});

async function answerOf(client: Client): Promise<string> {
  const reply = await client.ask(`www.${ZONE}`);
  return reply?.answers.join(' ').replaceAll('A ', '') ?? 'nothing';
}

function policy(port: number): string {
  return `import { definePolicy, firstHealthy } from 'dnsteer';
const check = { type: 'tcp', port: ${port}, interval: 2, timeout: 1, rise: 1, fall: 1 } as const;
export default definePolicy({
  ttl: 1,
  pools: { primary: { A: '${PRIMARY}', check }, secondary: { A: '${SECONDARY}', check } },
  fallback: 'primary',
  hosts: { www: firstHealthy('primary', 'secondary') },
});
`;
}

function gdnsdConfig(at: number, folder: string, port: number): string {
  return `
options => { listen => 127.0.0.1:${at}, run_dir => ${folder}/run, state_dir => ${folder}/state }
service_types => { conn => {
  plugin => tcp_connect, port => ${port}, interval => 2, timeout => 1, up_thresh => 1, ok_thresh => 1, down_thresh => 1
}}
plugins => { simplefo => { www => { service_types => conn, primary => ${PRIMARY}, secondary => ${SECONDARY} } } }
`;
}
