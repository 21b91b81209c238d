/** The admin page: the state at a glance, without script. `html` escapes whatever is put into it. */
import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { printableData } from '../base/printable.ts';
import { type PoolStatus, type ProcessStatus, type Status, stateText, type ZoneStatus } from './status.ts';

type Html = ReturnType<typeof html>;

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color-scheme: light dark }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8884; vertical-align: top }
td.number, th.number { text-align: right }
.good { color: #2a9d4a } .bad { color: #d1383d } .odd { color: #b98000 }
`;

/** The hash of the style, which the Content-Security-Policy allows. */
export const STYLE_HASH = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`;

/** The whole page. */
export function statusPage(told: Status): Html {
  const status = printableData(told);
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="5">
<title>dnsteer</title>
<style>${raw(STYLE)}</style>
<h1>dnsteer ${status.version}</h1>
${status.lastReload === undefined ? '' : html`<p>Settings read again at ${status.lastReload.time}: ${status.lastReload.outcome}</p>`}
<p class="${status.ready ? 'good' : 'bad'}">${status.ready ? 'Ready' : 'Not ready'}, on ${status.listening.join(', ')}</p>
${list([...status.notReady, ...status.warnings, ...refusals(status)])}
<h2>Zones</h2>
<table>
<tr><th>Zone<th>Version<th>State<th>Pools<th class="number">Queries<th class="number">Policy runs<th class="number">Fallbacks</tr>
${status.zones.map(zoneRow)}
</table>
<h2>Processes</h2>
<table>
<tr><th>Process<th class="number">Pid<th>State<th class="number">Memory<th class="number">Restarts</tr>
${status.processes.map(processRow)}
</table>
<p><a href="/api/status">Status as JSON</a> · <a href="/metrics">Metrics</a> · <a href="/readyz">Readiness</a> ·
<a href="/api/explain?name=${encodeURIComponent(status.zones[0]?.zone ?? 'example.com')}&amp;type=A&amp;country=DE">Explain an answer</a></p>
</html>
`;
}

function list(lines: readonly string[]): Html | string {
  return lines.length === 0 ? '' : html`<ul class="odd">${lines.map((line) => html`<li>${line}</li>`)}</ul>`;
}

function refusals({ refused }: Status): string[] {
  return refused.flatMap(({ file, problems }) => problems.map(({ message }) => `${file}: ${message}`));
}

function zoneRow(zone: ZoneStatus): Html {
  const { queries, policyRuns, fallbacks, dynamicRecords = 0 } = zone;
  const fallbackCount = Object.values(fallbacks).reduce((total, count) => total + count, 0);
  const [problem] = zone.problems;
  const state = stateText(zone);
  return html`<tr><td>${zone.zone}${problem === undefined ? '' : html`<br><small class="bad">${problem.message}</small>`}${dynamicRecords === 0 ? '' : html`<br><small>${dynamicRecords} dynamic records</small>`}
<td>${zone.version ?? ''}<td class="${state === 'live' ? 'good' : 'bad'}">${state}
<td>${zone.pools.map(poolText)}<td class="number">${queries}<td class="number">${policyRuns}<td class="number">${fallbackCount}</tr>
`;
}

const TINT = { up: 'good', degraded: 'odd', down: 'bad' } as const;

function poolText({ name, health }: PoolStatus): Html {
  return html`<span class="${TINT[health]}">${name} ${health}</span> `;
}

function processRow({ kind, index, pid, state, rssBytes, restarts }: ProcessStatus): Html {
  const memory = rssBytes === undefined ? '' : `${Math.round(rssBytes / 2 ** 20)} MB`;
  return html`<tr><td>${kind} ${index ?? ''}<td class="number">${pid}<td>${state}<td class="number">${memory}<td class="number">${restarts}</tr>
`;
}
