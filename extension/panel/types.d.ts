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
  gaps: Gap[];
  read: {
    sections: { kind: string; heading: string; start: number; end: number }[];
    characters: number;
    copied_ratio?: number;
    notices: string[];
  };
}

export type GapKind = 'missing' | 'specificity' | 'conflict' | 'linkage' | 'poa' | 'validation' | 'completeness';

/** A place in the note that a gap rests on. */
export interface Indicator extends Evidence {
  /** The rule's name for it. */
  finding: string;
  /** All findings of the rule that lie in the quote. */
  supports: string[];
  class: string;
  /** As the note dates it. */
  date?: string;
}

/** A documentation gap with its drafted query. */
export interface Gap {
  /** `GAP37`. */
  rule: string;
  version: number;
  kind: GapKind;
  title: string;
  issue: string;
  evidence: Indicator[];
  indicators: Indicator[];
  counter_indicators: Indicator[];
  /** Answers that the query offers, without "other" and "unable to determine". */
  options: string[];
  /** For each option the places it rests on: indices into evidence followed by indicators. */
  option_support: number[][];
  /** The draft as plain text; empty where nobody is asked. */
  query: string;
  source: string;
}

/** What the engine drafts from: the indicators that a person kept and added. */
export interface DraftRequest {
  rule: string;
  indicators: { quote: string; section: string; date?: string; supports: string[]; by_hand: boolean }[];
  options: string[];
}

export interface Drafted {
  /** The answers offered, "other" and "unable to determine" among them. */
  options: string[];
  text: string;
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
  /** A note that is edited is scanned again without being asked. */
  follow: boolean;
  /** Phrases of the house that are not for providers. */
  internal: readonly string[];
  /** Keys in the place of ours, by command. */
  keys: Readonly<Record<string, string>>;
}

/** What an organization sets (`policy.json`); what it sets, a person cannot. */
export interface Policy {
  defaultSetting?: Setting;
  appearance?: Settings['theme'];
  idleClearSeconds?: number;
  /** Whether a note that is edited is scanned again without being asked. */
  autoScan?: boolean;
  internalPhrases?: string[];
  shortcutMap?: Record<string, string>;
  /** Sites that may be read; absent: any that the reader opens Chartside on. */
  allowedOrigins?: string[];
  disabledRuleIds?: string[];
  queryDefinitions?: Record<string, string>;
  rulePacksLocked?: boolean;
  queryTemplatesLocked?: boolean;
  /** Ways in which a draft or a list may leave the panel; absent: all. */
  allowExport?: ('clipboard' | 'print' | 'file')[];
  /** Longer texts are not scanned. */
  maxNoteKB?: number;
}

export interface Refused {
  key: string;
  /** Not a sentence yet: without its full stop. */
  why: string;
}

export interface FacilityFile {
  name: string;
  text: string;
  /** What it holds, in words. */
  about: string;
}

/** Rule files, synonym files and the query template of a facility. */
export interface Facility {
  rules: readonly FacilityFile[];
  synonyms: readonly FacilityFile[];
  template: FacilityFile | null;
}

/** All that is kept on this machine, and the policy that holds. */
export interface Loaded {
  settings: Partial<Settings>;
  refused: Refused[];
  policy: Policy;
  refusedPolicy: Refused[];
  facility: Facility;
}

/** What the engine says when it has started. */
export interface Opened {
  codeSet: CodeSet;
  /** The versions of the practice brief that the lint is of. */
  brief: string;
  /** Of the facility's template; empty where there is none. */
  headings: string[];
  /** Files of the facility that are not in use, a sentence each. */
  refused: string[];
}

/** What the lint cannot see in one query. */
export interface LintContext {
  open_queries: string[];
  internal: readonly string[];
}

/** A text on the page that could be read. `key` is good until the next listing. */
export interface Choice {
  key: string;
  kind: 'selection' | 'field' | 'editor' | 'form' | 'note' | 'page' | 'pdf';
  label: string;
  words: number;
  focused: boolean;
  /** A number for the way to its place in the page; the same for the next patient's. */
  shape: number;
}

export interface NoteText {
  kind: Choice['kind'] | 'paste';
  label: string;
  text: string;
  date?: string;
  /** What of it could not be read. */
  notices?: string[];
}

export interface Span {
  start: number;
  end: number;
}
export type Place = Span;

/** Where the note stands: a tab reached through the extension, or the trainers' page around the panel. */
export interface Host {
  settings: {
    load(): Promise<Loaded>;
    save(settings: Partial<Settings>): Promise<void>;
    /** Calls back when something was set elsewhere. */
    watch(changed: () => void): void;
  };
  /** Shapes of texts that the reader chose, the latest first. */
  choices: { load(): Promise<number[]>; save(shapes: number[]): Promise<void> };
  /** Rejects with an Error whose message is one sentence for the reader. `unread` frames are of `origins`; `why` says why
   * there may be nothing to read. */
  list(): Promise<{ texts: Choice[]; unread: number; origins: string[]; why: string }>;
  /** Asks the reader for leave to read frames of these sites. */
  allow(origins: string[]): Promise<boolean>;
  read(choice: Choice): Promise<NoteText>;
  /** The text that was read last, as it stands now. Spans are of the earlier one until `keep`. */
  again(): Promise<NoteText | null>;
  keep(): void;
  paint(spans: (Span & { tier: Tier })[]): void;
  /** Whether the place could be shown. */
  show(span: Span): Promise<boolean>;
  /** What the reader has selected on the page; empty where nothing is. */
  selection(): Promise<string>;
  /** Unpaints and forgets. */
  clear(): void;
  /** Set by the panel. */
  onchanged: () => void;
  /** The page that was read has gone. */
  onclosed: () => void;
  /** The reader asked for a scan from outside the panel. */
  onasked: () => void;
  /** Whether the reader is looking at another tab than the one that was read. */
  onaway?: (away: boolean) => void;
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
  /** Closed gaps, by note and rule (`closedKey`). */
  closed: Readonly<Record<string, Closed>>;
}

export interface Closed {
  reason: string;
  /** Of the rule; forgotten with the text. */
  title: string;
}

/** An indicator that a person added. */
export interface Added {
  quote: string;
  section: string;
  date: string;
}

/** What the reader makes of one gap's query. */
export interface Work {
  /** Keys (`keysOf`) of the indicators that are left out. */
  off: readonly string[];
  added: readonly Added[];
  /** The draft as it stands. */
  text: string;
  /** The draft as the engine gave it, and the request that it answered. */
  drafted: string;
  of: string;
  /** The answers that it offers. */
  options: readonly string[];
  /** Of the text as it stands; null until it has been checked. */
  findings: readonly LintFinding[] | null;
}

/** A gap that a later scan of the same note does not raise. */
export interface Resolved {
  rule: string;
  title: string;
  /** The note says now what was missing. */
  found: boolean;
}

export interface Queries {
  /** Rule of the current gap. */
  cursor: string;
  /** Which of its places was shown last; -1 for none. */
  shown: number;
  /** Whether the weaker gaps are on view. */
  more: boolean;
  /** Rule of the gap whose reasons to close are open. */
  chooser: string;
  /** By rule. */
  work: Readonly<Record<string, Work>>;
  resolved: readonly Resolved[];
}

/** What is kept of a note to know it again: from its numbers no word can be read. */
export interface Print {
  whole: number;
  /** Length of each line by its number. */
  lines: ReadonlyMap<number, number>;
}

export interface State {
  settings: Settings;
  policy: Policy;
  engine: 'starting' | 'ready' | 'failed';
  codeSet: CodeSet | null;
  brief: string;
  /** Of the facility's query template. */
  headings: readonly string[];
  /** Files of the facility that are not in use, a sentence each. */
  refused: readonly string[];
  phase: 'still' | 'reading' | 'scanning';
  /** One sentence that says what to do, and how bad it is. */
  problem: { sentence: string; kind: 'empty' | 'nothing' | 'problem' | 'cleared'; restart?: boolean } | null;
  choices: Choice[];
  chosen: string;
  /** Frames of other sites that could not be read. */
  unread: number;
  /** Sites that could be read with the reader's leave. */
  origins: readonly string[];
  source: NoteText | null;
  report: Report | null;
  /** Date of care given by the reader; counts before the page's own. */
  date: string;
  today: string;
  /** The note has been edited since it was read. */
  changed: boolean;
  /** Number of the note, not of the scan. */
  note: number;
  /** How many numbers have been given. */
  notes: number;
  /** Notes in which a gap was closed, to know them again. */
  prints: readonly { note: number; print: Print }[];
  /** The list still holds codes of an earlier note, and the reader has not said what of it. */
  carried: boolean;
  tab: 'codes' | 'queries' | 'accepted' | 'paste';
  /** Key of the current suggestion. */
  cursor: string;
  /** Which of its evidence was shown last; -1 for none. */
  shown: number;
  why: boolean;
  /** Key of the suggestion whose reasons to reject are open. */
  chooser: string;
  heldOpen: boolean;
  filter: string;
  queries: Queries;
  decisions: Decisions;
  past: readonly Decisions[];
}

// ---- the code book and the trainers' scenarios

export interface CodeTitle {
  code: string;
  title: string;
  billable: boolean;
}

/** An entry of the Alphabetic Index: main term, then each term under it. */
export interface IndexEntry extends CodeTitle {
  path: string[];
  /** Where the Index sends on: the words after "see" or "see also". */
  see: string | null;
}

export interface Found {
  index: IndexEntry[];
  tabular: CodeTitle[];
  /** Entries beyond those given. */
  left_out: number;
}

export interface Instruction {
  /** The code, section or chapter that it stands at. */
  at: string;
  kind: 'inclusion' | 'includes' | 'excludes1' | 'excludes2' | 'code-first' | 'use-additional' | 'code-also' | 'note';
  text: string;
}

/** As `chartside explain CODE --format json` gives it. */
export interface Explanation extends CodeTitle {
  /** Chapter, section, category and so on down to the code itself. */
  hierarchy: CodeTitle[];
  notes: Instruction[];
  seventh: { character: string; meaning: string }[];
  children: CodeTitle[];
  index: { code: string; path: string[] }[];
  index_left_out: number;
}

/** One version of a scenario's note, with what is expected of it. */
export interface Version {
  note: string;
  codes: string[];
  gaps: string[];
}

/** A scenario in the list of those that lie beside the site (`scenarios/index.json`). */
export interface ScenarioEntry {
  file: string;
  title: string;
  /** What those who practise see of it; empty or not there in a scenario of somebody's own. */
  case?: string;
  topic: string;
  chapter: number;
  level: number;
  setting: Setting;
  summary: string;
}

export interface Scenario extends Omit<ScenarioEntry, 'file'> {
  before: Version;
  after: Version;
  missing: { what: string; why: string; quote: string }[];
  teaching: { point: string; source: string }[];
  query: { text: string };
}

export interface Score {
  points: number;
  of: number;
  percent: number;
  lines: { verdict: 'right' | 'category' | 'missed' | 'extra'; code: string; given?: string; title: string }[];
}

/** A place in a text that may name a real person. */
export interface Identifier extends Span {
  kind: string;
  why: string;
  instead: string;
}
