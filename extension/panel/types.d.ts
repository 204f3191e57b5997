// The report as `src/report.rs` gives it, and the shapes that the panel's files share.

export type Tier = 'suggested' | 'decide' | 'held';
export type Setting = 'inpatient' | 'outpatient';

export interface Evidence {
  /** UTF-16 code units, half open. */
  start: number;
  end: number;
  quote: string;
  section: string;
  assertion: string;
  cue?: string;
}

export interface Suggestion {
  code: string;
  title: string;
  tier: Tier;
  reason?: string;
  evidence: Evidence[];
  path: string[];
  verified: string[];
  rules: string[];
  specificity: { missing: string; would_be: string[] }[];
  /** Its place in the order in which the open codes are reported, from 1. */
  sequence?: number;
  /** Present on admission, as proposed for a stay. */
  poa?: 'Y' | 'N' | 'U' | 'W' | 'exempt';
  poa_reason?: string;
}

/** The diagnosis proposed as the first. */
export interface First {
  code: string;
  role: 'principal' | 'first-listed';
  reason: string;
  rule: string;
}

export interface CodeSet {
  name: string;
  release: string;
  /** ISO 8601 interval. */
  effective: string;
}

export interface Report {
  id: string;
  code_set: CodeSet;
  offset_unit: 'utf-16';
  suggestions: Suggestion[];
  first?: First;
  gaps: unknown[];
  read: {
    sections: { kind: string; heading: string; start: number; end: number }[];
    characters: number;
    copied_ratio?: number;
    notices: string[];
  };
}

/** What in a query to a provider is not compliant, and what to change. */
export interface LintFinding {
  /** `QL01` to `QL28`. */
  rule: string;
  severity: 'error' | 'warning';
  message: string;
  /** UTF-16 code units of the query, half open. */
  start: number;
  end: number;
}

export interface Note {
  id: string;
  text: string;
  setting: Setting;
  date?: string;
}

export interface Settings {
  setting: Setting;
  theme: 'auto' | 'light' | 'dark';
  /** Text and findings are cleared after so many seconds without use. */
  idleSeconds: number;
}

/** A text on the page that could be read. `key` is good until the next listing. */
export interface Choice {
  key: string;
  kind: 'selection' | 'field' | 'editor' | 'form' | 'page';
  label: string;
  words: number;
  focused: boolean;
}

export interface NoteText {
  kind: Choice['kind'] | 'paste';
  label: string;
  text: string;
  date?: string;
}

export interface Span {
  start: number;
  end: number;
}

/** Where the note stands: a tab reached through the extension, or the trainers' page around the panel. */
export interface Host {
  settings: { load(): Promise<Partial<Settings>>; save(settings: Settings): Promise<void> };
  /** Rejects with an Error whose message is one sentence for the reader. */
  list(): Promise<{ texts: Choice[]; unread: number }>;
  read(choice: Choice): Promise<NoteText>;
  paint(spans: (Span & { tier: Tier })[]): void;
  /** Whether the place could be shown. */
  show(span: Span): Promise<boolean>;
  /** Unpaints and forgets. */
  clear(): void;
  /** Set by the panel. */
  onchanged: () => void;
  /** The page that was read has gone. */
  onclosed: () => void;
  /** The reader asked for a scan from outside the panel. */
  onasked: () => void;
}

export interface Decision {
  verdict: 'accepted' | 'rejected';
  reason?: string;
  title: string;
  /** Name of the note it was decided on. */
  from: string;
  /** Which note, counted by the panel. */
  note: number;
}

export interface Decisions {
  by: Readonly<Record<string, Decision>>;
  /** Accepted codes in the reader's order. */
  accepted: readonly string[];
}

export interface State {
  settings: Settings;
  engine: 'starting' | 'ready' | 'failed';
  codeSet: CodeSet | null;
  phase: 'still' | 'reading' | 'scanning';
  /** One sentence that says what to do, and how bad it is. */
  problem: { sentence: string; kind: 'empty' | 'nothing' | 'problem' | 'cleared' } | null;
  choices: Choice[];
  chosen: string;
  /** Frames of other sites that could not be read. */
  unread: number;
  source: NoteText | null;
  report: Report | null;
  /** Date of care given by the reader; counts before the page's own. */
  date: string;
  today: string;
  /** The note has been edited since it was read. */
  changed: boolean;
  /** Counts notes, not scans. */
  note: number;
  /** The list still holds codes of an earlier note, and the reader has not said what of it. */
  carried: boolean;
  tab: 'codes' | 'accepted' | 'paste';
  /** Key of the current suggestion. */
  cursor: string;
  /** Which of its evidence was shown last; -1 for none. */
  shown: number;
  why: boolean;
  /** Key of the suggestion whose reasons to reject are open. */
  chooser: string;
  heldOpen: boolean;
  filter: string;
  decisions: Decisions;
  past: readonly Decisions[];
}
