/**
 * A zone gets its first DS and then another key below parents that others wrote, Knot and BIND: they are told of changed
 * CDS where their DSYNC records say (RFC 9859), name servers vouch for the zone as unbound validates it (RFC 9615),
 * and DS are made of CDS by BIND's dnssec-cds (RFC 7344). No validator ever finds the zone bogus.
 */
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { decode } from 'dns-packet';
import { BIN } from '../support/bin.ts';
import { missing } from '../support/dig.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { addAddress, enterNamespace } from '../support/namespace.ts';
import { dsOfServer } from '../support/sign-zone.ts';
import { until } from '../support/until.ts';
import { startPlainResolver, UNBOUNDS } from '../support/validators/unbound.ts';
import type { Validator } from '../support/validators/validator.ts';
import { type ForeignParent, type ParentOptions, startForeignParent } from './parent-of-others.ts';

const run = promisify(execFile);
const skip =
  enterNamespace(import.meta.filename) ||
  ['dig', 'dnssec-cds', 'dnssec-signzone', 'nsd', 'unbound', 'knotd', 'named']
    .map(missing)
    .find((why) => why !== false) ||
  false;

const ADDRESSES = ['10.53.1.1', '10.53.1.2'];
const SERVERS = ADDRESSES.map((address, index) => ({ name: `ns${index + 1}.hoster.example.`, address }));
/** Where the test itself takes notices; the other endpoint is the parent's own server. */
const NOTICE_PORT = 5399;
const DELEGATIONS = SERVERS.flatMap(({ name, address }) => [
  `hoster NS ${name}`,
  `shop NS ${name}`,
  `${name} A ${address}`,
]);
const PATIENCE_MS = 60_000;

const ZONES = {
  'hoster.example.zone': [
    '$TTL 1',
    '@ SOA ns1 hostmaster 1 7200 900 3600 1',
    ...SERVERS.flatMap(({ name, address }) => [`@ NS ${name}`, `${name} A ${address}`]),
  ].join('\n'),
  'shop.example.zone': [
    '$TTL 1',
    '@ SOA ns1.hoster.example. hostmaster.hoster.example. 1 7200 900 3600 1',
    ...SERVERS.map(({ name }) => `@ NS ${name}`),
    'www A 192.0.2.1',
  ].join('\n'),
};

const settings = (resolver: string): string => `
rateLimit: { mode: off }
dnssec:
  zones: ['*']
  resolvers: ['${resolver}']
  perZone: { '*.example': { waits: { zone: 1, parent: 1, margin: 1, look: 1, idle: 1 } } }
`;

describe('Parents that others wrote', { skip }, () => {
  for (const [program, dsyncAt, declined] of [
    ['knotd', '*._dsync', 'NOTAUTH'],
    ['named', '_dsync', 'FORMERR'],
  ] as const)
    test(`${program}, endpoints at ${dsyncAt}: a zone becomes secure and changes its key`, async () => {
      const notices = await Notices.open();
      const options: ParentOptions = {
        program,
        dsyncAt,
        delegations: DELEGATIONS,
        ports: [53, NOTICE_PORT],
      };
      const parent = await startForeignParent(options);
      const stops: (() => unknown)[] = [() => notices.close(), () => parent.stop()];
      try {
        const resolver = await startPlainResolver(parent.root);
        stops.push(() => resolver.stop());
        const plainResolver = resolver.at;
        const validator = await UNBOUNDS[0]?.start({ ...parent.root, plainResolver });
        assert.ok(validator !== undefined);
        stops.push(() => validator.stop());
        for (const address of ADDRESSES) addAddress(address);
        const server = await startServer({
          policies: ZONES,
          config: settings(`${plainResolver.address}:${plainResolver.port}`),
          env: { DNSTEER_LISTEN: ADDRESSES.map((address) => `${address}:53`).join(',') },
        });
        stops.push(() => server.stop());
        const world = { server, parent, validator, notices, ds: new Map<string, string[]>() };
        await becomesSecure(world, declined);
        await changesKey(world);
      } finally {
        for (const stop of stops.reverse()) await stop();
      }
    });
});

interface World {
  readonly server: TestServer;
  readonly parent: ForeignParent;
  readonly validator: Validator;
  readonly notices: Notices;
  /** What the registry has, by zone. */
  readonly ds: Map<string, string[]>;
}

async function becomesSecure(world: World, declined: string): Promise<void> {
  const { server, validator, notices } = world;
  const host = dsOfServer({ address: ADDRESSES[0] ?? '', port: 53 }, 'hoster.example.');
  entrust(
    world,
    'hoster.example.',
    host.map(({ tag, algorithm, digestType, digest }) => `${tag} ${algorithm} ${digestType} ${digest}`),
  );
  await until(
    () => validator.ask('ns1.hoster.example.', 'A'),
    ({ status }) => status === 'secure',
    PATIENCE_MS,
  );
  assert.equal((await validator.ask('www.shop.example.', 'A')).status, 'insecure');

  // As a parent does that trusts no key of the zone yet (RFC 9615 §4.1): each name server vouches, and says the same.
  const atApex = await until(
    async () => ADDRESSES.map((address) => dig(address, 'shop.example.', 'CDS')),
    (seen) => seen.every((each) => each.length === 1),
    PATIENCE_MS,
  );
  assert.equal(atApex[0]?.[0], atApex[1]?.[0]);
  for (const type of ['CDS', 'CDNSKEY']) {
    const [expected = ''] = dig(ADDRESSES[0] ?? '', 'shop.example.', type);
    for (const { name } of SERVERS) {
      const vouched = `_dsboot.shop.example._signal.${name}`;
      const verdict = await until(
        () => validator.ask(vouched, type),
        ({ answers }) => answers.length > 0,
        PATIENCE_MS,
      );
      assert.equal(verdict.status, 'secure', `${vouched} ${type}`);
      assert.deepEqual(
        verdict.answers.map((each) => plain(each)),
        [plain(`${vouched} ${type} ${expected}`)],
      );
    }
  }

  await notices.taken('shop.example');
  await server.printed(new RegExp(`Notice of changed CDS to the parent: declined.*|${declined}`));
  await server.printed(/Notice of changed CDS to the parent: taken/);
  entrust(world, 'shop.example.', atApex[0] ?? []);
  await until(
    () => validator.ask('www.shop.example.', 'A'),
    ({ status }) => {
      assert.notEqual(status, 'bogus');
      return status === 'secure';
    },
    PATIENCE_MS,
  );
  // Nobody vouches any more, and nothing is asked for.
  await until(
    async () => [
      dig(ADDRESSES[1] ?? '', 'shop.example.', 'CDS'),
      dig(ADDRESSES[1] ?? '', '_dsboot.shop.example._signal.ns1.hoster.example.', 'CDS'),
    ],
    (seen) => seen.flat().length === 0,
    PATIENCE_MS,
  );
  assert.equal(
    (await validator.ask('_dsboot.shop.example._signal.ns1.hoster.example.', 'CDS')).status,
    'secure',
  );
}

async function changesKey(world: World): Promise<void> {
  const { server, validator, notices, ds } = world;
  const [before = ''] = ds.get('shop.example.') ?? [];
  const known = notices.of('shop.example');
  await until(
    () => stateOf(server),
    ({ roll }) => roll === undefined,
    PATIENCE_MS,
  );
  await run(process.execPath, [BIN, 'dnssec', 'roll', 'shop.example'], {
    cwd: server.folder,
    env: { ...process.env, DNSTEER_ADMIN_LISTEN: new URL(server.adminUrl).host },
  });
  await until(
    async () => dig(ADDRESSES[0] ?? '', 'shop.example.', 'CDS'),
    (cds) => cds.length === 1 && plain(cds[0] ?? '') !== plain(before),
    PATIENCE_MS,
  );
  await notices.taken('shop.example', known + 1);
  const asked = dsOfCds(ADDRESSES[1] ?? '', 'shop.example.', before);
  assert.equal(asked.length, 1);
  assert.notEqual(plain(asked[0] ?? ''), plain(before));
  entrust(world, 'shop.example.', asked);
  await until(
    async () => {
      assert.equal((await validator.ask('www.shop.example.', 'A')).status, 'secure');
      return stateOf(server);
    },
    ({ roll, state }) => roll === undefined && state === 'secure',
    PATIENCE_MS,
  );
  // The version without the old key is served a moment later.
  const tags = asked.map((each) => Number(each.split(' ')[0]));
  await until(
    async () => dsOfServer({ address: ADDRESSES[0] ?? '', port: 53 }, 'shop.example.').map(({ tag }) => tag),
    (served) => served.join() === tags.join(),
  );
  assert.equal((await validator.ask('www.shop.example.', 'A')).status, 'secure');
}

async function stateOf(server: TestServer) {
  const { zones } = await server.status();
  return zones.find(({ zone }) => zone === 'shop.example')?.signing?.rolls ?? assert.fail('it is not signed');
}

function entrust({ parent, ds }: World, zone: string, records: readonly string[]): void {
  ds.set(zone, [...records]);
  parent.entrust([...ds].flatMap(([name, all]) => all.map((each) => `${name} DS ${each}`)));
}

/** DS that a parent makes of the CDS of a zone whose DS it has, by BIND's own tool, which checks their signatures. */
function dsOfCds(address: string, zone: string, ds: string): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-cds-'));
  try {
    const set = path.join(folder, 'dsset');
    writeFileSync(set, `${zone} 2 IN DS ${ds}\n`);
    // Signatures older than that file would not count, and ours begin an hour ago.
    utimesSync(set, Date.now() / 1000 - 7200, Date.now() / 1000 - 7200);
    const published = ['DNSKEY', 'CDS', 'CDNSKEY']
      .map((type) =>
        execFileSync('dig', [`@${address}`, '+tcp', '+dnssec', '+noall', '+answer', zone, type], {
          encoding: 'utf8',
        }),
      )
      .join('');
    const child = path.join(folder, 'child');
    writeFileSync(child, published);
    return execFileSync('dnssec-cds', ['-f', child, '-d', set, zone], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line !== '')
      .map((line) =>
        line
          .split(/\s+/)
          .slice(line.includes(' IN ') ? 4 : 3)
          .join(' '),
      );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** RDATA of the records of a name. */
function dig(address: string, name: string, type: string): string[] {
  return execFileSync('dig', [`@${address}`, '+tcp', '+short', name, type], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line !== '');
}

/** Digests and keys are written with blanks in them, or without. */
function plain(text: string): string {
  return text.replaceAll(' ', '').toLowerCase();
}

/** NOTIFY for CDS, as dns-packet reads them; each is answered with NOERROR. */
class Notices {
  readonly #socket: Socket;
  readonly #zones: string[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (message, { port, address }) => {
      const { questions = [], opcode } = decode(message) as { questions?: Question[]; opcode?: string };
      const [{ name = '', type = '' } = {}] = questions;
      if (opcode === 'NOTIFY' && type === 'CDS') this.#zones.push(name);
      const reply = Buffer.from(message);
      reply[2] = (reply[2] ?? 0) | 0x80;
      socket.send(reply, port, address);
    });
  }

  static async open(): Promise<Notices> {
    const socket = createSocket('udp4');
    addAddress('10.53.0.2');
    socket.bind(NOTICE_PORT, '10.53.0.2');
    await once(socket, 'listening');
    return new Notices(socket);
  }

  /** How many there were for a zone. */
  of(zone: string): number {
    return this.#zones.filter((each) => each === zone).length;
  }

  async taken(zone: string, least = 1): Promise<void> {
    await until(
      () => Promise.resolve(this.of(zone)),
      (count) => count >= least,
      PATIENCE_MS,
    );
  }

  close(): void {
    this.#socket.close();
  }
}

interface Question {
  readonly name?: string;
  readonly type?: string;
}
