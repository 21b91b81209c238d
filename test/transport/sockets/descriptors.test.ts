import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { descriptorsNow, fitLimits } from '../../../runtime/transport/sockets/descriptors.ts';

const LIMITS = { idleMs: 1000, clients: 256, clientsPerAddress: 64 };

suite('Descriptors', () => {
  test('are counted as the system does', { skip: process.platform !== 'linux' }, () => {
    const now = descriptorsNow();
    assert.ok(now !== undefined);
    assert.ok(now.used > 3 && now.most > now.used, JSON.stringify(now));
  });

  test('that suffice, or are not told, leave the limits as they are set', () => {
    assert.deepEqual(fitLimits(LIMITS, 3, { most: 1024, used: 40 }), { limits: LIMITS });
    assert.deepEqual(fitLimits(LIMITS, 3, undefined), { limits: LIMITS });
  });

  test('that do not suffice make it fewer connections, with some left, and the sum is told', () => {
    const { limits, warning } = fitLimits(LIMITS, 6, { most: 1024, used: 40 });
    assert.deepEqual(limits, { idleMs: 1000, clients: 153, clientsPerAddress: 64 });
    assert.ok(40 + 64 + 6 * limits.clients <= 1024);
    assert.match(
      warning ?? '',
      /1024 .* 1640 \(40 in use \+ 64 in reserve \+ 6 × 256 connections\): it takes 153/,
    );
  });

  test('that are very few leave one connection', () => {
    const { limits } = fitLimits(LIMITS, 3, { most: 64, used: 40 });
    assert.deepEqual(limits, { idleMs: 1000, clients: 1, clientsPerAddress: 1 });
  });
});
