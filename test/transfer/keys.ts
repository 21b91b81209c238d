/** Keys for tests, and settings with them. */
import type { TransferSettings } from '../../runtime/rpc/answer-settings.ts';
import { keyringOf, type TsigKey } from '../../runtime/tsig/tsig-key.ts';

export const SECRET = 'MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=';

export const KEYS: TransferSettings['keys'] = [
  { name: 'transfer.example.com', algorithm: 'hmac-sha256', secret: SECRET },
  { name: 'other.example.com', algorithm: 'hmac-sha512', secret: SECRET },
];

export const [KEY, OTHER_KEY] = [...keyringOf(KEYS).values()] as [TsigKey, TsigKey];

/** Nobody may have anything, unless the test says so. */
export function transferSettings(settings: Partial<TransferSettings> = {}): TransferSettings {
  return { keys: KEYS, allow: [], zones: {}, primaries: {}, updates: [], ...settings };
}
