/** NOTIFY(CDS) to the endpoints that a parent names (RFC 9859). */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { dsyncNames } from '../../../../runtime/dnssec/rolls/outside/dsync.ts';
import { notifyParent } from '../../../../runtime/dnssec/rolls/outside/notify-parent.ts';
import { nameToText } from '../../../../runtime/wire/name.ts';
import { atEnd } from '../../../support/at-end.ts';
import { name } from '../../../support/wire.ts';
import { finderOf } from './stand-in.ts';

const HERE = '127.0.56.1';
const FAST = { pausesMs: [1, 1], patienceMs: 300 };

/** RDATA of a DSYNC: type, scheme, port, target. */
function dsync(port: number, target: string, { type = 59, scheme = 1 } = {}): Uint8Array {
  return Uint8Array.of(type >> 8, type & 255, scheme, port >> 8, port & 255, ...name(target));
}

/** Hears notices; `replies` are the octets after the id, `undefined` for none. Returns its port and what came. */
async function endpoint(t: TestContext, ...replies: readonly (readonly number[] | undefined)[]) {
  const socket = createSocket('udp4').bind(0, HERE);
  await once(socket, 'listening');
  atEnd(t, () => socket.close());
  const heard: Buffer[] = [];
  socket.on('message', (packet, peer) => {
    const reply = replies[heard.length];
    heard.push(packet);
    if (reply !== undefined) {
      socket.send(Buffer.from([...packet.subarray(0, 2), ...reply]), peer.port, peer.address);
    }
  });
  return { port: socket.address().port, heard };
}

/** A bare header with QR and opcode NOTIFY, as NSD sends it. */
const bare = (rcode: number): number[] => [0xa0, rcode, 0, 0, 0, 0, 0, 0, 0, 0];
const [NOERROR, FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED] = [0, 1, 2, 3, 4, 5];

function finder(rdatas: Readonly<Record<string, readonly Uint8Array[]>>) {
  return finderOf({ 'SOA test': ['test'], 'A notify.test': [HERE], ...rdatas });
}

test('The parent is told at the endpoint for the zone alone, and not at the one for all', async (t) => {
  const own = await endpoint(t, bare(NOERROR));
  const common = await endpoint(t, bare(NOERROR));
  const known = {
    'DSYNC zone._dsync.test': [dsync(own.port, 'notify.test')],
    'DSYNC _dsync.test': [dsync(common.port, 'notify.test')],
  };
  const told = await notifyParent(name('zone.test'), { finder: finder(known), ...FAST });
  assert.deepEqual(told, [{ kind: 'taken', by: `${HERE}:${own.port}` }]);
  assert.equal(common.heard.length, 0);
  const [notice = Buffer.alloc(0)] = own.heard;
  // Opcode 4 and AA, one question: the zone, CDS, IN.
  assert.deepEqual([...notice.subarray(2, 6)], [0x24, 0, 0, 1]);
  const question = [...name('zone.test'), 0, 59, 0, 1];
  assert.deepEqual([...notice.subarray(12, 12 + question.length)], question);
});

test('Without an endpoint of its own the zone uses the one for all; other schemes and types are passed over', async (t) => {
  const { port } = await endpoint(t, bare(NOERROR));
  const others = [
    dsync(port, 'notify.test', { scheme: 2 }),
    dsync(port, 'notify.test', { type: 62 }),
    dsync(port, '.'),
  ];
  const known = { 'DSYNC _dsync.test': [...others, dsync(port, 'notify.test')] };
  const told = await notifyParent(name('zone.test'), { finder: finder(known), ...FAST });
  assert.deepEqual(
    told.map(({ kind }) => kind),
    ['taken'],
  );
});

for (const [rcode, text] of [
  [FORMERR, 'FORMERR'],
  [NOTIMP, 'NOTIMP'],
  [REFUSED, 'REFUSED'],
  [NXDOMAIN, 'NXDOMAIN'],
] as const) {
  test(`${text} ends it, in a bare header as well`, async (t) => {
    const { port, heard } = await endpoint(t, bare(rcode), bare(NOERROR));
    const known = { 'DSYNC _dsync.test': [dsync(port, 'notify.test')] };
    const told = await notifyParent(name('zone.test'), { finder: finder(known), ...FAST });
    assert.deepEqual(told, [{ kind: 'declined', by: `${HERE}:${port}`, rcode: text }]);
    assert.equal(heard.length, 1);
  });
}

test('Silence and SERVFAIL are followed by another attempt, and by no more than there are pauses', async (t) => {
  const late = await endpoint(t, undefined, bare(SERVFAIL), bare(NOERROR));
  const never = await endpoint(t, bare(SERVFAIL), bare(SERVFAIL), bare(SERVFAIL), bare(NOERROR));
  const known = { 'DSYNC _dsync.test': [dsync(late.port, 'notify.test'), dsync(never.port, 'notify.test')] };
  const told = await notifyParent(name('zone.test'), { finder: finder(known), ...FAST });
  assert.deepEqual(told, [
    { kind: 'taken', by: `${HERE}:${late.port}` },
    { kind: 'failed', why: `${HERE}:${never.port}: SERVFAIL` },
  ]);
  assert.equal(never.heard.length, 3);
});

test('A parent that names no endpoint is not told, and one that cannot be found is said', async () => {
  assert.deepEqual(await notifyParent(name('zone.test'), { finder: finder({}), ...FAST }), []);
  const [lost] = await notifyParent(name('zone.test'), { finder: finderOf({}), ...FAST });
  assert.equal(lost?.kind, 'failed');
});

test('Names to look up under the parent, also of a zone several labels below it', () => {
  const texts = (zone: string, parent: string) => dsyncNames(name(zone), name(parent)).map(nameToText);
  assert.deepEqual(texts('a.test', 'test'), ['a._dsync.test.', '_dsync.test.']);
  assert.deepEqual(texts('a.b.test', 'test'), ['a.b._dsync.test.', '_dsync.test.']);
  assert.deepEqual(texts('test', '.'), ['test._dsync.', '_dsync.']);
});
