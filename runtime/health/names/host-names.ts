/**
 * Finds the addresses of the host names that checks name: in /etc/hosts, or from the resolvers in /etc/resolv.conf.
 *
 * The system's own look-up (getaddrinfo) runs in one of four threads that all of control shares, where it can be
 * neither bounded nor called off: a few names whose servers are silent would hold up the checks of everybody. Here
 * each look-up has sockets of its own, which are closed as soon as its probe is over, and waits for no other.
 */
import type { LookupFunction } from 'node:net';
import { BoundedMap } from '../../base/bounded-map.ts';
import type { SocketAddress } from '../../base/net/socket-address.ts';
import { within } from '../../base/within.ts';
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import { hostKey, parseHosts } from './hosts-file.ts';
import { JoinedLookups } from './joined-lookups.ts';
import { candidates, parseResolvConf, type ResolvConf } from './resolv-conf.ts';
import { type AskLimits, type FoundAddresses, Resolvers } from './resolvers.ts';
import { SystemFile } from './system-file.ts';

export interface HostNamesOptions {
  readonly hosts?: string;
  readonly resolvConf?: string;
  /** In place of those that the file names. */
  readonly servers?: readonly SocketAddress[];
  /** Milliseconds from any starting point. */
  readonly now?: () => number;
}

export interface LookupLimits {
  /** Milliseconds of the whole probe; the look-up leaves some for the connection. */
  readonly timeoutMs: number;
  /** Calls the look-up off. */
  readonly signal: AbortSignal;
}

/** The codes of Node's own look-up: there is no such name; nobody can tell at the moment. */
export type LookupProblem = 'ENOTFOUND' | 'EAI_AGAIN';

/** Names whose addresses are kept. */
const MOST_KEPT = 10_000;
/** The part of a probe's time that a look-up may take. */
const SHARE = 0.8;
/** RFC 8305 §3: how long one family waits for the other, in milliseconds. */
const OTHER_FAMILY_MS = 50;
/** RFC 2181 §8: the longest TTL would be 68 years; a check should hear of a move earlier. In seconds. */
const LONGEST_TTL = 3600;
/** A check should hear soon of a name that appears; in seconds. */
const LONGEST_DENIAL = 300;
/** RFC 6761 §6.3: nobody asks a resolver for these. */
const LOCALHOST = /(?:^|\.)localhost$/;

export class HostNames {
  readonly #hosts: SystemFile<ReadonlyMap<string, readonly string[]>>;
  readonly #conf: SystemFile<ResolvConf>;
  readonly #now: () => number;
  readonly #resolvers = new Resolvers();
  readonly #running = new JoinedLookups<readonly string[] | LookupProblem>('EAI_AGAIN');
  #kept = new BoundedMap<string, Kept>(MOST_KEPT);
  /** What was in force when the addresses were found. */
  #keptUnder: ResolvConf | undefined;

  constructor(options: HostNamesOptions = {}) {
    const {
      hosts = '/etc/hosts',
      resolvConf = '/etc/resolv.conf',
      now = () => performance.now(),
      ...rest
    } = options;
    this.#hosts = new SystemFile(hosts, parseHosts, now);
    this.#conf = new SystemFile(resolvConf, (text) => ({ ...parseResolvConf(text), ...rest }), now);
    this.#now = now;
  }

  /** The addresses of a name, at least one, IPv4 first. Rejects never. */
  async find(name: string, limits: LookupLimits): Promise<readonly string[] | LookupProblem> {
    const key = hostKey(name);
    const listed = this.#hosts.get().get(key);
    if (listed !== undefined) return listed;
    if (LOCALHOST.test(key)) return ['127.0.0.1', '::1'];
    const conf = this.#conf.get();
    if (conf !== this.#keptUnder) this.#forget(conf);
    // A name with its final dot is not looked for in other domains.
    const written = name.toLowerCase();
    const kept = this.#kept.get(written);
    if (kept !== undefined && this.#now() < kept.until) return kept.found;
    const { timeoutMs, signal } = limits;
    const deadline = performance.now() + timeoutMs * SHARE;
    return await this.#running.find(written, { deadline, signal }, (over) =>
      this.#ask(written, conf, { deadline, signal: over }),
    );
  }

  /** The look-up of a connection, as `net.connect` takes it. */
  lookup(limits: LookupLimits): LookupFunction {
    return (name, { all }, take) => {
      void this.find(name, limits).then((found) => {
        if (typeof found === 'string') {
          take(Object.assign(new Error(found), { code: found }), []);
          return;
        }
        const addresses = found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
        const [first] = addresses;
        if (all === true) take(null, addresses);
        else take(null, first?.address ?? '', first?.family);
      });
    };
  }

  async #ask(name: string, conf: ResolvConf, limits: AskLimits): Promise<readonly string[] | LookupProblem> {
    let denied = LONGEST_DENIAL;
    for (const candidate of candidates(name, conf)) {
      const found = await this.#askBoth(candidate, conf, limits);
      if (found.kind === 'failed') return 'EAI_AGAIN';
      if (found.kind === 'found') {
        this.#keep(name, conf, found.addresses, Math.min(found.ttl, LONGEST_TTL));
        return found.addresses;
      }
      denied = Math.min(denied, found.ttl ?? 0);
    }
    this.#keep(name, conf, 'ENOTFOUND', denied);
    return 'ENOTFOUND';
  }

  /** Keeps what was found for some seconds, unless other resolvers are in force by now. */
  #keep(name: string, conf: ResolvConf, found: Kept['found'], seconds: number): void {
    if (seconds > 0 && conf === this.#keptUnder)
      this.#kept.set(name, { found, until: this.#now() + 1000 * seconds });
  }

  /** Asks for both families at once; the one that is there first does not wait long for the other. */
  async #askBoth(
    name: string,
    { servers }: ResolvConf,
    { deadline, signal }: AskLimits,
  ): Promise<FoundAddresses> {
    const over = new AbortController();
    const limits = { deadline, signal: AbortSignal.any([signal, over.signal]) };
    const both = [RRTYPE.A, RRTYPE.AAAA].map((type) => this.#resolvers.ask(servers, name, type, limits));
    const first = await Promise.race(both);
    const all = Promise.all(both);
    const ended = first.kind === 'found' ? ((await within(OTHER_FAMILY_MS, all)) ?? [first]) : await all;
    over.abort();
    return together(ended);
  }

  #forget(conf: ResolvConf): void {
    this.#kept = new BoundedMap(MOST_KEPT);
    this.#keptUnder = conf;
  }
}

interface Kept {
  readonly found: readonly string[] | 'ENOTFOUND';
  readonly until: number;
}

function together(families: readonly FoundAddresses[]): FoundAddresses {
  const found = families.filter((family) => family.kind === 'found');
  if (found.length > 0) {
    const ttl = Math.min(...found.map((family) => family.ttl));
    return { kind: 'found', addresses: found.flatMap(({ addresses }) => addresses), ttl };
  }
  if (families.some(({ kind }) => kind === 'failed')) return { kind: 'failed' };
  const ttls = families.map((family) => (family.kind === 'none' ? (family.ttl ?? 0) : 0));
  return { kind: 'none', ttl: Math.min(...ttls) };
}
