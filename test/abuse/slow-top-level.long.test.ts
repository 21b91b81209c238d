/** Top levels that take long, just below the limit, above it, or only where it harms. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logLine } from '../support/log.ts';
import { until } from '../support/until.ts';
import {
  ASKED,
  blamed,
  blameServer,
  PATIENT,
  pause,
  policyOf,
  quarantined,
  undecided,
  underLoad,
} from './blame.ts';

/** Computes for about so many milliseconds. */
const busy = (ms: number | string) =>
  `const end = Date.now() + ${ms}; let n = 0; while (Date.now() < end) n += 1;`;

test('Fifteen zones whose top level takes nearly all it may make no neighbour wait', async () => {
  const server = await blameServer();
  try {
    const during = await underLoad(server, async () => {
      for (let zone = 0; zone < 15; zone += 1)
        server.write(`slow${zone}.example.ts`, policyOf('', { top: busy(60) }));
      for (let zone = 0; zone < 15; zone += 1)
        await server.printed(new RegExp(`slow${zone}\\.example.*Zone is live`));
      await pause(2000);
    });
    assert.deepEqual(undecided(during.get(PATIENT)), []);
    assert.deepEqual(await quarantined(server), []);
    assert.match(
      server.output(),
      /slow0\.example@\w+ takes \d+\.\d ms to load: it has a sandbox with its like/,
    );
    const after = await underLoad(server, () => pause(300));
    assert.deepEqual(undecided(after.get(PATIENT)), []);
  } finally {
    await server.stop();
  }
});

test('A top level that takes too long is refused, as often as it is changed', async () => {
  const server = await blameServer();
  try {
    const during = await underLoad(server, async () => {
      for (let version = 0; version < 5; version += 1) {
        const { reloadFailures } = (await server.status()).totals;
        server.write('long.example.ts', policyOf(`n += ${version};`, { top: busy(400) }));
        await until(
          async () => (await server.status()).totals.reloadFailures,
          (failures) => failures > reloadFailures,
        );
      }
    });
    await logLine(server, 'long.example', /ran longer than 100 ms/);
    assert.deepEqual(undecided(during.get(PATIENT)), []);
  } finally {
    await server.stop();
  }
});

test('A top level that behaves in its trial and not where others wait is moved, and told of', async () => {
  const server = await blameServer();
  try {
    const during = await underLoad(server, async () => {
      for (let version = 0; version < 8; version += 1) {
        // By chance: there is no telling the sandboxes apart.
        const top = `${busy('(Math.random() < 0.4 ? 70 : 0)')} const version = ${version};`;
        server.write('fickle.example.ts', policyOf('if (version < 0) return {};', { top }));
        await pause(500);
      }
    });
    assert.deepEqual(undecided(during.get(PATIENT)), []);
    assert.deepEqual(await quarantined(server), []);
    assert.match(server.output(), /fickle\.example@\w+ (takes|did not load within)/);
    assert.deepEqual([...blamed(server, ASKED), ...blamed(server, PATIENT)], []);
  } finally {
    await server.stop();
  }
});
