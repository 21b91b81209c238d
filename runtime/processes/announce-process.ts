/**
 * The bridge to BIRD, beside the server: it carries out what control decides, and withdraws prefixes where control is gone and
 * nothing answers. See control/announce/bridge/bridge.ts.
 */
import process from 'node:process';
import { createLogger } from '../base/log.ts';
import type { BirdBridgeSettings } from '../control/announce/bird-bridge.ts';
import { BirdHand } from '../control/announce/bridge/bird-hand.ts';
import { Bridge } from '../control/announce/bridge/bridge.ts';

const { socket, bird, listen, prefixes } = JSON.parse(process.argv[2] ?? '') as BirdBridgeSettings;
const log = createLogger({ level: 'info', format: 'auto' }).child({ component: 'announce' });
const hand = new BirdHand(bird);
const bridge = new Bridge({
  socket,
  hand,
  listen,
  prefixes,
  tell: (text) => log.info(`BIRD: ${text}`),
  onOver: () => process.exit(0),
});
// The terminal sends these to all of its processes: control says when it is over.
process.on('SIGINT', () => {}).on('SIGHUP', () => {});
process.on('SIGTERM', () => void bridge.withdraw().then(() => process.exit(0)));
// The reader of the log may be gone with control.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const ready = await hand.prepare();
if (!ready.ok) log.error(ready.problem);
bridge.start();
