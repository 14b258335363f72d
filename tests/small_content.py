"""A content folder of two topics, small enough to read whole, for tests that need real files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from knowledge.load import SHIPPED_CONTENT

_TOPIC = """\
category: work-and-pay
related: [{other}]
contacts: [ru-112, embassy]
source_language: ru
checked: null
review_by: 2027-03-01
sources:
  act-2025:
    title: Official page
    url: https://example.org/act
    date: 2025-08
sections:
  - id: first
    sources: [act-2025]
    valid_from: 2025-09-01
  - id: second
    sources: [act-2025]
    contacts: [embassy]
"""

_TEXTS = {
    "wages": {
        "tg": ("Музди кор", "Агар музд надиҳанд, дар муддати 1 сол ба нозироти меҳнат шикоят кунед."),
        "ru": ("Зарплата", "Если зарплату не платят, жалуйтесь в инспекцию труда в течение 1 года."),
        "uz": ("Ish haqi", "Ish haqi berilmasa, 1 yil ichida mehnat inspeksiyasiga shikoyat qiling."),
        "en": ("Wages", "If wages are not paid, complain to the labour inspectorate within 1 year."),
    },
    "registration": {
        "tg": ("Бақайдгирӣ", "Дар муддати 15 рӯз пас аз вуруд ба қайд истед."),
        "ru": ("Регистрация", "Встаньте на учёт в течение 15 дней после въезда."),
        "uz": ("Roʻyxatdan oʻtish", "Kirganingizdan keyin 15 kun ichida roʻyxatdan oʻting."),
        "en": ("Registration", "Register within 15 days after entry."),
    },
}

_EXAMPLES = {
    "wages": {
        "tg": ["Корфармо музди маро намедиҳад", "музди корамо надоданд"],
        "ru": ["Мне не платят зарплату", "хозяин не дает деньги за работу"],
        "uz": ["Ish haqimni bermayapti"],
        "en": ["My boss does not pay my wages"],
    },
    "registration": {
        "tg": ["То кадом рӯз бояд ба қайд истам?", "ба кайд истодан чанд руз"],
        "ru": ["Сколько дней есть на регистрацию?", "как встать на учет"],
        "uz": ["Necha kunda roʻyxatdan oʻtish kerak?"],
        "en": ["How many days do I have to register?"],
    },
}

_CATEGORIES = """\
most_asked: [registration]
categories:
  - id: danger
    title: {tg: Хатар, ru: Опасность, uz: Xavf, en: Danger}
    danger: true
  - id: work-and-pay
    title: {tg: Кор, ru: Работа, uz: Ish, en: Work}
"""

_CONTACTS = """\
short_codes: {RU: ["112"]}
fallback: [embassy]
contacts:
  - id: ru-112
    kind: emergency
    country: RU
    name: {tg: Рақами ягона, ru: Единый номер, uz: Yagona raqam, en: Emergency number}
    phones: ["112"]
    confidence: high
    source: {title: Official page, url: null, date: null}
  - id: embassy
    kind: embassy
    country: RU
    city: {tg: Маскав, ru: Москва, uz: Moskva, en: Moscow}
    name: {tg: Сафорат, ru: Посольство, uz: Elchixona, en: Embassy}
    phones: ["+74956903846"]
    confidence: medium
    source: {title: Official page, url: https://example.org/contacts, date: 2024}
  - id: silent
    kind: ministry
    country: TJ
    name: {tg: Вазорат, ru: Министерство, uz: Vazirlik, en: Ministry}
    phones: []
    confidence: low
    source: {title: Not found anywhere, url: null, date: null}
"""

_URGENT = """\
rules:
  - id: held
    topic: wages
    contacts: [ru-112, embassy]
    script:
      tg: Ба 112 занг занед ва номи корманди полисро нависед.
      ru: Звоните 112 и запишите имя полицейского.
      uz: 112 ga qoʻngʻiroq qiling va politsiyachining ismini yozing.
      en: Call 112 and write down the officer's name.
    patterns:
      tg: ["полис* + бурд*|дошт*"]
      ru: ["полици* + задержал*|забрал* + !прошлом году"]
      uz: ["politsiya* + ushladi*"]
      en: ["police + arrested|detained"]
    counter_examples: ["Что такое полиция?", "В прошлом году полиция задержала меня"]
"""


def files() -> dict[str, str]:
    """Return the small content as relative path to text; change it before writing to try a rule."""
    result = {
        "categories.yaml": _CATEGORIES,
        "small-talk.yaml": (SHIPPED_CONTENT / "small-talk.yaml").read_text(encoding="utf-8"),
        "contacts.yaml": _CONTACTS,
        "urgent.yaml": _URGENT,
        "urgent.txt": "## ru {#held}\nменя держат в отделе полиции\n",
        "not-ours.txt": "## tg {#greeting}\nСалом, аҳволат чӣ хел?\n"
        "## ru {#near-miss}\nКакая погода в Москве?\n",
    }
    for topic, other in (("wages", "registration"), ("registration", "wages")):
        result[f"topics/{topic}/topic.yaml"] = _TOPIC.format(other=other)
        for language, (title, text) in _TEXTS[topic].items():
            result[f"topics/{topic}/{language}.md"] = _article(language, title, text)
        result[f"topics/{topic}/examples.txt"] = "".join(
            f"## {language}\n" + "".join(f"{row}\n" for row in rows)
            for language, rows in _EXAMPLES[topic].items()
        )
    for phrases in sorted((SHIPPED_CONTENT / "phrases").glob("*.ftl")):
        result[f"phrases/{phrases.name}"] = phrases.read_text(encoding="utf-8")
    return result


def write(folder: Path, contents: Mapping[str, str] | None = None) -> Path:
    """Write these files (by default the small content) below the folder and return it."""
    for path, text in (files() if contents is None else contents).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def write_publication(folder: Path, name: str) -> None:
    """Add a publication of the topic 'wages' to the folder: that topic's own articles, under another name."""
    own = "category: work-and-pay\nrelated: [registration]\ncontacts: [ru-112, embassy]\n"
    publication = {
        path.replace("topics/wages", f"ministry/{name}"): text.replace(own, "topic: wages\n")
        for path, text in files().items()
        if path.startswith("topics/wages/") and not path.endswith("examples.txt")
    }
    write(folder, publication)


def _article(language: str, title: str, text: str) -> str:
    translated = "" if language == "ru" else "translated_from: 2026-11-26\n"
    return (
        f"---\ntitle: {title}\nupdated: 2026-11-26\n{translated}reviewed: false\n"
        f"questions:\n  - {title}?\n---\n\n"
        f"## {title} 1 {{#first}}\n\n{text}\n\n"
        f"## {title} 2 {{#second}}\n\n**{title}.** {text} {{contact:embassy}}\n"
    )
