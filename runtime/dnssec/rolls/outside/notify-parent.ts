/** Tells the parent that CDS and CDNSKEY have changed, so that it need not wait for its next look (RFC 9859). */
import { setTimeout as sleep } from 'node:timers/promises';
import { socketAddressToText } from '../../../base/net/socket-address.ts';
import { noReplyText } from '../../../client/reply.ts';
import { askUdp } from '../../../client/udp.ts';
import { OPCODE } from '../../../wire/iana/opcode.ts';
import { RCODE, rcodeToText } from '../../../wire/iana/rcode.ts';
import { RRTYPE } from '../../../wire/iana/rrtype.ts';
import type { WireName } from '../../../wire/name.ts';
import { findDsyncTargets } from './dsync.ts';
import type { NameFinder } from './name-finder.ts';

export interface NotifyOptions {
  readonly finder: NameFinder;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds of the pause before each attempt after the first. */
  readonly pausesMs?: readonly number[];
  /** Milliseconds to wait for the answer to one attempt. */
  readonly patienceMs?: number;
}

export type Notified =
  /** NOERROR: a server has it. That the parent looks at CDS now is not said: some servers take any NOTIFY. */
  | { readonly kind: 'taken'; readonly by: string }
  /** The server does not want it; it is not asked again. */
  | { readonly kind: 'declined'; readonly by: string; readonly rcode: string }
  | { readonly kind: 'failed'; readonly why: string };

/** RFC 1996 §3.6, which RFC 9859 §4.2 builds on. */
const PAUSES_MS = [2000, 5000, 15_000, 60_000];
const PATIENCE_MS = 3000;
/** Addresses of one endpoint that are tried. */
const MOST_ADDRESSES = 4;

/** What became of the notice at each endpoint; none: the parent names no endpoint. */
export async function notifyParent(zone: WireName, options: NotifyOptions): Promise<readonly Notified[]> {
  const targets = await findDsyncTargets(zone, options.finder);
  if (!targets.ok) return [{ kind: 'failed', why: targets.problem }];
  return Promise.all(
    targets.value.map(async ({ name, port }) => {
      const addresses = await options.finder.addressesOf(name);
      if (!addresses.ok) return { kind: 'failed', why: addresses.problem } as const;
      return notifyOne(zone, addresses.value.slice(0, MOST_ADDRESSES), port, options);
    }),
  );
}

/** Tries the addresses of an endpoint in turn, until one answers. */
async function notifyOne(
  zone: WireName,
  addresses: readonly string[],
  port: number,
  { signal, pausesMs = PAUSES_MS, patienceMs = PATIENCE_MS }: NotifyOptions,
): Promise<Notified> {
  let why = 'it has no address';
  for (const pause of [0, ...pausesMs]) {
    await sleep(pause, undefined, { ref: false, ...(signal === undefined ? {} : { signal }) }).catch(
      () => {},
    );
    for (const address of addresses) {
      if (signal?.aborted === true) return { kind: 'failed', why: 'the notice was cancelled' };
      const by = socketAddressToText({ address, port });
      const inquiry = { opcode: OPCODE.NOTIFY, name: zone, type: RRTYPE.CDS };
      // A reply of a bare header, without the question and without AA, counts as well: NSD and Knot send such.
      const reply = await askUdp({ address, port }, inquiry, { timeoutMs: patienceMs, sends: 1, signal });
      if (reply.kind !== 'reply') {
        why = `${by}: ${noReplyText(reply)}`;
        continue;
      }
      const { rcode } = reply.message;
      if (rcode === RCODE.NOERROR) return { kind: 'taken', by };
      if (rcode !== RCODE.SERVFAIL) return { kind: 'declined', by, rcode: rcodeToText(rcode) };
      why = `${by}: ${rcodeToText(rcode)}`;
    }
  }
  return { kind: 'failed', why };
}
