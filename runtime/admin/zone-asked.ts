/** The zone that a request names, as the server names it; or what is wrong with it. */
import { fail, ok, type Result } from '../base/result.ts';
import { nameFromText, nameToText } from '../wire/name.ts';

export function zoneAsked(typed: string | undefined): Result<string> {
  if (!typed) return fail('A zone is needed: zone=example.com');
  const name = nameFromText(typed);
  return name.ok ? ok(nameToText(name.value).toLowerCase().replace(/\.$/, '')) : name;
}
