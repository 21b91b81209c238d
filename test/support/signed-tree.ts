/**
 * A private root and the zone `example.` below it, both signed, with a delegation for each zone under test. Resolvers
 * walk it as they walk the real one, on port 53: it needs a network namespace (see namespace.ts).
 */
import { NAME_SERVERS } from './name-servers.ts';
import { addAddress } from './namespace.ts';
import { type RunningProgram, startProgram } from './program.ts';
import { type SignedZone, signZone } from './sign-zone.ts';
import { type DsFields, dsText, type RootZone } from './validators/validator.ts';

/** A zone below `example.`, whoever serves it. */
export interface Delegation {
  /** Absolute, with its final dot. */
  readonly origin: string;
  /** Of its name servers, which answer on port 53. Addresses of names within the zone become glue. */
  readonly servers: readonly { readonly name: string; readonly addresses: readonly string[] }[];
  /** None: the delegation is not secure. */
  readonly ds: readonly DsFields[];
}

export interface SignedTree {
  readonly root: RootZone;
  stop(): Promise<void>;
}

const ROOT_SERVER = { name: 'root-servers.', address: '10.53.0.1' };
const TLD_SERVER = { name: 'ns.example.', address: '10.53.0.2' };

/** Signs both zones, gives loopback the addresses of all servers, and serves the two with NSD. */
export async function startSignedTree(delegations: readonly Delegation[]): Promise<SignedTree> {
  const tld = signZone({ origin: 'example.', text: tldText(delegations) });
  const root = signZone({ origin: '.', text: rootText(tld) });
  const leaves = delegations.flatMap(({ servers }) => servers.flatMap(({ addresses }) => addresses));
  for (const address of [ROOT_SERVER.address, TLD_SERVER.address, ...leaves]) addAddress(address);
  const servers = await Promise.all([
    serveZones(ROOT_SERVER.address, [root]),
    serveZones(TLD_SERVER.address, [tld]),
  ]);
  return {
    root: { server: ROOT_SERVER, ds: root.ds },
    stop: async () => void (await Promise.all(servers.map((server) => server.stop()))),
  };
}

/** Serves zones with NSD, which takes them as they are, on port 53 of an address. */
export async function serveZones(
  address: string,
  zones: readonly Pick<SignedZone, 'origin' | 'text'>[],
): Promise<RunningProgram> {
  addAddress(address);
  const files = zones.map(({ text }, index) => [`zone-${index}`, text] as const);
  const { args, config } = NAME_SERVERS.nsd;
  return startProgram({
    program: 'nsd',
    args: (folder) => args(`${folder}/nsd.conf`),
    files: (folder) => ({
      ...Object.fromEntries(files),
      'nsd.conf': config({
        address,
        port: 53,
        folder,
        server: '  rrl-ratelimit: 0\n  hide-version: yes',
        zones: zones
          .map(
            ({ origin }, index) =>
              `zone:\n  name: ${origin}\n  zonefile: zone-${index}\n  provide-xfr: 0.0.0.0/0 NOKEY\n`,
          )
          .join(''),
      }),
    }),
    at: { address, port: 53 },
    ready: { name: zones[0]?.origin ?? '.', type: 'SOA' },
  });
}

function rootText({ ds }: SignedZone): string {
  return [
    '$TTL 300',
    `. SOA ${ROOT_SERVER.name} hostmaster. 1 7200 900 1209600 300`,
    `. NS ${ROOT_SERVER.name}`,
    `${ROOT_SERVER.name} A ${ROOT_SERVER.address}`,
    `example. NS ${TLD_SERVER.name}`,
    `example. DS ${dsText(ds)}`,
    `${TLD_SERVER.name} A ${TLD_SERVER.address}`,
  ].join('\n');
}

function tldText(delegations: readonly Delegation[]): string {
  return [
    '$TTL 300',
    `@ SOA ${TLD_SERVER.name} hostmaster.example. 1 7200 900 1209600 300`,
    `@ NS ${TLD_SERVER.name}`,
    `${TLD_SERVER.name} A ${TLD_SERVER.address}`,
    ...delegations.flatMap(({ origin, servers, ds }) => [
      ...servers.flatMap(({ name, addresses }) => [
        `${origin} NS ${name}`,
        ...(name.endsWith(`.${origin}`) ? addresses.map((each) => `${name} ${family(each)} ${each}`) : []),
      ]),
      ...ds.map((each) => `${origin} DS ${dsText(each)}`),
    ]),
  ].join('\n');
}

function family(address: string): string {
  return address.includes(':') ? 'AAAA' : 'A';
}
