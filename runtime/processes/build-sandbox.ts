/** The sandboxes of a process that asks policies. */
import type { AnswerSettings } from '../rpc/answer-settings.ts';
import { SandboxLanes } from '../runner/lanes/lanes.ts';
import { Launcher } from '../runner/process/launcher.ts';
import { sandboxCommand } from '../runner/process/program.ts';
import type { ControlLine } from '../serving/control-line.ts';
import type { Account } from '../transport/privileges.ts';

/** Sandboxes never run as root, not even before the addresses are bound. */
export function buildSandbox(
  settings: AnswerSettings,
  account: Account | undefined,
  control: ControlLine,
): SandboxLanes {
  const launcher = new Launcher(account);
  const command = sandboxCommand(undefined, settings.sandbox);
  return new SandboxLanes({
    onState: (event) => control.tell({ t: 'sandbox', ...event }),
    settings: settings.sandbox,
    prelude: settings.prelude,
    spawn: (priority) => launcher.start(command, priority),
  });
}
