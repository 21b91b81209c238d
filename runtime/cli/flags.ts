/** Flags that several verbs have; most of them stand for settings. */
import type { Command } from 'commander';
import type { Override } from '../config/env.ts';
import type { ConfigAsk } from './host.ts';

/** Flags that stand for settings. */
export interface SettingFlags {
  readonly config?: string;
  readonly policies?: string;
  readonly listen?: string;
  readonly admin?: string;
  readonly processes?: string;
  readonly logLevel?: string;
  readonly logFormat?: string;
}

export interface JsonFlag {
  readonly json?: boolean;
}

export const ADMIN_OF_SERVER = 'address of its admin server';

const SETTING_OF: readonly (readonly [flag: keyof SettingFlags, setting: string, origin: string])[] = [
  ['policies', 'policies', '--policies'],
  ['listen', 'listen', '--listen'],
  ['admin', 'admin.listen', '--admin'],
  ['processes', 'processes', '--processes'],
  ['logLevel', 'log.level', '--log-level'],
  ['logFormat', 'log.format', '--log-format'],
];

/** Where the settings of a verb come from, by its flags. */
export function askFrom(flags: SettingFlags): ConfigAsk {
  const overrides = SETTING_OF.flatMap(([flag, setting, origin]): Override[] => {
    const text = flags[flag];
    return text === undefined ? [] : [{ setting, text, origin }];
  });
  return { file: flags.config, overrides };
}

/** Adds the flags of verbs that need settings. */
export function withConfig(command: Command): Command {
  return command.option('-c, --config <file>', 'settings; default: dnsteer.yaml, if it is there');
}

/** Adds the flags of verbs that need settings and policies. */
export function withSettings(command: Command): Command {
  return withConfig(command).option('-p, --policies <folder>', 'policies folder; default: ./policies');
}

/** The examples at the end of a verb's help. */
export function examples(...lines: readonly string[]): string {
  return `\n${bold('Examples:')}\n${lines.map((line) => `  $ ${line}`).join('\n')}`;
}

/** Bold text; commander removes the style if the output is no terminal. */
export function bold(text: string): string {
  return `\u001B[1m${text}\u001B[22m`;
}
