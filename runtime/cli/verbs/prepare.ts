/**
 * `dnsteer prepare`: compiles and tries all policies and keeps what passes in the state folder, as a server
 * does. A start with the same files, settings and dnsteer takes that over, and need not try thousands.
 */
import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { createLogger } from '../../base/log.ts';
import { systemErrorText } from '../../base/system-error.ts';
import { preludeBundle } from '../../build/prelude-bundle.ts';
import { shownPath } from '../../build/shown-path.ts';
import type { Config } from '../../config/config.ts';
import { registrySettings } from '../../control/settings.ts';
import { Registry } from '../../registry/registry.ts';
import type { RegisteredZone } from '../../registry/zone-status.ts';
import { Sandbox } from '../../runner/sandbox.ts';
import { configOrTell } from '../config-or-tell.ts';
import type { CliHost, ConfigAsk } from '../host.ts';
import { paint, print, printError, printNotice } from '../terminal.ts';

/** Milliseconds between two lines about how far it is, to a person who looks on. */
const PROGRESS_MS = 1000;

/** @throws {DnsteerError} `START`, if the policies folder cannot be read. */
export async function prepare(
  host: Pick<CliHost, 'loadConfig' | 'version'>,
  ask: ConfigAsk,
): Promise<number> {
  const config = await configOrTell(host, ask);
  if (config === undefined) return 1;
  const folder = path.join(config.state, 'last-good');
  try {
    await mkdir(config.state, { recursive: true });
    await access(config.state, constants.W_OK);
  } catch (error) {
    printError(`The folder ${config.state} (setting "state") cannot be written: ${systemErrorText(error)}`);
    return 1;
  }
  const zones = await loadZones(config, folder, host.version);
  const sound = zones.filter(({ state }) => state === 'live').length;
  const text = `${sound} of ${zones.length} ${zones.length === 1 ? 'zone' : 'zones'} prepared`;
  const isAll = sound === zones.length;
  print(`${paint(isAll ? 'good' : 'bad', text)} in ${shownPath(process.cwd(), folder)}`);
  return isAll ? 0 : 1;
}

/** As a server loads them, but that nobody is answered; problems are told as they are found. */
async function loadZones(config: Config, lastGood: string, version: string): Promise<RegisteredZone[]> {
  const { script: prelude } = await preludeBundle();
  const sandbox = new Sandbox({ spare: false, isPatient: true, settings: config.sandbox, prelude });
  let toldAt = performance.now();
  const registry = new Registry({
    root: config.policies,
    lastGood,
    settings: registrySettings(config),
    version,
    sandbox,
    log: createLogger({ ...config.log, level: 'warn' }),
    onUpdate: () => {},
    onTargets: () => {},
    onProgress: (done, total) => {
      if (!process.stderr.isTTY || performance.now() - toldAt < PROGRESS_MS) return;
      toldAt = performance.now();
      printNotice(`… ${done} of ${total}`);
    },
  });
  try {
    await sandbox.start();
    await registry.start();
    return registry.status();
  } finally {
    // What was kept is on the disk then.
    await registry.stop();
    await sandbox.stop();
  }
}
