import { Suspense, useEffect } from 'react'
import { Outlet, useLocation } from 'react-router'
import { isSignedIn, useSession } from '../accounts/session.ts'
import { ErrorBoundary } from '../app/error-boundary.tsx'
import { ConnectionNotice } from './connection-notice.tsx'
import { Drawer, Palette, ShortcutsDialog } from './later.ts'
import { startLive, stopLive } from './live-chat.ts'
import { Sidebar } from './sidebar/sidebar.tsx'
import { closeAll, forgetChatUi, restoreDrafts, showSidebar, useChatUi } from './use-chat-ui.ts'
import { useShortcuts } from './use-shortcuts.ts'

/** What surrounds every page of a person who is logged in: the history, the live connection, the keys. */
export function AppShell() {
  const { isSidebarOpen, isDrawerOpen, isPaletteOpen, isHelpOpen } = useChatUi()
  const { pathname } = useLocation()
  const { data: user } = useSession()
  useShortcuts()
  useEffect(() => {
    startLive()
    return () => {
      stopLive()
      closeAll()
      if (!isSignedIn()) forgetChatUi()
    }
  }, [])
  useEffect(() => {
    if (user) restoreDrafts(user.id)
  }, [user])
  // A drawer left open would lie over the page somebody has gone back to.
  useEffect(() => {
    if (pathname) useChatUi.setState({ isDrawerOpen: false })
  }, [pathname])

  const hideDrawer = () => useChatUi.setState({ isDrawerOpen: false })
  return (
    <div className="flex h-dvh">
      <a
        href="#content"
        className="-translate-y-16 absolute top-2 left-2 z-50 rounded-lg bg-accent px-4 py-2 font-medium text-on-accent text-sm focus:translate-y-0"
      >
        Skip to the content
      </a>
      {isSidebarOpen && (
        <div className="hidden w-72 shrink-0 border-line border-r bg-sidebar md:block">
          <Sidebar onHide={() => showSidebar(false)} />
        </div>
      )}
      <main id="content" className="relative flex min-w-0 flex-1 flex-col">
        <ConnectionNotice />
        <ErrorBoundary resetKey={pathname}>
          <Outlet />
        </ErrorBoundary>
      </main>
      <ErrorBoundary fallback={null}>
        <Suspense>
          {isDrawerOpen && (
            <Drawer isOpen onClose={hideDrawer} title="Chats">
              <Sidebar onHide={hideDrawer} />
            </Drawer>
          )}
          {isPaletteOpen && <Palette />}
          {isHelpOpen && <ShortcutsDialog />}
        </Suspense>
      </ErrorBoundary>
    </div>
  )
}
