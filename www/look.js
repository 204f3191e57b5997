// @ts-check
// Light or dark, and large type: as chosen in this tab, before the page is first drawn. It is forgotten with the tab, and
// is all that this script keeps. Loaded as a plain script, so that it runs where modules do not.
(() => {
  /** @param {string} name */
  const kept = (name) => {
    try {
      return sessionStorage.getItem(name) ?? '';
    } catch {
      return '';
    }
  };
  /** @param {string} name @param {string} value */
  const keep = (name, value) => {
    document.documentElement.dataset[name] = value;
    try {
      sessionStorage.setItem(name, value);
    } catch {
      // A browser that keeps nothing: it holds for this page.
    }
  };
  const theme = /^(light|dark)$/.exec(kept('theme'))?.[0];
  if (theme) document.documentElement.dataset.theme = theme;
  if (kept('type') === 'large') document.documentElement.dataset.type = 'large';

  document.addEventListener('DOMContentLoaded', () => {
    const choice = /** @type {HTMLSelectElement | null} */ (document.getElementById('theme'));
    const large = document.getElementById('large');
    if (choice) choice.value = theme ?? 'auto';
    choice?.addEventListener('change', () => keep('theme', choice.value));
    const isLarge = () => document.documentElement.dataset.type === 'large';
    const show = () => void (large && (large.ariaPressed = String(isLarge())));
    large?.addEventListener('click', () => {
      keep('type', isLarge() ? 'usual' : 'large');
      show();
    });
    show();
    // Browsers start no module and no Worker from a folder; in the one file there are none to load.
    const folder = document.getElementById('from-folder');
    if (location.protocol === 'file:' && folder && !('whole' in document.documentElement.dataset)) folder.hidden = false;
  });
})();
