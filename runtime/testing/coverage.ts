/**
 * What tests have asked of a zone: which of its hosts, and which of the cases that its handlers tell apart. Clients for whom
 * a handler reads the same facts and comes to the same plan are one case: countries that are treated alike need one test.
 */
import { withoutCounts } from '../build/counted-script.ts';
import { caseText } from '../explore/case-text.ts';
import { explorePolicy, type HostCases, hostText } from '../explore/explore-policy.ts';
import type { Manifest } from '../plan/manifest.ts';
import { plainName } from '../rpc/alike.ts';
import type { Explanation } from '../rpc/explanation.ts';
import { policyKey } from '../runner/policy-key.ts';
import type { Sandbox } from '../runner/sandbox.ts';
import { zoneNameFromText } from '../wire/zone-id.ts';
import type { OfflineZone } from './offline-zone.ts';

export interface ZoneCoverage {
  readonly zone: string;
  readonly hosts: Covered;
  readonly cases: Covered;
  /** Whether these are all cases: a policy may have more than there was time to look at, or read what has no end of values. */
  readonly areAll: boolean;
}

export interface Covered {
  readonly covered: number;
  readonly all: number;
  /** Those that no test asks, in words. */
  readonly missing: readonly string[];
}

/** For all hosts of a zone. */
const LIMITS = { runs: 20_000, patienceMs: 5000 };

/** The questions of tests that reached hosts of a policy. */
export class AskedHosts {
  readonly #hosts = new Set<string>();
  readonly #cases = new Set<string>();

  note({ host, followed, fallback, reads, plan }: Explanation): void {
    if (host === undefined) return;
    this.#hosts.add(host);
    // Behind a CNAME, what was read is of several hosts.
    if (followed.length > 0) return;
    this.#cases.add(caseKey(host, fallback === undefined ? [reads.map(([fact]) => fact), plan] : FAILS));
  }

  /** Walks all cases of the policy, and says which of them were asked. */
  async coverage(
    zone: string,
    offline: OfflineZone,
    sandbox: Sandbox,
    now: number,
  ): Promise<ZoneCoverage | undefined> {
    const { policy } = offline;
    if (policy?.trial.kind !== 'passed') return undefined;
    const { manifest } = policy.trial.accepted;
    const origin = zoneNameFromText(zone);
    if (!origin.ok) return undefined;
    const script = withoutCounts(policy.script);
    const loaded = { key: policyKey(offline.update), zone: origin.value, manifest, script };
    const explored = await explorePolicy(loaded, sandbox, LIMITS, now);
    const cases = this.#covered(explored.flatMap(casesIn));
    const areAll = explored.every(({ cases: { untaken, sampled } }) => untaken === 0 && sampled.size === 0);
    return { zone, hosts: this.#coveredHosts(manifest), cases, areAll };
  }

  #coveredHosts({ hosts }: Manifest): Covered {
    const missing = hosts.filter(({ key }) => !this.#hosts.has(key)).map(hostText);
    return { covered: hosts.length - missing.length, all: hosts.length, missing };
  }

  #covered(all: readonly FoundCase[]): Covered {
    const byKey = new Map(all.map((found) => [found.key, found]));
    const missing = [...byKey.values()].filter(({ key }) => !this.#cases.has(key)).map(({ words }) => words);
    return { covered: byKey.size - missing.length, all: byKey.size, missing };
  }
}

interface FoundCase {
  readonly key: string;
  readonly words: string;
}

function casesIn({ host, cases }: HostCases): FoundCase[] {
  // Of many that are one case the first found is told, so it must come last.
  return cases.leaves.toReversed().map(({ reads, result }) => {
    const facts = reads.map(([fact]) => plainName(fact));
    return {
      key: caseKey(host.key, result.ok ? [facts, result.data] : FAILS),
      words: `${hostText(host)} for ${caseText(reads)}${result.ok ? '' : ', where it fails'}`,
    };
  });
}

const FAILS = 'fails';

function caseKey(host: string, of: unknown): string {
  return JSON.stringify([host, of]);
}
