type Child = Node | string | undefined;

interface Props {
  readonly class?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly onClick?: (event: MouseEvent) => void;
}

/** An element with text and elements in it: text can become nothing else. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  props: Props,
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  if (props.class !== undefined) element.className = props.class;
  for (const [key, value] of Object.entries(props.attributes ?? {})) element.setAttribute(key, value);
  if (props.onClick) element.addEventListener('click', props.onClick as (event: Event) => void);
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** What the page was written with: it is there, or the page is broken. */
export function find<Type extends HTMLElement>(id: string, type: new () => Type): Type {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`The page has no ${id}`);
  return element;
}

export function button(text: string, onClick: () => void, name = ''): HTMLButtonElement {
  return make('button', { class: name, attributes: { type: 'button' }, onClick }, text);
}

/** The letter of a class, beside its title. */
export function mark(family: string): HTMLElement {
  return make('span', { class: `f-${family}` }, make('span', { class: 'mark', attributes: { 'aria-hidden': 'true' } }));
}

export function outside(address: string, text: string): HTMLAnchorElement {
  return make('a', { attributes: { href: address, target: '_blank', rel: 'noopener noreferrer' } }, text);
}

/** Says something to a screen reader, and to nobody else. */
export function say(text: string): void {
  find('said', HTMLElement).textContent = text;
}
