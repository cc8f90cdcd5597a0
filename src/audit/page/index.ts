export { createPage, type Page } from './render.ts';
