/**
 * The texts and numbers that stand in a script. What a policy compares facts with stands there most often, so these
 * values are tried first: the order in which cases are looked at rests on them, and never what is true of one.
 */

export interface Literals {
  readonly texts: ReadonlySet<string>;
  readonly numbers: ReadonlySet<number>;
}

/** Characters of a text that could be a value of a fact. */
const MOST_TEXT = 255;
const MOST_LITERALS = 4096;

/** Comments are skipped; keys of objects count as texts, as tables are looked up by them. */
const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?<double>(?:[^"\\\n]|\\.)*)"|'(?<single>(?:[^'\\\n]|\\.)*)'|`(?<template>[^`$\\]*)`|(?<word>[A-Za-z_$][\w$]*)(?=\s*:)|[A-Za-z_$][\w$]*|(?<number>\d[\d_]*(?:\.\d+)?)/g;

export function literalsIn(script: string): Literals {
  const [texts, numbers] = [new Set<string>(), new Set<number>()];
  for (const { groups = {} } of script.matchAll(TOKEN)) {
    if (texts.size + numbers.size >= MOST_LITERALS) break;
    const text = groups.double ?? groups.single ?? groups.template ?? groups.word;
    if (groups.number !== undefined) numbers.add(Number(groups.number.replaceAll('_', '')));
    else if (text !== undefined && text !== '' && text.length <= MOST_TEXT) texts.add(text);
  }
  return { texts, numbers };
}
