/** Finds signatures of a server that are missing, wrong, over, not yet begun, or about to end. */
import { timeText } from '../dnssec/rolls/reasons.ts';
import type { ChainView } from './chain-views.ts';
import type { ServerView } from './delegation-views.ts';
import { type Finding, found } from './finding.ts';
import { serverPlace } from './name-server-texts.ts';

/** Seconds. */
const NEAR = 86_400;

export function* judgeSignatures(
  server: ServerView & { readonly chain: ChainView },
  now: number,
): Generator<Finding> {
  const { signatures, hasSoaSignature } = server.chain;
  const at = serverPlace(server);
  if (!hasSoaSignature) {
    const message = `The SOA of ${at} has no signature, though there is a DNSKEY`;
    yield found('SIGNATURES_MISSING', message, 'Have the zone signed there');
  }
  for (const { covers, tag, from, until, holds } of signatures) {
    const which = `The signature of ${covers} by key ${tag} at ${at}`;
    if (holds === 'no') {
      yield found('SIGNATURE_WRONG', `${which} is not one of these records`, 'Have the zone signed anew');
    } else if (holds === 'unknown' && covers !== 'DNSKEY') {
      yield found(
        'SIGNATURE_WRONG',
        `${which} is by a key that is not in DNSKEY there`,
        'Publish the key, or sign with another',
      );
    }
    if (until <= now) {
      const remedy = 'Have it sign anew, or transfer the zone from a server that has signed it';
      yield found('SIGNATURE_EXPIRED', `${which} expired at ${timeText(until)}`, remedy);
    } else if (from > now) {
      const remedy = 'See whether the clocks of that server and of this machine are right';
      yield found('SIGNATURE_EXPIRED', `${which} begins at ${timeText(from)} only`, remedy);
    } else if (until < now + NEAR) {
      const remedy = 'See why it has not been made anew: transfers, the clock, the log of what signs';
      yield found('SIGNATURE_ENDING', `${which} expires at ${timeText(until)}`, remedy);
    }
  }
}
