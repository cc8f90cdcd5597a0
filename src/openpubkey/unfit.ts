/** Why a token, a key or a proof will not do. It stays in this room: what leaves is its text. */
export class Unfit extends Error {}

/** What `read` gives, or the reason for which it gave nothing. Any other error is a defect and goes on. */
export function catchUnfit<T>(read: () => T): T | { readonly refusal: string } {
  try {
    return read();
  } catch (error) {
    if (error instanceof Unfit) return { refusal: error.message };
    throw error;
  }
}
