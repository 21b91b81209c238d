/** The part of Lua that LUA records steer with, as a tree. */

export type LuaExpression =
  | { readonly kind: 'constant'; readonly value: string | number | boolean | undefined }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'table'; readonly fields: readonly LuaField[] }
  | { readonly kind: 'index'; readonly of: LuaExpression; readonly key: LuaExpression }
  | { readonly kind: 'call'; readonly of: LuaExpression; readonly args: readonly LuaExpression[] }
  | { readonly kind: 'not'; readonly of: LuaExpression }
  | {
      readonly kind: 'binary';
      readonly sign: 'and' | 'or' | '==' | '~=';
      readonly left: LuaExpression;
      readonly right: LuaExpression;
    };

export interface LuaField {
  /** Absent for what stands in order. */
  readonly key?: LuaExpression;
  readonly value: LuaExpression;
}

export type LuaStatement =
  | { readonly kind: 'assign'; readonly name: string; readonly value: LuaExpression }
  | {
      readonly kind: 'if';
      readonly when: LuaExpression;
      readonly yes: LuaBlock;
      readonly no: LuaBlock;
    }
  | { readonly kind: 'return'; readonly value: LuaExpression }
  | { readonly kind: 'run'; readonly call: LuaExpression };

export type LuaBlock = readonly LuaStatement[];

/** What is Lua, and is not understood here: thrown, and told as one line of the report. */
export class LuaBeyond extends Error {}
