/** Program text that fits its lines: groups that stand on one line where there is room, and on several where not. */

/** A text, or texts in brackets, between commas. */
export type Source = string | Group;

interface Group {
  readonly open: string;
  readonly items: readonly Item[];
  readonly close: string;
  /** Whether a blank is inside of the brackets on one line, as in objects. */
  readonly isObject?: boolean;
  /** Whether each item has a line of its own, though there be room. */
  readonly isTall?: boolean;
}

interface Item {
  /** A line of its own before the item. */
  readonly comment?: string;
  /** What stands before the value: `key: `. */
  readonly before: string;
  readonly value: Source;
}

/** Columns of a line. */
const WIDTH = 110;

export function call(name: string, ...values: readonly Source[]): Source {
  return { open: `${name}(`, items: values.map(bare), close: ')' };
}

export function array(values: readonly Source[]): Source {
  return { open: '[', items: values.map(bare), close: ']' };
}

export function object(
  entries: readonly { readonly key: string; readonly value: Source; readonly comment?: string }[],
  isTall = false,
): Source {
  const items = entries.map(({ key, value, comment }) => ({
    before: `${keyText(key)}: `,
    value,
    ...(comment !== undefined && { comment }),
  }));
  return {
    open: '{',
    items,
    close: '}',
    isObject: true,
    isTall: isTall || items.some(({ comment }) => comment !== undefined),
  };
}

/** A text as a program has it, in single quotes. */
export function quoted(text: string): string {
  const inside = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');
  return text.includes("'") && !text.includes('"')
    ? JSON.stringify(text)
    : `'${inside.replaceAll("'", "\\'")}'`;
}

/** Lays out text that begins in a line with `used` columns taken, and goes on at `indent` columns. */
export function layOut(source: Source, indent: number, used: number): string {
  const flat = flatText(source);
  if (flat !== undefined && used + flat.length <= WIDTH) return flat;
  if (typeof source === 'string') return source;
  return huggedText(source, indent, used) ?? tallText(source, indent);
}

function bare(value: Source): Item {
  return { before: '', value };
}

/** On one line; `undefined` where something in it must have lines of its own. */
function flatText(source: Source): string | undefined {
  if (typeof source === 'string') return source.includes('\n') ? undefined : source;
  const { open, items, close, isObject, isTall } = source;
  if (isTall) return undefined;
  const texts: string[] = [];
  for (const { before, value } of items) {
    const text = flatText(value);
    if (text === undefined) return undefined;
    texts.push(before + text);
  }
  const blank = isObject && items.length > 0 ? ' ' : '';
  return `${open}${blank}${texts.join(', ')}${blank}${close}`;
}

/** A call whose last argument is an object, or its only one an array, opens that and nothing else. */
function huggedText({ open, items, close }: Group, indent: number, used: number): string | undefined {
  const last = items.at(-1);
  if (!open.endsWith('(') || last === undefined || typeof last.value === 'string') return undefined;
  const isHugged = last.value.isObject === true || (last.value.open === '[' && items.length === 1);
  const before = items.slice(0, -1).map(({ value }) => (typeof value === 'string' ? value : undefined));
  if (!isHugged || before.includes(undefined)) return undefined;
  const head = `${open}${before.map((text) => `${text}, `).join('')}`;
  if (used + head.length + 1 > WIDTH) return undefined;
  return `${head}${tallText(last.value, indent)}${close}`;
}

function tallText({ open, items, close }: Group, indent: number): string {
  const blanks = ' '.repeat(indent + 2);
  const lines = items.map(({ comment, before, value }) => {
    const text = `${before}${layOut(value, indent + 2, indent + 3 + before.length)}`;
    return `${comment === undefined ? '' : `${blanks}${commentText(comment)}\n`}${blanks}${text},\n`;
  });
  return `${open}\n${lines.join('')}${' '.repeat(indent)}${close}`;
}

/** One line of comment: what the original says may have line ends in it. */
function commentText(text: string): string {
  return `// ${text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')}`;
}

function keyText(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key);
}
