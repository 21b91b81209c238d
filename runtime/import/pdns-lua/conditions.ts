/** Conditions of LUA records as conditions of policies: where the client is, and in which network. */
import { parsePrefix, prefixToText } from '../../base/net/ip.ts';
import type { Condition } from '../draft.ts';
import { LuaBeyond, type LuaExpression } from './lua-tree.ts';
import { isTable, type LuaValue } from './lua-value.ts';

/** Gives the value of an expression that is known without a query, and throws {@link LuaBeyond} for others. */
export type ValueIn = (expression: LuaExpression) => LuaValue;

/** Functions that tell whether the client is somewhere, and those that tell where it is. */
const WHETHER = { country: 'country', continent: 'continent', region: 'region' } as const;
const WHERE = { countryCode: 'country', continentCode: 'continent', regionCode: 'region' } as const;

/** A condition of the query, or what it comes to for every query. @throws {LuaBeyond} */
export function luaCondition(expression: LuaExpression, valueIn: ValueIn): Condition | boolean {
  if (expression.kind === 'not') return negated(luaCondition(expression.of, valueIn));
  if (expression.kind === 'call') return called(expression, valueIn);
  if (expression.kind !== 'binary') return isTrue(valueIn(expression));
  const { sign, left, right } = expression;
  if (sign === '==' || sign === '~=') {
    const equal = equality(left, right, valueIn);
    return sign === '==' ? equal : negated(equal);
  }
  const [a, b] = [luaCondition(left, valueIn), luaCondition(right, valueIn)];
  // What decides alone leaves nothing to ask: `false` of an `and`, `true` of an `or`.
  const deciding = sign === 'or';
  if (typeof a === 'boolean') return a === deciding ? a : b;
  if (typeof b === 'boolean') return b === deciding ? b : a;
  return sign === 'and' ? { all: [a, b] } : { any: [a, b] };
}

/** In Lua all but `nil` and `false` is true. */
function isTrue(value: LuaValue): boolean {
  return value !== undefined && value !== false;
}

function negated(condition: Condition | boolean): Condition | boolean {
  if (typeof condition === 'boolean') return !condition;
  return 'not' in condition ? condition.not : { not: condition };
}

function equality(left: LuaExpression, right: LuaExpression, valueIn: ValueIn): Condition | boolean {
  const fact = left.kind === 'call' && left.of.kind === 'name' ? own(WHERE, left.of.name) : undefined;
  if (fact === undefined) {
    const isTurned =
      right.kind === 'call' && right.of.kind === 'name' && own(WHERE, right.of.name) !== undefined;
    return isTurned ? equality(right, left, valueIn) : valueIn(left) === valueIn(right);
  }
  const code = valueIn(right);
  if (typeof code !== 'string') throw new LuaBeyond(`${fact} is compared with what is no text`);
  return { fact, is: [code.toUpperCase()] };
}

function called(expression: LuaExpression & { kind: 'call' }, valueIn: ValueIn): Condition | boolean {
  const name = expression.of.kind === 'name' ? expression.of.name : '';
  const [argument] = expression.args;
  const fact = own(WHETHER, name);
  if (fact !== undefined)
    return { fact, is: listed(argument, valueIn).map((code) => String(code).toUpperCase()) };
  if (name === 'asnum') return { fact: 'asn', is: listed(argument, valueIn).map(Number) };
  if (name === 'netmask') {
    const networks = listed(argument, valueIn).map(networkOf);
    return networks.length === 0 ? false : { fact: 'network', in: networks };
  }
  throw new LuaBeyond(`\`${name === '' ? 'a value' : name}\` is no condition that a policy has`);
}

/** A network without bits behind it, as policies write it. @throws {LuaBeyond} */
export function networkOf(text: string | number): string {
  const prefix = parsePrefix(String(text));
  if (prefix === undefined) throw new LuaBeyond(`"${text}" is no network`);
  return prefixToText(prefix);
}

/** One code or network, or all of a table. */
function listed(argument: LuaExpression | undefined, valueIn: ValueIn): readonly (string | number)[] {
  const value = argument && valueIn(argument);
  const items = isTable(value) ? value.items : [value];
  return items.map((item) => {
    if (typeof item === 'string' || typeof item === 'number') return item;
    throw new LuaBeyond('a place or a network is not known without a query');
  });
}

function own<T extends object>(table: T, name: string): T[keyof T] | undefined {
  return Object.hasOwn(table, name) ? table[name as keyof T] : undefined;
}
