/** The zone that a request names, as the server names it; or what is wrong with it. */
import { fail, ok, type Result } from '../base/result.ts';
import { zoneIdOf, zoneNameFromText } from '../wire/zone-id.ts';

export function zoneAsked(typed: string | undefined): Result<string> {
  if (!typed) return fail('A zone is needed: zone=example.com');
  const name = zoneNameFromText(typed);
  return name.ok ? ok(zoneIdOf(name.value)) : name;
}
