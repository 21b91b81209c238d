/** What could not be done and will be tried again, as far as there is memory for it. */

export class Backlog<T> {
  readonly #mostOctets: number;
  readonly #waiting = new Map<string, { readonly what: T; readonly octets: number }>();
  #octets = 0;

  constructor(mostOctets: number) {
    this.#mostOctets = mostOctets;
  }

  /** Adds something in place of what has the same name, unless it is too much. */
  add(name: string, what: T, octets: number): void {
    this.delete(name);
    if (this.#octets + octets > this.#mostOctets) return;
    this.#waiting.set(name, { what, octets });
    this.#octets += octets;
  }

  delete(name: string): void {
    this.#octets -= this.#waiting.get(name)?.octets ?? 0;
    this.#waiting.delete(name);
  }

  takeAll(): [name: string, what: T][] {
    const all = [...this.#waiting].map(([name, { what }]): [string, T] => [name, what]);
    this.#waiting.clear();
    this.#octets = 0;
    return all;
  }
}
