/**
 * The program: gives the verbs of the command line the settings and the server, which are in layers above
 * them, and ends the server when the system signals it to.
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import type { CliHost, ConfigAsk, StartOptions } from './cli/host.ts';
import { runCli } from './cli/run.ts';
import type { Config, ConfigOptions } from './config/config.ts';

const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');

const host: CliHost = {
  version: (JSON.parse(manifest) as { version: string }).version,
  loadConfig: async (ask) => (await import('./config/config.ts')).loadConfig(configOptions(ask)),
  listSettings: async (ask) => (await import('./config/config.ts')).listSettings(configOptions(ask)),
  configSchema: async () => (await import('./config/schema.ts')).configJsonSchema(),
  start,
};

process.exitCode = await runCli(process.argv.slice(2), host);

/** Runs a server until SIGTERM or SIGINT; SIGHUP makes it read its settings again. */
async function start(config: Config, ask: ConfigAsk, { replace }: StartOptions): Promise<void> {
  const [
    { createLogger },
    { createControl },
    { Ending },
    { ServiceManager },
    { formatSummary },
    { preludeBundle },
  ] = await Promise.all([
    import('./base/log.ts'),
    import('./processes/control-process.ts'),
    import('./control/ending.ts'),
    import('./transport/sockets/service-manager.ts'),
    import('./cli/summary.ts'),
    import('./build/prelude-bundle.ts'),
  ]);
  const log = createLogger(config.log);
  const manager = await ServiceManager.find(log);
  const prelude = await preludeBundle();
  const server = await createControl(config, host.version, prelude.script, log);
  const ending = new Ending(server, log);
  const end = (): void => {
    manager.stopping();
    ending.begin();
  };
  process.on('SIGTERM', end).on('SIGINT', end);
  void server.replaced.then(() => {
    log.info('Another server has taken over; this one ends');
    end();
  });
  const started = server.start(replace);
  server.reloadFrom(() => host.loadConfig(ask), started, manager);
  process.on('SIGHUP', () => server.reload());
  try {
    await started;
  } catch (error) {
    // A start that is interrupted by the end of the server fails: that is no error.
    if (ending.isBegun) return;
    ending.limit();
    await server.stop();
    throw error;
  }
  if (ending.isBegun) return;
  manager.ready(server.summary);
  process.stdout.write(formatSummary(await server.status(), server.adminUrl));
}

function configOptions(ask: ConfigAsk): ConfigOptions {
  return { ...ask, env: process.env, cwd: process.cwd() };
}
