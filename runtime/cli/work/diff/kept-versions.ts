/** The versions of zones that the state folder has: the last good one of each, and those before. */
import { createLogger } from '../../../base/log.ts';
import { fail, ok, type Result } from '../../../base/result.ts';
import type { Config } from '../../../config/config.ts';
import {
  type EarlierVersion,
  EarlierVersions,
  earlierFolder,
} from '../../../registry/earlier/earlier-versions.ts';
import { type LastGood, lastGoodFolder } from '../../../registry/last-good.ts';
import { LastGoodStore } from '../../../registry/last-good-store.ts';
import { formatTable } from '../../table.ts';
import type { LiveSide } from './diff-side.ts';

export class KeptVersions {
  readonly #lastGood: LastGoodStore;
  readonly #earlier: EarlierVersions;

  constructor({ state }: Pick<Config, 'state'>) {
    const log = createLogger({ level: 'warn', format: 'auto' });
    this.#lastGood = new LastGoodStore(lastGoodFolder(state), log);
    this.#earlier = new EarlierVersions(earlierFolder(state), log);
  }

  /** The version of a zone that a side means; a zone that has none so old is there as its oldest. `undefined` if it has none. */
  async versionFor(zone: string, { back, at }: LiveSide): Promise<Result<LastGood | undefined>> {
    const live = await this.#lastGood.read(zone);
    const isNamed = at?.zone === zone;
    if (live === undefined || (back === 0 && !isNamed)) return ok(live);
    const earlier = await this.#earlier.list(zone);
    const meant = isNamed
      ? earlier.find(({ version }) => version === at.version)
      : earlier[Math.min(back, earlier.length) - 1];
    if (meant === undefined) {
      if (!isNamed || at.version === live.version) return ok(live);
      const there = [live, ...earlier].map(({ version }) => version).join(', ');
      return fail(`No version ${at.version} of ${zone} is kept; there is ${there}`);
    }
    const read = await this.#earlier.read(zone, meant);
    return read === undefined ? fail(`The version ${meant.version} of ${zone} cannot be read`) : ok(read);
  }

  /** The last first. */
  async list(zone: string): Promise<EarlierVersion[]> {
    const live = await this.#lastGood.read(zone);
    return live === undefined
      ? []
      : [{ version: live.version, since: live.since }, ...(await this.#earlier.list(zone))];
  }
}

export interface ListedVersion extends EarlierVersion {
  readonly zone: string;
  /** As `dnsteer diff` takes it for all zones: `live~1`. */
  readonly name: string;
}

export async function listVersions(
  zones: readonly string[],
  config: Pick<Config, 'state'>,
): Promise<ListedVersion[]> {
  const kept = new KeptVersions(config);
  const listed: ListedVersion[] = [];
  for (const zone of zones)
    for (const [back, version] of (await kept.list(zone)).entries())
      listed.push({ zone, ...version, name: back === 0 ? 'live' : `live~${back}` });
  return listed;
}

export function versionsText(versions: readonly ListedVersion[]): string {
  if (versions.length === 0)
    return 'No version of a zone is kept yet: a server keeps those that it has served';
  const columns = ['ZONE', 'VERSION', 'LIVE SINCE', 'NAME'].map((title) => ({ title }));
  const rows = versions.map(({ zone, version, since, name }) => [
    zone,
    version,
    new Date(since).toISOString().replace(/\.\d+Z$/, 'Z'),
    name,
  ]);
  return formatTable(columns, rows).join('\n');
}
