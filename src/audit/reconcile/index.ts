export { changeOf, isOfBirth, type Born } from './changes.ts';
export { classify } from './classify.ts';
export { homeOfDeployment, homeOfEvent, homeOfRecord, homeOfRemoved, linksOfRecord } from './keys.ts';
export { readMeta } from './meta.ts';
export { intentsOf, needsOf } from './needs.ts';
export { NOT_ASKED, reviewQuestion, withReview } from './review.ts';
export { createTally, type Tally, type TallyState } from './tally.ts';
export type * from './types.ts';
