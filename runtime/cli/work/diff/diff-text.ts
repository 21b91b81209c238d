/** A difference of answers in words: for a terminal, and as Markdown for a pull request. */
import { caseText } from '../../../explore/case-text.ts';
import { type ChangedCell, OTHER_TYPES } from '../../../explore/compare/compare-hosts.ts';
import type { ComparedHost } from '../../../explore/compare/compare-policies.ts';
import type { RecordChange } from '../../../explore/compare/record-changes.ts';
import type { TrafficWeight } from '../../../replay/traffic.ts';
import { OTHER, plainName } from '../../../rpc/alike.ts';
import { networksText } from '../../../rpc/facts/network-fact.ts';
import type { FactValue } from '../../../rpc/plan.ts';
import { paint } from '../../terminal.ts';
import { shareText } from '../replay/replay-text.ts';
import type { DiffTraffic } from './diff-traffic.ts';
import type { AnswerDifference, ZoneDifference } from './diff-zones.ts';

/** Values of one fact that are named. */
const MOST_VALUES = 8;

export function diffText(difference: AnswerDifference): string {
  const told = difference.zones.filter(isTold);
  const { traffic } = difference;
  const lines = told.flatMap((zone) => zoneLines(zone, traffic));
  return [...lines, '', ...trafficLines(traffic), summary(difference)].join('\n').trimStart();
}

export function diffMarkdown(difference: AnswerDifference): string {
  const told = difference.zones.filter(isTold);
  const title = `### DNS answers: ${difference.before} → ${difference.after}`;
  const { traffic } = difference;
  const lines = told.flatMap((zone) => zoneMarkdown(zone, traffic));
  return [
    title,
    '',
    ...lines,
    ...trafficLines(traffic).flatMap((line) => [line, '']),
    summary(difference),
  ].join('\n');
}

/** A difference as JSON has it: maps as objects. */
export function diffJson({ zones, traffic, ...rest }: AnswerDifference): unknown {
  const weighed = (weight: TrafficWeight | undefined): object =>
    weight === undefined ? {} : { traffic: weight };
  const shown = zones.map(({ hosts, records, ...zone }) => ({
    ...zone,
    ...weighed(traffic?.zones.get(zone.zone)),
    records: records.map((change) => ({ ...change, ...weighed(traffic?.records.get(change)) })),
    hosts: hosts.map(({ cells, ...host }) => ({
      ...host,
      cells: cells.map((cell) => ({
        ...cell,
        when: Object.fromEntries(cell.when),
        ...weighed(traffic?.cells.get(cell)),
      })),
    })),
  }));
  if (traffic === undefined) return { ...rest, zones: shown };
  const { queries, changed, unreplayable, gone, problems } = traffic;
  return { ...rest, traffic: { queries, changed, unreplayable, gone, problems }, zones: shown };
}

function isTold({ kind, hosts }: ZoneDifference): boolean {
  return kind !== 'same' || hosts.length > 0;
}

function summary({ zones, hash }: AnswerDifference): string {
  const of = (kind: ZoneDifference['kind']): number => zones.filter((zone) => zone.kind === kind).length;
  if (hash === undefined) return `No answer is different (zones: ${zones.length})`;
  const counts = (['changed', 'added', 'removed'] as const).flatMap((kind) =>
    of(kind) === 0 ? [] : [`${of(kind)} ${kind}`],
  );
  return `Zones: ${counts.join(', ')}, ${of('same')} the same. To accept just this: --accept ${hash}`;
}

const OTHER_NETWORKS = 'the list holds other networks';

function zoneLines(
  { zone, kind, records, lists, hosts, hostCount }: ZoneDifference,
  traffic: DiffTraffic | undefined,
): string[] {
  const head = kind === 'added' || kind === 'removed' ? `${zone}  ${kind}, hosts: ${hostCount}` : zone;
  return [
    '',
    paint('odd', head),
    ...weightLines('  ', traffic?.zones.get(zone), traffic),
    ...records.flatMap((change) => recordLines(change, traffic)),
    ...lists.map(({ list: file }) => `  ${file}: ${OTHER_NETWORKS}`),
    ...hosts.flatMap((host) => hostLines(host, traffic)),
  ];
}

function recordLines(change: RecordChange, traffic: DiffTraffic | undefined): string[] {
  const { name, type, before, after } = change;
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `  - ${name} ${type} ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `  + ${name} ${type} ${line}`),
    ...weightLines('      ', traffic?.records.get(change), traffic),
  ];
}

function hostLines(host: ComparedHost, traffic: DiffTraffic | undefined): string[] {
  const gap = gapText(host);
  return [
    ...host.cells.flatMap((cell) => [
      `  ${host.host} ${cell.types.join(', ')}, ${whenText(cell)}`,
      `    - ${cell.before}`,
      `    + ${cell.after}`,
      `      such as: ${witnessText(cell)}`,
      ...weightLines('      ', traffic?.cells.get(cell), traffic),
    ]),
    ...(gap === undefined ? [] : [`  ${host.host}: ${gap}`]),
  ];
}

function zoneMarkdown(
  { zone, kind, records, lists, hosts, hostCount }: ZoneDifference,
  traffic: DiffTraffic | undefined,
): string[] {
  const what = kind === 'added' || kind === 'removed' ? ` (${kind}, hosts: ${hostCount})` : '';
  const weight = (of: TrafficWeight | undefined): string =>
    traffic === undefined ? '' : ` ${shareText(of?.changed ?? 0, traffic.queries)} |`;
  const recordRows = records.map(
    (change) =>
      `| ${code(change.name)} | ${change.type} | every client | ${list(change.before)} | ${list(change.after)} | |${weight(traffic?.records.get(change))}`,
  );
  const cellRows = hosts.flatMap(({ host, cells }) =>
    cells.map(
      (cell) =>
        `| ${code(host)} | ${cell.types.join(', ')} | ${escaped(whenText(cell))} | ${code(cell.before)} | ${code(cell.after)} | ${escaped(witnessText(cell))} |${weight(traffic?.cells.get(cell))}`,
    ),
  );
  const gaps = [
    ...lists.map(({ list: file }) => `* ${code(file)}: ${OTHER_NETWORKS}`),
    ...hosts.flatMap((host) => {
      const gap = gapText(host);
      return gap === undefined ? [] : [`* ${code(host.host)}: ${gap}`];
    }),
  ];
  const rows = [...recordRows, ...cellRows];
  const table = [
    `| name | type | when | before | after | such as |${traffic === undefined ? '' : ' queries |'}`,
    `| - | - | - | - | - | - |${traffic === undefined ? '' : ' - |'}`,
    ...rows,
    '',
  ];
  return [
    `**${escaped(zone)}**${what}`,
    '',
    ...(rows.length > 0 ? table : []),
    ...(gaps.length > 0 ? [...gaps, ''] : []),
  ];
}

/** Which share of all recorded queries is answered differently here. */
function weightLines(
  indent: string,
  weight: TrafficWeight | undefined,
  traffic: DiffTraffic | undefined,
): string[] {
  if (weight === undefined || traffic === undefined) return [];
  const share = shareText(weight.changed, traffic.queries);
  return [`${indent}recorded: ${share} of all queries change (${weight.changed} of ${weight.queries} here)`];
}

function trafficLines(traffic: DiffTraffic | undefined): string[] {
  if (traffic === undefined) return [];
  const { queries, changed, unreplayable, gone } = traffic;
  const left = [
    ...(unreplayable > 0 ? [`, ${unreplayable} more are not replayable`] : []),
    ...(gone > 0 ? [`, ${gone} more are of zones that neither side has`] : []),
  ];
  return [
    `Recorded queries: ${queries}, of them ${changed} change (${shareText(changed, queries)})${left.join('')}`,
  ];
}

/** What a cell is about: `country FR or DE, us down`. */
function whenText({ when }: ChangedCell): string {
  if (when.size === 0) return 'every client';
  const told = [...when].filter(([fact, values]) => !isImplied(fact, values, when));
  return told.map(([fact, values]) => valuesText(fact, values)).join(', ');
}

/** Whether it is only said that a fact is none of some values, and elsewhere that it is another. */
function isImplied(fact: string, values: readonly FactValue[], when: ChangedCell['when']): boolean {
  if (!values.every((value) => value === OTHER)) return false;
  return [...when].some(
    ([other, known]) =>
      other !== fact &&
      plainName(other) === plainName(fact) &&
      known.every((value) => value !== OTHER && value !== null),
  );
}

function valuesText(fact: string, values: readonly FactValue[]): string {
  const [first = null, ...others] = values;
  const named = others.slice(0, MOST_VALUES - 1).map((value) => caseValue(fact, value));
  const more = values.length - 1 - named.length;
  const list = [caseText([[fact, first]]), ...named].join(' or ');
  return more === 0 ? list : `${list} or ${more} others`;
}

/** The value alone, as the first has said of what. */
function caseValue(fact: string, value: FactValue): string {
  const text = caseText([[fact, value]]);
  return value === null ? 'not known' : text.endsWith(String(value)) ? String(value) : text;
}

/** A query that is in the cell: `dig` and the client that asks. */
function witnessText({ witness, when, types }: ChangedCell): string {
  const { name, facts } = witness;
  const [type] = types;
  const country = facts.place.country === undefined ? 'a place that is not known' : facts.place.country;
  const isOfNetworks = [...when.keys()].some((fact) => networksText(fact) !== undefined);
  const down = Object.entries(facts.health).filter(([pool]) => when.has(`health.${pool}`));
  const health = down.map(([pool, state]) => `, ${pool} ${state}`).join('');
  const isTimed = [...when.keys()].some((fact) => fact.startsWith('time'));
  const at = isTimed ? `, at ${new Date(facts.now).toISOString().slice(0, 16)}Z` : '';
  return `${name} ${type === undefined || type === OTHER_TYPES ? witness.type : type} from ${country} (${isOfNetworks ? facts.ip : `IPv${facts.family}`})${health}${at}`;
}

function gapText({ cases, untaken, sampled }: ComparedHost): string | undefined {
  if (untaken === 0 && sampled.length === 0) return undefined;
  const left = untaken === 0 ? '' : `, ${untaken} not looked at (--cases takes a greater number)`;
  const facts = sampled.length === 0 ? '' : `; only some values were tried of ${sampled.join(', ')}`;
  return `${cases} cases${left}${facts}`;
}

/** Text of a policy cannot end the code it stands in, nor its cell. */
function code(text: string): string {
  return `\`${text.replaceAll('`', "'").replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')}\``;
}

function list(lines: readonly string[]): string {
  return lines.length === 0 ? '(none)' : lines.map(code).join('<br>');
}

function escaped(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>|#]/g, String.raw`\$&`).replaceAll(/\s+/g, ' ');
}
