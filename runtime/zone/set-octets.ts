/**
 * RRsets one behind the other as octets, and read from there when they are asked for. Those asked
 * for lately are kept as objects: to make one takes about as long as all the rest of an answer.
 *
 *   owner · TTL (4) · number of records (4) · for each: length (2), RDATA       all big-endian
 */
import { encodeRRset } from '../wire/encoded-rrset.ts';
import type { WireName } from '../wire/name.ts';
import type { ResourceRecord, RRset } from '../wire/record.ts';
import { memoryShareOf, note } from './made-sets.ts';
import { MAX_RRSET_OCTETS } from './rrsets.ts';
import type { ZoneTables } from './zone-image.ts';

/** Writes sets; also notes which record is in which. */
export class SetWriter {
  /** Number of sets. */
  count = 0;
  #octets = new Uint8Array(1024);
  #used = 0;
  #types = new Uint16Array(16);
  #places = new Int32Array(16);
  #firstMember = new Int32Array(16);
  #members = new Int32Array(16);
  #memberCount = 0;
  /** Where the number of records of the last set stands. */
  #countAt = 0;

  get tables(): Pick<ZoneTables, 'types' | 'places' | 'sets'> {
    return {
      types: this.#types.subarray(0, this.count),
      places: this.#places.subarray(0, this.count),
      sets: this.#octets.subarray(0, this.#used),
    };
  }

  get members(): Int32Array {
    return this.#members.subarray(0, this.#memberCount);
  }

  get firstMember(): Int32Array {
    return this.#firstMember.subarray(0, this.count + 1);
  }

  begin(owner: WireName, type: number, ttl: number): void {
    if (this.count + 2 > this.#types.length) {
      this.#types = enlarged(this.#types, new Uint16Array(2 * this.#types.length));
      this.#places = enlarged(this.#places, new Int32Array(2 * this.#places.length));
      this.#firstMember = enlarged(this.#firstMember, new Int32Array(2 * this.#firstMember.length));
    }
    this.#types[this.count] = type;
    this.#places[this.count] = this.#used;
    this.#firstMember[this.count + 1] = this.#memberCount;
    this.count++;
    this.#write(owner);
    this.#write(u32(ttl));
    this.#countAt = this.#used;
    this.#write(u32(0));
  }

  /** Adds a record to the set begun last. */
  add(rdata: Uint8Array, record: number): void {
    if (this.#memberCount === this.#members.length) {
      this.#members = enlarged(this.#members, new Int32Array(2 * this.#members.length));
    }
    this.#members[this.#memberCount++] = record;
    this.#firstMember[this.count] = this.#memberCount;
    this.#write(u32(rdata.length).subarray(2));
    this.#write(rdata);
    const count = this.#memberCount - (this.#firstMember[this.count - 1] ?? 0);
    this.#octets.set(u32(count), this.#countAt);
  }

  #write(octets: Uint8Array): void {
    const end = this.#used + octets.length;
    if (end > this.#octets.length) this.#octets = enlarged(this.#octets, new Uint8Array(2 * end));
    this.#octets.set(octets, this.#used);
    this.#used = end;
  }
}

/** Sets made lately, at most this many of a zone, ... */
const MAX_MADE = 2 ** 16;
/** ... with so many records together, at some 130 octets each: clients choose what is asked for, and a set may have thousands. */
export const MAX_MADE_RECORDS = 2 ** 17;

const NOTHING = new Uint8Array(0);
/**
 * In place of the records of a set that is larger than any message, as check.ts warns: more than there is room for,
 * whatever they say, so that whoever would write them refuses without a look at each. A zone file may hold millions.
 */
const TOO_MANY: readonly Uint8Array[] = Array.from({ length: 6000 }, () => NOTHING);
/** By how much a record takes more in a message than here: its length is in both. */
const HEAD_OCTETS = 10;

/** Reads sets. */
export class SetReader {
  readonly #octets: Uint8Array;
  readonly #places: Int32Array;
  readonly #types: Uint16Array;
  readonly #made: (MadeSet | undefined)[];
  readonly #mask: number;
  readonly #share = memoryShareOf(this);
  /** The place to be given up next, where there are too many. */
  #hand = 0;

  constructor({ sets, places, types }: Pick<ZoneTables, 'types' | 'places' | 'sets'>) {
    this.#octets = sets;
    this.#places = places;
    this.#types = types;
    // A power of two above their number: then each has its own place.
    const size = Math.min(MAX_MADE, 2 ** (32 - Math.clz32(places.length)));
    this.#made = [];
    this.#made.length = size;
    this.#mask = size - 1;
  }

  at(set: number): RRset {
    const made = this.#made[set & this.#mask];
    return made?.set === set ? made : this.#make(set);
  }

  /** All records of all sets, of whatever size: none of them is kept. */
  *records(): Generator<ResourceRecord> {
    const octets = this.#octets;
    for (const [set, start] of this.#places.entries()) {
      const end = nameEnd(octets, start);
      const head = {
        owner: octets.subarray(start, end),
        type: this.#types[set] ?? 0,
        ttl: readU32(octets, end),
      };
      for (let at = end + 8, left = readU32(octets, end + 4); left > 0; left--) {
        const rdata = this.#rdataAt(at);
        yield { ...head, rdata };
        at += 2 + rdata.length;
      }
    }
  }

  #make(set: number): RRset {
    const octets = this.#octets;
    const start = this.#places[set] ?? 0;
    const end = nameEnd(octets, start);
    const length = (this.#places[set + 1] ?? octets.length) - end - 8;
    const isTooLarge = length + HEAD_OCTETS * readU32(octets, end + 4) > MAX_RRSET_OCTETS;
    const made = new MadeSet(
      set,
      octets.subarray(start, end),
      this.#types[set] ?? 0,
      readU32(octets, end),
      isTooLarge ? TOO_MANY : this.#rdatas(end),
    );
    this.#keep(made, set & this.#mask);
    return made;
  }

  /** Of the set whose owner ends there. */
  #rdatas(end: number): Uint8Array[] {
    const rdatas: Uint8Array[] = [];
    for (let at = end + 8, left = readU32(this.#octets, end + 4); left > 0; left--) {
      const rdata = this.#rdataAt(at);
      rdatas.push(rdata);
      at += 2 + rdata.length;
    }
    return rdatas;
  }

  /** Of the record that begins there. */
  #rdataAt(at: number): Uint8Array {
    const octets = this.#octets;
    const length = ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0);
    return octets.subarray(at + 2, at + 2 + length);
  }

  #keep(made: MadeSet, place: number): void {
    let more = made.rdatas.length - (this.#made[place]?.rdatas.length ?? 0);
    this.#made[place] = made;
    while (this.#share.records + more > MAX_MADE_RECORDS) {
      more -= this.#made[this.#hand]?.rdatas.length ?? 0;
      this.#made[this.#hand] = undefined;
      this.#hand = (this.#hand + 1) & this.#mask;
    }
    note(this.#share, more);
  }

  /** Keeps none: other zones need the room. */
  giveUp(): void {
    this.#made.fill(undefined);
  }
}

class MadeSet implements RRset {
  readonly set: number;
  readonly owner: WireName;
  readonly type: number;
  readonly ttl: number;
  readonly rdatas: readonly Uint8Array[];
  #encoded: Uint8Array | undefined;
  #isEncoded = false;

  constructor(set: number, owner: WireName, type: number, ttl: number, rdatas: readonly Uint8Array[]) {
    this.set = set;
    this.owner = owner;
    this.type = type;
    this.ttl = ttl;
    this.rdatas = rdatas;
  }

  get encoded(): Uint8Array | undefined {
    if (!this.#isEncoded && this.rdatas !== TOO_MANY) this.#encoded = encodeRRset(this);
    this.#isEncoded = true;
    return this.#encoded;
  }
}

function nameEnd(octets: Uint8Array, start: number): number {
  let at = start;
  for (let length = octets[at] ?? 0; length > 0; length = octets[at] ?? 0) at += 1 + length;
  return at + 1;
}

/** The same four octets each time. */
function u32(value: number): Uint8Array {
  scratch[0] = value >>> 24;
  scratch[1] = value >>> 16;
  scratch[2] = value >>> 8;
  scratch[3] = value;
  return scratch;
}

const scratch = new Uint8Array(4);

function readU32(octets: Uint8Array, at: number): number {
  const high = ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0);
  return high * 0x10000 + (((octets[at + 2] ?? 0) << 8) | (octets[at + 3] ?? 0));
}

function enlarged<A extends Uint8Array | Uint16Array | Int32Array>(from: A, into: A): A {
  into.set(from);
  return into;
}
