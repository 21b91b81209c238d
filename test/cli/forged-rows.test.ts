/**
 * Texts of policies, of files' names and of servers that are probed, wherever a person reads them: none looks like
 * a row of ours, hides one, or drives the terminal.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { statusPage } from '../../runtime/admin/page.ts';
import { type Status, statusOf } from '../../runtime/admin/status.ts';
import { Tally } from '../../runtime/admin/totals.ts';
import { type Diagnostic, formatDiagnostic } from '../../runtime/base/diagnostic.ts';
import { printable } from '../../runtime/base/printable.ts';
import { formatSummary } from '../../runtime/cli/summary.ts';
import { formatStatus } from '../../runtime/cli/verbs/status.ts';
import { formatExplanation } from '../../runtime/cli/work/explanation-text.ts';
import type { Explanation } from '../../runtime/rpc/explanation.ts';
import { fakeExplanation, fakeFacts, fakeStats } from '../admin/fake-source.ts';

const FORGED = 'FORGED row of ours';

/** Breaks lines for one program or another, or drives a terminal. */
const BREAKS = [
  '\n',
  '\r\n',
  '\r',
  '\v',
  '\f',
  '\u0085',
  '\u2028',
  '\u2029',
  '\u001bE',
  '\u009b2J',
  '\u202e',
  '\u2066',
];
const evil = fc
  .array(fc.constantFrom(...BREAKS), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join(''));

/** What is ours and not anybody's text: formatters look it up. */
const OURS = new Set([
  'state',
  'health',
  'breaker',
  'kind',
  'severity',
  'source',
  'verdict',
  'code',
  'startedAt',
  'listening',
]);

/** The same with every text ending in a break and a row. */
function poisoned<T>(data: T, ending: string): T;
function poisoned(data: unknown, ending: string): unknown {
  if (typeof data === 'string') return data + ending + FORGED;
  if (Array.isArray(data)) return data.map((part: unknown) => poisoned(part, ending));
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(
    Object.entries(data).map(([key, part]) => [key, OURS.has(key) ? part : poisoned(part, ending)]),
  );
}

const PROBLEM: Diagnostic = {
  code: 'POLICY_LOAD',
  severity: 'error',
  message: 'Boom',
  file: 'policies/example.com.ts',
  line: 3,
  column: 5,
  source: 'throw new Error("Boom")',
  remedy: 'Leave it',
};

function status(): Status {
  const facts = fakeFacts();
  const at = '2026-11-23T00:00:00Z';
  const failure = {
    version: '1',
    host: 'www',
    reason: 'throw',
    message: 'Boom',
    at: 'a.ts:1:2',
    time: at,
  } as const;
  const contradiction = {
    version: '1',
    host: 'www',
    what: 'plan',
    detail: 'now decided',
    at: 'a.ts',
    time: at,
  } as const;
  const stats = [fakeStats(100, 30)];
  const full = {
    ...facts,
    warnings: ['Geo data is old'],
    notReady: ['Zones are being loaded'],
    zones: [
      ...facts.zones.map((zone) => ({ ...zone, problems: [PROBLEM] })),
      {
        zone: '',
        file: 'policies/bad.ts',
        state: 'refused-newcomer',
        problems: [PROBLEM],
        pools: [],
      } as const,
    ],
    targets: facts.targets.map((target) => ({ ...target, problem: 'Connection refused' })),
    lastFailures: new Map([['example.com', failure]]),
    contradictions: new Map([['example.com', contradiction]]),
  };
  return statusOf(full, stats, new Tally().update(stats, new Set([100])));
}

function explanation(): Explanation {
  const told = fakeExplanation({ name: 'www.example.com.', type: 'TXT' });
  const fallback = { reason: 'throw', message: 'Boom', stack: 'Error: Boom\n    at policy.js:1:2' } as const;
  return {
    ...told,
    source: 'fallback',
    fallback,
    followed: ['app.example.com.'],
    authority: ['example.com. SOA'],
  };
}

/** What is shown, by a text that goes behind every text from elsewhere. */
const SHOWN: Readonly<Record<string, (ending: string) => string>> = {
  status: (ending) => formatStatus(poisoned(status(), ending)),
  'the summary of start': (ending) => formatSummary(poisoned(status(), ending), 'http://127.0.0.1:8053'),
  explain: (ending) => formatExplanation(poisoned(explanation(), ending)),
  check: (ending) => formatDiagnostic(poisoned(PROBLEM, ending)),
  'the admin page': (ending) => {
    const page = statusPage(poisoned(status(), ending), { refreshes: true });
    return page instanceof Promise ? assert.fail('nothing in it is waited for') : page.toString();
  },
};

for (const [title, show] of Object.entries(SHOWN)) {
  test(`In ${title} no text begins a row, whatever it holds`, () => {
    assert.ok(show(' ').includes(FORGED), 'texts are shown');
    fc.assert(
      fc.property(evil, (ending) => {
        const shown = show(ending);
        assert.equal(printable(shown), shown, 'nothing drives the terminal');
        assert.doesNotMatch(shown, /^\s{0,3}FORGED/m);
      }),
    );
  });
}

test('What does not break lines looks as it does, and no row is lost', () => {
  for (const show of [SHOWN.status, SHOWN.explain]) {
    const plain = show?.('').split('\n').length;
    fc.assert(
      fc.property(evil, (ending) => {
        if (ending.includes('\n')) return;
        assert.equal(show?.(ending).split('\n').length, plain);
      }),
    );
  }
});
