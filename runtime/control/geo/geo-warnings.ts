/** Warnings for the operator about geo data. */

import type { GeoFacts } from '../../admin/source.ts';
import { daysOld } from '../../admin/source.ts';

/** Days after which geo data are told to be old: makers of free data publish each week or month. */
const OLD_DAYS = 60;

/** `geo`: the data in the order in which they are asked; those behind a file that knows all countries are hardly used. */
export function geoWarnings(geo: readonly GeoFacts[]): string[] {
  const hasFiles = geo.some(({ file }) => file !== undefined);
  return geo.flatMap(({ name, file, built, isBefore2020 }) => {
    if (file === undefined)
      return isBefore2020 === true && !hasFiles
        ? [`The data of ${name} is from before 2020: expect some clients in the wrong country`]
        : [];
    const days = daysOld(built ?? '');
    return days > OLD_DAYS
      ? [
          `The geo data ${file} (${name}) are ${days} days old: fetch newer ones, which are taken up from there: dnsteer geo update`,
        ]
      : [];
  });
}
