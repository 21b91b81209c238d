/**
 * A disk that is full, read-only, not ours, broken, or a process out of descriptors, at the start and while the server
 * runs: each of its writers fails in turn by each error. What is optional is done without, and made up for later; what
 * must not be forgotten is refused.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { Client } from '../support/client.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { FAULTS, type Fault } from '../support/faulty-disk.ts';
import { until } from '../support/until.ts';
import { askOnce } from './load.ts';

const LARGE = Array.from({ length: 2000 }, (_, index) => `host-${index} 30 IN TXT "number ${index}"\n`).join(
  '',
);

/** All that writes while a server runs, by its place in the working directory; what the status calls it. */
const WRITERS = {
  '.dnsteer/control': 'the door of the state folder',
  '.dnsteer/*': ['the note of which server is in charge', 'cookie secrets', 'the token of commands'],
  '.dnsteer/zones': 'images of zones',
  '.dnsteer/last-good': 'last good versions',
  '.dnsteer/transferred': 'copies of zones',
  '.dnsteer/journals': 'journals of zones',
  '.dnsteer/rolls': undefined,
  keys: undefined,
} as const;

function zone(serial: number): string {
  return `@ 60 IN SOA ns1 host ${serial} 60 60 600 30\n@ IN NS ns1\nns1 IN A 127.0.0.1\nwww 30 IN TXT version-${serial}\n`;
}

suite('A disk that fails', () => {
  let primary: TestServer;
  before(async () => {
    primary = await startServer({
      policies: { 'copied.example.zone': zone(1) },
      config: 'transfer: { allow: [127.0.0.0/8] }\n',
    });
  });
  after(() => primary.stop());

  for (const fault of FAULTS) {
    test(`with ${fault}, from the start on and while the server runs`, async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-faults-'));
      const disk = new Disk(folder, fault);
      disk.fail(Object.keys(WRITERS));
      let server: TestServer | undefined;
      try {
        server = await startServer({
          folder,
          faults: disk.file,
          policies: { 'kept.example.zone': zone(1) + LARGE, 'signed.example.zone': zone(1) },
          config: `transfer: { allow: [127.0.0.0/8] }
secondary: { copied.example: { primaries: ['127.0.0.1:${primary.port}'] } }
dnssec: { zones: [signed.example], keys: ./keys, perZone: { signed.example: { parent: none } } }
`,
        });
        await startsWithout(server, fault);
        disk.heal();
        await isMended(server, folder);
        for (const place of Object.keys(WRITERS)) await worksWithout(server, disk, place);
        assert.doesNotMatch(server.output(), /bug in dnsteer|"level":"(error|fatal)".*TypeError/);
      } finally {
        await server?.stop();
        rmSync(folder, { recursive: true });
      }
    });
  }
});

/** The folder of a server, whose disk fails where it is told to. */
class Disk {
  readonly file: string;
  readonly #folder: string;
  readonly #fault: Fault;
  serial = 1;

  constructor(folder: string, fault: Fault) {
    this.#folder = folder;
    this.#fault = fault;
    this.file = path.join(folder, 'fault');
  }

  fail(places: readonly string[]): void {
    const under = places.map((place) => path.join(this.#folder, place));
    writeFileSync(this.file, JSON.stringify({ code: this.#fault, under }));
  }

  heal(): void {
    writeFileSync(this.file, '');
  }
}

async function startsWithout(server: TestServer, fault: Fault): Promise<void> {
  for (const name of ['kept', 'copied', 'signed']) await answers(server, name, 1);
  assert.ok((await server.status()).ready);
  // A key could not be made, so that nothing is signed: that is told as well, once the folder has been looked at.
  const { unkept } = await until(
    () => server.status(),
    ({ warnings }) => /keys/.test(warnings.join('\n')),
  );
  // With EMFILE folders can be made, and a socket in one is made without a descriptor of a file.
  const expected = Object.values(WRITERS).flatMap((what) => what ?? []);
  assert.deepEqual(
    expected.filter((what) => !unkept.includes(what)),
    [],
    `${fault}: ${unkept.join()}`,
  );
  assert.match(server.output(), /"code":"STATE_UNWRITTEN"/);
}

async function isMended(server: TestServer, folder: string): Promise<void> {
  server.process.kill('SIGHUP');
  await until(
    async () => (await server.status()).unkept,
    (unkept) => unkept.length === 0,
  );
  assert.match(server.output(), /What could not be written is written now: last good versions/);
  const state = path.join(folder, '.dnsteer');
  for (const file of ['control/door', 'generation', 'cookie-secrets', 'transferred/copied.example.json'])
    assert.ok(existsSync(path.join(state, file)), file);
  assert.ok(readdirSync(path.join(state, 'last-good')).includes('kept.example.json'));
  assert.ok(readdirSync(path.join(state, 'journals')).includes('kept.example.journal'));
  await until(
    () => Promise.resolve(existsSync(path.join(state, 'rolls/signed.example.json'))),
    (isThere) => isThere,
  );
}

/** Everything goes on while one writer fails, and what must not be forgotten is refused. */
async function worksWithout(server: TestServer, disk: Disk, place: string): Promise<void> {
  disk.fail([place]);
  disk.serial += 1;
  server.write('kept.example.zone', zone(disk.serial) + LARGE);
  server.write('signed.example.zone', zone(disk.serial));
  await answers(server, 'kept', disk.serial);
  await answers(server, 'signed', disk.serial);
  if (WRITERS[place as keyof typeof WRITERS] === undefined) {
    const url = `${server.adminUrl}/api/roll?zone=signed.example&do=start&kind=csk`;
    const token = readFileSync(path.join(server.folder, '.dnsteer/admin-token'), 'utf8').trim();
    const headers = { 'X-Dnsteer': '1', Authorization: `Bearer ${token}` };
    const reply = await fetch(url, { method: 'POST', headers });
    const { code } = (await reply.json()) as { readonly code?: string };
    if (place === '.dnsteer/rolls') assert.deepEqual([reply.status, code], [409, 'DNSSEC_ROLL']);
  }
  disk.heal();
}

async function answers(server: TestServer, name: string, serial: number): Promise<void> {
  const client = await Client.open(server.port);
  try {
    await until(
      async () => (await askOnce(client, `www.${name}.example`)).text,
      (text) => text === `NOERROR TXT version-${serial}`,
    );
  } finally {
    client.close();
  }
}
