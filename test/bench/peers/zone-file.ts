/** The zone file of a server beside dnsteer: what each zone has, and some records. */
export function zoneFileOf(records: readonly string[], ttl = 30): string {
  return [
    `$TTL ${ttl}`,
    '@ SOA ns1 hostmaster 1 3600 600 604800 30',
    '@ NS ns1',
    'ns1 A 127.0.0.1',
    ...records,
    '',
  ].join('\n');
}
