const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** What a file's name says that it is. */
export function phaseOf(path: string): 'intent' | 'result' | undefined {
  if (path.endsWith('.intent.sigstore.json')) return 'intent';
  return path.endsWith('.result.sigstore.json') ? 'result' : undefined;
}

/** A bundle file that was read. */
export class Opened {
  /** Relative to its folder. */
  readonly name: string;
  /** SHA-256 of its bytes, hex. */
  readonly digest: string;
  /** Good as long as nothing else is read into where they are. */
  readonly bytes: Uint8Array;
  /** The name but for its phase and ending; undefined for another kind of name. */
  readonly base: string | undefined;
  readonly phase: 'intent' | 'result' | undefined;
  #text: string | undefined;

  /** @param path of the file */
  constructor(name: string, path: string, { digest, bytes }: Pick<Opened, 'digest' | 'bytes'>) {
    this.name = name;
    this.digest = digest;
    this.bytes = bytes;
    this.phase = phaseOf(path);
    this.base = this.phase && path.slice(0, path.lastIndexOf(`.${this.phase}.`));
  }

  /** Made where it is asked for: of what was proved before nobody does. */
  get text(): string {
    this.#text ??= UTF8.decode(this.bytes);
    return this.#text;
  }
}
