/**
 * A script that notes which ways it takes, for whoever walks all cases of a policy and asks behind that which ways none of
 * them took. No client is ever answered by it.
 *
 *     if (query.client.country === "DE") { … }
 *     if (__dnsteer_branch(0, (query.client.country === "DE"))) { … }
 */
import { type BranchSite, branchSites } from './branch-sites.ts';
import { type Insertion, withInsertions } from './narrow-reads.ts';
import { ScriptText } from './script-text.ts';
import { scriptTokens } from './script-tokens.ts';

/** A run for this host tells what was noted: its plan has `seen`, a digit for each site. */
export const BRANCHES_HOST = '__dnsteer_branches';

/** Bits of a digit. */
export const WAY = { TRUE: 1, FALSE: 2 } as const;

/** A site, and where it stands in the script that is not marked. */
export interface MarkedSite extends BranchSite {
  /** Its first name, text or number: source maps know these. */
  readonly at: number;
  /** What stands before that: `!`, `(`. */
  readonly lead: readonly string[];
}

export interface MarkedScript {
  readonly script: string;
  readonly sites: readonly MarkedSite[];
}

/** What is sloppy code is not understood for sure. */
const STRICT = "'use strict';\n";
/** Longer scripts hold data. */
const MOST_SCRIPT = 262_144;
/** The digits of all of them are within what a run may return. */
const MOST_SITES = 4096;
const FIRST = -MOST_SCRIPT - 1;
const NARROWED = '__dnsteer_compared';

/** `undefined` where there is nothing to mark, or the script is not understood for sure. */
export function markBranches(script: string): MarkedScript | undefined {
  if (script.length > MOST_SCRIPT || !script.startsWith(STRICT)) return undefined;
  const tokens = scriptTokens(script);
  const text = tokens && new ScriptText(tokens);
  if (text === undefined || text.isOpaque) return undefined;
  const sites = branchSites(text);
  if (sites.length === 0 || sites.length > MOST_SITES) return undefined;
  const marked = withInsertions(script, insertionsFor(sites, text)).slice(STRICT.length);
  return {
    script: `${STRICT}${headerFor(sites.length)}${marked}${FOOTER}`,
    sites: sites.map((site) => ({ ...site, ...beginOf(site, text) })),
  };
}

function beginOf({ span: { from, to } }: BranchSite, script: ScriptText): Pick<MarkedSite, 'at' | 'lead'> {
  const lead: string[] = [];
  for (let at = from; at <= to; at += 1) {
    const [kind, text] = [script.kind(at), script.text(at)];
    // A client that is compared only (narrow-reads.ts) stands inside of a call that the author did not write.
    if (text === NARROWED) at += 1;
    else if (kind === 'punctuator' || kind === 'keyword') lead.push(text);
    else return { at: script.tokens[at]?.from ?? 0, lead };
  }
  return { at: script.tokens[from]?.from ?? 0, lead: [] };
}

interface Mark extends Insertion {
  /** At one place what ends comes before what begins, and what ends last begins first. */
  readonly rank: number;
}

function insertionsFor(sites: readonly BranchSite[], script: ScriptText): Insertion[] {
  const marks = sites.flatMap(({ kind, span }, site): Mark[] => {
    const [from, to] = [script.tokens[span.from]?.from ?? 0, script.tokens[span.to]?.to ?? 0];
    switch (kind) {
      case 'condition':
      case 'operand':
        return [
          { at: from, text: `__dnsteer_branch(${site}, (`, rank: -to },
          { at: to, text: '))', rank: FIRST },
        ];
      case 'switch':
        return [{ at: from, text: `__dnsteer_branch(${site}, true), `, rank: FIRST }];
      case 'case':
        return [
          { at: script.tokens[span.to + 1]?.to ?? 0, text: ` __dnsteer_branch(${site}, true);`, rank: FIRST },
        ];
      default:
        return kind satisfies never;
    }
  });
  // Sorting is stable: of a condition and its first operand the condition was found first.
  return marks.sort((one, other) => one.at - other.at || one.rank - other.rank);
}

/** The prelude leaves the property as it finds it, so that it can be replaced behind the policy. */
function headerFor(sites: number): string {
  return `const __dnsteer_seen = new Uint8Array(${sites});
const __dnsteer_branch = (site, value) => {
  __dnsteer_seen[site] |= value ? ${WAY.TRUE} : ${WAY.FALSE};
  return value;
};
Object.defineProperty(globalThis, '__dnsteer_run', { value: undefined, writable: true, configurable: true });
`;
}

const FOOTER = `
{
  const run = globalThis.__dnsteer_run;
  globalThis.__dnsteer_run = (line, health) =>
    line.startsWith('${BRANCHES_HOST}\\t')
      ? '{"plan":{"kind":"nodata","seen":"' + __dnsteer_seen.join('') + '"},"reads":[],"impure":[]}'
      : run(line, health);
}
`;
