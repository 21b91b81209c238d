/** `dnsteer check` foresees that checks of type icmp are not permitted, and asks the system only if there are any. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ExaminedZone, unpermittedEchoes } from '../../runtime/cli/work/examine-zones.ts';

const context = { root: '/srv/policies' };
const zone = (...types: string[]) => {
  const part = (type: string) => ({ id: type, type });
  const targets = [{ id: 'all', type: 'all', need: 2, of: types.map(part) }];
  const policy = { trial: { kind: 'passed', accepted: { manifest: { targets } } } };
  return {
    files: { zone: 'a.example', policy: '/srv/policies/a.example.ts' },
    draft: { policy },
  } as unknown as ExaminedZone;
};

test('A policy with an icmp check is warned of, with the remedy', async () => {
  const found = await unpermittedEchoes([zone('tcp', 'icmp'), zone('tcp')], context, () =>
    Promise.resolve('Not permitted to group 5 of this server: sysctl'),
  );
  assert.deepEqual(
    found.map(({ severity, message }) => [severity, message]),
    [
      [
        'warning',
        'Checks of type "icmp" fail where this runs, and their targets are down: Not permitted to group 5 of this server: sysctl',
      ],
    ],
  );
});

test('Nothing is asked where no policy needs it', async () => {
  const found = await unpermittedEchoes([zone('tcp')], context, () => assert.fail('it is asked'));
  assert.deepEqual(found, []);
});
