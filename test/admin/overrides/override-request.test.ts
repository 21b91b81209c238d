/** What operators ask of overrides, read or refused with the reason. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type OverrideQuery, readOverrideAsk } from '../../../runtime/admin/overrides/override-request.ts';

const NOW = Date.UTC(2026, 10, 30, 12);
const NOTHING: OverrideQuery = {
  do: undefined,
  target: undefined,
  reason: undefined,
  owner: undefined,
  expires: undefined,
  for: undefined,
  over: undefined,
  leave: undefined,
};
const DRAIN = { do: 'drain', target: 'shop.example/eu' };

test('Times, shares and texts are read', () => {
  const read = (query: Partial<OverrideQuery>) => {
    const ask = readOverrideAsk({ ...NOTHING, ...query }, NOW);
    assert.ok(ask.ok, ask.ok ? '' : ask.problem);
    return ask.value;
  };
  assert.deepEqual(
    read({ ...DRAIN, owner: 'anna', reason: 'switch', for: '2h', over: '10m', leave: '20%' }),
    {
      do: 'drain',
      target: 'shop.example/eu',
      owner: 'anna',
      reason: 'switch',
      expires: NOW + 7_200_000,
      overMs: 600_000,
      leave: 0.2,
    },
  );
  assert.deepEqual(
    read({ do: 'up', target: 'Shop.example./eu', expires: '2026-12-24 23:00 Europe/Berlin' }),
    {
      do: 'up',
      target: 'shop.example/eu',
      owner: 'somebody',
      expires: Date.UTC(2026, 11, 24, 22),
    },
  );
  assert.deepEqual(read({ do: 'undrain', target: '*/eu', over: '90' }), {
    do: 'undrain',
    target: '*/eu',
    owner: 'somebody',
    overMs: 90_000,
  });
});

test('What cannot be meant is refused', () => {
  for (const [query, problem] of [
    [{}, 'A command is needed: do=drain, do=undrain, do=up, do=down, do=clear'],
    [{ do: 'drain' }, 'A target is needed: target=shop.example/eu'],
    [
      { ...DRAIN, target: 'eu' },
      '"eu" is no target: write zone/pool or zone/pool/address, as in shop.example/eu or */eu/192.0.2.*',
    ],
    [
      { ...DRAIN, expires: '2026-11-30T11:59Z' },
      'The expiry 2026-11-30T11:59:00.000Z has passed: it is 2026-11-30T12:00:00.000Z',
    ],
    [{ ...DRAIN, expires: 'soon' }, '"soon" is no moment; write it as in "2026-12-24 23:00 Europe/Berlin"'],
    [{ ...DRAIN, for: '-1h' }, '"-1h" is no time for "for": write 90s, 10m, 2h or 3d, up to 366d'],
    [{ ...DRAIN, for: '0' }, '"0" is no time for "for": write 90s, 10m, 2h or 3d, up to 366d'],
    [{ ...DRAIN, over: '1000d' }, '"1000d" is no time for "over": write 90s, 10m, 2h or 3d, up to 366d'],
    [
      { ...DRAIN, for: '1h', expires: '2026-12-24' },
      'Either a moment or a time is given: expires or for, not both',
    ],
    [
      { ...DRAIN, leave: 'NaN' },
      '"NaN" is no share to leave: write a percentage from 0 to below 100, such as 20%',
    ],
    [
      { ...DRAIN, leave: '100' },
      '"100" is no share to leave: write a percentage from 0 to below 100, such as 20%',
    ],
    [
      { ...DRAIN, leave: '-5' },
      '"-5" is no share to leave: write a percentage from 0 to below 100, such as 20%',
    ],
    [{ do: 'up', target: '*/eu', over: '1m' }, 'Only drains are gradual: "over" is for drain and undrain'],
    [{ do: 'down', target: '*/eu', leave: '5' }, 'Only a drain leaves a share: "leave" is for drain'],
    [{ do: 'undrain', target: '*/eu', for: '5m' }, 'What is ended has no expiry'],
    [{ ...DRAIN, reason: 'x'.repeat(401) }, 'The reason has 400 characters at most'],
  ] as const) {
    const ask = readOverrideAsk({ ...NOTHING, ...query }, NOW);
    assert.equal(ask.ok ? 'read' : ask.problem, problem);
  }
});
