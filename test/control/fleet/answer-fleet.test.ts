/** Answer processes are looked after: one that is there and does nothing is no better than one that is gone. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { createLogger } from '../../../runtime/base/log.ts';
import { preludeBundle } from '../../../runtime/build/prelude-bundle.ts';
import { loadConfig } from '../../../runtime/config/config.ts';
import { AnswerFleet } from '../../../runtime/control/fleet/answer-fleet.ts';
import { ZoneImages } from '../../../runtime/control/fleet/zone-images.ts';
import { answerSettings, generationOf } from '../../../runtime/control/settings.ts';
import { atEnd } from '../../support/at-end.ts';
import { freePort } from '../../support/ports.ts';
import { until } from '../../support/until.ts';

test('A process that is stuck is replaced; a clock that was ahead when one began is known as long as it lives', async (context) => {
  const cwd = mkdtempSync(path.join(tmpdir(), 'dnsteer-fleet-'));
  atEnd(context, () => rmSync(cwd, { recursive: true }));
  const env = { DNSTEER_LISTEN: `127.0.0.1:${await freePort()}`, DNSTEER_PROCESSES: '1' };
  const config = loadConfig({ cwd, env });
  assert.ok(config.ok);
  const { script: prelude } = await preludeBundle();
  const log = createLogger({ level: 'silent', format: 'json' });
  const fleet = new AnswerFleet({
    settings: answerSettings(config.value, generationOf(config.value), prelude, {
      geoFiles: [],
      latencies: undefined,
    }),
    images: new ZoneImages({ folder: cwd, id: 'fleet', account: undefined, log }),
    log,
    onEvent: () => {},
    care: { lookMs: 50, stuckMs: 1500 },
  });
  const now = Date.now;
  const clock = context.mock.method(Date, 'now', () => now() + 86_400_000);
  await fleet.start();
  atEnd(context, () => fleet.drain());
  await fleet.listen();
  assert.equal(fleet.isAhead, false);
  clock.mock.restore();
  assert.deepEqual([fleet.isAhead, fleet.mustRenew], [true, false]);
  assert.equal(fleet.confirmClock(), true);
  assert.equal(fleet.mustRenew, true);
  const stuck = fleet.members()[0]?.pid ?? 0;
  assert.notEqual(stuck, 0);
  process.kill(stuck, 'SIGSTOP');
  const [member] = await until(
    async () => fleet.members(),
    ([one]) => one?.pid !== stuck && one?.state === 'listening',
  );
  assert.ok((member?.restarts ?? 0) >= 1);
  // It goes only now that another listens.
  await until(
    async () => isThere(stuck),
    (isLeft) => !isLeft,
  );
  assert.equal(fleet.isAhead, false);
});

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
