/** Tells of transfers in the log, and secondaries of changed zones. */

import type { Logger } from '../base/log.ts';
import { toBase64 } from '../base/octets-text.ts';
import type { TransferEvent } from '../rpc/events.ts';
import type { ZoneUpdate } from '../rpc/zone-update.ts';
import { soaFromRdata } from '../wire/rdata/soa.ts';
import { originOf } from '../zone/origin.ts';
import { openZone } from '../zone/zone.ts';
import { tablesIn } from '../zone/zone-image.ts';

export interface SecondaryNews {
  readonly serial: number;
  /** In base64. */
  readonly soa: string;
}

/** What secondaries are told of a version: its SOA; nothing of a zone without a copy to serve. */
export function newsFor({ zone, image, withheld, broken }: ZoneUpdate): SecondaryNews | undefined {
  if (withheld !== undefined || broken !== undefined) return undefined;
  const [soa] = openZone(originOf(zone), tablesIn(image), undefined).soa.rdatas;
  const serial = soa && soaFromRdata(soa)?.serial;
  return serial === undefined ? undefined : { serial, soa: toBase64(soa ?? new Uint8Array()) };
}

export function tellTransfer({ hosts, isSigned, ...facts }: TransferEvent, log: Logger): void {
  const all = { component: 'transfer', ...facts };
  if (facts.records === undefined) {
    log.warn(all, 'Transfer of a zone was cut short by its client');
    return;
  }
  log.info(all, 'Zone was transferred');
  if (hosts === 0) return;
  log.warn({ ...all, hosts }, isSigned === true ? LACKS_SIGNATURES : LACKS_HOSTS);
}

const LACKS_HOSTS =
  'The zone has names that its policy decides, and no transfer holds those: a secondary without that policy denies that they exist';
const LACKS_SIGNATURES =
  'The zone is signed and has names that its policy decides: no transfer holds those names, or any signature, so that a secondary without that policy and the keys of the zone is bogus to resolvers that validate';
