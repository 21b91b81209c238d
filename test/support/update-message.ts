/** UPDATE messages (RFC 2136) that add a TXT record or remove all of a name, signed (RFC 8945) or not. */
import assert from 'node:assert/strict';
import dnsPacket from 'dns-packet';
import { Signer } from '../../runtime/tsig/signature.ts';
import { keyringOf, type TsigKey } from '../../runtime/tsig/tsig-key.ts';
import { OPCODE } from '../../runtime/wire/iana/opcode.ts';

export interface ChangedText {
  readonly id?: number;
  readonly zone: string;
  readonly name: string;
  /** Absent to remove all TXT records of the name. */
  readonly text?: string;
}

export function updateMessage({ id = 1, zone, name, text }: ChangedText, key?: TsigKey): Uint8Array {
  const bare = dnsPacket.encode({
    type: 'query',
    id,
    flags: OPCODE.UPDATE << 11,
    questions: [{ type: 'SOA', name: zone }],
    authorities: [
      text === undefined
        ? { type: 'TXT', class: 'ANY', name, ttl: 0, data: [] }
        : { type: 'TXT', name, ttl: 60, data: text },
    ],
  });
  return key === undefined ? bare : new Signer(key, undefined, Date.now).sign(bare).signed;
}

/** A key for hmac-sha256; `secret` is in base64. */
export function updateKey(name: string, secret: string): TsigKey {
  const [key] = keyringOf([{ name, algorithm: 'hmac-sha256', secret }]).values();
  return key ?? assert.fail('no key');
}
