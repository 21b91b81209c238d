/**
 * The process that ExaBGP starts: what it says to ExaBGP goes out on the standard output, and nothing else does. It withdraws
 * what it has announced before it ends, as ExaBGP would keep that for its successor.
 */
import process from 'node:process';
import type { Config } from '../../config/config.ts';
import { Bridge } from '../../control/announce/bridge/bridge.ts';
import { ExabgpHand } from '../../control/announce/bridge/exabgp-hand.ts';
import { lineReader } from '../../control/announce/bridge-talk.ts';

/** Resolves with the exit code once ExaBGP ends it, or is gone. */
export function runExabgpBridge({ announce, listen }: Pick<Config, 'announce' | 'listen'>): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const hand = new ExabgpHand(announce.prefixes, (line) => process.stdout.write(line));
  const bridge = new Bridge({
    socket: announce.socket,
    hand,
    listen,
    prefixes: announce.prefixes,
    tell: (text) => void process.stderr.write(`dnsteer announce: ${text}\n`),
    // ExaBGP ends for good where its processes end again and again: this one stays for the next control.
    onOver: () => {},
  });
  const end = (): void => void bridge.withdraw().then(() => resolve(0));
  process
    .on('SIGTERM', end)
    .on('SIGINT', end)
    .on('SIGHUP', () => {});
  const read = lineReader(
    (line) => hand.take(line),
    () => resolve(1),
  );
  process.stdin.setEncoding('utf8').on('data', read);
  // ExaBGP is gone, and its sessions with it.
  process.stdin.on('end', () => resolve(0));
  process.stdout.on('error', () => resolve(1));
  bridge.start();
  return promise.finally(() => {
    bridge.leave();
    process.stdin.destroy();
  });
}
