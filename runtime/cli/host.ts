/**
 * What the verbs need from above them. cli/ stands below the settings and the composition of the
 * server, so runtime/main.ts hands both in; each is loaded only when a verb asks for it.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Result } from '../base/result.ts';
import type { SocketAddress } from '../base/socket-address.ts';
import type { Location } from '../geo/location.ts';
import type { AuthoritySettings } from '../policy/assemble.ts';
import type { PolicySettings } from '../policy/trial.ts';

/** `Config` is runtime/config/config.ts's. */
export interface CliHost<Config extends Settings = Settings> {
  /** dnsteer's own version. */
  readonly version: string;
  loadConfig(ask: ConfigAsk): Promise<Result<Config, readonly Diagnostic[]>>;
  listSettings(ask: ConfigAsk): Promise<Result<readonly SettingRow[], readonly Diagnostic[]>>;
  /** JSON Schema of the configuration file. */
  configSchema(): Promise<Record<string, unknown>>;
  /** Runs a server; resolves when it runs. `ask` is how to load the configuration again. */
  start(config: Config, ask: ConfigAsk): Promise<void>;
}

/** Where settings come from, besides the environment and the default file. */
export interface ConfigAsk {
  readonly file: string | undefined;
  readonly overrides: readonly SettingOverride[];
}

/** A setting given as a flag. */
export interface SettingOverride {
  /** `listen`. */
  readonly setting: string;
  readonly text: string;
  /** `--listen`. */
  readonly origin: string;
}

/** The settings that verbs other than `start` go by. */
export interface Settings {
  readonly file: string | undefined;
  readonly policies: string;
  readonly listen: readonly SocketAddress[];
  readonly admin: { readonly listen: SocketAddress | 'off' };
  readonly zone: Omit<AuthoritySettings, 'ownAddresses'>;
  readonly edns: { readonly udpSize: number };
  readonly policy: PolicySettings;
  readonly geo: {
    readonly detail: 'city' | 'country';
    readonly overrides: Readonly<Record<string, Location>>;
  };
}

export interface SettingRow {
  readonly name: string;
  readonly variable: string;
  /** As one would write it; `undefined` where there is none. */
  readonly value: unknown;
  /** `default`, or the file, variable or flag. */
  readonly origin: string;
  readonly description: string;
}
