/** A difference of answers in words: for a terminal, and as Markdown for a pull request. */
import { caseText } from '../../../explore/case-text.ts';
import { type ChangedCell, OTHER_TYPES } from '../../../explore/compare/compare-hosts.ts';
import type { ComparedHost } from '../../../explore/compare/compare-policies.ts';
import type { RecordChange } from '../../../explore/compare/record-changes.ts';
import { OTHER, plainName } from '../../../rpc/alike.ts';
import type { FactValue } from '../../../rpc/plan.ts';
import { paint } from '../../terminal.ts';
import type { AnswerDifference, ZoneDifference } from './diff-zones.ts';

/** Values of one fact that are named. */
const MOST_VALUES = 8;

export function diffText(difference: AnswerDifference): string {
  const told = difference.zones.filter(isTold);
  return [...told.flatMap(zoneLines), '', summary(difference)].join('\n').trimStart();
}

export function diffMarkdown(difference: AnswerDifference): string {
  const told = difference.zones.filter(isTold);
  const title = `### DNS answers: ${difference.before} → ${difference.after}`;
  return [title, '', ...told.flatMap(zoneMarkdown), summary(difference)].join('\n');
}

/** A difference as JSON has it: maps as objects. */
export function diffJson({ zones, ...rest }: AnswerDifference): unknown {
  const shown = zones.map(({ hosts, ...zone }) => ({
    ...zone,
    hosts: hosts.map(({ cells, ...host }) => ({
      ...host,
      cells: cells.map(({ when, ...cell }) => ({ when: Object.fromEntries(when), ...cell })),
    })),
  }));
  return { ...rest, zones: shown };
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

function zoneLines({ zone, kind, records, hosts, hostCount }: ZoneDifference): string[] {
  const head = kind === 'added' || kind === 'removed' ? `${zone}  ${kind}, hosts: ${hostCount}` : zone;
  return ['', paint('odd', head), ...records.flatMap(recordLines), ...hosts.flatMap(hostLines)];
}

function recordLines({ name, type, before, after }: RecordChange): string[] {
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `  - ${name} ${type} ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `  + ${name} ${type} ${line}`),
  ];
}

function hostLines(host: ComparedHost): string[] {
  const gap = gapText(host);
  return [
    ...host.cells.flatMap((cell) => [
      `  ${host.host} ${cell.types.join(', ')}, ${whenText(cell)}`,
      `    - ${cell.before}`,
      `    + ${cell.after}`,
      `      such as: ${witnessText(cell)}`,
    ]),
    ...(gap === undefined ? [] : [`  ${host.host}: ${gap}`]),
  ];
}

function zoneMarkdown({ zone, kind, records, hosts, hostCount }: ZoneDifference): string[] {
  const what = kind === 'added' || kind === 'removed' ? ` (${kind}, hosts: ${hostCount})` : '';
  const recordRows = records.map(
    ({ name, type, before, after }) =>
      `| ${code(name)} | ${type} | every client | ${list(before)} | ${list(after)} | |`,
  );
  const cellRows = hosts.flatMap(({ host, cells }) =>
    cells.map(
      (cell) =>
        `| ${code(host)} | ${cell.types.join(', ')} | ${escaped(whenText(cell))} | ${code(cell.before)} | ${code(cell.after)} | ${escaped(witnessText(cell))} |`,
    ),
  );
  const gaps = hosts.flatMap((host) => {
    const gap = gapText(host);
    return gap === undefined ? [] : [`* ${code(host.host)}: ${gap}`];
  });
  const rows = [...recordRows, ...cellRows];
  const table = [
    '| name | type | when | before | after | such as |',
    '| - | - | - | - | - | - |',
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
  const down = Object.entries(facts.health).filter(([pool]) => when.has(`health.${pool}`));
  const health = down.map(([pool, state]) => `, ${pool} ${state}`).join('');
  const isTimed = [...when.keys()].some((fact) => fact.startsWith('time'));
  const at = isTimed ? `, at ${new Date(facts.now).toISOString().slice(0, 16)}Z` : '';
  return `${name} ${type === undefined || type === OTHER_TYPES ? witness.type : type} from ${country} (IPv${facts.family})${health}${at}`;
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
