/** Whoever asks validators for answers again notices what is not as it should be. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askValidator, type Direct, type KnownAnswers } from '../support/secure-answers.ts';
import type { Validator, Verdict } from '../support/validators/validator.ts';
import { EXCEPTIONS } from './secure-answers.ts';

const QUESTION = { name: 'www.rich.example.', type: 'A' };
const SECURE: Verdict = { status: 'secure', rcode: 'NOERROR', answers: ['www.rich.example. A 192.0.2.1'] };

/** How many of one are wrong, where the server and a validator say so. */
async function wrong(
  verdict: Partial<Verdict>,
  direct: Partial<Direct> = {},
  expected?: Verdict['status'],
): Promise<number> {
  const validator: Validator = {
    name: 'BIND',
    isSlow: false,
    ask: async () => ({ ...SECURE, ...verdict }),
    output: () => '',
    stop: async () => {},
  };
  const { rcode, answers } = SECURE;
  const known: KnownAnswers = {
    known: new Map([[QUESTION, { rcode, answers, ...direct }]]),
    leftOut: {},
    zones: ['rich.example.'],
  };
  const options = {
    server: { address: '192.0.2.53', port: 53 },
    zones: known.zones,
    questions: [QUESTION],
    exceptions: EXCEPTIONS,
    ...(expected !== undefined && { expected: () => expected }),
  };
  return (await askValidator(validator, known, options)).wrong.length;
}

const ALIAS = 'www.rich.example. CNAME www.elsewhere.example.';

test('What is secure and the same is right', async () => {
  assert.equal(await wrong({}), 0);
  assert.equal(await wrong({ answers: ['WWW.rich.example. A 192.0.2.1'] }), 0);
});

test('Another status, response code or record is wrong, and so is one more or less', async () => {
  for (const status of ['insecure', 'bogus', 'failed'] as const) assert.equal(await wrong({ status }), 1);
  assert.equal(await wrong({ rcode: 'NXDOMAIN' }), 1);
  assert.equal(await wrong({ answers: ['www.rich.example. A 192.0.2.2'] }), 1);
  assert.equal(await wrong({ answers: [...SECURE.answers, 'www.rich.example. A 192.0.2.2'] }), 1);
  assert.equal(await wrong({ answers: [] }), 1);
});

test('Where an alias leads out of the zone, a validator may know more, but not less', async () => {
  const direct = { answers: [ALIAS] };
  assert.equal(await wrong({ answers: [ALIAS], rcode: 'NXDOMAIN' }, direct), 0);
  assert.equal(await wrong({ answers: [], rcode: 'NXDOMAIN' }, direct), 1);
});

test('What is to be bogus or insecure is wrong if it is secure', async () => {
  assert.equal(await wrong({}, {}, 'bogus'), 1);
  assert.equal(await wrong({}, {}, 'insecure'), 1);
  assert.equal(await wrong({ status: 'bogus', rcode: 'SERVFAIL', answers: [] }, {}, 'bogus'), 0);
});
