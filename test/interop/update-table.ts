/**
 * UPDATE messages (RFC 2136), what dnsteer makes of each, and where BIND 9.18 or Knot 3.2 make something else of it.
 * `updates.long.test.ts` fails over a difference that is not here, and over one that is here and no longer there. The file
 * is long because it is one table.
 *
 * An outcome is a response code and, behind it, records that are gone (`-`) and new (`+`), names relative to the zone.
 */
import { CLASS } from '../../runtime/wire/iana/class.ts';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import type { WireName } from '../../runtime/wire/name.ts';
import { name } from '../support/wire.ts';
import type { UpdateText } from './update-messages.ts';

export type Foreign = 'named' | 'knotd';

export interface UpdateCase {
  readonly what: string;
  readonly message: (origin: WireName) => UpdateText;
  /** The outcome here, and at the others unless {@link differs} has it. */
  readonly expected: string;
  readonly differs?: Difference;
  /** Whether our reply has no signature: the message is not understood as far as its own. */
  readonly isUnsigned?: boolean;
}

type Difference = { readonly [server in Foreign]?: string } & { readonly why: string };

/** What the files of all servers state. dnsteer lets no update change it (README, Dynamic records). */
export const START_FILE = `$TTL 3600
@ SOA ns1 host 7 3600 600 86400 30
@ NS ns1
@ NS ns.elsewhere.example.
ns1 A 192.0.2.1
stated 60 TXT "file"
cut 60 NS ns.cut
ns.cut 60 A 192.0.2.4
`;

/** What a first update adds. */
export const START_UPDATE: readonly string[] = [
  'a 60 IN A 192.0.2.1',
  'a 60 IN A 192.0.2.2',
  'a 60 IN TXT "one"',
  'alias 60 IN CNAME a',
  '*.wild 60 IN TXT "w"',
  'deep.ent 60 IN A 192.0.2.3',
  '@ 60 IN MX 10 ns1',
];

const ADDED = 'NOERROR +new 60 TXT "n"';
const BOTH_GONE = '-a 60 A 192.0.2.1 -a 60 A 192.0.2.2';
const OWN =
  'SOA, NS, DS, DNAME and what the signer makes are the file’s or the server’s alone (RFC 2136 §3.3)';
const FILES_WIN = 'what the file states only the file changes (RFC 2136 §3.3 leaves that to the server)';
const LENIENT = 'what a removal must not have makes it malformed (RFC 2136 §3.4.1.3)';
const PRESCAN = 'prerequisites come first (RFC 2136 §3.2, then §3.4.1); BIND looks at all sections before';

const soa = (serial: number): string => `SOA ns1 host ${serial} 3600 600 86400 30`;

/** A case of prerequisites: where they hold, `new TXT` is added. */
function when(
  expected: string,
  what: string,
  prerequisites: readonly string[],
  differs?: Difference,
): UpdateCase {
  const message = (): UpdateText => ({ prerequisites, updates: ['new 60 IN TXT "n"'] });
  return { what, message, expected, ...(differs && { differs }) };
}

/** A case of updates. */
function then(expected: string, what: string, updates: readonly string[], differs?: Difference): UpdateCase {
  return { what, message: () => ({ updates }), expected, ...(differs && { differs }) };
}

/** A case of the zone section. */
function zones(
  expected: string,
  what: string,
  of: (origin: WireName) => UpdateText['zones'],
  more: Pick<UpdateCase, 'differs' | 'isUnsigned'> = {},
): UpdateCase {
  const message = (origin: WireName): UpdateText => ({
    zones: of(origin) ?? [],
    updates: ['new 60 IN TXT "n"'],
  });
  return { what, message, expected, ...more };
}

const PREREQUISITES: readonly UpdateCase[] = [
  when(ADDED, '§2.4.1: an RRset exists', ['a 0 ANY A']),
  when(ADDED, '§2.4.1: names have no case', ['A 0 ANY A']),
  when('NXRRSET', '§2.4.1: not this RRset', ['a 0 ANY AAAA']),
  when('NXRRSET', '§2.4.1: not this name', ['nothing 0 ANY A']),
  when(ADDED, '§2.4.1: an alias', ['alias 0 ANY CNAME']),
  when('NXRRSET', '§7.17: an alias is not followed', ['alias 0 ANY A']),
  when('NXRRSET', '§7.17: a wildcard stands in for nothing', ['x.wild 0 ANY TXT']),
  when(ADDED, '§7.17: a wildcard by its name', ['*.wild 0 ANY TXT']),
  when(ADDED, '§2.4.1: the SOA', ['@ 0 ANY SOA']),
  when(ADDED, '§2.4.1: glue', ['ns.cut 0 ANY A']),
  when('NXRRSET', '§2.4.1: a type that is not known', ['a 0 ANY TYPE65280']),
  when('NXRRSET', '§2.4.1: a type that only queries have', ['a 0 ANY TYPE252']),
  when(ADDED, '§2.4.2: these records', ['a 0 IN A 192.0.2.2', 'a 0 IN A 192.0.2.1']),
  when('NXRRSET', '§2.4.2: one record of two', ['a 0 IN A 192.0.2.2']),
  when('NXRRSET', '§2.4.2: one more', ['a 0 IN A 192.0.2.2', 'a 0 IN A 192.0.2.1', 'a 0 IN A 192.0.2.3']),
  when(
    ADDED,
    '§2.4.2: one of them twice',
    ['a 0 IN A 192.0.2.2', 'a 0 IN A 192.0.2.1', 'a 0 IN A 192.0.2.1'],
    {
      named: 'NXRRSET',
      why: 'an RRset is a set, and a record that is named twice is in it once (RFC 2181 §5)',
    },
  ),
  when('NXRRSET', '§2.4.2: an RRset that is not there', ['nothing 0 IN A 192.0.2.2']),
  when(ADDED, '§2.4.2: a name in the data has no case', ['alias 0 IN CNAME A']),
  when('NXRRSET', '§2.4.2: a text has', ['a 0 IN TXT "ONE"']),
  when('FORMERR', '§2.4.2: no data', ['a 0 IN A']),
  when('NXRRSET', '§2.4.2: type ANY', ['a 0 IN ANY'], {
    knotd: 'FORMERR',
    why: 'the procedure excludes no type, and no RRset has this one (RFC 2136 §3.2.5)',
  }),
  when(ADDED, '§2.4.3: no such RRset', ['a 0 NONE AAAA']),
  when('YXRRSET', '§2.4.3: there is one', ['a 0 NONE A']),
  when('YXRRSET', '§2.4.3: there is one in the file', ['stated 0 NONE TXT']),
  when(ADDED, '§2.4.4: a name is in use', ['a 0 ANY ANY']),
  when('NXDOMAIN', '§2.4.4: it is not', ['nothing 0 ANY ANY']),
  when('NXDOMAIN', '§7.16: a name that only has names below it', ['ent 0 ANY ANY']),
  when('NXDOMAIN', '§7.17: a name that a wildcard covers', ['x.wild 0 ANY ANY']),
  when(ADDED, '§2.4.5: a name is not in use', ['nothing 0 NONE ANY']),
  when(ADDED, '§7.16: a name that only has names below it is not', ['ent 0 NONE ANY']),
  when('YXDOMAIN', '§2.4.5: it is', ['a 0 NONE ANY']),
  when('FORMERR', '§3.2.1: a TTL', ['a 1 ANY A']),
  when('FORMERR', '§3.2.3: a TTL with data', ['a 60 IN A 192.0.2.2', 'a 60 IN A 192.0.2.1']),
  when('FORMERR', '§3.2.1: class ANY with data', ['a 0 ANY A 192.0.2.1']),
  when('FORMERR', '§3.2.2: class NONE with data', ['a 0 NONE A 192.0.2.9']),
  when('FORMERR', '§3.2.4: another class', ['a 0 CH TXT "one"']),
  when('NOTZONE', '§3.2: a name outside', ['a.other. 0 ANY A']),
  when('NXRRSET', '§3.2: the first that does not hold counts', ['nothing 0 ANY A', 'a.other. 0 ANY A']),
  when('NXRRSET', '§3.2: also before one that is malformed', ['nothing 0 ANY A', 'a 0 CH TXT "one"']),
  {
    what: '§3.4.1: prerequisites before malformed updates',
    message: () => ({ prerequisites: ['nothing 0 ANY A'], updates: ['a 60 CH TXT "x"'] }),
    expected: 'NXRRSET',
    differs: { named: 'FORMERR', why: PRESCAN },
  },
];

const ADDITIONS: readonly UpdateCase[] = [
  then('NOERROR +new 60 A 192.0.2.9', '§2.5.1: a record', ['new 60 IN A 192.0.2.9']),
  then(
    `NOERROR ${BOTH_GONE} +a 90 A 192.0.2.1 +a 90 A 192.0.2.2 +a 90 A 192.0.2.9`,
    'RFC 2181 §5.2: its set gets its TTL',
    ['a 90 IN A 192.0.2.9'],
  ),
  then('NOERROR', '§3.4.2.2: a record that is there', ['a 60 IN A 192.0.2.1']),
  then(
    `NOERROR ${BOTH_GONE} +a 90 A 192.0.2.1 +a 90 A 192.0.2.2`,
    '§3.4.2.2: a record that is there with another TTL',
    ['a 90 IN A 192.0.2.1'],
    {
      knotd: 'NOERROR',
      why: 'the record takes the place of the one before, its TTL as well (RFC 2136 §3.4.2.2)',
    },
  ),
  then('NOERROR', '§1.1.1: an alias that is there, in capitals', ['alias 60 IN CNAME A']),
  then('NOERROR +new 60 TXT "x" +new 60 TXT "y"', '§1.1.1: one name, in capitals and not', [
    'NEW 60 IN TXT "x"',
    'new 60 IN TXT "y"',
  ]),
  then('NOERROR +new 60 TXT "x"', '§3.4.2.2: the same twice', ['new 60 IN TXT "x"', 'new 60 IN TXT "x"']),
  then('NOERROR +*.wild 60 TXT "x"', '§7.17: beside a wildcard', ['*.wild 60 IN TXT "x"']),
  then('NOERROR +x.wild 60 A 192.0.2.9', '§7.17: at a name that a wildcard covers', [
    'x.wild 60 IN A 192.0.2.9',
  ]),
  then('NOERROR +*.new 60 A 192.0.2.9', '§7.17: a wildcard', ['*.new 60 IN A 192.0.2.9']),
  then('NOERROR +@ 60 TXT "x"', '§2.5.1: at the zone itself', ['@ 60 IN TXT "x"']),
  then('NOERROR', '§3.4.2.2: an alias beside other records', ['a 60 IN CNAME ns1']),
  then('NOERROR', '§3.4.2.2: other records beside an alias', ['alias 60 IN TXT "x"']),
  then('NOERROR -alias 60 CNAME a +alias 60 CNAME ns1', '§3.4.2.2: an alias in place of another', [
    'alias 60 IN CNAME ns1',
  ]),
  then('NOERROR', '§3.4.2.2: the zone itself as an alias', ['@ 60 IN CNAME a']),
  then('NOERROR +ent 60 CNAME a', '§7.16: an alias that has names below it', ['ent 60 IN CNAME a']),
  then(`NOERROR ${BOTH_GONE} -a 60 TXT "one" +a 60 CNAME ns1`, '§3.4.2.7: an alias after a removal', [
    'a 0 ANY ANY',
    'a 60 IN CNAME ns1',
  ]),
  then('NOERROR', '§3.4.2.2: an alias beside a wildcard’s records', ['*.wild 60 IN CNAME ns1']),
  then('NOERROR +new 60 CNAME a', '§3.4.2.2: an alias, then another record', [
    'new 60 IN CNAME a',
    'new 60 IN TXT "x"',
  ]),
  then('REFUSED', '§3.4.2: glue', ['ns.cut 60 IN AAAA 2001:db8::4'], {
    named: 'NOERROR +ns.cut 60 AAAA 2001:db8::4',
    knotd: 'NOERROR +ns.cut 60 AAAA 2001:db8::4',
    why: 'glue is the file’s, as the delegation is',
  }),
  then('REFUSED', '§3.4.2: below a delegation', ['www.cut 60 IN TXT "x"'], {
    named: 'NOERROR +www.cut 60 TXT "x"',
    knotd: 'NOERROR +www.cut 60 TXT "x"',
    why: 'nobody would ever see it (RFC 1034 §4.2.1)',
  }),
  then('NOERROR +new 60 TYPE65280 \\# 3 010203', 'RFC 3597: an unknown type', [
    'new 60 IN TYPE65280 !010203',
  ]),
  then('NOERROR +new 60 TYPE65280 \\# 0', 'RFC 3597: an unknown type without data', [
    'new 60 IN TYPE65280 !',
  ]),
  then('NOERROR +new 60 NULL \\# 2 0102', 'RFC 1035 §3.3.10: NULL', ['new 60 IN NULL !0102']),
  then('NOERROR +new 60 HTTPS 1 . alpn="h2"', 'RFC 9460: HTTPS', ['new 60 IN HTTPS 1 . alpn=h2']),
  then('NOERROR +new 60 PTR @', 'RFC 1035 §4.1.4: a name in the data that is compressed', [
    'new 60 IN PTR !c00c',
  ]),
  then('FORMERR', '§2.5.1: an address without data', ['new 60 IN A !']),
  then('FORMERR', '§2.5.1: a text without data', ['new 60 IN TXT !']),
  then('FORMERR', '§2.5.1: an address of three octets', ['new 60 IN A !010203']),
  then('FORMERR', '§2.5.1: an address of five octets', ['new 60 IN A !0102030405']),
  then(
    'NOERROR +new 2147483647 A 192.0.2.9',
    'RFC 8767 §4: a TTL above 2^31',
    ['new 2147483648 IN A 192.0.2.9'],
    {
      named: 'NOERROR +new 2147483648 A 192.0.2.9',
      knotd: 'NOERROR +new 2147483648 A 192.0.2.9',
      why: 'no TTL is above 2^31 - 1 (RFC 2181 §8), and one that is counts as that (RFC 8767 §4)',
    },
  ),
  then('NOERROR +new 0 A 192.0.2.9', '§2.5.1: a TTL of 0', ['new 0 IN A 192.0.2.9']),
  then('FORMERR', '§3.4.1.2: type ANY', ['new 60 IN ANY !']),
  then('FORMERR', '§3.4.1.2: a type that only queries have', ['new 60 IN TYPE252 !']),
  then('FORMERR', 'RFC 6891 §6.1.1: OPT is no record', ['new 60 IN OPT !']),
  then('NOTZONE', '§3.4.1.3: a name outside', ['a.other. 60 IN A 192.0.2.9']),
  then('NOTZONE', '§3.4.1: all is looked at before anything is done', [
    'new 60 IN A 192.0.2.9',
    'a.other. 60 IN A 192.0.2.9',
  ]),
  then('FORMERR', '§3.4.1.2: another class', ['new 60 CH TXT "x"']),
  then(
    'NOERROR +stated 60 TXT "more"',
    'beside a record of the file, with its TTL',
    ['stated 90 IN TXT "more"'],
    {
      named: 'NOERROR -stated 60 TXT "file" +stated 90 TXT "file" +stated 90 TXT "more"',
      knotd: 'NOERROR -stated 60 TXT "file" +stated 90 TXT "file" +stated 90 TXT "more"',
      why: FILES_WIN,
    },
  ),
];

const REMOVALS: readonly UpdateCase[] = [
  then(`NOERROR ${BOTH_GONE}`, '§2.5.2: an RRset', ['a 0 ANY A']),
  then('NOERROR', '§2.5.2: an RRset that is not there', ['a 0 ANY AAAA']),
  then(`NOERROR ${BOTH_GONE} -a 60 TXT "one"`, '§2.5.3: all of a name', ['a 0 ANY ANY']),
  then('NOERROR', '§2.5.3: all of a name that is not there', ['nothing 0 ANY ANY']),
  then('NOERROR -*.wild 60 TXT "w"', '§7.17: a wildcard', ['*.wild 0 ANY ANY']),
  then('NOERROR', '§7.17: a name that a wildcard covers', ['x.wild 0 ANY ANY']),
  then('NOERROR', '§7.16: a name that only has names below it', ['ent 0 ANY ANY']),
  then('NOERROR -a 60 A 192.0.2.1', '§2.5.4: a record', ['a 0 NONE A 192.0.2.1']),
  then('NOERROR', '§2.5.4: a record that is not there', ['a 0 NONE A 192.0.2.9']),
  then('NOERROR -alias 60 CNAME a', '§1.1.1: an alias, in capitals', ['alias 0 NONE CNAME A']),
  then('NOERROR', '§2.5.4: an unknown type without data', ['a 0 NONE TYPE65280 !']),
  then('FORMERR', '§3.4.1.2: class ANY with a TTL', ['a 60 ANY A'], {
    knotd: `NOERROR ${BOTH_GONE}`,
    why: LENIENT,
  }),
  then('FORMERR', '§3.4.1.2: class ANY with data', ['a 0 ANY A 192.0.2.1']),
  then('FORMERR', '§3.4.1.2: class NONE with a TTL', ['a 60 NONE A 192.0.2.1']),
  then('FORMERR', '§3.4.1.2: class NONE and type ANY', ['a 0 NONE ANY']),
  then('FORMERR', '§2.5.4: class NONE without data', ['a 0 NONE A'], {
    knotd: 'NOERROR',
    why: LENIENT,
  }),
  then('FORMERR', '§3.4.1.2: a type that only queries have', ['a 0 ANY TYPE252']),
  then('NOTZONE', '§3.4.1.3: a name outside', ['a.other. 0 ANY ANY']),
  then(`NOERROR ${BOTH_GONE} +a 300 A 192.0.2.9`, '§3.4.2: a set in place of another', [
    'a 0 ANY A',
    'a 300 IN A 192.0.2.9',
  ]),
  then('NOERROR', '§3.4.2: added and removed', ['new 60 IN A 192.0.2.9', 'new 0 ANY ANY']),
  then('NOERROR', '§3.4.2: removed and added', ['a 0 NONE A 192.0.2.1', 'a 60 IN A 192.0.2.1']),
  then('REFUSED', 'an RRset of the file', ['stated 0 ANY TXT'], {
    named: 'NOERROR -stated 60 TXT "file"',
    knotd: 'NOERROR -stated 60 TXT "file"',
    why: FILES_WIN,
  }),
  then('REFUSED', 'a record of the file', ['stated 0 NONE TXT "file"'], {
    named: 'NOERROR -stated 60 TXT "file"',
    knotd: 'NOERROR -stated 60 TXT "file"',
    why: FILES_WIN,
  }),
  then('NOERROR -@ 60 MX 10 ns1', '§3.4.2.3: all of the zone itself but SOA and NS', ['@ 0 ANY ANY']),
];

const OWN_RECORDS: readonly UpdateCase[] = [
  then('REFUSED', '§3.4.2.2: an SOA with a later serial', [`@ 3600 IN ${soa(20)}`], {
    named: 'NOERROR (serial)',
    knotd: 'NOERROR (serial)',
    why: OWN,
  }),
  then('REFUSED', '§3.4.2.2: an SOA with an earlier serial', [`@ 3600 IN ${soa(1)}`], {
    named: 'NOERROR',
    knotd: 'NOERROR',
    why: `${OWN}; they ignore it`,
  }),
  then('REFUSED', '§3.4.2.3: the SOA is not removed', ['@ 0 ANY SOA'], {
    named: 'NOERROR',
    knotd: 'NOERROR',
    why: `${OWN}; they ignore it`,
  }),
  then('REFUSED', '§3.4.2.4: nor by its data', [`@ 0 NONE ${soa(7)}`], {
    named: 'NOERROR',
    knotd: 'NOERROR',
    why: `${OWN}; they ignore it`,
  }),
  then('REFUSED', '§3.4.2.3: nor all name servers', ['@ 0 ANY NS'], {
    named: 'NOERROR',
    knotd: 'NOERROR',
    why: `${OWN}; they ignore it`,
  }),
  then('REFUSED', '§3.4.2.4: a name server', ['@ 0 NONE NS ns.elsewhere.example.'], {
    named: 'NOERROR -@ 3600 NS ns.elsewhere.example.',
    knotd: 'NOERROR -@ 3600 NS ns.elsewhere.example.',
    why: OWN,
  }),
  then('REFUSED', '§3.4.2.4: both', ['@ 0 NONE NS ns.elsewhere.example.', '@ 0 NONE NS ns1'], {
    named: 'NOERROR -@ 3600 NS ns.elsewhere.example.',
    knotd: 'NOERROR -@ 3600 NS ns.elsewhere.example.',
    why: `${OWN}; they keep the last`,
  }),
  then('REFUSED', '§2.5.1: a name server', ['@ 3600 IN NS ns2.elsewhere.example.'], {
    named: 'NOERROR +@ 3600 NS ns2.elsewhere.example.',
    knotd: 'NOERROR +@ 3600 NS ns2.elsewhere.example.',
    why: OWN,
  }),
  then('REFUSED', '§2.5.1: a delegation', ['other 60 IN NS ns1'], {
    named: 'NOERROR +other 60 NS ns1',
    knotd: 'NOERROR +other 60 NS ns1',
    why: OWN,
  }),
  then('REFUSED', 'RFC 4035 §2.4: a DS', [`cut 60 IN DS 1 13 2 ${'00'.repeat(32)}`], {
    named: `NOERROR +cut 60 DS 1 13 2 ${'00'.repeat(32)}`,
    knotd: `NOERROR +cut 60 DS 1 13 2 ${'00'.repeat(32)}`,
    why: OWN,
  }),
  then('REFUSED', 'RFC 6672: a DNAME', ['new 60 IN DNAME a'], {
    named: 'NOERROR +new 60 DNAME a',
    knotd: 'NOERROR +new 60 DNAME a',
    why: OWN,
  }),
  then('REFUSED', 'RFC 3007 §4.3: an NSEC', ['new 60 IN NSEC a A'], {
    knotd: 'NOERROR +new 60 NSEC a A',
    why: OWN,
  }),
];

const section = (origin: WireName, type: number, itsClass: number) => ({
  name: origin,
  type,
  class: itsClass,
});

const SECTIONS: readonly UpdateCase[] = [
  zones('FORMERR', '§3.1.1: no zone', () => []),
  zones(
    'FORMERR',
    '§3.1.1: two zones',
    (origin) => [section(origin, RRTYPE.SOA, CLASS.IN), section(origin, RRTYPE.SOA, CLASS.IN)],
    {
      isUnsigned: true,
      differs: { knotd: 'no reply', why: 'the initiator is told what is wrong with it (RFC 2136 §3.1.1)' },
    },
  ),
  zones('FORMERR', '§3.1.1: a type that is not SOA', (origin) => [section(origin, RRTYPE.A, CLASS.IN)]),
  zones('NOTAUTH', '§3.1.2: another class', (origin) => [section(origin, RRTYPE.SOA, CLASS.CH)], {
    differs: { named: 'NOTIMP', knotd: 'NOTIMP', why: 'no zone of that class is here (RFC 2136 §3.1.2)' },
  }),
  zones('NOTAUTH', '§3.1.2: class ANY', (origin) => [section(origin, RRTYPE.SOA, CLASS.ANY)], {
    differs: { named: 'FORMERR', knotd: 'FORMERR', why: 'no zone of that class is here (RFC 2136 §3.1.2)' },
  }),
  zones('NOTAUTH', '§3.1.2: a zone that is not here', () => [section(name('other.'), RRTYPE.SOA, CLASS.IN)]),
  zones('NOTAUTH', '§3.1.2: a name in the zone', (origin) => [
    section(Uint8Array.from([1, 97, ...origin]), RRTYPE.SOA, CLASS.IN),
  ]),
  { what: '§3.4: nothing', message: () => ({}), expected: 'NOERROR' },
  {
    what: '§2.3: octets behind the last record',
    message: () => ({ updates: ['new 60 IN A 192.0.2.9'], trailing: Uint8Array.of(1, 2, 3) }),
    expected: 'FORMERR',
    isUnsigned: true,
  },
  {
    what: '§2.3: fewer updates than are counted',
    message: () => ({ updates: ['new 60 IN A 192.0.2.9'], updateCount: 2 }),
    expected: 'FORMERR',
    isUnsigned: true,
  },
];

export const TABLE: readonly UpdateCase[] = [
  ...PREREQUISITES,
  ...ADDITIONS,
  ...REMOVALS,
  ...OWN_RECORDS,
  ...SECTIONS,
];
