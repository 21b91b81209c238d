/** Paths as the operator would type them. */
import path from 'node:path';

/** A path relative to the working directory if below that, else absolute. `file` is relative to `root`. */
export function shownPath(root: string, file: string): string {
  const isPlain = !path.isAbsolute(file) && !file.startsWith('.') && path.normalize(file) === file;
  return isPlain ? beginningIn(root) + file : shownAs(root, file);
}

/** What the paths of all files in a folder begin with: ten thousand of one folder are shown several times at a start. */
function beginningIn(root: string): string {
  const cwd = process.cwd();
  if (known?.root !== root || known.cwd !== cwd)
    known = { root, cwd, beginning: shownAs(root, 'x').slice(0, -1) };
  return known.beginning;
}

let known: { readonly root: string; readonly cwd: string; readonly beginning: string } | undefined;

function shownAs(root: string, file: string): string {
  const absolute = path.resolve(root, file);
  const relative = path.relative(process.cwd(), absolute);
  const isBelow = relative !== '' && relative.split(path.sep, 1)[0] !== '..';
  // Everything lies below the root of the file system, where daemons run, and not people.
  return isBelow && path.dirname(process.cwd()) !== process.cwd() ? relative : absolute;
}
