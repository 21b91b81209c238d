/** Shows how the running server signs its zones. */

import { printableStatus } from '../../admin/printable-status.ts';
import type { Status, ZoneStatus } from '../../admin/status.ts';
import type { Config } from '../../config/config.ts';
import { algorithmToText } from '../../dnssec/keys/algorithms.ts';
import { timeText } from '../../dnssec/rolls/reasons.ts';
import type { WireName } from '../../wire/name.ts';
import { zoneIdOf } from '../../wire/zone-id.ts';
import { askAdmin } from '../admin-client.ts';
import type { JsonFlag } from '../flags.ts';
import { formatTable } from '../table.ts';
import { paint, print, printError, printJson } from '../terminal.ts';
import { checklistRows } from './checklist-text.ts';

/** Resolves to the exit code: 1 if a zone has a problem or an alarm, or there is nobody to ask. */
export async function tellSigning(
  name: WireName | undefined,
  admin: Config['admin'],
  { json }: JsonFlag,
): Promise<number> {
  const reply = await askAdmin<Status>(admin, '/api/status');
  if (!reply.ok) {
    printError(reply.problem.message);
    return 1;
  }
  const status = printableStatus(reply.value);
  const wanted = name === undefined ? undefined : zoneIdOf(name);
  const zones = status.zones.filter(({ zone }) => wanted === undefined || zone === wanted);
  if (wanted !== undefined && zones.length === 0) {
    printError(`${wanted} is no zone of this server`);
    return 1;
  }
  const signed = zones.filter(isSigned);
  const elsewhere = zones.filter(isSignedElsewhere);
  if (json === true)
    printJson([
      ...signed.map(({ zone, signing, signaturesEnd }) => ({ zone, ...signing, signaturesEnd })),
      ...elsewhere.map(({ zone, signaturesEnd }) => ({ zone, elsewhere: true, signaturesEnd })),
    ]);
  else print(formatSigning(zones, signed, elsewhere));
  const isValid = elsewhere.every(({ signaturesEnd }) => signaturesEnd > Date.now() / 1000);
  return isValid && signed.every(({ signing }) => isSound(signing)) ? 0 : 1;
}

function isSound({ problem, isFailing, rolls }: SignedZoneStatus['signing']): boolean {
  return problem === undefined && !isFailing && (rolls?.alarms ?? []).length === 0;
}

interface SignedZoneStatus extends ZoneStatus {
  readonly signing: NonNullable<ZoneStatus['signing']>;
}

function isSigned(zone: ZoneStatus): zone is SignedZoneStatus {
  return zone.signing !== undefined;
}

/** Signatures of a zone without keys here came with its records. */
function isSignedElsewhere({ signing, signaturesEnd }: ZoneStatus): boolean {
  return signing === undefined && signaturesEnd > 0;
}

/** Rows of a title and a text for each zone; zones are apart by an empty line. */
function formatSigning(
  zones: readonly ZoneStatus[],
  signed: readonly SignedZoneStatus[],
  elsewhere: readonly ZoneStatus[],
): string {
  if (signed.length + elsewhere.length === 0) {
    const [only] = zones;
    const what =
      zones.length === 1 && only !== undefined ? `${only.zone} is not signed` : 'No zone is signed';
    return `${what} here; dnssec: { zones: […] } in the settings says which are`;
  }
  return [
    ...signed.map((zone) => section(zone.zone, rowsOf(zone))),
    ...elsewhere.map((zone) => section(zone.zone, rowsElsewhere(zone))),
  ].join('\n\n');
}

function section(zone: string, rows: readonly Row[]): string {
  const painted = rows.map(([title, text]) => [paint('faint', title), text]);
  const table = formatTable([{ title: '' }, { title: '' }], painted).slice(1);
  return [paint('strong', zone), ...table.map((line) => `  ${line}`)].join('\n');
}

function rowsElsewhere({ signaturesEnd }: ZoneStatus): Row[] {
  const hasEnded = signaturesEnd <= Date.now() / 1000;
  const end = `the first ${hasEnded ? 'have expired' : 'expire'} at ${timeText(signaturesEnd)}`;
  return [
    ['Signed', `${paint('good', 'elsewhere')}: it is served with the signatures that it came with`],
    ['Signatures', hasEnded ? paint('bad', end) : end],
  ];
}

type Row = readonly [title: string, text: string];

function rowsOf({ signing, signaturesEnd }: SignedZoneStatus): Row[] {
  const { keys, denial, problem, isFailing, rolls } = signing;
  const state = isFailing
    ? paint('bad', 'no: clients that want signatures get SERVFAIL')
    : paint(problem === undefined ? 'good' : 'odd', 'yes');
  return [
    ['Signed', state],
    ...keys.map(({ tag, algorithm, role }, index): Row => {
      return [index === 0 ? 'Keys' : '', `${tag}  ${algorithmToText(algorithm)}  ${role.toUpperCase()}`];
    }),
    ['Denial', denial === 'chain' ? 'chain of NSEC' : 'compact (RFC 9824)'],
    ...(signaturesEnd === 0
      ? []
      : [['Signatures', `the first expire at ${timeText(signaturesEnd)}`] as const]),
    ...(rolls === undefined ? [] : checklistRows(rolls)),
    ...(problem === undefined ? [] : [['Problem', paint('bad', problem)] as const]),
  ];
}
