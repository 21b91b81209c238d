/**
 * Settings from outside the file: `DNSTEER_POLICY_MAX_BUDGET` is `policy.maxBudget`, and a list is
 * separated by commas. Flags of the command line arrive the same way. A mapping has no variable.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import { suggest } from '../base/suggest.ts';
import { SETTINGS, type Setting } from './settings.ts';

/** One setting that is given in place of what the file says. */
export interface Override {
  /** `listen`. */
  readonly setting: string;
  readonly text: string;
  /** Where it is given, for messages: `DNSTEER_LISTEN`, `--listen`. */
  readonly origin: string;
}

/** Names the file, and is no setting itself. */
export const CONFIG_VARIABLE = 'DNSTEER_CONFIG';

const VARIABLES = new Map(
  SETTINGS.flatMap((setting) => (setting.variable === undefined ? [] : [[setting.variable, setting]])),
);

/**
 * What Kubernetes sets in every container beside a service called `dnsteer` or `dnsteer-…`:
 * `DNSTEER_SERVICE_HOST`, `DNSTEER_PORT_53_UDP_ADDR`.
 */
const SERVICE_LINK = /_(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT|PORT_\d+_(TCP|UDP)(_.+)?)$/;

/** The settings the environment holds. Variables that look like ours and are not are warned of. */
export function overridesFrom(env: Readonly<Record<string, string | undefined>>): {
  readonly overrides: readonly Override[];
  readonly warnings: readonly Diagnostic[];
} {
  const overrides: Override[] = [];
  const warnings: Diagnostic[] = [];
  for (const [variable, text] of Object.entries(env)) {
    if (!variable.startsWith('DNSTEER_') || variable === CONFIG_VARIABLE) continue;
    const setting = VARIABLES.get(variable);
    // Empty is how a compose file or a unit file says "not set".
    if (setting !== undefined && text) overrides.push({ setting: setting.name, text, origin: variable });
    if (setting === undefined && !SERVICE_LINK.test(variable)) warnings.push(unknownVariable(variable));
  }
  return { overrides, warnings };
}

/** The value a text stands for, as the file would have it. */
export function valueFrom(setting: Setting, text: string): unknown {
  if (setting.isList) {
    const items = text.split(',').map((item) => item.trim());
    return items.filter((item) => item !== '');
  }
  if (setting.takesText(text) || text.trim() === '') return text;
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}

function unknownVariable(variable: string): Diagnostic {
  const known = suggest(variable, VARIABLES.keys());
  return {
    code: 'CONFIG',
    severity: 'warning',
    message: `${variable} is no setting and has no effect`,
    remedy: known === undefined ? 'Run "dnsteer config" for all settings' : `Did you mean ${known}?`,
  };
}
