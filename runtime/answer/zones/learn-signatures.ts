/** Takes over the signatures of a zone that control has made for all processes. */
import { ReadySignatures } from '../../dnssec/presigned/ready-signatures.ts';
import { tablesIn, type ZoneImage } from '../../zone/zone-image.ts';
import { ZoneIndex } from '../../zone/zone-index.ts';
import { signedBy } from './served-signing.ts';
import type { ServedZone } from './served-zone.ts';

/** `image` is that of the zone with its signatures. */
export function learnSignatures({ origin, attachment }: ServedZone, image: ZoneImage): void {
  const made = signedBy(attachment.signing)?.made;
  if (made?.ofControl === undefined) return;
  attachment.signed = new ReadySignatures(new ZoneIndex(origin, tablesIn(image)), made.ofControl);
  made.signer.take(attachment.signed);
}
