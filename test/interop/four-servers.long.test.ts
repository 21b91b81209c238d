/**
 * One zone file served by dnsteer, NSD, Knot and BIND: every name is asked for every type, with and without DO,
 * and all agree on response code, flags and sections but for what `differences.ts` explains.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import { missing } from '../support/dig.ts';
import { startServer } from '../support/dnsteer.ts';
import { packet } from '../support/packet.ts';
import { UdpPeer } from '../support/udp-peer.ts';
import { type Compared, EXPLANATIONS, type Explanation } from './differences.ts';
import { PROGRAMS, type Reference, startReference } from './references.ts';
import { RICH_RECORDS, richOwners } from './rich-zone.ts';
import { PARTS, type Part, type Summary, summaryOf } from './summary.ts';

const ZONE = 'plain.example';
const REFERENCES = Object.keys(PROGRAMS) as Reference[];
const TYPES = [...Object.keys(RRTYPE), 'TYPE65280'];
const DO = 0x8000;

const QUESTIONS = [...richOwners(ZONE)].flatMap((owner) =>
  TYPES.flatMap((type) => [0, DO].map((flags) => ({ owner, type, flags }))),
);

const PACKETS = QUESTIONS.map(({ owner, type, flags }, id) =>
  packet({ id, question: `${owner} ${type}`, opt: { flags } }),
);

/** Questions on their way at a time: so many fit in the buffer of a socket, and so do their replies. */
const BATCH = 64;

/** More would be no help. */
const MOST_TOLD = 10;

describe('Four servers of one zone', () => {
  const needed = new Set<Explanation>();
  const stops: (() => Promise<unknown>)[] = [];
  let ours: readonly Summary[];

  before(async () => {
    const server = await startServer({ policies: { [`${ZONE}.zone`]: RICH_RECORDS } });
    stops.push(() => server.stop());
    ours = await askAll(server.port);
  });
  after(() => Promise.all(stops.map((stop) => stop())));

  for (const reference of REFERENCES) {
    test(`dnsteer answers as ${reference} does`, { skip: missing(PROGRAMS[reference]) }, async (t) => {
      const server = await startReference(reference, { [ZONE]: RICH_RECORDS });
      stops.push(() => server.stop());
      const { equal, explained, unexplained } = compare(reference, ours, await askAll(server.port));
      t.diagnostic(`${reference}: ${QUESTIONS.length} questions, ${equal} answers are the same`);
      for (const [{ why }, count] of explained) t.diagnostic(`${reference}: ${count} differ: ${why}`);
      for (const explanation of explained.keys()) needed.add(explanation);
      assert.deepEqual(unexplained.slice(0, MOST_TOLD), [], `${unexplained.length} differences`);
    });
  }

  test('each explanation is needed', { skip: REFERENCES.some((each) => missing(PROGRAMS[each])) }, () => {
    assert.deepEqual(
      EXPLANATIONS.filter((explanation) => !needed.has(explanation)),
      [],
    );
  });
});

async function askAll(port: number): Promise<Summary[]> {
  const peer = await UdpPeer.open(port);
  const summaries: Summary[] = [];
  const read = new Map<string, Summary>();
  try {
    for (let from = 0; from < PACKETS.length; from += BATCH) {
      for (const reply of await peer.exchange(...PACKETS.slice(from, from + BATCH))) {
        const id = reply.readUInt16BE(0);
        const key = withoutType(reply, PACKETS[id]);
        const summary = read.get(key) ?? summaryOf(reply);
        read.set(key, summary);
        summaries[id] = summary;
      }
    }
  } finally {
    peer.close();
  }
  return summaries;
}

/** A reply but for its id and the type asked for: in most there is no other difference, and these are read once. */
function withoutType(reply: Buffer, query: Buffer = reply): string {
  const classAt = query.indexOf(0, 12) + 3;
  const isSame = reply.length >= classAt && reply.compare(query, 12, classAt, 12, classAt) === 0;
  if (!isSame) return reply.toString('latin1', 2);
  return reply.toString('latin1', 2, classAt - 2) + reply.toString('latin1', classAt);
}

interface Comparison {
  readonly equal: number;
  /** How many replies each explains something of. */
  readonly explained: ReadonlyMap<Explanation, number>;
  readonly unexplained: readonly object[];
}

function compare(reference: Reference, ours: readonly Summary[], theirs: readonly Summary[]): Comparison {
  let equal = 0;
  const explained = new Map<Explanation, number>();
  const unexplained: object[] = [];
  for (const [id, { owner, type, flags }] of QUESTIONS.entries()) {
    const compared = { owner, type, ours: ours[id] ?? SILENCE, theirs: theirs[id] ?? SILENCE };
    const parts = PARTS.filter((part) => compared.ours[part] !== compared.theirs[part]);
    if (parts.length === 0) equal += 1;
    const explanations = parts.map((part) => explanationOf(reference, part, compared));
    if (explanations.includes(undefined)) unexplained.push({ ...compared, flags });
    for (const explanation of new Set(explanations)) {
      if (explanation !== undefined) explained.set(explanation, (explained.get(explanation) ?? 0) + 1);
    }
  }
  return { equal, explained, unexplained };
}

const SILENCE: Summary = { rcode: 'no reply', flags: '', answer: '', authority: '', additional: '' };

function explanationOf(reference: Reference, part: Part, compared: Compared): Explanation | undefined {
  return EXPLANATIONS.find(
    (each) => each.of.includes(reference) && each.in.includes(part) && each.where(compared),
  );
}
