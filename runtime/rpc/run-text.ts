/**
 * Runs of one policy as the text of a frame (framing.ts), which costs a fraction of what JSON does:
 *
 *     r<timeoutMs> <wallMs> <id of the first> <1 if it is alone, or 0> <key>
 *     <health of its pools, as JSON>
 *     <host>⇥<name>⇥<type>⇥<ip>⇥<subnet>⇥<family>⇥<now>⇥<lists>⇥<way>⇥<place, as JSON, or nothing>
 *     …                                                 one line each; ids count up
 *
 * `way` are four fields: transport, our address that was asked, the sender's address, and its country. `lists` are those lists of networks that the client is in, as JSON, or nothing where it is in none.
 *
 * Looking up a place takes longer than many a run. So a host that has not read any is sent none, until it reads one:
 * that run has the outcome `placeless`, and is sent again.
 *
 * A run that is alone may end the process: what was decided before is told before.
 *
 * The sandbox hands all behind the first line to the policy's isolate as it is (sandbox/isolate.ts), and the
 * prelude reads of it what the policy reads.
 */
import { type FactsData, NO_WAY, type RunLimits } from './sandbox-protocol.ts';

/** First character of the frame. */
export const RUNS = 'r';

/** What a run is told of its query. */
export interface RunQuestion {
  /** Key in the policy's `hosts`: `'@'`, `'www'`, `'*'`. */
  readonly host: string;
  /** Lower case, no final dot. */
  readonly name: string;
  readonly type: string;
  readonly facts: FactsData;
}

export interface Runs extends RunLimits {
  readonly isAlone: boolean;
  readonly key: string;
  readonly firstId: number;
  /** The lines from the second on. */
  readonly given: string;
}

/** The first two lines of some runs, without an end. */
export function runsHead(
  { timeoutMs, wallMs, isAlone }: RunLimits & Pick<Runs, 'isAlone'>,
  firstId: number,
  key: string,
  health: FactsData['health'],
): string {
  return `${RUNS}${timeoutMs} ${wallMs} ${firstId} ${isAlone ? 1 : 0} ${escaped(key)}\n${jsonOf(health)}`;
}

/** The line of a run, with the end of the line before; without the place, where it is hardly read. */
export function runLine({ host, name, type, facts }: RunQuestion, hasPlace = true): string {
  const { ip, subnet, family, now, lists = [], way = NO_WAY } = facts;
  const place = hasPlace ? jsonOf(facts.place) : '';
  const { transport, local, resolver, resolverCountry } = way;
  const came = `${transport}\t${local}\t${resolver}\t${resolverCountry}`;
  return `${questionText(host, name, type)}${ip}\t${subnet}\t${family}\t${now}\t${lists.length === 0 ? '' : jsonOf(lists)}\t${came}\t${place}`;
}

/** The first fields, which many runs have in common: the last ones are kept. */
function questionText(host: string, name: string, type: string): string {
  if (host !== last.host || name !== last.name || type !== last.type)
    last = { host, name, type, text: `\n${escaped(host)}\t${name}\t${type}\t` };
  return last.text;
}

let last = { host: '', name: '', type: '', text: '\n\t\t\t' };

/** Reads the text of a frame of runs, which comes from the host and is trusted. */
export function readRuns(text: string): Runs {
  const end = text.indexOf('\n');
  const wall = text.indexOf(' ');
  const id = text.indexOf(' ', wall + 1);
  const alone = text.indexOf(' ', id + 1);
  const key = text.indexOf(' ', alone + 1);
  return {
    timeoutMs: Number(text.slice(1, wall)),
    wallMs: Number(text.slice(wall + 1, id)),
    firstId: Number(text.slice(id + 1, alone)),
    isAlone: text[alone + 1] === '1',
    key: unescaped(text.slice(key + 1, end)),
    given: text.slice(end + 1),
  };
}

/** The health and each of the runs in what {@link readRuns} calls `given`, as if it were the only one. */
export function singly(given: string): string[] {
  const [health = '', ...lines] = given.split('\n');
  return lines.map((line) => `${health}\n${line}`);
}

/** How many runs there are. */
export function countRuns(given: string): number {
  let count = 0;
  for (let at = given.indexOf('\n'); at >= 0; at = given.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** Authors may write anything in the names of their hosts; the isolate turns this back (sandbox/isolate.ts). */
function escaped(text: string): string {
  return SPECIAL.test(text) ? JSON.stringify(text) : text;
}

function unescaped(text: string): string {
  return text.startsWith('"') ? (JSON.parse(text) as string) : text;
}

/** Characters that separate, and the one that begins what is escaped. */
const SPECIAL = /^"|[\t\n]/;

const texts = new WeakMap<object, string>();

/** The JSON of an object that is the same for many runs. */
function jsonOf(data: object): string {
  let text = texts.get(data);
  if (text === undefined) {
    text = JSON.stringify(data);
    texts.set(data, text);
  }
  return text;
}
