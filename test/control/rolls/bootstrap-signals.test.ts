/** What name servers vouch for: by zone of the name server, and with no look at all others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BootstrapSignals } from '../../../runtime/control/rolls/bootstrap-signals.ts';
import { nameToText } from '../../../runtime/wire/name.ts';
import { nearestZone } from '../../../runtime/wire/zone-id.ts';

const ASKED = { cds: ['AQ=='], cdnskeys: ['Ag=='] };

/** Signals among zones of ours; `asked` counts how often it is asked which of them a name server is in. */
function signalsAmong(...zones: readonly string[]) {
  const signals = new BootstrapSignals();
  const ours = new Set(zones);
  const world = {
    signals,
    ours,
    asked: 0,
    hostOf: (server: string) => {
      world.asked += 1;
      return nearestZone(server, (zone) => ours.has(zone));
    },
    edition: (host: string) => signals.editionIn(host, world.hostOf),
    owners: (host: string) =>
      signals
        .recordsIn(host, world.hostOf)
        .map(({ owner, type }) => `${nameToText(Uint8Array.from(Buffer.from(owner, 'base64')))} ${type}`),
  };
  return world;
}

test('Each name server vouches in the closest of our zones, and not for its own', () => {
  const { signals, ours, owners } = signalsAmong('host.test', 'test');
  const servers = ['ns1.host.test', 'ns2.test', 'ns3.elsewhere', 'ns.shop.test'];
  assert.deepEqual(signals.set('shop.test', servers, ASKED), servers.slice(0, 3));
  assert.deepEqual(owners('host.test'), [
    '_dsboot.shop.test._signal.ns1.host.test. 59',
    '_dsboot.shop.test._signal.ns1.host.test. 60',
  ]);
  const ofNs2 = ['_dsboot.shop.test._signal.ns2.test. 59', '_dsboot.shop.test._signal.ns2.test. 60'];
  assert.deepEqual(owners('test'), ofNs2);
  assert.deepEqual(owners('shop.test'), []);
  // Zones come and go.
  ours.delete('host.test');
  assert.equal(owners('test').length, 4);
  ours.add('host.test');
  assert.deepEqual(owners('test'), ofNs2);
});

test('What changes is told, by name server and by edition', () => {
  const { signals, edition, owners } = signalsAmong('a.test', 'b.test');
  assert.equal(edition('a.test'), '');
  assert.deepEqual(signals.set('shop.example', ['ns.a.test', 'ns.b.test'], ASKED), [
    'ns.a.test',
    'ns.b.test',
  ]);
  const [a, b] = [edition('a.test'), edition('b.test')];
  assert.notEqual(a, '');
  assert.deepEqual(signals.set('shop.example', ['ns.a.test', 'ns.b.test'], ASKED), []);
  assert.deepEqual([edition('a.test'), edition('b.test')], [a, b]);
  assert.deepEqual(signals.set('shop.example', ['ns.b.test'], ASKED), ['ns.a.test']);
  assert.deepEqual([edition('a.test'), edition('b.test'), owners('a.test')], ['', b, []]);
  assert.deepEqual(signals.set('shop.example', ['ns.b.test'], { ...ASKED, cds: ['Aw=='] }), ['ns.b.test']);
  assert.notEqual(edition('b.test'), b);
  assert.deepEqual(signals.set('shop.example', ['ns.b.test'], undefined), ['ns.b.test']);
  assert.deepEqual(signals.set('shop.example', ['ns.b.test'], undefined), []);
  assert.equal(edition('b.test'), '');
});

test('A zone is asked for among ten thousand with name servers of their own, and no other is looked at', () => {
  const world = signalsAmong('host.test');
  for (let index = 0; index < 10_000; index += 1) {
    world.signals.set(`z${index}.example`, [`ns.other${index}.test`, 'ns.host.test'], ASKED);
    assert.equal(world.edition(`z${index}.example`), '');
  }
  assert.equal(world.asked, 0);
  assert.equal(world.owners('host.test').length, 20_000);
  assert.equal(world.asked, 1);
});
