/**
 * The zone of a registry that reads CDS, as some do: signed by BIND's tools with one key, served by NSD on port 53, and
 * changed by the test. It needs a network namespace (see namespace.ts).
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { addAddress } from './namespace.ts';
import { until } from './until.ts';
import { askResolver } from './validators/ask-resolver.ts';
import { type DsFields, dsText } from './validators/validator.ts';

export interface RegistryOptions {
  /** Absolute, with its final dot. */
  readonly origin: string;
  readonly server: { readonly name: string; readonly address: string };
  /** Records other than SOA, NS and DS, and those of its own server; one a line. */
  readonly records: readonly string[];
  /** Of all its records. */
  readonly ttl: number;
}

export class RegistryZone {
  readonly #options: RegistryOptions;
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-registry-'));
  readonly #key: string;
  readonly #ds = new Map<string, readonly string[]>();
  #serial = 0;
  #stop: () => Promise<void> = () => Promise.resolve();

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#key = this.#run('dnssec-keygen', '-q', '-a', '13', '-f', 'KSK', options.origin).trim();
    this.#sign();
  }

  /** Of its key. */
  get ds(): DsFields {
    const [, , , tag, algorithm, digestType, ...digest] = this.#run('dnssec-dsfromkey', '-2', this.#key)
      .trim()
      .split(/\s+/);
    const numbers = { tag: Number(tag), algorithm: Number(algorithm), digestType: Number(digestType) };
    return { ...numbers, digest: digest.join('') };
  }

  /** Serves the zone. */
  async start(): Promise<void> {
    const { address } = this.#options.server;
    addAddress(address);
    writeFileSync(
      path.join(this.#folder, 'nsd.conf'),
      `
server:
  ip-address: ${address}@53
  server-count: 1
  username: ""
  zonesdir: "${this.#folder}"
  database: ""
  zonelistfile: "${this.#folder}/zone.list"
  xfrdir: "${this.#folder}"
  xfrdfile: ""
  pidfile: ""
  rrl-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: ${this.#options.origin}
  zonefile: signed
`,
    );
    const nsd = spawn('nsd', ['-d', '-c', path.join(this.#folder, 'nsd.conf')], { stdio: 'ignore' });
    process.once('exit', () => nsd.kill('SIGKILL'));
    const ended = once(nsd, 'exit');
    this.#stop = async () => {
      nsd.kill('SIGTERM');
      await ended;
    };
    this.#reload = () => nsd.kill('SIGHUP');
    await this.#shown();
  }

  async stop(): Promise<void> {
    await this.#stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  dsOf(child: string): readonly string[] {
    return this.#ds.get(child) ?? [];
  }

  /** Gives a child these DS, as RDATA in text. Resolves when the server answers them. */
  async setDs(child: string, ds: readonly string[]): Promise<void> {
    this.#ds.set(child, ds);
    this.#sign();
    this.#reload();
    await this.#shown();
  }

  #reload: () => void = () => {};

  #shown(): Promise<unknown> {
    const { origin, server } = this.#options;
    return until(
      () =>
        askResolver(
          { address: server.address, port: 53 },
          { name: origin, type: 'SOA', patienceMs: 500 },
        ).catch(() => undefined),
      (reply) => {
        const [soa] = reply?.answers ?? [];
        // The serial is the first of five numbers at the end.
        return (
          soa !== undefined && Buffer.from(soa.rdata).readUInt32BE(soa.rdata.length - 20) === this.#serial
        );
      },
    );
  }

  #sign(): void {
    const { origin, server, records, ttl } = this.#options;
    this.#serial += 1;
    const lines = [
      `$ORIGIN ${origin}`,
      `$TTL ${ttl}`,
      `@ SOA ${server.name} hostmaster.example. ${this.#serial} 7200 900 1209600 ${ttl}`,
      `@ NS ${server.name}`,
      `${server.name} A ${server.address}`,
      ...records,
      ...[...this.#ds].flatMap(([child, ds]) => ds.map((each) => `${child} DS ${each}`)),
    ];
    writeFileSync(path.join(this.#folder, 'zone'), `${lines.join('\n')}\n`);
    this.#run(
      'dnssec-signzone',
      '-z',
      '-S',
      '-K',
      this.#folder,
      '-O',
      'full',
      '-o',
      origin,
      '-f',
      'signed',
      'zone',
    );
  }

  #run(program: string, ...args: string[]): string {
    return execFileSync(program, args, {
      cwd: this.#folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
}

/** A root that delegates to a registry, and the registry, both served. */
export async function startRegistry(
  options: RegistryOptions & { readonly root: RegistryOptions['server'] },
): Promise<{
  registry: RegistryZone;
  root: { server: RegistryOptions['server']; ds: DsFields };
  stop(): Promise<void>;
}> {
  const registry = new RegistryZone(options);
  const { origin, server, root: server0, ttl } = options;
  const glue = [`${origin} NS ${server.name}`, `${server.name} A ${server.address}`];
  const records = [...glue, `${origin} DS ${dsText(registry.ds)}`];
  const root = new RegistryZone({ origin: '.', server: server0, records, ttl });
  await Promise.all([root.start(), registry.start()]);
  const stop = async (): Promise<void> => void (await Promise.all([root.stop(), registry.stop()]));
  return { registry, root: { server: server0, ds: root.ds }, stop };
}

/**
 * What the CDS of a child ask for, if they are those of all its servers and signed by a key that a DS points to
 * (dnssec-cds, RFC 7344 §4.1); `undefined` if they ask for nothing. A child without a DS is believed.
 */
export function askedDs(
  child: string,
  servers: readonly string[],
  present: readonly string[],
): string[] | undefined {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-cds-'));
  const run = (program: string, args: readonly string[]) =>
    execFileSync(program, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    const all = servers.map((server) => {
      const answers = ['DNSKEY', 'CDNSKEY', 'CDS'].map((type) =>
        run('dig', [
          `@${server}`,
          '+tcp',
          '+dnssec',
          '+noall',
          '+answer',
          '+time=1',
          '+tries=1',
          child,
          type,
        ]),
      );
      return answers.join('');
    });
    const cds = all.map((text) =>
      text
        .split('\n')
        .flatMap((line) => /\sIN\s+CDS\s+(\d.*)$/.exec(line)?.[1] ?? [])
        .sort(),
    );
    const [first = []] = cds;
    if (first.length === 0 || cds.some((each) => each.join() !== first.join())) return undefined;
    if (present.length === 0) return first.some((each) => each.startsWith('0 0 0')) ? undefined : first;
    if (first.some((each) => each.startsWith('0 0 0'))) return [];
    writeFileSync(path.join(folder, 'answers'), all[0] ?? '');
    const dsset = path.join(folder, `dsset-${child}`);
    writeFileSync(dsset, present.map((each) => `${child} 2 IN DS ${each}\n`).join(''));
    const made = run('dnssec-cds', ['-s', '-7200', '-f', 'answers', '-d', folder, child]);
    return made.split('\n').flatMap((line) => /\sIN\s+DS\s+(\d.*)$/.exec(line)?.[1] ?? []);
  } catch {
    // A server is away, or has answered half of it.
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
