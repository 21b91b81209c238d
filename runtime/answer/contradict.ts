/** What becomes of a policy that is no function of what it reads: its decisions are not remembered any more. */
import { typeToText } from '../wire/iana/rrtype.ts';
import { nameToText } from '../wire/name.ts';
import type { Asked } from './asked.ts';
import type { Contradiction } from './memo/memo.ts';
import type { Parts } from './parts.ts';

/** Characters of what differs that are told: of hundreds of facts nobody reads all. */
const MOST_DETAIL = 1000;

/** Turns the memory of the version off, and tells of it; once, however many see it. */
export function contradict(
  { zone, policy, host, question }: Asked,
  { what, detail }: Contradiction,
  { onContradiction, packets }: Pick<Parts, 'onContradiction' | 'packets'>,
): void {
  if (!policy.memo.isOn) return;
  policy.memo.retire();
  packets?.clear();
  const { id, version, counters } = zone.attachment;
  counters.counts.contradictions += 1;
  onContradiction({
    zone: id,
    version,
    host: host.key,
    name: nameToText(question.name).slice(0, -1),
    type: typeToText(question.type),
    what,
    detail: detail.length <= MOST_DETAIL ? detail : `${detail.slice(0, MOST_DETAIL)}…`,
  });
}
