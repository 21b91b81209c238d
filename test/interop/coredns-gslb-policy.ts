/** The examples of CoreDNS-GSLB's documents as one policy, and the places of the clients that ask for them. */

/** Where clients are: what the documents' own MaxMind files and location map would say. */
export const GEO = `geo:
  overrides:
    0.0.0.0/0: {}
    192.0.2.0/24: { country: US, region: CA, city: San Jose, latitude: 37.34, longitude: -121.89 }
    198.18.0.0/24: { country: FR, city: Paris, latitude: 48.86, longitude: 2.35 }
    198.18.1.0/24: { country: DE, asn: 12345 }
    198.18.2.0/24: { country: DE, asn: 67890 }
    198.18.3.0/24: { country: US, region: FL, city: Miami, latitude: 25.76, longitude: -80.19 }
`;

export const POLICY = `import {
  cname, definePolicy, firstHealthy, geo, nearest, nxdomain, refuse, rotate, sticky, weighted,
} from 'dnsteer';

const check = { type: 'push', expires: 3600 } as const;
const closed = { A: '10.0.4.1', check: { ...check, name: 'closed' } } as const;

export default definePolicy({
  ttl: 30,
  pools: {
    one: { A: '10.0.0.1', check },
    two: { A: '10.0.0.2', check },
    three: { A: '10.0.0.3', check },
    ring: { A: ['10.0.1.1', '10.0.1.2', '10.0.1.3'], check },
    sanJose: { A: '172.16.0.10', check },
    california: { A: '172.16.0.11', check },
    canada: { A: '172.16.0.12', check },
    europe: { A: '172.16.0.13', check },
    here: { A: ['172.16.1.10', '172.16.1.12'], check, at: [37.3382, -121.8863] },
    oakland: { A: '172.16.1.11', check, at: [37.8044, -122.2711] },
    seattle: { A: '10.0.3.1', check, at: [47.6062, -122.3321] },
    newYork: { A: '10.0.3.2', check, at: [40.7128, -74.006] },
    havana: { A: '10.0.3.3', check, at: [23.11, -82.37] },
    servfail: { ...closed, whenDown: 'servfail' },
    nxdomain: { ...closed, whenDown: nxdomain() },
    refused: { ...closed, whenDown: refuse() },
    noerror: { ...closed, whenDown: 'empty' },
    ips: { ...closed, whenDown: { A: '1.2.3.4', AAAA: '2001:db8::1' } },
    away: { ...closed, whenDown: cname('backup.cdn.example.net') },
    service: {
      A: ['192.0.2.1', '192.0.2.2'],
      HTTPS: '1 . alpn=h3,h2 port=443 ipv4hint=auto',
      SVCB: '1 . alpn=h3,h2 port=443 ipv4hint=auto',
      check,
    },
    'eu-hdd-1': { A: '10.0.5.1' },
    'eu-ssd-1': { A: '10.0.5.2' },
    'us-ssd-1': { A: '10.0.5.3' },
    assumed: { A: '10.0.6.1' },
  },
  fallback: firstHealthy('one', 'two', 'three'),
  hosts: {
    failover: firstHealthy('one', 'two', 'three'),
    roundrobin: rotate('ring', { count: 1 }),
    random: rotate('ring'),
    weighted: weighted({ one: 8, two: 2 }),
    iphash: sticky('one', 'two', 'three'),
    city: ({ client }) => {
      if (client.city === 'San Jose') return firstHealthy('sanJose', 'california', 'canada', 'europe');
      return geo({ 'US-CA': firstHealthy('california', 'sanJose'), CA: 'canada', EU: 'europe', default: 'sanJose' });
    },
    nearest: nearest('here', 'oakland'),
    country: geo({ FR: 'one', US: 'two', default: firstHealthy('one', 'two') }),
    asn: ({ client }) => (client.asn === 12345 ? 'one' : client.asn === 67890 ? 'two' : firstHealthy('one', 'two')),
    location: ({ client }) => (client.in('10.0.0.0/24') ? 'one' : client.in('192.168.1.0/24') ? 'two' : 'three'),
    affinity: geo({ US: nearest('seattle', 'newYork'), CU: 'havana', default: nearest('seattle', 'newYork', 'havana') }),
    'closed-servfail': 'servfail',
    'closed-nxdomain': 'nxdomain',
    'closed-refused': 'refused',
    'closed-noerror': 'noerror',
    specific: 'ips',
    'specific-cname': 'away',
    service: 'service',
    state: (query) => ({ TXT: ['one', 'two'].map((name) => name + ' is ' + query.health(name as 'one' | 'two')) }),
    long: { A: '10.0.0.9', ttl: 300 },
    tagged: firstHealthy('eu-hdd-1', 'eu-ssd-1', 'us-ssd-1'),
    assumed: 'assumed',
  },
});
`;
