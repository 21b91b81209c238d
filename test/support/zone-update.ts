/** What is in a zone as control made it, and that zone on its way. */

import { encodePolicyBody } from '../../runtime/rpc/policy-body.ts';
import type { SentZone, ZoneUpdate } from '../../runtime/rpc/zone-update.ts';
import { nameFromText, namesEqual } from '../../runtime/wire/name.ts';
import type { RRset } from '../../runtime/wire/record.ts';
import { tablesIn } from '../../runtime/zone/zone-image.ts';
import { ZoneIndex } from '../../runtime/zone/zone-index.ts';
import { targetNumber } from './target-number.ts';
import { must } from './wire.ts';

/** Its RRsets. */
export function rrsetsOf(update: ZoneUpdate | undefined): RRset[] {
  if (update === undefined) return [];
  const origin = must(nameFromText(`${update.zone}.`));
  return rrsetsIn(new ZoneIndex(origin, tablesIn(update.image)));
}

/** Those of a zone: what records have in common with the one before. */
export function rrsetsIn(index: ZoneIndex): RRset[] {
  const sets: (Omit<RRset, 'rdatas'> & { readonly rdatas: Uint8Array[] })[] = [];
  for (const { owner, type, ttl, rdata } of index.records()) {
    const last = sets.at(-1);
    if (last !== undefined && last.type === type && namesEqual(last.owner, owner)) last.rdatas.push(rdata);
    else sets.push({ owner, type, ttl, rdatas: [rdata] });
  }
  return sets;
}

/** The message it is part of. */
export function sent({ image, policy, ...rest }: ZoneUpdate): SentZone {
  const zone = { ...rest, image: base64(image) };
  if (policy === undefined) return zone;
  const { manifest, script, lists = new Uint8Array(0), targets: ids, ...facts } = policy;
  const targets = Float64Array.from(ids, targetNumber);
  return {
    ...zone,
    policy: { ...facts, body: base64(encodePolicyBody({ manifest, targets, lists, script })) },
  };
}

function base64(octets: Uint8Array): { base64: string } {
  return { base64: Buffer.from(octets).toString('base64') };
}
