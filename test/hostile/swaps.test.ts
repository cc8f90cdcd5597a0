import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  eavesdrop,
  just,
  LARGE_BYTES,
  makeOutside,
  notesAccess,
  SECRET,
  swap,
  type Moment,
} from './support/outside.ts';
import { makeSite, STATIC, WAYS, type Site, type Way } from './support/site.ts';

const ends: (() => void)[] = [];
afterEach(() => ends.splice(0).forEach((end) => end()));

const NOTES_ACCESS = notesAccess();

interface Place {
  readonly site: Site;
  readonly base: string;
  /** Absolute. */
  readonly at: (name: string) => string;
  readonly outside: string;
}

interface Attack {
  readonly name: string;
  readonly moment: (place: Place) => Moment;
  readonly act: (place: Place) => () => void;
  /** What the run says of it. */
  readonly says: RegExp;
}

const LINK = /a link on the way to \S+, or no plain file there/;
const PLANNED: readonly Attack[] = [
  {
    name: 'a folder, before it is listed',
    moment: ({ base }) => ({ call: 'list', path: `${base}/deep` }),
    act: ({ at, outside }) => swap(at('deep'), () => symlinkSync(outside, at('deep'))),
    says: /a link on the way to \S+\/deep, or no plain file there/,
  },
  {
    name: 'a folder, before a link in it is read',
    moment: ({ base }) => ({ call: 'readLink', path: `${base}/deep/link` }),
    act: ({ at, outside }) => swap(at('deep'), () => symlinkSync(outside, at('deep'))),
    says: /a link on the way to \S+\/deep, or no plain file there/,
  },
  {
    name: 'the folder above, before a folder is listed',
    moment: ({ base }) => ({ call: 'list', path: `${base}/deep` }),
    act: ({ site, base, outside }) => {
      const path = `${site.root}/${base}`;
      mkdirSync(`${outside}/deep`);
      return swap(path, () => symlinkSync(outside, path));
    },
    says: /a link on the way to \S+\/deep, or no plain file there/,
  },
];

/** Of one file, in the midst of a run: before it is hashed, and between that and its way to Vercel. */
const READ: readonly Attack[] = [
  ...(['small.txt', 'large.bin'] as const).flatMap((name): Attack[] => {
    const call = name === 'large.bin' ? 'stream' : 'read';
    const moment = ({ base }: Place): Moment => ({ call, path: `${base}/deep/${name}` });
    const file = ({ at }: Place): string => at(`deep/${name}`);
    return [
      {
        name: `${name} for a link`,
        moment,
        act: (place) => swap(file(place), () => symlinkSync(`${place.outside}/${name}`, file(place))),
        says: LINK,
      },
      {
        name: `the folder of ${name} for a link`,
        moment,
        act: ({ at, outside }) => swap(at('deep'), () => symlinkSync(outside, at('deep'))),
        says: LINK,
      },
      {
        name: `${name} for a FIFO`,
        moment,
        act: (place) => swap(file(place), () => execFileSync('mkfifo', [file(place)])),
        says: LINK,
      },
      { name: `${name} for nothing`, moment, act: (place) => () => rmSync(file(place)), says: /ENOENT|other bytes at/ },
    ];
  }),
];

/** What only shows where it is compared with what was hashed. */
const CHANGED: readonly Attack[] = (['small.txt', 'large.bin'] as const).flatMap((name): Attack[] => {
  const call = name === 'large.bin' ? 'stream' : 'read';
  const moment = ({ base }: Place): Moment => ({ call, path: `${base}/deep/${name}` });
  const says = new RegExp(`got: {4}other bytes at \\S+/deep/${name} than were hashed`);
  const path = ({ at }: Place): string => at(`deep/${name}`);
  return [
    { name: `${name} grows`, moment, act: (place) => () => appendFileSync(path(place), '!'), says },
    { name: `${name} shrinks`, moment, act: (place) => () => truncateSync(path(place), 3), says },
    {
      name: `${name} becomes another of its size`,
      moment,
      act: (place) => () => writeFileSync(path(place), Buffer.alloc(name === 'large.bin' ? LARGE_BYTES : 6, 'z')),
      says,
    },
  ];
});

async function attack(way: Way, { moment, act, says }: Attack, time: number, end: { status: number; code: string }) {
  const site = await makeSite(way);
  const outside = makeOutside(site);
  ends.push(site.end, outside.end);
  const base = way.mode === 'prebuilt' ? STATIC : 'src';
  const at = (name: string): string => `${site.root}/${base}/${name}`;
  site.put(`${base}/deep/small.txt`, 'inside');
  site.put(`${base}/deep/large.bin`, Buffer.alloc(LARGE_BYTES, 'inside '));
  symlinkSync('small.txt', at('deep/link'));
  const place = { site, base, at, outside: outside.folder };
  let done = false;
  const heard: Buffer[] = [];
  const change = act(place);
  const files = just({ ...moment(place), time }, () => {
    change();
    done = true;
  });
  const { status, log } = await site.run({ files, network: eavesdrop(heard) });

  expect(done).toBe(true);
  expect({ status, log: status === end.status ? '' : log }).toEqual({ status: end.status, log: '' });
  expect(log).toMatch(new RegExp(`^error (?:[^\\n]*\\. )?${end.code}: `, 'm'));
  expect(log).toMatch(says);
  expect(site.left()).toMatchObject({ made: 0, alive: 0 });
  expect(readdirSync(site.temp)).toEqual([]);
  if (NOTES_ACCESS) expect(outside.touched()).toEqual([]);
  for (const bytes of heard) expect(holdsSecret(bytes)).toBe(false);
  for (const name of site.step.files()) expect(site.step.read(name)).not.toContain(SECRET);
  return { site, heard };
}

function holdsSecret(bytes: Buffer): boolean {
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { finishFlush: 2 }) : bytes;
  return plain.includes(SECRET);
}

describe.each([WAYS[0], WAYS[2]])('$mode: what is swapped while the tree is looked at', (way) => {
  it.each(PLANNED)('$name: status 2, nothing sent, nothing outside read', async (swapped) => {
    const { site, heard } = await attack(way, swapped, 1, { status: 2, code: 'OUTPUT_INVALID' });
    expect(heard).toEqual([]);
    expect(site.sandbox.journal).toEqual([]);
  });
});

// What is read is read alike in both modes.
describe.each(WAYS.slice(0, 2))('$mode by $upload: what is swapped', (way) => {
  it.each(READ)('before it is hashed, $name: status 3, nothing outside read or sent', async (swapped) => {
    const { site } = await attack(way, swapped, 1, { status: 3, code: 'OUTPUT_CHANGED' });
    expect(site.left().uploaded).toBe(0);
  });

  it.each([...READ, ...CHANGED])('after it was hashed, $name: status 3, and no whole body of it', async (swapped) => {
    await attack(way, swapped, 2, { status: 3, code: 'OUTPUT_CHANGED' });
  });
});
