/**
 * One control at a time is in charge of a state folder. A control that begins knocks at the door (door.ts).
 * If another control lives there, it does not start, or takes the place of that control if the operator says
 * so. If a control died there, its answer processes may still live, and share their addresses with ours until
 * ours answer. This file is long because a door is made, handed over and made anew by the same rules.
 */
import { DnsteerError } from '../../base/errors.ts';
import { Keeping } from '../../base/files/keeping.ts';
import type { Logger } from '../../base/log.ts';
import { endsWithin, within } from '../../base/within.ts';
import type { AnswerSettings } from '../../rpc/answer-settings.ts';
import { beyond, checkAddresses } from '../../transport/sockets/free-addresses.ts';
import type { Addresses, HeldSocket, SocketSet } from '../../transport/sockets/held-sockets.ts';
import { type Behind, knock, StateDoor } from './door.ts';
import { Letterbox, sendSockets } from './handover.ts';
import { areThereOrphans, succeed } from './orphans.ts';
import type { Handed, Visit } from './visit.ts';

/**
 * Milliseconds that a replaced control has to hand its sockets over, and to end, for it answers pending
 * queries first.
 */
const HAND_MS = 5000;
const END_MS = 5000;
/** Milliseconds after which it is looked whether the door is still there. */
const LOOK_MS = 5000;
/** Controls at most that may die one after the other while they are asked to hand over. */
const MOST_DEATHS = 3;

export interface ChargeOptions {
  /** The state folder. */
  readonly folder: string;
  readonly generation: AnswerSettings['generation'];
  readonly version: string;
  readonly log: Logger;
  /** Returns what a successor is given. */
  readonly give: () => Omit<Handed, 'sets'> & { readonly sets: readonly SocketSet[] };
}

/** What a control begins with when it takes the place of another. */
export interface Inheritance extends Omit<Handed, 'sets'> {
  readonly sets: readonly SocketSet[];
}

export class Charge {
  readonly #options: ChargeOptions;
  #door: StateDoor | undefined;
  /** The control whose place this one takes; its pid as far as it is known. */
  #before: { readonly visit: Visit; readonly pid: number | undefined } | undefined;
  /** The control that takes the place of this one. */
  #successor: Visit | undefined;
  readonly #replaced = Promise.withResolvers<void>();
  readonly #keeping: Keeping;
  #noting: Keeping | undefined;
  #looking: NodeJS.Timeout | undefined;
  #isLooking = false;

  constructor(options: ChargeOptions) {
    this.#options = options;
    const { folder, log } = options;
    this.#keeping = new Keeping({
      what: 'the door of the state folder',
      place: { folder },
      loss: 'A second server with this state folder would not be noticed, and this one cannot be replaced',
      log,
      again: () => this.#moveInLater(),
    });
  }

  /** Resolves when a successor answers; this server must then end. */
  get replaced(): Promise<void> {
    return this.#replaced.promise;
  }

  /**
   * Makes sure that no other control is in charge and that the addresses are free. If another control is in
   * charge and `mayReplace`, begins to take its place instead, and returns what it hands over.
   * @throws {DnsteerError} `START`, saying which control is in the way.
   */
  async claim(addresses: Addresses, mayReplace: boolean): Promise<Inheritance | undefined> {
    const inherited = mayReplace ? await this.#replace(addresses) : undefined;
    if (inherited !== undefined) return inherited;
    const behind = await this.#lookBehind();
    if (behind.kind === 'alive') {
      behind.visit.end();
      throw this.#isTaken(behind.pid);
    }
    let isIn = true;
    const work = async () => {
      isIn = await this.#moveIn(behind.kind === 'dead');
    };
    await this.#keeping.attempt(work);
    if (!isIn) throw this.#isTaken(undefined);
    // Answer processes that outlived a dead control have the addresses; without a door they show that it died.
    const { generation } = this.#options;
    if (behind.kind === 'dead' || (this.#door === undefined && areThereOrphans(generation.file)))
      return undefined;
    await checkAddresses(addresses);
    return undefined;
  }

  /**
   * Called once our answer processes answer for all zones: the processes and the control before ours may
   * leave. Resolves when they have left, or have not done so in time.
   */
  async take(): Promise<void> {
    const { generation, log } = this.#options;
    if (this.#before !== undefined) await this.#keeping.attempt(async () => this.#door?.takeOver());
    this.#noting = await succeed(generation, log);
    this.#looking = setInterval(() => void this.look(), LOOK_MS).unref();
    if (this.#before === undefined) return;
    const { visit, pid } = this.#before;
    visit.say({ t: 'leave' });
    if (await endsWithin(END_MS, visit.ended)) log.info({ before: pid }, 'Another server has been replaced');
    else log.error({ before: pid }, 'The server that was replaced does not end, and answers as well; end it');
  }

  /** Makes the door and its folder anew if they are gone: an operator may remove the whole state folder. */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    await this.#keeping.attempt(async () => {
      if (this.#successor === undefined && (await this.#door?.isGone())) await this.#moveInLater();
    });
    this.#isLooking = false;
  }

  close(): void {
    clearInterval(this.#looking);
    this.#keeping.stop();
    this.#noting?.stop();
    this.#before?.visit.end();
    this.#door?.close();
  }

  /** A folder that cannot be looked into has no door for us: that is told, and tried again. */
  async #lookBehind(): Promise<Behind> {
    try {
      return await knock(this.#options.folder);
    } catch (error) {
      this.#keeping.failed(error);
      return { kind: 'nobody' };
    }
  }

  /** Begins to take the place of the control that lives behind the door; `undefined` if none does. */
  async #replace(addresses: Addresses): Promise<Inheritance | undefined> {
    for (let deaths = 0; deaths <= MOST_DEATHS; deaths += 1) {
      const behind = await this.#lookBehind();
      if (behind.kind !== 'alive') return undefined;
      const inherited = await this.#inherit(behind.visit, behind.pid, addresses);
      if (inherited !== 'died') return inherited;
    }
    throw cannotReplace(false);
  }

  /** Returns whether this control is in charge now; rejects with the system's error if there can be no door. */
  async #moveIn(isDead: boolean): Promise<boolean> {
    try {
      await this.#makeDoor();
      return this.#door?.claim(isDead) === true;
    } catch (error) {
      this.#door?.close();
      this.#door = undefined;
      throw error;
    }
  }

  /** Moves in while the server runs, unless another has done so: then two servers run, and one has to be ended. */
  async #moveInLater(): Promise<void> {
    const behind = await knock(this.#options.folder);
    if (behind.kind === 'alive') {
      behind.visit.end();
      if (behind.pid === process.pid) return;
      this.#options.log.error({ code: 'START' }, this.#isTaken(behind.pid).message);
      return;
    }
    this.#door?.close();
    if (!(await this.#moveIn(behind.kind === 'dead')))
      this.#options.log.error({ code: 'START' }, this.#isTaken(undefined).message);
  }

  async #makeDoor(): Promise<void> {
    const { folder, version } = this.#options;
    this.#door = await StateDoor.make(folder, version, (visit) => void this.#serve(visit));
  }

  /** `died`: the control that was there has ended before it handed anything over; this one begins as it did. */
  async #inherit(visit: Visit, pid: number | undefined, addresses: Addresses): Promise<Inheritance | 'died'> {
    const { folder, log } = this.#options;
    this.#before = { visit, pid };
    await this.#keeping.attempt(() => this.#makeDoor());
    const box = await Letterbox.open(folder);
    try {
      visit.say({ t: 'replace', ...(box && { mail: box.name }) });
      const said = await within(HAND_MS, visit.hear());
      if (said === undefined && visit.isOver) {
        this.#before = undefined;
        this.#door?.close();
        this.#door = undefined;
        return 'died';
      }
      if (said?.t !== 'handed') throw cannotReplace(said?.t === 'busy');
      const sets = box?.take(said) ?? [];
      await checkAddresses(beyond(addresses, said.addresses));
      if (sets.length === 0)
        log.warn('Sockets cannot be handed over: what comes as those of the old server close may be lost');
      return { ...said, sets };
    } finally {
      box?.close();
    }
  }

  /** Does what a visitor at our door asks for, until it goes. */
  async #serve(visit: Visit): Promise<void> {
    for (let said = await visit.hear(); said !== undefined; said = await visit.hear()) {
      if (said.t === 'replace') await this.#hand(visit, said.mail);
      if (said.t === 'leave' && visit === this.#successor) {
        this.#door?.cede();
        this.#replaced.resolve();
      }
    }
    if (this.#successor === visit) this.#successor = undefined;
  }

  async #hand(visit: Visit, mail: string | undefined): Promise<void> {
    if (this.#successor !== undefined) {
      visit.say({ t: 'busy' });
      return;
    }
    this.#successor = visit;
    const given = this.#options.give();
    const isSent = await sendSockets(this.#options.folder, mail, given.sets);
    const sets = isSent ? given.sets.map((set) => set.map(described)) : [];
    visit.say({ t: 'handed', ...given, sets });
  }

  #isTaken(pid: number | undefined): DnsteerError {
    const who = pid === undefined ? 'Another dnsteer' : `Another dnsteer (process ${pid})`;
    return new DnsteerError(
      'START',
      `${who} runs with the state folder ${this.#options.folder}. Stop it, take its place with --replace, or set "state" to a folder of its own`,
    );
  }
}

function cannotReplace(isBusy: boolean): DnsteerError {
  const why = isBusy ? 'another is taking its place already' : 'it does not hand over its sockets';
  return new DnsteerError('START', `The server that runs cannot be replaced: ${why}. Try again, or stop it`);
}

/** A socket without its descriptor, which means nothing to another process. */
function described({ transport, address, port, wantedPort }: HeldSocket): Handed['sets'][number][number] {
  return { transport, address, port, wantedPort };
}
