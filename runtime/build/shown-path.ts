/** Paths as the operator would type them. */
import path from 'node:path';

/** Relative to where dnsteer was started if it lies below, else absolute. `file` is relative to `root`. */
export function shownPath(root: string, file: string): string {
  const absolute = path.resolve(root, file);
  const relative = path.relative(process.cwd(), absolute);
  const isBelow = relative !== '' && relative.split(path.sep, 1)[0] !== '..';
  // Below the root of the file system is everything; that is where daemons run, not people.
  return isBelow && path.dirname(process.cwd()) !== process.cwd() ? relative : absolute;
}
