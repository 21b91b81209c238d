/** Texts of `dnsteer delegate`: what to enter at the registrar, and what it found. */
import { printableLine } from '../base/printable.ts';
import type {
  Contact,
  DelegationViews,
  NameServers,
  ParentAnswer,
  ServerView,
} from '../delegation/delegation-views.ts';
import type { Finding } from '../delegation/finding.ts';
import { isInside, listOf, nameServersAt, shown } from '../delegation/name-server-texts.ts';
import { keyOf } from '../delegation/records.ts';
import { keyTag } from '../dnssec/keys/dnskey.ts';
import { dsText } from '../dnssec/rolls/observations.ts';
import { timeText } from '../dnssec/rolls/reasons.ts';
import type { WireName } from '../wire/name.ts';
import { formatTable } from './table.ts';
import { paint } from './terminal.ts';

/** What to enter at the registrar, and in which fields of its forms. */
export function formatEntry(zone: WireName, ours: NameServers, ds: DsEntry): string {
  const rows = [...ours].map(([name, addresses]) => [
    shown(name),
    neededGlue(name, addresses, zone).join(', '),
  ]);
  const isGlueNeeded = rows.some(([, glue]) => glue !== '');
  return [
    `Enter at the registrar of ${paint('strong', shown(keyOf(zone)))}:`,
    '',
    ...formatTable([{ title: 'NAME SERVER' }, { title: 'GLUE' }], rows).map((line) => `  ${line}`),
    '',
    ...(isGlueNeeded ? ['Glue goes by the name of host records, or child or private name servers.'] : []),
    ...dsLines(zone, ds),
  ].join('\n');
}

/**
 * The DS to enter. `unsigned`: there is none. `here`: those of the keys here, in presentation form, maybe none yet.
 * `elsewhere`: the zone comes signed, and its keys are not here.
 */
export type DsEntry =
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'here'; readonly ds: readonly string[] }
  | { readonly kind: 'elsewhere' };

function dsLines(zone: WireName, entry: DsEntry): string[] {
  if (entry.kind === 'unsigned') return ['There is no DS to enter: the zone is not signed.'];
  if (entry.kind === 'elsewhere') return ['The zone is signed elsewhere: its DS is told where its keys are.'];
  const where = `dnsteer dnssec ds ${shown(keyOf(zone))}`;
  if (entry.ds.length === 0)
    return [`The zone is to be signed, and has no key here yet: when it has, ${where} tells the DS.`];
  return [
    'DS, once the zone is served signed:',
    ...entry.ds.map((each) => `  ${each}`),
    `Each field: ${where}`,
  ];
}

/** What to enter, what the world sees, what is wrong with that, and a summary. */
export function formatDelegation(
  zone: WireName,
  views: DelegationViews,
  findings: readonly Finding[],
  ds: DsEntry,
): string {
  const { ours, parent, servers } = views;
  const delegated = nameServersAt(parent);
  const seen = [
    ...(parent.kind === 'asked' && delegated !== undefined
      ? [`${shown(parent.zone)} delegates ${shown(views.zone)} to ${listOf(delegated)}`, '']
      : []),
    ...(servers.length > 0
      ? [...formatTable(COLUMNS, servers.map(serverRow)).map((line) => `  ${line}`), '']
      : []),
  ];
  return [
    ...(ours === undefined ? [] : [formatEntry(zone, ours, ds), '']),
    ...seen,
    ...findings.flatMap(findingLines),
    sumOf(views, findings),
  ].join('\n');
}

const COLUMNS = [
  { title: 'NAME SERVER' },
  { title: 'ADDRESS' },
  { title: 'UDP' },
  { title: 'TCP' },
  { title: 'SERIAL', align: 'right' },
  { title: 'KEYS' },
  { title: 'SIGNED UNTIL' },
] as const;

function serverRow({ name, address, udp, tcp, serial, chain }: ServerView): string[] {
  const keys = chain?.keys.map(keyTag).join(', ') ?? '';
  const ends = chain?.signatures.map(({ until }) => until) ?? [];
  const end = ends.length === 0 ? '' : timeText(Math.min(...ends));
  return [shown(name), address, contactText(udp), contactText(tcp), String(serial ?? ''), keys, end];
}

function contactText({ kind }: Contact): string {
  if (kind === 'authoritative') return paint('good', 'yes');
  return paint(kind === 'unreachable' ? 'odd' : 'bad', kind);
}

/** The messages quote other servers, so they are made printable, and cannot drive the terminal. */
function findingLines({ code, severity, message, remedy }: Finding): string[] {
  const title = paint(severity === 'error' ? 'bad' : 'odd', `${severity} ${code}`);
  return [`${title}: ${printableLine(message)}`, `  ${printableLine(remedy)}`];
}

function sumOf({ zone }: DelegationViews, findings: readonly Finding[]): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  const sums = [counted(errors, 'error'), counted(warnings, 'warning')].filter((sum) => sum !== '');
  const style = errors > 0 ? 'bad' : warnings > 0 ? 'odd' : 'good';
  return `${paint(style, shown(zone))}: ${sums.join(', ') || 'no problems'}`;
}

function counted(count: number, noun: string): string {
  return count === 0 ? '' : `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** JSON for programs: what to enter, and unless offline, what the world sees and what is wrong. */
export function delegationJson(
  zone: WireName,
  ours: NameServers | undefined,
  entry: DsEntry,
  seen?: { readonly views: DelegationViews; readonly findings: readonly Finding[] },
): object {
  const name = shown(keyOf(zone));
  const enter = ours && {
    enter: { nameServers: entries(ours, zone), ds: entry.kind === 'here' ? entry.ds : [] },
  };
  if (seen === undefined) return { zone: name, ...enter };
  const { parent, servers } = seen.views;
  const ok = !seen.findings.some(({ severity }) => severity === 'error');
  const atParent = parent.kind === 'asked' && {
    parent: {
      zone: shown(parent.zone),
      nameServers: entries(nameServersAt(parent), zone),
      ...dsAtParent(parent.answers),
    },
  };
  return {
    zone: name,
    ok,
    ...enter,
    ...atParent,
    servers: servers.map(({ name: server, nameServers, chain, ...rest }) => ({
      nameServer: shown(server),
      ...rest,
      ...(chain && { keys: chain.keys.map(keyTag), signatures: chain.signatures }),
      nameServers: entries(nameServers, zone),
    })),
    findings: seen.findings,
  };
}

/** By server of the parent; left out where none has any. */
function dsAtParent(answers: readonly ParentAnswer[]): { ds?: Record<string, string[]> } {
  const seen = answers.flatMap(({ server, ds }) =>
    ds.kind === 'seen' ? [[server, ds.ds.map(dsText)] as const] : [],
  );
  return seen.every(([, ds]) => ds.length === 0) ? {} : { ds: Object.fromEntries(seen) };
}

function entries(nameServers: NameServers | undefined, zone: WireName): object[] {
  return [...(nameServers ?? [])].map(([name, addresses]) => ({
    nameServer: shown(name),
    glue: neededGlue(name, addresses, zone),
  }));
}

/** The glue of a name server; resolvers find a server in another zone without any (RFC 1034 §4.2.1). */
function neededGlue(name: string, addresses: readonly string[], zone: WireName): readonly string[] {
  return isInside(name, keyOf(zone)) ? addresses : [];
}
