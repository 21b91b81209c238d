/** The files that `dnsteer new` writes: a starter policy, and what editors need to complete it. */
import { TEST_MODULE } from '../../build/import-rules.ts';

/** A policy that loads as it is; its addresses are from the documentation ranges (RFC 5737, RFC 3849). */
export function starterPolicy(zone: string): string {
  const explain = `dnsteer explain www.${zone} --country DE`;
  return `/**
 * The policy of ${zone}. Its file name is the zone it answers for.
 *
 *   ${'dnsteer check'.padEnd(explain.length)}  finds mistakes before clients do
 *   ${'dnsteer test'.padEnd(explain.length)}  runs the tests in the file beside this one
 *   ${explain}  tells why an answer is what it is
 *
 * To have it signed (DNSSEC), put this into dnsteer.yaml: dnssec: { zones: ['${zone}'] }
 */
import { definePolicy, firstHealthy } from 'dnsteer';

export default definePolicy({
  // Seconds for which resolvers may keep an answer: how fast a change reaches clients.
  ttl: 30,

  // The places to send clients to. Replace these addresses with yours.
  pools: {
    us: {
      A: ['192.0.2.10'],
      AAAA: ['2001:db8:10::10'],
      // Where it stands, for nearest('us', 'eu').
      at: [39.0, -77.5],
      // Probed from this server; a pool that is down is not answered. Without a check it counts as up.
      // check: { type: 'https', path: '/healthz', host: 'www.${zone}' },
    },
    eu: {
      A: ['198.51.100.20'],
      AAAA: ['2001:db8:20::20'],
      at: [50.1, 8.7],
      // check: { type: 'https', path: '/healthz', host: 'www.${zone}' },
    },
  },

  // The answer when a handler below throws, is too slow or returns nonsense. No code runs for it.
  fallback: firstHealthy('us', 'eu'),

  // The names this policy decides, relative to ${zone}; '@' is ${zone} itself.
  hosts: {
    // A plan without a function is the same for everyone.
    '@': firstHealthy('us', 'eu'),

    // A function decides for each client. Answers are remembered by what it reads, so reading little is fast.
    www: (query) => (query.client.continent === 'EU' ? firstHealthy('eu', 'us') : firstHealthy('us', 'eu')),
  },

  // Records that never change.
  records: {
    '@': { TXT: 'v=spf1 -all' },
  },
});
`;
}

/** Tests that the starter passes. */
export function starterTest(zone: string): string {
  return `/** Tests of the policy of ${zone}. They run as in production; to run them: dnsteer test */
import { ask, expect, test } from 'dnsteer/test';

test('Europe is served from eu, everybody else from us', async () => {
  expect(await ask('www', 'A', { country: 'DE' })).pool('eu').ttl(30).reads(['client.continent']);
  expect(await ask('www', 'A', { country: 'US' })).pool('us');
});

// One test for each row. Once pools have a check, a case may say: { country: 'DE', health: { eu: 'down' } }
test.each([
  { type: 'A', value: '192.0.2.10' },
  { type: 'AAAA', value: '2001:db8:10::10' },
])('${zone} has $type $value', async ({ type, value }) => {
  expect(await ask('@', type)).records(type, value);
});

test('No server sends mail in our name', async () => {
  expect(await ask('@', 'TXT')).records('TXT', 'v=spf1 -all').scope(0);
});
`;
}

/** Where editors find the types of `dnsteer`, below the policies folder; dnsteer itself looks elsewhere. */
export const TYPES_FILE = '.dnsteer/policy.d.ts';
/** The same of `dnsteer/test`. */
export const TEST_TYPES_FILE = '.dnsteer/test.d.ts';
/** The same of lists of networks. */
export const LIST_TYPES_FILE = '.dnsteer/networks.d.ts';

/** A tsconfig.json with which an editor judges policies as `dnsteer check` does. */
export function starterTsconfig(): string {
  const paths = { dnsteer: [`./${TYPES_FILE}`], [TEST_MODULE]: [`./${TEST_TYPES_FILE}`] };
  const compilerOptions = { ...POLICY_COMPILER_OPTIONS, paths };
  return `${JSON.stringify({ compilerOptions, include: ['**/*.ts'] }, null, 2)}\n`;
}

/** The world of a policy: the language and nothing else, no DOM, no Node. */
export const POLICY_COMPILER_OPTIONS = {
  target: 'es2024',
  lib: ['es2024'],
  types: [],
  module: 'preserve',
  moduleResolution: 'bundler',
  resolveJsonModule: true,
  allowImportingTsExtensions: true,
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  isolatedModules: true,
  skipLibCheck: true,
  noEmit: true,
} as const;
