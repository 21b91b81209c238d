/**
 * Settings from outside the file: `DNSTEER_POLICY_MAX_BUDGET` is `policy.maxBudget`, and commas separate the
 * items of a list. Flags of the command line have the same form. A mapping has no variable.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import { suggest } from '../base/suggest.ts';
import { SETTINGS, type Setting } from './settings.ts';

/** One setting that overrides the file. */
export interface Override {
  /** The name of the setting: `listen`. */
  readonly setting: string;
  readonly text: string;
  /** Where it comes from, for messages: `DNSTEER_LISTEN`, `--listen`. */
  readonly origin: string;
}

/** The variable that names the file; it is no setting itself. */
export const CONFIG_VARIABLE = 'DNSTEER_CONFIG';

const VARIABLES = new Map(
  SETTINGS.flatMap((setting) => (setting.variable === undefined ? [] : [[setting.variable, setting]])),
);

/**
 * Variables that Kubernetes sets in the containers near a service called `dnsteer` or `dnsteer-…`:
 * `DNSTEER_SERVICE_HOST`, `DNSTEER_PORT_53_UDP_ADDR`.
 */
const SERVICE_LINK = /_(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT|PORT_\d+_(TCP|UDP)(_.+)?)$/;

/** The settings in the environment, and warnings about `DNSTEER_…` variables that are no settings. */
export function overridesFrom(env: Readonly<Record<string, string | undefined>>): {
  readonly overrides: readonly Override[];
  readonly warnings: readonly Diagnostic[];
} {
  const overrides: Override[] = [];
  const warnings: Diagnostic[] = [];
  for (const [variable, text] of Object.entries(env)) {
    if (!variable.startsWith('DNSTEER_') || variable === CONFIG_VARIABLE) continue;
    const setting = VARIABLES.get(variable);
    // A compose file or a unit file writes an empty text for "not set".
    if (setting !== undefined && text) overrides.push({ setting: setting.name, text, origin: variable });
    if (setting === undefined && !SERVICE_LINK.test(variable)) warnings.push(unknownVariable(variable));
  }
  return { overrides, warnings };
}

/** The value that a text stands for, in the form the file would have. */
export function valueFrom(setting: Setting, text: string): unknown {
  if (setting.isList) {
    const items = text.split(',').map((item) => item.trim());
    return items.filter((item) => item !== '');
  }
  if (setting.takesText(text) || text.trim() === '') return text;
  if (text === 'true' || text === 'false') return text === 'true';
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
