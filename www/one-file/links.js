// @ts-check
/** Links as in `www/links.js`, where every page lies in one file: which one is shown is said behind the question mark. */

/** @param {string} place @param {...(Node | string)} children */
export function toScenario(place, ...children) {
  const link = document.createElement('a');
  link.href = `?demonstrate#${place.split('/').map(encodeURIComponent).join('/')}`;
  link.append(...children);
  return link;
}

/** @param {string} name @param {...(Node | string)} children */
export function toPractice(name, ...children) {
  const link = document.createElement('a');
  link.href = `?practise#${encodeURIComponent(name)}`;
  link.append(...children);
  return link;
}

/** @param {string} code @param {...(Node | string)} children */
export function toCode(code, ...children) {
  const link = document.createElement('a');
  link.href = `?codebook#${encodeURIComponent(code)}`;
  link.append(...children);
  return link;
}
