// The content scripts' one name in their (isolated) world, and the shapes that they share.
declare var chartside: any;

type Source = Text | HTMLTextAreaElement | HTMLInputElement;
type Run = { source: Source; from: number; at: number; length: number };
type Reading = { text: string; runs: Run[] };
