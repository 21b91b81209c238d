/**
 * Views of the first octets of one block of memory. Making a view takes as long as reading a query, so views
 * of usual lengths are kept.
 */
export class Views {
  readonly #whole: Uint8Array<ArrayBuffer>;
  readonly #kept: (Uint8Array | undefined)[] = [];

  constructor(whole: Uint8Array<ArrayBuffer>) {
    this.#whole = whole;
  }

  /** The first `length` octets. */
  first(length: number): Uint8Array {
    return this.#kept[length] ?? this.#make(length);
  }

  #make(length: number): Uint8Array {
    const { buffer, byteOffset } = this.#whole;
    const view = new Uint8Array(buffer, byteOffset, length);
    if (length > MOST_KEPT) return view;
    while (this.#kept.length <= length) this.#kept.push(undefined);
    this.#kept[length] = view;
    return view;
  }
}

/** Octets of the longest view that is kept; most DNS messages are shorter. */
const MOST_KEPT = 512;
