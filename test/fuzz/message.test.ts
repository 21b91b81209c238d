/** Laws of whole messages: what is written is read back, within its limit, and decoding never throws. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeMessage } from '../../runtime/wire/decode.ts';
import type { ClassedRecord, Message } from '../../runtime/wire/message.ts';
import { canonicalName, type WireName } from '../../runtime/wire/name.ts';
import { nameLayout } from '../../runtime/wire/rdata/embedded-names.ts';
import { checkRdata } from '../../runtime/wire/rdata/registry.ts';
import { MessageWriter } from '../../runtime/wire/writer.ts';
import { names, queries, typedRdata } from '../support/arbitraries.ts';
import { FUZZ } from '../support/fuzz.ts';
import { parsed } from '../support/queries.ts';
import { must } from '../support/wire.ts';

interface Set {
  readonly owner: WireName | undefined;
  readonly type: number;
  readonly ttl: number;
  readonly rdatas: readonly Uint8Array[];
}

const ttls = fc.nat(0x7fffffff);
const sets: fc.Arbitrary<Set> = fc
  .tuple(fc.option(names, { nil: undefined }), ttls, fc.array(typedRdata, { minLength: 1, maxLength: 4 }))
  .map(([owner, ttl, list]) => {
    const type = list[0]?.type ?? 0;
    return { owner, type, ttl, rdatas: list.filter((one) => one.type === type).map((one) => one.rdata) };
  });
const sections = fc.tuple(
  fc.array(sets, { maxLength: 4 }),
  fc.array(sets, { maxLength: 3 }),
  fc.array(sets, { maxLength: 3 }),
);

const WRITER = new MessageWriter();
const ORDER = ['answer', 'authority', 'additional'] as const;

/** Case is the one thing compression may change, in names alone. */
function comparable(
  { type, ttl, rdata }: Pick<ClassedRecord, 'type' | 'ttl' | 'rdata'>,
  owner: WireName,
): string {
  const data = nameLayout(type) === undefined ? rdata : canonicalName(rdata);
  return [canonicalName(owner), type, ttl, data].map(String).join(' ');
}

function recordsOf(message: Message): string[][] {
  return [message.answers, message.authorities, message.additionals].map((section) =>
    section.map((record) => comparable(record, record.owner)),
  );
}

test('What is written is read back, as far as it fits, and nothing else', () => {
  fc.assert(
    fc.property(queries, sections, fc.integer({ min: 512, max: 4096 }), ({ packet }, content, limit) => {
      const { query } = parsed(packet);
      WRITER.begin(packet, query, limit);
      const expected = content.map((section, index) =>
        section.flatMap((set) => {
          const { owner, type, ttl, rdatas } = set;
          const isWritten = WRITER.writeRRset(ORDER[index] ?? 'answer', owner, type, ttl, rdatas);
          const name = owner ?? query.name.slice(0, query.nameLength);
          return isWritten ? rdatas.map((rdata) => comparable({ type, ttl, rdata }, name)) : [];
        }),
      );
      if (query.edns)
        assert.ok(WRITER.writeOpt({ udpSize: 1232, dnssecOk: query.dnssecOk }), 'OPT has its room');
      const length = WRITER.finish();
      assert.ok(length <= limit);
      const message = must(decodeMessage(WRITER.buffer.subarray(0, length)));
      assert.deepEqual(recordsOf(message), expected);
      assert.equal(message.edns === undefined, !query.edns);
    }),
    { ...FUZZ, numRuns: Math.ceil(FUZZ.numRuns / 3) },
  );
});

test('The generator makes RDATA that passes the check', () => {
  fc.assert(
    fc.property(typedRdata, ({ type, rdata }) => {
      assert.equal(checkRdata(type, rdata), undefined);
    }),
    FUZZ,
  );
});

test('Decoding any octets gives a message or says why not', () => {
  const counts = fc.constantFrom(
    [0, 0, 0, 1, 0, 0, 0, 0],
    [0, 1, 0, 1, 0, 0, 0, 1],
    [255, 255, 255, 255, 255, 255, 255, 255],
  );
  fc.assert(
    fc.property(counts, fc.uint8Array({ maxLength: 100 }), (header, rest) => {
      const result = decodeMessage(Uint8Array.from([0, 0, 0x80, 0, ...header, ...rest]));
      if (!result.ok) assert.notEqual(result.problem, '');
      else for (const { owner } of result.value.answers) assert.ok(owner.length <= 255 && owner.at(-1) === 0);
    }),
    FUZZ,
  );
});

test('Pointers placed anywhere in a message lead nowhere for ever', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(90), fc.nat(100)), { maxLength: 20 }), (pointers) => {
      const message = new Uint8Array(112);
      message.set([0, 0, 0x80, 0, 0, 0, 0, 4]);
      for (const [at, target] of pointers) message.set([0xc0, target], 12 + at);
      decodeMessage(message);
    }),
    FUZZ,
  );
});
