/** The chain of trust from outside in: zones signed by BIND's tools, with one thing wrong at a time. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { DnsReply } from '../../runtime/client/reply.ts';
import type { ChainView } from '../../runtime/delegation/chain-views.ts';
import type { DelegationViews } from '../../runtime/delegation/delegation-views.ts';
import { FINDINGS, type FindingCode } from '../../runtime/delegation/finding.ts';
import { judgeChain } from '../../runtime/delegation/judge-chain.ts';
import { viewChain } from '../../runtime/delegation/view-chain.ts';
import { dsOf } from '../../runtime/dnssec/keys/ds.ts';
import type { DsSeen } from '../../runtime/dnssec/rolls/observations.ts';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import { namesEqual } from '../../runtime/wire/name.ts';
import { parseZone } from '../../runtime/zone/zone-file.ts';
import { missing } from '../support/dig.ts';
import { type SignedZone, signZone, withBrokenSignature } from '../support/sign-zone.ts';
import { name } from '../support/wire.ts';

const ZONE = name('shop.example');
const TEXT = '$TTL 300\n@ SOA ns1 hostmaster 1 3600 600 604800 30\n@ NS ns1\nns1 A 192.0.2.1\n';
const DAY = 86_400;
const NOW = Date.now() / 1000;

/** What a server of this zone shows. */
async function view(text: string): Promise<ChainView> {
  const { records, diagnostics } = parseZone(text, { origin: ZONE });
  assert.deepEqual(diagnostics, []);
  const all = [...records].filter(({ owner }) => namesEqual(owner, ZONE));
  const chain = await viewChain(ZONE, ({ type }) => {
    const answers = all.filter((each) => each.type === type || each.type === RRTYPE.RRSIG);
    return Promise.resolve({ kind: 'reply', message: { rcode: 0, answers } } as unknown as DnsReply);
  });
  return chain ?? assert.fail('the server shows its keys');
}

interface Seen {
  readonly first: ChainView | undefined;
  readonly second?: ChainView;
  /** DS at the parent's first server, and at its second. */
  readonly ds?: readonly DsSeen[] | undefined;
  readonly dsElsewhere?: readonly DsSeen[];
}

function look({ first, second = first, ds, dsElsewhere = ds }: Seen): DelegationViews {
  const answer = { nameServers: new Map([['ns1.shop.example.', ['192.0.2.1']]]), isChildToo: false };
  const seen = (some: readonly DsSeen[] | undefined) =>
    some === undefined
      ? ({ kind: 'unknown', why: 'REFUSED' } as const)
      : ({ kind: 'seen', ds: some } as const);
  const server = {
    udp: { kind: 'authoritative' },
    tcp: { kind: 'authoritative' },
    edns: 'answered',
    offersRecursion: false,
    serial: 1,
    nameServers: undefined,
  } as const;
  return {
    zone: 'shop.example.',
    ours: undefined,
    unresolved: new Map(),
    parent: {
      kind: 'asked',
      zone: 'example.',
      answers: [
        { server: 'a.parent.test', ...answer, ds: seen(ds) },
        { server: 'b.parent.test', ...answer, ds: seen(dsElsewhere) },
      ],
    },
    servers: [
      { name: 'ns1.shop.example.', address: '192.0.2.1', ...server, chain: first },
      { name: 'ns2.shop.example.', address: '192.0.2.2', ...server, chain: second },
    ],
  };
}

const told = new Set<FindingCode>();

function find(seen: Seen, now = NOW): FindingCode[] {
  const findings = [...judgeChain(look(seen), now)];
  for (const { code, message, remedy } of findings) {
    told.add(code);
    assert.match(message, /^\S.*[^.]$/);
    assert.match(remedy, /^[A-Z].*[^.]$/);
  }
  return findings.map(({ code }) => code);
}

describe('The chain of trust', { skip: missing('dnssec-signzone') }, () => {
  const zone = signZone({ origin: 'shop.example.', text: TEXT });
  const other = signZone({ origin: 'shop.example.', text: TEXT });
  const dsSeen = ({ ds }: SignedZone): DsSeen => ({ ...ds, digest: ds.digest.toLowerCase() });
  const [DS, OTHER_DS] = [dsSeen(zone), dsSeen(other)];

  test('holds, each signature over the records it is of', async () => {
    const first = await view(zone.text);
    assert.deepEqual(
      first.signatures.map(({ covers, tag, holds }) => `${covers} ${tag} ${holds}`).toSorted(),
      [`DNSKEY ${DS.tag} yes`, `SOA ${DS.tag} yes`],
    );
    assert.deepEqual(find({ first, ds: [DS] }), []);
  });

  test('holds with other algorithms', async () => {
    for (const algorithm of ['ED25519', 'RSASHA256'] as const) {
      const signed = signZone({ origin: 'shop.example.', text: TEXT, algorithm });
      assert.deepEqual(find({ first: await view(signed.text), ds: [dsSeen(signed)] }), []);
    }
  });

  test('is broken between parent and zone', async () => {
    const first = await view(zone.text);
    const none = await view(TEXT);
    assert.deepEqual(find({ first, ds: [] }), ['DS_MISSING']);
    assert.deepEqual(find({ first: none, ds: [] }), []);
    assert.deepEqual(find({ first: none, ds: [DS] }), ['DS_WITHOUT_KEY']);
    assert.deepEqual(find({ first, second: none, ds: [DS] }), ['DS_WITHOUT_KEY', 'KEYS_DIFFER']);
    assert.deepEqual(find({ first, ds: [OTHER_DS] }), ['DS_WITHOUT_KEY', 'DS_WITHOUT_KEY']);
    assert.deepEqual(find({ first, ds: [DS, OTHER_DS] }), ['DS_IDLE', 'DS_IDLE']);
    const wrong = { ...DS, digest: '00'.repeat(32) };
    assert.deepEqual(find({ first, ds: [DS, wrong] }), ['DS_IDLE', 'DS_IDLE']);
    assert.deepEqual(find({ first, ds: [DS], dsElsewhere: [] }), ['DS_DIFFERS']);
    assert.deepEqual(find({ first, ds: undefined, dsElsewhere: [DS] }), ['DS_UNKNOWN']);
  });

  test('is broken between the servers of the zone', async () => {
    const [first, second] = [await view(zone.text), await view(other.text)];
    assert.deepEqual(find({ first, second, ds: [DS, OTHER_DS] }), ['KEYS_DIFFER', 'DS_IDLE', 'DS_IDLE']);
  });

  test('is broken in the signatures of a server', async () => {
    const first = await view(zone.text);
    const spoilt = await view(withBrokenSignature(zone, 'shop.example.', 'SOA'));
    assert.deepEqual(find({ first, second: spoilt, ds: [DS] }), ['SIGNATURE_WRONG']);
    const changed = await view(
      zone.text.replace(/ 1 3600 600 604800 30|\b1\s+; serial/, (serial) => serial.replace('1', '2')),
    );
    const others = changed.signatures.filter(({ holds }) => holds === 'no').map(({ covers }) => covers);
    assert.deepEqual(others, ['SOA']);
    const withoutSoa = first.signatures.filter(({ covers }) => covers !== 'SOA');
    assert.deepEqual(
      find({ first, second: { ...first, signatures: withoutSoa, hasSoaSignature: false }, ds: [DS] }),
      ['SIGNATURES_MISSING'],
    );
    const withoutKeys = first.signatures.filter(({ covers }) => covers !== 'DNSKEY');
    assert.deepEqual(find({ first, second: { ...first, signatures: withoutKeys }, ds: [DS] }), [
      'KEYS_UNSIGNED',
    ]);
  });

  test('ends with its signatures, and is told of a day ahead', async () => {
    const first = await view(zone.text);
    const until = Math.min(...first.signatures.map((each) => each.until));
    const codes = (now: number) => [...new Set(find({ first, ds: [DS] }, now))];
    assert.deepEqual(codes(until - 2 * DAY), []);
    assert.deepEqual(codes(until - DAY / 2), ['SIGNATURE_ENDING']);
    assert.deepEqual(codes(until), ['SIGNATURE_EXPIRED']);
    assert.deepEqual(codes(NOW - 2 * DAY), ['SIGNATURE_EXPIRED']);
  });

  test('is about to change: what CDS and CDNSKEY ask for', async () => {
    const first = await view(zone.text);
    const [key = new Uint8Array(0)] = first.keys;
    const [theirs = new Uint8Array(0)] = (await view(other.text)).keys;
    const wish = (cds: readonly Uint8Array[], cdnskeys: readonly Uint8Array[]) => [
      ...new Set(find({ first: { ...first, cds, cdnskeys }, ds: [DS] })),
    ];
    assert.deepEqual(wish([dsOf(ZONE, key)], [key]), []);
    assert.deepEqual(wish([dsOf(ZONE, theirs)], [theirs]), ['DS_AWAITED']);
    assert.deepEqual(wish([dsOf(ZONE, key)], [theirs]), ['CDS_DIFFERS']);
    assert.deepEqual(wish([Uint8Array.of(0, 0, 0, 0, 0)], [Uint8Array.of(0, 0, 3, 0, 0)]), ['DS_AWAITED']);
  });

  test('has a test for each of its codes', () => {
    const ofChain = Object.keys(FINDINGS).filter((code) => /^(C?DS|KEYS|SIGNATURES?)_/.test(code));
    assert.deepEqual(ofChain.toSorted(), [...told].toSorted());
  });
});
