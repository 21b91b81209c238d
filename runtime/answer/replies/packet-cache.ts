/**
 * Replies as they were made before. What lookup, memory and steering came to for a question is kept as the sections of
 * a reply, and stands for it as long as nothing changes that all replies depend on: a zone, the health of anything. What
 * else the reply depends on was noted where it was read (facts/dependence.ts), and only that is asked:
 *
 *     question ─┬───────────────────────────────────────────────▶ reply
 *               ├─ what is read of clients ─ place, switches ─▶ reply, or a draw
 *               └─ draw ─ outcome ──────────────────────────────▶ reply
 *
 * Replies that are longer than most, as those with signatures can be, lie in a memory of their own.
 *
 * So a policy that was seen costs what a record costs, and of ten thousand zones none has to be looked into: a
 * question and its reply lie in one piece of memory. What depends on more, such as the time, is made each time.
 */
import type { HealthTable } from '../../health/table.ts';
import type { ZoneSet } from '../../zone/zone-set.ts';
import type { Counters } from '../counting/counters.ts';
import type { Exchange } from '../exchange.ts';
import { CLIENT_KEY, DEPENDS } from '../facts/dependence.ts';
import { NEEDS } from '../facts/fact.ts';
import type { MemoSpace } from '../memo/memo-space.ts';
import { outcomeOf } from '../steering/draw.ts';
import type { Served, ServedZone } from '../zones/served-zone.ts';
import { KeptLines } from './kept-lines.ts';
import { KeptLoads } from './kept-loads.ts';
import { KIND, NO_SLOT, PacketSlots, SLOT, WORD } from './packet-slots.ts';

/** Flags of a reply. */
const AUTHORITATIVE = 1;
const FROM_WILDCARD = 2;
/** Above them, how many decisions in it are from memory, and above that, where it is counted as the answer of a pool. */
const HITS_SHIFT = 8;
const LOAD_SHIFT = 16;
const MOST_HITS = 0xff;
/** So many replies are kept for each that may be large. */
const PER_LARGE = 8;
/** In the word that says what is read of a client: which family it is of, and which of the switches read are on. */
const FAMILY_SHIFT = 20;
const SWITCH_SHIFT = 10;
/** In the same word of a draw: it is a turn (cycle.ts). */
const IN_TURN = 1;

/** What the cache goes by. */
export interface PacketCacheOptions {
  /** How many, at least; 0 keeps none. */
  readonly slots: number;
  readonly zones: ZoneSet<Served>;
  readonly health: HealthTable;
  readonly counters: Counters;
  readonly memory: MemoSpace;
}

export class PacketCache {
  #slots: PacketSlots | undefined;
  /** For signed replies that are large; made for the first. */
  #large: PacketSlots | undefined;
  #largeSlots = 0;
  readonly #zones: ZoneSet<Served>;
  readonly #health: HealthTable;
  readonly #counters: Counters;
  readonly #memory: MemoSpace;
  #clearings = 1;
  /** Under which all is written that still holds. */
  #stamp = 0;
  /** Of what is kept under that stamp, by row in what is counted. */
  readonly #zoneAt: (ServedZone | undefined)[] = [];
  readonly #loads = new KeptLoads();
  readonly #lines = new KeptLines();

  constructor({ slots, zones, health, counters, memory }: PacketCacheOptions) {
    this.resize(slots);
    this.#zones = zones;
    this.#health = health;
    this.#counters = counters;
    this.#memory = memory;
  }

  /** Keeps so many from now on, and none of those before. */
  resize(slots: number): void {
    this.#slots = slots > 0 ? new PacketSlots(slots) : undefined;
    this.#lines.forget();
    this.#large = undefined;
    this.#largeSlots = slots / PER_LARGE;
  }

  /** Forgets everything. */
  clear(): void {
    this.#clearings += 1;
  }

  /** Takes the sections of the reply from memory; false if they have to be made. */
  recall(exchange: Exchange): boolean {
    const slots = this.#slots;
    // Something that was noted before anything is made is of this one query.
    if (slots === undefined || exchange.dependence.bits !== DEPENDS.NOTHING) return false;
    this.#renewStamp();
    slots.begin(exchange.query, this.#stamp);
    let slot = slots.find();
    if (slot === NO_SLOT) return false;
    if (slots.words[slot + WORD.KIND] === KIND.BY_CLIENT) {
      chooseClient(slots, slots.words[slot + WORD.READ] ?? 0, exchange);
      slot = slots.find();
      if (slot === NO_SLOT) return false;
    }
    if (slots.words[slot + WORD.KIND] === KIND.DRAW) {
      slots.chooseOutcome(1 + drawAgain(slots, slot, exchange));
      slot = slots.find();
      if (slot === NO_SLOT) return false;
    }
    return slots.words[slot + WORD.KIND] === KIND.LARGE
      ? this.#takeLarge(slots, exchange)
      : this.#take(slots, slot, exchange);
  }

  /** Keeps the sections of a reply that is complete but for OPT, if they could answer others. */
  keep(exchange: Exchange): void {
    const slots = this.#slots;
    const { query, writer, dependence } = exchange;
    if (slots === undefined || !dependence.isInKey || !this.#hasRoomFor(exchange)) return;
    const { bits } = dependence;
    const length = writer.sectionsEnd - writer.sectionsStart;
    const isLarge = !slots.hasRoom(query.nameLength, length);
    if (isLarge && !this.#mayKeepLarge(exchange, length)) return;
    // Under the stamp that the query came under: of what has changed meanwhile, the reply knows nothing.
    slots.begin(query, this.#stamp);
    if (!leadByClient(slots, bits & CLIENT_KEY, exchange)) return;
    if ((bits & DEPENDS.DRAW) !== 0 && !leadByDraw(slots, exchange)) return;
    const slot = slots.claim();
    if (slot === NO_SLOT) return;
    if (isLarge) this.#putLarge(slots, slot, exchange);
    else this.#put(slots, slot, exchange);
  }

  /** In the word of flags. */
  #hasRoomFor({ choice, memoHits }: Exchange): boolean {
    return memoHits <= MOST_HITS && (choice.load === undefined || !this.#loads.isFull);
  }

  /** Unsigned zones are to have no part in it. */
  #mayKeepLarge({ zone, query }: Exchange, length: number): boolean {
    if (zone?.attachment.signing === undefined || !query.dnssecOk) return false;
    this.#large ??= new PacketSlots(this.#largeSlots, SLOT.LARGE);
    return this.#large.hasRoom(query.nameLength, length);
  }

  #putLarge(slots: PacketSlots, marked: number, exchange: Exchange): void {
    const large = this.#large;
    slots.words[marked + WORD.KIND] = KIND.LARGE;
    large?.follow(slots);
    const slot = large?.claim() ?? NO_SLOT;
    if (large !== undefined && slot !== NO_SLOT) this.#put(large, slot, exchange);
  }

  #takeLarge(slots: PacketSlots, exchange: Exchange): boolean {
    const large = this.#large;
    large?.follow(slots);
    const slot = large?.find() ?? NO_SLOT;
    return large !== undefined && slot !== NO_SLOT && this.#take(large, slot, exchange);
  }

  #put(slots: PacketSlots, slot: number, exchange: Exchange): void {
    const { writer, dependence } = exchange;
    const { words, octets } = slots;
    const { bits } = dependence;
    const length = writer.sectionsEnd - writer.sectionsStart;
    words[slot + WORD.KIND] = KIND.REPLY;
    words[slot + WORD.SIZE] = length;
    words[slot + WORD.COUNTS] = writer.sectionCounts;
    words[slot + WORD.READ] = bits & CLIENT_KEY;
    words[slot + WORD.ROW] = exchange.row;
    words[slot + WORD.FLAGS] =
      (exchange.isAuthoritative ? AUTHORITATIVE : 0) |
      (exchange.isFromWildcard ? FROM_WILDCARD : 0) |
      (exchange.memoHits << HITS_SHIFT) |
      (this.#loads.number(exchange.choice.load) << LOAD_SHIFT);
    const at = slots.contentAt(slot);
    writer.buffer.copy(octets, at, writer.sectionsStart, writer.sectionsEnd);
    this.#beginLine(slots, slot, exchange);
    while (this.#zoneAt.length <= exchange.row) this.#zoneAt.push(undefined);
    this.#zoneAt[exchange.row] = exchange.zone;
  }

  #take(slots: PacketSlots, slot: number, exchange: Exchange): boolean {
    const { words, octets } = slots;
    if (words[slot + WORD.KIND] !== KIND.REPLY) return false;
    const flags = words[slot + WORD.FLAGS] ?? 0;
    const hits = (flags >> HITS_SHIFT) & MOST_HITS;
    // Now and then a decision is to be made again: that begins where it is taken from memory.
    if (hits > 0 && hits >= this.#memory.hitsToRecheck) return false;
    const { notes } = exchange;
    const line = notes === undefined ? undefined : this.#lines.of(this.#lineOf(slots, slot));
    // Of a query that is recorded, what its line says has to be made, and so the reply.
    if (notes !== undefined && line === undefined) return false;
    const size = words[slot + WORD.SIZE] ?? 0;
    const counts = words[slot + WORD.COUNTS] ?? 0;
    if (!exchange.writer.writeSections(octets, slots.contentAt(slot), size, counts)) return false;
    if (notes !== undefined) {
      notes.kept = line;
      exchange.draw.tellAhead();
    }
    if (flags >> LOAD_SHIFT !== 0) this.#loads.add(flags >> LOAD_SHIFT);
    const row = words[slot + WORD.ROW] ?? 0;
    exchange.row = row;
    exchange.zone = this.#zoneAt[row];
    exchange.isAuthoritative = (flags & AUTHORITATIVE) !== 0;
    exchange.isFromWildcard = (flags & FROM_WILDCARD) !== 0;
    exchange.dependence.note(words[slot + WORD.READ] ?? 0);
    this.#counters.steps.packetHits += 1;
    if (hits > 0) {
      this.#memory.hitsToRecheck -= hits;
      this.#counters.countMemoHits(row, hits);
    }
    return true;
  }

  /** What a recording says of the reply before is forgotten; and of this one it is to be kept, if the query is recorded. */
  #beginLine(slots: PacketSlots, slot: number, { notes, dependence }: Exchange): void {
    const number = this.#lineOf(slots, slot);
    // Which part of a client's network a row of latencies is for differs from client to client.
    if (notes === undefined || (dependence.bits & NEEDS.LATENCIES) !== 0) this.#lines.drop(number);
    else notes.toKeep = this.#lines.begin(number);
  }

  /** No other slot has this number, in either memory. */
  #lineOf(slots: PacketSlots, slot: number): number {
    return slots === this.#slots ? slot : ~slot;
  }

  /** Of numbers that never go down the sum is the same only if all of them are. */
  #renewStamp(): void {
    const stamp = (this.#zones.changes + this.#health.changes + this.#clearings) | 0;
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    // Zones that are gone are not to be held.
    this.#zoneAt.length = 0;
    this.#loads.forget();
    this.#lines.forget();
  }
}

/** Turns to the answers for clients like this one, by what was read of this one and of others before. */
function leadByClient(slots: PacketSlots, needs: number, exchange: Exchange): boolean {
  let slot = slots.find();
  const isThere = slot !== NO_SLOT && slots.words[slot + WORD.KIND] === KIND.BY_CLIENT;
  const before = isThere ? (slots.words[slot + WORD.READ] ?? 0) : NEEDS.NOTHING;
  const all = before | needs;
  if (all === NEEDS.NOTHING) return true;
  if (all !== before) {
    slot = slots.claim();
    if (slot === NO_SLOT) return false;
    slots.words[slot + WORD.KIND] = KIND.BY_CLIENT;
    slots.words[slot + WORD.READ] = all;
  }
  chooseClient(slots, all, exchange);
  return true;
}

function chooseClient(slots: PacketSlots, needs: number, exchange: Exchange): void {
  const { facts } = exchange;
  const family = facts.familyFor(needs) << FAMILY_SHIFT;
  const switches = exchange.switchesAmong(needs) << SWITCH_SHIFT;
  slots.choose(needs | family | switches, facts.placeFor(needs), 0);
}

/** What the same draw comes to for this query. */
function drawAgain(slots: PacketSlots, slot: number, { draw, query }: Exchange): number {
  const size = slots.words[slot + WORD.SIZE] ?? 0;
  if (slots.words[slot + WORD.READ] === IN_TURN) return draw.takeTurn(size, query);
  return outcomeOf(draw.throw(), slots.shares, slots.sharesAt(slot), size);
}

/** Turns to the outcome of the draw. */
function leadByDraw(slots: PacketSlots, { query, draw }: Exchange): boolean {
  const { size, shares, outcome } = draw;
  let slot = slots.find();
  if (slot === NO_SLOT || slots.words[slot + WORD.KIND] !== KIND.DRAW) {
    if (!slots.hasRoomForShares(query.nameLength, size)) return false;
    slot = slots.claim();
    if (slot === NO_SLOT) return false;
    slots.words[slot + WORD.KIND] = KIND.DRAW;
    slots.words[slot + WORD.SIZE] = size;
    slots.words[slot + WORD.READ] = draw.isInTurn ? IN_TURN : 0;
    const at = slots.sharesAt(slot);
    for (let index = 0; index < size; index += 1) slots.shares[at + index] = shares[index] ?? 0;
  }
  slots.chooseOutcome(1 + outcome);
  return true;
}
