/** Flags of the command line: those that stand for settings, and how the values of others are read. */
import { isIP } from 'node:net';
import { type Command, InvalidArgumentError } from 'commander';
import { parseSocketAddress, type SocketAddress } from '../base/net/socket-address.ts';
import type { Override } from '../config/env.ts';
import type { ConfigAsk } from './host.ts';

/** Flags that stand for settings. */
export interface Flags {
  readonly config?: string;
  readonly policies?: string;
  readonly listen?: string;
  readonly admin?: string;
  readonly processes?: string;
  readonly logLevel?: string;
  readonly logFormat?: string;
}

const SETTING_OF: readonly (readonly [flag: keyof Flags, setting: string, origin: string])[] = [
  ['policies', 'policies', '--policies'],
  ['listen', 'listen', '--listen'],
  ['admin', 'admin.listen', '--admin'],
  ['processes', 'processes', '--processes'],
  ['logLevel', 'log.level', '--log-level'],
  ['logFormat', 'log.format', '--log-format'],
];

/** Where the settings of a verb come from. */
export function askFrom(flags: Flags): ConfigAsk {
  const overrides = SETTING_OF.flatMap(([flag, setting, origin]): Override[] => {
    const text = flags[flag];
    return text === undefined ? [] : [{ setting, text, origin }];
  });
  return { file: flags.config, overrides };
}

/** For verbs that go by the settings. */
export function withConfig(command: Command): Command {
  return command.option('-c, --config <file>', 'settings; default: dnsteer.yaml, if it is there');
}

/** For verbs that go by the policies as well. */
export function withSettings(command: Command): Command {
  return withConfig(command).option('-p, --policies <folder>', 'policies folder; default: ./policies');
}

export function countryCode(text: string): string {
  if (!/^[A-Za-z]{2}$/.test(text))
    throw new InvalidArgumentError('A country is a code of two letters, such as DE.');
  return text.toUpperCase();
}

export function resolver(text: string): SocketAddress {
  const address = isIP(text) === 0 ? parseSocketAddress(text) : { address: text, port: 53 };
  if (address === undefined)
    throw new InvalidArgumentError('A resolver is an IP address, with or without a port.');
  return address;
}

/** A port, or seconds: a day is more than anybody waits. */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text) || Number(text) > 65_535) {
    throw new InvalidArgumentError('It must be a whole number from 1 to 65535.');
  }
  return Number(text);
}
