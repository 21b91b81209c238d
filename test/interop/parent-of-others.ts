/**
 * The zone `example.` below a private root, signed and served by Knot or BIND, whose delegations change: what a registry
 * does by hand here is written into its file. It wants to be told of changed CDS, by DSYNC records (RFC 9859).
 */
import { startNameServerAt } from '../support/name-servers-at.ts';
import { addAddress } from '../support/namespace.ts';
import type { RunningProgram } from '../support/program.ts';
import { dsOfServer, signZone } from '../support/sign-zone.ts';
import { serveZones } from '../support/signed-tree.ts';
import type { RootZone } from '../support/validators/validator.ts';

export type ParentProgram = 'knotd' | 'named';

export interface ForeignParent {
  readonly root: RootZone;
  readonly address: string;
  /** Has other DS from now on: lines of its file. */
  entrust(ds: readonly string[]): void;
  stop(): Promise<void>;
}

export interface ParentOptions {
  readonly program: ParentProgram;
  /** Delegations and glue, as lines of the zone's file. */
  readonly delegations: readonly string[];
  /** Where the endpoints are named: for all zones at once, or below a wildcard for each of them. */
  readonly dsyncAt: '_dsync' | '*._dsync';
  /** Ports of the endpoint, which has the address of the server. */
  readonly ports: readonly number[];
}

const ROOT_SERVER = { name: 'root-servers.', address: '10.53.0.1' };
const ADDRESS = '10.53.0.2';
/** Seconds: what resolvers know of before is soon forgotten. */
const TTL = 1;

export async function startForeignParent(options: ParentOptions): Promise<ForeignParent> {
  addAddress(ADDRESS);
  addAddress(ROOT_SERVER.address);
  let serial = 1;
  const text = (ds: readonly string[]): string => zoneText(options, serial, ds);
  const server = await startNameServerAt(options.program, ADDRESS, SETTINGS[options.program], {
    zone: text([]),
  });
  let rootServer: RunningProgram | undefined;
  try {
    const root = signZone({
      origin: '.',
      text: [
        `$TTL ${TTL}`,
        `. SOA ${ROOT_SERVER.name} hostmaster. 1 7200 900 1209600 ${TTL}`,
        `. NS ${ROOT_SERVER.name}`,
        `${ROOT_SERVER.name} A ${ROOT_SERVER.address}`,
        'example. NS ns.example.',
        `ns.example. A ${ADDRESS}`,
        ...dsOfServer({ address: ADDRESS, port: 53 }, 'example.').map(
          ({ tag, algorithm, digestType, digest }) =>
            `example. DS ${tag} ${algorithm} ${digestType} ${digest}`,
        ),
      ].join('\n'),
    });
    rootServer = await serveZones(ROOT_SERVER.address, [root]);
    const stops = [server, rootServer];
    return {
      root: { server: ROOT_SERVER, ds: root.ds },
      address: ADDRESS,
      entrust: (ds) => {
        serial += 1;
        server.write('zone', text(ds));
        server.signal('SIGHUP');
      },
      stop: async () => void (await Promise.all(stops.map((each) => each.stop()))),
    };
  } catch (error) {
    await Promise.all([server.stop(), rootServer?.stop()]);
    throw error;
  }
}

const SETTINGS: Readonly<Record<ParentProgram, { readonly parts: string; readonly zones: string }>> = {
  knotd: {
    parts: `policy:
  - id: short
    single-type-signing: on
    algorithm: ecdsap256sha256
    dnskey-ttl: ${TTL}
`,
    zones: `  - domain: example.
    file: zone
    zonefile-sync: -1
    zonefile-load: difference-no-serial
    journal-content: all
    dnssec-signing: on
    dnssec-policy: short
`,
  },
  named: {
    parts: `dnssec-policy short { keys { csk lifetime unlimited algorithm 13; }; dnskey-ttl ${TTL}; };`,
    zones: 'zone "example." { type primary; file "zone"; dnssec-policy short; inline-signing yes; };',
  },
};

function zoneText(
  { delegations, dsyncAt, ports }: ParentOptions,
  serial: number,
  ds: readonly string[],
): string {
  return [
    '$ORIGIN example.',
    `$TTL ${TTL}`,
    `@ SOA ns hostmaster ${serial} 7200 900 1209600 ${TTL}`,
    '@ NS ns',
    `ns A ${ADDRESS}`,
    `notify A ${ADDRESS}`,
    ...ports.map((port) => `${dsyncAt} TYPE66 ${dsyncText(port)}`),
    ...delegations,
    ...ds,
    '',
  ].join('\n');
}

/** RFC 9859 §2.1, as RFC 3597 §5 writes it: servers that do not know the type load it as well. */
function dsyncText(port: number): string {
  const target = Buffer.from('\x06notify\x07example\x00', 'latin1');
  const rdata = Buffer.concat([Buffer.of(0, 59, 1, port >> 8, port & 0xff), target]);
  return `\\# ${rdata.length} ${rdata.toString('hex')}`;
}
