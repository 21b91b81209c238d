/** The chain of static zones, record by record as BIND's dnssec-signzone makes it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { Proof } from '../../runtime/dnssec/denial/proof.ts';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import { canonicalName, nameToText } from '../../runtime/wire/name.ts';
import { rdataToText } from '../../runtime/wire/rdata/registry.ts';
import { recordToText } from '../../runtime/wire/record.ts';
import { parseZoneText } from '../../runtime/zone/zone-file.ts';
import type { Deniable } from '../dnssec/denial/deniable.ts';
import {
  anyLabels,
  built,
  isSame,
  STATIC_TYPES,
  wireOf,
  type ZoneModel,
  ZoneOracle,
} from '../dnssec/denial/random-zone.ts';
import { atEnd } from '../support/at-end.ts';
import { missing } from '../support/dig.ts';

/** Zones that BIND takes: no records beside a CNAME, DS beside NS only, one DNAME at a name, and no two of them. */
const staticZone: fc.Arbitrary<ZoneModel> = fc
  .array(fc.record({ owner: anyLabels, type: fc.constantFrom(...STATIC_TYPES) }), {
    minLength: 20,
    maxLength: 60,
  })
  .map((records) => {
    const kept: ZoneModel['records'][number][] = [];
    for (const record of records) {
      const beside = kept.filter(({ owner }) => isSame(owner, record.owner)).map(({ type }) => type);
      const isAlias = record.type === 'CNAME' || record.type === 'DNAME';
      const fits =
        record.type === 'DS'
          ? beside.includes('NS')
          : !beside.includes('CNAME') && !beside.includes('DNAME') && !(isAlias && beside.length > 0);
      const isWildcard = record.owner.includes('*') && (record.type === 'NS' || record.type === 'DNAME');
      if (fits && !isWildcard && record.owner.length > 0) kept.push(record);
    }
    return { records: kept, hosts: [] };
  });

test('dnssec-signzone makes the same chain', { skip: missing('dnssec-signzone') }, (context) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-'));
  atEnd(context, () => rmSync(folder, { recursive: true }));
  run(folder, 'dnssec-keygen', ['-q', '-a', '13', '-f', 'KSK', 'z.']);
  let compared = 0;
  fc.assert(
    fc.property(staticZone, (model) => {
      const deniable = built(model);
      writeFileSync(path.join(folder, 'zone'), zoneText(deniable));
      run(folder, 'dnssec-signzone', ['-S', '-P', '-z', '-o', 'z.', '-f', 'signed', 'zone']);
      const theirs = run(folder, 'named-compilezone', [
        '-i',
        'none',
        '-k',
        'ignore',
        '-s',
        'full',
        '-o',
        '-',
        '-q',
        'z.',
        'signed',
      ]);
      const chain = nsecLines(theirs);
      compared += chain.length;
      assert.deepEqual(ourLines(deniable, new ZoneOracle(model)), chain);
    }),
    { numRuns: 25 },
  );
  assert.ok(compared > 200, 'There was much to compare');
});

function zoneText({ zone }: Deniable): string {
  return [...zone.index.records()].map(recordToText).join('\n').concat('\n');
}

/** DNSKEY is what signing adds at the zone's own name. */
function nsecLines(text: string): string[] {
  const { records, diagnostics } = parseZoneText(text, { origin: wireOf([]) });
  assert.deepEqual(diagnostics, []);
  const chain = [...records].filter(({ type }) => type === RRTYPE.NSEC);
  return chain.map((record) => lineOf(record).replace(' dnskey', '')).toSorted();
}

function ourLines({ denial }: Deniable, oracle: ZoneOracle): string[] {
  const lines = oracle.owners.map((labels) => {
    const proof = new Proof();
    const asked = canonicalName(wireOf(labels));
    assert.ok(denial.nsecAt(asked, asked.length, proof));
    return lineOf(proof.at(0));
  });
  return lines.toSorted();
}

/** In lower case: BIND keeps the case of names, as RFC 6840 §5.1 has it for the next name, and we do not. */
function lineOf({ owner, ttl, rdata }: { owner: Uint8Array; ttl: number; rdata: Uint8Array }): string {
  return `${nameToText(owner)} ${ttl} ${rdataToText(RRTYPE.NSEC, rdata)}`.toLowerCase();
}

function run(cwd: string, command: string, flags: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, flags, { cwd, encoding: 'utf8' });
  assert.equal(status, 0, `${command}: ${stderr}${stdout}`);
  return stdout;
}
