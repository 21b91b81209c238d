/** Passwords in URLs, kept off the screen, the log and the page. */

/** What is between a scheme and the last `@` of an authority, in the forms that `URL` takes for one. */
const USER = /(\bhttps?:[/\\]*|:\/\/)([^\s/?#\\]+)(?=@)/gi;

/** The text with an asterisk for each character of users and passwords in URLs, so that columns stay the same. */
export function withoutPasswords(text: string): string {
  return text.replace(USER, (_, before: string, hidden: string) => before + '*'.repeat(hidden.length));
}
