/** One question to a policy, with all that outlives the exchange it comes from. */
import { assert } from '../base/assert.ts';
import type { FactsData } from '../rpc/sandbox-protocol.ts';
import type { RunOutcome } from '../runner/runs-and-loads.ts';
import { typeToText } from '../wire/iana/rrtype.ts';
import { nameToText } from '../wire/name.ts';
import { type Draft, isNamed } from './draft.ts';
import type { PastRead } from './facts/fact.ts';
import { type Fact, parseFact } from './facts/fact.ts';
import type { MemoQuestion } from './memo/memo-node.ts';
import type { Parts } from './parts.ts';
import type { ServedHost, ServedPolicy, ServedZone } from './zones/served-zone.ts';

/** One decision on its way, with all it will need when the exchange is busy with other queries. */
export interface Asked {
  readonly zone: ServedZone;
  readonly policy: ServedPolicy;
  readonly host: ServedHost;
  readonly question: MemoQuestion;
  readonly isForMemo: boolean;
}

/** Who is asked what, for as long as it takes. */
export function askedBy(draft: Draft): Asked {
  const { zone, host } = draft;
  const policy = zone?.attachment.policy;
  assert(zone !== undefined && policy !== undefined && host !== undefined, 'only policies are asked');
  // A host of one name has its octets already.
  const name = isNamed(draft, host.name) ? host.name : draft.name.slice(0, draft.nameLength);
  const question = { ...questionOf(draft, host), name };
  return { zone, policy, host, question, isForMemo: draft.steps === undefined };
}

/** Has the sandbox decide by these facts; `since` is when its deadline begins to run. */
export function runAsked(
  { policy, host, question }: Asked,
  facts: FactsData,
  since: number,
  { sandbox, counters }: Pick<Parts, 'sandbox' | 'counters'>,
  done: (outcome: RunOutcome) => void,
): void {
  counters.running += 1;
  sandbox.run(
    {
      key: policy.key,
      host: host.key,
      name: question.name === host.name ? host.nameText : nameToText(question.name).slice(0, -1),
      type: typeToText(question.type),
      facts,
      budgetMs: policy.budgetMs,
      deadlineAt: since + policy.deadlineMs,
    },
    (outcome) => {
      counters.running -= 1;
      done(outcome);
    },
  );
}

/** What a run read, by what it can be told again; `undefined` if that is not known of all of it. */
export function pastReads(
  outcome: RunOutcome & { ok: true },
  { policy, host }: Asked,
  facts: readonly (Fact | undefined)[] = outcome.reads.map(([key]) =>
    parseFact(key, policy.pools, policy.lists),
  ),
): PastRead[] | undefined {
  const reads: PastRead[] = [];
  for (let index = 0; index < facts.length; index += 1) {
    const fact = facts[index];
    if (!isKnown(fact)) return undefined;
    // A host of one name has no other.
    if (host.isWildcard || fact.kind !== 'name')
      reads.push({ fact, value: outcome.reads[index]?.[1] ?? null });
  }
  return reads;
}

/** The question as the memo has it. Written over for each query, and read before the next. */
export function questionOf({ query, name, nameLength }: Draft, host: ServedHost): MemoQuestion {
  question.host = host.index;
  question.isWildcard = host.isWildcard;
  question.type = query.type;
  question.name = name;
  question.nameLength = nameLength;
  return question;
}

const question: { -readonly [K in keyof MemoQuestion]: MemoQuestion[K] } = {
  host: 0,
  type: 0,
  isWildcard: false,
  name: new Uint8Array(0),
  nameLength: 0,
};

/** A policy that read its client's address or the second is asked each time, whatever it says of its purity. */
function isKnown(fact: Fact | undefined): fact is Fact {
  return fact !== undefined && fact.kind !== 'ip' && fact.kind !== 'unix';
}
