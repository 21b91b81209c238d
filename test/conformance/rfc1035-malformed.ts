/**
 * Messages that are malformed, from BIND's own tests (its system test "formerr", 19 messages about the root, which is
 * served by nobody here), and more of each kind. What is malformed is FORMERR before the zone is looked for.
 */
import { describe } from 'node:test';
import { both, type Exceptions, rule } from './server.ts';

type FailsOn = Exceptions['failsOn'];

interface Malformed {
  /** The counts of the four sections; the question is among them. */
  readonly counts: readonly [questions: number, answers: number, authorities: number, additionals: number];
  /** The octets behind the header. */
  readonly octets: string;
  readonly flags?: number;
  readonly expected?: string;
  readonly failsOn?: FailsOn;
}

const DROPPED: FailsOn = { knot: 'drops what it cannot parse' };
const LOOKS_FOR_ZONE: FailsOn = { knot: 'looks for the zone first' };
const UPDATE = 5 << 11;

const ROOT_A = '00 0001 0001';
const ROOT_SOA = '00 0006 0001';
const APEX_SOA = '0472696368076578616d706c6500 0006 0001';
const NAME = '0e4141414141414141414141414141 00';
const OTHER = '0e4141414141414141414141414142 00';
/** 256 octets. */
const LONG_NAME = `${`0f${'41'.repeat(15)}`.repeat(15)}0e${'41'.repeat(14)}00`;
const A = '00 0001 0001 00000001 0004 00000000';
const soa = (minimum: string) =>
  `00 0006 0001 00000001 0016 00 00 00000001 00000002 00000003 00000004 ${minimum}`;
const NSEC3 = '0158 00 0032 0001 00000001 0007 f0 00 0000 00 01 ff';
const KEY_OF_CLASS_2 = '00 0019 0002 00000001 0005 0000 00 f8 00';
const RRSIG = '00 002e 0001 00000001 0014 0000 f0 00 00000001 00000002 00000003 0000 00 00';
const tsig = (ofClass: string) =>
  `00 00fa ${ofClass} 00000000 0012 00 010203040506 0102 0001 00 0000 0000 0000`;

/** By the names that BIND's test has for them. */
const OF_BIND: Readonly<Record<string, Malformed>> = {
  nametoolong: { counts: [1, 0, 0, 0], octets: `${LONG_NAME} 0001 0001`, failsOn: DROPPED },
  twoquestionnames: {
    counts: [2, 0, 0, 0],
    octets: `${NAME} 0001 0001 ${NAME} ${OTHER} 0001 0001`,
    failsOn: DROPPED,
  },
  twoquestiontypes: {
    counts: [2, 0, 0, 0],
    octets: `${NAME} 0001 0001 ${NAME} 0002 0001`,
    failsOn: DROPPED,
  },
  dupquestion: { counts: [2, 0, 0, 0], octets: `${NAME} 0001 0001 ${NAME} 0001 0001`, failsOn: DROPPED },
  dupans: {
    counts: [1, 2, 0, 0],
    octets: `${ROOT_SOA} ${soa('00000005')} ${soa('00000006')}`,
    failsOn: LOOKS_FOR_ZONE,
  },
  qtypeasanswer: { counts: [0, 1, 0, 0], octets: '00 00fd 0001 00000001 0000' },
  noquestions: { counts: [0, 0, 0, 0], octets: '' },
  // SERVFAIL in BIND, which asks to try again in vain.
  badnsec3owner: { counts: [1, 0, 1, 0], octets: `${ROOT_A} ${NSEC3}`, failsOn: LOOKS_FOR_ZONE },
  shortrecord: { counts: [0, 0, 0, 1], octets: ROOT_A, failsOn: DROPPED },
  shortquestion: { counts: [1, 0, 0, 0], octets: '00 0001', failsOn: DROPPED },
  twoquestionclasses: { counts: [2, 0, 0, 0], octets: `${ROOT_A} 00 0001 0002`, failsOn: DROPPED },
  badrecordname: {
    counts: [0, 0, 0, 1],
    octets: `${LONG_NAME} 0001 0001 00000001 0004 00000000`,
    failsOn: DROPPED,
  },
  wrongclass: { counts: [0, 0, 0, 2], octets: `${A} 00 ff00 0100 00000001 0004 00000000` },
  keyclass: { counts: [1, 0, 0, 1], octets: `${ROOT_A} ${KEY_OF_CLASS_2}`, failsOn: LOOKS_FOR_ZONE },
  optwrongname: { counts: [0, 0, 0, 1], octets: '0141 00 0029 0001 00000000 0000' },
  malformedrrsig: { counts: [0, 0, 0, 1], octets: RRSIG },
  // FORMERR in BIND, which takes updates: so it is here where updates are taken.
  malformeddeltype: {
    flags: UPDATE,
    counts: [0, 0, 1, 0],
    octets: '00 0001 00ff 00000000 0001 00',
    expected: 'NOTIMP UPDATE qr',
    failsOn: { knot: 'takes updates (RFC 2136)' },
  },
  tsigwrongclass: { counts: [0, 0, 0, 1], octets: tsig('0001') },
  tsignotlast: { counts: [0, 0, 0, 2], octets: `${tsig('00ff')} ${A}`, failsOn: DROPPED },
};

/** In the zone that is served, and with names that cannot be. */
const MORE: Readonly<Record<string, Malformed>> = {
  'two SOA records in an answer': {
    counts: [1, 2, 0, 0],
    octets: `${APEX_SOA} ${soa('00000005')} ${soa('00000006')}`,
    failsOn: { knot: 'overlooks them' },
  },
  'a record of another class': {
    counts: [1, 0, 0, 1],
    octets: `${APEX_SOA} ${KEY_OF_CLASS_2}`,
    failsOn: { knot: 'overlooks it' },
  },
  'a name that no NSEC3 record has': {
    counts: [1, 0, 1, 0],
    octets: `${APEX_SOA} ${NSEC3}`,
    failsOn: { knot: 'overlooks it' },
  },
  'an address of three octets': {
    counts: [1, 0, 0, 1],
    octets: `${APEX_SOA} 00 0001 0001 00000001 0003 000000`,
  },
  'a signature of type 0': {
    counts: [1, 0, 0, 1],
    octets: `${APEX_SOA} ${RRSIG}`,
    failsOn: { knot: 'overlooks it' },
  },
  'a name that points to itself, of a record': {
    counts: [1, 0, 0, 1],
    octets: `${ROOT_A} c011 0001 0001 00000001 0004 00000000`,
  },
  'a name that points behind the message': {
    counts: [1, 0, 0, 1],
    octets: `${ROOT_A} c0ff 0001 0001 00000001 0004 00000000`,
  },
  'OPT in the answer section': { counts: [1, 1, 0, 0], octets: `${APEX_SOA} 00 0029 04d0 00000000 0000` },
  // BIND answers these two, NSD does not.
  'an address that nobody asked for': {
    counts: [1, 0, 0, 1],
    octets: `${APEX_SOA} ${A}`,
    failsOn: { knot: 'overlooks it' },
  },
  'the SOA that only IXFR tells': {
    counts: [1, 0, 1, 0],
    octets: `${APEX_SOA} ${soa('00000005')}`,
    failsOn: { knot: 'overlooks it' },
  },
  'class 0, of a zone that is not served': {
    counts: [1, 0, 0, 0],
    octets: '00 0001 0000',
    failsOn: both('REFUSED'),
  },
  'class NONE, of a zone that is served': {
    counts: [1, 0, 0, 0],
    octets: `${APEX_SOA.slice(0, -4)}00fe`,
    failsOn: both('REFUSED'),
  },
};

function rulesOf(title: string, cases: Readonly<Record<string, Malformed>>): void {
  describe(title, () => {
    for (const [name, { counts, octets, flags = 0, expected = 'FORMERR qr', failsOn = {} }] of Object.entries(
      cases,
    )) {
      const [questions, answers, authorities, additionals] = counts;
      const asked = {
        flags,
        questions,
        answers,
        authorities,
        additionals,
        trailing: octets.replaceAll(' ', ''),
      };
      rule(`RFC 1035 §4.1: ${name} is ${expected.split(' ')[0]}`, { ...asked, failsOn }, expected);
    }
  });
}

rulesOf('RFC 1035 §4.1: messages that BIND calls malformed', OF_BIND);
rulesOf('RFC 1035 §4.1: more of their kind', MORE);
