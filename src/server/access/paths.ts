/** Where to go after signing in: a path of ours, printable and without a backslash; anything else is the first page. */
export const localPath = (to: string | undefined): string =>
  to !== undefined && /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,2000}$/.test(to) ? to : '/'

/** Where somebody lands who has just signed in and asked for no place: the page that says who is signed in. */
export const landing = (to: string): string => (to === '/' ? '/login' : to)
