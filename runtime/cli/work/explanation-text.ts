/** An explanation as text: the question, the decision, what steering did with it, the answer. */
import { printableData } from '../../base/printable.ts';
import { dataText } from '../../plan/plan-text.ts';
import type { Explanation, RecordOrigin, SteeringStep } from '../../rpc/explanation.ts';
import type { FactValue } from '../../rpc/plan.ts';
import { formatTable } from '../table.ts';
import { paint, type Style } from '../terminal.ts';

export function formatExplanation(told: Explanation): string {
  const explanation = printableData(told);
  const { name, type, client } = explanation;
  const sections: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ['As if', asIfLines(explanation)],
    ['Client', [clientText(client), ...lackingLines(explanation)]],
    ['Zone', [zoneText(explanation)]],
    ['Decided', decidedLines(explanation)],
    ['Read', readLines(explanation)],
    ['Plan', explanation.plan === undefined ? [] : [dataText(explanation.plan)]],
    ['Steering', table(explanation.steering.map(steeringRow))],
    ['Overridden', explanation.overrides ?? []],
    ['Answer', answerLines(explanation)],
    ['From', originLines(explanation)],
    ['Recorded', recordedLines(explanation)],
    ['Signed', signedLines(explanation)],
    ['Proof', proofLines(explanation)],
    ['Records', recordLines(explanation)],
    ['ECS scope', [scopeText(explanation)]],
    ['Time', [timeText(explanation)]],
  ];
  const rows = sections.flatMap(([title, lines]) =>
    lines.map((line, index) => [index === 0 ? paint('faint', title) : '', line]),
  );
  return [paint('strong', `${name} ${type}`), '', ...table(rows)].join('\n');
}

function table(rows: readonly (readonly string[])[]): string[] {
  const columns = Array.from({ length: Math.max(0, ...rows.map(({ length }) => length)) }, () => ({
    title: '',
  }));
  return formatTable(columns, rows).slice(1);
}

function asIfLines({ asIf }: Explanation): string[] {
  if (asIf === undefined) return [];
  const { down, up, at, seed } = asIf;
  const parts = [
    ...(down === undefined ? [] : [`${down.join(' and ')} were down`]),
    ...(up === undefined ? [] : [`${up.join(' and ')} were up`]),
    ...(at === undefined ? [] : [`at ${at.replace('.000Z', 'Z')}`]),
    ...(seed === undefined ? [] : [`seed ${seed}`]),
  ];
  return [parts.join(', ')];
}

/** The client's most important facts; --json has all. */
function clientText(client: Explanation['client']): string {
  const { subnet, ip, city, region, country, continent, asn, organization } = client;
  const system = typeof asn === 'number' ? `AS${asn}` : asn;
  const where = [city, region, country, continent, system, organization].filter(
    (part) => part !== undefined && part !== null,
  );
  return (
    [ip ?? subnet, where.join(', ')].filter((part) => part !== undefined && part !== '').join(' in ') ||
    'not known'
  );
}

/** What to give instead of a country, which has no coordinates, cities or time zones of its own. */
function lackingLines({ lacking = [], client: { country } }: Explanation): string[] {
  if (lacking.length === 0) return [];
  const fields = lacking.join(' and ');
  return [
    paint('odd', `no ${fields}, which the answer depends on:`),
    `instead of --country ${country}, give an address or a network there with --from`,
  ];
}

function zoneText({ zone, version, file, isCyclic }: Explanation): string {
  if (zone === undefined) return paint('bad', 'none of this server');
  const all = [version === undefined ? '' : `version ${version}`, file ?? '', isCyclic ? 'cyclic' : ''];
  const from = all.filter((part) => part !== '');
  return from.length === 0 ? zone : `${zone} (${from.join(', ')})`;
}

function decidedLines({ source, host, fallback, followed, zone, unready }: Explanation): string[] {
  const by = host === undefined ? '' : ` "${host}"`;
  const target = followed.at(-1);
  const where = target === undefined ? '' : `, for ${target} where a CNAME led`;
  switch (source) {
    case 'static':
      return [`by static records${where}`];
    case 'delegation':
      return [`by other servers${where}: the name is delegated to them`];
    case 'policy':
      return [`by the policy, host${by}${where}`];
    case 'none':
      return [
        zone === undefined ? 'by nobody here' : `by nobody: ${unready ?? 'the zone has no answer yet'}`,
      ];
    case 'fallback': {
      const why = fallback === undefined ? '' : `: ${fallback.reason}, ${fallback.message}`;
      const stack = fallback?.stack?.split('\n').slice(0, 4) ?? [];
      return [
        paint('bad', `by the fallback for host${by}${why}`),
        ...stack.map((line) => paint('faint', line)),
      ];
    }
    default:
      return source satisfies never;
  }
}

function readLines({ reads, source }: Explanation): string[] {
  const lines = table(reads.map(([fact, value]) => [fact, valueText(value)]));
  return source === 'fallback' && lines.length > 0 ? [paint('faint', 'before it failed:'), ...lines] : lines;
}

const VERDICT_STYLES = { chosen: 'good', kept: 'strong', dropped: 'odd' } as const satisfies Record<
  SteeringStep['verdict'],
  Style
>;

function steeringRow({ depth, subject, verdict, why }: SteeringStep): string[] {
  return [`${'  '.repeat(depth)}${subject}`, paint(VERDICT_STYLES[verdict], verdict), why];
}

/** NODATA (RFC 2308) and referrals have no response code of their own. */
function answerLines({ rcode, type, source, answer, isTruncated, authority }: Explanation): string[] {
  const told = paint(rcode === 'NOERROR' ? 'good' : rcode === 'NXDOMAIN' ? 'odd' : 'bad', rcode);
  if (source === 'delegation') return [`${told}, a referral to`, ...answer, ...authority];
  if (isTruncated === true) return [`${told}, truncated: clients ask again over TCP`, ...answer];
  const isNodata = rcode === 'NOERROR' && answer.length === 0;
  return [isNodata ? `${told}, without records of type ${type} (NODATA)` : told, ...answer];
}

/** Once, if all records come from one place; else by record. */
function originLines({ answer, origins = [] }: Explanation): string[] {
  const told = origins.map(originText);
  if (new Set(told).size <= 1) return told.slice(0, 1);
  const rows = answer.map((record, index) => [record.split(' ').slice(3).join(' '), told[index] ?? '']);
  return table(rows.map(([record = '', from = '']) => [shortened(record), from]));
}

/** What a query that was recorded got then. */
function recordedLines({ recorded, version }: Explanation): string[] {
  if (recorded === undefined) return [];
  const { version: then, rcode, answer, isSame } = recorded;
  const by = then === undefined || then === version ? '' : `, by version ${then}`;
  if (isSame === undefined) return [`not with its answer${by}`];
  return isSame ? [`the same answer${by}`] : [paint('odd', `another answer${by}:`), rcode, ...answer];
}

function originText({ from, file = 'its file', wildcard, by = '', since = '' }: RecordOrigin): string {
  const asWildcard = wildcard === undefined ? '' : `, as ${wildcard}`;
  switch (from) {
    case 'zone-file':
    case 'policy':
      return `${file}${asWildcard}`;
    case 'policy-records':
      return `${file}, "records"${asWildcard}`;
    case 'primary':
      return `a transfer from the primary${asWildcard}`;
    case 'dynamic':
      return `a client, beside the files: key "${by}", ${since}${asWildcard}`;
    case 'settings':
      return 'the server: no file states it';
    case 'dname':
      return 'a DNAME of the zone';
    case 'static':
      return `static records${asWildcard}`;
    case 'server':
      return 'the server itself';
    default:
      return from satisfies never;
  }
}

/** Keys and texts can be long. */
function shortened(record: string): string {
  return record.length <= 48 ? record : `${record.slice(0, 47)}…`;
}

/** Which keys signed each set, and until when; whether a client would have waited for that. */
function signedLines({ signing, rcode }: Explanation): string[] {
  if (signing === undefined) return [];
  if (signing.kind === 'failed')
    return [paint('bad', 'no: there is no usable key, and clients that set DO get SERVFAIL')];
  const rows = signing.sets.flatMap(({ owner, type, wildcard, wasThere, signatures }) =>
    signatures.map(({ tag, algorithm, until }) => [
      `${owner} ${type}`,
      `by key ${tag}, algorithm ${algorithm}`,
      wasThere ? 'was there' : 'made now',
      `until ${until}`,
      wildcard === undefined ? '' : `as ${wildcard}`,
    ]),
  );
  const other =
    signing.rcode === rcode ? [] : [`${signing.rcode} to clients that set DO and not CO (RFC 9824)`];
  return [...(rows.length === 0 ? ['no set of this answer'] : table(rows)), ...other];
}

function proofLines({ signing }: Explanation): string[] {
  if (signing?.kind !== 'signed') return [];
  return signing.proof.map(({ owner, next, how, proves }) => {
    const type = how === 'hashed' ? 'NSEC3' : 'NSEC';
    const which = how === 'compact' ? `NSEC made for ${owner}` : `${type} ${owner} … ${next}`;
    return `${proves} ${paint('faint', `(${which})`)}`;
  });
}

function recordLines({ signing }: Explanation): string[] {
  return signing?.kind === 'signed' ? [...(signing.records ?? [])] : [];
}

function scopeText({ ecsScope, client }: Explanation): string {
  if (ecsScope === 0) return '0: the same for every client';
  if (client.subnet === undefined) return 'depends on the network of the client: see --from';
  return `${ecsScope}: clients that share ${ecsScope} bits get the same`;
}

function timeText({ policyMicros, totalMicros }: Explanation): string {
  const total = `${millis(totalMicros)} in all`;
  return policyMicros === undefined ? total : `${millis(policyMicros)} in the policy, ${total}`;
}

function millis(micros: number): string {
  return `${(micros / 1000).toFixed(2)} ms`;
}

function valueText(value: FactValue): string {
  return value === null ? paint('faint', 'not known') : String(value);
}
