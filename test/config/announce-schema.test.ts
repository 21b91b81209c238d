/** Settings of anycast: which are refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { announce } from '../../runtime/config/announce/announce-schema.ts';

test('Nothing is announced unless prefixes are set', () => {
  assert.deepEqual(announce.parse({}).prefixes, []);
});

test('Prefixes are as routers take them', () => {
  const { prefixes } = announce.parse({ prefixes: ['192.0.2.53', '2001:DB8:53::/48'] });
  assert.deepEqual(prefixes, ['192.0.2.53/32', '2001:db8:53::/48']);
});

for (const [wrong, complaint] of [
  [{ prefixes: ['198.51.100.7/24'] }, /without bits behind its length/],
  [{ prefixes: ['192.0.2.0/33'] }, /must be a prefix/],
  [{ prefixes: ['192.0.2.53/32 { x; }'] }, /must be a prefix/],
  [{ onUnwell: 'prepend' }, /needs "announce.prependAs" beside it/],
  [{ bird: { socket: '/run/bird/bird.ctl' } }, /needs "announce.bird.folder" beside it/],
  [{ bird: { protocols: ['x"; down; "'] } }, /must be the name of a protocol/],
] as const)
  test(`Refused: ${JSON.stringify(wrong)}`, () => {
    const read = announce.safeParse(wrong);
    assert.ok(!read.success);
    assert.match(read.error.issues.map(({ message }) => message).join('\n'), complaint);
  });
