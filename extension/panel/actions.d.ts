import type { Added, Choice, LintFinding, NoteText, Opened, Policy, Report, Settings, State } from './types';
export type {
  Added, Closed, CodeSet, Decision, Decisions, DraftRequest, Evidence, Gap, Indicator, LintContext, LintFinding, Place, Print, Queries, Report, Resolved, State,
  Suggestion, Work,
} from './types';

/** What a person does to the gaps and their drafts. */
export type QueryAction =
  | { type: 'gap-cursor'; rule: string }
  | { type: 'gap-move'; by: number }
  | { type: 'gap-shown'; index: number }
  | { type: 'gap-more'; open: boolean }
  | { type: 'gap-chooser'; rule: string }
  | { type: 'gap-tick'; rule: string; key: string; on: boolean }
  | { type: 'gap-add'; rule: string; added: Added }
  | { type: 'gap-drop'; rule: string; at: number }
  | { type: 'gap-edit'; rule: string; text: string }
  | { type: 'gap-again'; rule: string }
  | { type: 'gap-drafted'; rule: string; name: string; text: string; options: string[] }
  | { type: 'gap-linted'; rule: string; text: string; findings: LintFinding[] };

/** Everything that can happen to the panel's state. `key` is a suggestion's (`keyOf`). */
export type Action =
  | QueryAction
  | { type: 'gap-close'; rule: string; reason: string }
  | { type: 'gap-reopen'; rule: string }
  | { type: 'settings'; settings: Partial<Settings>; policy?: Policy }
  | { type: 'engine'; engine: State['engine']; opened?: Opened }
  | { type: 'today'; today: string }
  | { type: 'date'; date: string }
  | { type: 'phase'; phase: State['phase'] }
  | { type: 'problem'; sentence: string; kind: 'empty' | 'nothing' | 'problem'; restart?: boolean }
  | { type: 'choices'; choices: Choice[]; chosen: string; unread: number; origins: readonly string[] }
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
