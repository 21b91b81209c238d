/** Connections that wait for a turn: clients take turns, and so do the connections of one client. */
import { Line, Link } from '../../base/structures/line.ts';

/** Something of a client that can wait for a turn. */
export interface Member {
  /** The client, as clients.ts names it. */
  readonly client: string;
  /** For the circle's own use. */
  standing?: Standing;
}

/**
 * Clients without members that are remembered all the same: clients that are answered at once come again and
 * again.
 */
const MOST_IDLE = 256;

/**
 * Each member is in one circle at most, and once. Every step takes the same time, however many members there
 * are.
 */
export class Circle<T extends Member> {
  readonly #clients = new Map<string, Client>();
  /** Clients that have members, in the order of their turns. */
  readonly #waiting = new Line<Client>();
  readonly #idle = new Line<Client>();

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /**
   * Adds a member: its turn comes after its client's other members, and a client that had none comes last.
   */
  add(member: T): void {
    member.standing ??= new Standing(member);
    const { standing } = member;
    if (standing.line !== undefined) return;
    const client = this.#clientOf(member.client);
    if (client.members.length === 0) this.#waiting.add(client);
    client.members.add(standing);
  }

  remove(member: T): void {
    const client = this.#clients.get(member.client);
    if (client === undefined || member.standing === undefined) return;
    if (client.members.remove(member.standing) && client.members.length === 0) this.#rest(client);
  }

  /**
   * Removes and returns the member whose turn it is; its client's next turn comes after those of all other
   * clients.
   */
  take(): T | undefined {
    const client = this.#waiting.first;
    const standing = client?.members.first;
    if (client === undefined || standing === undefined) return undefined;
    client.members.remove(standing);
    if (client.members.length > 0) this.#waiting.add(client);
    else this.#rest(client);
    // Only members that were added to this circle stand with its clients.
    return standing.member as T;
  }

  #clientOf(name: string): Client {
    const known = this.#clients.get(name);
    if (known !== undefined) return known;
    const client = new Client(name);
    this.#clients.set(name, client);
    return client;
  }

  #rest(client: Client): void {
    this.#idle.add(client);
    const { first } = this.#idle;
    if (first === undefined || this.#idle.length <= MOST_IDLE) return;
    this.#idle.remove(first);
    this.#clients.delete(first.name);
  }
}

/** A member's place in the line of its client. */
export class Standing extends Link<Standing> {
  readonly member: Member;

  constructor(member: Member) {
    super();
    this.member = member;
  }
}

class Client extends Link<Client> {
  readonly name: string;
  readonly members = new Line<Standing>();

  constructor(name: string) {
    super();
    this.name = name;
  }
}
