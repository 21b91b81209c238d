/**
 * What verbs need from the layers above them. cli/ is below the server's wiring, and loads the settings only
 * for verbs that need them, so runtime/main.ts hands both in.
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
  /** Starts a server; resolves when it runs. `ask` says how to load the configuration again. */
  start(config: Config, ask: ConfigAsk, options: StartOptions): Promise<void>;
}

export interface StartOptions {
  /** Whether to take the place of a server that runs with the same state folder. */
  readonly replace: boolean;
}

/** Where settings come from, besides the environment and the default file. */
export interface ConfigAsk {
  readonly file: string | undefined;
  /** Flags that stand for settings. */
  readonly overrides: readonly Override[];
  /** See `ConfigOptions`. */
  readonly isForAsking?: boolean;
}

/** Called with the exit code when the verb has run. */
export type Done = (code: number) => void;
