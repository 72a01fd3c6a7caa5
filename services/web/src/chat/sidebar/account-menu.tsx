import { BookText, ChartNoAxesColumn, ChevronsUpDown, Keyboard, LogOut, Monitor, Moon, Settings, Sun } from 'lucide-react'
import { useNavigate } from 'react-router'
import { signOut, useSession } from '../../accounts/session.ts'
import { Avatar } from '../../design/avatar.tsx'
import { Badge } from '../../design/badge.tsx'
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuOption, MenuSeparator } from '../../design/menu.tsx'
import { showError } from '../../design/toast.tsx'
import { useTheme } from '../../theme/use-theme.ts'
import { useChatUi } from '../use-chat-ui.ts'

const themes = [
  { value: 'light', name: 'Light', icon: <Sun aria-hidden="true" /> },
  { value: 'dark', name: 'Dark', icon: <Moon aria-hidden="true" /> },
  { value: 'system', name: 'Like the device', icon: <Monitor aria-hidden="true" /> },
] as const

export function AccountMenu() {
  const { data: user } = useSession()
  const navigate = useNavigate()
  const { choice, choose } = useTheme()
  if (!user) return null
  const go = (path: string) => () => {
    useChatUi.setState({ isDrawerOpen: false })
    void navigate(path)
  }
  return (
    <Menu
      side="top"
      align="start"
      className="w-64"
      trigger={
        <button
          type="button"
          className="flex h-12 items-center gap-2.5 rounded-xl px-2 text-left transition-colors hover:bg-hover data-[state=open]:bg-hover"
        >
          <Avatar name={user.name ?? user.email} />
          <span className="min-w-0 flex-1">
            <span className="block truncate font-medium text-sm leading-tight">{user.name ?? user.email}</span>
            <span className="block text-ink-faint text-xs">{user.plan === 'pro' ? 'Pro plan' : 'Free plan'}</span>
          </span>
          <ChevronsUpDown className="size-4 text-ink-faint" aria-hidden="true" />
          <span className="sr-only">, account</span>
        </button>
      }
    >
      <MenuLabel>
        <span className="flex items-center justify-between gap-2">
          <span className="truncate">{user.email}</span>
          {user.plan === 'pro' && <Badge look="accent">Pro</Badge>}
        </span>
      </MenuLabel>
      <MenuItem icon={<Settings aria-hidden="true" />} onSelect={go('/settings')}>
        Settings
      </MenuItem>
      <MenuItem icon={<BookText aria-hidden="true" />} onSelect={go('/prompts')}>
        Prompts
      </MenuItem>
      <MenuItem icon={<ChartNoAxesColumn aria-hidden="true" />} onSelect={go('/usage')}>
        Plans and usage
      </MenuItem>
      <MenuItem icon={<Keyboard aria-hidden="true" />} keys="?" onSelect={() => useChatUi.setState({ isHelpOpen: true })}>
        Keyboard shortcuts
      </MenuItem>
      <MenuSeparator />
      <MenuLabel>Appearance</MenuLabel>
      <MenuChoice value={choice} onChange={choose}>
        {themes.map(({ value, name, icon }) => (
          <MenuOption key={value} value={value}>
            <span className="flex items-center gap-2.5 [&>svg]:size-4 [&>svg]:text-ink-soft">
              {icon}
              {name}
            </span>
          </MenuOption>
        ))}
      </MenuChoice>
      <MenuSeparator />
      <MenuItem
        icon={<LogOut aria-hidden="true" />}
        onSelect={() => {
          signOut().catch(() => showError('You could not be logged out. Please try again.'))
        }}
      >
        Log out
      </MenuItem>
    </Menu>
  )
}
