/** A policy compiled as in production and run in a context of its own, without the process around it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import vm from 'node:vm';
import { compilePolicy } from '../../../runtime/build/compile.ts';
import { preludeBundle } from '../../../runtime/build/prelude-bundle.ts';
import type { FactValue, Impurity, ManifestData, PlanData, Read } from '../../../runtime/rpc/plan.ts';
import { runLine } from '../../../runtime/rpc/run-text.ts';
import type { FactsData } from '../../../runtime/rpc/sandbox-protocol.ts';
import { judged, readsBefore, readsOf } from '../../../runtime/rpc/told.ts';

export interface Failure {
  readonly message: string;
  readonly stack?: string;
}

export interface Outcome {
  readonly plan?: PlanData;
  readonly reads?: readonly Read[];
  readonly impure?: readonly Impurity[];
  readonly error?: Failure;
  readonly invalid?: string;
  /** What it had read when it failed, if anything. */
  readonly before?: readonly Read[];
}

export interface Asking {
  readonly name?: string;
  readonly type?: string;
  readonly client?: Readonly<Record<string, FactValue | undefined>>;
  readonly now?: number;
  readonly health?: FactsData['health'];
  readonly way?: FactsData['way'];
}

export interface Loaded {
  readonly manifest: ManifestData & { readonly error?: Failure };
  run(host: string, asking?: Asking): Outcome;
  /** Text straight from the guest, for tests of speed and form. */
  raw(line: string, health: string): string;
}

/** Noon UTC on a Monday. */
export const NOW = Date.UTC(2026, 10, 23, 12, 34, 56);

const CLIENT = { ip: '203.0.113.7', subnet: '203.0.113.0/24', family: 4 };

/** Compiles a file, given as text, and evaluates the script. Throws what its top level throws. */
export async function load(source: string, file = 'example.com.ts'): Promise<Loaded> {
  const root = mkdtempSync(path.join(tmpdir(), 'dnsteer-prelude-'));
  try {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), source);
    return await loadFile(file, root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** As {@link load}, for a file of a folder that is there. */
export async function loadFile(file: string, root: string): Promise<Loaded> {
  const compiled = await compilePolicy(file, { root });
  if (!compiled.ok) throw new Error(compiled.diagnostics.map(({ message }) => message).join('\n'));
  const context = vm.createContext({});
  vm.runInContext((await preludeBundle()).script, context);
  vm.runInContext(compiled.script, context);
  const guest = context as {
    __dnsteer_manifest(): string;
    __dnsteer_run(line: string, health: string): string;
  };
  return {
    manifest: JSON.parse(guest.__dnsteer_manifest()) as Loaded['manifest'],
    raw: (...args) => guest.__dnsteer_run(...args),
    run(host, asking = {}) {
      const { name = 'www.example.com', type = 'A', client, now = NOW, health = {}, way } = asking;
      const { ip, subnet, family, ...place } = { ...CLIENT, ...client };
      const question = {
        host,
        name,
        type,
        facts: { place, ip, subnet, family, now, health, ...(way && { way }) },
      };
      const text = guest.__dnsteer_run(runLine(question).slice(1), JSON.stringify(health));
      const said = JSON.parse(text) as Outcome;
      const { plan, reads, impure, ...failure } = said;
      if (plan !== undefined) return { ...said, reads: readsOf(judged({ plan, reads, impure }), question) };
      const before = readsBefore(reads, question) ?? [];
      return before.length === 0 ? failure : { ...failure, before };
    },
  };
}
