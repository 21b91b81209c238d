/** IXFR from a whole server: its files change, it is killed, its state folder is damaged. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { dig, missing } from '../support/dig.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { until } from '../support/until.ts';

const ZONE = 'example.com';
const LARGE = 'large.example';
const CONFIG = `transfer: { allow: [127.0.0.0/8] }\n`;

function zoneText(serial: number, host: string, count: number): string {
  const many = Array.from({ length: count }, (_, index) => `host-${index} A 192.0.2.1\n`).join('');
  return `$TTL 300\n@ SOA ns host ${serial} 3600 600 86400 60\n@ NS ns\nns A 127.0.0.1\n${many}${host} A 192.0.2.1\n`;
}

describe('IXFR from a server', { skip: missing('dig') }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-ixfr-'));
  let server: TestServer;

  const start = async (): Promise<void> => {
    server = await startServer({ folder, config: CONFIG, processes: 2 });
  };
  before(async () => {
    writeZones(folder, 1, 'one');
    await start();
  });
  after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  /** What a client with this serial gets: the serials of SOAs, and the hosts that are no number. */
  async function ixfr(serial: number, zone: string, ...more: string[]): Promise<string> {
    const text = await dig(server.port, zone, `IXFR=${serial}`, '+nocomments', '+nocmd', '+nostats', ...more);
    const lines = text.split('\n').flatMap((line) => {
      const [, soa] = /\sSOA\s+\S+\s\S+\s(\d+)/.exec(line) ?? [];
      const [, host] = /^([a-z]+)\.\S+\s.*\sA\s/.exec(line) ?? [];
      return soa ?? (host === 'ns' ? 'whole' : (host ?? []));
    });
    return lines.join(' ');
  }

  /** Resolves when the journal on the disk has the version with this host. */
  async function kept(zone: string, host: string): Promise<void> {
    const file = path.join(folder, '.dnsteer', 'journals', `${zone}.journal`);
    await until(
      () => Promise.resolve(existsSync(file) && readFileSync(file).includes(host)),
      (isKept) => isKept,
    );
  }

  async function reaches(serial: number, zone: string, wanted: string): Promise<void> {
    await until(
      () => ixfr(serial, zone),
      (got) => got === wanted,
    );
  }

  for (const [zone, count] of [
    [ZONE, 40],
    [LARGE, 5000],
  ] as const) {
    test(`Clients get what changed in a zone of ${count} records, over TCP, and over UDP if it fits`, async () => {
      await kept(zone, 'one');
      server.write(`${zone}.zone`, zoneText(2, 'two', count));
      await reaches(1, zone, '2 1 one 2 two 2');
      server.write(`${zone}.zone`, zoneText(3, 'three', count));
      await reaches(1, zone, '3 1 one 2 two 2 two 3 three 3');
      assert.equal(await ixfr(2, zone), '3 2 two 3 three 3');
      assert.equal(await ixfr(3, zone), '3');
      assert.match(await ixfr(7, zone), /^3$/);
      assert.match(await ixfr(0, zone), /^3 whole .*three 3$/);
      assert.equal(await ixfr(2, zone, '+notcp'), '3 2 two 3 three 3');
      assert.equal(await ixfr(0, zone, '+notcp'), '3');
    });
  }

  test('A serial that does not go up with a change ends what was known', async () => {
    server.write(`${ZONE}.zone`, zoneText(3, 'another', 40));
    await until(
      () => ixfr(2, ZONE),
      (got) => got.startsWith('3 whole') && got.includes('another'),
    );
    await kept(ZONE, 'another');
    server.write(`${ZONE}.zone`, zoneText(4, 'four', 40));
    await reaches(3, ZONE, '4 3 another 4 four 4');
  });

  test('A server that is killed knows afterwards what led to what it has, and to what its files have become', async () => {
    const ended = once(server.process, 'exit');
    server.process.kill('SIGKILL');
    await ended;
    server.write(`${ZONE}.zone`, zoneText(5, 'five', 40));
    await start();
    await reaches(3, ZONE, '5 3 another 4 four 4 four 5 five 5');
    await reaches(1, LARGE, '3 1 one 2 two 2 two 3 three 3');
  });

  test('A damaged journal is told; clients get whole zones until the next change', async () => {
    await server.stop();
    writeFileSync(path.join(folder, '.dnsteer', 'journals', `${ZONE}.journal`), 'dnsteer-journal 1 00\n{}\n');
    await start();
    await server.printed(/"code":"ZONE_JOURNAL","zone":"example.com".*its checksum is wrong/);
    assert.match(await ixfr(4, ZONE), /^5 whole/);
    server.write(`${ZONE}.zone`, zoneText(6, 'six', 40));
    await reaches(5, ZONE, '6 5 five 6 six 6');
    assert.match(await ixfr(4, ZONE), /^6 whole/);
  });
});

function writeZones(folder: string, serial: number, host: string): void {
  for (const [zone, count] of [
    [ZONE, 40],
    [LARGE, 5000],
  ] as const) {
    mkdirSync(path.join(folder, 'policies'), { recursive: true });
    writeFileSync(path.join(folder, 'policies', `${zone}.zone`), zoneText(serial, host, count));
  }
}
