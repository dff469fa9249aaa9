/** Where to go after signing in: a path of ours, printable and without a backslash; anything else is the first page. */
export const localPath = (to: string | undefined): string =>
  to !== undefined && /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,2000}$/.test(to) ? to : '/'
