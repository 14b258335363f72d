# The bot's own sentences. The keys are the same in all languages.
start =
    Hello! This is the hotline for citizens of Tajikistan abroad. Write your question in your own words, in any language and any letters: I look up a prepared answer with its source and date. A person answers at the hotline numbers: /contacts. Your language and, for 15 minutes, the topic are kept; the text of your message only until it is answered: /privacy.
urgent-call = Call first:
urgent-steps = What to do now
choice = Which of these are you asking about?
choice-none = None of these
unknown = I have no certain answer to this question, and I will not guess. Ask by phone, or write it differently in one or two sentences.
unknown-nearest = One of these topics may help:
none-of-these = Then write the question differently, or ask a person.
contacts = Whom to ask:
contact-unconfirmed = not confirmed
contact-no-number = no number yet
contact-round-the-clock = day and night
source = Source: { $source }
sources = Sources: { $source }
undated = undated
updated = Text of { $date }
checked = compared with its source on { $date }
never-checked = not yet compared with its source
not-reviewed = not yet confirmed by the ministry
valid-from = In force since { $date }.
valid-until = In force until { $date }.
valid-between = In force from { $from } until { $until }.
no-longer-valid = Note: this held until { $date }. Ask by phone what holds now.
today = What holds today
other-language = This answer does not exist in your language yet. Here it is in another one ({ $language }).
publication = A report of the ministry. What was only discussed at talks is not a rule yet.
translation = This is our translation of the ministry's report.
no-text = Please write your question in words.
failed = I could not answer just now. Please call.
outdated-button = This button is out of date. Please write your question again.
listen-instead = The recording could not be sent just now. Here is its text.
language-tg = Tajik
language-ru = Russian
language-uz = Uzbek
language-en = English

# Buttons
button-more = More on this
button-else = Other answers
button-contacts = Contacts
button-back = Back
button-menu = Menu
button-good = Helpful
button-bad = Not helpful
button-wrong = Wrong
button-unclear = Unclear
button-old = Out of date
button-mine = Not my question
button-language = Language
button-dates = Dates
button-news = Notify me
button-news-yes = Yes, tell me about changes
button-news-read = Read more
button-cards = Save to phone
button-near = Find the nearest
button-listen = 🔊 Listen

# Menu
menu-ask = Press a button, or write your question in your own words.
menu-most-asked = Most asked:
menu-category = Which topic?
menu-topic = What exactly?
else = Perhaps one of these answers fits:
urgent-likely = No danger? The answer is behind the button: “{ $heading }”.
cards = Press a card: the phone saves the number or calls it.
contacts-near = Write your city or send your location, and I will find the nearest mission.
send-place = Send my location
ask-location = Send your location, or write the name of the city. The location is not recorded.

# What people think of an answer
feedback-helpful = Thank you! I am glad it helped.
feedback-why = Sorry. What is wrong with the answer?
feedback-thanks = Thank you, this will help to correct the answer. For now it is better to ask a person.
feedback-mine = Thank you. Write the question differently, in one or two sentences, or ask a person.

# To greetings, thanks and the like (small-talk.yaml)
small-talk-greeting = Hello! Write what happened or what you want to know. I will look for an answer.
small-talk-wellbeing = Thank you, I am here! Write what happened or what you want to know.
small-talk-thanks = You are welcome! If there is another question, just write.
small-talk-goodbye = Goodbye, and all the best! If you need me, just write.
small-talk-insult = I am sorry that I did not help. Write the question in one or two sentences, or call: there a person answers, /contacts.
small-talk-robot = Yes, I am a bot, not a person. I find answers that people wrote beforehand. To talk to a person: /contacts.
small-talk-who = I am the bot of the hotline for citizens of Tajikistan abroad. I find prepared answers about documents, work, entry bans and more. Write your question or open the menu. To talk to a person: /contacts.
small-talk-okay = All right. If there is a question, just write it.

# Commands: in the menu of Telegram and in /help
command-start = Start again
command-menu = Topics
command-contacts = Numbers and addresses
command-dates = Calculate your deadlines
command-news = Tell me about changes
command-language = Change the language
command-privacy = What is kept
command-forget = Delete what is kept
command-help = How to use this
about = The hotline for citizens of Tajikistan abroad. Write your question in your own words and get a prepared answer with its source and date. A person answers at the hotline numbers. If there is danger, call 112 first.
help = Write your question in your own words, for example: “I was not paid for my work, what can I do?” If there is danger, call 112 first. Commands:
language-ask = Choose the language. A question is answered in the language it is written in.
language-chosen = All right, the menu is in English now.
forgotten = Done: the language, the topic and everything else that was kept about this chat is deleted. Questions and ratings are kept without a name; yours cannot be found among them.
privacy =
    What is kept, and how long:

    - the language you chose: until /forget (in an earlier backup it may stay longer);
    - if you asked to be told about changes: the number of the chat and the language, until /stop or /forget (in an earlier backup it may stay longer);
    - the last topic: 15 minutes, to understand the next question;
    - a message that waits for its answer: until it is answered, at most 24 hours, and never in a backup;
    - the running numbers of messages: 48 hours, so that none is answered twice;
    - how many messages you have just sent: 1 minute, so that everybody gets an answer;
    - unanswered questions and ratings: without a name or the number of the chat. Numbers of phones and documents, e-mail addresses and names are covered. Kept for so many days: { $days }.

    Nothing else is kept about you; beside this only totals are counted, such as how many questions a day. A location that you send is not recorded. To delete: /forget.

# Something else than words; waiting
medium-photo = I cannot see pictures. Write in words what it shows and what you want to know.
medium-voice = I cannot listen to voice messages. Write your question, or call: there a person listens, /contacts.
medium-sticker = Thank you! If there is a question, write it in words.
medium-document = I cannot open files. Write what document it is and what you want to know. Leave out the numbers of documents.
medium-video = I cannot watch videos. Write your question in words.
medium-poll = I do not take part in polls. If there is a question, write it.
medium-other = I understand only text. Write your question in words.
slow-down = You are writing very fast. Wait a little, then write your question in one message.
too-late = Sorry, your message reached me far too late. If the question still matters, write it again or call.

# /dates: terms calculated by buttons (deadlines.yaml has the rules).
dates-menu = What should I calculate? I keep nothing: everything is in the buttons.
dates-entered = From the day of entry: registration, patent, 90 days
dates-trips = Days left of 90 in the year (all trips)
dates-issued = Patent payment: I know the day of issue
dates-paid = Patent payment: I know until when it is paid
dates-what-day = { $date }: what day is this?
dates-what-day-of-two = { $date } or { $other }: what day is this?
dates-entered-that-day = I entered Russia on this day
dates-trips-that-day = A trip began: count the 90 days
dates-issued-that-day = The patent was issued on this day
dates-paid-that-day = The patent is paid until this day
dates-ask-entered = On what day did you enter Russia, or when will you enter?
dates-ask-trips = When did the trip begin? Name the day of entry.
dates-ask-left = You entered on { $date }. On what day did you leave?
dates-ask-issued = On what day was the patent issued?
dates-ask-paid = Until what day is the patent paid?
dates-ask-months = The patent was issued on { $date }. How many months are paid, counted from that day?
dates-how-to-say = Press the day, or write it, such as 12 Nov 2026.
dates-today = Today, { $date }
dates-yesterday = Yesterday, { $date }
dates-still-there = I am still in Russia
dates-until-now = until now
dates-too-far = This day is too far away to calculate from. Please check the day and the year.
dates-no-such-day = There is no such day in the calendar. Please check it.
dates-left-before-entered = The day of leaving cannot be before the entry on { $date }. Please choose again.
dates-register = Registration: by { $date }
dates-patent-papers = Papers for the patent: by { $date }
dates-leave = Without a patent, the last day in Russia: { $date }
dates-first-trip = This holds if it is your first trip this year. Otherwise count all trips.
dates-who-is-free = This limit does not bind those who have a patent, study, or have RVP or VNZh (residence permits): their stay follows that document.
dates-pay = Pay for the patent: by { $date }
dates-paid-until = Paid until { $date }.
dates-pay-today = Pay today: it is the last paid day.
dates-bank = Pay a few days earlier: a bank may delay the money.
dates-patent-ends = The 12 months of the patent end: { $date }
dates-to-go = Days left: { $days }
dates-is-today = This is today.
dates-passed = This day has passed. Days since then: { $days }
dates-counted = Counted like this: { $date } is day 1. Some count from the next day, then every date is one day later. The earlier date is the safe one.
dates-used = Days in { $year }: { $used } of { $limit } used, { $left } left
dates-none-left = By this count no days are left this year. Ask the migration office before you buy a ticket.
dates-both-days-count = Both the day of entry and the day of leaving are counted here: it is safer so, since our sources do not say how they are counted. Only the migration office knows the exact number.
dates-do-not-wait = Do not wait for the last day: the office may be closed.
dates-in-file = Do not wait for the last day: the office may be closed. Open the file below, and your phone will remind you.
dates-add-trip = Add a trip
dates-remove-trip = Remove the last trip
dates-anew = Calculate something else
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December

# Hours, cards and places of contacts.
hours-open = open now, until { $until } local time; holidays may differ
hours-closed = closed now, opens { $day } at { $time } local time; holidays may differ
hours-local = { $hours } (local time)
hours-today = today
hours-tomorrow = tomorrow
weekday-mo = Mon
weekday-tu = Tue
weekday-we = Wed
weekday-th = Thu
weekday-fr = Fri
weekday-sa = Sat
weekday-su = Sun
on-weekday-mo = on Monday
on-weekday-tu = on Tuesday
on-weekday-we = on Wednesday
on-weekday-th = on Thursday
on-weekday-fr = on Friday
on-weekday-sa = on Saturday
on-weekday-su = on Sunday
place-distance = About { $km } km from you (to the town, not to the building).
place-distance-exact = About { $km } km from you.
places-nearest = Missions nearest to you. I have not kept your location.
places-for = Contacts for { $place }:
places-ask-first = Call or write before you go: the address and the district that a mission serves are not confirmed.

# Lines for the operator's chat (HOTLINE_ALERT_CHAT)
alert-not-answering = Since { $since } people get no answers; messages waiting: { $waiting }. Look at the bot's log.
alert-answering-again = Answers go out again. The break was from { $since } to { $until }.
alert-disk-low = { $free } MB are left on the disk. Make room, or neither publishing nor backups will work.
alert-publishing-failed = Publishing failed (today: { $times }). The version before goes on answering; { $command } says why.
alert-refusals-doubled = Today { $today } of the questions got no answer, in the seven days before { $before }. What people ask: { $command }
alert-past-review = Past their day of review, articles: { $count } ({ $pages }). The whole list: { $command }

# News of changes, for who asked for them
news-ask = When something important changes (a fee, a deadline, a rule), the hotline can write to you here. If you agree, only the number of this chat and your language are kept for that, nothing else. You can end it at once: /stop or /forget.
news-yes = Done: I will write to you when something important changes. To stop: /stop.
news-no = Done: I will not write to you about changes any more. The number of this chat is deleted from that list.
news-foot = You asked to be told about changes. To stop: /stop
news-group = In a group I announce no changes: anybody here could ask for that in the name of all. Write /news to me in a chat of our own.

# Writing to a person of the staff (HOTLINE_STAFF_HOURS). What begins with canned- staff put into an answer by one press;
# more of them may be added, in all four languages.
button-person = Write to a person
button-begin = Begin
button-begin-last = Begin, and show the last topic
button-no = No
button-end = End the conversation
command-person = Write to a person
command-end = End the conversation with a person
person-offer =
    Here you can write to a person of the hotline.

    - Hours: { $hours }. { $state }
    - Usual time until an answer: { $wait }.
    - In danger do not wait, call 112.

    What is kept: what you write from then on, and the answers. The staff see a random number in place of you: no name and no phone number, unless you write them yourself. Everything is deleted { $closed } days after the end, or after { $silent } days without a message, or at once with /forget. It is in no backup.
person-offer-last = With the second button the person also sees the topic that I showed you last: “{ $title }”.
person-agree = Do you agree?
person-declined = All right, nothing is kept. Write your question, and I look for an answer.
person-begun = You are now writing to a person of the hotline. { $state } Write in words what happened. Do not send numbers of documents. To end: /end.
person-going-on = What you write goes to a person of the hotline. { $state } To end: /end.
person-there = Somebody is there now, until { $until }.
person-always-there = Somebody is there day and night.
person-away = Nobody is there now, but { $day } from { $time } ({ $clock }).
person-clock-dushanbe = Dushanbe time
person-clock-moscow = Moscow time
person-clock = time { $offset }
person-wait-unknown = not known yet
person-wait-minutes = about { $number } min
person-wait-hours = about { $number } h
person-wait-days = in days, about { $number }
person-received = Your message has reached the staff of the hotline. The answer comes here.
person-not-reached = The staff of the hotline did not get this message: something of ours does not work just now. Please send it again in a few minutes.
person-automatic = Automatic answer of the bot. A person reads your message, too.
person-automatic-closed = Automatic answer of the bot. A person reads your message { $day } from { $time } ({ $clock }).
person-only-text = Only text reaches the person. Write in words what is seen or said there.
person-says = A person of the hotline:
person-closed = The staff have ended this conversation. From now on the bot answers. To write to a person again: /person.
person-ended = The conversation with a person has ended; from now on the bot answers. What was written is deleted after { $closed } days, or at once with /forget.
person-none = You are not writing to a person now.
person-privacy = If you write to a person (/person): your messages and the answers, under a random number, until { $closed } days after the end or { $silent } days without a message; never in a backup. /forget deletes them at once.
canned-greeting = Hello! I work for the hotline and have read your message. I am going to help you.
canned-city = In which city are you? Then I can tell you whom to turn to there.
canned-no-numbers = Please do not send photos or numbers of your passport and other documents here. They are not needed for the answer.
canned-embassy = Please call the embassy of Tajikistan or the nearest consulate. The numbers are behind /contacts.
canned-closing = I hope this helped. If there is no other question, I end our conversation. You can write again at any time: /person.
