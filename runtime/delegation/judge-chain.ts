/**
 * Finds what breaks the chain of trust from the parent's DS to the zone's signatures, at each server: a resolver asks
 * any of them. What is wrong is told with the server, its address and the answer seen.
 */

import { toBase64 } from '../base/octets-text.ts';
import { DNSKEY_FLAGS, keyTag } from '../dnssec/keys/dnskey.ts';
import { dsOf } from '../dnssec/keys/ds.ts';
import { fitOf } from '../dnssec/rolls/delegation-signer.ts';
import { type DsSeen, dsText } from '../dnssec/rolls/observations.ts';
import { ROOT } from '../wire/name.ts';
import { zoneNameFromText } from '../wire/zone-id.ts';
import type { ChainView } from './chain-views.ts';
import type { DelegationViews, ParentAnswer, ServerView } from './delegation-views.ts';
import { type Finding, found } from './finding.ts';
import { judgeSignatures } from './judge-signatures.ts';
import { serverPlace, shown } from './name-server-texts.ts';

/** `now` is in seconds since 1970. */
export function* judgeChain(views: DelegationViews, now: number): Generator<Finding> {
  const { zone, parent } = views;
  const answers = parent.kind === 'asked' ? parent.answers : [];
  const servers = views.servers.filter(isSeen);
  const ds = yield* judgeDs(answers);
  const unsigned = servers.filter(({ chain }) => chain.keys.length === 0);
  const [named] = ds;
  if (named !== undefined && unsigned.length > 0) {
    const where = unsigned.map(serverPlace).join(', ');
    const message = `The parent has a DS for ${shown(zone)} (${dsText(named)}), and there is no DNSKEY at ${where}: validating resolvers refuse what comes from there`;
    const remedy =
      'Have the zone signed there with the key of the DS, or have the registrar remove the DS and wait for its TTL';
    yield found('DS_WITHOUT_KEY', message, remedy);
  }
  const signed = servers.filter(({ chain }) => chain.keys.length > 0);
  yield* compareKeys(servers);
  for (const server of signed) {
    if (ds.length > 0) yield* judgeEntry(zone, server, ds);
    yield* judgeSignatures(server, now);
    yield* judgeWish(zone, server, ds);
  }
  const isAsked = answers.some(
    ({ ds: seen, nameServers }) => seen.kind === 'seen' && nameServers !== undefined,
  );
  if (isAsked && ds.length === 0 && signed.length > 0) {
    const message = `${shown(zone)} is signed, and the parent has no DS: nobody checks the signatures`;
    yield found(
      'DS_MISSING',
      message,
      `Enter the DS at the registrar: dnsteer dnssec ds ${shown(zone)} tells it`,
    );
  }
}

type SeenServer = ServerView & { readonly chain: ChainView };

function isSeen(server: ServerView): server is SeenServer {
  return server.chain !== undefined;
}

/** All DS that any server of the parent has. */
function* judgeDs(answers: readonly ParentAnswer[]): Generator<Finding, readonly DsSeen[]> {
  const all = new Map<string, DsSeen>();
  let first: { readonly server: string; readonly text: string } | undefined;
  for (const { server, ds } of answers) {
    if (ds.kind === 'unknown') {
      const remedy = 'Ask again later; a server of the parent that does not answer DS breaks validation';
      yield found('DS_UNKNOWN', `${server} does not tell whether there is a DS: ${ds.why}`, remedy);
      continue;
    }
    for (const each of ds.ds) all.set(dsText(each), each);
    const text = ds.ds.map(dsText).sort().join('; ') || 'none';
    if (first !== undefined && first.text !== text) {
      const remedy = 'Wait until the change has reached all servers of the parent, and ask again';
      yield found('DS_DIFFERS', `${first.server} has the DS ${first.text}, and ${server} ${text}`, remedy);
    }
    first ??= { server, text };
  }
  return [...all.values()];
}

/** A resolver that meets another server has keys from this one (RFC 4035 §5). */
function* compareKeys(servers: readonly SeenServer[]): Generator<Finding> {
  const [first, ...others] = servers;
  if (first === undefined) return;
  for (const other of others) {
    if (keysText(other.chain) === keysText(first.chain)) continue;
    const message = `DNSKEY differs: ${serverPlace(first)} has ${keysText(first.chain)}, and ${serverPlace(other)} ${keysText(other.chain)}`;
    const remedy =
      'Give all servers the same keys; of servers that sign, exactly one makes and ends keys (dnssec.rolls)';
    yield found('KEYS_DIFFER', message, remedy);
  }
}

/** A DS has to fit a key that is there and signs DNSKEY (RFC 4035 §5.2). */
function* judgeEntry(zone: string, server: SeenServer, ds: readonly DsSeen[]): Generator<Finding> {
  const { keys, signatures } = server.chain;
  const known = keys.map((rdata) => ({
    tag: keyTag(rdata),
    algorithm: rdata[3] ?? 0,
    dnskey: toBase64(rdata),
  }));
  const entries = known.filter((key) => ds.some((each) => fitOf(each, zone, key) === 'fits'));
  const at = serverPlace(server);
  if (entries.length === 0) {
    const message = `No DS of the parent (${ds.map(dsText).join('; ')}) fits a key of ${at}, which has ${keysText(server.chain)}`;
    yield found(
      'DS_WITHOUT_KEY',
      message,
      `Have the registrar enter the DS that dnsteer dnssec ds ${shown(zone)} tells`,
    );
    return;
  }
  for (const each of ds) {
    if (known.some((key) => fitOf(each, zone, key) === 'fits')) continue;
    const isWrong = known.some((key) => fitOf(each, zone, key) === 'wrong');
    const why = isWrong ? 'its digest is not that of the key' : 'no such key is there';
    const message = `The parent's DS ${dsText(each)} does not fit ${at}: ${why}`;
    yield found('DS_IDLE', message, 'Have the registrar remove it, unless its key is about to be published');
  }
  const signers = signatures.filter(({ covers }) => covers === 'DNSKEY').map(({ tag }) => tag);
  if (entries.some(({ tag }) => signers.includes(tag))) return;
  const message = `DNSKEY of ${at} is signed by ${signers.join(', ') || 'no key'}, and the DS is of ${entries.map(({ tag }) => tag).join(', ')}`;
  yield found(
    'KEYS_UNSIGNED',
    message,
    'Have DNSKEY signed by the key of the DS: validating resolvers refuse the zone',
  );
}

/** What CDS and CDNSKEY ask the parent for (RFC 7344 §4, RFC 8078 §4). */
function* judgeWish(zone: string, server: SeenServer, ds: readonly DsSeen[]): Generator<Finding> {
  const { cds, cdnskeys } = server.chain;
  const at = serverPlace(server);
  const owner = zoneNameFromText(zone);
  const name = owner.ok ? owner.value : ROOT;
  const isDelete = cds.some((rdata) => rdata[2] === 0);
  const made = new Set(cdnskeys.map((rdata) => hex(dsOf(name, rdata))));
  const asked = cds.filter((rdata) => rdata[3] === 2).map(hex);
  if (!isDelete && cds.length > 0 && cdnskeys.length > 0 && !haveSame(new Set(asked), made)) {
    const message = `CDS and CDNSKEY of ${at} ask for different keys: ${tags(cds)}, and ${cdnskeys.map(keyTag).join(', ')}`;
    yield found('CDS_DIFFERS', message, 'Publish both for the same keys, or neither');
  }
  if (cds.length === 0 || ds.length === 0) return;
  if (isDelete) {
    const message = `${at} asks the parent to remove all DS (CDS 0 0 0 00), and it has ${ds.map(dsText).join('; ')}`;
    yield found('DS_AWAITED', message, 'Wait for the parent, or have the registrar remove them');
    return;
  }
  const lacking = cds.filter(
    (rdata) => !ds.some((each) => each.tag === tagOf(rdata) && each.algorithm === rdata[2]),
  );
  if (lacking.length === 0) return;
  const message = `${at} asks the parent for a DS of key ${tags(lacking)} (CDS), and it has ${ds.map(dsText).join('; ')}`;
  yield found(
    'DS_AWAITED',
    message,
    `Wait for the parent, or enter what dnsteer dnssec ds ${shown(zone)} tells`,
  );
}

/** `12345 (257, algorithm 13)`. */
function keysText({ keys }: ChainView): string {
  const texts = keys.map((rdata) => {
    const isEntry = ((rdata[1] ?? 0) & DNSKEY_FLAGS.SEP) !== 0;
    return `${keyTag(rdata)} (${isEntry ? 257 : 256}, algorithm ${rdata[3]})`;
  });
  return texts.sort().join(', ') || 'none';
}

function tags(cds: readonly Uint8Array[]): string {
  return cds.map(tagOf).join(', ');
}

function tagOf(ds: Uint8Array): number {
  return ((ds[0] ?? 0) << 8) | (ds[1] ?? 0);
}

function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex');
}

function haveSame(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((each) => b.has(each));
}
