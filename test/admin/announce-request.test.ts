/** What operators ask of announcements over HTTP. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAnnounceAsk } from '../../runtime/admin/announce/announce-request.ts';

const NOTHING = { do: undefined, owner: undefined, reason: undefined, for: undefined };

test('A drain, with who, why and for how long', () => {
  const ask = readAnnounceAsk({ do: 'drain', owner: 'anna', reason: 'new disks', for: '2h' });
  assert.deepEqual(ask.ok && ask.value, {
    do: 'drain',
    owner: 'anna',
    reason: 'new disks',
    forMs: 7_200_000,
  });
});

test('Its end', () => {
  const ask = readAnnounceAsk({ ...NOTHING, do: 'undrain', owner: 'anna' });
  assert.deepEqual(ask.ok && ask.value, { do: 'undrain', owner: 'anna' });
});

for (const [query, problem] of [
  [{}, /A command is needed/],
  [{ do: 'drain', for: 'soon' }, /"soon" is no time for "for"/],
  [{ do: 'undrain', for: '2h' }, /no expiry/],
  [{ do: 'drain', reason: 'x'.repeat(10_000) }, /The reason has \d+ characters at most/],
] as const)
  test(`${problem}`, () => {
    const ask = readAnnounceAsk({ ...NOTHING, ...query });
    assert.ok(!ask.ok);
    assert.match(ask.problem, problem);
  });
