/** PowerDNS with LUA records, and dnsteer with what was imported from its zone file, are asked the same and answer the same. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { importPdnsLua } from '../../runtime/import/pdns-lua/import-pdns-lua.ts';
import { type ForeignServer, startForeign } from '../interop/foreign-server.ts';
import { missing } from '../support/dig.ts';
import { startServer, type TestServer, UNHURRIED } from '../support/dnsteer.ts';
import { until } from '../support/until.ts';
import { Peers } from './beside.ts';
import { originals, toldOf, understood } from './folder.ts';

/** `tcp` is open at 127.0.0.1 and .2; `http` says "fine" there. Other addresses are closed. */
const zone = (tcp: number, http: number) => `
$ORIGIN lua.example.
$TTL 300
@ IN SOA ns1 hostmaster 1 7200 1800 259200 900
@ IN NS ns1
ns1 IN A 127.0.0.1
plain IN A 192.0.2.9
config IN LUA LUA "main={'192.0.2.10','192.0.2.11'} spare={'192.0.2.20'}"
random IN LUA A "pickrandom({'192.0.2.1','192.0.2.2','192.0.2.3'})"
sample IN LUA A "pickrandomsample(2, {'192.0.2.1','192.0.2.2','192.0.2.3'})"
every 60 IN LUA A "all({'192.0.2.1','192.0.2.2'})"
six IN LUA AAAA "pickrandom({'2001:db8::1'})"
both IN LUA A "'192.0.2.1'"
both IN LUA AAAA "'2001:db8::1'"
weights IN LUA A "pickwrandom({{15,'192.0.2.1'},{85,'192.0.2.2'}})"
up IN LUA A "ifportup(${tcp}, {'127.0.0.1','127.0.0.99'})"
upall IN LUA A "ifportup(${tcp}, {'127.0.0.1','127.0.0.2','127.0.0.99'}, {selector='all'})"
second IN LUA A "ifurlextup({{['127.0.0.98']='http://127.0.0.1:${http}/gone'},{['127.0.0.1']='http://127.0.0.1:${http}/health'}})"
none IN LUA A "ifportup(${tcp}, {'127.0.0.97','127.0.0.98','127.0.0.99'})"
url IN LUA A "ifurlextup({{['127.0.0.1']='http://127.0.0.1:${http}/health',['127.0.0.99']='http://127.0.0.1:${http}/gone'}}, {stringmatch='fine'})"
wrong IN LUA A "ifurlup('http://lua.example:${http}/health', {{'127.0.0.1'},{'127.0.0.2'}}, {stringmatch='never said'})"
nets IN LUA A ( ";if(netmask({'10.0.0.0/8', '2001:db8::/32'})) then"
                "return '192.0.2.5' elseif netmask({'172.16.0.0/12'}) and not netmask({'172.16.5.0/24'}) then return {'192.0.2.6'} else return '192.0.2.7' end" )
late IN LUA A ";local answer = '192.0.2.31' if netmask({'10.0.0.0/8'}) then answer = '192.0.2.32' end return answer"
shared IN LUA A ";include('config') if netmask({'10.0.0.0/8'}) then return spare end return main[1]"
view IN LUA A "view({ {{'10.1.0.0/16', '192.168.0.0/16'}, {'192.0.2.41'}}, {{'10.0.0.0/8'}, {'192.0.2.42'}}, {{'0.0.0.0/0', '::/0'}, {'192.0.2.43'}} })"
alias IN LUA CNAME ";if netmask({'10.0.0.0/8'}) then return 'a.example.net' end return 'b.example.net'"
text IN LUA TXT "'hello world'"
*.wild IN LUA A "'192.0.2.50'"
`;

const CLIENTS = [
  undefined,
  '10.1.2.0/24',
  '10.9.0.0/16',
  '172.16.5.0/24',
  '172.20.0.0/24',
  '192.168.4.0/24',
  '198.51.100.0/24',
  '2001:db8::/48',
  '2001:dead::/48',
];
const SURE = [
  'plain',
  'every',
  'both',
  'up',
  'upall',
  'second',
  'url',
  'nets',
  'late',
  'shared',
  'view',
  'a.wild',
  'b.c.wild',
  'missing',
];

describe('PowerDNS, and dnsteer as imported from it', { skip: missing('pdns_server') }, () => {
  let pdns: ForeignServer;
  let server: TestServer;
  let peers: Peers;
  const open: Server[] = [];

  before(async () => {
    const http = (address: string) =>
      openAt(
        createHttp(({ url }, reply) => reply.writeHead(url === '/health' ? 200 : 404).end('all fine')),
        address,
        open,
      );
    const tcp = await openAt(
      createServer((socket) => socket.on('error', () => {}).end()),
      '127.0.0.1',
      open,
    );
    await openAt(
      createServer((socket) => socket.on('error', () => {}).end()),
      '127.0.0.2',
      open,
      tcp,
    );
    const text = zone(tcp, await http('127.0.0.1'));
    const file = path.join(originals({ 'lua.example.zone': text }), 'lua.example.zone');
    const imported = understood(importPdnsLua(file, {}));
    assert.deepEqual(toldOf(imported), ['lua.example.zone:8 note: LUA LUA of config']);
    [pdns, server] = await Promise.all([
      startPdns(text),
      startServer({ policies: Object.fromEntries(imported.files), env: UNHURRIED }),
    ]);
    peers = await Peers.open(server.port, pdns.port);
    await knowsAll(peers);
  });
  after(async () => {
    peers?.close();
    for (const each of open) each.close();
    await Promise.all([server?.stop(), pdns?.stop()]);
  });

  for (const name of SURE)
    test(`say the same of ${name} to every client`, async () => {
      for (const client of CLIENTS) await peers.assertSame(`${name}.lua.example A`, client);
    });

  for (const question of [
    'six AAAA',
    'six A',
    'both AAAA',
    'alias A',
    'alias CNAME',
    'text TXT',
    'text A',
    'every AAAA',
    'every MX',
  ])
    test(`say the same of ${question}`, () =>
      peers.assertSame(question.replace(' ', '.lua.example '), '10.1.2.0/24'));

  for (const name of ['random', 'sample', 'weights', 'none', 'wrong'])
    test(`choose alike for ${name}`, () => peers.assertShares(`${name}.lua.example A`, undefined));
});

function startPdns(text: string): Promise<ForeignServer> {
  return startForeign({
    program: 'pdns_server',
    args: (config) => [`--config-dir=${path.dirname(config)}`, `--include-dir=${path.dirname(config)}`],
    config: (port, folder) =>
      [
        'launch=bind',
        `bind-config=${folder}/zones.bind`,
        'local-address=127.0.0.1',
        `local-port=${port}`,
        `socket-dir=${folder}`,
        'enable-lua-records=yes',
        'edns-subnet-processing=yes',
        'lua-health-checks-interval=1',
        'cache-ttl=0',
        'query-cache-ttl=0',
        'negquery-cache-ttl=0',
        'guardian=no',
        'daemon=no',
        'disable-syslog=yes',
        'security-poll-suffix=',
        '',
      ].join('\n'),
    files: {
      'pdns.conf': '# all is in the other file here\n',
      'zones.bind': 'zone "lua.example" { type master; file "lua.example.zone"; };\n',
      'lua.example.zone': text,
    },
    ready: 'ready to distribute questions',
  });
}

/** PowerDNS begins to check when it is first asked, and counts as down what it has not seen. */
async function knowsAll(peers: Peers): Promise<void> {
  for (const name of ['up', 'upall', 'second', 'url'])
    await until(
      async () => {
        const { ours, theirs } = await peers.shares(`${name}.lua.example A`, undefined, 20);
        return [[...ours.keys()], [...theirs.keys()]];
      },
      ([ours, theirs]) => theirs?.length === 1 && ours?.join() === theirs.join(),
    );
}

async function openAt(server: Server, address: string, open: Server[], port = 0): Promise<number> {
  server.listen(port, address);
  await once(server, 'listening');
  open.push(server);
  const bound = server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : port;
}
