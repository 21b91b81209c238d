/** What is found of a delegation, over a small internet with one thing wrong at a time. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { DelegationViews, NameServers } from '../../runtime/delegation/delegation-views.ts';
import { FINDINGS, type FindingCode } from '../../runtime/delegation/finding.ts';
import { judge } from '../../runtime/delegation/judge.ts';
import { lookAtDelegation } from '../../runtime/delegation/look.ts';
import { Resolver } from '../../runtime/delegation/resolver.ts';
import { name } from '../support/wire.ts';
import { type Flaws, NS1, NS2, RESOLVER, startInternet } from './internet.ts';

/** Enough for a busy machine, where all answer. */
const TIMEOUT_MS = 5000;

const OURS: NameServers = new Map([
  ['ns1.shop.example.', [NS1]],
  ['ns2.shop.example.', [NS2]],
]);

interface Case extends Flaws {
  readonly title: string;
  readonly ours?: NameServers;
  /** Where silence has to be waited for. */
  readonly timeoutMs?: number;
  readonly finds: readonly FindingCode[];
}

const CASES: readonly Case[] = [
  { title: 'nothing, where all is well', finds: [] },
  {
    title: 'nothing, where a name server in another zone has no glue',
    delegated: ['ns1.shop.example', 'ns2.other.test'],
    ours: new Map([...OURS].slice(0, 1)).set('ns2.other.test.', []),
    both: { ns: ['ns1.shop.example', 'ns2.other.test'] },
    finds: [],
  },
  { title: 'that the parent could not be asked', offline: true, finds: ['PARENT_UNKNOWN'] },
  { title: 'a zone that is not delegated', delegated: [], finds: ['NOT_DELEGATED'] },
  {
    title: 'a name server not entered',
    delegated: ['ns1.shop.example'],
    finds: ['NS_NOT_ENTERED', 'NS_ALONE', 'NS_DIFFERS', 'NS_DIFFERS'],
  },
  {
    title: 'a name server that is not ours',
    ours: new Map([...OURS].slice(0, 1)),
    finds: ['NS_NOT_OURS'],
  },
  {
    title: 'a name server that has no address',
    delegated: ['ns1.shop.example', 'ns2.shop.example', 'ns3.other.test'],
    ours: new Map(OURS).set('ns3.other.test.', []),
    finds: ['NS_WITHOUT_ADDRESS', 'NS_DIFFERS', 'NS_DIFFERS'],
  },
  {
    title: 'a name server inside the zone that nobody knows the address of',
    glue: { 'ns1.shop.example': NS1 },
    ours: new Map(OURS).set('ns2.shop.example.', []),
    finds: ['GLUE_MISSING', 'NS_WITHOUT_ADDRESS'],
  },
  { title: 'glue that is missing', glue: { 'ns1.shop.example': NS1 }, finds: ['GLUE_MISSING'] },
  {
    title: 'glue that is not the address',
    glue: { 'ns1.shop.example': NS1, 'ns2.shop.example': NS1 },
    // Of the second server as the parent has it, the first at its address, and the second at its own.
    finds: ['GLUE_DIFFERS', 'GLUE_DIFFERS', 'GLUE_DIFFERS'],
  },
  { title: 'a server that nobody hears over UDP', second: { udp: false }, finds: ['UDP_FAILS'] },
  { title: 'a server that is deaf over TCP', second: { tcp: false }, finds: ['TCP_FAILS'] },
  { title: 'a server that is lame', second: { lame: true }, finds: ['SERVER_LAME'] },
  {
    title: 'a server that drops EDNS',
    second: { edns: 'dropped', tcp: false },
    timeoutMs: 1500,
    finds: ['TCP_FAILS', 'EDNS_FAILS'],
  },
  { title: 'a server that ignores EDNS', second: { edns: 'ignored' }, finds: ['EDNS_IGNORED'] },
  { title: 'a server that offers recursion', second: { recursion: true }, finds: ['RECURSION_OFFERED'] },
  {
    title: 'that a resolver may have answered for all',
    both: { lame: true, recursion: true },
    finds: ['ANSWERED_BY_RESOLVER', 'SERVER_LAME', 'RECURSION_OFFERED', 'SERVER_LAME', 'RECURSION_OFFERED'],
  },
  { title: 'versions that differ', second: { serial: 2 }, finds: ['SERIAL_DIFFERS'] },
  {
    title: 'name servers that disagree with the parent',
    second: { ns: ['ns1.shop.example'] },
    finds: ['NS_DIFFERS'],
  },
  { title: 'a DS without a key', ds: true, finds: ['DS_WITHOUT_KEY'] },
];

describe('A look at a delegation finds', { concurrency: 4 }, () => {
  for (const { title, ours = OURS, timeoutMs = TIMEOUT_MS, finds, ...flaws } of CASES) {
    test(title, async (t) => {
      const port = await startInternet(t, flaws);
      const views = await lookAtDelegation(name('shop.example'), {
        ours,
        port,
        timeoutMs,
        resolver: new Resolver([{ address: RESOLVER, port }], timeoutMs),
        onStep: () => {},
      });
      const findings = judge(views);
      assert.deepEqual(
        findings.map(({ code }) => code),
        finds,
        findings.map(({ message }) => message).join('\n'),
      );
      for (const { message, remedy } of findings) {
        assert.match(message, /^\S.*[^.]$/);
        assert.match(remedy, /^[A-Z].*[^.]$/);
      }
    });
  }
});

test('A look that went wrong, or at a place with no way there, is told as well', () => {
  const contact = { kind: 'unreachable', why: 'connect ENETUNREACH' } as const;
  const server = {
    edns: 'answered',
    offersRecursion: false,
    serial: undefined,
    nameServers: undefined,
  } as const;
  const answer = { nameServers: OURS, ds: { kind: 'seen', ds: [] }, isChildToo: false } as const;
  const views: DelegationViews = {
    zone: 'shop.example.',
    ours: OURS,
    parent: {
      kind: 'asked',
      zone: 'example.',
      answers: [
        { server: 'a.parent.test', ...answer },
        { server: 'b.parent.test', ...answer, nameServers: new Map([['ns1.shop.example.', [NS1]]]) },
      ],
    },
    servers: [
      {
        name: 'ns1.shop.example.',
        address: '2001:db8::1',
        udp: contact,
        tcp: contact,
        ...server,
        chain: undefined,
      },
    ],
    unresolved: new Map([['ns3.other.test.', { kind: 'unknown', why: 'No resolver finds' }]]),
  };
  const codes = judge(views).map(({ code }) => code);
  assert.deepEqual(codes, ['PARENT_DIFFERS', 'NS_UNKNOWN', 'SERVER_UNREACHABLE']);
  const told = new Set([...codes, ...CASES.flatMap(({ finds }) => finds)]);
  assert.deepEqual(
    Object.keys(FINDINGS).filter(
      (code) => !told.has(code as FindingCode) && !/^(C?DS|KEYS|SIGNATURES?)_/.test(code),
    ),
    [],
    'each code is found here, above, or in chain.test.ts',
  );
});
