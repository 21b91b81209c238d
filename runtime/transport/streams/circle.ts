/** Who waits for a turn: clients one after the other, and those of one client one after the other. */

/** Something of a client's. */
export interface Member {
  /** Whose it is, as clients.ts counts them. */
  readonly client: string;
}

/** Each member is in it once at most. What is done takes the same time however many there are. */
export class Circle<T extends Member> {
  /** Clients in the order of their turns, none without members. */
  readonly #clients = new Map<string, Set<T>>();

  get isEmpty(): boolean {
    return this.#clients.size === 0;
  }

  has(member: T): boolean {
    return this.#clients.get(member.client)?.has(member) ?? false;
  }

  /** Its turn comes after those of all members its client has there, and a client that comes anew is the last. */
  add(member: T): void {
    const members = this.#clients.get(member.client);
    if (members === undefined) this.#clients.set(member.client, new Set([member]));
    else members.add(member);
  }

  remove(member: T): void {
    const members = this.#clients.get(member.client);
    if (members?.delete(member) === true && members.size === 0) this.#clients.delete(member.client);
  }

  /** Takes out whose turn it is; its client's next turn comes after those of all others. */
  take(): T | undefined {
    for (const [client, members] of this.#clients) {
      this.#clients.delete(client);
      if (members.size > 1) this.#clients.set(client, members);
      for (const member of members) {
        members.delete(member);
        return member;
      }
    }
    return undefined;
  }
}
