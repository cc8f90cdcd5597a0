import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { isToken, redact, Secret } from '../src/secret.ts';

describe('Secret', () => {
  const secret = new Secret('canary-0123456789');

  it.each([
    { name: 'a template', text: () => 'token ' + String(secret) },
    { name: 'JSON', text: () => JSON.stringify({ secret }) },
    { name: 'inspect, with everything shown', text: () => inspect({ secret }, { depth: 9, showHidden: true }) },
    { name: 'its own keys', text: () => JSON.stringify(Object.entries(secret)) },
  ])('does not show in $name', ({ text }) => {
    expect(text()).not.toContain('canary');
  });

  it('reveals only when asked', () => {
    expect(secret.reveal()).toBe('canary-0123456789');
  });
});

describe('redact', () => {
  it.each([
    {
      name: 'a secret that was made',
      make: 'canary-9876543210',
      text: 'echo canary-9876543210!',
      clean: 'echo [redacted]!',
    },
    { name: 'its form in a URL', make: 'canary/+=0123', text: 'q=canary%2F%2B%3D0123', clean: 'q=[redacted]' },
    { name: 'its form in a form', make: 'canary ~!(0124)', text: 'q=canary+%7E%21%280124%29', clean: 'q=[redacted]' },
    {
      name: 'its form in JSON',
      make: 'canary"\\0125\u00e9',
      text: '{"a":"canary\\"\\\\0125\u00e9"}',
      clean: '{"a":"[redacted]"}',
    },
    {
      name: 'its form in JSON in ASCII',
      make: 'canary"\\0126\u00e9',
      text: '{"a":"canary\\"\\\\0126\\u00e9"}',
      clean: '{"a":"[redacted]"}',
    },
    {
      name: 'a line of a secret of many',
      make: 'BEGIN canary\nMIGHcanary9\nEND canary',
      text: 'x MIGHcanary9 y',
      clean: 'x [redacted] y',
    },
    {
      name: 'a line of a secret that was written on Windows',
      make: 'BEGIN\r\nMIGHcanary8\r\nEND',
      text: 'x MIGHcanary8 y',
      clean: 'x [redacted] y',
    },
  ])('takes out $name', ({ make, text, clean }) => {
    expect(new Secret(make).reveal()).toBe(make);
    expect(redact(text)).toBe(clean);
  });

  it.each([
    { name: 'a Vercel token', text: 'got vca_AbCdEfGh12345678 back', clean: 'got [redacted] back' },
    { name: 'a JWT', text: 'Bearer eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhIn0.c2ln x', clean: 'Bearer [redacted] x' },
    {
      name: 'a Vercel token behind what is no JWT',
      text: 'eyJhbGciOiJS-vcp_AbCdEfGh1234 x',
      clean: 'eyJhbGciOiJS-[redacted] x',
    },
    { name: 'a JWT behind a hyphen', text: 'x-eyJhbGciOiJS.eyJpc3MiOiJh', clean: 'x-[redacted]' },
  ])('takes out $name that it never knew', ({ text, clean }) => {
    expect(redact(text)).toBe(clean);
  });

  it('takes out the same as a search from each beginning', () => {
    const shapes = /\bvc[pairk]_[\w-]{8,}|\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g;
    const parts = ['eyJ', 'vcp_', 'aaaaaaaa', 'a', '-', '.', ' ', '_'];
    let seed = 7;
    const next = (): string => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return parts[(seed >>> 16) % parts.length] ?? '';
    };
    for (let run = 0; run < 3000; run += 1) {
      const text = Array.from({ length: 14 }, next).join('');
      expect(redact(text)).toBe(text.replace(shapes, '[redacted]'));
    }
  });

  it.each(['eyJaaaaaaaa-', '-eyJ', 'vcp_', 'eyJaaaaaaaa.'])('takes a moment for megabytes of %s', (part) => {
    const text = part.repeat((4 * 1024 * 1024) / part.length);
    expect(redact(text).length).toBeLessThanOrEqual(text.length);
  });

  it('takes out the whole of one that another is the beginning of', () => {
    for (const text of ['canary-short', 'canary-short-and-long']) expect(new Secret(text).reveal()).toBe(text);
    expect(redact('a canary-short-and-long b canary-short c')).toBe('a [redacted] b [redacted] c');
  });

  it('leaves ordinary words alone', () => {
    expect(new Secret('main').reveal()).toBe('main');
    expect(redact('branch main, vca and eyJ')).toBe('branch main, vca and eyJ');
  });
});

describe('isToken', () => {
  it('knows what can stand in a header', () => {
    const values = ['a+/=', '', 'a b', '\u00e4', 'a\n', 'x'.repeat(65_536), 'x'.repeat(65_537), 7];
    expect(values.map(isToken)).toEqual([true, false, false, false, false, true, false, false]);
  });
});
