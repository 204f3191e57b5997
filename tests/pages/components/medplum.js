// Medplum's timeline of an encounter, with its mock server: a note in it is what the EHR shows.
import '@mantine/core/styles.css';
import { MantineProvider } from '@mantine/core';
import { MockClient } from '@medplum/mock';
import { EncounterTimeline, MedplumProvider } from '@medplum/react';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { HEADING, LINES, ready, root } from './note.js';

const medplum = new MockClient();
const encounter = await medplum.createResource({ resourceType: 'Encounter', status: 'in-progress', class: { code: 'AMB' } });
await medplum.createResource({
  resourceType: 'Communication', status: 'completed', encounter: { reference: `Encounter/${encounter.id}` }, sent: '2026-03-14T10:00:00Z',
  payload: [{ contentString: [HEADING, ...LINES].join('\n') }],
});
createRoot(root).render(createElement(MantineProvider, null,
  createElement(MedplumProvider, { medplum, navigate: () => {} }, createElement(EncounterTimeline, { encounter }))));
const drawn = setInterval(() => {
  if (!document.body.innerText.includes('hypertension')) return;
  clearInterval(drawn);
  ready();
}, 50);
