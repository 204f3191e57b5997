// The note that every component shows.
export const HEADING = 'Assessment:';
export const LINES = ['1. Essential hypertension, above goal. Increase lisinopril.', '2. Type 2 diabetes mellitus, stable. Continue metformin.'];
export const HTML = [HEADING, ...LINES].map((line) => `<p>${line}</p>`).join('');
export const root = document.getElementById('root');
export const ready = () => void (document.body.dataset.ready = 'true');
