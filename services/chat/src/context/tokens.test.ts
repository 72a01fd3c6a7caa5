import t from 'tap'
import { budgetOf, estimateTokens } from './tokens.ts'

/** With what OpenAI's o200k tokenizer counts, ten times in a row. */
const samples: [language: string, text: string, tokens: number][] = [
  [
    'English',
    'A lease with fencing keeps two replicas from answering the same question: whoever holds the lease writes the attempt number with every change, and a write with an older number changes nothing at all. ',
    371,
  ],
  [
    'German',
    'Der Datenschutzbeauftragte überprüft regelmäßig, ob die Aufbewahrungsfristen der Gesprächsverläufe eingehalten werden und die Einwilligungserklärungen vollständig vorliegen. ',
    381,
  ],
  [
    'French',
    "L'équipe a décidé de déployer la nouvelle version pendant la nuit, afin que les utilisateurs ne soient pas gênés par les éventuelles interruptions de service. ",
    311,
  ],
  [
    'Spanish',
    'El equipo decidió desplegar la nueva versión durante la noche para que los usuarios no se vieran afectados por posibles interrupciones del servicio. ',
    271,
  ],
  [
    'Russian',
    'Команда решила развернуть новую версию ночью, чтобы пользователи не пострадали от возможных перебоев в работе сервиса и базы данных. ',
    311,
  ],
  ['Chinese', '团队决定在夜间部署新版本，以便用户不会受到可能的服务中断的影响，并且所有数据都已经安全备份。', 300],
  ['Japanese', 'チームは、サービスの中断によって利用者に影響が出ないように、新しいバージョンを夜間に展開することを決めました。', 390],
  ['Korean', '팀은 서비스 중단으로 사용자가 영향을 받지 않도록 새 버전을 밤에 배포하기로 결정했습니다. ', 251],
  ['Arabic', 'قرر الفريق نشر الإصدار الجديد خلال الليل حتى لا يتأثر المستخدمون بأي انقطاع محتمل في الخدمة. ', 240],
  ['Hindi', 'टीम ने रात में नया संस्करण तैनात करने का निर्णय लिया ताकि उपयोगकर्ता सेवा में संभावित रुकावटों से प्रभावित न हों। ', 292],
  ['Thai', 'ทีมงานตัดสินใจปรับใช้เวอร์ชันใหม่ในเวลากลางคืนเพื่อไม่ให้ผู้ใช้ได้รับผลกระทบจากการหยุดชะงักของบริการ ', 401],
  ['Greek', 'Η ομάδα αποφάσισε να αναπτύξει τη νέα έκδοση κατά τη διάρκεια της νύχτας, ώστε οι χρήστες να μην επηρεαστούν. ', 361],
  ['Hebrew', 'הצוות החליט לפרוס את הגרסה החדשה במהלך הלילה כדי שהמשתמשים לא ייפגעו מהפרעות אפשריות בשירות. ', 342],
  [
    'Vietnamese',
    'Nhóm đã quyết định triển khai phiên bản mới vào ban đêm để người dùng không bị ảnh hưởng bởi sự gián đoạn dịch vụ. ',
    291,
  ],
  [
    'Turkish',
    'Ekip, kullanıcıların olası hizmet kesintilerinden etkilenmemesi için yeni sürümü gece boyunca yayınlamaya karar verdi. ',
    281,
  ],
  ['Polish', 'Zespół postanowił wdrożyć nową wersję w nocy, aby użytkownicy nie odczuli ewentualnych przerw w działaniu usługi. ', 381],
  ['Finnish', 'Tiimi päätti ottaa uuden version käyttöön yöllä, jotta käyttäjät eivät kärsisi mahdollisista palvelukatkoksista. ', 301],
  ['Tamil', 'சேவையில் ஏற்படக்கூடிய இடையூறுகளால் பயனர்கள் பாதிக்கப்படாமல் இருக்க புதிய பதிப்பை இரவில் வெளியிட குழு முடிவு செய்தது. ', 372],
  ['Bengali', 'ব্যবহারকারীরা যাতে সম্ভাব্য পরিষেবা বিঘ্ন দ্বারা প্রভাবিত না হন সেজন্য দলটি রাতে নতুন সংস্করণ স্থাপন করার সিদ্ধান্ত নিয়েছে। ', 343],
  [
    'code',
    'export async function startTurn(deps: StartTurnDependencies, command: StartTurnCommand, signal?: AbortSignal): Promise<TurnRow> {\n  const { id, principal } = command\n  if (found.turn) return sameRequest(found.turn, userId, requestHash)\n}\n',
    580,
  ],
  ['JSON', '{"id":"01936f2e-7b1a-7c3d-8e4f-0123456789ab","values":[1.25,2.5,1000003,42],"isTrue":false}\n', 510],
  ['emoji', '😀🎉👍🏽👨‍👩‍👧‍👦🇩🇪 ', 211],
  ['Base64', 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg== ', 531],
  ['capitals', 'IMPORTANT: READ THE WHOLE DOCUMENT BEFORE STARTING THE DEPLOYMENT PROCEDURE. ', 171],
  ['Markdown', '| id | promise | proof |\n|---|---|---|\n| B-1 | One answer = **one** usage event | `test` |\n- [x] done\n', 380],
]

for (const [language, text, tokens] of samples)
  t.test(`C7 the estimate for ${language} is close to what a tokenizer counts`, async (t) => {
    const ratio = estimateTokens(text.repeat(10)) / tokens
    t.ok(ratio > 0.7 && ratio < 1.4, `${ratio.toFixed(2)} of ${tokens}`)
  })

t.test('nothing is no token, and something is at least one', async (t) => {
  t.equal(estimateTokens(''), 0)
  t.equal(estimateTokens('a'), 1)
})

t.test('the budget leaves room for the answer and the system prompt, and is never more than the operator allows', async (t) => {
  const systemPrompt = 'word '.repeat(1_000)
  const small = budgetOf({ windowTokens: 16_000, systemPrompt: '', maxTokens: 64_000 })
  t.ok(small > 8_000 && small <= 12_000)
  t.ok(budgetOf({ windowTokens: 16_000, systemPrompt, maxTokens: 64_000 }) < small - 500)
  t.equal(budgetOf({ windowTokens: 1_000_000, systemPrompt, maxTokens: 64_000 }), 64_000)
  t.equal(budgetOf({ windowTokens: 500, systemPrompt, maxTokens: 64_000 }), 0)
})
