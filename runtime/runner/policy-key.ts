/** The name by which a sandbox knows one version of a policy. Only this file makes and reads it. */

/** `example.com@1a2b3c4d`. `zone` in lower case, no final dot; `version` has no `@`. */
export function policyKey({ zone, version }: { readonly zone: string; readonly version: string }): string {
  return `${zone}@${version}`;
}

/** The zone of a key. */
export function zoneOfKey(key: string): string {
  return key.slice(0, key.lastIndexOf('@'));
}
