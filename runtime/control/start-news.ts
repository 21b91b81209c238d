/** What is told of a start: how far it is, and what is to be expected of the geo data. */
import type { Logger } from '../base/log.ts';
import type { Config } from '../config/config.ts';
import { describeGeoipLite } from '../geo/geoip-lite.ts';

/** Milliseconds between two lines about a long start. */
const PROGRESS_MS = 1000;

/** Tells now and then how many zones are loaded. */
export function progressTo(log: Logger): (done: number, total: number) => void {
  let toldAt = Date.now();
  return (done, total) => {
    if (Date.now() - toldAt < PROGRESS_MS) return;
    toldAt = Date.now();
    log.info({ component: 'policies' }, `${done} of ${total} zones loaded`);
  };
}

export function geoWarnings(detail: Config['geo']['detail']): string[] {
  if (detail === 'none') return [];
  const { name, outdated } = describeGeoipLite({ detail });
  return outdated
    ? [`The data of ${name} is from before 2020: expect some clients in the wrong country`]
    : [];
}
