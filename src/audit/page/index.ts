export { createPage } from './render.ts';
