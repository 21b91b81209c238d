/** A server whose policies change under a client that looks on. */
import path from 'node:path';
import type { ZoneStatus } from '../../runtime/admin/status.ts';
import { Client } from './client.ts';
import { type ServerOptions, startServer, type TestServer } from './dnsteer.ts';
import { until } from './until.ts';

/** A policy that says `text`, and what a snippet says if it imports one. */
export function policy(text: string, snippet?: string): string {
  const [line, said] =
    snippet === undefined ? ['', `'${text}'`] : [`import { said } from '${snippet}';\n`, `'${text} ' + said`];
  return `import { definePolicy } from 'dnsteer';
${line}export default definePolicy({
  fallback: { TXT: 'fallback' },
  hosts: { www: (query) => ({ TXT: query.type === 'TXT' ? ${said} : 'none' }) },
  budget: 100, // A busy machine is no reason to fall back.
});
`;
}

/** A snippet that says `text`. */
export function snippet(text: string): string {
  return `export const said = '${text}';\n`;
}

/** A server whose zones each have a `www` that says which version of them it is. */
export class World {
  readonly server: TestServer;
  readonly folder: string;
  readonly #client: Client;

  private constructor(server: TestServer, client: Client) {
    this.server = server;
    this.folder = path.join(server.folder, 'policies');
    this.#client = client;
  }

  static async start(options: ServerOptions): Promise<World> {
    const server = await startServer(options);
    return new World(server, await Client.open(server.port));
  }

  /** What `www` of a zone says, or the response code if it says nothing. */
  async says(zone: string, host = 'www'): Promise<string> {
    const reply = await this.#client.ask(`${host}.${zone}`, 'TXT');
    return reply?.answers[0]?.replace('TXT ', '') ?? reply?.rcode ?? 'silence';
  }

  async becomes(zone: string, text: string, host?: string): Promise<void> {
    await until(
      () => this.says(zone, host),
      (said) => said === text,
    );
  }

  async zone(zone: string): Promise<ZoneStatus | undefined> {
    return (await this.server.status()).zones.find((one) => one.zone === zone);
  }

  async versions(): Promise<Record<string, string | undefined>> {
    const { zones } = await this.server.status();
    return Object.fromEntries(zones.map(({ zone, version }) => [zone, version]));
  }

  at(file: string): string {
    return path.join(this.folder, file);
  }

  async stop(): Promise<void> {
    this.#client.close();
    await this.server.stop();
  }
}
