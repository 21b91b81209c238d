/** A server whose policy is a tree, and the oracle that says what it has to answer. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Fact, parseFact } from '../../runtime/answer/facts/fact.ts';
import { Facts } from '../../runtime/answer/facts/facts.ts';
import type { MemoLimits } from '../../runtime/answer/memo/memo-space.ts';
import type { ServedZone } from '../../runtime/answer/zones/served-zone.ts';
import type { GeoSource } from '../../runtime/geo/location.ts';
import type { ManifestData } from '../../runtime/rpc/plan.ts';
import type { Sandbox } from '../../runtime/runner/sandbox.ts';
import { Query } from '../../runtime/wire/query.ts';
import { tcpTarget } from '../support/target-number.ts';
import { messageToText } from './message-text.ts';
import { GEO } from './places.ts';
import { addressOf, LISTS, POOLS, planOf, runTree, type Tree } from './policy-tree.ts';
import { Server } from './server.ts';

export const HOSTS = ['a', 'b', '*.w'] as const;
/** By host. */
export type Trees = Readonly<Record<(typeof HOSTS)[number], Tree>>;

/** One question of one client. */
export interface TreeAsk {
  readonly host: (typeof HOSTS)[number];
  readonly label: string;
  readonly type: 'A' | 'TXT';
  readonly from: string;
}

export const asks: fc.Arbitrary<TreeAsk> = fc.record({
  host: fc.constantFrom(...HOSTS),
  label: fc.constantFrom('x', 'y', 'z'),
  type: fc.constantFrom('A', 'TXT'),
  from: fc.constantFrom(
    '198.51.100.1',
    '198.51.100.200',
    '192.0.2.1',
    '192.0.2.200',
    '203.0.113.1',
    '2001:db8:a::1',
    '::1',
  ),
});

const CHECK = { type: 'tcp', port: 80 } as const;
const MANIFEST: Partial<ManifestData> = {
  pools: Object.fromEntries(
    POOLS.map((pool, index) => [
      pool,
      { records: { A: [`192.0.2.${index + 1}`, `192.0.2.1${index + 1}`] }, check: CHECK },
    ]),
  ),
  hosts: Object.fromEntries(HOSTS.map((host) => [host, null])),
};

/** The four targets that can be up or down. */
export const TARGETS = ['192.0.2.1', '192.0.2.11', '192.0.2.2', '192.0.2.12'] as const;

export interface TreeWorldOptions {
  readonly memory?: MemoLimits;
  readonly realSandbox?: Pick<Sandbox, 'run'>;
  readonly geo?: GeoSource;
}

export class TreeWorld {
  readonly server: Server;
  /** Milliseconds since 1970. */
  now = 0;
  #version = 0;
  #trees: Trees | undefined;
  readonly #byVersion = new Map<string, Trees>();
  #zone: ServedZone | undefined;
  readonly #facts: Facts;

  constructor(options: TreeWorldOptions = {}) {
    this.server = new Server({ ...options, clock: () => this.now });
    this.#facts = new Facts(options.geo ?? GEO, this.server.health, () => this.now);
    this.server.sandbox.script = (read, { key, host }) =>
      planOf(runTree(treeFor(this.#byVersion.get(key), host), read).leaf);
  }

  /** Publishes a version; a fortune of time is given to its runs. */
  put(trees: Trees): ServedZone {
    this.#version += 1;
    const version = String(this.#version).padStart(8, '0');
    this.#byVersion.set(`example.com@${version}`, trees);
    this.#trees = trees;
    const before = this.#zone;
    this.#zone = this.server.put({ version, policy: MANIFEST, lists: LISTS, deadlineMs: 60_000 });
    before?.attachment.policy?.memo.retire();
    return this.#zone;
  }

  setHealth(target: (typeof TARGETS)[number], state: 'up' | 'down'): void {
    this.server.setHealth(tcpTarget(`${target}:80`), state);
  }

  /** What the policy that is served now decides now. */
  oracle(ask: TreeAsk, trees: Trees | undefined = this.#trees): { answer: string; path: string } {
    this.#facts.begin(NO_SUBNET, { address: ask.from });
    const { leaf, path } = runTree(treeFor(trees, ask.host), (key) => {
      if (key === 'query.name') return nameOf(ask);
      if (key === 'query.type') return ask.type;
      return this.#facts.value(this.#fact(key));
    });
    const text = ask.type === 'A' ? addressOf(leaf) : `"${leaf}"`;
    return { answer: `${nameOf(ask)}. 30 ${ask.type} ${text}`, path };
  }

  get trees(): Trees | undefined {
    return this.#trees;
  }

  /** Sends a question; what comes of it, if anything has yet. */
  send(ask: TreeAsk): { readonly answer: () => string | undefined; readonly answered: Promise<void> } {
    const { messages, answered } = this.server.send({
      question: `${nameOf(ask)} ${ask.type}`,
      from: ask.from,
    });
    return {
      answered,
      answer: () => {
        assert.ok(messages.length <= 1, 'one answer');
        return messages[0] && messageToText(messages[0])[1];
      },
    };
  }

  #fact(key: string): Fact {
    return parseFact(key, this.#zone?.attachment.policy?.pools ?? new Map(), LISTS) ?? assert.fail(key);
  }
}

function treeFor(trees: Trees | undefined, host: string): Tree {
  return trees?.[host as (typeof HOSTS)[number]] ?? assert.fail(host);
}

function nameOf({ host, label }: TreeAsk): string {
  return `${host.replace('*', label)}.example.com`;
}

const NO_SUBNET = new Query().clientSubnet;
