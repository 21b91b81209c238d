/**
 * Compiles policy files, each with all it imports to one script for the sandbox, with a source map back.
 *
 * The script runs the policy, then installs the policy's exports where the sandbox calls them. This process
 * bundles the author's code and never runs it. In the sandbox dnsteer's own prelude runs first, so that it
 * holds the language's built-ins before any code of the author can replace them. The prelude is the same
 * for all policies, and twenty times the size of most: it is built once (prelude-bundle.ts), and each
 * sandbox has it once.
 *
 * Policies that wait at the same time are compiled together, in a third of the time. What is wrong with one of
 * them would be wrong with all: so those that esbuild says anything of are compiled again, each by itself.
 */
import type { Message } from 'esbuild';
import type { Diagnostic } from '../base/diagnostic.ts';
import { eachOf } from '../base/each-of.ts';
import { NO_CONTENT } from '../base/files/content-hash.ts';
import { encodeNetworkLists } from '../rpc/facts/network-lists.ts';
import { diagnosticFrom } from './compile-message.ts';
import { type CountedPiece, type CountedScript, countedScript, merged } from './counted-script.ts';
import { BuildLostError, isBuildFailure } from './esbuild-service.ts';
import { ImportScope } from './import-rules.ts';
import { withColumnsMoved } from './mapping-columns.ts';
import { narrowedReads, withInsertions } from './narrow-reads.ts';
import { authorsFile, type Bundles, bundlePolicies, fileNamed } from './policy-bundle.ts';
import { shownPath } from './shown-path.ts';
import { nameSources, ScriptMap } from './source-map.ts';

/** Octets of a script. It travels to every answer process and its sandbox. */
const MAX_SCRIPT_OCTETS = 4 * 1024 * 1024;

/** Problems that one attempt reports, so that the log stays readable. */
const MOST_TOLD = 50;

/** Policies that are compiled together: more would make each of them wait for longer, and gain little. */
const MOST_TOGETHER = 50;
/** One is bundled while control works on the results of the other. */
const MOST_BATCHES = 2;
/** Orders gather until none has come for so many milliseconds, and not for longer than so many. */
const QUIET_MS = 4;
const MOST_GATHERING_MS = 60;
/** Attempts to compile policies together, each without those that kept the attempt before from success. */
const MOST_ATTEMPTS = 3;
/** Policies of a batch that are compiled each by itself, at the same time. */
const SINGLES = 8;

export type Compiled = {
  /** Paths, relative to the root, that were read or looked for: a change there can change the outcome. */
  readonly inputs: readonly string[];
  /** Input → the hash of its content, or {@link NO_CONTENT}: of those that were read, or were not there. */
  readonly hashes: ReadonlyMap<string, string>;
} & (
  | {
      readonly ok: true;
      readonly script: string;
      readonly sourceMap: string;
      /** Input → the hash of its content, or {@link NO_CONTENT} if there was no such file. */
      readonly sources: Readonly<Record<string, string>>;
      readonly warnings: readonly Diagnostic[];
      /** The lists of networks that it imports (rpc/facts/network-lists.ts). */
      readonly lists: Uint8Array<ArrayBuffer>;
      /** Set if the script counts how often its pieces run: they are empty where these cannot be told. */
      readonly pieces?: readonly CountedPiece[];
    }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] }
);

export interface CompileOptions {
  /** The policies folder. */
  readonly root: string;
  /** Whether the script counts how often its pieces run (counted-script.ts). */
  readonly countsRuns?: boolean | undefined;
}

/** Compiles `file`, a path relative to the policies folder `root`. Never throws. */
export function compilePolicy(file: string, { root, countsRuns = false }: CompileOptions): Promise<Compiled> {
  const { promise, resolve } = Promise.withResolvers<Compiled>();
  waiting.push({ file, root, countsRuns, resolve });
  if (waiting.length >= MOST_TOGETHER) beginBatches();
  else gather();
  return promise;
}

interface Order {
  readonly file: string;
  readonly root: string;
  readonly countsRuns: boolean;
  readonly resolve: (compiled: Compiled) => void;
}

/** Orders that are yet to be begun, oldest first. */
let waiting: Order[] = [];
let batches = 0;

/** When the oldest of the orders that wait came, and what looks after them. */
let gathering: { readonly since: number; readonly timer: NodeJS.Timeout } | undefined;

/** Lets orders gather: those of a start come one after the other, as zones before them are tried and published. */
function gather(): void {
  const since = gathering?.since ?? performance.now();
  clearTimeout(gathering?.timer);
  const leftMs = Math.max(0, since + MOST_GATHERING_MS - performance.now());
  gathering = { since, timer: setTimeout(beginBatches, Math.min(QUIET_MS, leftMs)) };
}

function beginBatches(): void {
  clearTimeout(gathering?.timer);
  gathering = undefined;
  while (waiting.length > 0 && batches < MOST_BATCHES) {
    const orders = takeBatch();
    batches += 1;
    void carryOut(orders).finally(() => {
      batches -= 1;
      if (gathering === undefined || waiting.length >= MOST_TOGETHER) beginBatches();
    });
  }
}

/** Takes the oldest orders that can be carried out together: files of one folder, each of them once. */
function takeBatch(): Order[] {
  const batch = new Map<string, Order>();
  const rest: Order[] = [];
  const [first] = waiting;
  for (const order of waiting) {
    const isAlike = order.root === first?.root && order.countsRuns === first.countsRuns;
    const isFit = batch.size < MOST_TOGETHER && isAlike && !batch.has(order.file);
    if (isFit) batch.set(order.file, order);
    else rest.push(order);
  }
  waiting = rest;
  return [...batch.values()];
}

async function carryOut(orders: readonly Order[]): Promise<void> {
  const suspects = orders.length > 1 ? await compileTogether(orders, MOST_ATTEMPTS) : orders;
  await eachOf(suspects, SINGLES, async (order) => order.resolve(await compileAlone(order)));
}

/** Compiles many policies, and returns those that have to be compiled each by itself. */
async function compileTogether(orders: readonly Order[], attempts: number): Promise<readonly Order[]> {
  const [first] = orders;
  if (first === undefined || orders.length < 2 || attempts === 0) return orders;
  const scope = new ImportScope(first.root);
  try {
    const { scripts, warnings } = await bundlePolicies(
      orders.map(({ file }) => file),
      scope,
      first.countsRuns,
    );
    const suspects = suspectsOf(warnings, orders, scope);
    for (const [index, order] of orders.entries())
      if (!suspects.has(order)) order.resolve(compiledFrom(order, scope, scripts[index], []));
    return [...suspects];
  } catch (error) {
    if (!isBuildFailure(error)) return orders;
    const suspects = suspectsOf(error.errors, orders, scope);
    if (suspects.size === 0) return orders;
    const others = orders.filter((order) => !suspects.has(order));
    return [...suspects, ...(await compileTogether(others, attempts - 1))];
  }
}

/** The policies that consist of a file that a message is about; all, if a message is about none. */
function suspectsOf(messages: readonly Message[], orders: readonly Order[], scope: ImportScope): Set<Order> {
  const named = messages.map(({ location }) => location && fileNamed(location.file));
  if (named.length === 0) return new Set();
  if (named.some((file) => typeof file !== 'string')) return new Set(orders);
  const isSuspect = ({ file }: Order): boolean => {
    const { files } = scope.sightings.allOf(file);
    return named.some((one) => typeof one === 'string' && files.has(one));
  };
  return new Set(orders.filter(isSuspect));
}

/** Compiles one policy. Never throws. */
async function compileAlone(order: Order): Promise<Compiled> {
  const { file, root, countsRuns } = order;
  const scope = new ImportScope(root);
  const shown = shownIn(root);
  try {
    const { scripts, warnings } = await bundlePolicies([file], scope, countsRuns);
    const told = warnings.slice(0, MOST_TOLD).map((message) => diagnosticFrom(message, 'warning', shown));
    return compiledFrom(order, scope, scripts[0], told);
  } catch (error) {
    const diagnostics = isBuildFailure(error)
      ? error.errors.slice(0, MOST_TOLD).map((message) => diagnosticFrom(message, 'error', shown))
      : [lostBuild(root, file, error)];
    const { inputs, hashes } = scope.sightings.allOf(file);
    return { ok: false, inputs: [...inputs], hashes, diagnostics };
  }
}

function compiledFrom(
  { file, root, countsRuns }: Order,
  { sightings, lists: read }: ImportScope,
  bundle: Bundles['scripts'][number] | undefined,
  warnings: readonly Diagnostic[],
): Compiled {
  const before = strictness(file);
  const bundled = bundle?.script ?? '';
  // What sloppy code does cannot be told from its text alone.
  const narrowed = before === '' ? [] : narrowedReads(bundled);
  const counted = countsRuns ? countedIn(bundle, root) : undefined;
  const insertions = counted === undefined ? narrowed : merged(counted.insertions, narrowed);
  const script = before + withInsertions(bundled, insertions);
  const { inputs: seen, hashes, files } = sightings.allOf(file);
  const inputs = [...seen];
  const lists = encodeNetworkLists(new Map([...read].filter(([list]) => files.has(list))));
  // Whether its runs are counted makes no difference to what a policy may be.
  const octets = Buffer.byteLength(script) - Buffer.byteLength(textsOf(counted?.insertions ?? []));
  if (octets > MAX_SCRIPT_OCTETS) {
    const message = `The policy and all it imports are over ${MAX_SCRIPT_OCTETS} octets`;
    const problem = notCompiled(root, file, message, 'Import less data');
    return { ok: false, inputs, hashes, diagnostics: [problem] };
  }
  const linesBefore = before === '' ? 0 : 1;
  const move = (mappings: string): string => withColumnsMoved(mappings, bundled, insertions);
  const sourceMap = nameSources(bundle?.sourceMap ?? '', shownIn(root), linesBefore, move);
  const sources = Object.fromEntries(inputs.map((input) => [input, hashes.get(input) ?? NO_CONTENT]));
  const pieces = counted && { pieces: counted.pieces };
  return { ok: true, inputs, hashes, script, sourceMap, sources, warnings, lists, ...pieces };
}

function textsOf(insertions: CountedScript['insertions']): string {
  return insertions.map(({ text }) => text).join('');
}

function countedIn(bundle: Bundles['scripts'][number] | undefined, root: string): CountedScript | undefined {
  if (bundle === undefined) return undefined;
  const map = nameSources(bundle.sourceMap, shownIn(root), 0, (mappings) => mappings);
  return countedScript(bundle.script, new ScriptMap(map));
}

/** Turns names of esbuild into paths as the operator would type them. */
function shownIn(root: string): (named: string) => string | undefined {
  return (named) => {
    const file = authorsFile(named);
    return file === undefined ? undefined : shownPath(root, file);
  };
}

/**
 * The line that makes the script strict code, as modules are (ECMA-262 §11.2.2); empty for old handler
 * files, which are sloppy scripts and stay that way.
 */
function strictness(policy: string): string {
  return /\.[cm]?ts$/.test(policy) ? "'use strict';\n" : '';
}

function lostBuild(root: string, file: string, error: unknown): Diagnostic {
  return error instanceof BuildLostError && !error.isHung
    ? notCompiled(root, file, error.message, 'Nest less, split long expressions, import less data')
    : notCompiled(
        root,
        file,
        `The compiler failed: ${error instanceof Error ? error.message : String(error)}`,
        'Save the file again to try again',
      );
}

function notCompiled(root: string, file: string, message: string, remedy: string): Diagnostic {
  return { code: 'POLICY_SYNTAX', severity: 'error', message, file: shownPath(root, file), remedy };
}
