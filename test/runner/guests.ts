/** Policies by hand, as the prelude would have bundled them: two globals that only pass strings. */

import type { FactsData } from '../../runtime/rpc/sandbox-protocol.ts';
import type { RunOutcome } from '../../runtime/runner/runs-and-loads.ts';
import type { Sandbox } from '../../runtime/runner/sandbox.ts';

export const LIMITS = { memoryMb: 16, timeoutMs: 2_000 };

/** Statements that no timeout of V8 ends, and that end the process: where stand-ins are (../stand-ins/sandbox.js). */
export const HANG = `standIn('hang');`;
export const CRASH = `standIn('crash');`;

/** Statements that take all the memory there is. */
export const HOARD = 'for (const all = []; ; ) all.push(new Array(100_000).fill(0.5));';

export const FACTS: FactsData = {
  place: { country: 'DE' },
  ip: '192.0.2.1',
  subnet: '192.0.2.0/24',
  family: 4,
  now: 1_795_418_042_276,
  health: { eu: 'up' },
};

/** A script whose handlers run `body`, with `host`, `name`, `type` and `facts` in scope, and return its plan. */
export function guest(body: string, topLevel = ''): string {
  return `
    ${topLevel}
    globalThis.__dnsteer_manifest = () => JSON.stringify({ hosts: { www: null } });
    globalThis.__dnsteer_run = (line, healthJson) => {
      const [host, name, type, ip, subnet, family, now, , , , , , place] = line.split('\\t');
      const client = { ip, subnet, family: Number(family), ...JSON.parse(place) };
      const facts = { client, now: Number(now), health: JSON.parse(healthJson) };
      try {
        const plan = (() => { ${body} })();
        return JSON.stringify({ plan, reads: [['client.country', facts.client.country]], impure: [] });
      } catch (error) {
        return JSON.stringify({ error: { message: error.message, stack: error.stack } });
      }
    };`;
}

/** Always decides the same. */
export const STEADY = guest(`return { kind: 'pool', pool: 'eu' };`);

/** Asks with time to spare, unless told otherwise. */
export function decide(
  sandbox: Pick<Sandbox, 'run'>,
  key: string,
  { name = 'www.example.com', budgetMs = 1_000, withinMs = 10_000 } = {},
): Promise<RunOutcome> {
  const deadlineAt = performance.now() + withinMs;
  const ask = { key, host: 'www', name, type: 'A', facts: FACTS, budgetMs, deadlineAt };
  return new Promise((resolve) => {
    sandbox.run(ask, resolve);
  });
}

/** What a run failed for; `'none'` if it did not. */
export function reasonOf(outcome: RunOutcome): string {
  return outcome.ok ? 'none' : outcome.reason;
}
