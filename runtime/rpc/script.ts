/**
 * The script of a policy, as it is or as the JSON that a sandbox gets. Making JSON of four million
 * characters takes fifteen milliseconds: control does it, so that answer processes need not.
 */
export type Script = string | ScriptJson;

export interface ScriptJson {
  /** The script as a JSON string. */
  readonly json: string;
}

export function scriptJson(script: Script): string {
  return typeof script === 'string' ? JSON.stringify(script) : script.json;
}

/** Whether there is nothing to run: of a zone that only has constant plans, none of which an author wrote as code. */
export function isEmptyScript(script: Script): boolean {
  return typeof script === 'string' ? script === '' : script.json === '""';
}
