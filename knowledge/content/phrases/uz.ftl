# Bot gaplari. Kalitlar barcha tillarda bir xil.
start =
    Salom! Bu chet eldagi Tojikiston fuqarolari uchun ishonch telefoni. Savolingizni oʻz soʻzingiz bilan, istalgan tilda va istalgan harfda yozing: men manbasi va sanasi bor tayyor javobni topaman. Ishonch telefonida odam javob beradi: /contacts. Tilingizni, 15 daqiqa suhbat mavzusini, xabar matnini esa faqat javobgacha saqlayman: /privacy.
urgent-call = Avval qoʻngʻiroq qiling:
urgent-steps = Hozir nima qilish kerak
choice = Shulardan qaysi biri haqida soʻrayapsiz?
choice-none = Bularning hech biri
unknown = Bu savolga aniq javobim yoʻq, taxmin qilmayman. Telefon orqali soʻrang yoki savolni bir-ikki gap bilan boshqacha yozing.
unknown-nearest = Balki shu mavzulardan biri yordam berar:
none-of-these = Unda savolni boshqacha yozing yoki odamdan soʻrang.
contacts = Qayerga murojaat qilish mumkin:
contact-unconfirmed = tasdiqlanmagan
contact-no-number = raqami hozircha yoʻq
contact-round-the-clock = kechayu kunduz
source = Manba: { $source }
sources = Manbalar: { $source }
undated = sanasiz
updated = Matn sanasi: { $date }
checked = { $date } manba bilan solishtirilgan
never-checked = hali manba bilan solishtirilmagan
not-reviewed = vazirlik hali tasdiqlamagan
valid-from = { $date } dan beri amal qiladi.
valid-until = { $date } gacha amal qiladi.
valid-between = { $from } dan { $until } gacha amal qiladi.
no-longer-valid = Diqqat: bu { $date } gacha amal qilgan. Hozir nima amal qilishini telefon orqali aniqlang.
today = Bugun nima amal qiladi
other-language = Bu javob hozircha sizning tilingizda yoʻq. Mana u boshqa tilda ({ $language }).
publication = Vazirlik xabari. Muzokarada faqat muhokama qilingan narsa hali qoida emas.
translation = Bu vazirlik xabarining bizning tarjimamiz.
no-text = Iltimos, savolni soʻz bilan yozing.
failed = Hozir javob berib boʻlmadi. Iltimos, qoʻngʻiroq qiling.
outdated-button = Bu tugma eskirgan. Savolni qaytadan yozing.
listen-instead = Yozuvni hozir yuborib boʻlmadi. Mana uning matni.
language-tg = tojikcha
language-ru = ruscha
language-uz = oʻzbekcha
language-en = inglizcha

# Tugmalar
button-more = Yana shu haqda
button-else = Boshqa javoblar
button-contacts = Telefonlar
button-back = Orqaga
button-menu = Menyu
button-good = Yordam berdi
button-bad = Yordam bermadi
button-wrong = Notoʻgʻri
button-unclear = Tushunarsiz
button-old = Eskirgan
button-mine = Men boshqa narsani soʻradim
button-language = Til
button-dates = Muddat hisobi
button-news = Menga xabar bering
button-news-yes = Ha, oʻzgarishlardan xabar bering
button-news-read = Batafsil
button-cards = Telefon daftariga
button-near = Eng yaqinini topish
button-listen = 🔊 Tinglash

# Menyu
menu-ask = Tugmani bosing yoki savolni oʻz soʻzingiz bilan yozing.
menu-most-asked = Koʻproq soʻraladi:
menu-category = Qaysi mavzu?
menu-topic = Aynan nima?
else = Balki shu javoblardan biri toʻgʻri kelar:
urgent-likely = Xavf yoʻqmi? Javob tugma ostida: «{ $heading }».
cards = Kartochkani bosing: telefon raqamni saqlaydi yoki qoʻngʻiroq qiladi.
contacts-near = Shahringizni yozing yoki joylashuvingizni yuboring, eng yaqin vakolatxonani topaman.
send-place = Joylashuvimni yuborish
ask-location = Joylashuvingizni yuboring yoki shahar nomini yozing. Joylashuv yozib olinmaydi.

# Javobga baho
feedback-helpful = Rahmat! Yordam berganidan xursandman.
feedback-why = Afsus. Javobda nima yaxshi emas?
feedback-thanks = Rahmat, bu javobni tuzatishga yordam beradi. Hozir odamdan soʻragan maʼqul.
feedback-mine = Rahmat. Savolni bir-ikki gap bilan boshqacha yozing yoki odamdan soʻrang.

# Salom, rahmat va shu kabilarga javob
small-talk-greeting = Salom! Nima boʻlganini yoki nimani bilmoqchi ekaningizni yozing. Men javob izlayman.
small-talk-wellbeing = Rahmat, shu yerdaman! Nima boʻlganini yoki nimani bilmoqchi ekaningizni yozing.
small-talk-thanks = Arzimaydi! Yana savol boʻlsa, yozing.
small-talk-goodbye = Xayr, sogʻ boʻling! Kerak boʻlsam, yozing.
small-talk-insult = Yordam bera olmaganim uchun uzr. Savolni bir-ikki gap bilan yozing yoki qoʻngʻiroq qiling, u yerda odam javob beradi: /contacts.
small-talk-robot = Ha, men botman, odam emasman. Odamlar oldindan yozgan javoblarni topaman. Odam bilan gaplashish: /contacts.
small-talk-who = Men chet eldagi Tojikiston fuqarolari ishonch telefonining botiman. Hujjat, ish, kirish taqiqi va boshqalar haqida tayyor javob topaman. Savolni yozing yoki menyuni oching. Odam bilan gaplashish: /contacts.
small-talk-okay = Yaxshi. Savol boʻlsa, yozing.

# Buyruqlar: menyuda va /help da
command-start = Boshidan boshlash
command-menu = Mavzular
command-contacts = Telefonlar va manzillar
command-dates = Muddatlarni hisoblash
command-news = Oʻzgarishlardan xabar berish
command-language = Tilni almashtirish
command-privacy = Nima saqlanadi
command-forget = Saqlangan narsani oʻchirish
command-help = Qanday foydalaniladi
about = Chet eldagi Tojikiston fuqarolari uchun ishonch telefoni. Savolni oʻz soʻzingiz bilan yozing: manbasi va sanasi bor tayyor javobni olasiz. Ishonch telefonida odam javob beradi. Xavf boʻlsa, avval 112 ga qoʻngʻiroq qiling.
help = Savolni oʻz soʻzingiz bilan yozing, masalan: «Ish haqimni bermadilar, nima qilay?» Xavf boʻlsa, avval 112 ga qoʻngʻiroq qiling. Buyruqlar:
language-ask = Tilni tanlang. Savolga u yozilgan tilda javob beraman.
language-chosen = Yaxshi, endi menyu oʻzbek tilida.
forgotten = Tayyor: til, suhbat mavzusi va shu chat haqida saqlangan boshqa hamma narsa oʻchirildi. Savol va baholar ismsiz saqlanadi, ular orasidan siznikini topib boʻlmaydi.
privacy =
    Nima saqlanadi va qancha vaqt:

    - siz tanlagan til: /forget gacha (oldingi zaxira nusxada uzoqroq qolishi mumkin);
    - oʻzgarishlardan xabar berishni soʻragan boʻlsangiz: chat raqami va til, /stop yoki /forget gacha (oldingi zaxira nusxada uzoqroq qolishi mumkin);
    - suhbatning oxirgi mavzusi: 15 daqiqa, keyingi savolni tushunish uchun;
    - javob kutayotgan xabar: javobgacha, koʻpi bilan 24 soat, zaxira nusxada esa hech qachon;
    - xabarlarning tartib raqami: 48 soat, bir xabarga ikki marta javob bermaslik uchun;
    - hozirgina nechta xabar yuborganingiz: 1 daqiqa, hammaga javob yetishi uchun;
    - javobsiz savollar va baholar: ismsiz va chat raqamisiz. Telefon va hujjat raqamlari, pochta manzili va ismlar yashiriladi. Muddati, kun: { $days }.

    Siz haqingizda boshqa hech narsa saqlanmaydi; bundan tashqari faqat umumiy sonlar sanaladi, masalan kuniga nechta savol boʻlgani. Siz yuborgan joylashuv yozib olinmaydi. Oʻchirish: /forget.

# Matn oʻrniga boshqa narsa keldi; navbat
medium-photo = Men rasmni koʻra olmayman. Rasmda nima borligini va nimani bilmoqchi ekaningizni soʻz bilan yozing.
medium-voice = Men ovozli xabarni eshita olmayman. Savolni yozing yoki qoʻngʻiroq qiling, u yerda odam eshitadi: /contacts.
medium-sticker = Rahmat! Savol boʻlsa, uni soʻz bilan yozing.
medium-document = Men faylni ocha olmayman. Bu qanday hujjat va nimani bilmoqchi ekaningizni yozing. Hujjat raqamlarini yozmang.
medium-video = Men videoni koʻra olmayman. Savolni soʻz bilan yozing.
medium-poll = Men soʻrovda qatnashmayman. Savol boʻlsa, uni yozing.
medium-other = Men faqat matnni tushunaman. Savolni soʻz bilan yozing.
slow-down = Siz juda tez yozyapsiz. Biroz kutib, savolni bitta xabarda yozing.
too-late = Uzr, xabaringiz juda kech yetib keldi. Savol hali ham dolzarb boʻlsa, qaytadan yozing yoki qoʻngʻiroq qiling.

# /dates: muddatlar tugmalar bilan (qoidalar deadlines.yaml faylida).
dates-menu = Nimani hisoblay? Men hech narsa saqlamayman: hammasi tugmalarning oʻzida.
dates-entered = Kirgan kundan: roʻyxat, patent, 90 kun
dates-trips = Yildagi 90 kundan nechtasi qoldi (hamma safarlar)
dates-issued = Patent toʻlovi: berilgan kunini bilaman
dates-paid = Patent toʻlovi: qaysi kungacha toʻlanganini bilaman
dates-what-day = { $date }: bu qanday kun?
dates-what-day-of-two = { $date } yoki { $other }: bu qanday kun?
dates-entered-that-day = Shu kuni Rossiyaga kirdim
dates-trips-that-day = Safar boshlandi: 90 kunni hisoblash
dates-issued-that-day = Shu kuni patent berildi
dates-paid-that-day = Patent shu kungacha toʻlangan
dates-ask-entered = Rossiyaga qaysi kuni kirdingiz yoki qachon kirasiz?
dates-ask-trips = Safar qachon boshlandi? Kirgan kuningizni ayting.
dates-ask-left = Siz { $date } kuni kirdingiz. Qaysi kuni chiqdingiz?
dates-ask-issued = Patent qaysi kuni berildi?
dates-ask-paid = Patent qaysi kungacha toʻlangan?
dates-ask-months = Patent { $date } kuni berilgan. Shu kundan boshlab necha oy toʻlangan?
dates-how-to-say = Kunni bosing yoki shunday yozing: 12.11.2026.
dates-today = Bugun, { $date }
dates-yesterday = Kecha, { $date }
dates-still-there = Men hali Rossiyadaman
dates-until-now = shu kungacha
dates-too-far = Bu kun hisoblash uchun juda uzoq. Kun va yilni tekshiring.
dates-no-such-day = Kalendarda bunday kun yoʻq. Iltimos, tekshiring.
dates-left-before-entered = Chiqish kuni kirish kunidan ({ $date }) oldin boʻlolmaydi. Qaytadan tanlang.
dates-register = Roʻyxatga turish: { $date } dan kechikmay
dates-patent-papers = Patent hujjatlari: { $date } dan kechikmay
dates-leave = Patentsiz Rossiyadagi oxirgi kun: { $date }
dates-first-trip = Bu shu yildagi birinchi safaringiz boʻlsa toʻgʻri. Boʻlmasa, hamma safarlarni hisoblang.
dates-who-is-free = Bu cheklov patenti, oʻqishi, RVP yoki VNJ hujjati borlarga tegishli emas: ularning muddati oʻsha hujjatga bogʻliq.
dates-pay = Patentni toʻlash: { $date } dan kechikmay
dates-paid-until = { $date } gacha toʻlangan.
dates-pay-today = Bugun toʻlang: bu toʻlangan oxirgi kun.
dates-bank = Bir necha kun oldin toʻlang: bank pulni kechiktirishi mumkin.
dates-patent-ends = Patentning 12 oyi tugaydi: { $date }
dates-to-go = Qolgan kunlar: { $days }
dates-is-today = Bu bugun.
dates-passed = Bu kun oʻtib ketdi. Oʻtgan kunlar: { $days }
dates-counted = Shunday hisoblandi: { $date } — 1-kun. Baʼzilar keyingi kundan sanaydi, unda har bir sana 1 kun kechroq boʻladi. Ertaroq sana ishonchliroq.
dates-used = { $year }-yildagi kunlar: { $limit } kundan { $used } tasi oʻtdi, { $left } tasi qoldi
dates-none-left = Bu hisobga koʻra shu yilda kun qolmagan. Chipta olishdan oldin migratsiya boʻlimidan soʻrang.
dates-both-days-count = Bu yerda kirgan kun ham, chiqqan kun ham sanaladi: shunday ishonchliroq, chunki manbalarimizda ular qanday sanalishi aytilmagan. Aniq sonni faqat migratsiya boʻlimi biladi.
dates-do-not-wait = Oxirgi kunni kutmang: boʻlim yopiq boʻlishi mumkin.
dates-in-file = Oxirgi kunni kutmang: boʻlim yopiq boʻlishi mumkin. Pastdagi faylni oching, telefon oʻzi eslatadi.
dates-add-trip = Safar qoʻshish
dates-remove-trip = Oxirgi safarni olib tashlash
dates-anew = Boshqasini hisoblash
month-1 = yanvar
month-2 = fevral
month-3 = mart
month-4 = aprel
month-5 = may
month-6 = iyun
month-7 = iyul
month-8 = avgust
month-9 = sentabr
month-10 = oktabr
month-11 = noyabr
month-12 = dekabr

# Ish vaqti, kontakt kartalari va joylari.
hours-open = hozir ochiq, mahalliy vaqt bilan { $until } gacha; bayramlarda boshqacha boʻlishi mumkin
hours-closed = hozir yopiq, { $day } mahalliy vaqt bilan { $time } da ochiladi; bayramlarda boshqacha boʻlishi mumkin
hours-local = { $hours } (mahalliy vaqt)
hours-today = bugun
hours-tomorrow = ertaga
weekday-mo = dush
weekday-tu = sesh
weekday-we = chor
weekday-th = pay
weekday-fr = jum
weekday-sa = shan
weekday-su = yak
on-weekday-mo = dushanba kuni
on-weekday-tu = seshanba kuni
on-weekday-we = chorshanba kuni
on-weekday-th = payshanba kuni
on-weekday-fr = juma kuni
on-weekday-sa = shanba kuni
on-weekday-su = yakshanba kuni
place-distance = Sizdan taxminan { $km } km (shahargacha, binogacha emas).
place-distance-exact = Sizdan taxminan { $km } km.
places-nearest = Sizga eng yaqin vakolatxonalar. Joylashuvingizni saqlamadim.
places-for = Kontaktlar, { $place }:
places-ask-first = Borishdan oldin qoʻngʻiroq qiling yoki yozing: manzil va vakolatxona xizmat qiladigan hudud tasdiqlanmagan.

# Operator chati uchun satrlar (HOTLINE_ALERT_CHAT)
alert-not-answering = { $since } dan beri odamlar javob olmayapti; kutayotgan xabarlar: { $waiting }. Bot jurnalini koʻring.
alert-answering-again = Javoblar yana ketyapti. Tanaffus { $since } dan { $until } gacha boʻldi.
alert-disk-low = Diskda { $free } MB joy qoldi. Joy boʻshating, aks holda nashr ham, nusxa ham boʻlmaydi.
alert-publishing-failed = Nashr qilinmadi (bugun: { $times }). Avvalgi versiya bilan javob beryapmiz; sababini { $command } aytadi.
alert-refusals-doubled = Bugun savollarning { $today } qismi javobsiz qoldi, oldingi yetti kunda { $before }. Nima soʻrashyapti: { $command }
alert-past-review = Tekshiruv muddati oʻtdi, maqolalar: { $count } ({ $pages }). Toʻliq roʻyxat: { $command }

# Oʻzgarishlar haqida xabar, soʻraganlar uchun
news-ask = Muhim narsa oʻzgarsa (toʻlov, muddat, qoida), ishonch telefoni sizga shu yerga yozishi mumkin. Rozi boʻlsangiz, buning uchun faqat shu chat raqami, tilingiz va alifbongiz saqlanadi, boshqa hech narsa. Darhol toʻxtatish mumkin: /stop yoki /forget.
news-yes = Tayyor: muhim narsa oʻzgarsa, sizga yozaman. Toʻxtatish: /stop.
news-no = Tayyor: endi sizga oʻzgarishlar haqida yozmayman, shu chat raqami roʻyxatdan oʻchirildi.
news-foot = Siz oʻzgarishlardan xabar berishni soʻragansiz. Toʻxtatish: /stop
news-group = Guruhda oʻzgarishlar haqida xabar bermayman: aks holda har kim buni hamma nomidan soʻrashi mumkin edi. Menga shaxsiy chatda /news deb yozing.

# Odamga yozish (HOTLINE_STAFF_HOURS). canned- bilan boshlanadiganini xodimlar bir bosishda javobga qoʻyadi;
# yana qoʻshish mumkin, toʻrt tilda.
button-person = Odamga yozish
button-begin = Boshlash
button-begin-last = Boshlash va oxirgi mavzuni koʻrsatish
button-no = Yoʻq
button-end = Suhbatni tugatish
command-person = Odamga yozish
command-end = Odam bilan suhbatni tugatish
person-offer =
    Bu yerda ishonch telefonidagi odamga yozishingiz mumkin.

    - Ish vaqti: { $hours }. { $state }
    - Odatda javobni shuncha kutishadi: { $wait }.
    - Xavf boʻlsa, kutmang, 112 ga qoʻngʻiroq qiling.

    Nima saqlanadi: shu paytdan boshlab yozganlaringiz va javoblar. Xodimlar sizning oʻrningizda tasodifiy raqamni koʻradi: oʻzingiz yozmasangiz, na ism, na telefon. Hammasi suhbat tugagach shuncha kundan keyin oʻchiriladi: { $closed }; yoki shuncha kun xabar boʻlmasa: { $silent }; yoki /forget bilan darhol. Zaxira nusxada saqlanmaydi.
person-offer-last = Ikkinchi tugma bilan odam men sizga oxirgi koʻrsatgan mavzuni ham koʻradi: «{ $title }».
person-agree = Rozimisiz?
person-declined = Yaxshi, hech narsa saqlanmadi. Savolingizni yozing, men javob izlayman.
person-begun = Endi siz ishonch telefonidagi odamga yozyapsiz. { $state } Nima boʻlganini soʻz bilan yozing. Hujjat raqamlarini yubormang. Tugatish: /end.
person-going-on = Yozganlaringizni ishonch telefonidagi odam oʻqiydi. { $state } Tugatish: /end.
person-there = Hozir odam bor, soat { $until } gacha.
person-always-there = Odam kechayu kunduz bor.
person-away = Hozir hech kim yoʻq, { $day } soat { $time } dan javob berishadi ({ $clock }).
person-clock-dushanbe = Dushanbe vaqti
person-clock-moscow = Moskva vaqti
person-clock = { $offset } vaqti
person-wait-unknown = hozircha maʼlum emas
person-wait-minutes = taxminan { $number } daqiqa
person-wait-hours = taxminan { $number } soat
person-wait-days = taxminan { $number } kun
person-received = Xabaringiz ishonch telefoni xodimlariga yetdi. Javob shu yerga keladi.
person-not-reached = Ishonch telefoni xodimlari bu xabarni olmadi: hozir bizda nimadir ishlamayapti. Iltimos, bir necha daqiqadan keyin uni yana yuboring.
person-automatic = Botning avtomatik javobi. Xabaringizni odam ham oʻqiydi.
person-automatic-closed = Botning avtomatik javobi. Xabaringizni odam { $day } soat { $time } dan oʻqiydi ({ $clock }).
person-only-text = Odamga faqat matn yetadi. U yerda nima koʻrinishini yoki aytilganini soʻz bilan yozing.
person-says = Ishonch telefonidagi odam:
person-closed = Xodimlar bu suhbatni tugatdi. Endi bot javob beradi. Yana odamga yozish: /person.
person-ended = Odam bilan suhbat tugadi, endi bot javob beradi. Yozilganlar shuncha kundan keyin oʻchiriladi: { $closed }; yoki /forget bilan darhol.
person-none = Hozir siz odamga yozmayapsiz.
person-privacy = Odamga yozsangiz (/person): xabarlaringiz va javoblar, tasodifiy raqam bilan. Muddati, suhbat tugaganidan keyin, kun: { $closed }, yangi xabarsiz: { $silent }. Zaxira nusxada hech qachon boʻlmaydi. /forget ularni darhol oʻchiradi.
canned-greeting = Salom! Men ishonch telefoni xodimiman, xabaringizni oʻqidim. Yordam berishga harakat qilaman.
canned-city = Siz qaysi shahardasiz? Shunda u yerda kimga murojaat qilishni aytaman.
canned-no-numbers = Iltimos, pasport va boshqa hujjatlarning surati va raqamini bu yerga yubormang. Javob uchun ular kerak emas.
canned-embassy = Iltimos, Tojikiston elchixonasiga yoki eng yaqin konsullikka qoʻngʻiroq qiling. Raqamlar: /contacts.
canned-closing = Yordam berdi deb umid qilaman. Boshqa savol boʻlmasa, suhbatimizni tugataman. Istalgan vaqtda yana yozish mumkin: /person.
