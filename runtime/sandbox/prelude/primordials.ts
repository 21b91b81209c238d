/**
 * The intrinsics of the prelude, saved before any policy code runs. A policy that replaces `JSON.stringify`
 * or `Date` changes its own view only, and not the facts noted about it.
 */
// oxlint-disable typescript/unbound-method -- Callers apply these prototype methods to a receiver.
export const { parse, stringify } = JSON;
export const { create, defineProperty, freeze, getOwnPropertyDescriptor, getOwnPropertyNames, hasOwn, keys } =
  Object;
export const { apply, construct } = Reflect;
export const { isArray } = Array;
export const { isFinite: isFiniteNumber } = Number;

export const NativeDate = Date;
export const nativeNow = Date.now;
export const { getUTCDate, getUTCDay, getUTCFullYear, getUTCHours, getUTCMinutes, getUTCMonth, toISOString } =
  Date.prototype;
export const nativeUTC = Date.UTC;

export const NativeDateTimeFormat = Intl.DateTimeFormat;
export const { formatToParts, resolvedOptions } = Intl.DateTimeFormat.prototype;

export const { charAt, indexOf, slice } = String.prototype;
export const { test } = RegExp.prototype;
