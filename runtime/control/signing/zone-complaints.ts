/** What an operator should know of the keys of one zone. */
import { timeText } from '../../dnssec/rolls/reasons.ts';
import type { ZoneComplaint } from './complaints.ts';
import type { SignedZone } from './signed-zone.ts';

export function complaintsOf({ roll, held }: SignedZone): ZoneComplaint[] {
  const { zone, checklist } = roll;
  const complaints: ZoneComplaint[] = [];
  if (held?.problem !== undefined) complaints.push({ zone, problem: held.problem, code: 'DNSSEC_KEYS' });
  for (const { reason, text } of checklist?.blocked ?? []) {
    const isClock = reason.kind === 'clock-back' || reason.kind === 'clock-ahead';
    if (isClock && !held?.problem?.includes(text))
      complaints.push({ zone, problem: `Keys do not roll: ${text}`, code: 'DNSSEC_STATE' });
  }
  for (const { text } of checklist?.alarms ?? [])
    complaints.push({ zone, problem: text, code: 'DNSSEC_ROLL' });
  const since = checklist?.parentAwaitedSince;
  if (since !== undefined) {
    const what = checklist?.roll === 'unsign' ? 'to drop its DS' : 'to show a DS';
    const problem = `The parent is asked ${what} since ${timeText(since)}, and does not: "dnsteer dnssec ds ${zone}" tells what it needs`;
    complaints.push({ zone, problem, code: 'DNSSEC_ROLL', severity: 'warning' });
  }
  return complaints;
}
