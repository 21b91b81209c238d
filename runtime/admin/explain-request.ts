/**
 * Reads `/api/explain?name=www.example.com&type=A&from=192.0.2.1&country=DE&dnssec=1&down=eu&at=2026-12-24&seed=7` as a
 * question to an answer process.
 */
import { readMoment } from '../answer/facts/moment-text.ts';
import { MOST_SEED } from '../answer/steering/seeded-chance.ts';
import { parsePrefix } from '../base/net/ip.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { AsIf, ExplainAsk } from '../rpc/explanation.ts';
import { typeFromText, typeToText } from '../wire/iana/rrtype.ts';
import { nameToText } from '../wire/name.ts';
import { zoneNameFromText } from '../wire/zone-id.ts';

/** What the operator typed, in a URL or on the command line. */
export interface ExplainText {
  readonly name: string | undefined;
  readonly type: string | undefined;
  readonly from: string | undefined;
  readonly country: string | undefined;
  /** `1`: the records of DNSSEC are told as well. */
  readonly dnssec?: string | undefined;
  /** Pools that are to be down, and up, whatever the probes say. */
  readonly down?: readonly string[] | undefined;
  readonly up?: readonly string[] | undefined;
  /** The moment of the query, as people write it. */
  readonly at?: string | undefined;
  readonly seed?: string | undefined;
}

/** Checks a question; the type is A where none is given. */
export function readExplainAsk(text: ExplainText): Result<ExplainAsk> {
  if (!text.name) return fail('A name is needed: name=www.example.com');
  // Names below a zone are typed as status and metrics write the zone itself.
  const name = zoneNameFromText(text.name);
  if (!name.ok) return fail(name.problem);
  const type = typeFromText(text.type?.toUpperCase() ?? 'A');
  if (type === undefined) return fail(`Type "${text.type}" is not known; others are written TYPE123`);
  if (text.from !== undefined && parsePrefix(text.from) === undefined) {
    return fail(`Client "${text.from}" is neither an address nor a network`);
  }
  if (text.country !== undefined && !/^[A-Za-z]{2}$/.test(text.country)) {
    return fail(`Country "${text.country}" is no code of two letters, such as DE`);
  }
  const asIf = readAsIf(text);
  if (!asIf.ok) return asIf;
  return ok({
    name: nameToText(name.value).toLowerCase(),
    type: typeToText(type),
    ...(text.from === undefined ? {} : { from: text.from }),
    facts: text.country === undefined ? {} : { country: text.country.toUpperCase() },
    ...(text.dnssec === '1' && { withRecords: true as const }),
    ...(asIf.value && { asIf: asIf.value }),
  });
}

/** Targets that one question may name. */
const MOST_TARGETS = 64;
/** Characters of one: a zone, a pool and an address. */
const MOST_TARGET = 400;

/** Whether there are such pools, whoever explains knows. */
function readAsIf({ down = [], up = [], at, seed }: ExplainText): Result<AsIf | undefined> {
  const targets = [...down, ...up];
  if (targets.length > MOST_TARGETS) return fail(`${MOST_TARGETS} pools can be supposed down or up`);
  const strange = targets.find((target) => target === '' || target.length > MOST_TARGET);
  if (strange !== undefined) return fail('A pool that is supposed down or up needs its name: eu, or zone/eu');
  const moment = at === undefined ? undefined : readMoment(at);
  if (moment?.ok === false) return fail(moment.problem);
  if (seed !== undefined && !(/^\d{1,10}$/.test(seed) && Number(seed) <= MOST_SEED))
    return fail(`Seed "${seed}" is no whole number from 0 to ${MOST_SEED}`);
  const asIf: AsIf = {
    ...(down.length > 0 && { down }),
    ...(up.length > 0 && { up }),
    ...(moment && { at: new Date(moment.value).toISOString() }),
    ...(seed !== undefined && { seed: Number(seed) }),
  };
  return ok(Object.keys(asIf).length === 0 ? undefined : asIf);
}
