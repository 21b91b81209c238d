/** An update on its way from an answer process to control, and what becomes of it. */
import type { ExtendedError } from '../wire/opt.ts';

export interface UpdateAsk {
  /** Of the process that asks. */
  readonly id: number;
  readonly zone: string;
  /** The key that signed it, which may change something in the zone. */
  readonly key: string;
  readonly client: string;
  /** Its signature, in base64: the same signature is the same update, sent once more. */
  readonly mac: string;
  /** The message without its TSIG record, in base64. */
  readonly message: string;
}

export interface UpdateVerdict {
  readonly id: number;
  readonly rcode: number;
  readonly error?: ExtendedError | undefined;
}
