/** How a version of a zone is signed, as answer processes are told, and what is wrong with that. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { located } from '../build/failure-place.ts';
import { typesOfHost, undeclaredTypes } from '../plan/host-types.ts';
import type { ZoneUpdate } from '../rpc/zone-update.ts';
import type { Accepted } from '../trial/trial-outcome.ts';
import { typeToText } from '../wire/iana/rrtype.ts';
import { originOf } from '../zone/origin.ts';
import { isWildcard } from '../zone/zone-index.ts';
import type { DraftSigning, SigningRules } from './signed-zones.ts';
import { acceptedOf, type TriedPolicy } from './zone-version.ts';

/**
 * The part of an update about signatures. `expire` is SOA expire in seconds. Nothing is sent of a zone whose keys
 * nobody asked for: such a version is only looked at.
 */
export function sentSigning(
  zone: string,
  signing: DraftSigning | undefined,
  expire: number | undefined,
  accepted?: Accepted,
): Pick<ZoneUpdate, 'signing'> {
  const keys = signing?.keys;
  if (signing === undefined || keys === undefined) return {};
  if ('failed' in keys) return { signing: keys };
  const refresh = refreshOf(signing.rules, expire);
  if (refresh === undefined) return { signing: { failed: tooShort(signing.rules, expire).message } };
  const { denial, validity } = signing.rules;
  const rules = { validity, refresh, since: keys.since };
  const { wholeAt } = signing;
  const whole = wholeAt !== undefined && { wholeAt };
  return { signing: { keys: keys.keys, denial, rules, ...hostsOf(zone, accepted), ...whole } };
}

/** What is wrong with the signatures of a version that is to be signed. */
export function signingProblems(
  signing: DraftSigning | undefined,
  expire: number | undefined,
  policy: TriedPolicy | undefined,
): Diagnostic[] {
  if (signing === undefined) return [];
  const problems = refreshOf(signing.rules, expire) === undefined ? [tooShort(signing.rules, expire)] : [];
  return [...problems, ...undeclared(policy)];
}

const DAY = 86_400;

/**
 * How many seconds of a signature are left when it is renewed: a third, or as long as a secondary serves a zone
 * that it cannot transfer any more, and a day; signatures last longer where their validity leaves no room for that
 * (dnssec/signing/signature-times.ts). `undefined` where they are to end before the secondary stops.
 */
export function refreshOf({ validity }: Pick<SigningRules, 'validity'>, expire = 0): number | undefined {
  return validity < expire ? undefined : Math.max(Math.ceil(validity / 3), expire + DAY);
}

function tooShort({ validity }: SigningRules, expire = 0): Diagnostic {
  return {
    code: 'DNSSEC_VALIDITY',
    severity: 'error',
    message: `Signatures are valid for ${validity} s, and SOA expire is ${expire} s: a secondary could serve signatures that have ended`,
    remedy: `Set "dnssec.validity" to ${expire} at least, or SOA expire to less`,
  };
}

function hostsOf(zone: string, accepted: Accepted | undefined) {
  if (accepted === undefined) return { hostTypes: [], byName: [] };
  const { manifest, decisions } = accepted;
  const origin = originOf(zone);
  const { hosts } = manifest;
  return {
    hostTypes: hosts.map((host) => typesOfHost(host, manifest, decisions.get(host.key)?.types ?? [], origin)),
    byName: hosts.map(
      ({ key, name, plan }) => plan === null && isWildcard(name) && decisions.get(key)?.readsName === true,
    ),
  };
}

/** Handlers that were seen to answer what nobody declares: for another client they may answer another such type. */
function undeclared(policy: TriedPolicy | undefined): Diagnostic[] {
  const accepted = acceptedOf(policy);
  if (policy === undefined || accepted === undefined) return [];
  const { manifest, decisions } = accepted;
  return manifest.hosts.flatMap((host) => {
    const types = undeclaredTypes(host, manifest, decisions.get(host.key)?.types ?? []).map(typeToText);
    if (types.length === 0) return [];
    const list = types.map((type) => `'${type}'`).join(', ');
    const problem: Diagnostic = {
      code: 'POLICY_TYPES',
      severity: 'warning',
      message: `Host "${host.key}" answers ${types.join(', ')}, which neither a pool nor the host declares: a signed zone has to know all types of a name`,
      remedy: `Declare what the handler writes itself: { types: [${list}], decide: (query) => … }`,
    };
    return [located(problem, { keys: ['hosts', host.key] }, policy)];
  });
}
