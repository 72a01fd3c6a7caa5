import { PageFrame } from '../app/page-frame.tsx'
import { AppearanceSection } from './appearance-section.tsx'
import { ProfileSection } from './profile-section.tsx'
import { SessionsSection } from './sessions-section.tsx'

export const SettingsPage = () => (
  <PageFrame title="Settings">
    <ProfileSection />
    <AppearanceSection />
    <SessionsSection />
  </PageFrame>
)
