/**
 * Which serial a version of a zone has, and until when. New signatures are a change that secondaries have to see: NSD, BIND
 * and Knot keep the old ones for as long as the serial is the same. So the serial of a zone that is transferred with its
 * signatures goes up whenever they are made anew, by the times that all servers with its keys agree on.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import { partTimes } from '../dnssec/signing/part-times.ts';
import { SKEW, signatureTimes } from '../dnssec/signing/signature-times.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import { namesEqual } from '../wire/name.ts';
import { type Soa, soaFromRdata, soaIn } from '../wire/rdata/soa.ts';
import { originOf } from '../zone/origin.ts';
import { type DraftSigning, usableKeys } from './signed-zones.ts';
import {
  isNoTime,
  nextSerial,
  notBefore,
  type Serial,
  serialAfter,
  serialBasis,
  staleSerial,
  timelessFiles,
  watchedBasis,
} from './zone-serial.ts';
import { refreshOf } from './zone-signatures.ts';
import { acceptedOf, type RegistrySettings, type VersionDraft } from './zone-version.ts';

export interface VersionSerial {
  readonly serial: Serial;
  /** When its signatures are made anew, in seconds since 1970; absent where no transfer holds any. */
  readonly turnsAt?: number | undefined;
  /** As of when control signs all of it (dnssec/signing/part-times.ts); absent where processes sign for themselves. */
  readonly wholeAt?: number | undefined;
  /** Of the serial: that it did not go up, or that the times of the files make none. */
  readonly problem?: Diagnostic | undefined;
}

/** `before` is the serial of the version that was served last; `now` is in seconds since 1970; `file` as the operator knows it. */
export function versionSerial(
  draft: VersionDraft,
  before: Serial | undefined,
  settings: RegistrySettings,
  signing: DraftSigning | undefined,
  now: number,
  file: string,
): VersionSerial {
  const accepted = acceptedOf(draft.policy);
  const keys = usableKeys(signing);
  const own = ownSoa(draft);
  const isWhole = (accepted?.manifest.hosts.length ?? 0) === 0;
  const isByControl = settings.signing?.isJournalled?.(draft.zone) === true;
  const expire = own?.expire ?? settings.zone.expire;
  const period = isWhole ? periodOf(draft, signing, expire, now, isByControl) : undefined;
  const wholeAt = isByControl ? period?.begin : undefined;
  const { recordHashes, modifiedAt, dynamic } = draft;
  const basis = serialBasis(
    recordHashes,
    accepted?.data.records,
    settings.zone,
    keys,
    period,
    dynamic?.revision,
  );
  // Servers with equal files and keys have equal serials.
  const isTimeless = isNoTime(modifiedAt);
  const changedAt = Math.max(
    isTimeless ? 1000 * now : modifiedAt,
    1000 * (keys?.since ?? 0),
    1000 * (period?.begin ?? 0),
  );
  const turnsAt = period?.endsAt;
  const least = dynamic?.serial;
  if (own === undefined) {
    const serial = nextSerial(before, basis, changedAt, least);
    return { serial, turnsAt, wholeAt, ...(isTimeless && { problem: timelessFiles(modifiedAt, file) }) };
  }
  // An SOA from elsewhere keeps its serial, unless keys, signatures and records made here are to be seen.
  if (keys === undefined && least === undefined) {
    if (!isWatched(draft, settings)) return { serial: { basis, value: own.serial } };
    const serial = { basis: watchedBasis(draft.records.octets, accepted?.data.records), value: own.serial };
    return { serial, problem: staleSerial(before, serial, file) };
  }
  return { serial: serialAfter(before, basis, notBefore(own.serial, least)), turnsAt, wholeAt };
}

/** Whether the serial of a version depends on the one that was served before. */
export function followsSerial(
  draft: VersionDraft,
  settings: RegistrySettings,
  signing: DraftSigning | undefined,
): boolean {
  if (usableKeys(signing) !== undefined || draft.dynamic?.serial !== undefined) return true;
  return isWatched(draft, settings) || ownSoa(draft) === undefined;
}

/** Whether an SOA from the zone's files is to have another serial with each change, as secondaries go by it. */
function isWatched({ zone, isTransferred }: VersionDraft, settings: RegistrySettings): boolean {
  return isTransferred !== true && settings.hasSecondaries?.(zone) === true;
}

/** The SOA that the files of the zone, its primary or its policy state. */
function ownSoa({ zone, records, policy }: VersionDraft): Soa | undefined {
  const origin = originOf(zone);
  for (let record = 0; record < records.size; record++) {
    if (records.type(record) === RRTYPE.SOA && namesEqual(records.owner(record), origin))
      return soaFromRdata(records.rdata(record));
  }
  return soaIn(acceptedOf(policy)?.manifest.records ?? []);
}

/** Times of signatures, in seconds since 1970. */
type Period = {
  readonly begin: number;
  readonly expiration: number;
  readonly endsAt: number;
};

function periodOf(
  { zone }: VersionDraft,
  signing: DraftSigning | undefined,
  expire: number,
  now: number,
  isByControl: boolean,
): Period | undefined {
  const keys = usableKeys(signing);
  const refresh = signing && refreshOf(signing.rules, expire);
  if (signing === undefined || keys === undefined || refresh === undefined) return undefined;
  const rules = { validity: signing.rules.validity, refresh, since: keys.since };
  if (isByControl) {
    const { begin, expiration, endsAt } = partTimes(originOf(zone), rules, now);
    return { begin, expiration, endsAt };
  }
  const { inception, expiration, endsAt } = signatureTimes(originOf(zone), rules, now);
  return { begin: inception + SKEW, expiration, endsAt };
}
