/** gdnsd, and dnsteer with what was imported from its files, are asked the same and answer the same. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { importGdnsd } from '../../runtime/import/gdnsd/import-gdnsd.ts';
import { type ForeignServer, startForeign } from '../interop/foreign-server.ts';
import { missing } from '../support/dig.ts';
import { startServer, type TestServer, UNHURRIED } from '../support/dnsteer.ts';
import { mmdbFile } from '../support/mmdb.ts';
import { Peers } from './beside.ts';
import { originals, understood } from './folder.ts';

const ZONE = `
$TTL 3600
@ SOA ns1 hostmaster 1 7200 1800 259200 900
@ NS ns1
ns1 A 127.0.0.1
@ MX 10 mail
mail 600 A 192.0.2.25
$ORIGIN sub.example.com.
txt TXT "of a zone" "within"
$ORIGIN example.com.
all 300 DYNA multifo!all
most 300/300 DYNA multifo!most
few 300/300 DYNA multifo!few
both 300 DYNA multifo!both
pair 60/60 DYNA simplefo!pair
dead 60/60 DYNA simplefo!dead
corp 300 DYNC weighted!corp
pool 300 DYNA weighted!pool
half 300/300 DYNA weighted!half
groups 300 DYNA weighted!groups
sites 300/300 DYNA metafo!sites
second 300 DYNA metafo!sites/two
last 300/300 DYNC metafo!last
www 300 DYNA geoip!www
www-eu 300 DYNA geoip!www/eu
cdn 300 DYNC geoip!cdn
near 300 DYNA geoip!near
up 300/300 DYNA geoip!up
one 300 DYNA static!one
*.any 300 DYNA static!one
`;

/** `port` is open at 127.0.0.1, .2 and .3, and closed at all others. */
const config = (port: number, database: string) => `
service_types => { tcp => { plugin => tcp_connect, port => ${port}, interval => 2, timeout => 1, ok_thresh => 1 } }
plugins => {
  multifo => {
    all => [ 192.0.2.1, 192.0.2.2 ]
    most => { service_types => tcp, a => 127.0.0.1, b => 127.0.0.2, c => 127.0.0.99 }
    few => { service_types => tcp, a => 127.0.0.1, b => 127.0.0.98, c => 127.0.0.99 }
    both => { addrs_v4 => [ 192.0.2.3, 192.0.2.4 ], addrs_v6 => { a => 2001:db8::1 } }
  }
  simplefo => {
    pair => { service_types => tcp, primary => 127.0.0.99, secondary => 127.0.0.1 }
    dead => { service_types => tcp, primary => 127.0.0.99, secondary => 127.0.0.98 }
  }
  weighted => {
    corp => { lb01 = [ lb01.example.org., 60 ], lb02 = [ lb02.example.org., 40 ] }
    pool => { a => [ 192.0.2.10, 3 ], b => [ 192.0.2.11, 1 ] }
    half => { service_types => tcp, a => [ 127.0.0.1, 2 ], b => [ 127.0.0.2, 2 ], c => [ 127.0.0.99, 2 ] }
    groups => { east => { a => [ 192.0.2.12, 3 ], b => [ 192.0.2.13, 3 ] }, west => { c => [ 192.0.2.14, 2 ] } }
  }
  metafo => { resources => {
    sites => { service_types => tcp, datacenters => [ one, two, three ], dcmap => { one => 127.0.0.99, two => [ 127.0.0.1, 127.0.0.2 ], three => %weighted!pool } }
    last => { datacenters => [ main, spare ], dcmap => { main => { service_types => tcp, a => 127.0.0.99 }, spare => spare.example.net. } }
  } }
  geoip => {
    maps => {
      world => {
        geoip2_db => ${database}, datacenters => [ us, eu, as ]
        map => {
          EU => { default => [ eu, us ], DE => [ eu ], GB => { ENG => [ as ], default => [ us ] } }
          NA => { US => { CA => [ as ], Dallas => [ eu ] } }
          AS => []
        }
        nets => { 10.0.0.0/8 => [ eu ], 10.1.0.0/16 => as, 2001:db8:5::/48 => [ as ] }
      }
      near => { geoip2_db => ${database}, datacenters => [ us, eu ], auto_dc_coords => { us => [ 38.9, -77 ], eu => [ 50.1, 8.7 ] } }
    }
    resources => {
      www => { map => world, dcmap => { us => 192.0.2.20, eu => [ 192.0.2.21, 192.0.2.22 ], as => { p => 192.0.2.23 } } }
      cdn => { map => world, dcmap => { us => us.cdn.example.net., eu => eu.cdn.example.net., as => as.cdn.example.net. } }
      up => { map => world, service_types => tcp, dcmap => { us => 127.0.0.3, eu => 127.0.0.99, as => 127.0.0.98 } }
      near => { map => near, dcmap => { us => 192.0.2.30, eu => 192.0.2.31 } }
    }
  }
  static => { one => 192.0.2.40 }
}
`;

const place = (
  continent: string,
  country: string,
  latitude: number,
  longitude: number,
  region = '',
  city = '',
) => ({
  continent: { code: continent },
  country: { iso_code: country },
  location: { latitude, longitude },
  ...(region !== '' && { subdivisions: [{ iso_code: region }] }),
  ...(city !== '' && { city: { names: { en: city } } }),
});

const DATABASE = mmdbFile(
  {
    '5.9.0.0/16': place('EU', 'DE', 51.1, 9.1, 'BY', 'Nuremberg'),
    '5.10.0.0/16': place('EU', 'FR', 48.9, 2.3),
    '5.11.0.0/16': place('EU', 'GB', 51.5, -0.1, 'ENG', 'London'),
    '5.12.0.0/16': place('EU', 'GB', 55.9, -3.2, 'SCT'),
    '8.8.0.0/16': place('NA', 'US', 37.4, -122.1, 'CA'),
    '8.9.0.0/16': place('NA', 'US', 32.8, -96.8, 'TX', 'Dallas'),
    '8.10.0.0/16': place('NA', 'US', 40.7, -74.1, 'NY'),
    '9.1.0.0/16': place('AS', 'JP', 35.7, 139.7),
    '9.2.0.0/16': place('SA', 'BR', -23.5, -46.6),
    '2a00:1::/32': place('EU', 'DE', 51.1, 9.1),
  },
  { type: 'GeoLite2-City' },
);

const CLIENTS = [
  undefined,
  ...[
    '5.9.1.0',
    '5.10.1.0',
    '5.11.1.0',
    '5.12.1.0',
    '8.8.8.0',
    '8.9.1.0',
    '8.10.1.0',
    '9.1.1.0',
    '9.2.1.0',
    '10.2.0.0',
    '10.1.2.0',
    '198.51.100.0',
  ].map((net) => `${net}/24`),
  '2a00:1::/48',
  '2001:db8:5::/48',
];

describe('gdnsd, and dnsteer as imported from it', { skip: missing('gdnsd') }, () => {
  let gdnsd: ForeignServer;
  let server: TestServer;
  let peers: Peers;
  const open: Server[] = [];

  before(async () => {
    const port = await openAt(open);
    const folder = originals({ 'places.mmdb': DATABASE });
    const database = path.join(folder, 'places.mmdb');
    const text = config(port, database);
    const imported = understood(importGdnsd(originals({ config: text, 'zones/example.com': ZONE })));
    [gdnsd, server] = await Promise.all([
      startForeign({
        program: 'gdnsd',
        args: (file) => ['-c', path.dirname(file), 'start'],
        config: (own, run) =>
          `options => { listen => 127.0.0.1:${own}, run_dir => ${run}/run, state_dir => ${run}/state }\n${text}`,
        files: { config: '$include{gdnsd.conf}\n', 'zones/example.com': ZONE },
        ready: 'DNS listeners started',
      }),
      startServer({
        policies: Object.fromEntries(imported.files),
        config: `geo:\n  files: ['${database}']\n`,
        env: UNHURRIED,
      }),
    ]);
    peers = await Peers.open(server.port, gdnsd.port);
  });
  after(async () => {
    peers?.close();
    for (const each of open) each.close();
    await Promise.all([server?.stop(), gdnsd?.stop()]);
  });

  for (const name of [
    'all',
    'most',
    'few',
    'pair',
    'dead',
    'sites',
    'second',
    'last',
    'www',
    'www-eu',
    'cdn',
    'near',
    'up',
    'one',
    'a.any',
    'b.c.any',
    'none',
  ]) {
    test(`say the same of ${name} to every client`, async () => {
      for (const client of CLIENTS) await peers.assertSame(`${name}.example.com A`, client);
    });
  }

  for (const question of [
    'both A',
    'both AAAA',
    'all AAAA',
    'mail A',
    'mail AAAA',
    'txt.sub TXT',
    'sub A',
    'www MX',
  ])
    test(`say the same of ${question}`, () =>
      peers.assertSame(question.replace(' ', '.example.com '), undefined));

  test('say the same of the zone itself', () => peers.assertSame('example.com MX', undefined));

  for (const name of ['corp', 'pool', 'half', 'groups'])
    test(`choose alike for ${name}`, () => peers.assertShares(`${name}.example.com A`, undefined));
});

/** Opens one port at three addresses. */
async function openAt(open: Server[]): Promise<number> {
  let port = 0;
  for (const address of ['127.0.0.1', '127.0.0.2', '127.0.0.3']) {
    const server = createServer((socket) => socket.on('error', () => {}).end());
    server.listen(port, address);
    await once(server, 'listening');
    open.push(server);
    const bound = server.address();
    port = typeof bound === 'object' && bound !== null ? bound.port : port;
  }
  return port;
}
