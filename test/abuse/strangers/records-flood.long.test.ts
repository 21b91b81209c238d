/**
 * Floods of the HTTP interface of dynamic records: connections without end, headers that come octet by octet, wrong tokens,
 * replies that nobody reads; and, with the secret of a key, bodies that never end, bodies that are too long, and bodies of tens of
 * thousands of records. Who asks with a key of its own is served meanwhile.
 */
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { residentMiB } from '../memory.ts';
import { type StrangerAttack, stranger } from './stranger.ts';

const SECRET = 'MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=';
const OTHER_SECRET = 'YW5vdGhlciBzZWNyZXQsIGFzIGxvbmcgYXMgdGhlIGZpcnN0';
/** MiB of control. */
const MOST_OF_CONTROL = 500;
const CONNECTIONS = 30;
/** Who is sent away comes again so often, and the slow ones send an octet. */
const TURN_MS = 100;
const HONEST_REQUESTS = 8;
/** Milliseconds in which an honest client is served, on a machine that is busy with the flood. */
const PATIENCE_MS = 15_000;

const RECORDS = 20_000;
/** Below the bound of a body. */
const ENDPOINTS = JSON.stringify({
  create: [
    {
      dnsName: '_acme-challenge.flooded.example',
      recordType: 'TXT',
      targets: Array.from({ length: RECORDS }, (_, index) => `"${index}"`),
    },
  ],
});

const as = (user: string, secret: string): string =>
  `Authorization: Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}\r\n`;
const WELL = as('flood.example', SECRET);
const post = (path: string, headers: string, body = ''): string =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n${body}`;

const FLOODS: readonly { readonly begin: string; readonly next?: string; readonly isRead?: boolean }[] = [
  { begin: '' },
  { begin: 'POST /present HTTP/1.1\r\nX: ', next: 'x' },
  {
    begin: post('/present', `${as('flood.example', OTHER_SECRET)}Content-Length: 2\r\n`, '{}'),
    isRead: true,
  },
  { begin: post('/present', `${as('nobody', SECRET)}Content-Length: 4000000\r\n`), next: ' '.repeat(65_536) },
  { begin: post('/present', `${WELL}Content-Length: 1000\r\n`), next: ' ' },
  { begin: post('/records', `${WELL}Content-Length: 1000000000000\r\n`), next: ' '.repeat(65_536) },
  {
    begin: post('/records', `${WELL}Transfer-Encoding: chunked\r\n`),
    next: `10000\r\n${' '.repeat(65_536)}\r\n`,
  },
  { begin: post('/records', `${WELL}Content-Length: ${ENDPOINTS.length}\r\n`, ENDPOINTS), isRead: true },
  { begin: post('/adjustendpoints', `${WELL}Content-Length: ${ENDPOINTS.length}\r\n`, ENDPOINTS) },
  { begin: `GET /records HTTP/1.1\r\nHost: x\r\n${WELL}\r\n`.repeat(100) },
];

function flood(port: number, { begin, isRead = false }: (typeof FLOODS)[number]): Socket {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  socket.write(begin);
  return isRead ? socket.resume() : socket;
}

async function present(port: number, index: number): Promise<number> {
  const { status } = await fetch(`http://127.0.0.1:${port}/present`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`honest.example:${SECRET}`).toString('base64')}`,
      connection: 'close',
    },
    body: JSON.stringify({ fqdn: '_acme-challenge.honest.example.', value: String(index) }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  return status;
}

const ZONE = '$TTL 30\n@ SOA ns h 1 7200 600 86400 30\n@ NS ns\nns A 192.0.2.1\n';

export const attack: StrangerAttack = {
  title: 'A flood of HTTP requests for dynamic records',
  files: { 'flooded.example.zone': ZONE, 'honest.example.zone': ZONE },
  config: (port) => `
keys:
  flood.example: { secret: ${SECRET} }
  honest.example: { secret: ${SECRET} }
update:
  listen: 127.0.0.1:${port}
  grants: [{ key: flood.example, zones: [flooded.example] }, { key: honest.example, zones: [honest.example] }]
`,
  strike: ({ recordsPort }) => {
    const floods = FLOODS.flatMap((one) => Array.from({ length: CONNECTIONS }, () => one));
    const sockets = floods.map((one) => flood(recordsPort, one));
    setInterval(() => {
      for (const [index, one] of floods.entries()) {
        const socket = sockets[index];
        if (socket === undefined || socket.destroyed) sockets[index] = flood(recordsPort, one);
        else if (one.next !== undefined && socket.writableLength === 0) socket.write(one.next);
      }
    }, TURN_MS);
  },
  meanwhile: async ({ recordsPort }) => {
    for (let index = 0; index < HONEST_REQUESTS; index += 1) {
      assert.equal(await present(recordsPort, index), 200, `honest request ${index}`);
      await sleep(TURN_MS);
    }
  },
  sees: async (server, { processes, zones }) => {
    const control = processes.find(({ kind }) => kind === 'control') ?? assert.fail('no control');
    const held = residentMiB(control.pid);
    assert.ok(held < MOST_OF_CONTROL, `control has ${held.toFixed(0)} MiB`);
    assert.ok(server.output().length < 1_000_000, `${server.output().length} characters of log`);
    const records = Object.fromEntries(zones.map(({ zone, dynamicRecords }) => [zone, dynamicRecords]));
    assert.equal(records['honest.example'], HONEST_REQUESTS);
    assert.equal(records['flooded.example'] ?? 0, 0, 'what is over the limit is refused as a whole');
  },
};

if (import.meta.main) stranger(attack, import.meta.filename);
