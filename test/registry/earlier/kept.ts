/** Stores with versions of one zone. */
import path from 'node:path';
import type { TestContext } from 'node:test';
import { createLogger } from '../../../runtime/base/log.ts';
import { EarlierVersions, earlierFolder } from '../../../runtime/registry/earlier/earlier-versions.ts';
import type { LastGood } from '../../../runtime/registry/last-good.ts';
import { LastGoodStore } from '../../../runtime/registry/last-good-store.ts';
import { RecordPack } from '../../../runtime/zone/record-pack.ts';
import { makeFolder } from '../../support/policies-folder.ts';

/** The version that went live in an hour. */
export function versionOf(hour: number, script = `hour${hour}()`, version = `0000000${hour}`): LastGood {
  return {
    zone: 'example.com',
    version,
    since: 1_700_000_000_000 + hour * 3_600_000,
    policy: { file: 'policies/example.com.ts', script, sourceMap: '{}' },
    records: new RecordPack(),
    recordHashes: [],
    serial: { basis: 'basis', value: hour },
  };
}

export function openedVersions(context: TestContext) {
  const state = path.join(makeFolder(context).parent, 'state');
  const lines: string[] = [];
  const log = createLogger({ level: 'info', format: 'json' }, { write: (line) => lines.push(line) });
  const earlier = earlierFolder(state);
  const open = (): LastGoodStore => new LastGoodStore(path.join(state, 'last-good'), log, earlier);
  return { store: open(), open, earlier: new EarlierVersions(earlier, log), folder: earlier, lines };
}

/** One after the other, each on the disk. */
export async function keepAll(store: LastGoodStore, versions: readonly LastGood[]): Promise<void> {
  for (const version of versions) {
    store.keep(version);
    await store.flush();
  }
}
