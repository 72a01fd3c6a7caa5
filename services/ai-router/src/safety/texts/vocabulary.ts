import { comparable } from './comparable.ts'

/**
 * What a word can be in an attack. Rules are written over these classes, so that one rule holds in every language whose
 * words are listed here, and so that no single word counts by itself.
 */
export const wordClasses = {
  /** Leave undone what was asked before. */
  override: 1 << 0,
  /** Said before. */
  prior: 1 << 1,
  all: 1 << 2,
  /** The model's, or said to the model. */
  your: 1 << 3,
  /** What a model is told to follow. */
  orders: 1 << 4,
  /** Anything that was said. */
  sayings: 1 << 5,
  /** Make known. */
  reveal: 1 << 6,
  /** Of the operator: system, hidden, secret. */
  inner: 1 << 7,
  /** Bounds of a model: rules, ethics, filters. */
  bounds: 1 << 8,
  without: 1 << 9,
  /** Says of a model that nothing binds it. */
  unbound: 1 << 10,
  /** Take a part. */
  pose: 1 << 11,
  /** A model, or who it is. */
  model: 1 << 12,
  secret: 1 << 13,
  fresh: 1 << 14,
  /** Who speaks of himself or others, asks how, or forbids: what follows is no order to the model. */
  notAnOrder: 1 << 15,
  /** Comply. */
  obey: 1 << 16,
  must: 1 << 17,
  /** Speaks about attacks. */
  discussion: 1 << 18,
  you: 1 << 19,
  /** Of the beginning. */
  first: 1 << 20,
  /** Do away with: an attack only with what nobody but a model is given. */
  drop: 1 << 21,
  /** Instructions of a model and nothing else that people order, delete or forget. */
  instructions: 1 << 22,
} as const
export type WordClass = keyof typeof wordClasses

const vocabulary: Readonly<Record<WordClass, string>> = {
  override: `ignore ignoring ignores ignored disregard disregarding forget forgetting forgot override overriding overwrite bypass bypassing neglect
    discard dismiss abandon erase unlearn omit circumvent nullify disobey violate ignor ingore ignroe disreguard diregard forgot
    ignoriere ignorier ignorieren vergiss vergessen vergesst missachte missachten übergehe umgehe überschreibe verwirf streiche
    ignorez ignore ignorer oublie oubliez oublier contourne outrepasse
    ignora ignorad ignore ignorar ignoren olvida olvidad olvide olviden olvidar descarta omite desestima
    ignori ignorate dimentica dimenticate dimenticare scorda tralascia
    esqueça esquece esquecer ignorem desconsidere descarte
    negeer negeren vergeet vergeten
    zignoruj ignoruj zapomnij pomiń
    игнорируй игнорируйте игнорировать проигнорируй забудь забудьте отбрось
    unut unutun yoksay görmezden
    ignorera glöm strunta ignorer glem zapomeň ignoruj zaboravi zanemari ignoriraj abaikan lupakan ignoră uită felejtsd unohda`,
  prior: `previous previously prior above earlier preceding before beforehand foregoing aforementioned precedent previos
    vorherigen vorherige vorhergehenden vorhergehende bisherigen bisherige vorigen vorige obigen obige oben davor vorher zuvor vorangegangenen vorangehenden früheren ursprünglichen
    précédentes précédente précédents précédent antérieures ci-dessus avant
    anteriores anterior previas previa previos previo arriba antes
    precedenti precedente sopra prima
    anteriormente acima prévias
    vorige voorgaande eerdere bovenstaande
    poprzednie poprzednich wcześniejsze powyższe
    предыдущие предыдущих прежние прошлые выше ранее
    önceki yukarıdaki tidigare ovanstående tidligere forrige předchozí prethodne prethodna sebelumnya anterioare előző korábbi aiemmat`,
  all: `all any every everything each whole entire anything
    alle alles sämtliche sämtlichen jede
    tout tous toute toutes
    todo todos toda todas
    tutto tutti tutte ogni
    tudo
    wszystko wszystkie wszystkich
    все всё всех
    tüm bütün her alla samtliga všechny všechno sve svim semua toate összes kaikki`,
  your: `your ur yours deine deinen deiner ihre ihren ihrer vos votre tes ton tus su sus tue tuoi vostre suas seus uw jouw twoje твои ваши твой ваш`,
  orders: `instruction instructions instructs prompt prompts directive directives direction directions guideline guidelines rule rules command commands order orders
    constraint constraints restriction restrictions limitation limitations programming assignment assignments task tasks policy policies protocol protocols
    anweisung anweisungen anweisunge instruktion instruktionen regeln regel befehle befehl vorgaben aufgaben aufträge auftrag richtlinien
    consigne consignes directives règles ordres
    instrucciones instrucción instruccion reglas órdenes directrices indicaciones
    istruzioni istruzione regole ordini direttive indicazioni
    instruções instrução regras ordens diretrizes
    instructies instructie regels opdrachten
    instrukcje instrukcji polecenia zasady
    инструкции инструкций инструкцию указания правила команды промпт промпта
    talimatları talimatlar talimatlarını kuralları
    instruktioner regler instruksjoner instrukser pokyny instrukce pravidla instrukcije upute naredbe instruksi perintah aturan instrucțiunile regulile utasításokat szabályokat ohjeet`,
  sayings: `text texts words word message messages conversation conversations sentence sentences content context information info statements statement paragraph
    thoughts memory memories knowledge input inputs chat discussion stuff data question questions said told say learned discussed
    informationen information text nachricht gespräch wörter
    información texto mensaje palabras dicho
    informations texte message mots dit
    informazioni testo messaggio detto`,
  reveal: `reveal show print repeat output display tell give disclose share leak expose write return echo list dump recite provide summarize summarise translate
    copy paste spell encode quote describe convert render retype rewrite say state type paraphrase rephrase export explain format reprint retell dictate outline enumerate detail
    zeige zeig zeigen nenne gib wiederhole schreibe drucke verrate übersetze sag sage
    montre montrez affiche affichez répète répétez donne donnez révèle révélez écris
    muestra muéstrame muestre dime repite revela imprime escribe dame
    mostra mostrami ripeti rivela stampa dimmi scrivi
    mostre revele repita imprima diga
    toon herhaal geef
    pokaż powtórz ujawnij wypisz
    покажи покажите повтори выведи раскрой напиши скажи
    göster tekrarla yaz`,
  inner: `system hidden secret internal confidential private developer initial original pre-prompt preprompt base starting first opening underlying core systemprompt
    versteckten geheimen geheime systemanweisung systemanweisungen systemprompts
    système caché secret
    sistema oculto oculta secreto secretas
    sistema nascosto
    системный системного системные скрытые
    sistem gizli`,
  bounds: `rules restrictions restriction limits limitations ethics ethical moral morals morality guidelines policies policy filters filter filtering safeguards guardrails safety
    censorship laws boundaries constraints content-policy openai openai's disclaimers warnings regulations principles
    einschränkungen grenzen regeln ethik moral restrictions restricciones limitaciones ética restrizioni etica limiti restrições ограничений ограничения`,
  without: `without no ignore ignoring ignores bypass bypassing bypasses free freed regardless despite lacks violating violate breaking broken against disabled disable remove removed unbound
    ohne keine sans sin senza sem zonder bez без`,
  unbound: `unrestricted unfiltered uncensored unbound unlimited unhinged amoral jailbroken jailbreak unethical immoral limitless unchained unmoderated uncensor
    uneingeschränkt unzensiert unmoralisch`,
  pose: `act pretend roleplay role-play simulate imagine impersonate become behave emulate play assume pose embody immerse
    stell spiele verhalte agiere fungiere imagine actúa finge imagina simula compórtate fingi immagina agis finja aja`,
  model: `ai chatgpt gpt assistant model chatbot bot llm openai dan bard gemini claude character persona ki ia`,
  secret: `password passwords passphrase passcode secret key api-key credentials token code passwort contraseña senha kennwort`,
  fresh: `new now instead neue neuen neuer nouvelle nouvelles nueva nuevas nuove nuova novas nova ahora jetzt maintenant adesso agora nun`,
  notAnOrder: `i we they he she who people users user someone anyone everybody one how why when if whether should shall can't cannot not never don't dont didn't doesn't
    won't it it's that which attackers attacker hackers students children kids parents companies developers often sometimes tend
    ich wir er warum wie wann ob nicht niemals
    je nous ils pourquoi comment ne pas
    yo nosotros cómo no por_qué`,
  obey: `obey comply follow answer respond listen execute adhere folge gehorche antworte responde obedece réponds obéis`,
  must: `must will shall always never have need required obligated`,
  discussion: `explain injection attack attacks attacker attackers vulnerability vulnerabilities detect detection prevent prevention mitigate defend defense defence
    security phrase mean means meaning example examples article study history research paper owasp erkläre angriff angriffe ataque ataques attaque attaques`,
  first: `initial original originally first former existing current past last iniciales iniziali iniciais initiales ursprünglichen starting beginning`,
  drop: `drop delete remove clear wipe reset leave lassen lösche lösch entferne supprime efface borra elimina cancella apaga dismiss revoke suspend disable stop cancel`,
  instructions: `instruction instructions pre-prompt preprompt ruleset systemprompt prompt prompts directives guidelines programming anweisungen anweisung instruktionen vorgaben consignes instrucciones istruzioni instruções instructies instrukcje инструкции инструкций talimatları instrukcije instruktioner`,
  you: `you u du sie ihr tu vous tú usted você ty вы ты`,
}

const classesByWord = new Map<string, number>()
for (const [name, words] of Object.entries(vocabulary) as [WordClass, string][]) {
  for (const word of words.split(/\s+/)) {
    const known = comparable(word)
    classesByWord.set(known, (classesByWord.get(known) ?? 0) | wordClasses[name])
  }
}

/** The classes of a word in comparable form, as bits; 0 for most words. */
export const classesOf = (word: string): number => classesByWord.get(word) ?? 0
