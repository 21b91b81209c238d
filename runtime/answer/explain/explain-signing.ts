/**
 * What a client that sets DO gets beside the answer that was explained: for each set the keys that signed it, and what
 * is proven. Signatures that are not there are made, as for a client.
 */
import type { ExplainedSet, ExplainedSigning } from '../../rpc/explanation.ts';
import { rcodeToText } from '../../wire/iana/rcode.ts';
import { RRTYPE, typeToText } from '../../wire/iana/rrtype.ts';
import { canonicalName, nameToText, type WireName } from '../../wire/name.ts';
import { type ResourceRecord, recordToText } from '../../wire/record.ts';
import type { Draft } from '../draft.ts';
import type { SectionSet, SectionSets } from '../sections.ts';
import { prove } from '../securing/prove.ts';
import { IS_SIGNED, originalTtl } from '../securing/sign-sections.ts';
import type { ServedSigning } from '../zones/served-signing.ts';
import { explainHashedProof } from './explain-hashed-proof.ts';
import { explainProof } from './explain-proof.ts';

/**
 * Explains the signing of a reply that was made without DO; `undefined` if its zone is not signed. `withRecords`: in
 * presentation form, too.
 */
export function explainSigning(draft: Draft, withRecords: boolean): ExplainedSigning | undefined {
  const signing = draft.zone?.attachment.signing;
  if (signing === undefined) return undefined;
  if (signing === 'failed') return { kind: 'failed' };
  const asked = nameToText(draft.query.name.subarray(0, draft.query.nameLength));
  const before = draft.sections.authority.count;
  prove(draft, signing);
  const { answer, authority, additional } = draft.sections;
  const signed = [answer, authority, additional].flatMap((sets) => signedSets(draft, signing, sets));
  const proof = rest(authority, before)
    .filter(({ type }) => type === RRTYPE.NSEC || type === RRTYPE.NSEC3)
    .map((set) =>
      set.type === RRTYPE.NSEC3 ? explainHashedProof(set, draft) : explainProof(set, draft, signing),
    );
  const records = signed.flatMap((each) => recordsOf(each, draft));
  return {
    kind: 'signed',
    rcode: rcodeToText(draft.rcode),
    sets: signed.map(({ set, wasThere, rdatas }) => explainSet(set, asked, wasThere, rdatas)),
    proof,
    ...(withRecords && { records: records.map(recordToText) }),
  };
}

interface Signed {
  readonly set: SectionSet;
  readonly wasThere: boolean;
  /** RDATA of its RRSIGs. */
  readonly rdatas: readonly Uint8Array[];
}

function signedSets(draft: Draft, { signatures, made }: ServedSigning, sets: SectionSets): Signed[] {
  return rest(sets, 0).flatMap((set): Signed[] => {
    if (!IS_SIGNED[set.made] || set.type === RRTYPE.RRSIG) return [];
    const owner = canonicalName(
      set.wildcard ?? set.owner ?? draft.query.name.subarray(0, draft.query.nameLength),
    );
    const asked = [owner, owner.length, set.type, originalTtl(draft, set), set.rdatas] as const;
    const wasThere = made?.signer.isSigned(...asked) ?? true;
    const rdatas = signatures.signatures(...asked, false) ?? [];
    return [{ set, wasThere, rdatas: rdatas.map((rdata) => Uint8Array.from(rdata)) }];
  });
}

/** The set, if it proves something, and its signatures. */
function recordsOf({ set, rdatas }: Signed, { query }: Draft): ResourceRecord[] {
  const { owner = query.name.subarray(0, query.nameLength), type, ttl } = set;
  const denials = type === RRTYPE.NSEC || type === RRTYPE.NSEC3 ? set.rdatas : [];
  return [
    ...denials.map((rdata) => ({ owner, type, ttl, rdata })),
    ...rdatas.map((rdata) => ({ owner, type: RRTYPE.RRSIG, ttl, rdata })),
  ];
}

function rest(sets: SectionSets, from: number): SectionSet[] {
  return Array.from({ length: sets.count - from }, (_, index) => sets.at(from + index));
}

function explainSet(
  { owner, type, wildcard }: SectionSet,
  asked: string,
  wasThere: boolean,
  rdatas: readonly Uint8Array[],
): ExplainedSet {
  const text = (name: WireName | undefined) => (name === undefined ? asked : nameToText(name));
  return {
    owner: text(owner),
    type: typeToText(type),
    ...(wildcard && { wildcard: nameToText(wildcard) }),
    wasThere,
    signatures: rdatas.map((rdata) => ({
      // RFC 4034 §3.1: algorithm, expiration, inception, key tag.
      algorithm: rdata[2] ?? 0,
      tag: Buffer.from(rdata).readUInt16BE(16),
      from: instant(Buffer.from(rdata).readUInt32BE(12)),
      until: instant(Buffer.from(rdata).readUInt32BE(8)),
    })),
  };
}

function instant(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000', '');
}
