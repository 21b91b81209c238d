/** `exec`: a command of the settings, which ends with 0 if all is well. A policy can only name it. */
import { keyPath } from '../../base/key-path.ts';
import { suggest } from '../../base/suggest.ts';
import { createExecProber, type ExecTarget } from './exec-probe.ts';
import { aimsAt, type CheckKind } from './kind.ts';

export const EXEC: CheckKind<ExecTarget> = {
  type: 'exec',
  fields: ['command', 'address'],
  read({ command, ...check }, path, reader, { commands = [] }) {
    const at = keyPath(path, 'command');
    if (typeof command !== 'string')
      return reader.refuse(at, 'Must be the name of a command of the settings');
    if (!commands.includes(command)) {
      const meant = suggest(command.slice(0, 64), commands);
      const hint = meant === undefined ? '' : `; did you mean "${meant}"?`;
      return reader.refuse(at, `There is no such command in the setting "health.commands"${hint}`);
    }
    return aimsAt<ExecTarget>(check, path, reader, (address) => ({
      type: 'exec',
      address,
      port: 0,
      command,
    }));
  },
  identity: ({ command }) => ` ${command}`,
  label: ({ command }) => ` ${command}`,
  createProber: createExecProber,
};
