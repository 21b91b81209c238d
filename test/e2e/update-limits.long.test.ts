/** What dynamic records may take: what is over a limit is refused, over DNS and HTTP, in words that name the key and the remedy. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { encodeUpdate, sendSigned, transfer } from '../interop/update-messages.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { freePort } from '../support/ports.ts';
import { updateKey } from '../support/update-message.ts';
import { name } from '../support/wire.ts';

const SECRET = 'MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=';
const KEY = updateKey('acme.example', SECRET);
const FILE = '$TTL 60\n@ SOA ns1 host 7 3600 600 86400 30\n@ NS ns1\nns1 A 192.0.2.1\n';
const MOST_RECORDS = 20;
const LONG = 'x'.repeat(250);
const PER_MINUTE = 60;

let server: TestServer;
let http: number;

before(async () => {
  http = await freePort();
  server = await startServer({
    policies: { 'few.test.zone': FILE, 'small.test.zone': FILE, 'busy.test.zone': FILE },
    config: `
transfer: { allow: [{ from: 127.0.0.0/8, key: acme.example }] }
keys:
  acme.example: { secret: ${SECRET} }
  busy.example: { secret: ${SECRET} }
update:
  listen: 127.0.0.1:${http}
  records: ${MOST_RECORDS}
  kilobytes: 2
  perMinute: ${PER_MINUTE}
  grants: [{ key: acme.example }, { key: busy.example }]
`,
  });
});

after(() => server.stop());

const texts = (count: number, text: string): string[] =>
  Array.from({ length: count }, (_, index) => `_acme-challenge.n${index} 60 IN TXT "${text}"`);

async function update(zone: string, updates: readonly string[]): Promise<string> {
  return (await sendSigned(server.port, encodeUpdate(name(zone), { updates }), KEY)).rcode;
}

async function post(pathname: string, body: unknown, user = 'acme.example') {
  const response = await fetch(`http://127.0.0.1:${http}${pathname}`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${user}:${SECRET}`).toString('base64')}` },
    body: JSON.stringify(body),
  });
  return { status: response.status, said: (await response.json()) as { code?: string; error?: string } };
}

const CASES = [
  {
    zone: 'few.test',
    fits: texts(MOST_RECORDS, 'x'),
    remedy:
      /The zone would have 21 dynamic records, and 20 are the most: remove some .*, or raise update\.records/,
  },
  {
    zone: 'small.test',
    fits: texts(7, LONG),
    remedy: /would take more than 2 kilobytes: remove some .*, or raise update\.kilobytes/,
  },
] as const;

for (const { zone, fits, remedy } of CASES) {
  test(`${zone}: what is over the limit is refused, and what was there stays`, async () => {
    assert.equal(await update(zone, fits), 'NOERROR');
    const full = await transfer(server.port, name(zone), KEY);
    const from = server.output().length;
    const excess = `_acme-challenge.excess 60 IN TXT "${LONG}"`;
    assert.equal(await update(zone, [excess]), 'REFUSED');
    const [line] = await server.printed(/^.*Update is refused.*$/m, from);
    assert.match(line, remedy);
    assert.match(line, /"key":"acme\.example"|key: "acme\.example"/);

    const { status, said } = await post('/present', { fqdn: `_acme-challenge.excess.${zone}.`, value: LONG });
    assert.deepEqual([status, said.code], [403, 'REFUSED']);
    assert.match(said.error ?? '', remedy);
    assert.deepEqual(await transfer(server.port, name(zone), KEY), full);

    // What makes room in the same update is taken.
    const [first = ''] = fits;
    const gone = first.replace(' 60 IN ', ' 0 NONE ');
    assert.equal(await update(zone, [gone, excess]), 'NOERROR');
    const { records } = await transfer(server.port, name(zone), KEY);
    assert.equal(records.length, full.records.length);
  });
}

test('Over HTTP a key that asks too often hears when to come again, and the log tells it once', async () => {
  const from = server.output().length;
  const statuses: number[] = [];
  for (let index = 0; index < PER_MINUTE + 10; index += 1) {
    const fqdn = `_acme-challenge.n${index % 2}.busy.test.`;
    statuses.push((await post('/present', { fqdn, value: 'x' }, 'busy.example')).status);
  }
  assert.ok(statuses.filter((status) => status === 200).length >= PER_MINUTE);
  assert.equal(statuses.at(-1), 429);
  const told =
    server
      .output()
      .slice(from)
      .match(/more updates than 60 in a minute/g) ?? [];
  assert.equal(told.length, 1);
});
