/** What BIRD and ExaBGP are told: the files and the lines. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { routesText } from '../../../runtime/control/announce/bridge/bird-hand.ts';
import { tellBird } from '../../../runtime/control/announce/bridge/bird-socket.ts';
import { ExabgpHand } from '../../../runtime/control/announce/bridge/exabgp-hand.ts';
import { atEnd } from '../../support/at-end.ts';

const ORDER = {
  way: 'announced',
  prefixes: ['192.0.2.53/32', '2001:db8::53/128'],
  prependAs: 65_001,
  prependTimes: 2,
} as const;

test('Routes for BIRD, by family', () => {
  const lines = (way: 'announced' | 'prepended' | 'withdrawn', family: 'ipv4' | 'ipv6') =>
    routesText({ ...ORDER, way }, family)
      .split('\n')
      .filter((line) => !line.startsWith('#'));
  assert.deepEqual(lines('announced', 'ipv4'), ['route 192.0.2.53/32 blackhole;', '']);
  assert.deepEqual(lines('announced', 'ipv6'), ['route 2001:db8::53/128 blackhole;', '']);
  assert.deepEqual(lines('prepended', 'ipv4'), [
    'route 192.0.2.53/32 blackhole { bgp_path.prepend(65001); bgp_path.prepend(65001); };',
    '',
  ]);
  assert.deepEqual(lines('withdrawn', 'ipv4'), ['']);
});

/** A hand whose lines are answered by the function. */
function handWith(reply: (line: string) => string | undefined, known: readonly string[] = []) {
  const lines: string[] = [];
  const hand = new ExabgpHand(known, (line) => {
    lines.push(line.trim());
    const said = reply(line.trim());
    if (said !== undefined) hand.take(said);
  });
  return { hand, lines };
}

test('Lines for ExaBGP: what is not to be announced any more is withdrawn first', async () => {
  const { hand, lines } = handWith(() => 'done', ['198.51.100.0/24']);
  assert.equal((await hand.carryOut(ORDER)).ok, true);
  assert.deepEqual(lines.splice(0), [
    'withdraw route 198.51.100.0/24 next-hop self',
    'announce route 192.0.2.53/32 next-hop self',
    'announce route 2001:db8::53/128 next-hop self',
  ]);
  await hand.carryOut({ ...ORDER, way: 'prepended' });
  assert.ok(lines.includes('announce route 192.0.2.53/32 next-hop self as-path [ 65001 65001 ]'));
  lines.splice(0);
  await hand.carryOut({ ...ORDER, way: 'withdrawn' });
  assert.ok(lines.includes('withdraw route 192.0.2.53/32 next-hop self'));
  assert.ok(lines.every((line) => line.startsWith('withdraw ')));
});

test('A line that ExaBGP refuses is told, with the line', async () => {
  const { hand } = handWith(() => 'error');
  const said = await hand.carryOut(ORDER);
  assert.ok(!said.ok);
  assert.match(said.problem, /ExaBGP replies "error" to "announce route 192\.0\.2\.53\/32/);
});

test('The socket of BIRD: replies of several lines, and lines that nobody asked for', async (context) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-hands-'));
  atEnd(context, () => rmSync(folder, { recursive: true, force: true }));
  const socket = path.join(folder, 'bird.ctl');
  const server = createServer((client) => {
    client.write('0001 BIRD 2.0.12 ready.\n');
    client.on('data', (text) =>
      client.write(
        text.toString().startsWith('configure check')
          ? '0002-Reading configuration from x\n+something happened\n0020 Configuration OK\n'
          : '8002 x:3:1 syntax error\n',
      ),
    );
  });
  atEnd(context, () => server.close());
  server.listen(socket);
  await once(server, 'listening');
  const told = await tellBird(socket, ['configure check', 'configure soft', 'never sent']);
  assert.deepEqual(told.ok && told.value, [
    { code: '0020', text: 'Reading configuration from x Configuration OK' },
    { code: '8002', text: 'x:3:1 syntax error' },
  ]);
  assert.equal((await tellBird(`${socket}.none`, ['show status'])).ok, false);
});
