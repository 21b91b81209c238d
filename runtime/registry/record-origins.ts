/** Where static records of a version come from, for explain: answer processes have them without their files. */
import type { Explanation, RecordOrigin } from '../rpc/explanation.ts';
import { recordToText } from '../wire/record.ts';
import { recordKey } from '../wire/record-key.ts';
import { acceptedOf, type ZoneVersion } from './zone-version.ts';

/** What is known of the records of a version, though not the records themselves, which may be a million. */
export interface OriginParts extends Pick<ZoneVersion, 'policy' | 'dynamic' | 'unserved' | 'madeHere'> {
  readonly isTransferred: boolean | undefined;
  /** The zone's file, as shown to operators. */
  readonly recordsFile: string | undefined;
}

/** Says of each static record of an answer where it comes from. `parts`: of the version that answered. */
export function withOrigins(explanation: Explanation, parts: OriginParts | undefined): Explanation {
  const { origins, answer } = explanation;
  if (origins === undefined || parts === undefined) return explanation;
  return {
    ...explanation,
    origins: origins.map((origin, index) =>
      origin.from === 'static' ? { ...origin, ...staticOrigin(answer[index] ?? '', origin, parts) } : origin,
    ),
  };
}

/** Stands for a record in presentation form, whatever its TTL; an SOA is known without its data, as its serial may be new. */
export function originKey(record: string): string {
  const [owner = '', , , type = '', ...data] = record.split(' ');
  return [owner.toLowerCase(), type, ...(type === 'SOA' ? [] : data)].join(' ');
}

function staticOrigin(
  record: string,
  { wildcard }: RecordOrigin,
  { policy, dynamic, unserved, madeHere, isTransferred, recordsFile }: OriginParts,
): RecordOrigin {
  const key = originKey(wildcard === undefined ? record : record.replace(/^\S+/, () => wildcard));
  const added = dynamic?.records.find(
    (one) => originKey(recordToText(one)) === key && unserved?.has(recordKey(one)) !== true,
  );
  if (added !== undefined)
    return { from: 'dynamic', by: added.by, since: new Date(added.since).toISOString() };
  if (madeHere?.includes(key)) return { from: 'settings' };
  const ofPolicy = acceptedOf(policy)?.manifest.records ?? [];
  if (policy !== undefined && ofPolicy.some((one) => originKey(recordToText(one)) === key))
    return { from: 'policy-records', file: policy.file };
  if (isTransferred === true) return { from: 'primary' };
  return recordsFile === undefined ? { from: 'static' } : { from: 'zone-file', file: recordsFile };
}
