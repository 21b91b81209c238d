/** Commands of health checks as control runs them: with the users of the settings looked up, each time these are others. */
import process from 'node:process';
import type { Config } from '../../config/config.ts';
import type { HealthCommand } from '../../health/commands.ts';
import { findAccount } from '../../transport/privileges.ts';

type CommandSettings = Pick<Config, 'user' | 'group' | 'health'>;

export class HealthCommands {
  #of: CommandSettings | undefined;
  #commands: ReadonlyMap<string, HealthCommand> = new Map();

  /** By name. */
  in(config: CommandSettings): ReadonlyMap<string, HealthCommand> {
    if (this.#of === config) return this.#commands;
    this.#of = config;
    this.#commands = new Map(
      Object.entries(config.health.commands).map(([name, { run, user, group }]) => [
        name,
        { run, ...accountOf(user === undefined ? config : { user, group }) },
      ]),
    );
    return this.#commands;
  }
}

/** Only root can become somebody else. */
function accountOf({ user, group }: Pick<CommandSettings, 'user' | 'group'>): Omit<HealthCommand, 'run'> {
  if (user === undefined || process.getuid?.() !== 0) return {};
  try {
    return { account: findAccount({ user, ...(group !== undefined && { group }) }) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
