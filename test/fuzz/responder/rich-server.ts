/** A server in process with the rich zone of test/conformance, hosts of every kind of plan, cookies and transfers. */
import { ServerCookies } from '../../../runtime/answer/limits/server-cookies.ts';
import type { PlanData } from '../../../runtime/rpc/plan.ts';
import type { Script } from '../../answer/scripted-sandbox.ts';
import { failure } from '../../answer/scripted-sandbox.ts';
import { Server, type ServerOptions } from '../../answer/server.ts';
import { RICH_RECORDS } from '../../interop/rich-zone.ts';
import { transferSettings } from '../../transfer/keys.ts';

const pool = (named: string): PlanData => ({ kind: 'pool', pool: named });
const either = [pool('us'), pool('eu')];

const HOSTS: Readonly<Record<string, PlanData | null>> = {
  '@': pool('us'),
  fixed: {
    kind: 'records',
    records: {
      A: ['192.0.2.30'],
      AAAA: ['2001:db8:30::30'],
      HTTPS: ['1 . alpn=h2,h3 ipv4hint=192.0.2.30'],
      MX: ['10 mail.rich.example', '20 mail.elsewhere.example'],
      TXT: ['plain "text" as it is', ['two', 'strings']],
    },
    ttl: 600,
  },
  first: { kind: 'firstHealthy', of: either },
  lot: { kind: 'weighted', of: either.map((plan, weight) => ({ plan, weight })) },
  near: { kind: 'nearest', of: either },
  stuck: { kind: 'sticky', of: either.map((plan) => ({ plan, weight: 1 })) },
  turn: { kind: 'rotate', of: pool('us'), count: 1 },
  elsewhere: { kind: 'cname', target: 'www.elsewhere.example' },
  inside: { kind: 'cname', target: 'www.rich.example' },
  none: { kind: 'nodata' },
  gone: { kind: 'nxdomain' },
  refused: { kind: 'refuse' },
  country: null,
  subnet: null,
  ip: null,
  fails: null,
  lies: null,
  '*.tenant': null,
};

export const POLICY_HOSTS: readonly string[] = Object.keys(HOSTS);

const text = (value: unknown): PlanData => ({ kind: 'records', records: { TXT: [String(value)] } });

const script: Script = (read, { host, name, type }) => {
  switch (host) {
    case 'country':
      return read('client.country') === 'DE' ? pool('eu') : pool('us');
    case 'subnet':
      return text(read('client.subnet'));
    case 'ip':
      return text(read('client.ip'));
    case 'fails':
      return failure('throw');
    case 'lies':
      return { kind: 'records', records: { A: ['nowhere'] } };
    default:
      return text(`${name} ${type} ${read('query.name')}`);
  }
};

export function richCookies(): ServerCookies {
  const cookies = new ServerCookies();
  cookies.use({ secrets: ['000102030405060708090a0b0c0d0e0f'], isRequired: false });
  return cookies;
}

/** Transfers are for whoever asks, and anybody at 192.0.2.53 is the primary of one zone. */
export function richServer(options: ServerOptions = {}): Server {
  const primary = { address: '192.0.2.53', port: 53 };
  const server = new Server({
    cookies: richCookies(),
    identity: { name: 'fuzzed', version: 'none' },
    transfers: transferSettings({ allow: [{}], primaries: { 'secondary.example': [primary] } }),
    ...options,
  });
  server.sandbox.script = script;
  server.put({
    zone: 'rich.example',
    // SOA and NS are there already.
    records: RICH_RECORDS.replaceAll(/^@ +3600 .*\n/gm, ''),
    policy: {
      pools: {
        us: { records: { A: ['192.0.2.10', '192.0.2.11'], AAAA: ['2001:db8:10::10'] }, at: [39, -77.5] },
        eu: { records: { A: ['198.51.100.20'] }, at: [50.1, 8.7] },
      },
      hosts: HOSTS,
    },
  });
  server.put({ zone: 'child.rich.example', records: 'www A 192.0.2.77\n' });
  server.put({ zone: 'broken.example', broken: 'Its file is' });
  return server;
}
