/**
 * Runs files written for `createServer((req, res) => …)` as policies: the handler decides the zone's own
 * name and all names below it, and its response becomes a plan. The host adds SOA records to negative
 * answers, glue and signatures, so `authority` and `additionals` are ignored.
 */
import type { PlanData, ValuesData } from '../../../rpc/plan.ts';
import { describe } from '../describe.ts';
import { planFrom } from '../plans.ts';
import { declarePools } from '../pools.ts';
import { PolicyError } from '../problem.ts';
import type { Handler, Program } from '../program.ts';
import { readName, readType } from '../query.ts';
import { type HandlerRecord, HandlerRequest, HandlerResponse, type Sent } from './exchange.ts';
import { valueFrom } from './record-text.ts';
import { registeredHandler } from './slot.ts';

/** The program of a file that called `createServer`; `undefined` for any other. */
export function handlerProgram(moduleExports: Readonly<Record<string, unknown>>): Program | undefined {
  const respond = registeredHandler();
  if (respond === undefined) return undefined;
  declarePools([]);
  const handler: Handler = () => {
    const response = new HandlerResponse();
    respond(new HandlerRequest(), response);
    return response;
  };
  return {
    manifest: {
      form: 'handler',
      pools: {},
      fallback: fallbackFrom(moduleExports),
      hosts: { '@': null, '*': null },
      records: {},
    },
    handlers: { '@': handler, '*': handler },
    plan: (response) => planOf(HandlerResponse.sentBy(response as HandlerResponse)),
  };
}

/** The fallback comes from `export const fallback` or `module.exports.fallback`. */
function fallbackFrom(moduleExports: Readonly<Record<string, unknown>>): PlanData {
  const { default: exported } = moduleExports as { default?: { fallback?: unknown } };
  const fallback = moduleExports.fallback ?? exported?.fallback;
  return fallback === undefined ? { kind: 'servfail' } : planFrom(fallback, 'fallback');
}

const NOERROR = 0;
const NXDOMAIN = 3;
const REFUSED = 5;

function planOf(sent: Sent | undefined): PlanData {
  if (sent === undefined) {
    throw new PolicyError('The handler returned without calling res.send(); handlers are synchronous');
  }
  const [name, type] = sent.answers.length === 0 ? ['', ''] : [readName(), readType()];
  const alias = checkNames(sent.answers, name);
  if (alias !== undefined && type !== 'CNAME') return aliasPlan(alias);
  const records = sent.answers.filter((record) => sameName(record.name, name) && typeOf(record) === type);
  switch (codeOf(sent.rcode)) {
    case NOERROR:
      return records.length === 0 ? { kind: 'nodata' } : recordsPlan(type, records);
    case NXDOMAIN:
      return { kind: 'nxdomain' };
    case REFUSED:
      return { kind: 'refuse' };
    default:
      throw new PolicyError(
        `The handler sent the response code ${describe(sent.rcode)}; 0, 3 and 5 are possible`,
      );
  }
}

/**
 * Checks that each answer has the query name or a name its CNAMEs lead to. Returns the CNAME of the query
 * name.
 */
function checkNames(answers: readonly HandlerRecord[], question: string): HandlerRecord | undefined {
  const aliases = answers.filter((record) => typeOf(record) === 'CNAME');
  const reached = new Set([question]);
  for (const name of reached) {
    for (const alias of aliases)
      if (sameName(alias.name, name)) reached.add(plainName(valueFrom('CNAME', alias.data)));
  }
  const stray = answers.find((record) => !reached.has(plainName(record.name)));
  if (stray !== undefined) {
    throw new PolicyError(
      `An answer is for ${describe(stray.name)}, and the question was for "${question}."`,
    );
  }
  return aliases.find((alias) => sameName(alias.name, question));
}

/** The host follows the alias and finds the records of its target itself. */
function aliasPlan(alias: HandlerRecord): PlanData {
  const target = absolute(valueFrom('CNAME', alias.data));
  return { kind: 'cname', target, ...ttlOf([alias]) };
}

function recordsPlan(type: string, records: readonly HandlerRecord[]): PlanData {
  const values: ValuesData = records.map((record) => valueFrom(type, record.data));
  return { kind: 'records', records: { [type]: values }, ...ttlOf(records) };
}

/** RFC 2181 §5.2: records of one set share a TTL, the shortest one given. */
function ttlOf(records: readonly HandlerRecord[]): { ttl?: number } {
  const given = records.map((record) => record.ttl).filter((ttl) => typeof ttl === 'number');
  return given.length === 0 ? {} : { ttl: Math.min(...given) };
}

function sameName(name: unknown, question: string): boolean {
  return plainName(name) === question;
}

/** A name in lower case, without a final dot. */
function plainName(name: unknown): string {
  return typeof name === 'string' ? name.toLowerCase().replace(/\.$/, '') : '';
}

function absolute(name: ValuesData[number]): string {
  const text = typeof name === 'string' ? name : '';
  return text.endsWith('.') ? text : `${text}.`;
}

/** Mnemonics by IANA number: handlers may write either. */
const MNEMONICS: Readonly<Record<number, string>> = {
  1: 'A',
  2: 'NS',
  5: 'CNAME',
  6: 'SOA',
  12: 'PTR',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
  33: 'SRV',
  64: 'SVCB',
  65: 'HTTPS',
  257: 'CAA',
};

function typeOf(record: HandlerRecord): string {
  const { type } = record;
  if (typeof type === 'number') return MNEMONICS[type] ?? `TYPE${type}`;
  return typeof type === 'string' ? type.toUpperCase() : '';
}

const CODES: Readonly<Record<string, number>> = { NOERROR, NXDOMAIN, REFUSED };

function codeOf(rcode: unknown): unknown {
  return typeof rcode === 'string' ? CODES[rcode.toUpperCase()] : (rcode ?? NOERROR);
}
