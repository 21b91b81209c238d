/** The parts of control that hold geo data: files of places, the file of latencies, and the watch over them. */
import path from 'node:path';
import type { Logger } from '../../base/log.ts';
import type { Config } from '../../config/config.ts';
import { accountToBecome } from '../../transport/privileges.ts';
import type { Reloading } from '../reloading.ts';
import { accountIn } from '../settings.ts';
import { GeoFiles } from './geo-files.ts';
import { GeoWatch } from './geo-watch.ts';
import { LatencyFile } from './latency-file.ts';
import type { TakenGeo } from './taken-geo.ts';
import { type UseGeoParts, useGeo } from './use-geo.ts';

/** Takes over what the settings name. @throws {DnsteerError} `START`, if a file of places cannot be used. */
export async function takeGeo(config: Config, parent: Logger): Promise<TakenGeo> {
  const log = parent.child({ component: 'geo-files' });
  const geoFiles = new GeoFiles({ folder: path.join(config.state, 'geo-files'), log });
  await geoFiles.take(config.geo.files);
  const account = accountToBecome(accountIn(config));
  const latencyFile = new LatencyFile({
    folder: path.join(config.state, 'latencies'),
    pushed: path.join(config.state, 'latencies.csv'),
    account,
    log,
  });
  await latencyFile.take(config.geo.latency);
  return { geoFiles, latencyFile };
}

/** Sees that files change, and puts them to use in turn with reloads. */
export function watchGeo({
  reloading,
  log,
  ...parts
}: UseGeoParts & { readonly reloading: Reloading; readonly log: Logger }): GeoWatch {
  const { settings, geoFiles, latencyFile } = parts;
  return new GeoWatch({
    files() {
      const { files, latency } = settings.config.geo;
      return latency === undefined ? files : [...files, latency];
    },
    changed: (file) => (file === settings.config.geo.latency ? latencyFile : geoFiles).changed(file),
    onChange: () => reloading.inTurn(() => useGeo(parts)),
    log: log.child({ component: 'geo-files' }),
  });
}
