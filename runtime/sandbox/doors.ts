/** The rights a sandbox process starts with, and gives up before it meets a policy. */

/**
 * From here on not even this process's own code can read a file or load native code. All it needs is
 * loaded; what it was never granted (writing, children, threads, and since Node 26 the network)
 * stays refused.
 */
export function shutDoors(): void {
  const { permission } = process;
  // Node before 26.3 and early releases of 24 cannot give up rights: there they stay as narrow as they were granted.
  if (!('drop' in permission)) return;
  permission.drop('fs.read');
  permission.drop('addon');
}
