/** Longer than any address of a deployment. */
const MAX_LENGTH = 500;
/** Letters that neither Markdown nor Bitbucket's templates (`{…}`) take for anything. */
const PLAIN = /^https:\/\/[a-z0-9.-]+(?::[0-9]{1,5})?(?:\/[A-Za-z0-9._~/%=&?#:+-]*)?$/i;

/** True for an address that may be shown as a link: https, and no letter in it that could end it early. */
export function isWebAddress(text: string | undefined): text is string {
  return text !== undefined && text.length <= MAX_LENGTH && PLAIN.test(text) && URL.canParse(text);
}
