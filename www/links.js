// @ts-check
/** Links from one page of the site to a place in another. The only addresses that a script of the site makes. */

/** @param {string} place @param {...(Node | string)} children */
export function toScenario(place, ...children) {
  const link = document.createElement('a');
  link.href = `demonstrate.html#${place.split('/').map(encodeURIComponent).join('/')}`;
  link.append(...children);
  return link;
}

/** @param {string} name @param {...(Node | string)} children */
export function toPractice(name, ...children) {
  const link = document.createElement('a');
  link.href = `practise.html#${encodeURIComponent(name)}`;
  link.append(...children);
  return link;
}

/** @param {string} code @param {...(Node | string)} children */
export function toCode(code, ...children) {
  const link = document.createElement('a');
  link.href = `codebook.html#${encodeURIComponent(code)}`;
  link.append(...children);
  return link;
}
