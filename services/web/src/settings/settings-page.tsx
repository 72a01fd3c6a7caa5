import { PageFrame } from '../app/page-frame.tsx'
import { ApiKeysSection } from './api-keys/api-keys-section.tsx'
import { AppearanceSection } from './appearance-section.tsx'
import { InstructionsSection } from './instructions-section.tsx'
import { ProfileSection } from './profile-section.tsx'
import { RetentionSection } from './retention-section.tsx'
import { SessionsSection } from './sessions-section.tsx'

export const SettingsPage = () => (
  <PageFrame title="Settings">
    <ProfileSection />
    <InstructionsSection />
    <AppearanceSection />
    <RetentionSection />
    <ApiKeysSection />
    <SessionsSection />
  </PageFrame>
)
