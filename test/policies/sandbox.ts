/** Sample policies and snippets as they run in production: compiled, in a sandbox process of their own. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compilePolicy } from '../../runtime/build/compile.ts';
import { preludeBundle } from '../../runtime/build/prelude-bundle.ts';
import { compilePlan } from '../../runtime/plan/compile-plan.ts';
import { type Manifest, readManifest } from '../../runtime/plan/manifest.ts';
import type { Plan } from '../../runtime/plan/plan.ts';
import type { FactValue, Read } from '../../runtime/rpc/plan.ts';
import type { FactsData } from '../../runtime/rpc/sandbox-protocol.ts';
import { Sandbox } from '../../runtime/runner/sandbox.ts';
import { nameFromText } from '../../runtime/wire/name.ts';
import { CHECK_TIMING } from '../support/check-timing.ts';

const { script: prelude } = await preludeBundle();
const POLICIES = path.resolve(import.meta.dirname, '../../policies');

export interface Asking {
  readonly name?: string;
  readonly type?: string;
  readonly client?: Readonly<Record<string, FactValue | undefined>>;
  readonly now?: number;
  readonly health?: FactsData['health'];
}

export interface Decision {
  /** Checked, as it would be for a query. */
  readonly plan: Plan;
  readonly reads: readonly Read[];
}

export interface SampleZone {
  readonly manifest: Manifest;
  decide(host: string, asking?: Asking): Promise<Decision>;
}

/** One sandbox process; to be stopped when the tests are over. */
export class PolicySandbox {
  readonly #sandbox = new Sandbox({ spare: false, isPatient: true, prelude });

  start(): Promise<void> {
    return this.#sandbox.start();
  }

  stop(): Promise<void> {
    return this.#sandbox.stop();
  }

  /** Loads a policy of policies/. */
  load(file: string): Promise<SampleZone> {
    return this.#load(file, POLICIES);
  }

  /** Loads a policy whose one host, `www`, does what the code says with snippets it imports from `./snippets/…`. */
  async loadCode(imports: string, handler: string): Promise<SampleZone> {
    const root = mkdtempSync(path.join(tmpdir(), 'dnsteer-policies-'));
    try {
      cpSync(POLICIES, root, { recursive: true });
      const source = `import { definePolicy } from 'dnsteer';\n${imports}
        export default definePolicy({ fallback: { TXT: 'fallback' }, hosts: { www: ${handler} } });`;
      writeFileSync(path.join(root, 'snippet.example.ts'), source);
      return await this.#load('snippet.example.ts', root);
    } finally {
      rmSync(root, { recursive: true });
    }
  }

  /** Loads a policy given as text, and fails as its trial or its queries would. */
  async loadText(file: string, source: string): Promise<SampleZone & { readonly sourceMap: string }> {
    const root = mkdtempSync(path.join(tmpdir(), 'dnsteer-policies-'));
    try {
      writeFileSync(path.join(root, file), source);
      const compiled = await compilePolicy(file, { root });
      assert.ok(compiled.ok);
      return { ...(await this.#load(file, root)), sourceMap: compiled.sourceMap };
    } finally {
      rmSync(root, { recursive: true });
    }
  }

  async #load(file: string, root: string): Promise<SampleZone> {
    const compiled = await compilePolicy(file, { root });
    assert.ok(compiled.ok, compiled.ok ? '' : JSON.stringify(compiled.diagnostics));
    const loaded = await this.#sandbox.load(file, compiled.script, { memoryMb: 32, timeoutMs: 5000 });
    assert.ok(loaded.ok, loaded.ok ? '' : loaded.message);
    const zone = nameFromText(path.basename(file, '.ts'));
    assert.ok(zone.ok);
    const limits = { defaultTtl: 30, maxBudgetMs: 50, maxDeadlineMs: 500, checkTiming: CHECK_TIMING };
    const manifest = readManifest(loaded.manifest, { zone: zone.value, ...limits, slotOf: () => -1 });
    assert.ok(manifest.ok, manifest.ok ? '' : manifest.problem.join('\n'));
    const { pools, ttl } = manifest.value;
    return {
      manifest: manifest.value,
      decide: async (host, asking = {}) => {
        const { plan, reads } = await this.#decide(file, host, asking);
        const checked = compilePlan(plan, { zone: zone.value, pools, ttl, apex: host === '@' });
        assert.ok(checked.ok, checked.ok ? '' : checked.problem);
        return { plan: checked.value, reads };
      },
    };
  }

  #decide(key: string, host: string, asking: Asking): Promise<{ plan: unknown; reads: readonly Read[] }> {
    const { name = 'x.example', type = 'A', client, now = Date.UTC(2026, 10, 23, 12), health = {} } = asking;
    const address = { ip: '203.0.113.7', subnet: '203.0.113.0/24', family: 4 };
    const { ip, subnet, family, ...place } = { ...address, ...client };
    const facts: FactsData = { place, ip, subnet, family, now, health };
    const clocks = { budgetMs: 5000, deadlineAt: performance.now() + 10_000 };
    return new Promise((resolve, reject) => {
      this.#sandbox.run({ key, host, name, type, facts, ...clocks }, (outcome) => {
        if (outcome.ok) resolve(outcome);
        else
          reject(Object.assign(new Error(`${outcome.reason}: ${outcome.message}`), { stack: outcome.stack }));
      });
    });
  }
}

/** A plan in a line: names of pools, the text of a TXT record, and kinds of plans. */
export function outline(plan: Plan): string {
  if (plan.kind === 'pool') return plan.pool.name;
  if (plan.kind === 'firstHealthy') return plan.of.map(outline).join(' > ');
  if (plan.kind === 'rotate') return `rotate(${outline(plan.of)})`;
  if (plan.kind !== 'records') return plan.kind;
  const values = plan.sets.flatMap(({ rdatas }) => rdatas);
  return values.map((rdata) => Buffer.from(rdata.subarray(1)).toString()).join();
}
