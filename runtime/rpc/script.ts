/**
 * The script of a policy, as it is or as the JSON that a sandbox is sent. To make that of four million characters takes
 * fifteen milliseconds: control does it, so that a process that answers need not.
 */
export type Script = string | ScriptJson;

export interface ScriptJson {
  /** A string literal of JSON. */
  readonly json: string;
}

export function scriptJson(script: Script): string {
  return typeof script === 'string' ? JSON.stringify(script) : script.json;
}
