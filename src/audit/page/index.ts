export { renderPage } from './render.ts';
