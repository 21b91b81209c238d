/** Who waits for a turn: clients one after the other, and those of one client one after the other. */
import { Line, Link } from '../../base/structures/line.ts';

/** Something of a client's. */
export interface Member {
  /** Whose it is, as clients.ts counts them. */
  readonly client: string;
  /** The circle's own, of the one that it is in, or was. */
  standing?: Standing;
}

/** Clients without members that are remembered all the same: those that are answered at once come again and again. */
const MOST_IDLE = 256;

/** Each member is in it once at most, and in no other. What is done takes the same time however many there are. */
export class Circle<T extends Member> {
  readonly #clients = new Map<string, Client>();
  /** In the order of their turns, none without members. */
  readonly #waiting = new Line<Client>();
  readonly #idle = new Line<Client>();

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Its turn comes after those of all members its client has there, and a client that comes anew is the last. */
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

  /** Takes out whose turn it is; its client's next turn comes after those of all others. */
  take(): T | undefined {
    const client = this.#waiting.first;
    const standing = client?.members.first;
    if (client === undefined || standing === undefined) return undefined;
    client.members.remove(standing);
    if (client.members.length > 0) this.#waiting.add(client);
    else this.#rest(client);
    // Only members of ours stand with our clients.
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

/** Where a member stands. */
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
