/** Where each record of a pack was written, in compact form. */
import type { Place } from './place.ts';

/** The data of a table, in a form that can be sent to another process. */
export interface PlaceColumns {
  readonly files: readonly (string | undefined)[];
  /** For each record: index of its file, its line, its column. */
  readonly rows: Int32Array<ArrayBuffer>;
}

const ROW = 3;

export class PlaceTable {
  readonly #files: (string | undefined)[];
  readonly #textOf: (file: string | undefined) => string;
  #rows: Int32Array<ArrayBuffer>;
  #used: number;
  /** The file whose lines were read last: diagnostics often point into one file many times. */
  #split: { readonly file: string | undefined; readonly lines: readonly string[] } | undefined;

  /** `textOf` reads the text of a file, or returns '' where the file is gone. */
  constructor(textOf: (file: string | undefined) => string, { files, rows }: PlaceColumns = NO_PLACES) {
    this.#textOf = textOf;
    this.#files = [...files];
    this.#rows = rows;
    this.#used = rows.length;
  }

  get columns(): PlaceColumns {
    return { files: this.#files, rows: this.#rows.slice(0, this.#used) };
  }

  /** Notes the place of the next record. */
  add(file: string | undefined, line: number, column: number): void {
    if (this.#used + ROW > this.#rows.length) {
      const larger = new Int32Array(2 * this.#rows.length + 16 * ROW);
      larger.set(this.#rows);
      this.#rows = larger;
    }
    // Records of one file come one after the other.
    let index = this.#files.length - 1;
    if (index < 0 || this.#files[index] !== file) index = this.#files.indexOf(file);
    if (index < 0) index = this.#files.push(file) - 1;
    this.#rows[this.#used++] = index;
    this.#rows[this.#used++] = line;
    this.#rows[this.#used++] = column;
  }

  /** The place of a record; `undefined` for records after the last one whose place was noted. */
  at(record: number): Place | undefined {
    const [index = 0, line = 0, column = 0] = this.#rows.subarray(ROW * record, ROW * record + ROW);
    if (ROW * record >= this.#used) return undefined;
    const file = this.#files[index];
    const place = { line, column, source: this.#linesOf(file)[line - 1] ?? '' };
    return file === undefined ? place : { ...place, file };
  }

  #linesOf(file: string | undefined): readonly string[] {
    if (this.#split?.file !== file || this.#split === undefined) {
      this.#split = { file, lines: this.#textOf(file).split(/\r?\n/) };
    }
    return this.#split.lines;
  }
}

export const NO_PLACES: PlaceColumns = { files: [], rows: new Int32Array(0) };
