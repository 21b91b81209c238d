/** The answer sections of replies as texts. Most of a recording are the same few, which are made into texts once. */
import { assert } from '../base/assert.ts';
import { BoundedMap } from '../base/bounded-map.ts';
import { decodeMessage } from '../wire/decode.ts';
import { skipName } from '../wire/query.ts';
import { recordToText } from '../wire/record.ts';
import type { MessageWriter } from '../wire/writer.ts';

/** Answers kept; one is a few hundred octets, mostly. */
const MOST_ANSWERS = 16_384;
const MOST_KEPT = 2048;
/** Where a message has the number of its answers. */
const ANSWER_COUNT = 6;

export class AnswerTexts {
  readonly #known = new BoundedMap<string, readonly string[]>(MOST_ANSWERS);

  /** The answer section of the message that a writer holds, in presentation form; `name` is that of the question. */
  of(name: string, writer: MessageWriter): readonly string[] {
    const { buffer } = writer;
    const length = writer.finish();
    const count = buffer.readUInt16BE(ANSWER_COUNT);
    if (count === 0) return NONE;
    const from = writer.sectionsStart;
    const end = endOfRecords(buffer, from, count);
    // Pointers lead to the name of the question, or to what is in the section itself.
    const key = `${name} ${buffer.toString('latin1', from, end)}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const message = decodeMessage(buffer.subarray(0, length));
    assert(message.ok, 'what the writer wrote can be read');
    const texts = message.value.answers.map(recordToText);
    if (key.length <= MOST_KEPT) this.#known.set(key, texts);
    return texts;
  }
}

const NONE: readonly string[] = [];

/** Behind so many records, each of a name, type, class, TTL and data with its length (RFC 1035 §4.1.3). */
function endOfRecords(octets: Buffer, from: number, count: number): number {
  let at = from;
  for (let left = count; left > 0; left -= 1) {
    at = skipName(octets, at) + 8;
    at += 2 + octets.readUInt16BE(at);
  }
  return at;
}
