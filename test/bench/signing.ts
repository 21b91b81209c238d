/**
 * Microseconds that signatures take: found, made, the canonical form alone, and octets of memory each.
 * Run: node test/bench/signing.ts [seconds per row]
 */
import { generateKey } from '../../runtime/dnssec/keys/generate.ts';
import { CanonicalSet } from '../../runtime/dnssec/signing/canonical-set.ts';
import { SignAhead } from '../../runtime/dnssec/signing/sign-ahead.ts';
import { SignatureMemory } from '../../runtime/dnssec/signing/signature-memory.ts';
import { SigningBudget } from '../../runtime/dnssec/signing/signing-budget.ts';
import { ZoneSigner } from '../../runtime/dnssec/signing/zone-signer.ts';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import { name, rdata } from '../support/wire.ts';
import { table } from './measure.ts';

const SECONDS = Number(process.argv[2] ?? 1);
const ROUNDS = 5;
const ZONES = 10_000;
const SETS = 8;
const DAY = 86_400;
const RULES = { validity: 14 * DAY, refresh: 5 * DAY, since: 0 };

const memory = new SignatureMemory(64 << 20);
const budget = new SigningBudget(1);
const OWNER = name('www.shop.example.');
const addresses = (count: number) =>
  Array.from({ length: count }, (_, index) => Uint8Array.of(192, 0, 2 + (index >> 8), index));
const reversed = (count: number) => addresses(count).toReversed();
const mx = ['10 mail.example.net.', '20 mail2.example.net.'].map((text) => rdata('MX', text));

let ttl = 1000;
const set = new CanonicalSet();
const p256 = signerOf(13, 'shop.example.');
const ed25519 = signerOf(15, 'shop.example.');
const rows: (string | number)[][] = [['', 'µs canonical', 'µs found', 'µs made, P-256', 'µs made, Ed25519']];
const cases: [string, number, Uint8Array[]][] = [
  ['1 address', RRTYPE.A, addresses(1)],
  ['4 addresses', RRTYPE.A, addresses(4)],
  ['4, out of order', RRTYPE.A, reversed(4)],
  ['2 MX', RRTYPE.MX, mx],
  ['16 addresses', RRTYPE.A, addresses(16)],
  ['16, out of order', RRTYPE.A, reversed(16)],
  ['1000 addresses', RRTYPE.A, addresses(1000)],
  ['1000, rotated', RRTYPE.A, [...addresses(1000).slice(500), ...addresses(500)]],
];
for (const [label, type, rdatas] of cases) {
  rows.push([
    label,
    measure(() => set.write(OWNER, OWNER.length, type, 300, rdatas)),
    measure(() => p256.signatures(OWNER, OWNER.length, type, 300, rdatas, true)),
    measure(() => p256.signatures(OWNER, OWNER.length, type, newTtl(), rdatas, false), 50),
    measure(() => ed25519.signatures(OWNER, OWNER.length, type, newTtl(), rdatas, false), 50),
  ]);
}
table(rows.map((row) => row.map((cell) => (typeof cell === 'number' ? cell.toFixed(2) : cell))));
console.log(`${memory.size} sets remembered in ${memory.octets} octets; ${memory.evictions} given up`);
await manyZones();

/** How long zones take to be signed in the background, with a quarter of the time, and what they take then. */
async function manyZones(): Promise<void> {
  const [share, space] = [new SigningBudget(0.25), new SignatureMemory(64 << 20)];
  const ahead = new SignAhead(space, share);
  const key = generateKey({ algorithm: 13, isEntry: true, beside: [] });
  globalThis.gc?.();
  const before = process.memoryUsage();
  const from = performance.now();
  for (let zone = 0; zone < ZONES; zone += 1) {
    const origin = name(`zone${zone}.example.`);
    const keys = [{ key, signsKeys: true, signsZone: true }];
    const signer = new ZoneSigner({ origin, keys, rules: RULES, memory: space, budget: share });
    const sets = Array.from({ length: SETS }, (_, type) => ({ owner: origin, type, ttl: 300, rdatas: mx }));
    ahead.add(`zone${zone}`, signer, () => sets);
  }
  const added = performance.now();
  while (ahead.waiting > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  const done = performance.now();
  ahead.stop();
  globalThis.gc?.();
  const { rss } = process.memoryUsage();
  console.log(
    `${ZONES} zones of ${SETS} sets: added in ${Math.round(added - from)} ms, signed after ${Math.round((done - from) / 1000)} s;`,
    `${Math.round(space.octets / ZONES)} octets of signatures a zone, ${Math.round((rss - before.rss) / ZONES)} in all`,
  );
}

/** Makes a set one that is not remembered. */
function newTtl(): number {
  ttl += 1;
  return ttl;
}

function signerOf(algorithm: number, origin: string): ZoneSigner {
  const key = generateKey({ algorithm, isEntry: true, beside: [] });
  const keys = [{ key, signsKeys: true, signsZone: true }];
  return new ZoneSigner({ origin: name(origin), keys, rules: RULES, memory, budget });
}

/** The best round: everything else is other processes. */
function measure(work: () => unknown, batch = 1000): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const from = performance.now();
    let count = 0;
    for (; performance.now() - from < (1000 * SECONDS) / ROUNDS / 4; count += batch) {
      for (let index = 0; index < batch; index += 1) work();
    }
    best = Math.min(best, (1000 * (performance.now() - from)) / count);
  }
  return best;
}
