/**
 * Reads `/api/explain?name=www.example.com&type=A&from=192.0.2.1&country=DE&dnssec=1` as a question to an
 * answer process.
 */
import { parsePrefix } from '../base/net/ip.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { ExplainAsk } from '../rpc/explanation.ts';
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
  return ok({
    name: nameToText(name.value).toLowerCase(),
    type: typeToText(type),
    ...(text.from === undefined ? {} : { from: text.from }),
    facts: text.country === undefined ? {} : { country: text.country.toUpperCase() },
    ...(text.dnssec === '1' && { withRecords: true as const }),
  });
}
