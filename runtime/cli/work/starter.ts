/** The files that `dnsteer new` writes: a starter policy, and what editors need to complete it. */

/** A policy that loads as it is; its addresses are from the documentation ranges (RFC 5737, RFC 3849). */
export function starterPolicy(zone: string): string {
  const explain = `dnsteer explain www.${zone} --country DE`;
  return `/**
 * The policy of ${zone}. Its file name is the zone it answers for.
 *
 *   ${'dnsteer check'.padEnd(explain.length)}  finds mistakes before clients do
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

/** Where editors find the types of `dnsteer`, below the policies folder; dnsteer itself looks elsewhere. */
export const TYPES_FILE = '.dnsteer/policy.d.ts';

/** A tsconfig.json with which an editor judges policies as `dnsteer check` does. */
export function starterTsconfig(): string {
  const compilerOptions = { ...POLICY_COMPILER_OPTIONS, paths: { dnsteer: [`./${TYPES_FILE}`] } };
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
