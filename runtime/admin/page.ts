/** The admin page: the state at a glance, without script. `html` escapes whatever is put into it. */
import { html, raw } from 'hono/html';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { ShownOverride } from './overrides/override-ask.ts';
import { poolOverrideText, saidText, shortTime } from './overrides/override-text.ts';
import { STYLE } from './page-style.ts';
import { printableStatus } from './printable-status.ts';
import { type PoolStatus, type ProcessStatus, type Status, stateText, type ZoneStatus } from './status.ts';
import { HEALTH_TINTS, healthText, heldText, processName, zoneNotes } from './status-text.ts';

type Html = ReturnType<typeof html>;

export interface PageOptions {
  /** Whether the browser asks again every five seconds: whoever reads slowly, or by keys, can have it stand still. */
  readonly refreshes: boolean;
}

/** The whole page. */
export function statusPage(told: Status, { refreshes }: PageOptions): Html {
  const status = printableStatus(told);
  const { ready, zones, processes } = status;
  const state = ready ? 'Ready' : 'Not ready';
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
${refreshes ? raw('<meta http-equiv="refresh" content="5">') : ''}
<title>${state}: dnsteer ${status.version}</title>
<style>${raw(STYLE)}</style>
<main>
<h1>dnsteer ${status.version}</h1>
<p><strong class="${ready ? 'good' : 'bad'}">${state}</strong>, on ${status.listening.join(', ')}, since ${status.startedAt.replace(/\.\d+/, '')}</p>
${status.lastReload === undefined ? '' : html`<p>Settings read again at ${status.lastReload.time}: ${status.lastReload.outcome}</p>`}
${list([...status.notReady.map((text) => line(text, 'bad')), ...status.warnings.map((text) => line(text, 'odd')), ...refusals(status)])}
<h2>Zones</h2>
${zones.length === 0 ? html`<p>None yet: put a policy into ${status.policies}, or run <code>dnsteer new example.com</code></p>` : table(ZONE_COLUMNS, zones.map(zoneRow))}
${
  status.overrides.length === 0
    ? ''
    : html`<h2>Overrides</h2>
${table(OVERRIDE_COLUMNS, status.overrides.map(overrideRow))}`
}
<h2>Processes</h2>
${table(PROCESS_COLUMNS, processes.map(processRow))}
</main>
<nav aria-label="More">
<a href="/api/status">Status as JSON</a>
<a href="/metrics">Metrics</a>
<a href="/readyz">Readiness</a>
<a href="/api/explain?name=${encodeURIComponent(zones[0]?.zone ?? 'example.com')}&amp;type=A&amp;country=DE">Explain an answer</a>
${refreshes ? html`<a href="/?refresh=off">Stop refreshing</a>` : html`<a href="/">Refresh every 5 s</a>`}
</nav>
</html>
`;
}

function list(lines: readonly Html[]): Html | string {
  return lines.length === 0 ? '' : html`<ul class="told">${lines}</ul>`;
}

function line(text: string, tint: Tint): Html {
  return html`<li class="${tint}">${text}</li>`;
}

function refusals({ refused }: Status): Html[] {
  return refused.flatMap(({ file, problems }) =>
    problems.map((problem) => problemLine({ ...problem, file: problem.file ?? file })),
  );
}

/** Problems of one zone that are shown; the log has all of them. */
const MOST_PROBLEMS = 20;

function problemLines(problems: readonly Diagnostic[]): Html[] {
  const more = problems.length - MOST_PROBLEMS;
  const lines = problems.slice(0, MOST_PROBLEMS).map(problemLine);
  return more > 0 ? [...lines, line(`and ${more} more: see the log`, 'odd')] : lines;
}

/** The place as an editor opens it, what is wrong, and how to mend it. */
function problemLine({ severity, file, line: at, column, message, remedy }: Diagnostic): Html {
  const place = [file, at, column].filter((part) => part !== undefined).join(':');
  return html`<li class="${severity === 'error' ? 'bad' : 'odd'}">${place === '' ? '' : html`<code>${place}</code> `}${severity}: ${message}${
    remedy === undefined ? '' : html`<br><small>${remedy}</small>`
  }</li>`;
}

interface Column {
  readonly title: string;
  readonly isNumber?: true;
}

/** A row of cells, of which the first names it, and what is said below it over all columns. */
interface Row {
  readonly cells: readonly (Html | string)[];
  readonly below?: readonly Html[];
}

const ZONE_COLUMNS: readonly Column[] = [
  { title: 'Zone' },
  { title: 'State' },
  { title: 'Pools' },
  { title: 'Version' },
  { title: 'Queries', isNumber: true },
  { title: 'Policy runs', isNumber: true },
  { title: 'Fallbacks', isNumber: true },
];

const PROCESS_COLUMNS: readonly Column[] = [
  { title: 'Process' },
  { title: 'State' },
  { title: 'Pid', isNumber: true },
  { title: 'Memory', isNumber: true },
  { title: 'Restarts', isNumber: true },
];

const OVERRIDE_COLUMNS: readonly Column[] = [
  { title: 'Target' },
  { title: 'Override' },
  { title: 'By' },
  { title: 'Since' },
  { title: 'Until' },
  { title: 'Reason' },
];

function overrideRow(override: ShownOverride): Row {
  const { target, owner, since, expires, reason = '', window } = override;
  const by = window === undefined ? owner : `maintenance "${window}"`;
  const until = expires === undefined ? '' : shortTime(expires);
  return { cells: [target, saidText(override), by, shortTime(since), until, reason] };
}

function table(columns: readonly Column[], rows: readonly Row[]): Html {
  return html`<table>
<thead><tr>${columns.map(({ title, isNumber }) => html`<th scope="col"${numbered(isNumber)}>${title}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => rowOf(row, columns))}</tbody>
</table>`;
}

function rowOf({ cells, below = [] }: Row, columns: readonly Column[]): Html {
  const own = html`<tr>${cells.map((cell, index) => cellOf(cell, index, columns[index]))}</tr>
`;
  if (below.length === 0) return own;
  return html`${own}<tr class="below"><td colspan="${columns.length}">${list(below)}</td></tr>
`;
}

function cellOf(cell: Html | string, index: number, column: Column | undefined): Html {
  if (index === 0) return html`<th scope="row">${cell}</th>`;
  if (cell === '') return html`<td class="empty"></td>`;
  // A cell is one element, so that a card has its title beside all of it.
  return html`<td data-label="${column?.title ?? ''}"${numbered(column?.isNumber)}><div>${cell}</div></td>`;
}

function numbered(isNumber: true | undefined): Html | string {
  return isNumber === true ? html` class="number"` : '';
}

function zoneRow(zone: ZoneStatus): Row {
  const { queries, policyRuns, fallbacks, version = '', file, pools, problems, dynamicRecords = 0 } = zone;
  const fallbackCount = Object.values(fallbacks).reduce((total, count) => total + count, 0);
  const lines = [...problemLines(problems), ...zoneNotes(zone).map((text) => line(text, 'odd'))];
  const state = stateText(zone);
  return {
    cells: [
      html`${zone.zone}<br><small>${file}</small>${dynamicRecords === 0 ? '' : html`<br><small>${dynamicRecords} dynamic records</small>`}`,
      html`<span class="${state === 'live' ? 'good' : 'bad'}">${state}
</span>`,
      pools.length === 0 ? '' : html`<ul class="pools">${pools.map(poolLine)}</ul>`,
      version === '' ? '' : html`<code>${version}</code>`,
      ...[queries, policyRuns, fallbackCount].map(String),
    ],
    below: lines,
  };
}

type Tint = 'good' | 'odd' | 'bad' | 'faint';

function poolLine(pool: PoolStatus): Html {
  const health = healthText(pool);
  const odd = pool.targets.filter(({ state, held }) => state === 'down' || held !== undefined);
  const targets = odd.map((target) => {
    const { type, address, state, problem = state } = target;
    return html`<br><small>${type} ${address}: ${problem}${heldText(target)}</small>`;
  });
  const said =
    pool.override === undefined ? '' : html` <span class="odd">${poolOverrideText(pool.override)}</span>`;
  return html`<li><span class="${HEALTH_TINTS[health]}">${pool.name} ${health}</span>${said}${targets}</li>`;
}

function processRow(process: ProcessStatus): Row {
  const { pid, state, rssBytes, restarts } = process;
  const memory = rssBytes === undefined ? '' : `${Math.round(rssBytes / 2 ** 20)} MB`;
  return { cells: [processName(process), state, String(pid), memory, String(restarts)] };
}
