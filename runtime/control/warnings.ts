/** Warnings for the operator about what control finds out. */
import type { AnswerFacts } from '../admin/source.ts';
import type { Config } from '../config/config.ts';
import { describeGeoipLite } from '../geo/geoip-lite.ts';

export function geoWarnings(detail: Config['geo']['detail']): string[] {
  if (detail === 'none') return [];
  const { name, outdated } = describeGeoipLite({ detail });
  return outdated
    ? [`The data of ${name} is from before 2020: expect some clients in the wrong country`]
    : [];
}

/** Why answer processes do not use batched sockets for UDP, each reason once. */
export function udpWarnings(members: readonly AnswerFacts[]): Set<string> {
  return new Set(members.flatMap(({ udp }) => udp?.warning ?? []));
}
