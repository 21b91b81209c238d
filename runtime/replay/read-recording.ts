/**
 * A file of a recording, line by line. What cannot be understood is told with its line, and the lines behind it are read:
 * a recording that is being written ends in half a line. A file without its header is read all the same, as its lines say
 * all that deciding takes; only how many queries a line stands for is not known.
 */
import { fileProblemText } from '../base/files/read-file.ts';
import { RECORDING_FORMAT, type RecordedLine, type RecordingHeader } from '../rpc/recorded-line.ts';
import { eachLine, MOST_LINE, type Took } from './each-line.ts';
import { type Recorded, readRecorded } from './read-recorded.ts';

export interface RecordingProblem {
  /** As the operator typed it. */
  readonly file: string;
  /** `undefined` for what is wrong with all of the file. */
  readonly line: number | undefined;
  readonly message: string;
}

export interface RecordingVisitor {
  /** `undefined`: the lines that follow have none. */
  header(header: RecordingHeader | undefined, file: string): void;
  /** A query, whose moment `at` is in milliseconds since 1970, and where it stands. The next line waits for a promise. */
  query(line: RecordedLine, at: number, file: string, number: number): Took | Promise<Took>;
  problem(problem: RecordingProblem): void;
  /** Called now and then; `octets` of the file have been read. */
  progress?(file: string, octets: number): void;
}

/** Lines of which none can be understood, until the file is taken for none of a recording. */
const MOST_STRANGE = 20;
const PROGRESS_LINES = 1000;

export async function readRecording(file: string, visitor: RecordingVisitor): Promise<void> {
  const reader = new RecordingReader(file, visitor);
  const read = await eachLine(file, (text, number, octets) => {
    if (number % PROGRESS_LINES === 0) visitor.progress?.(file, octets);
    return reader.take(text, number);
  });
  if (read.ok) reader.end();
  else
    visitor.problem({
      file,
      line: undefined,
      message: `It cannot be read: ${fileProblemText(read.problem)}`,
    });
}

class RecordingReader {
  readonly #file: string;
  readonly #visitor: RecordingVisitor;
  #understood = 0;
  #hasHeader = false;
  #hasStopped = false;
  /** Of a file of which nothing has been understood yet. */
  #strange: RecordingProblem[] = [];

  constructor(file: string, visitor: RecordingVisitor) {
    this.#file = file;
    this.#visitor = visitor;
  }

  take(text: string | undefined, number: number): Took | Promise<Took> {
    if (text === undefined) return this.#refuse(number, `The line is longer than ${MOST_LINE} octets`);
    if (text === '') return undefined;
    const read = readRecorded(text);
    if (!read.ok) return this.#refuse(number, read.problem);
    return this.#understand(read.value, number);
  }

  #understand(recorded: Recorded, number: number): Took | Promise<Took> {
    if (this.#understood === 0) this.#tellStrange();
    this.#understood += 1;
    switch (recorded.kind) {
      case 'later':
        this.#hasStopped = true;
        return this.#stop(
          number,
          `The format ${String(recorded.format).slice(0, 20)} is not known; this version of dnsteer reads format ${RECORDING_FORMAT}`,
        );
      case 'header':
        this.#hasHeader = true;
        this.#visitor.header(recorded.header, this.#file);
        return undefined;
      case 'query':
        if (!this.#hasHeader) this.#visitor.header(undefined, this.#file);
        this.#hasHeader = true;
        return this.#visitor.query(recorded.line, recorded.at, this.#file, number);
      default:
        return recorded satisfies never;
    }
  }

  end(): void {
    if (this.#understood > 0 || this.#hasStopped) return;
    const [first] = this.#strange;
    this.#stop(
      undefined,
      first === undefined
        ? 'It is empty, and a recording begins with a header'
        : `It is no recording; its line ${first.line}: ${first.message}`,
    );
  }

  #refuse(line: number, message: string): Took {
    const problem = { file: this.#file, line, message };
    if (this.#understood > 0) this.#visitor.problem(problem);
    else this.#strange.push(problem);
    return this.#strange.length < MOST_STRANGE ? undefined : 'stop';
  }

  #tellStrange(): void {
    for (const problem of this.#strange) this.#visitor.problem(problem);
    this.#strange = [];
  }

  #stop(line: number | undefined, message: string): Took {
    this.#visitor.problem({ file: this.#file, line, message });
    return 'stop';
  }
}
