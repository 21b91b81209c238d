/** Files of latencies: what is read, what is told of those that are wrong, and which row an address has. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Address, maskAddress, parseAddress } from '../../runtime/base/net/ip.ts';
import { LatencyTable, NO_ROW } from '../../runtime/geo/latency/latency-table.ts';
import { readLatencies } from '../../runtime/geo/latency/read-latencies.ts';

const address = (text: string): Address => parseAddress(text) ?? assert.fail(text);

function tableOf(text: string): LatencyTable {
  const read = readLatencies(Buffer.from(text));
  if (!read.ok) assert.fail(JSON.stringify(read.problem));
  return new LatencyTable(read.value);
}

test('The smallest network around an address has its row, and places theirs', () => {
  const table = tableOf(`\uFEFF# measured in browsers
network, fra, "iad"
192.0.2.0/24,12.5,95
192.0.2.128/25,,20
"2001:db8::/32",1,2\r
DE,15,90
as64496,7,
DE/AS64496,6,80
`);
  const at = (text: string): number[] =>
    [0, 1].map((column) => table.value(table.networkRow(address(text)), column));
  assert.deepEqual(table.pools, ['fra', 'iad']);
  assert.deepEqual(at('192.0.2.7'), [12.5, 95]);
  assert.deepEqual(at('192.0.2.200'), [Number.NaN, 20]);
  assert.deepEqual(at('2001:db8::7'), [1, 2]);
  assert.deepEqual(at('198.51.100.1'), [Number.NaN, Number.NaN]);
  const place = (country: unknown, asn: unknown): number => table.value(table.placeRow(country, asn), 0);
  assert.deepEqual(
    [place('DE', 0), place('', 64496), place('DE', 64496), place('FR', 0), place(null, 1)],
    [15, 7, 6, Number.NaN, Number.NaN],
  );
  assert.deepEqual(
    [0, 1, 2, 3].map((level) => table.has(level)),
    [true, true, true, true],
  );
  assert.deepEqual(
    [0, 1, 2, 3].map((level) => tableOf('network,a\nDE,1').has(level)),
    [false, false, false, true],
  );
});

test('What is wrong is told with its line', () => {
  const wrong: readonly (readonly [text: string, line: number, problem: RegExp])[] = [
    ['', 0, /no heading/],
    ['192.0.2.0/24,1', 1, /heading does not begin with "network"/],
    ['network', 1, /names 0 pools/],
    ['network,a,a', 1, /"a" twice/],
    ['network,a\n', 1, /no row/],
    ['network,a\n192.0.2.0/24', 2, /1 columns, and the heading has 2/],
    ['network,a\n192.0.2.0/33,1', 2, /"192\.0\.2\.0\/33" is no network, country, or autonomous system/],
    ['network,a\nDE/AS0,1', 2, /is no network/],
    ['network,a\nDEU,1', 2, /is no network/],
    ['network,a\nDE,NaN', 2, /"NaN" is no time/],
    ['network,a\nDE,-1', 2, /"-1" is no time/],
    ['network,a\nDE,1e3', 2, /is no time/],
    ['network,a\nDE,Infinity', 2, /is no time/],
    ['network,a\nDE,60001', 2, /is no time/],
    ['network,a\nDE,1\nde,2', 3, /it has a row already, on line 2/],
    ['network,a\n192.0.2.0/24,1\n\n192.0.2.9/24,2', 4, /192\.0\.2\.\d\/24 has a row already, on line 2/],
  ];
  for (const [text, line, problem] of wrong) {
    const read = readLatencies(Buffer.from(text));
    assert.ok(!read.ok, text);
    assert.match(read.problem.problem, problem);
    assert.equal(read.problem.line, line, text);
  }
});

test('More rows or values than there may be are told', () => {
  const pools = Array.from({ length: 256 }, (_, index) => `p${index}`).join();
  const row = (index: number): string => `10.${index >> 8}.${index & 255}.0/24${',1'.repeat(256)}`;
  const read = readLatencies(
    Buffer.from(`network,${pools}\n${Array.from({ length: 15_626 }, (_, index) => row(index)).join('\n')}`),
  );
  assert.ok(
    !read.ok && /more than 4000000 values/.test(read.problem.problem) && read.problem.line === 15_627,
  );
});

const networks = (family: 4 | 6) =>
  fc.uniqueArray(
    fc.record({
      bytes: fc.array(fc.constantFrom(0, 1, 127, 128, 255), {
        minLength: family === 4 ? 4 : 16,
        maxLength: family === 4 ? 4 : 16,
      }),
      length: fc.integer({ min: 0, max: family === 4 ? 32 : 128 }),
    }),
    {
      minLength: 1,
      maxLength: 12,
      selector: ({ bytes, length }) =>
        JSON.stringify([[...maskAddress({ family, bytes: Uint8Array.from(bytes) }, length).bytes], length]),
    },
  );

for (const family of [4, 6] as const)
  test(`Every address of IPv${family} has the row of the smallest network around it, and so has all of its prefix`, () => {
    const text = (bytes: readonly number[]): string =>
      family === 4
        ? bytes.join('.')
        : Array.from({ length: 8 }, (_, at) =>
            ((bytes[2 * at] ?? 0) * 256 + (bytes[2 * at + 1] ?? 0)).toString(16),
          ).join(':');
    const octets = fc.array(fc.constantFrom(0, 1, 127, 128, 255), {
      minLength: family === 4 ? 4 : 16,
      maxLength: family === 4 ? 4 : 16,
    });
    fc.assert(
      fc.property(networks(family), octets, octets, (known, asked, other) => {
        const table = tableOf(
          `network,a\n${known.map(({ bytes, length }, index) => `${text(bytes)}/${length},${index}`).join('\n')}`,
        );
        const rowOf = (bytes: readonly number[]): number => {
          let [row, best] = [NO_ROW, -1];
          for (const [index, network] of known.entries()) {
            const { length } = network;
            const [one, two] = [network.bytes, bytes].map((each) =>
              maskAddress({ family, bytes: Uint8Array.from(each) }, length).bytes.join(),
            );
            if (one === two && length > best) [row, best] = [index, length];
          }
          return row;
        };
        const client: Address = { family, bytes: Uint8Array.from(asked) };
        assert.equal(table.networkRow(client), rowOf(asked));
        const length = table.prefixLength(client);
        // Another address that begins as this one does has the same row.
        const mixed = other.map((byte, at) => {
          const kept = Math.max(0, Math.min(8, length - 8 * at));
          const mask = (0xff00 >> kept) & 0xff;
          return ((asked[at] ?? 0) & mask) | (byte & ~mask & 0xff);
        });
        assert.equal(rowOf(mixed), rowOf(asked), `${text(mixed)} is in ${text(asked)}/${length}`);
      }),
      { numRuns: 300 },
    );
  });
