/**
 * Announces by BIRD 2. Routes are lines of two files that static protocols include; BIRD is told to read its configuration
 * again. What is switched off by `disable` alone would be switched on by the next `configure` of anybody, so the files say what
 * holds; `disable` is for the time in which somebody else's mistake keeps BIRD from reading them.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileProblemText, readRegularFile } from '../../../base/files/read-file.ts';
import { replaceFile } from '../../../base/files/replace-file.ts';
import { fail, ok, type Result } from '../../../base/result.ts';
import { systemErrorText } from '../../../base/system-error.ts';
import type { AnnounceOrder } from '../bridge-talk.ts';
import type { AnnouncingHand } from './announcing-hand.ts';
import { type BirdReply, tellBird } from './bird-socket.ts';

export interface BirdPlace {
  /** `/run/bird/bird.ctl`. */
  readonly socket: string;
  /** Where the included files are. */
  readonly folder: string;
  /** The static protocols that include them. */
  readonly protocols: readonly string[];
}

/** The files that BIRD includes, one for the protocol of each family, as a static protocol has one channel. */
export const BIRD_FILES = { ipv4: 'dnsteer4.conf', ipv6: 'dnsteer6.conf' } as const;

const MOST_OCTETS = 2 ** 20;

export class BirdHand implements AnnouncingHand {
  readonly name = 'bird';
  readonly #place: BirdPlace;
  /** BIRD knows what is in the files. */
  #isKnown = false;

  constructor(place: BirdPlace) {
    this.#place = place;
  }

  /** Makes the files where they are not there: BIRD refuses a configuration that includes a file that is missing. */
  async prepare(): Promise<Result<void>> {
    const { folder } = this.#place;
    try {
      await mkdir(folder, { recursive: true });
      for (const name of Object.values(BIRD_FILES)) {
        const file = path.join(folder, name);
        const read = await readRegularFile(file, { mostOctets: MOST_OCTETS });
        if (!read.ok && read.problem.kind === 'absent') await put(file, NO_ROUTES);
      }
      return ok(undefined);
    } catch (error) {
      return fail(`The files for BIRD cannot be written in ${folder}: ${systemErrorText(error)}`);
    }
  }

  async carryOut(order: AnnounceOrder): Promise<Result<void>> {
    const written = await this.#write(order);
    if (!written.ok) return written;
    const told = await this.#configure();
    this.#isKnown = told.ok;
    if (told.ok || order.way !== 'withdrawn') return told;
    return await this.#disable(told.problem);
  }

  async #write(order: AnnounceOrder): Promise<Result<void>> {
    for (const family of ['ipv4', 'ipv6'] as const) {
      const file = path.join(this.#place.folder, BIRD_FILES[family]);
      const text = routesText(order, family);
      const read = await readRegularFile(file, { mostOctets: MOST_OCTETS });
      if (read.ok && read.value.octets.toString() === text) continue;
      if (!read.ok && read.problem.kind !== 'absent')
        return fail(`${file}: ${fileProblemText(read.problem)}`);
      this.#isKnown = false;
      try {
        await put(file, text);
      } catch (error) {
        return fail(`${file} cannot be written: ${systemErrorText(error)}`);
      }
    }
    return ok(undefined);
  }

  /** `soft`: what others do is not begun anew. */
  async #configure(): Promise<Result<void>> {
    if (this.#isKnown) return ok(undefined);
    const told = await tellBird(this.#place.socket, ['configure check', 'configure soft']);
    if (!told.ok) return told;
    const wrong = wrongIn(told.value);
    return wrong === undefined ? ok(undefined) : fail(`BIRD refuses its configuration: ${wrong}`);
  }

  async #disable(why: string): Promise<Result<void>> {
    const { socket, protocols } = this.#place;
    let isDone = false;
    for (const name of protocols) {
      const told = await tellBird(socket, [`disable "${name}"`]);
      // 8003: there is no protocol of that name, as where only one family is announced.
      if (told.ok && wrongIn(told.value) === undefined) isDone = true;
    }
    return isDone ? ok(undefined) : fail(why);
  }
}

function wrongIn(replies: readonly BirdReply[]): string | undefined {
  const wrong = replies.find(({ code }) => /^[89]/.test(code));
  return wrong && `${wrong.code} ${wrong.text}`;
}

/** Others than the user who runs dnsteer read them. */
function put(file: string, text: string): Promise<void> {
  return replaceFile(file, [Buffer.from(text)], { readers: 'others' });
}

const HEAD = '# Written by dnsteer, which says here whether its prefixes are announced.\n';
const NO_ROUTES = `${HEAD}# They are withdrawn.\n`;

/** The lines of one file. Addresses were read and are printed anew: nothing else can be in them. */
export function routesText(
  { way, prefixes, prependAs, prependTimes }: AnnounceOrder,
  family: keyof typeof BIRD_FILES,
): string {
  const own = prefixes.filter((prefix) => prefix.includes(':') === (family === 'ipv6'));
  if (way === 'withdrawn' || own.length === 0) return NO_ROUTES;
  const longer = way === 'prepended' ? ` { ${`bgp_path.prepend(${prependAs}); `.repeat(prependTimes)}}` : '';
  return `${HEAD}${own.map((prefix) => `route ${prefix} blackhole${longer};\n`).join('')}`;
}
