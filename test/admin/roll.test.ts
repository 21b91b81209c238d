/** What operators say to rolls through the admin API: what is understood, and what is answered. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RollQuery, rollZone } from '../../runtime/admin/roll.ts';
import type { RollAsk, RollOutcome } from '../../runtime/admin/roll-ask.ts';
import { fakeSource } from './fake-source.ts';

function ask(query: Partial<RollQuery>, outcome?: RollOutcome) {
  const asked: [string, RollAsk][] = [];
  const roll = (zone: string, command: RollAsk) => {
    asked.push([zone, command]);
    return Promise.resolve(outcome);
  };
  const all = {
    zone: 'Example.COM.',
    do: undefined,
    kind: undefined,
    tags: undefined,
    ttl: undefined,
    ...query,
  };
  return rollZone(all, fakeSource({ roll })).then((result) => ({ ...result, asked }));
}

const OBEYED: RollOutcome = { kind: 'obeyed', rolls: undefined };

test('Commands are read', async () => {
  for (const [query, command] of [
    [{ do: 'start' }, { do: 'start', roll: undefined }],
    [
      { do: 'start', kind: 'zsk' },
      { do: 'start', roll: 'zsk' },
    ],
    [
      { do: 'start', kind: 'ksk', tags: '1,65535' },
      { do: 'start', roll: 'ksk', tags: [1, 65_535] },
    ],
    [
      { do: 'report', ttl: '3600' },
      { do: 'report', ttl: 3600 },
    ],
    [{ do: 'continue' }, { do: 'continue' }],
    [{ do: 'confirm-clock' }, { do: 'confirm-clock' }],
  ] as const) {
    const { status, asked } = await ask(query, OBEYED);
    assert.deepEqual([status, asked], [200, [['example.com', command]]]);
  }
});

test('What cannot be understood is told, and reaches no roll', async () => {
  for (const [query, error] of [
    [{ zone: '' }, /A zone is needed/],
    [{ zone: 'a..b' }, /./],
    [{}, /A command is needed/],
    [{ do: 'stop' }, /A command is needed/],
    [{ do: 'start', kind: 'all' }, /A kind is one of sign, csk/],
    [{ do: 'start', tags: '1,x' }, /Tags are numbers/],
    [{ do: 'report', ttl: '-1' }, /A TTL is a number/],
  ] as const) {
    const { status, body, asked } = await ask(query, OBEYED);
    assert.deepEqual([status, asked], [400, []]);
    assert.match(JSON.stringify(body), error);
  }
});

test('A refusal says why, with its code; a zone that is not signed here has no rolls', async () => {
  const refused = await ask({ do: 'start' }, { kind: 'refused', why: 'a roll (csk) goes on already' });
  const error = 'example.com: a roll (csk) goes on already (DNSSEC_ROLL)';
  assert.deepEqual([refused.status, refused.body], [409, { error, code: 'DNSSEC_ROLL' }]);
  assert.match(JSON.stringify(await ask({ do: 'start' })), /"status":404.*is not signed here/);
  assert.match(JSON.stringify(await ask({ do: 'start', zone: 'exemple.com' })), /did you mean example\.com/);
});
