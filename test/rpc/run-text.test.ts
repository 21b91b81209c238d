/** Runs as text: the sandbox reads what the host wrote, whatever authors and clients wrote in it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { countRuns, RUNS, readRuns, runLine, runsHead, singly } from '../../runtime/rpc/run-text.ts';
import { FACTS } from '../runner/guests.ts';

const LIMITS = { timeoutMs: 5, wallMs: 6, isAlone: true };
const QUESTION = { host: 'www', name: 'www.example.com', type: 'A', facts: FACTS };

test('A frame of runs is read as it was written', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(), (key, firstId) => {
      const text = runsHead(LIMITS, firstId, key, FACTS.health) + runLine(QUESTION) + runLine(QUESTION);
      assert.ok(text.startsWith(RUNS));
      const { given, ...head } = readRuns(text);
      assert.deepEqual(head, { ...LIMITS, firstId, key });
      assert.equal(countRuns(given), 2);
    }),
  );
});

test('A line has what a policy may read, place and health as JSON', () => {
  const { given } = readRuns(runsHead(LIMITS, 1, 'key', FACTS.health) + runLine(QUESTION));
  const line = [
    'www',
    'www.example.com',
    'A',
    '192.0.2.1',
    '192.0.2.0/24',
    '4',
    '1795418042276',
    '',
    'udp',
    '',
    '',
    '',
    '{"country":"DE"}',
  ];
  assert.equal(given, `{"eu":"up"}\n${line.join('\t')}`);
  const way = { transport: 'tls', local: '192.0.2.53', resolver: '198.51.100.1', resolverCountry: 'DE' };
  const facts = { ...QUESTION.facts, lists: ['a.txt', 'b/c.csv'], way };
  const listed = readRuns(runsHead(LIMITS, 1, 'key', FACTS.health) + runLine({ ...QUESTION, facts })).given;
  assert.equal(
    listed,
    `{"eu":"up"}\n${[...line.slice(0, 7), '["a.txt","b/c.csv"]', 'tls', '192.0.2.53', '198.51.100.1', 'DE', line[12]].join('\t')}`,
  );
});

test('No host’s name can be taken for anything but a name', () => {
  for (const host of ['a\tb', 'a\nb', '"quoted"', '"']) {
    const line = runLine({ ...QUESTION, host }).slice(1);
    assert.equal(line.includes('\n'), false);
    const [written = ''] = line.split('\t');
    assert.equal(JSON.parse(written), host);
  }
});

test('Each run of several is as if it were the only one', () => {
  const lines = ['a', 'b', 'c'].map((name) => runLine({ ...QUESTION, name }));
  const { given } = readRuns(runsHead(LIMITS, 1, 'key', FACTS.health) + lines.join(''));
  assert.deepEqual(
    singly(given),
    lines.map((line) => `{"eu":"up"}${line}`),
  );
});
