/**
 * Two ends of a cable: this process has one in its network namespace, which answers as a server does on the net, and
 * the other is in a namespace that has nothing else, where clients of all addresses are. Both are gone when this
 * process is.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Cable {
  /** The end of the clients, its hardware address, and that of our end. */
  readonly device: string;
  readonly from: string;
  readonly to: string;
  /** The command before another that runs it where the clients are. */
  readonly there: readonly string[];
  /** Datagrams that we have received and sent, those that found our buffers full, and octets of frames that we sent. */
  counts(): Counts;
  close(): void;
}

export interface Counts {
  readonly received: number;
  readonly sent: number;
  readonly dropped: number;
  readonly octets: number;
}

const [OURS, THEIRS] = ['bench0', 'bench1'];
/** TEST-NET-1 (RFC 5737): of the way to all clients. */
const [HERE, GATEWAY] = ['192.0.2.1', '192.0.2.2'];

/** Called in a network namespace of our own, with its loopback up. */
export async function cable(): Promise<Cable> {
  // It ends when its input does, and so with this process, whatever ends that.
  const holder = spawn('unshare', ['-n', 'cat'], { stdio: ['pipe', 'ignore', 'inherit'] });
  await entered(holder);
  const there = ['nsenter', '-t', String(holder.pid), '-n'];
  run('ip', 'link', 'add', OURS, 'type', 'veth', 'peer', 'name', THEIRS, 'netns', String(holder.pid));
  // Nobody is to be asked who has which address, in either direction.
  set(`ipv6/conf/${OURS}/disable_ipv6`, '1');
  // Servers listen on loopback, as in every other table: queries from outside may get there.
  set(`ipv4/conf/${OURS}/route_localnet`, '1');
  for (const which of ['all', OURS]) set(`ipv4/conf/${which}/rp_filter`, '0');
  run('ip', 'addr', 'add', `${HERE}/30`, 'dev', OURS);
  run('ip', 'link', 'set', OURS, 'up');
  run(...there, 'ip', 'link', 'set', THEIRS, 'up');
  const from = hardwareAddress(THEIRS, there);
  run('ip', 'neigh', 'add', GATEWAY, 'lladdr', from, 'dev', OURS, 'nud', 'permanent');
  run('ip', 'route', 'add', 'default', 'via', GATEWAY);
  const to = hardwareAddress(OURS);
  return { device: THEIRS, from, to, there, counts, close: () => void holder.kill() };
}

async function entered({ pid }: ChildProcess): Promise<void> {
  const spaceOf = (of: number | string): string => readlinkSync(`/proc/${of}/ns/net`);
  for (const own = spaceOf('self'); spaceOf(pid ?? 0) === own; ) await sleep(5);
}

function set(name: string, value: string): void {
  writeFileSync(`/proc/sys/net/${name}`, value);
}

/** Runs a command, and returns what it says. */
function run(...command: readonly string[]): string {
  const [program = '', ...args] = command;
  return execFileSync(program, args, { encoding: 'utf8' });
}

function hardwareAddress(device: string, there: readonly string[] = []): string {
  const [link] = JSON.parse(run(...there, 'ip', '-json', 'link', 'show', device)) as { address: string }[];
  return link?.address ?? '';
}

/** Of this namespace, where nobody else speaks UDP. */
function counts(): Counts {
  const text = (file: string): string => readFileSync(`/proc/self/net/${file}`, 'latin1');
  const [received = 0, , , sent = 0, dropped = 0] = numbersIn(/^Udp: (\d.*)$/m, text('snmp'));
  const octets = numbersIn(new RegExp(`${OURS}:(.*)$`, 'm'), text('dev'))[OCTETS_SENT] ?? 0;
  return { received, sent, dropped, octets };
}

/** Behind eight numbers of what was received. */
const OCTETS_SENT = 8;

function numbersIn(pattern: RegExp, text: string): number[] {
  return (pattern.exec(text)?.[1] ?? '').trim().split(/ +/).map(Number);
}
