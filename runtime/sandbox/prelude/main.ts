/**
 * The module `dnsteer` as a policy imports it, and the two functions by which the host reaches the
 * policy. It is bundled into every policy's script and runs inside its isolate.
 *
 * Only strings cross: `__dnsteer_manifest()` and `__dnsteer_run(line, health)` return JSON and never throw,
 * whatever the policy does within its budget. rpc/run-text.ts says what is in a line.
 */

import { keyPath } from '../../base/key-path.ts';
import { RAN_HOST } from '../../rpc/test-talk.ts';
import { MOST_RESULT } from '../limits.ts';
import { aliasesOfFile, manifestOfNothing, withAliases } from './alias-records.ts';
import { compared } from './compared.ts';
import { describeThrown, type Thrown } from './describe.ts';
import { beginRun, endRun, hostOf, type Run } from './facts.ts';
import { handlerProgram } from './handler/program.ts';
import { markImpurities } from './impurity.ts';
import { planFrom } from './plans.ts';
import { exportedPolicy } from './policy.ts';
import { create, defineProperty, keys, stringify } from './primordials.ts';
import type { Program } from './program.ts';
import { query } from './query.ts';
import { takeRan } from './ran.ts';

export { alias } from './kinds/alias.ts';
export { bounded } from './kinds/bounded.ts';
export { closestByLatency } from './kinds/closest-by-latency.ts';
export { cname } from './kinds/cname.ts';
export { fastest } from './kinds/fastest.ts';
export { fence } from './kinds/fence.ts';
export { firstHealthy } from './kinds/first-healthy.ts';
export { geo } from './kinds/geo.ts';
export { leastLoaded } from './kinds/least-loaded.ts';
export { nearest } from './kinds/nearest.ts';
export { nodata, nxdomain, refuse } from './kinds/nothing.ts';
export { rotate } from './kinds/rotate.ts';
export { shed } from './kinds/shed.ts';
export { sticky } from './kinds/sticky.ts';
export { take } from './kinds/take.ts';
export { weighted } from './kinds/weighted.ts';
export { definePolicy } from './policy.ts';
export { health } from './pools.ts';

markImpurities();
// For code that build/narrow-reads.ts writes.
defineProperty(globalThis, '__dnsteer_compared', { value: compared });

/**
 * Connects the exports of a policy file to the host; `null`: the zone has none, and a file with ALIAS records.
 * `ran`: how often each piece has run, where a test counts that.
 */
export function install(moduleExports: Readonly<Record<string, unknown>> | null, ran?: Uint32Array): void {
  const made = programOf(moduleExports);
  const manifest = stringify('error' in made ? made : made.manifest);
  const { handlers, plan }: Pick<Program, 'handlers' | 'plan'> = 'error' in made ? NO_PROGRAM : made;
  const paths: Record<string, string> = create(null);
  for (const host of keys(handlers)) paths[host] = keyPath('hosts', host);

  provide('__dnsteer_manifest', () => manifest);
  provide('__dnsteer_run', (line = '', health = ''): string => {
    const run = beginRun(line, health);
    const { reads, impure } = run;
    const host = hostOf(run);
    const handler = handlers[host];
    if (handler === undefined && host === RAN_HOST && ran !== undefined)
      return stringify({ plan: { ran: takeRan(ran) }, reads: [], impure: [] });
    if (handler === undefined) return invalid(`No handler decides host "${host}"`);
    let answer: unknown;
    try {
      answer = handler(query);
    } catch (thrown) {
      endRun();
      return run.lacksPlace ? PLACELESS : failedAfter({ error: describeThrown(thrown) }, run);
    }
    if (run.lacksPlace) {
      endRun();
      return PLACELESS;
    }
    try {
      return stringify({ plan: plan(answer, paths[host] ?? host), reads, impure });
    } catch (problem) {
      return failedAfter({ invalid: describeThrown(problem).message }, run);
    } finally {
      endRun();
    }
  });
}

const PLACELESS = '{"placeless":true}';
const NO_PROGRAM = { handlers: create(null), plan: planFrom } as const;

function programOf(
  moduleExports: Readonly<Record<string, unknown>> | null,
): Program | { readonly error: Thrown } {
  try {
    const program =
      moduleExports === null
        ? { ...NO_PROGRAM, manifest: manifestOfNothing() }
        : (handlerProgram(moduleExports) ?? exportedPolicy(moduleExports.default));
    const manifest = withAliases(program.manifest, aliasesOfFile(), 'The zone file has');
    return { ...program, manifest };
  } catch (problem) {
    return { error: describeThrown(problem) };
  }
}

/** Tells what was read before a failure as well, unless that would be too long to be told. */
function failedAfter(failure: object, { reads }: Run): string {
  const text = stringify({ ...failure, reads });
  return text.length <= MOST_RESULT ? text : stringify(failure);
}

function invalid(why: string): string {
  return stringify({ invalid: why });
}

/** Defines a global function that no policy code can replace. */
function provide(name: string, value: (...args: string[]) => string): void {
  defineProperty(globalThis, name, { value });
}
