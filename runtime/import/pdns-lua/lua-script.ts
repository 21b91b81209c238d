/**
 * Runs a script as far as it is the same for every query, and keeps the rest as conditions: what is left is a decision.
 */
import { meant } from '../../base/suggest.ts';
import type { DecisionDraft } from '../draft.ts';
import { luaCondition } from './conditions.ts';
import { CHECKED } from './if-up.ts';
import type { LuaHost } from './lua-host.ts';
import { LuaBeyond, type LuaBlock, type LuaExpression } from './lua-tree.ts';
import { isTable, type LuaValue, stringsOf } from './lua-value.ts';
import { nameGiven, PICKS } from './pick.ts';

/** Names and their values. */
export type LuaNames = ReadonlyMap<string, LuaValue>;

/** Gives the script that a record of the type LUA holds. @throws {LuaBeyond} If there is none. */
export type LuaIncludes = (name: string) => LuaBlock;

const FUNCTIONS = { ...PICKS, ...CHECKED };
/** Functions of PowerDNS that no plan is like, and what to do. */
const BEYOND: Readonly<Record<string, string>> = {
  pickselfweighted: 'weights that an address says of itself are no weights of a plan (compare leastLoaded)',
  createReverse: 'it makes names from the name that is asked for, as a handler may',
  createReverse6: 'it makes names from the name that is asked for, as a handler may',
  createForward: 'it reads an address from the name that is asked for, as a handler may',
  createForward6: 'it reads an address from the name that is asked for, as a handler may',
  filterForward: 'it reads an address from the name that is asked for, as a handler may',
  dblookup: 'no policy looks records up while it answers',
  latlon: 'it answers the place of the client as text',
  latlonloc: 'it answers the place of the client as text',
  closestMagic: 'it reads addresses from the name that is asked for',
  geoiplookup: 'no policy looks other addresses up',
};
/** Runs of blocks after a condition are copied into both of its arms; so many at most. */
const MOST_STEPS = 5000;
const DEEPEST_INCLUDE = 10;

export class LuaScript {
  readonly #host: LuaHost;
  readonly #includes: LuaIncludes;
  #steps = 0;
  #depth = 0;

  constructor(host: LuaHost, includes: LuaIncludes) {
    this.#host = host;
    this.#includes = includes;
  }

  /** What the script returns. @throws {LuaBeyond} Where it does what no policy does. */
  decision(block: LuaBlock): DecisionDraft {
    return this.#run(block, new Map());
  }

  #run(block: LuaBlock, names: LuaNames): DecisionDraft {
    const known = new Map(names);
    for (const [index, statement] of block.entries()) {
      if (++this.#steps > MOST_STEPS)
        throw new LuaBeyond('its conditions lead to more cases than anybody reads');
      if (statement.kind === 'return') return this.#answer(statement.value, known);
      if (statement.kind === 'assign')
        known.set(statement.name, this.#namedValue(statement.name, statement.value, known));
      else if (statement.kind === 'run') this.#include(statement.call, known);
      else {
        const rest = block.slice(index + 1);
        const when = luaCondition(statement.when, (expression) => this.#value(expression, known));
        if (typeof when === 'boolean')
          return this.#run([...(when ? statement.yes : statement.no), ...rest], known);
        const yes = this.#run([...statement.yes, ...rest], known);
        return { kind: 'if', when, yes, no: this.#run([...statement.no, ...rest], known) };
      }
    }
    return { kind: 'nodata' };
  }

  /** A call that stands alone is `include('name')`, whose script gives values to names. */
  #include(call: LuaExpression, known: Map<string, LuaValue>): void {
    const name = call.kind === 'call' && call.of.kind === 'name' ? call.of.name : '';
    if (call.kind !== 'call' || name !== 'include')
      throw new LuaBeyond(`the script runs \`${name}\` and goes on`);
    if (++this.#depth > DEEPEST_INCLUDE) throw new LuaBeyond('scripts include each other in a circle');
    const [argument] = call.args;
    const [target = ''] = stringsOf(argument && this.#value(argument, known), 'names of records');
    for (const statement of this.#includes(target)) {
      if (statement.kind === 'assign')
        known.set(statement.name, this.#namedValue(statement.name, statement.value, known));
      else if (statement.kind === 'run') this.#include(statement.call, known);
      else throw new LuaBeyond(`the script of "${target}" does more than give values to names`);
    }
    this.#depth--;
  }

  /** Tables keep the name that they got first: it tells what they are. */
  #namedValue(name: string, expression: LuaExpression, names: LuaNames): LuaValue {
    const value = this.#value(expression, names);
    return isTable(value) && value.name === undefined ? { ...value, name } : value;
  }

  #answer(expression: LuaExpression, names: LuaNames): DecisionDraft {
    const valueIn = (each: LuaExpression) => this.#value(each, names);
    if (expression.kind === 'binary' && expression.sign === 'or' && expression.left.kind === 'binary') {
      // `condition and a or b`
      const { left } = expression;
      if (left.sign === 'and') {
        const when = luaCondition(left.left, valueIn);
        if (typeof when === 'boolean') return this.#answer(when ? left.right : expression.right, names);
        return {
          kind: 'if',
          when,
          yes: this.#answer(left.right, names),
          no: this.#answer(expression.right, names),
        };
      }
    }
    const value = valueIn(expression);
    if (value === undefined) return { kind: 'nodata' };
    if (typeof value === 'object' && value.kind === 'answer') return value.decision;
    return this.#host.pool(stringsOf(value, 'answers'), nameGiven(value));
  }

  #value(expression: LuaExpression, names: LuaNames): LuaValue {
    switch (expression.kind) {
      case 'constant':
        return expression.value;
      case 'name':
        return this.#named(expression.name, names);
      case 'table':
        return this.#table(expression, names);
      case 'index': {
        const [of, key] = [this.#value(expression.of, names), this.#value(expression.key, names)];
        if (!isTable(of)) throw new LuaBeyond('a value is looked up in what is no table');
        return typeof key === 'number' ? of.items[key - 1] : of.keyed.get(luaKey(key));
      }
      case 'call':
        return { kind: 'answer', decision: this.#call(expression, names) };
      case 'not':
      case 'binary':
        break;
    }
    throw new LuaBeyond('the value of a condition is not known without a query');
  }

  #named(name: string, names: LuaNames): LuaValue {
    if (names.has(name)) return names.get(name);
    throw new LuaBeyond(`\`${name}\` is not known without a query${meant(name, names.keys())}`);
  }

  #table({ fields }: LuaExpression & { kind: 'table' }, names: LuaNames): LuaValue {
    const items: LuaValue[] = [];
    const keyed = new Map<string, LuaValue>();
    for (const { key, value } of fields) {
      const of = this.#value(value, names);
      if (key === undefined) items.push(of);
      else keyed.set(luaKey(this.#value(key, names)), of);
    }
    return { kind: 'table', items, keyed };
  }

  #call(expression: LuaExpression & { kind: 'call' }, names: LuaNames): DecisionDraft {
    const name = expression.of.kind === 'name' ? expression.of.name : '';
    const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (known !== undefined)
      return known(
        expression.args.map((each) => this.#value(each, names)),
        this.#host,
      );
    const why = Object.hasOwn(BEYOND, name) ? BEYOND[name] : undefined;
    if (why !== undefined) throw new LuaBeyond(`${name}: ${why}`);
    throw new LuaBeyond(`there is no function \`${name}\`${meant(name, Object.keys(FUNCTIONS))}`);
  }
}

/** Keys of tables are texts and numbers. */
function luaKey(key: LuaValue): string {
  if (typeof key === 'string' || typeof key === 'number') return String(key);
  throw new LuaBeyond('a key of a table is not known without a query');
}
