/** All that writes files is known, and what becomes of a server where it cannot (test/abuse/faulty-disk.long.test.ts). */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const RUNTIME = path.resolve(import.meta.dirname, '../../runtime');

/**
 * `optional`: done without, by base/files/keeping.ts. `refused`: nobody acts on what is not on the disk. `cleared`:
 * what is not removed stays, and does no harm. `verb`: a command that fails. `attempt`: it has to fail. `base`: others decide.
 */
const WRITERS: Readonly<Record<string, 'optional' | 'refused' | 'cleared' | 'verb' | 'attempt' | 'base'>> = {
  'base/files/file-pack.ts': 'base',
  'base/files/folder-owner.ts': 'base',
  'base/files/remove-names.ts': 'base',
  'base/files/replace-file.ts': 'base',
  'base/process/generation.ts': 'base',
  'cli/verbs/prepare.ts': 'verb',
  'cli/verbs/test.ts': 'verb',
  'cli/work/diff/diff-side.ts': 'verb',
  'cli/work/geo/update-geo.ts': 'verb',
  'cli/work/import/take-over.ts': 'verb',
  'cli/work/type-check.ts': 'verb',
  'cli/work/write-starter.ts': 'verb',
  'control/aliases/alias-file.ts': 'optional',
  'control/announce/bridge-desk.ts': 'optional',
  'control/announce/bridge/bird-hand.ts': 'refused',
  'control/announce/drain-file.ts': 'optional',
  'control/audit/audit-log.ts': 'optional',
  'control/change-token.ts': 'optional',
  'control/charge/door.ts': 'optional',
  'control/charge/handover.ts': 'cleared',
  'control/cookie-rotation.ts': 'optional',
  'control/emit/write-emitted.ts': 'refused',
  'control/fleet/zone-images.ts': 'optional',
  'control/geo/geo-files.ts': 'cleared',
  'control/geo/latency-file.ts': 'cleared',
  'control/geo/pushed-latencies.ts': 'refused',
  'control/geo/take-latencies.ts': 'refused',
  'control/geo/take-mmdb.ts': 'optional',
  'control/health/health-file.ts': 'optional',
  'control/notices/notice-file.ts': 'optional',
  'control/overrides/maintenance.ts': 'optional',
  'control/overrides/override-file.ts': 'optional',
  'control/recording/recording-files.ts': 'optional',
  'dnssec/keys/write-key.ts': 'refused',
  'dnssec/rolls/key-folder-hands.ts': 'refused',
  'dnssec/rolls/state-store.ts': 'refused',
  'journal/journal-task.ts': 'optional',
  'registry/earlier/earlier-versions.ts': 'optional',
  'registry/last-good-store.ts': 'optional',
  'sandbox/self-test.ts': 'attempt',
  'transfer/copy-store.ts': 'optional',
  'transfer/journal-keeper.ts': 'optional',
  'update/record-file.ts': 'refused',
};

const WRITES =
  /\b(appendFile|chmod|chown|copyFile|cp|createWriteStream|ftruncate|link|mkdir|mkdtemp|rename|rm|rmdir|symlink|truncate|unlink|utimes|writeFile)(Sync)?\(/;
/** Files by way of base. */
const BY_BASE = /import (?!type)[^;]*from '[^']*\/(?:remove-names|replace-file)\.ts'/;

test('All that writes files is in the list', () => {
  const found = globSync('**/*.ts', { cwd: RUNTIME }).filter((file) => {
    const text = readFileSync(path.join(RUNTIME, file), 'utf8');
    return /from 'node:fs(\/promises)?'/.test(text) && WRITES.test(text) ? true : BY_BASE.test(text);
  });
  assert.deepEqual(found.sort(), Object.keys(WRITERS));
});
