/** Reads /etc/resolv.conf as the system's resolver does (resolv.conf(5)). */
import { isIP } from 'node:net';
import type { SocketAddress } from '../../base/net/socket-address.ts';

export interface ResolvConf {
  /** In the order in which they are asked. */
  readonly servers: readonly SocketAddress[];
  /** Domains in which a name of few dots is looked for. */
  readonly search: readonly string[];
  /** A name of as many dots is first taken as it is. */
  readonly ndots: number;
}

/** The system's resolver knows no more, either (MAXNS). */
const MOST_SERVERS = 3;
const MOST_SEARCHED = 6;
const MOST_DOTS = 15;
const PORT = 53;

export function parseResolvConf(text: string): ResolvConf {
  const servers: SocketAddress[] = [];
  let search: readonly string[] = [];
  let ndots = 1;
  for (const line of text.split('\n')) {
    const [keyword, ...values] = line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/);
    const [value = ''] = values;
    if (keyword === 'nameserver' && isIP(value) !== 0) servers.push({ address: value, port: PORT });
    // The last of these lines counts.
    else if (keyword === 'domain') search = value === '' ? [] : [value];
    else if (keyword === 'search') search = values.slice(0, MOST_SEARCHED);
    else if (keyword === 'options') ndots = dotsIn(values) ?? ndots;
  }
  // resolv.conf(5): without a server the one on this machine is asked.
  if (servers.length === 0) servers.push({ address: '127.0.0.1', port: PORT });
  return { servers: servers.slice(0, MOST_SERVERS), search, ndots };
}

/** The names to ask for in turn, of which the first that exists counts. */
export function candidates(name: string, { search, ndots }: ResolvConf): readonly string[] {
  if (name.endsWith('.')) return [name];
  const searched = search.map((domain) =>
    domain === '.' ? `${name}.` : `${name}.${domain.replace(/\.$/, '')}.`,
  );
  const dots = name.split('.').length - 1;
  return dots >= ndots ? [`${name}.`, ...searched] : [...searched, `${name}.`];
}

function dotsIn(options: readonly string[]): number | undefined {
  const [, dots] =
    options.map((option) => /^ndots:(\d{1,2})$/.exec(option)).find((match) => match !== null) ?? [];
  return dots === undefined ? undefined : Math.min(Number(dots), MOST_DOTS);
}
