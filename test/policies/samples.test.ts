/** The sample policies decide what their comments say. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { outline, PolicySandbox, type SampleZone } from './sandbox.ts';

const sandbox = new PolicySandbox();
let example: SampleZone;
let pay: SampleZone;

before(async () => {
  await sandbox.start();
  [example, pay] = await Promise.all([
    sandbox.load('example.com.ts'),
    sandbox.load('payments/pay.example.ts'),
  ]);
});
after(() => sandbox.stop());

for (const [continent, expected] of [
  ['EU', 'eu > us'],
  ['AS', 'asia > us'],
  ['NA', 'us > eu'],
  [null, 'us > eu'],
] as const) {
  test(`example.com: a client in ${continent ?? 'a place not known'} gets ${expected}`, async () => {
    const { plan, reads } = await example.decide('@', { client: { continent } });
    assert.equal(outline(plan), expected);
    assert.deepEqual(reads, [['client.continent', continent]]);
  });
}

test('example.com: one network in twenty gets the new release, and always the same', async () => {
  const networks = Array.from({ length: 400 }, (_, at) => `10.${at >> 8}.${at & 255}.0/24`);
  const ask = (subnet: string): Promise<string> =>
    example.decide('app', { client: { subnet } }).then(({ plan }) => outline(plan));
  const answers = await Promise.all(networks.map(ask));
  const canaries = answers.filter((answer) => answer === 'next > us').length;
  assert.ok(canaries > 5 && canaries < 45, `${canaries} of 400`);
  assert.deepEqual(await Promise.all(networks.map(ask)), answers);
});

for (const [now, expected, what] of [
  [Date.UTC(2026, 10, 23, 12), 'eu > us', 'before'],
  [Date.UTC(2026, 11, 1, 20, 59), 'eu > us', 'a minute before'],
  [Date.UTC(2026, 11, 1, 21, 0), 'us', 'during'],
  [Date.UTC(2026, 11, 2, 1, 0), 'eu > us', 'after'],
] as const) {
  test(`example.com: the API of Europe is at ${expected} ${what} the upgrade`, async () => {
    const { plan } = await example.decide('api', { client: { eu: true }, now });
    assert.equal(outline(plan), expected);
  });
}

test('example.com: support is staffed in office hours', async () => {
  const at = async (now: number): Promise<string> => outline((await example.decide('support', { now })).plan);
  assert.equal(await at(Date.UTC(2026, 10, 23, 8)), 'staffed');
  assert.equal(await at(Date.UTC(2026, 10, 23, 16)), 'bot');
  assert.equal(await at(Date.UTC(2026, 10, 22, 12)), 'bot');
});

test('example.com: all other hosts need no code', () => {
  const constant = example.manifest.hosts.flatMap(({ key, plan }) =>
    plan === null ? [] : [`${key} ${plan.kind}`],
  );
  assert.deepEqual(constant, ['www nearest', 'beta weighted', 'chat sticky', 'here firstHealthy']);
});

test('The samples probe nothing, so that none of their pools is down on any machine', () => {
  assert.deepEqual(
    [example, pay].flatMap(({ manifest }) => manifest.targets),
    [],
  );
});

test('pay.example: checkout is near the client, and sorry while the ledger moves', async () => {
  const at = async (country: string, now: number): Promise<string> =>
    outline((await pay.decide('checkout', { client: { country }, now })).plan);
  const usual = Date.UTC(2026, 10, 23);
  assert.equal(await at('AT', usual), 'rotate(zurich > frankfurt > zurich)');
  assert.equal(await at('FR', usual), 'rotate(frankfurt > frankfurt > zurich)');
  assert.equal(await at('FR', Date.UTC(2026, 11, 24, 3)), 'sorry');
});

test('pay.example: the status tells which site is at work', async () => {
  const { plan, reads } = await pay.decide('status', { type: 'TXT', health: { zurich: 'down' } });
  assert.equal(outline(plan), 'frankfurt=up zurich=down');
  assert.deepEqual(reads, [
    ['query.type', 'TXT'],
    ['health.frankfurt', 'up'],
    ['health.zurich', 'down'],
  ]);
  assert.equal(outline((await pay.decide('status', { type: 'A' })).plan), 'nodata');
});
