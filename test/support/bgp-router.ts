/**
 * A router beside the network namespace of a test file: BIRD in a namespace of its own at the other end of a cable, which takes
 * routes from whoever speaks BGP at 10.9.0.2, and sends packets by them.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { tellBird } from '../../runtime/control/announce/bridge/bird-socket.ts';
import { until } from './until.ts';

export interface BgpRouter {
  /** Routes that it has from the site, as it shows them; empty without any. */
  routes(): Promise<string>;
  /** Whether a query from behind it is answered. */
  reaches(address: string, port: number): boolean;
  stop(): Promise<void>;
}

export const ROUTER_AS = 65_000;
export const SITE_AS = 65_001;
export const ROUTER = '10.9.0.1';
export const SITE = '10.9.0.2';

/** Why there can be none, if there can be none. */
export function noBirdHere(program = 'bird'): string | false {
  const isThere = spawnSync('which', [program]).status === 0;
  return isThere ? false : `${program} is not installed`;
}

export async function startRouter(): Promise<BgpRouter> {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-router-'));
  const holder = spawn('unshare', ['-n', 'cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
  // It echoes once it is in its namespace.
  holder.stdin.write('\n');
  await once(holder.stdout, 'data');
  const inside = ['nsenter', '-t', String(holder.pid), '-n'] as const;
  const ip = (...args: string[]): unknown => execFileSync('ip', args);
  const ipThere = (...args: string[]): unknown =>
    execFileSync(inside[0], [...inside.slice(1), 'ip', ...args]);
  ip('link', 'add', 'site', 'type', 'veth', 'peer', 'name', 'router', 'netns', String(holder.pid));
  ip('addr', 'add', `${SITE}/24`, 'dev', 'site');
  ip('link', 'set', 'site', 'up');
  ipThere('addr', 'add', `${ROUTER}/24`, 'dev', 'router');
  ipThere('link', 'set', 'router', 'up');
  ipThere('link', 'set', 'lo', 'up');
  const socket = path.join(folder, 'bird.ctl');
  const bird = await startBird({ folder, config: routerConfig(), prefix: inside });
  return {
    routes: () => routesIn(socket),
    reaches: (address, port) => {
      const dig = ['dig', '+tries=1', '+timeout=1', '-p', String(port), `@${address}`, 'example.com', 'SOA'];
      return spawnSync(inside[0], [...inside.slice(1), ...dig]).status === 0;
    },
    stop: async () => {
      await bird.stop();
      const ended = once(holder, 'exit');
      holder.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface RunningBird {
  readonly socket: string;
  readonly file: string;
  stop(): Promise<void>;
}

export interface BirdOptions {
  readonly folder: string;
  readonly config: string;
  /** A command to run it by. */
  readonly prefix?: readonly string[];
}

/** Starts BIRD, and waits until it can be told something. */
export async function startBird({ folder, config, prefix = [] }: BirdOptions): Promise<RunningBird> {
  const [socket, file] = [path.join(folder, 'bird.ctl'), path.join(folder, 'bird.conf')];
  writeFileSync(file, config);
  const [program, ...args] = [...prefix, 'bird', '-f', '-c', file, '-s', socket, '-P', `${socket}.pid`];
  const child: ChildProcess = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  process.once('exit', () => child.kill('SIGKILL'));
  await until(
    () => tellBird(socket, ['show status']),
    ({ ok }) => ok,
  );
  return {
    socket,
    file,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function routesIn(socket: string): Promise<string> {
  const told = await tellBird(socket, ['show route protocol site all']);
  if (!told.ok) throw new Error(told.problem);
  const [reply] = told.value;
  return reply?.code === '8001' || reply === undefined ? '' : reply.text;
}

function routerConfig(): string {
  return `router id ${ROUTER};
protocol device { scan time 1; }
protocol kernel { ipv4 { import none; export all; }; }
protocol bgp site {
  local ${ROUTER} as ${ROUTER_AS};
  neighbor ${SITE} as ${SITE_AS};
  hold time 9;
  passive;
  error wait time 1, 1;
  ipv4 { import all; export none; };
}
`;
}
