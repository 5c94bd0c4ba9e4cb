/** What the server asks of a new password, so that a person hears of it while typing. */
export const SHORTEST_PASSWORD = 12;
export const PASSWORD_ADVICE = `${SHORTEST_PASSWORD} characters at least. A few words in a row are easy to keep in mind.`;

/** What is wrong with a new password, or null; `name` is the account's. */
export function passwordProblem(password: string, name: string): string | null {
  const missing = SHORTEST_PASSWORD - password.length;
  if (missing > 0) return missing === 1 ? "One more character is needed." : `${missing} more characters are needed.`;
  if (new Set(password.toLowerCase()).size < 5) return "At least 5 different characters are needed.";
  if (name.length > 2 && password.toLowerCase().includes(name.toLowerCase())) {
    return "The name of the account must not be in it.";
  }
  return null;
}
