/** Questions to zones. */
import { freeze } from '../primordials.ts';
import { question } from './running.ts';
import { shown } from './shown.ts';

/** Which question an answer, or a distribution, answers. */
const asked = new WeakMap<object, { readonly id: number; readonly kind: 'answer' | 'distribution' }>();

type Ask = (name: string, type?: string, given?: unknown) => Promise<object>;

/** Questions to the zone of the test file. */
export const ask: Ask = asker('answer', undefined);
export const distribution: Ask = asker('distribution', undefined);

export function zone(of: string): { ask: Ask; distribution: Ask } {
  if (typeof of !== 'string') throw new TypeError(`zone: Must be a name, and it is ${shown(of)}`);
  return { ask: asker('answer', of), distribution: asker('distribution', of) };
}

function asker(kind: 'answer' | 'distribution', of: string | undefined): Ask {
  return (name, type = 'A', given = {}) => request(kind, of, name, type, given);
}

/** What is known of a value that an expectation is about; `undefined` if it is no answer. */
export function askedFor(value: unknown): { readonly id: number; readonly kind: string } | undefined {
  return typeof value === 'object' && value !== null ? asked.get(value) : undefined;
}

async function request(
  kind: 'answer' | 'distribution',
  of: string | undefined,
  name: unknown,
  type: unknown,
  given: unknown,
): Promise<object> {
  if (typeof name !== 'string')
    throw new TypeError(`The name asked for must be a text, and it is ${shown(name)}`);
  if (typeof type !== 'string')
    throw new TypeError(`The type asked for must be a text, and it is ${shown(type)}`);
  const { id, value } = (await question({
    kind,
    ...(of !== undefined && { zone: of }),
    name,
    type,
    given,
  })) as {
    id: number;
    value: object;
  };
  const answer = freeze(value);
  asked.set(answer, { id, kind });
  return answer;
}
