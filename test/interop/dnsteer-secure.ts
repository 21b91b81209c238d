/** The rich zone with its policy, signed and served by dnsteer, for validators to see. */
import { startServer } from '../support/dnsteer.ts';
import { addAddress } from '../support/namespace.ts';
import type { AskedAgain } from '../support/secure-answers.ts';
import { dsOfServer } from '../support/sign-zone.ts';
import { RICH_ADDRESS, RICH_ZONE } from './nsd-secure.ts';
import { RICH_FOLDER, richOwners } from './rich-zone.ts';
import { EXCEPTIONS, questionsFor, type ServedZones } from './secure-answers.ts';

/** Hosts of the policy, and names below its wildcard. */
const HOSTS = `
  fixed pool first allDown lot near stuck turn elsewhere inside onward none gone halfgone
  left.halfgone refused country european subnet family ip clock mixed moved mails asked
  some.tenant other.tenant fixed.tenant x.fixed.tenant declared x.declared x.pool x.gone
`
  .trim()
  .split(/\s+/);

/** What is answered by turn, or to whom asks: there the verdict alone counts. */
const VARIED = ['turn', 'stuck', 'near', 'ip', 'subnet', 'country', 'european', 'asked'].map(
  (host) => `${host.toLowerCase()}.${RICH_ZONE}`,
);

const CHILD = `child.${RICH_ZONE}`;

/** Asks for each name of the zone and of its policy, with each of these types. `unsigned`: all of it is insecure. */
export async function serveRichDnsteer(
  denial: 'chain' | 'compact' | 'unsigned',
  types: readonly string[],
): Promise<ServedZones> {
  addAddress(RICH_ADDRESS);
  const isSigned = denial !== 'unsigned';
  const signing = `dnssec: { zones: ['rich.example'], validity: 30d, denial: ${denial}, share: 1 }\n`;
  const server = await startServer({
    geo: 'country',
    from: RICH_FOLDER,
    // Who asks is not on loopback, and asks much.
    config: `rateLimit: { exempt: [${RICH_ADDRESS}/32] }\n${isSigned ? signing : ''}`,
    env: { DNSTEER_LISTEN: `${RICH_ADDRESS}:53` },
  });
  const at = { address: RICH_ADDRESS, port: 53 };
  const owners = [...richOwners('rich.example')].filter((owner) => owner.endsWith(RICH_ZONE));
  return {
    delegations: [
      {
        origin: RICH_ZONE,
        servers: [{ name: `ns1.${RICH_ZONE}`, addresses: [RICH_ADDRESS] }],
        ds: isSigned ? dsOfServer(at, RICH_ZONE) : [],
      },
    ],
    options: {
      server: at,
      zones: [RICH_ZONE],
      questions: questionsFor([...owners, ...HOSTS.map((host) => `${host}.${RICH_ZONE}`)], types),
      expected: isSigned ? expected : () => 'insecure',
      varies: ({ name }) => VARIED.includes(name.toLowerCase()),
      exceptions: EXCEPTIONS,
    },
    stop: () => server.stop(),
  };
}

/** The zone below has a DS and no key: what is in it is bogus. */
function expected({ name, type }: AskedAgain): 'secure' | 'bogus' {
  const isBelow = name === CHILD || name.endsWith(`.${CHILD}`);
  return isBelow && !(name === CHILD && type === 'DS') ? 'bogus' : 'secure';
}
