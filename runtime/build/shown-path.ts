/** Paths as the operator would type them. */
import path from 'node:path';

/** A path relative to the working directory if below that, else absolute. `file` is relative to `root`. */
export function shownPath(root: string, file: string): string {
  const absolute = path.resolve(root, file);
  const relative = path.relative(process.cwd(), absolute);
  const isBelow = relative !== '' && relative.split(path.sep, 1)[0] !== '..';
  // Everything lies below the root of the file system, where daemons run, and not people.
  return isBelow && path.dirname(process.cwd()) !== process.cwd() ? relative : absolute;
}
