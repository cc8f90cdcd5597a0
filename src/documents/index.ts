export { findDayFaults } from './days.ts';
export { MAX_FAULTS, asList, asMap, type Fault } from './faults.ts';
export { refuseNewer } from './newer.ts';
export { readDocument, type Document, type Invalid } from './read.ts';
export { UNKNOWN_KEY, findFaults } from './schema.ts';
