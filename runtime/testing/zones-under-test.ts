/** The zones of the policies folder, each made when a test first asks it. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { meant } from '../base/suggest.ts';
import type { ZoneFiles } from '../registry/discover.ts';
import type { FolderContent } from '../registry/folder/content.ts';
import type { ZoneCoverage } from './coverage.ts';
import { makeOfflineZone, type OfflineContext, type OfflineWorld } from './offline-zone.ts';
import { type RanFile, ranFiles } from './ran-lines.ts';
import { DEFAULT_AT } from './read-case.ts';
import { ZoneUnderTest } from './zone-under-test.ts';

/** A loop without end is told soon, and a busy machine fails no test. */
const PATIENCE = { budgetMs: 250, deadlineMs: 20_000 };

export class ZonesUnderTest {
  /** What is wrong with zones that tests ask. */
  readonly problems: Diagnostic[] = [];
  readonly #files: ReadonlyMap<string, ZoneFiles>;
  readonly #content: FolderContent;
  readonly #context: OfflineContext;
  readonly #world: OfflineWorld;
  readonly #made = new Map<string, Promise<Result<ZoneUnderTest>>>();

  constructor(
    files: ReadonlyMap<string, ZoneFiles>,
    content: FolderContent,
    context: OfflineContext,
    world: OfflineWorld,
  ) {
    this.#files = files;
    this.#content = content;
    this.#context = context;
    this.#world = world;
  }

  /** Fails in words for the author of the test that asks. */
  find(name: string): Promise<Result<ZoneUnderTest>> {
    const known = this.#made.get(name);
    if (known !== undefined) return known;
    const files = this.#files.get(name);
    if (files === undefined) {
      const there = meant(name, this.#files.keys());
      return Promise.resolve(
        fail(`There is no zone ${name}${there}. Another one is asked by zone("…").ask(…)`),
      );
    }
    const made = this.#make(name, files);
    this.#made.set(name, made);
    return made;
  }

  /** Of the zones that were asked, what was. */
  async coverage(): Promise<ZoneCoverage[]> {
    const found: ZoneCoverage[] = [];
    for (const made of await Promise.all(this.#made.values())) {
      if (!made.ok) continue;
      const { name, offline, asked } = made.value;
      const coverage = await asked.coverage(name, offline, this.#context.sandbox, Date.parse(DEFAULT_AT));
      if (coverage !== undefined) found.push(coverage);
    }
    return found;
  }

  /** Of the policies of these zones, which lines have run. */
  async ranFiles(): Promise<RanFile[]> {
    const all = await Promise.all(this.#made.values());
    return ranFiles(all.flatMap((made) => (made.ok ? (made.value.ran ?? []) : [])));
  }

  async #make(name: string, files: ZoneFiles): Promise<Result<ZoneUnderTest>> {
    const offline = await makeOfflineZone(files, this.#content, { ...this.#context, patience: PATIENCE });
    if (!offline.ok) {
      this.problems.push(...offline.problem);
      return fail(`The zone ${name} cannot be loaded: ${offline.problem[0]?.message ?? 'see above'}`);
    }
    return ok(await ZoneUnderTest.serve(name, offline.value, this.#world));
  }
}
