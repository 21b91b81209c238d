/** Lookup against a second implementation that is slow, short and after the letter of the RFCs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import type { ResourceRecord } from '../../runtime/wire/record.ts';
import { Lookup, lookup } from '../../runtime/zone/lookup.ts';
import { buildZone } from '../../runtime/zone/zone.ts';
import { name, rdata } from '../support/wire.ts';

/** Names as lists of labels below the zone's, the lowest first; few labels, so that they meet. */
type Labels = readonly string[];
interface Toy {
  readonly owner: Labels;
  readonly type: 'A' | 'TXT' | 'CNAME' | 'DNAME' | 'NS' | 'DS';
  readonly value: number;
}

const labels = fc.array(fc.constantFrom('a', 'b', '*'), { maxLength: 4 });
const types = fc.constantFrom('A', 'TXT', 'CNAME', 'DNAME', 'NS', 'DS');
const records = fc.array(fc.record({ owner: labels, type: types, value: fc.integer({ min: 0, max: 2 }) }), {
  maxLength: 12,
});
const question = fc.record({ owner: labels, type: types });

test('Lookup agrees with the reference for any zone and question', () => {
  fc.assert(
    fc.property(
      records,
      fc.array(labels, { maxLength: 3 }),
      fc.array(question, { minLength: 8, maxLength: 8 }),
      (toys, hosts, asked) => {
        const zone = buildZone({
          origin: name('z.'),
          records: [SOA, record(APEX_NS), ...toys.map(record)],
          hosts: hosts.map(wire),
          attachment: 0,
        });
        const into = new Lookup();
        for (const { owner, type } of asked) {
          const qname = wire(owner);
          lookup(zone, qname, qname.length, RRTYPE[type], into);
          const set = into.rrset ?? into.cut;
          const seen = {
            outcome: into.outcome,
            wildcard: into.wildcard,
            host: into.hostIndex === -1 ? undefined : hosts[into.hostIndex]?.join('.'),
            values: set && [...set.rdatas].map(hexOf).sort(),
            type: set?.type,
          };
          assert.deepEqual(seen, reference([APEX_NS, ...toys], hosts, owner, type));
        }
      },
    ),
    { numRuns: 1500 },
  );
});

/** RFC 1034 §4.3.2, RFC 4592 §3.3.1 and RFC 6672 §3.2, by searching the list of records. */
function reference(toys: readonly Toy[], hosts: readonly Labels[], qname: Labels, qtype: Toy['type']) {
  const at = (owner: Labels, type: string) =>
    toys.filter((toy) => same(toy.owner, owner) && toy.type === type);
  const result = (outcome: string, wildcard: boolean, found: readonly Toy[] = [], host?: string) => ({
    outcome,
    wildcard,
    host,
    values: found[0] && [...new Set(found.map((toy) => hexOf(record(toy).rdata)))].sort(),
    type: found[0] && RRTYPE[found[0].type],
  });

  for (let depth = 0; depth <= qname.length; depth++) {
    const suffix = qname.slice(qname.length - depth);
    const dnames = depth < qname.length ? at(suffix, 'DNAME') : [];
    if (depth === 0) {
      if (dnames.length > 0) return result('dname', false, dnames);
      continue;
    }
    const servers = suffix[0] === '*' ? [] : at(suffix, 'NS');
    if (servers.length > 0 && !(depth === qname.length && qtype === 'DS'))
      return result('delegation', false, servers);
    if (dnames.length > 0) return result('dname', false, dnames);
  }
  const all = [...toys.map(({ owner }) => owner), ...hosts, []];
  const exists = (owner: Labels) =>
    all.some((other) => same(other.slice(Math.max(0, other.length - owner.length)), owner));
  let source = qname;
  if (!exists(qname)) {
    let encloser = qname;
    while (!exists(encloser)) encloser = encloser.slice(1);
    source = ['*', ...encloser];
    if (!exists(source)) return result('nxdomain', false);
  }
  const wildcard = source !== qname;
  const found = at(source, qtype);
  if (found.length > 0) return result('answer', wildcard, found);
  if (hosts.some((host) => same(host, source))) return result('policy', wildcard, [], source.join('.'));
  const alias = at(source, 'CNAME');
  return alias.length > 0 ? result('cname', wildcard, alias) : result('nodata', wildcard);
}

function same(a: Labels, b: Labels): boolean {
  return a.length === b.length && a.every((label, index) => label === b[index]);
}

function wire(owner: Labels): Uint8Array {
  return name([...owner, 'z.'].join('.'));
}

const TEXTS = { A: '192.0.2.', TXT: 'v', CNAME: 't', DNAME: 'd', NS: 's', DS: '1 2 200 0' };

function record({ owner, type, value }: Toy): ResourceRecord {
  return { owner: wire(owner), type: RRTYPE[type], ttl: 60, rdata: rdata(type, TEXTS[type] + value) };
}

const APEX_NS: Toy = { owner: [], type: 'NS', value: 0 };
const SOA: ResourceRecord = {
  owner: wire([]),
  type: RRTYPE.SOA,
  ttl: 60,
  rdata: rdata('SOA', 'a b 1 2 3 4 5'),
};

function hexOf(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex');
}
