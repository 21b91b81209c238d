/** The ground that servers of the bench stand on: what they know of clients, whose health they check, who they are. */
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { CHECKED, PLACES } from './cases.ts';
import { startDnsteer } from './peers/dnsteer.ts';
import { startGdnsd } from './peers/gdnsd.ts';
import { geoDatabase } from './peers/mmdb.ts';
import { startNsd } from './peers/nsd.ts';
import { type Ground, type Peer, PeerMissingError, type PeerName } from './peers/peer.ts';
import { startPowerDns } from './peers/powerdns.ts';
import { agree } from './verify.ts';

export interface Company {
  readonly peers: readonly Peer[];
  /** Server → why it was left out. */
  readonly skipped: Readonly<Record<string, string>>;
}

export interface CompanyOptions {
  /** Who is to come, unless the user does not want it. */
  readonly names: readonly PeerName[];
  readonly folder: string;
  readonly wants: (name: string, among: readonly string[]) => boolean;
  readonly progress: (text: string) => void;
}

const STARTS: Readonly<Record<PeerName, (ground: Ground) => Promise<Peer>>> = {
  dnsteer: startDnsteer,
  gdnsd: startGdnsd,
  NSD: startNsd,
  'PowerDNS shared': (ground) => startPowerDns(ground, 'shared'),
  PowerDNS: (ground) => startPowerDns(ground, 'yes'),
};

/** Starts servers, holds them to the right answers, and stops them when the work is done. */
export async function inCompany<T>(
  options: CompanyOptions,
  work: (company: Company) => Promise<T>,
): Promise<T> {
  const peers: Peer[] = [];
  const targets: Server[] = [];
  const { folder, progress } = options;
  try {
    const ground = { folder, geo: path.join(folder, 'geo.mmdb'), healthPort: await healthTargets(targets) };
    progress('Writing the geo data as others read it');
    writeFileSync(ground.geo, geoDatabase(PLACES));
    const skipped = await startAll(options, ground, peers);
    await agree(peers);
    return await work({ peers, skipped });
  } finally {
    await Promise.all(peers.map((peer) => peer.stop()));
    for (const target of targets) target.close();
  }
}

async function startAll(
  { names, wants, progress }: CompanyOptions,
  ground: Ground,
  peers: Peer[],
): Promise<Record<string, string>> {
  const skipped: Record<string, string> = {};
  for (const name of names) {
    if (!wants(name, names)) {
      skipped[name] = 'not asked for';
      continue;
    }
    progress(`Starting ${name}`);
    try {
      peers.push(await STARTS[name](ground));
    } catch (error) {
      if (!(error instanceof PeerMissingError)) throw error;
      skipped[name] = error.message;
    }
  }
  return skipped;
}

/** Something to connect to, for health checks; returns the port it has on all addresses that are checked. */
async function healthTargets(targets: Server[]): Promise<number> {
  let port = 0;
  for (const address of CHECKED) {
    const target = createServer((socket) => socket.on('error', () => {}).end());
    await new Promise<void>((resolve, reject) => {
      target.once('error', reject).listen(port, address, resolve);
    });
    targets.push(target);
    const bound = target.address();
    if (bound !== null && typeof bound === 'object') port = bound.port;
  }
  return port;
}
