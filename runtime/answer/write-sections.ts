/**
 * From collected sections to octets, in the order of a message (RFC 1035 §4.1). What must be there and does not fit
 * makes the answer none (RFC 2181 §9); additional records end where one RRset does not fit.
 */
import type { MessageWriter, Section } from '../wire/writer.ts';
import type { SectionSet, SectionSets, Sections } from './sections.ts';

/** Writes all sections; false, with some of them written, if something does not fit that must be there. */
export function writeSections(sections: Sections, writer: MessageWriter): boolean {
  const { answer, authority, additional, lacksGlue, stencil } = sections;
  if (stencil?.isCut === true) return stencil.write(writer);
  if (!writeAll('answer', answer, writer)) return false;
  // Most answers have no more; what they run through is as little code as can be, or V8 calls what it could inline.
  if (authority.count === 0 && additional.count === 0 && !lacksGlue) return true;
  const isWritten = writeRest(sections, writer);
  if (isWritten && stencil !== undefined) stencil.take(writer, answer.records);
  return isWritten;
}

/** Whether the answer section as collected so far fits. Nothing stays written. */
export function answerFits({ answer }: Sections, writer: MessageWriter): boolean {
  if (answer.octetsAtMost <= writer.room) return true;
  const fits = writeAll('answer', answer, writer);
  writer.dropSections();
  return fits;
}

function writeRest({ authority, additional, lacksGlue }: Sections, writer: MessageWriter): boolean {
  if (!writeAll('authority', authority, writer)) return false;
  // RFC 9471 §3.1: the client is to ask over TCP, or to make do with what there is.
  if (!writeAdditional(additional, writer) || lacksGlue) writer.setTruncated();
  return true;
}

function writeAll(section: Section, sets: SectionSets, writer: MessageWriter): boolean {
  for (let index = 0; index < sets.count; index += 1) {
    if (!write(section, sets.at(index), writer)) return false;
  }
  return true;
}

/** False if the set that does not fit is required. */
function writeAdditional(sets: SectionSets, writer: MessageWriter): boolean {
  for (let index = 0; index < sets.count; index += 1) {
    const set = sets.at(index);
    if (!write('additional', set, writer)) return !set.isRequired;
  }
  return true;
}

function write(section: Section, set: SectionSet, writer: MessageWriter): boolean {
  const { owner, type, ttl, rdatas, encoded } = set;
  return encoded === undefined || owner !== undefined
    ? writer.writeRRset(section, owner, type, ttl, rdatas)
    : writer.writeEncoded(section, encoded, ttl, rdatas.length);
}
