/**
 * What the verbs need from above them. cli/ stands below the composition of the server, and loads the
 * settings only for verbs that go by them, so runtime/main.ts hands both in.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Result } from '../base/result.ts';
import type { Config, SettingsListing } from '../config/config.ts';
import type { Override } from '../config/env.ts';

export interface CliHost {
  /** dnsteer's own version. */
  readonly version: string;
  loadConfig(ask: ConfigAsk): Promise<Result<Config, readonly Diagnostic[]>>;
  listSettings(ask: ConfigAsk): Promise<Result<SettingsListing, readonly Diagnostic[]>>;
  /** JSON Schema of the configuration file. */
  configSchema(): Promise<Record<string, unknown>>;
  /** Runs a server; resolves when it runs. `ask` is how to load the configuration again. */
  start(config: Config, ask: ConfigAsk, options: StartOptions): Promise<void>;
}

export interface StartOptions {
  /** Take the place of a server that runs with the same state folder. */
  readonly replace: boolean;
}

/** Where settings come from, besides the environment and the default file. */
export interface ConfigAsk {
  readonly file: string | undefined;
  /** Flags that stand for settings. */
  readonly overrides: readonly Override[];
}

/** Gets the exit code of the verb that ran. */
export type Done = (code: number) => void;
