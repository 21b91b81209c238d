/**
 * What a policy or zone file may hold under all manifests on the way to its folder: each of them must allow it. Everything is
 * judged in wire form, after imports, includes, relative names and other spellings have come to the same octets.
 */
import { bitsBeforeIpv4, copyIpv4 } from '../base/net/embedded-ipv4.ts';
import { addressToText, isInPrefix, type Prefix, parseAddress, parsePrefix } from '../base/net/ip.ts';
import { isCovered, isCoveredBelow, type NamePattern, namePattern } from '../config/teams/name-patterns.ts';
import { checkKindOf } from '../health/check-kinds.ts';
import type { Target } from '../health/target.ts';
import { RRTYPE, typeFromText, typeToText } from '../wire/iana/rrtype.ts';
import { canonicalName, nameFromText, namesEqual, nameToText, type WireName } from '../wire/name.ts';
import { rdataReferences } from '../wire/rdata/references.ts';
import { type LimitBound, type LimitRule, limitText, type ManifestLimits } from './manifest-limits.ts';

/** Each method says why something is not allowed; `undefined` if it is. */
export class TeamLimits {
  readonly data: readonly ManifestLimits[];
  readonly #zone: WireName;
  readonly #zones: readonly NameRule[];
  readonly #names: readonly NameRule[];
  readonly #types: readonly TypeRule[];
  readonly #addresses: readonly AddressRule[];
  readonly #targets: readonly NameRule[];
  readonly #probed: readonly ProbedRule[];

  constructor(data: readonly ManifestLimits[], zone: WireName) {
    this.data = data;
    this.#zone = canonicalName(zone);
    this.#zones = rules(data, 'zones').map((rule) => nameRule(rule));
    this.#names = rules(data, 'names').map((rule) => nameRule(rule, zone));
    this.#types = rules(data, 'types').map((rule) => ({
      rule,
      types: new Set(rule.allowed.map(typeFromText)),
    }));
    this.#addresses = rules(data, 'addresses').map(addressRule);
    this.#targets = data.flatMap((one) => targetRule(one, this.#zone) ?? []);
    this.#probed = data.flatMap(probedRule);
  }

  zoneProblem(): string | undefined {
    return nameProblem(this.#zone, this.#zones);
  }

  /** A DNAME speaks for all names below its owner (RFC 6672 §2.3), and so does a delegation. */
  ownerProblem(owner: WireName, type?: number): string | undefined {
    if (type === RRTYPE.SOA || this.#names.length === 0) return undefined;
    const name = canonicalName(owner);
    const problem = nameProblem(name, this.#names);
    const speaksBelow = type === RRTYPE.DNAME || (type === RRTYPE.NS && !namesEqual(name, this.#zone));
    if (problem !== undefined || !speaksBelow) return problem;
    const open = this.#names.find(({ patterns }) => !patterns.some((one) => isCoveredBelow(name, one)));
    return open && limitText(`*.${nameToText(name)}`, open.rule);
  }

  /** A zone has an SOA, whatever its types are. */
  typeProblem(type: number): string | undefined {
    if (type === RRTYPE.SOA) return undefined;
    const rule = this.#types.find(({ types }) => !types.has(type));
    return rule && limitText(typeToText(type), rule.rule);
  }

  rdataProblem(type: number, rdata: Uint8Array): string | undefined {
    if (this.#addresses.length === 0 && this.#targets.length === 0) return undefined;
    const { names, addresses } = rdataReferences(type, rdata);
    for (const address of addresses) {
      const rule = this.#addresses.find(({ prefixes }) => !isAllowed(address, prefixes));
      if (rule !== undefined) return limitText(textOf(address), rule.rule);
    }
    for (const name of names) {
      const problem = this.#targetProblem(name);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  /** Of an alias that a plan makes. */
  aliasProblem(target: WireName): string | undefined {
    return this.typeProblem(RRTYPE.CNAME) ?? this.#targetProblem(target);
  }

  /** All of a record of a file. */
  recordProblem(owner: WireName, type: number, rdata: Uint8Array): string | undefined {
    return this.ownerProblem(owner, type) ?? this.typeProblem(type) ?? this.rdataProblem(type, rdata);
  }

  checkProblem(target: Target): string | undefined {
    const { type, address, intervalMs } = target;
    const kind = rules(this.data, 'kinds').find(({ allowed }) => !allowed.includes(type));
    if (kind !== undefined) return limitText(type, kind);
    const aim = this.#probed.find((rule) => !mayProbe(address, rule));
    if (aim !== undefined) return limitText(address, aim.rule);
    const [silent] = rules(this.data, 'send');
    const sent = silent && checkKindOf(target).sent?.(target);
    if (silent !== undefined && sent !== undefined) return limitText(sent, silent);
    const least = bounds(this.data, 'interval').find(({ value }) => intervalMs < 1000 * value);
    return least && limitText(`${intervalMs / 1000} s`, least);
  }

  /** Milliseconds; `undefined` where the policy states none. */
  budgetProblem(budget: number | undefined): string | undefined {
    return tooLong(budget, bounds(this.data, 'budget'));
  }

  deadlineProblem(deadline: number | undefined): string | undefined {
    return tooLong(deadline, bounds(this.data, 'deadline'));
  }

  /** The root is no target: it says that there is none (RFC 7505 §3, RFC 2782, RFC 9460 §2.5). */
  #targetProblem(target: WireName): string | undefined {
    return target.length <= 1 ? undefined : nameProblem(canonicalName(target), this.#targets);
  }
}

/** The least of the bounds on milliseconds, or the value if none is less. */
export function leastOf(data: readonly ManifestLimits[], key: 'budget' | 'deadline', value: number): number {
  return Math.min(value, ...bounds(data, key).map((bound) => bound.value));
}

interface NameRule {
  readonly rule: Pick<LimitRule, 'key' | 'at'>;
  readonly patterns: readonly NamePattern[];
}

interface TypeRule {
  readonly rule: LimitRule;
  readonly types: ReadonlySet<number | undefined>;
}

interface AddressRule {
  readonly rule: LimitRule;
  readonly prefixes: readonly Prefix[];
}

interface ProbedRule {
  readonly rule: LimitRule;
  readonly patterns: readonly NamePattern[];
  readonly prefixes: readonly Prefix[];
}

type RuleKey = 'zones' | 'names' | 'types' | 'addresses' | 'targets' | 'kinds' | 'send';

function rules(data: readonly ManifestLimits[], key: RuleKey): LimitRule[] {
  return data.flatMap((one) => one[key] ?? []);
}

function bounds(data: readonly ManifestLimits[], key: 'budget' | 'deadline' | 'interval'): LimitBound[] {
  return data.flatMap((one) => one[key] ?? []);
}

/** A pattern that cannot be read allows nothing. */
function nameRule(rule: LimitRule, origin?: WireName): NameRule {
  const patterns = rule.allowed.flatMap((text) => {
    const read = namePattern(text, origin);
    return read.ok ? read.value : [];
  });
  return { rule, patterns };
}

/** Who bounds addresses and no targets bounds both: an alias of a name elsewhere has addresses that nobody bounds. */
function targetRule({ targets, addresses }: ManifestLimits, zone: WireName): NameRule | undefined {
  if (targets !== undefined) return nameRule(targets);
  if (addresses === undefined) return undefined;
  const at = `${addresses.at}, and without "targets" only names in the zone are targets`;
  return {
    rule: { key: 'addresses', at },
    patterns: [false, true].map((isBelow) => ({ base: zone, isBelow })),
  };
}

function addressRule(rule: LimitRule): AddressRule {
  return { rule, prefixes: prefixesOf(rule) };
}

function prefixesOf(rule: LimitRule | undefined): Prefix[] {
  return (rule?.allowed ?? []).map(parsePrefix).filter((prefix) => prefix !== undefined);
}

/** Hosts and addresses are one list in two parts: what neither allows is beyond both. */
function probedRule({ hosts, probed }: ManifestLimits): ProbedRule[] {
  const rule = probed ?? hosts;
  if (rule === undefined) return [];
  return [
    { rule, patterns: hosts === undefined ? [] : nameRule(hosts).patterns, prefixes: prefixesOf(probed) },
  ];
}

function mayProbe(aim: string, { patterns, prefixes }: ProbedRule): boolean {
  const address = parseAddress(aim);
  if (address !== undefined) return isAllowed(address.bytes, prefixes);
  const name = nameFromText(aim);
  return name.ok && patterns.some((pattern) => isCovered(canonicalName(name.value), pattern));
}

function nameProblem(name: WireName, named: readonly NameRule[]): string | undefined {
  const open = named.find(({ patterns }) => !patterns.some((pattern) => isCovered(name, pattern)));
  return open && limitText(nameToText(name), open.rule);
}

/**
 * An IPv6 address that has an IPv4 address inside leads to that one, which must be allowed as well. A mapped one is nothing
 * else (RFC 4291 §2.5.5.2), and `addresses` reads it as the IPv4 address too.
 */
function isAllowed(bytes: Uint8Array, prefixes: readonly Prefix[]): boolean {
  if (bytes.length === 4) return isIn(bytes, 4, prefixes);
  const before = bitsBeforeIpv4(bytes);
  if (before === 0) return isIn(bytes, 6, prefixes);
  const inside = new Uint8Array(4);
  copyIpv4(bytes, before, inside);
  return isIn(inside, 4, prefixes) && (parseAddress(textOf(bytes))?.family === 4 || isIn(bytes, 6, prefixes));
}

function isIn(bytes: Uint8Array, family: 4 | 6, prefixes: readonly Prefix[]): boolean {
  return prefixes.some((prefix) => prefix.address.family === family && isInPrefix(bytes, prefix));
}

function textOf(bytes: Uint8Array): string {
  return addressToText({ family: bytes.length === 4 ? 4 : 6, bytes });
}

function tooLong(value: number | undefined, most: readonly LimitBound[]): string | undefined {
  const bound = value === undefined ? undefined : most.find((one) => value > one.value);
  return bound && limitText(String(value), bound);
}
