/**
 * The settings of a server: defaults, dnsteer.yaml over them, `DNSTEER_…` variables over the file, and the
 * flags of the command line over all. An operator sees all problems at once; with any a server does not start.
 *
 * The file is data, not code: control reads it, which must never run an author's code. This file is long because what a
 * setting names (files, folders, secrets) is found here, by whoever set it.
 */
import path from 'node:path';
import type { z } from 'zod';
import { isFields } from '../base/data-reader.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { fileProblemText, readTextSync } from '../base/files/read-file.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { KeySetting } from '../tsig/tsig-key.ts';
import { adminToken } from './admin-token.ts';
import { announceWithPlaces } from './announce/announce-schema.ts';
import { changeTokenFileIn } from './change-token.ts';
import { cookieSecretsIn } from './cookie-secret-file.ts';
import { emitWithPlaces } from './emit/emit-schema.ts';
import { CONFIG_VARIABLE, type Override, overridesFrom, valueFrom } from './env.ts';
import { type ConfigFile, parseConfigFile } from './file.ts';
import { keyFolder, recordFolder } from './folder-settings.ts';
import { diagnosticsOf } from './issues.ts';
import { webhooksWithSecrets } from './operator-schema.ts';
import { requestsWithCertificates } from './request-schema.ts';
import { configSchema } from './schema.ts';
import { type Effect, getAt, SETTINGS } from './settings.ts';
import { tsigKeys } from './tsig-keys.ts';

/**
 * All settings, valid and with absolute paths; the admin token and the secrets of keys are here, even if
 * files hold them.
 */
export type Config = Immutable<
  Omit<z.output<typeof configSchema>, 'keys' | 'admin' | 'record' | 'announce'>
> & {
  readonly admin: Immutable<z.output<typeof configSchema>['admin']> & {
    /** Where the server keeps the token of requests that change something, if none is set. */
    readonly changeTokenFile: string;
  };
  readonly record: Immutable<z.output<typeof configSchema>['record']> & { readonly folder: string };
  readonly announce: Immutable<z.output<typeof configSchema>['announce']> & { readonly socket: string };
  readonly keys: readonly KeySetting[];
  /** The secrets in the file that `cookies.secretFile` names; empty without one. */
  readonly cookieSecrets: readonly string[];
  /** The file of the settings, if there is one. */
  readonly file: string | undefined;
  /** All files that were read for the settings: the file above, and those of secrets and certificates that it names. */
  readonly inputs: readonly string[];
  /** Doubts about the settings that do not keep a server from starting. */
  readonly warnings: readonly Diagnostic[];
};

export interface ConfigOptions {
  /** The file must exist if given; without it, dnsteer.yaml in `cwd` is read if it exists. */
  readonly file?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Settings from the command line, which override all others. */
  readonly overrides?: readonly Override[];
  /**
   * Whether `admin` and `state` are taken alone, and all else by default: enough to ask a server that runs, where
   * the rest is wrong. A file that cannot be parsed counts as empty.
   */
  readonly isForAsking?: boolean;
}

/** One setting with its value, as `dnsteer config` shows it. */
export interface SettingValue {
  readonly name: string;
  /** The environment variable of the setting; a mapping has none. */
  readonly variable: string | undefined;
  /** The value as an operator would write it. */
  readonly value: unknown;
  /** Where the value comes from: `default`, the file, the variable or the flag. */
  readonly origin: string;
  readonly effect: Effect;
  readonly description: string;
}

/** All settings, and doubts about them. */
export interface SettingsListing {
  readonly settings: readonly SettingValue[];
  readonly warnings: readonly Diagnostic[];
}

const DEFAULT_FILE = 'dnsteer.yaml';
/** The text shown in place of a secret. */
const HIDDEN = '(hidden)';

/** Reads, validates and freezes the settings. */
export function loadConfig(options: ConfigOptions): Result<Config, Diagnostic[]> {
  const gathered = gather(options);
  return gathered.ok ? ok(gathered.value.config) : gathered;
}

/** All settings with the origin of each value. */
export function listSettings(options: ConfigOptions): Result<SettingsListing, Diagnostic[]> {
  const gathered = gather(options);
  if (!gathered.ok) return gathered;
  const { data, config, origins } = gathered.value;
  const settings = SETTINGS.map((setting): SettingValue => {
    const { name, variable, effect, description } = setting;
    const written = getAt(data, setting.path);
    const origin = written === undefined ? 'default' : (origins.get(name) ?? config.file ?? '');
    const value = setting.isSecret && written !== undefined ? HIDDEN : (written ?? setting.fallback);
    return { name, variable, value, origin, effect, description };
  });
  return ok({ settings, warnings: config.warnings });
}

interface Gathered {
  readonly config: Config;
  /** The data of file, variables and flags together. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Setting → the variable or flag that set it. */
  readonly origins: ReadonlyMap<string, string>;
}

function gather(options: ConfigOptions): Result<Gathered, Diagnostic[]> {
  const read = readFile(options);
  if (!read.ok) return read;
  const { file, parsed } = read.value;
  const environment = overridesFrom(options.env);
  const overrides = [...environment.overrides, ...(options.overrides ?? [])];
  const origins = new Map(overrides.map(({ setting, origin }) => [setting, origin]));
  const all = overrides.reduce(override, parsed.data);
  const data = options.isForAsking === true && isFields(all) ? { admin: all.admin, state: all.state } : all;
  const result = configSchema.safeParse(data, { reportInput: true });
  if (!result.success) {
    const overriddenBy = (at: readonly PropertyKey[]) => originOf(at, origins);
    return fail(diagnosticsOf(result.error.issues, { ...parsed, overriddenBy }));
  }
  const settings = result.data;
  /** The folder that the path in a setting is relative to. */
  const base = (setting: string): string =>
    origins.has(setting) || file === undefined ? options.cwd : path.dirname(file);
  const token = adminToken(settings.admin, base('admin.tokenFile'));
  const keys = tsigKeys(settings.keys, base('keys'));
  const requests = requestsWithCertificates(settings.health.requests, base('health.requests'));
  const webhooks = webhooksWithSecrets(settings.notifications.webhooks, base('notifications.webhooks'));
  const { secretFile } = settings.cookies;
  const secrets =
    secretFile === undefined ? ok([]) : cookieSecretsIn(path.resolve(base('cookies.secretFile'), secretFile));
  const state = path.resolve(base('state'), settings.state);
  const dnssecKeys = keyFolder(path.resolve(base('dnssec.keys'), settings.dnssec.keys), state);
  const policies = path.resolve(base('policies'), settings.policies);
  const recordings = recordFolder(settings.record, base('record.folder'), { state, policies });
  const problems = [
    ...(dnssecKeys.ok ? [] : [dnssecKeys.problem]),
    ...(recordings.ok ? [] : [recordings.problem]),
    ...(token.ok ? [] : [token.problem]),
    ...(keys.ok ? [] : keys.problem),
    ...(requests.ok ? [] : requests.problem),
    ...(secrets.ok ? [] : [secrets.problem]),
    ...(webhooks.ok ? [] : webhooks.problem),
  ];
  if (
    !token.ok ||
    !keys.ok ||
    !requests.ok ||
    !secrets.ok ||
    !dnssecKeys.ok ||
    !recordings.ok ||
    !webhooks.ok
  )
    return fail(problems);
  const {
    tls: { certificate, key },
    maintenance,
  } = settings;
  const config = {
    ...settings,
    keys: keys.value,
    policies,
    state,
    record: { ...settings.record, folder: recordings.value },
    announce: announceWithPlaces(settings.announce, state, base),
    emit: emitWithPlaces(settings.emit, base('emit')),
    geo: {
      ...settings.geo,
      files: settings.geo.files.map((one) => path.resolve(base('geo.files'), one)),
      ...(settings.geo.latency !== undefined && {
        latency: path.resolve(base('geo.latency'), settings.geo.latency),
      }),
    },
    dnssec: { ...settings.dnssec, keys: dnssecKeys.value },
    ...(maintenance !== undefined && { maintenance: path.resolve(base('maintenance'), maintenance) }),
    health: { ...settings.health, requests: requests.value },
    notifications: { ...settings.notifications, webhooks: webhooks.value },
    tls: {
      ...settings.tls,
      ...(certificate !== undefined && { certificate: path.resolve(base('tls.certificate'), certificate) }),
      ...(key !== undefined && { key: path.resolve(base('tls.key'), key) }),
    },
    admin: {
      ...settings.admin,
      ...(token.value !== undefined && { token: token.value }),
      changeTokenFile: changeTokenFileIn(state),
    },
    cookieSecrets: secrets.value,
    file,
    inputs: inputsOf(settings, file, base),
    warnings: [...environment.warnings, ...doubtsAbout(settings)],
  };
  return ok({ config: deepFreeze(config), data: data as Gathered['data'], origins });
}

function inputsOf(
  { admin, keys, health, cookies, notifications }: z.output<typeof configSchema>,
  file: string | undefined,
  base: (setting: string) => string,
): string[] {
  const named: (readonly [setting: string, file: string | undefined])[] = [
    ['admin.tokenFile', admin.tokenFile],
    ...Object.values(keys).map(({ secretFile }) => ['keys', secretFile] as const),
    ...health.requests.map(({ ca }) => ['health.requests', ca] as const),
    ...notifications.webhooks.map((one) => ['notifications.webhooks', one.secretFile] as const),
    ['cookies.secretFile', cookies.secretFile],
  ];
  const absolute = named.flatMap(([setting, one]) =>
    one === undefined ? [] : path.resolve(base(setting), one),
  );
  return file === undefined ? absolute : [file, ...absolute];
}

/** Warns of settings that work, but hardly suit a public server. */
function doubtsAbout(settings: z.output<typeof configSchema>): Diagnostic[] {
  if (settings.zone.nameServers.length > 0) return [];
  const message =
    'Setting "zone.nameServers" is empty, so the name server of a zone without NS records is its "ns1": fit for trying only';
  return [{ code: 'CONFIG', severity: 'warning', message }];
}

/** The most octets of a file of settings, which may override the locations of a hundred thousand networks. */
const MOST_OCTETS = 16 * 2 ** 20;
const NO_FILE: ConfigFile = { data: {}, placeOf: () => ({}), placeOfKey: () => ({}) };

function readFile(
  options: ConfigOptions,
): Result<{ file: string | undefined; parsed: ConfigFile }, Diagnostic[]> {
  const named = options.file ?? options.env[CONFIG_VARIABLE];
  const shown = named === undefined || named === '' ? DEFAULT_FILE : named;
  const file = path.resolve(options.cwd, shown);
  const read = readTextSync(file, { mostOctets: MOST_OCTETS });
  if (!read.ok) {
    if (read.problem.kind === 'absent' && shown !== named) return ok({ file: undefined, parsed: NO_FILE });
    const message = `Cannot read "${shown}": ${fileProblemText(read.problem)}`;
    return fail([{ code: 'CONFIG', severity: 'error', message }]);
  }
  const parsed = parseConfigFile(read.value, shown);
  if (parsed.ok) return ok({ file, parsed: parsed.value });
  return options.isForAsking === true ? ok({ file, parsed: NO_FILE }) : parsed;
}

/** A copy of the data with one setting replaced; the schema refuses sections of the wrong kind later. */
function override(data: unknown, { setting: name, text }: Override): unknown {
  const setting = SETTINGS.find((candidate) => candidate.name === name);
  return setting === undefined ? data : setAt(data, setting.path, valueFrom(setting, text));
}

function setAt(data: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (data !== undefined && !isFields(data)) return data;
  return { ...data, [key]: setAt(data?.[key], rest, value) };
}

function originOf(at: readonly PropertyKey[], origins: ReadonlyMap<string, string>): string | undefined {
  const setting = SETTINGS.find(({ path }) => path.every((key, depth) => key === at[depth]));
  return setting === undefined ? undefined : origins.get(setting.name);
}

type Immutable<T> = T extends object ? { readonly [Key in keyof T]: Immutable<T[Key]> } : T;

function deepFreeze<T>(value: T): Immutable<T> {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) deepFreeze(part);
    Object.freeze(value);
  }
  return value as Immutable<T>;
}
