/** Zones to and from NSD, Knot and BIND, signed with TSIG: AXFR, IXFR and NOTIFY in both directions. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { dig, digShort, missing } from '../support/dig.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import type { NameServer, NameServerText } from '../support/name-servers.ts';
import { freePort } from '../support/ports.ts';
import { until } from '../support/until.ts';
import { type ForeignServer, startNameServer } from './foreign-server.ts';
import { RICH_RECORDS } from './rich-zone.ts';

const SECRET = 'MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=';
const KEY = 'transfer.example';
const AS_DIG_WANTS = `hmac-sha256:${KEY}:${SECRET}`;
const ABSENT = ['nsd', 'knotd', 'named'].map(missing).find((why) => why !== false) ?? false;

/** What dnsteer has, and the others are secondaries for. */
const OURS = 'ours.example';

/** A zone of another server; `host` is what changes. */
function zoneText(serial: number, host: string): string {
  return `$TTL 300\n@ SOA ns host ${serial} 3600 600 86400 60\n@ NS ns\nns A 127.0.0.1\n${host} A 192.0.2.1\nkept TXT "a b" c\n`;
}

describe('NSD, Knot, BIND and dnsteer', { skip: ABSENT }, () => {
  let server: TestServer;
  const others: Record<'nsd' | 'knot' | 'bind', ForeignServer> = {} as never;

  before(async () => {
    const port = await freePort();
    const start = (program: NameServer, textOf: typeof nsdText): Promise<ForeignServer> =>
      startNameServer(program, () => textOf(port), {
        [`from-${program}.example.zone`]: zoneText(1, 'first'),
      });
    [others.nsd, others.knot, others.bind] = await Promise.all([
      start('nsd', nsdText),
      start('knotd', knotText),
      start('named', bindText),
    ]);
    const peer = ({ port: at }: ForeignServer): string => `{ at: '127.0.0.1:${at}', key: ${KEY} }`;
    server = await startServer({
      port,
      policies: {
        [`${OURS}.zone`]: `@ SOA ns host 1 3600 600 86400 60\n${RICH_RECORDS.replace(/^@.*SOA.*$/m, '')}`,
        'from-knotd.example.ts': `import { definePolicy } from 'dnsteer';
export default definePolicy({ fallback: { A: '192.0.2.99' }, hosts: { steered: { A: '192.0.2.98' } } });`,
      },
      config: `
keys:
  ${KEY}: { secret: '${SECRET}' }
transfer:
  allow: [{ from: 127.0.0.0/8, key: ${KEY} }]
  zones:
    ${OURS}: { notify: [${Object.values(others).map(peer).join(', ')}] }
secondary:
  from-nsd.example: { primaries: [${peer(others.nsd)}] }
  from-knotd.example: { primaries: [${peer(others.knot)}] }
  from-named.example: { primaries: [${peer(others.bind)}] }
`,
    });
  });
  after(async () => {
    await Promise.all([server.stop(), ...Object.values(others).map((other) => other.stop())]);
  });

  /** All records of a zone as dig transfers them, the signatures left out. */
  async function axfr(port: number, zone: string, ...more: string[]): Promise<string[]> {
    const text = await dig(port, zone, 'AXFR', '+onesoa', '+nocomments', '+nocmd', '+nostats', ...more);
    const lines = text.split('\n').map((line) => line.replaceAll(/\s+/g, ' ').toLowerCase());
    return lines.filter((line) => /\d in /.test(line)).sort();
  }

  test('dig takes a transfer for good, with every algorithm and many messages', async () => {
    const records = await axfr(server.port, OURS, '-y', AS_DIG_WANTS);
    assert.ok(records.length > 50, `${records.length} records`);
    assert.deepEqual(await axfr(server.port, OURS), []);
  });

  for (const name of ['nsd', 'knot', 'bind'] as const) {
    test(`${name} is told of a zone, and has all of it`, async () => {
      const { port } = others[name];
      const ours = await axfr(server.port, OURS, '-y', AS_DIG_WANTS);
      const theirs = await until(
        () => axfr(port, OURS, '-y', AS_DIG_WANTS),
        (records) => records.length >= ours.length,
      );
      assert.deepEqual(theirs, ours);
    });
  }

  test('All of them are told of a change, and have it', async () => {
    server.write(`${OURS}.zone`, zoneText(2, 'changed'));
    for (const { port } of Object.values(others)) {
      await until(
        () => digShort(port, `changed.${OURS}`, 'A'),
        ([address]) => address === '192.0.2.1',
      );
    }
  });

  test('Of a larger zone they take what has changed, also of several versions, and end up with all of it', async () => {
    const text = (serial: number, ...changed: string[]): string =>
      zoneText(serial, 'same') +
      Array.from({ length: 50 }, (_, index) => `host-${index} A 192.0.2.2\n`).join('') +
      changed.map((host) => `${host} 60 MX 10 ${host}.mail\n${host}.mail AAAA 2001:db8::1\n`).join('');
    const versions: [string[], string][] = [
      [['first', 'second'], 'second'],
      [['Second', 'third'], 'third'],
      [['fourth'], 'fourth'],
    ];
    server.write(`${OURS}.zone`, text(3));
    const all = Object.values(others);
    const reach = (host: string): Promise<unknown> =>
      Promise.all(
        all.map(({ port }) =>
          until(
            () => digShort(port, `${host}.${OURS}`, 'AAAA'),
            ([address]) => address !== undefined,
          ),
        ),
      );
    await Promise.all(
      all.map(({ port }) =>
        until(
          () => digShort(port, `host-49.${OURS}`, 'A'),
          ([address]) => address !== undefined,
        ),
      ),
    );
    for (const [index, [hosts, seen]] of versions.entries()) {
      const from = server.output().length;
      const serial = 4 + index;
      server.write(`${OURS}.zone`, text(serial, ...hosts));
      await reach(`${seen}.mail`);
      const line = `"type":"IXFR","serial":${serial},"from":${serial - 1},"records":\\d+,.*`;
      await server.printed(new RegExp(`(${line}\n(.*\n)*?.*){2}${line}`), from);
    }
    // Who is away while there are two versions gets the steps of both.
    for (const other of all) other.pause();
    const from = server.output().length;
    for (const [serial, host] of [
      [7, 'fifth'],
      [8, 'sixth'],
    ] as const) {
      server.write(`${OURS}.zone`, text(serial, host));
      // Changes begin and end with the newest SOA, and hold the others in between.
      await until(
        () => dig(server.port, OURS, `IXFR=${serial - 1}`, '-y', AS_DIG_WANTS),
        (printed) => printed.match(/\sSOA\s/g)?.length === 4 && printed.includes(`${host}.mail.`),
      );
    }
    for (const other of all) other.goOn();
    await reach('sixth.mail');
    const line = `"type":"IXFR","serial":8,"from":6,"records":\\d+,.*`;
    await server.printed(new RegExp(`(${line}\n(.*\n)*?.*){2}${line}`), from);
    const ours = await axfr(server.port, OURS, '-y', AS_DIG_WANTS);
    for (const { port } of all) assert.deepEqual(await axfr(port, OURS, '-y', AS_DIG_WANTS), ours);
  });

  for (const [name, zone, how] of [
    ['nsd', 'from-nsd.example', /serial":2,"how":"IXFR"/],
    ['knot', 'from-knotd.example', /serial":2,"how":"IXFR"/],
    ['bind', 'from-named.example', /serial":2,"how":"IXFR"/],
  ] as const) {
    test(`A zone of ${name} is served, and what ${name} says has changed, by IXFR`, async () => {
      const ask = (host: string) => (): Promise<string[]> => digShort(server.port, `${host}.${zone}`, 'A');
      await until(ask('first'), ([address]) => address === '192.0.2.1');
      assert.deepEqual(await digShort(server.port, `kept.${zone}`, 'TXT'), ['"a b" "c"']);
      others[name].rewrite(`${zone}.zone`, zoneText(2, 'second'));
      await until(ask('second'), ([address]) => address === '192.0.2.1');
      assert.deepEqual(await ask('first')(), []);
      const line = await server.printed(new RegExp(`"zone":"${zone}","primary":"[^"]*","serial":2.*`));
      assert.match(line[0], how);
    });
  }

  test('A policy steers on top of a transferred zone, and the copy is as the primary has it', async () => {
    assert.deepEqual(await digShort(server.port, 'steered.from-knotd.example', 'A'), ['192.0.2.98']);
    for (const [name, zone] of [
      ['knot', 'from-knotd.example'],
      ['bind', 'from-named.example'],
    ] as const) {
      assert.deepEqual(
        await axfr(server.port, zone, '-y', AS_DIG_WANTS),
        await axfr(others[name].port, zone, '-y', AS_DIG_WANTS),
      );
    }
    const { secondaries } = await server.status();
    assert.deepEqual(
      secondaries.map(({ state, serial, problem }) => ({ state, serial, problem })),
      Array.from({ length: 3 }, () => ({ state: 'current', serial: 2, problem: undefined })),
    );
  });
});

type Text = Omit<NameServerText, 'port' | 'folder'>;

function nsdText(ours: number): Text {
  return {
    parts: `
key:
  name: ${KEY}
  algorithm: hmac-sha256
  secret: "${SECRET}"
`,
    zones: `
zone:
  name: ${OURS}
  allow-notify: 127.0.0.1 ${KEY}
  request-xfr: 127.0.0.1@${ours} ${KEY}
  provide-xfr: 127.0.0.1 ${KEY}
zone:
  name: from-nsd.example
  zonefile: from-nsd.example.zone
  provide-xfr: 127.0.0.1 ${KEY}
  notify: 127.0.0.1@${ours} ${KEY}
  store-ixfr: yes
  create-ixfr: yes
`,
  };
}

function knotText(ours: number): Text {
  return {
    parts: `
key:
  - id: ${KEY}
    algorithm: hmac-sha256
    secret: ${SECRET}
remote:
  - id: dnsteer
    address: 127.0.0.1@${ours}
    key: ${KEY}
acl:
  - id: both
    key: ${KEY}
    action: [transfer, notify]
`,
    template: '    acl: both',
    zones: `
  - domain: ${OURS}
    master: dnsteer
  - domain: from-knotd.example
    file: from-knotd.example.zone
    zonefile-load: difference
    notify: dnsteer
`,
  };
}

function bindText(ours: number): Text {
  return {
    parts: `key ${KEY} { algorithm hmac-sha256; secret "${SECRET}"; };`,
    server: `
  notify explicit;
  notify-delay 0;
  allow-transfer { key ${KEY}; };
`,
    zones: `
zone "${OURS}" { type secondary; file "${OURS}.copy"; primaries { 127.0.0.1 port ${ours} key ${KEY}; }; };
zone "from-named.example" {
  type primary; file "from-named.example.zone"; ixfr-from-differences yes;
  also-notify { 127.0.0.1 port ${ours} key ${KEY}; };
};
`,
  };
}
