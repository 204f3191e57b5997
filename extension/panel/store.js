// @ts-check
/**
 * What the extension keeps on this machine, and what an organization has set. Settings, the facility's files and the
 * last good policy: never text of a note.
 */

import { facilityFrom, policyFrom, settingsFrom } from './settings.js';

/** @import { Facility, Loaded, Settings } from './types' */

/** A browser without a policy may answer with an error. */
const managed = () => chrome.storage.managed?.get(null).catch(() => ({})) ?? {};

/** @returns {Promise<Loaded>} */
export async function load() {
  const [local, given] = await Promise.all([chrome.storage.local.get(['settings', 'facility', 'policy']), managed()]);
  const { values, refused } = settingsFrom(local.settings);
  const policy = policyFrom(given, local.policy);
  const good = policy.refused.length === 0;
  if (good && JSON.stringify(given) !== JSON.stringify(local.policy ?? {})) await chrome.storage.local.set({ policy: given });
  return { settings: values, refused, policy: policy.policy, refusedPolicy: policy.refused, facility: facilityFrom(local.facility) };
}

/** @param {Partial<Settings>} settings */
export const saveSettings = (settings) => chrome.storage.local.set({ settings });

/** @param {Facility} facility */
export const saveFacility = (facility) => chrome.storage.local.set({ facility });

/** Calls back when something was set elsewhere: in another panel, on the options page, by the organization. @param {() => void} changed */
export function watch(changed) {
  chrome.storage.onChanged.addListener((changes, area) => {
    if (area === 'managed' || (area === 'local' && ('settings' in changes || 'facility' in changes))) changed();
  });
}
