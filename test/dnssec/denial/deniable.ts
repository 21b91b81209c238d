/** Signed zones from text, and what they prove as lines of text. */
import assert from 'node:assert/strict';
import { possibleTypes } from '../../../runtime/dnssec/denial/chain.ts';
import { Denial } from '../../../runtime/dnssec/denial/denial.ts';
import { Proof, type ProofRecord } from '../../../runtime/dnssec/denial/proof.ts';
import { typeFromText } from '../../../runtime/wire/iana/rrtype.ts';
import { canonicalName, nameToText, type WireName } from '../../../runtime/wire/name.ts';
import { rdataToText } from '../../../runtime/wire/rdata/registry.ts';
import { buildZone, type Zone } from '../../../runtime/zone/zone.ts';
import { parseZoneText } from '../../../runtime/zone/zone-file.ts';
import { relativeName } from '../../support/zone.ts';

export interface Deniable {
  readonly zone: Zone<undefined>;
  readonly denial: Denial;
  /** All types that are or could be at a name. */
  readonly typesAt: (name: WireName) => readonly number[];
}

/** Lines may be indented. Hosts by relative name, with the types that their policies could answer. */
export function deniable(
  text: string,
  hosts: Readonly<Record<string, readonly string[]>> = {},
  origin = 'z.',
): Deniable {
  const apex = relativeName('@', relativeName(origin));
  const { records, diagnostics } = parseZoneText(`$TTL 3600\n${text.replaceAll(/^ +/gm, '')}`, {
    origin: apex,
  });
  assert.deepEqual(diagnostics, []);
  const types = Object.values(hosts).map((names) => names.map(typeOf));
  return deniableOf(
    buildZone({
      origin: apex,
      records,
      hosts: Object.keys(hosts).map((host) => relativeName(host, apex)),
      isSigned: true,
      attachment: undefined,
    }),
    types,
  );
}

export function deniableOf(zone: Zone<undefined>, types: readonly (readonly number[])[]): Deniable {
  const { origin, index, negativeTtl } = zone;
  const deniable = { origin, index, negativeTtl, hostTypes: (host: number) => types[host] ?? [] };
  const typesAt = (name: WireName) => possibleTypes(deniable, index.find(name));
  return { zone, denial: new Denial(deniable), typesAt };
}

export function typeOf(mnemonic: string): number {
  return typeFromText(mnemonic) ?? assert.fail(`No type ${mnemonic}`);
}

/** A name in lower case, relative to `z.`. */
export function lower(text: string): WireName {
  return canonicalName(relativeName(text, relativeName('z.')));
}

/** `owner TTL next types`, in the order of the proof. */
export function proved(add: (into: Proof) => void): string[] {
  return recordsOf(add).map(lineOf);
}

export function recordsOf(add: (into: Proof) => void): ProofRecord[] {
  const proof = new Proof();
  add(proof);
  return Array.from({ length: proof.count }, (_, at) => proof.at(at));
}

export function lineOf({ owner, rdata, ttl }: ProofRecord): string {
  return `${nameToText(owner)} ${ttl} ${rdataToText(47, rdata)}`;
}
