/** Tars made by hand: the fake's reader must not be tested with its own writer, nor with the pipe's. */
export interface TarItem {
  readonly path: string;
  readonly type?: string;
  readonly mode?: number;
  readonly text?: string;
  readonly link?: string;
  readonly prefix?: string;
  readonly checksum?: number;
  readonly magic?: string;
}

export const TAR_END = Buffer.alloc(1024);

export function tarOf(items: readonly TarItem[], end: Uint8Array = TAR_END): Buffer {
  return Buffer.concat([...items.map(tarItem), end]);
}

export function tarItem(item: TarItem): Buffer {
  const { path, type = '0', mode = 0o644, text = '', link = '', prefix = '', magic = 'ustar' } = item;
  const body = Buffer.from(text);
  const header = Buffer.alloc(512);
  header.write(path, 0);
  header.write(`${mode.toString(8).padStart(6, '0')} `, 100);
  header.write(`${body.byteLength.toString(8).padStart(11, '0')} `, 124);
  header.write('        ', 148);
  header.write(type, 156);
  header.write(link, 157);
  header.write(magic, 257);
  header.write('00', 263);
  header.write(prefix, 345);
  const sum = item.checksum ?? header.reduce((all, byte) => all + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.byteLength % 512)) % 512)]);
}

export function pax(records: Readonly<Record<string, string>>): TarItem {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`;
    let length = Buffer.byteLength(rest);
    while (String(length).length + Buffer.byteLength(rest) !== length)
      length = String(length).length + Buffer.byteLength(rest);
    return `${String(length)}${rest}`;
  });
  return { path: 'PaxHeader', type: 'x', text: lines.join('') };
}
