/**
 * RRsets one behind the other as octets, which become objects when a lookup finds them. Sets looked up
 * lately are kept as objects: making one takes about as long as all the rest of an answer.
 *
 *   owner · TTL (4) · number of records (4) · for each: length (2), RDATA       all big-endian
 */
import { encodeRRset } from '../wire/encoded-rrset.ts';
import type { WireName } from '../wire/name.ts';
import type { ResourceRecord, RRset } from '../wire/record.ts';
import { memoryShareOf, note, type Share } from './made-sets.ts';
import { MAX_RRSET_OCTETS } from './rrsets.ts';
import type { ZoneTables } from './zone-image.ts';

/** Writes sets, and notes which records are in which set. */
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
  /** Position of the number of records of the last set. */
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

/** The most sets that a zone keeps as objects, ... */
const MAX_MADE = 2 ** 16;
/**
 * ... and the most records in them, at some 130 octets each: clients choose the sets, and a set may be large.
 */
export const MAX_MADE_RECORDS = 2 ** 17;

const NOTHING = new Uint8Array(0);
/**
 * Stands in for the records of a set that is larger than any message, which check.ts warns about: so many
 * empty records fit no message, so the writer refuses them without a look at each. A set may hold millions of
 * records.
 */
const TOO_MANY: readonly Uint8Array[] = Array.from({ length: 6000 }, () => NOTHING);
/** A record takes this many octets more in a message than here: both have its length. */
const HEAD_OCTETS = 10;

/** Reads sets. */
export class SetReader {
  readonly #octets: Uint8Array;
  readonly #places: Int32Array;
  readonly #types: Uint16Array;
  readonly #made: (MadeSet | undefined)[];
  readonly #mask: number;
  /** Made with the first set: many tables are read without. */
  #share: Share | undefined;
  /** Index of the set to drop next when too many records are kept. */
  #hand = 0;

  constructor({ sets, places, types }: Pick<ZoneTables, 'types' | 'places' | 'sets'>) {
    this.#octets = sets;
    this.#places = places;
    this.#types = types;
    // A power of two above the number of sets gives each its own place.
    const size = Math.min(MAX_MADE, 2 ** (32 - Math.clz32(places.length)));
    this.#made = [];
    this.#made.length = size;
    this.#mask = size - 1;
  }

  at(set: number): RRset {
    const made = this.#made[set & this.#mask];
    return made?.set === set ? made : this.#make(set);
  }

  /** All records of all sets, sets of any size included; keeps none of them as objects. */
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

  /** RDATA of the records of a set; `end` is where the owner of the set ends. */
  #rdatas(end: number): Uint8Array[] {
    const rdatas: Uint8Array[] = [];
    for (let at = end + 8, left = readU32(this.#octets, end + 4); left > 0; left--) {
      const rdata = this.#rdataAt(at);
      rdatas.push(rdata);
      at += 2 + rdata.length;
    }
    return rdatas;
  }

  /** RDATA of the record that begins at `at`. */
  #rdataAt(at: number): Uint8Array {
    const octets = this.#octets;
    const length = ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0);
    return octets.subarray(at + 2, at + 2 + length);
  }

  #keep(made: MadeSet, place: number): void {
    this.#share ??= memoryShareOf(this);
    let more = made.rdatas.length - (this.#made[place]?.rdatas.length ?? 0);
    this.#made[place] = made;
    while (this.#share.records + more > MAX_MADE_RECORDS) {
      more -= this.#made[this.#hand]?.rdatas.length ?? 0;
      this.#made[this.#hand] = undefined;
      this.#hand = (this.#hand + 1) & this.#mask;
    }
    note(this.#share, more);
  }

  /** Drops all objects: other zones need the memory. */
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

/** A number in four octets; all calls reuse the same four. */
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
