/** Whether a text as a whole is one email address: no name beside it, no second one, nothing that quotes or comments. */
export const isEmailAddress = (text: string): boolean => /^[^\s@,;:<>()[\]"\\]+@[^\s@,;:<>()[\]"\\]+$/.test(text)
