/** `dnsteer status`: shows the running server, as its admin API describes it. */
import type { Command } from 'commander';
import { announceLines } from '../../admin/announce/announce-status.ts';
import { emittedLine } from '../../admin/emit/emitted-status.ts';
import { overrideText, poolOverrideText } from '../../admin/overrides/override-text.ts';
import { printableStatus } from '../../admin/printable-status.ts';
import { type ProcessStatus, type Status, stateText, type ZoneStatus } from '../../admin/status.ts';
import { heldText, processName, zoneNotes } from '../../admin/status-text.ts';
import { timeText } from '../../dnssec/rolls/reasons.ts';
import { type AliasStatus, aliasText } from '../../health/aliases/alias-status.ts';
import type { SecondaryStatus } from '../../transfer/secondary-zone.ts';
import { ADMIN_OF_SERVER, examples, type JsonFlag, type SettingFlags, withConfig } from '../flags.ts';
import type { CliHost, Done } from '../host.ts';
import { askServer, printReply } from '../print-reply.ts';
import { formatTable } from '../table.ts';
import { healthWord, paint } from '../terminal.ts';

export function define(command: Command, host: CliHost, done: Done): void {
  withConfig(command)
    .description('Show the running server: zones, versions, pools and their health, counters, processes.')
    .option('--admin <address>', ADMIN_OF_SERVER)
    .option('--json', 'print JSON')
    .addHelpText('after', examples('dnsteer status', 'dnsteer status --json'))
    .action(async (flags: SettingFlags & JsonFlag) =>
      done(printReply(await askServer<Status>(host, flags, '/api/status'), flags, formatStatus)),
    );
}

/** The whole status, with a table for each part. */
export function formatStatus(reported: Status): string {
  const status = printableStatus(reported);
  const { totals } = status;
  const state = status.ready ? paint('good', 'ready') : paint('bad', 'not ready');
  return [
    `dnsteer ${status.version}, ${state}, on ${status.listening.join(', ')} (UDP: ${status.udpSockets.join(', ')} sockets), up for ${duration(status.uptimeSeconds)}`,
    ...[...status.notReady, ...status.warnings].map((line) => `  ${paint('odd', line)}`),
    '',
    ...formatTable(ZONE_COLUMNS, status.zones.map(zoneRow)),
    ...problemLines(status),
    ...status.zones.flatMap(zoneNotes).map((line) => `  ${paint('odd', line)}`),
    ...status.zones.flatMap(dynamicLines),
    ...status.secondaries.map(secondaryLine),
    '',
    ...formatTable(POOL_COLUMNS, status.zones.flatMap(poolRows)),
    ...status.aliases.map((one) => `  ${paint(isKnown(one) ? 'faint' : 'odd', aliasText(one))}`),
    ...announceLines(status.announce).map(
      (line) => `  ${paint(status.announce?.way === 'announced' ? 'faint' : 'odd', line)}`,
    ),
    ...(status.emitted ?? []).map(
      (one) => `  ${paint(one.problem === undefined ? 'faint' : 'odd', emittedLine(one))}`,
    ),
    ...status.overrides.map((one) => `  ${paint('odd', `${one.target} is ${overrideText(one)}`)}`),
    '',
    `Queries ${totals.queries}, policy runs ${totals.policyRuns}, decisions from memory ${totals.memoHits}, ` +
      `fallbacks ${totals.fallbacks}, reloads ${totals.reloads}, refused ${totals.reloadFailures}, ` +
      `responses over the rate ${totals.rateDropped + totals.rateSlipped}`,
    ...signatureLines(status),
    ...geoLines(status),
    ...latencyLines(status),
    ...recordingLines(status),
    ...(status.lastReload === undefined
      ? []
      : [`Settings read again at ${status.lastReload.time}: ${status.lastReload.outcome}`]),
    '',
    ...formatTable(PROCESS_COLUMNS, status.processes.map(processRow)),
  ].join('\n');
}

function isKnown({ A, AAAA }: AliasStatus): boolean {
  return A.problem === undefined && AAAA.problem === undefined;
}

const right = (title: string) => ({ title, align: 'right' }) as const;

const ZONE_COLUMNS = [
  { title: 'ZONE' },
  { title: 'STATE' },
  { title: 'VERSION' },
  right('QUERIES'),
  right('RUNS'),
  right('FROM MEMORY'),
  { title: 'FALLBACKS' },
  { title: 'FILE' },
];

function zoneRow(zone: ZoneStatus): string[] {
  const fallbacks = Object.entries(zone.fallbacks).map(([reason, count]) => `${count} ${reason}`);
  const state = stateText(zone);
  return [
    zone.zone,
    paint(state === 'live' ? 'good' : 'bad', state),
    zone.version ?? '',
    String(zone.queries),
    String(zone.policyRuns),
    String(zone.memoHits),
    fallbacks.join(', '),
    zone.file,
  ];
}

function problemLines({ zones, refused }: Status): string[] {
  return [...zones, ...refused].flatMap(({ problems }) =>
    problems.map(({ severity, message, file, line }) => {
      const place = [file, line].filter((part) => part !== undefined).join(':');
      return `  ${paint(severity === 'error' ? 'bad' : 'odd', severity)} ${place} ${message}`;
    }),
  );
}

function dynamicLines({ zone, dynamicRecords = 0 }: ZoneStatus): string[] {
  if (dynamicRecords === 0) return [];
  const what = `${zone} has ${dynamicRecords} dynamic ${dynamicRecords === 1 ? 'record' : 'records'}: dnsteer records ${zone}`;
  return [`  ${paint('faint', what)}`];
}

function secondaryLine({
  zone,
  primaries,
  state,
  serial,
  confirmedAt,
  nextAt,
  problem,
}: SecondaryStatus): string {
  const parts = [
    `${zone} is transferred from ${primaries.join(', ')}`,
    state,
    ...(serial === undefined ? [] : [`serial ${serial}`]),
    ...(confirmedAt === undefined ? [] : [`confirmed ${confirmedAt}`]),
    ...(nextAt === undefined ? [] : [`next ${nextAt}`]),
    ...(problem === undefined ? [] : [problem]),
  ];
  return `  ${paint(state === 'current' && problem === undefined ? 'faint' : 'odd', parts.join(', '))}`;
}

const POOL_COLUMNS = [{ title: 'POOL' }, { title: 'HEALTH' }, { title: 'OVERRIDE' }, { title: 'TARGETS' }];

function poolRows({ zone, pools }: ZoneStatus): string[][] {
  return pools.map((pool) => {
    const { name, targets } = pool;
    const states = targets.map((target) => {
      const { type, address, state, problem, averageMs, load } = target;
      const why = state === 'down' && problem !== undefined ? ` (${problem})` : '';
      const time = state !== 'up' || averageMs === undefined ? '' : ` ${Math.round(averageMs)} ms`;
      const loaded = load === undefined ? '' : ` load ${load}`;
      return `${type} ${address} ${state}${why}${time}${loaded}${heldText(target)}`;
    });
    const said = pool.override === undefined ? '' : paint('odd', poolOverrideText(pool.override));
    return [`${zone} ${name}`, healthWord(pool), said, states.join(', ')];
  });
}

/** What signing came to, if zones are signed here. */
function signatureLines({ zones, totals }: Status): string[] {
  if (zones.every(({ signing }) => signing === undefined)) return [];
  const ends = zones.map(({ signaturesEnd }) => signaturesEnd).filter((end) => end > 0);
  const waiting = totals.signingWaiting === 0 ? '' : `, zones to sign ahead ${totals.signingWaiting}`;
  const end = ends.length === 0 ? '' : `, the first expire at ${timeText(Math.min(...ends))}`;
  return [
    `Signatures made ${totals.signaturesMade}, found ${totals.signaturesFound}, put off ${totals.signaturesPutOff}, ` +
      `remembered ${Math.ceil(totals.signatureOctets / 1024)} KB${waiting}${end}`,
  ];
}

function geoLines({ geo = [] }: Status): string[] {
  const texts = geo.map(({ name, file, built, ageDays, isBefore2020 }) => {
    const age = isBefore2020 === true ? 'before 2020' : `${built?.slice(0, 10)}, ${ageDays} days old`;
    return `${name}${file === undefined ? '' : ` in ${file}`} (${age})`;
  });
  return texts.length === 0 ? [] : [`Geo data: ${texts.join('; ')}`];
}

function latencyLines({ latencies }: Status): string[] {
  if (latencies === undefined) return [];
  const { source, file, rows, pools } = latencies;
  const from = source === 'api' ? `pushed, in place of geo.latency (${file})` : file;
  return [`Latencies: ${rows} rows for ${pools} pools, ${from}`];
}

/** What became of queries that were to be recorded, if any were. */
function recordingLines({ recording }: Status): string[] {
  if (recording === undefined) return [];
  const { sample, full, folder, written, dropped } = recording;
  const which = sample === 0 ? 'off' : `${sample} of queries${full ? ', with whole addresses' : ''}`;
  const lost = `dropped ${dropped}`;
  return [`Recording ${which}, in ${folder}: written ${written}, ${dropped > 0 ? paint('odd', lost) : lost}`];
}

const PROCESS_COLUMNS = [
  { title: 'PROCESS' },
  right('PID'),
  { title: 'STATE' },
  right('MEMORY'),
  right('RESTARTS'),
  right('LONGEST TURN'),
  right('LATEST TIMER'),
];

function processRow(process: ProcessStatus): string[] {
  const { pid, state, rssBytes, restarts, loop } = process;
  const memory = rssBytes === undefined ? '?' : `${Math.round(rssBytes / 2 ** 20)} MB`;
  const times =
    loop === undefined ? ['', ''] : [loop.longestTurnSeconds, loop.longestDelaySeconds].map(millis);
  return [processName(process), String(pid), state, memory, String(restarts), ...times];
}

function millis(seconds: number): string {
  return `${(1000 * seconds).toFixed(1)} ms`;
}

/** `3 d 4 h`, `5 min 7 s`. */
function duration(seconds: number): string {
  const units = [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ] as const;
  const first = units.findIndex(([, length]) => seconds >= length);
  if (first === -1) return '0 s';
  const parts: string[] = [];
  let rest = seconds;
  for (const [unit, length] of units.slice(first, first + 2)) {
    if (rest >= length) parts.push(`${Math.floor(rest / length)} ${unit}`);
    rest %= length;
  }
  return parts.join(' ');
}
