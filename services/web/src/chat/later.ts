import { lazy } from 'react'
import { preloadMenus } from '../design/menu.tsx'
import { preloadToasts } from '../design/toast.tsx'

// What is opened by hand comes after the first load. Brought while nobody waits for it, so that nobody does.
const drawer = () => import('../design/drawer.tsx')
const renameDialog = () => import('./rename-dialog.tsx')
const deleteDialog = () => import('./delete-dialog.tsx')
const questionEditor = () => import('./thread/question-editor.tsx')
const continueBanner = () => import('./continuation/continue-banner.tsx')
const noticesPopover = () => import('./notices/notices-popover.tsx')
const shareDialog = () => import('./sharing/share-dialog.tsx')
const instructionsDialog = () => import('./instructions-dialog.tsx')
const promptPicker = () => import('../prompts/prompt-picker.tsx')
const palette = () => import('./search/palette.tsx')
const shortcutsDialog = () => import('./shortcuts-dialog.tsx')

export const Drawer = lazy(async () => ({ default: (await drawer()).Drawer }))
export const RenameDialog = lazy(async () => ({ default: (await renameDialog()).RenameDialog }))
export const DeleteDialog = lazy(async () => ({ default: (await deleteDialog()).DeleteDialog }))
export const NoticesPopover = lazy(async () => ({ default: (await noticesPopover()).NoticesPopover }))
export const QuestionEditor = lazy(async () => ({ default: (await questionEditor()).QuestionEditor }))
export const ContinueBanner = lazy(async () => ({ default: (await continueBanner()).ContinueBanner }))
export const ContinuedNote = lazy(async () => ({ default: (await import('./continuation/continued-note.tsx')).ContinuedNote }))
export const ShareDialog = lazy(async () => ({ default: (await shareDialog()).ShareDialog }))
export const InstructionsDialog = lazy(async () => ({ default: (await instructionsDialog()).InstructionsDialog }))
export const PromptPicker = lazy(async () => ({ default: (await promptPicker()).PromptPicker }))
export const Palette = lazy(async () => ({ default: (await palette()).Palette }))
export const ShortcutsDialog = lazy(async () => ({ default: (await shortcutsDialog()).ShortcutsDialog }))

export function preloadLater(): void {
  preloadMenus()
  preloadToasts()
  for (const load of [
    drawer,
    renameDialog,
    deleteDialog,
    questionEditor,
    shareDialog,
    instructionsDialog,
    promptPicker,
    palette,
    shortcutsDialog,
  ])
    load().catch(() => undefined)
}
