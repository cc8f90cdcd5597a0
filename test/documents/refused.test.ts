import { describe, expect, it } from '@jest/globals';
import { Secret } from '../../src/secret.ts';
import { faultsOf, read } from './support/document.ts';

describe('anchors and aliases', () => {
  it('stand for single values', () => {
    expect(read('a: &x one\nb: [*x, &y 2, *y, *x]\n').value).toEqual({ a: 'one', b: ['one', 2, 2, 'one'] });
  });

  it('are as many as a bound says, and no more', () => {
    const anchors = (count: number): string =>
      Array.from({ length: count }, (_, index) => `- &a${String(index)} x\n`).join('');
    expect(faultsOf(anchors(20))).toEqual([]);
    expect(faultsOf(anchors(21))).toEqual(['21:8 more than 20 anchors (&); wanted the value written out']);
    const aliases = (count: number): string => `- &a x\n${'- *a\n'.repeat(count)}`;
    expect(faultsOf(aliases(200))).toEqual([]);
    expect(read(aliases(200)).value).toHaveLength(201);
    expect(faultsOf(aliases(201))).toEqual(['202:3 more than 200 aliases (*); wanted the value written out']);
  });

  it.each([
    { name: 'a list', text: 'a: &x [1]\nb: *x', at: '1:7' },
    { name: 'a map', text: 'a: &x { b: 1 }\nb: *x', at: '1:7' },
    { name: 'a key', text: '&x a: 1', at: '1:4' },
  ])('never on $name', ({ text, at }) => {
    expect(faultsOf(text)).toEqual([`${at} an anchor (&) on a list, a map or a key; wanted it on a single value`]);
  });

  it('name what stands before them, once', () => {
    expect(faultsOf('a: *x\nb: &x 1')).toEqual(['1:4 an alias (*) of nothing before it; wanted the value written out']);
    expect(faultsOf('a: &x 1\nb: &x 2\nc: *x')).toEqual(['2:7 the same anchor (&) for the second time; wanted once']);
  });
});

it('shows no half of a secret where a name is cut', () => {
  const secret = new Secret('canary-in-a-document');
  const name = `${'y'.repeat(70)}${secret.reveal()}`;
  expect(faultsOf(`${name}: 1\n${name}: 2`)).toEqual([
    `2:1 the key ${'y'.repeat(70)}[redacted] for the second time; wanted once`,
  ]);
});

describe('a list', () => {
  const list = (length: number): string =>
    `a: [${Array.from({ length }, (_, index) => `{ b: ${String(index)} }`).join(',')}]`;

  it('has as many items as can be compared with each other, and no more', () => {
    expect(faultsOf(list(2000))).toEqual([]);
    expect(faultsOf(list(2001))).toEqual(['1:4 a list of 2001 items; wanted at most 2000']);
  });
});

describe('what the strict part of YAML leaves out', () => {
  it.each([
    { name: 'a merge key', text: 'a: 1\n<<: { b: 2 }', fault: '2:1 a merge key (<<); wanted the keys written out' },
    { name: 'a merge key in quotes', text: '"<<": 1', fault: '1:1 a merge key (<<); wanted the keys written out' },
    { name: 'a key twice', text: 'a: 1\n"a": 2', fault: '2:1 the key a for the second time; wanted once' },
    {
      name: 'a key twice in a list',
      text: '- { a: 1, a: 2 }',
      fault: '1:11 the key a for the second time; wanted once',
    },
    {
      name: 'a key that is null',
      text: '~: 1',
      fault: '1:1 a key that is not text; wanted text, in quotes where needed',
    },
    { name: 'a tag', text: 'a: !!str 1', fault: '1:10 a tag (!); wanted plain values' },
    {
      name: 'a directive',
      text: '%YAML 1.1\n---\na: 1',
      fault: '1:1 a %YAML directive; wanted none: YAML 1.2 is read',
    },
  ])('$name', ({ text, fault }) => {
    expect(faultsOf(text)).toEqual([fault]);
  });

  it('depth', () => {
    const lists = (count: number): string => `${'['.repeat(count)}${']'.repeat(count)}`;
    expect(faultsOf(lists(30))).toEqual([]);
    expect(faultsOf(lists(40))).toEqual(['1:33 nested too deeply; wanted fewer levels']);
  });
});
