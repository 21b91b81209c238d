/** Does something once for many causes that come together. */
export class Gathering {
  readonly #ms: number;
  readonly #act: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number, act: () => void) {
    this.#ms = ms;
    this.#act = act;
  }

  /** Acts some time after the first cause. */
  soon(): void {
    this.#timer ??= setTimeout(() => this.now(), this.#ms).unref();
  }

  now(): void {
    this.stop();
    this.#act();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
