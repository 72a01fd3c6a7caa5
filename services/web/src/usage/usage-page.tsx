import { PageFrame } from '../app/page-frame.tsx'
import { LeftSection } from './left-section.tsx'
import { PlansSection } from './plans-section.tsx'
import { SpentSection } from './spent-section.tsx'

export const UsagePage = () => (
  <PageFrame title="Plans and usage">
    <LeftSection />
    <PlansSection />
    <SpentSection />
  </PageFrame>
)
