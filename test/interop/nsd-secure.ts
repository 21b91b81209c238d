/** The rich zone signed by BIND's tools and served by NSD, for validators to see what ours is to equal. */
import { signZone } from '../support/sign-zone.ts';
import { serveZones } from '../support/signed-tree.ts';
import { RICH_RECORDS, richOwners } from './rich-zone.ts';
import { EXCEPTIONS, questionsFor, type ServedZones } from './secure-answers.ts';

export const RICH_ZONE = 'rich.example.';
/** Of ns1.rich.example, as its zone says. */
export const RICH_ADDRESS = '192.0.2.53';

export async function serveRichZone(
  denial: 'nsec' | 'nsec3',
  types: readonly string[],
): Promise<ServedZones> {
  // dnssec-signzone takes no DNSKEY below the name of the zone.
  const text = RICH_RECORDS.replace(/^every +DNSKEY.*$/m, '');
  const zone = signZone({ origin: RICH_ZONE, text, denial });
  const server = await serveZones(RICH_ADDRESS, [zone]);
  const servers = [{ name: `ns1.${RICH_ZONE}`, addresses: [RICH_ADDRESS] }];
  return {
    delegations: [{ origin: RICH_ZONE, servers, ds: [zone.ds] }],
    options: {
      server: { address: RICH_ADDRESS, port: 53 },
      zones: [RICH_ZONE],
      questions: questionsFor(
        [...richOwners('rich.example')].filter((owner) => owner.endsWith(RICH_ZONE)),
        types,
      ),
      exceptions: EXCEPTIONS,
    },
    stop: () => server.stop(),
  };
}
