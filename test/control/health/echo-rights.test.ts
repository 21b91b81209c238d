/** Whoever has icmp checks and may not send them is told at the start, and nobody else is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '../../../runtime/base/log.ts';
import { EchoRights } from '../../../runtime/control/health/echo-rights.ts';
import type { TargetReport } from '../../../runtime/health/reports.ts';

const report = (type: string, of?: readonly TargetReport[]): TargetReport => ({
  id: type,
  probed: type,
  type,
  address: '',
  state: 'unknown',
  since: 0,
  owners: [],
  ...(of && { of }),
});

test('A warning stands as long as a check needs what is not permitted, in a combination as well', async () => {
  const rights = new EchoRights(() => Promise.resolve('Not permitted to group 5'));
  const [icmp, tcp] = [[report('icmp')], [report('tcp')]];
  await rights.look([report('all', [report('tcp'), report('icmp')])], silentLogger());
  const told = ['Checks of type icmp fail, and their targets are down: Not permitted to group 5'];
  assert.deepEqual([rights.warnings(icmp), rights.warnings(tcp)], [told, []]);
});

test('Without such a check nobody asks the system, and what is permitted is no warning', async () => {
  let asked = 0;
  const rights = new EchoRights(() => {
    asked += 1;
    return Promise.resolve(undefined);
  });
  await rights.look([report('tcp')], silentLogger());
  assert.equal(asked, 0);
  await rights.look([report('icmp')], silentLogger());
  assert.deepEqual([asked, rights.warnings([report('icmp')])], [1, []]);
});
