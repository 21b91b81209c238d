/** How to mend what authors of policies meet most. Messages say what is wrong; these say what to write. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { WITHIN_LIMITS } from '../limits/manifest-limits.ts';

const REMEDIES: readonly (readonly [problem: RegExp, remedy: string])[] = [
  [/ is beyond "[\w.]+" \(/, WITHIN_LIMITS],
  [/\.at\[[01]\]: Must be/, '"at" is [latitude, longitude] in degrees, in this order: at: [50.1, 8.7]'],
  [/ needs "capacity"/, 'Add it to the pool, in queries a second: capacity: 2000'],
  [/ needs "at"/, 'Add it to the pool, in degrees: at: [50.1, 8.7]'],
  [
    /check\.timeout: Must be a number/,
    'A probe has no longer than until the next one: raise "interval" as well, or lower "timeout"',
  ],
  [
    /: A CNAME excludes all other/,
    'Give the CNAME a pool of its own, and name both pools in a plan, such as firstHealthy()',
  ],
  [/ The preference ".*" is no number/, 'Write the preference first: "10 mail.example.net"'],
  [/^ttl: Must be|\.ttl: Must be/, 'Write seconds as a number, without quotes or unit: ttl: 30'],
  [
    /Handlers are synchronous/,
    'Remove "async" and "await": what a handler may know is there when it is called',
  ],
  [
    / family "together" /,
    'Give one of them both A and AAAA, or leave "family" out: each is then asked of one that has it',
  ],
  [/^fallback: Is required/, "Add one beside \"pools\": fallback: firstHealthy('us', 'eu')"],
  [
    /(?:^|: )(?:ReferenceError: )?(?:firstHealthy|nearest|weighted|sticky|bounded|geo|fence|rotate|take|cname|health|nodata|nxdomain|refuse|definePolicy) is not defined$/,
    "Import it: import { … } from 'dnsteer'",
  ],
  [
    /(?:^|: )(?:ReferenceError: )?[\w$]+ is not defined$/,
    'A policy has the language itself, the query, and what it imports; there is no network, file, process or timer',
  ],
];

/** The problem with its remedy, if one is known and it has none of its own. */
export function withRemedy(problem: Diagnostic): Diagnostic {
  if (problem.remedy !== undefined) return problem;
  const [, remedy] = REMEDIES.find(([which]) => which.test(problem.message)) ?? [];
  return remedy === undefined ? problem : { ...problem, remedy };
}
