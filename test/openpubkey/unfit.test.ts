import { describe, expect, it } from '@jest/globals';
import { catchUnfit, Unfit } from '../../src/openpubkey/unfit.ts';

describe('catchUnfit', () => {
  it('gives what was read', () => {
    expect(catchUnfit(() => ({ read: 1 }))).toEqual({ read: 1 });
  });

  it('gives the reason of what does not fit', () => {
    const read = (): never => {
      throw new Unfit('it is too short');
    };
    expect(catchUnfit(read)).toEqual({ refusal: 'it is too short' });
  });

  it('lets a defect go on', () => {
    const defect = new TypeError('undefined is not a key');
    const read = (): never => {
      throw defect;
    };
    expect(() => catchUnfit(read)).toThrow(defect);
  });
});
