/** Unbound asks dnsteer on behalf of its clients, keeps what it gets, and tells whom it asked for. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { dig, digShort, missing } from '../support/dig.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { type ForeignServer, startForeign } from './foreign-server.ts';
import { RICH_FOLDER } from './rich-zone.ts';

const CONFIG = `
geo:
  detail: country
  overrides:
    192.0.2.0/24: { country: DE }
    198.51.100.0/24: { country: US }
`;

const QUESTIONS: readonly (readonly [question: string, rcode: string, ...answers: string[]])[] = [
  ['www.rich.example A', 'NOERROR', '192.0.2.1', '192.0.2.2'],
  ['fixed.rich.example MX', 'NOERROR', '10 mail.rich.example.', '20 mail.elsewhere.example.'],
  ['onward.rich.example AAAA', 'NOERROR', 'fixed.rich.example.', '2001:db8:30::30'],
  ['lot.rich.example A', 'NOERROR', '198.51.100.20'],
  ['some.tenant.rich.example TXT', 'NOERROR', '"some.tenant.rich.example"'],
  ['www.child.rich.example A', 'NOERROR', '192.0.2.77'],
  ['asked.rich.example A', 'NOERROR'],
  ['deep.under.void.rich.example A', 'NOERROR', '192.0.2.9'],
  ['missing.rich.example A', 'NXDOMAIN'],
  ['gone.rich.example A', 'NXDOMAIN'],
  ['refused.rich.example A', 'SERVFAIL'],
  ['throws.faulty.example A', 'NOERROR', '192.0.2.250'],
];

describe('Unbound', { skip: missing('unbound') || missing('dig') }, () => {
  let server: TestServer;
  let unbound: ForeignServer;
  before(async () => {
    server = await startServer({ geo: 'country', from: RICH_FOLDER, config: CONFIG });
    unbound = await startForeign({
      program: 'unbound',
      args: (config) => ['-d', '-c', config],
      config: (port) => unboundConfig(port, server.port),
      ready: 'start of service',
    });
  });
  after(async () => {
    await unbound.stop();
    await server.stop();
  });

  for (const [question, rcode, ...answers] of QUESTIONS) {
    test(`resolves ${question}`, async () => {
      const printed = await dig(unbound.port, ...question.split(' '));
      assert.match(printed, new RegExp(`status: ${rcode},`));
      assert.deepEqual((await digShort(unbound.port, ...question.split(' '))).sort(), answers.toSorted());
    });
  }

  test('fetches over TCP what does not fit', async () => {
    const lines = await digShort(unbound.port, 'large.rich.example', 'TXT', '+tcp');
    assert.equal(lines.length, 6);
  });

  test('keeps one answer for each network that a policy told apart', async () => {
    const ask = (subnet: string) =>
      digShort(unbound.port, 'country.rich.example', 'TXT', `+subnet=${subnet}`);
    for (let round = 0; round < 2; round += 1) {
      assert.deepEqual(await ask('192.0.2.0/24'), ['"DE"']);
      assert.deepEqual(await ask('198.51.100.0/24'), ['"US"']);
    }
  });

  test('keeps one answer for all where nothing of the client was read', async () => {
    const first = await dig(unbound.port, 'clock.rich.example', 'TXT', '+subnet=192.0.2.0/24');
    assert.match(first, /CLIENT-SUBNET: 192\.0\.2\.0\/24\/0/);
  });
});

function unboundConfig(port: number, upstream: number): string {
  return `
server:
  interface: 127.0.0.1@${port}
  num-threads: 1
  username: ""
  chroot: ""
  pidfile: ""
  use-syslog: no
  log-time-ascii: no
  verbosity: 1
  do-ip6: no
  do-not-query-localhost: no
  qname-minimisation: yes
  module-config: "subnetcache iterator"
  send-client-subnet: 127.0.0.1
  client-subnet-always-forward: yes
remote-control:
  control-enable: no
stub-zone:
  name: rich.example
  stub-addr: 127.0.0.1@${upstream}
stub-zone:
  name: faulty.example
  stub-addr: 127.0.0.1@${upstream}
`;
}
