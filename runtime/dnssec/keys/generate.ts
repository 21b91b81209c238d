/** New keys. */
import { assert } from '../../base/assert.ts';
import { algorithmToText, MADE_ALGORITHMS } from './algorithms.ts';
import { DNSKEY_FLAGS, haveCommonTag, writeDnskey } from './dnskey.ts';
import { type SigningKey, signingKeyOf } from './signing-key.ts';

export interface NewKeyOptions {
  /** 13 or 15. */
  readonly algorithm: number;
  /** Whether a DS is to name it: flags 257. */
  readonly isEntry: boolean;
  /** RDATA of the DNSKEY records of the zone; the new key has a tag that can never be one of theirs. */
  readonly beside: readonly Uint8Array[];
}

/** Makes a key. */
export function generateKey({ algorithm: number, isEntry, beside }: NewKeyOptions): SigningKey {
  const algorithm = MADE_ALGORITHMS.find((each) => each.number === number);
  assert(algorithm?.generate, `keys of algorithm ${algorithmToText(number)} are made here`);
  const flags = isEntry ? DNSKEY_FLAGS.ZONE | DNSKEY_FLAGS.SEP : DNSKEY_FLAGS.ZONE;
  // Two keys have a tag in common once in 16 000 times.
  for (;;) {
    const secret = algorithm.generate();
    const publicKey = algorithm.publicOctets(secret);
    assert(publicKey, 'a new key has a public half');
    const dnskey = writeDnskey({ flags, algorithm: number, publicKey });
    if (beside.some((other) => haveCommonTag(other, dnskey))) continue;
    const key = signingKeyOf(dnskey, secret);
    assert(key.ok, 'a new key is a pair');
    return key.value;
  }
}
