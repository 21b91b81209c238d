/** `dnsteer transfer` against an admin server: progress, what came of it, and why not. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type AdminServer, startAdmin } from '../../runtime/admin/server.ts';
import { silentLogger } from '../../runtime/base/log.ts';
import { ForcedTransfer } from '../../runtime/transfer/forced-transfer.ts';
import { fakeSource } from '../admin/fake-source.ts';
import { dnsteer, testFolder } from './dnsteer.ts';

const TOKEN = 'correct-horse-battery';
const cwd = testFolder({ token: `${TOKEN}\n` });
const PRIMARIES = [
  { address: '192.0.2.1', port: 53 },
  { address: '192.0.2.2', port: 53 },
];
let work: (transfer: ForcedTransfer, isForced: boolean) => Promise<void>;
const source = fakeSource({
  facts: () => ({ ...fakeSource().facts(), zones: [ofZone('example.com'), ofZone('file.example')] }),
  transfer: (zone, isForced) => {
    if (zone !== 'example.com') return undefined;
    const transfer = new ForcedTransfer();
    void work(transfer, isForced);
    return transfer;
  },
});
let admin: AdminServer;
before(async () => {
  admin = await startAdmin({
    listen: { address: '127.0.0.1', port: 0 },
    token: TOKEN,
    source,
    log: silentLogger(),
  });
});
after(() => admin.close());

function ofZone(zone: string) {
  return { zone, file: 'transferred', state: 'live' as const, problems: [], pools: [] };
}

function run(...args: readonly string[]): ReturnType<typeof dnsteer> {
  const env = { DNSTEER_ADMIN_LISTEN: new URL(admin.url).host, DNSTEER_ADMIN_TOKEN: TOKEN };
  return dnsteer(['transfer', ...args], { cwd, env });
}

test('It says what came of it: serials, records, time, and from whom', async () => {
  const succeed = (beforehand: number | undefined) => async (transfer: ForcedTransfer) => {
    await transfer.run(PRIMARIES, ({ address }) => {
      transfer.records = 42;
      return Promise.resolve(address === '192.0.2.1' ? 'it answers REFUSED' : undefined);
    });
    transfer.succeed(beforehand, 7);
  };
  for (const [beforehand, serial] of [
    [undefined, 'serial 7, the first copy'],
    [7, 'serial 7 as before'],
    [5, 'serial 5 before, 7 now'],
  ] as const) {
    work = succeed(beforehand);
    const { code, stdout } = await run('Example.com.');
    assert.match(stdout, /^example\.com was transferred from 192\.0\.2\.2:53: .* in \d+ ms\n$/);
    assert.ok(stdout.includes(`: ${serial}, 42 records`), stdout);
    assert.equal(code, 0);
  }
  const { zone, kind, primary, after: serial } = JSON.parse((await run('example.com', '--json')).stdout);
  assert.deepEqual([zone, kind, primary, serial], ['example.com', 'transferred', '192.0.2.2:53', 7]);
});

test('A transfer that takes long is told of meanwhile, and is one transfer', async () => {
  let begun = 0;
  work = async (transfer) => {
    begun += 1;
    await transfer.run(PRIMARIES, async () => {
      transfer.records = 9000;
      await new Promise((resolve) => setTimeout(resolve, 3000));
      return undefined;
    });
    transfer.succeed(1, 2);
  };
  const { code, stdout, stderr } = await run('example.com');
  assert.match(stderr, /^(example\.com: 9000 records from 192\.0\.2\.1:53 so far\n)+$/);
  assert.match(stdout, /serial 1 before, 2 now, 9000 records in \d+ ms/);
  assert.deepEqual([code, begun], [0, 1]);
});

test('Where no primary gives the zone it says why each does not, and what takes a lower serial', async () => {
  const asked: boolean[] = [];
  work = async (transfer, isForced) => {
    asked.push(isForced);
    await transfer.run(PRIMARIES, ({ address }) =>
      Promise.resolve(address === '192.0.2.1' ? 'it answers REFUSED' : 'its serial 4 is older than ours, 5'),
    );
    transfer.giveUp();
  };
  const { code, stdout, stderr } = await run('example.com');
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /^error: No primary gave example\.com, which is served as it was \(TRANSFER\)\n/);
  assert.match(stderr, /192\.0\.2\.1:53: it answers REFUSED\n/);
  assert.match(stderr, /192\.0\.2\.2:53: its serial 4 is older than ours, 5\n/);
  assert.match(stderr, /--force/);
  assert.equal((await run('example.com', '--force')).code, 1);
  assert.deepEqual(asked, [false, true]);
});

test('A zone that is no secondary zone, or none at all, is a mistake', async () => {
  const own = await run('file.example');
  assert.equal(own.code, 1);
  assert.match(
    own.stderr,
    /^error: file\.example is not transferred from other servers: .*\(NOT_SECONDARY\)\n$/,
  );
  const none = await run('exampel.com');
  assert.deepEqual(
    [none.code, none.stderr],
    [1, 'error: No zone "exampel.com" is served; did you mean example.com?\n'],
  );
});
