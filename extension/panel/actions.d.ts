import type { Choice, CodeSet, NoteText, Report, Settings, State } from './types';
export type { CodeSet, Decision, Decisions, Evidence, Report, State, Suggestion } from './types';

/** Everything that can happen to the panel's state. `key` is a suggestion's (`keyOf`). */
export type Action =
  | { type: 'settings'; settings: Partial<Settings> }
  | { type: 'engine'; engine: State['engine']; codeSet?: CodeSet }
  | { type: 'today'; today: string }
  | { type: 'date'; date: string }
  | { type: 'phase'; phase: State['phase'] }
  | { type: 'problem'; sentence: string; kind: 'empty' | 'nothing' | 'problem' }
  | { type: 'choices'; choices: Choice[]; chosen: string; unread: number }
  | { type: 'report'; report: Report; source: NoteText }
  | { type: 'changed' }
  | { type: 'clear'; sentence: string }
  | { type: 'tab'; tab: State['tab'] }
  | { type: 'cursor'; key: string }
  | { type: 'move'; by: number }
  | { type: 'shown'; index: number }
  | { type: 'why' }
  | { type: 'held'; open: boolean }
  | { type: 'filter'; filter: string }
  | { type: 'chooser'; key: string }
  | { type: 'accept'; key: string }
  | { type: 'reject'; key: string; reason?: string }
  | { type: 'retract'; code: string }
  | { type: 'reorder'; code: string; by: number }
  | { type: 'new-list' }
  | { type: 'keep-list' }
  | { type: 'undo' };
