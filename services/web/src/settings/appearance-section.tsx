import { Monitor, Moon, Sun } from 'lucide-react'
import { Section } from '../app/page-frame.tsx'
import { Segmented } from '../design/segmented.tsx'
import { useTheme } from '../theme/use-theme.ts'

const options = [
  { value: 'light', name: 'Light', icon: <Sun aria-hidden="true" /> },
  { value: 'dark', name: 'Dark', icon: <Moon aria-hidden="true" /> },
  { value: 'system', name: 'Device', icon: <Monitor aria-hidden="true" /> },
] as const

export function AppearanceSection() {
  const { choice, choose } = useTheme()
  return (
    <Section title="Appearance" lead="Kept on this device.">
      <Segmented label="Appearance" value={choice} options={options} onChange={choose} />
    </Section>
  )
}
