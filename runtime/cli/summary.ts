/** What `dnsteer start` prints once the server answers: zones, their state, and how to try them. */

import { printableStatus } from '../admin/printable-status.ts';
import type { Status, ZoneStatus } from '../admin/status.ts';
import { parseSocketAddress, reachableAddress } from '../base/net/socket-address.ts';
import { nameToText } from '../wire/name.ts';
import { zoneNameFromText } from '../wire/zone-id.ts';
import { formatTable } from './table.ts';
import { healthWord, paint } from './terminal.ts';

/** If there are more zones, the summary counts them and lists none. */
const MOST_ZONES = 20;

/** The summary, some lines. `adminUrl` is `undefined` if the admin server is off. */
export function formatSummary(told: Status, adminUrl: string | undefined): string {
  const status = printableStatus(told);
  const { zones, listening, udpSockets, warnings, refused } = status;
  const listed = zones.slice(0, MOST_ZONES);
  const more = zones.length - listed.length;
  return [
    '',
    `${paint('strong', `dnsteer ${status.version}`)} answers on ${placesText(listening)}`,
    '',
    ...(zones.length > 0
      ? formatTable(COLUMNS, listed.map(zoneRow)).map((line) => `  ${line}`)
      : [`  No zones yet: put a policy into ${status.policies}, or run dnsteer new example.com`]),
    ...(more > 0 ? [`  … and ${more} more: dnsteer status`] : []),
    '',
    ...zones.flatMap(problemLines),
    ...refused.flatMap(({ file, problems }) => problems.map(({ message }) => warning(`${file}: ${message}`))),
    ...warnings.map(warning),
    `  UDP    ${udpSockets.join(', ')} sockets`,
    `  DNSSEC ${signedText(zones)}`,
    `  Admin  ${adminUrl ?? 'off'}`,
    ...(zones.length > 0 ? [`  Try    ${paint('strong', digLine(listening[0] ?? '', zones))}`] : []),
    '',
  ].join('\n');
}

/** The addresses: plain ones are for UDP and TCP; encrypted ones say so. */
function placesText(listening: readonly string[]): string {
  const plain = listening.filter((place) => !place.includes('://'));
  const encrypted = listening.filter((place) => place.includes('://'));
  const strong = (places: readonly string[]): string => paint('strong', places.join(', '));
  return `${strong(plain)} (UDP and TCP)${encrypted.length > 0 ? ` and ${strong(encrypted)}` : ''}`;
}

function signedText(zones: readonly ZoneStatus[]): string {
  const signing = zones.flatMap((zone) => zone.signing ?? []);
  const failing = signing.filter(({ isFailing }) => isFailing).length;
  if (signing.length === 0) return "off; dnssec: { zones: ['*'] } in the settings signs all zones";
  const signed = signing.length - failing;
  return `${signed} ${signed === 1 ? 'zone' : 'zones'} signed${failing > 0 ? `, ${paint('bad', `${failing} without a key`)}` : ''}`;
}

const COLUMNS = [
  { title: 'ZONE' },
  { title: 'VERSION' },
  { title: 'STATE' },
  { title: 'FILE' },
  { title: 'POOLS' },
];

function zoneRow({ zone, version = '', state, file, pools }: ZoneStatus): string[] {
  return [
    zone,
    version,
    paint(state === 'live' ? 'good' : 'bad', state),
    file,
    pools.map((pool) => `${pool.name} ${healthWord(pool)}`).join(', '),
  ];
}

function problemLines({ zone, problems }: ZoneStatus): string[] {
  return problems.map(({ file = zone, line, message }) =>
    warning(`${[file, line].filter(Boolean).join(':')}: ${message}`),
  );
}

function warning(message: string): string {
  return `  ${paint('odd', 'warning:')} ${message}`;
}

/** A network that the geo data can place, in Germany: those for documentation are nowhere. */
const PLACED = '5.9.0.0/24';

/** A question to ask this server, as a client in another network would. */
function digLine(listening: string, zones: readonly ZoneStatus[]): string {
  const { address, port } = parseSocketAddress(listening) ?? { address: '127.0.0.1', port: 53 };
  const server = `@${reachableAddress(address)} -p ${port}`;
  const steered = zones.find(({ state, sample }) => state === 'live' && sample !== undefined);
  if (steered?.sample !== undefined) return `dig ${server} ${quoted(steered.sample)} A +subnet=${PLACED}`;
  // Every zone has this one, whatever else is in it.
  return `dig ${server} ${typedName(zones[0]?.zone ?? 'example.com')} SOA`;
}

/** The name of a zone as a shell and dig take it. */
function typedName(zone: string): string {
  const name = zoneNameFromText(zone);
  if (!name.ok || !zone.includes('%')) return zone;
  return quoted(nameToText(name.value));
}

function quoted(name: string): string {
  return /^[\w./-]+$/.test(name) ? name : `'${name}'`;
}
