/** Whether this server draws traffic, as far as it decides that by announcing prefixes. */
import type { Status } from '../status.ts';
import type { Exposition, Sample } from './exposition.ts';

const WAYS = ['announced', 'prepended', 'withdrawn', 'undecided'] as const;

export function announceMetrics(page: Exposition, { announce }: Status): void {
  const isOn = announce !== undefined && announce.prefixes.length > 0;
  page.gauge(
    'dnsteer_announcement',
    'What becomes of the prefixes of the settings: 1 for what holds, 0 for all else; absent without prefixes',
    isOn ? WAYS.map((way): Sample => [{ way }, announce.way === way ? 1 : 0]) : [],
  );
  page.counter(
    'dnsteer_announcement_changes_total',
    'How often that has changed',
    isOn ? [[{}, announce.changes]] : [],
  );
  page.gauge(
    'dnsteer_bgp_speaker_obeys',
    'Whether a BGP speaker has taken over what was decided last',
    isOn ? announce.bridges.map(({ speaker, isDone }): Sample => [{ speaker }, isDone ? 1 : 0]) : [],
  );
}
