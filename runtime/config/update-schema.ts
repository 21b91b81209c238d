/** Settings of dynamic records: which keys may change which records of which zones, and how many. */
import { isLoopback, parseSocketAddress } from '../base/net/socket-address.ts';
import { typeFromText } from '../wire/iana/rrtype.ts';
import { list, parsed, section, text, whole } from './kinds.ts';
import { hostName, zoneName } from './network-kinds.ts';

const NAME_FORM =
  'names relative to the zone, such as "www", "@" (the zone itself), "*.dyn" (one label more) or "_acme-challenge.**" (any number)';

const grant = section({
  key: hostName.describe('Name of the key that updates must be signed with.'),
  zones: list(zoneName, 'zones, such as [example.com]').prefault([]).describe('None given: every zone.'),
  names: list(text(`must be one of ${NAME_FORM}`, isNamePattern), NAME_FORM)
    .min(1, { error: 'must have at least one' })
    .prefault(['_acme-challenge.**'])
    .describe('Names that may be changed.'),
  types: list(
    text(
      'must be the type of a record, or "*"',
      (written) => written === '*' || typeFromText(written) !== undefined,
    ),
    'types, such as [A, AAAA, TXT]',
  )
    .min(1, { error: 'must have at least one' })
    .prefault(['TXT'])
    .describe('Types that may be changed.'),
});

export const update = section({
  grants: list(grant, 'mappings, such as [{ key: acme.example.com, zones: [example.com] }]')
    .prefault([])
    .describe(
      'Who may change which records while the server runs, by DNS UPDATE or HTTP; "names" are _acme-challenge.** and "types" TXT unless a grant says otherwise. None given: nobody.',
    ),
  listen: parsed(
    'must be "off" or an address on loopback with a port, such as "127.0.0.1:8888"',
    (written) => (written === 'off' ? ('off' as const) : loopbackAddress(written)),
  )
    .prefault('off')
    .describe('Address of the HTTP interface for lego\'s httpreq and external-dns\'s webhook, or "off".'),
  records: whole(1, 100_000).prefault(1000).describe('Most dynamic records of one zone.'),
  kilobytes: whole(1, 65_536)
    .prefault(256)
    .describe('Most octets that the dynamic records of one zone take, in kilobytes.'),
  perMinute: whole(1, 60_000).prefault(300).describe('Most updates of one key in a minute.'),
}).prefault({});

function isNamePattern(written: string): boolean {
  return (
    written === '@' ||
    (written.length <= 253 && /^[A-Za-z0-9_*-]{1,63}(\.[A-Za-z0-9_*-]{1,63})*$/.test(written))
  );
}

function loopbackAddress(written: string): ReturnType<typeof parseSocketAddress> {
  const address = parseSocketAddress(written);
  return address !== undefined && isLoopback(address.address) ? address : undefined;
}
