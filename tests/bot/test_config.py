import subprocess
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.config import ANY_HOUR, CALLED, UNGUESSED, ConfigError, Settings, load
from bot.sections import FieldSection, WorkingDaysCount
from storage.commune import TEMPLATE_NAMES, Commune, Field, ReminderRule, Unit, Village, WorkingDays

ROOT = Path(__file__).parents[2]
MINIMAL = """
[commune]
name = "xã Mẫu"
short_code = "KX"
province = "Tỉnh mẫu"
hotline = "số mẫu"
office = "UBND xã Mẫu"
[[village]]
id = "mau-1"
name = "Thôn mẫu 1"
aliases = ["Pò Mẫu"]
[[field]]
id = "khac"
name = "Khác"
label = "Khác, không rõ"
unit = "van-phong"
[[unit]]
id = "van-phong"
name = "Văn phòng"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def loaded(file: Path, more: str = "", without: str = "", **environ: str) -> Settings:
    file.write_text(MINIMAL.replace(without, "") + more, encoding="utf-8")
    return load(file, {f"DOITHOAI_{name}": value for name, value in environ.items()})


def problems(file: Path, more: str = "", without: str = "", **environ: str) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        loaded(file, more, without, **environ)
    return [str(problem) for problem in raised.value.problems]


def test_shipped_file_is_the_sample_commune_on_its_try_it_database() -> None:
    settings = load(ROOT / "config.toml", {})
    here = settings.commune()
    assert [village.name for village in here.villages] == [f"Thôn mẫu {n}" for n in range(1, 7)]
    assert [field.label for field in here.fields] == [
        "Đường, điện, nước",
        "Đất đai",
        "Chế độ, hỗ trợ",
        "Nhà văn hoá, sân chơi",
        "Khác, không rõ",
    ]
    assert (here.name, here.short_code, here.form_of_address) == ("xã Khuất Xá", "KX", "bác")
    assert settings.phones_on
    assert (settings.storage.url, settings.storage.media) == (
        "sqlite+aiosqlite:///data/tryit.db",
        Path("data/tryit-media"),
    )
    assert here.reception == "trụ sở UBND xã Khuất Xá"
    assert "mẫu" in here.province_reception
    assert "mẫu" in here.inspection
    filled = [
        text.format(code="KX-7", village="Thôn mẫu 3", unit="Phòng", date="1/12") for text in here.fields[0].templates
    ]
    assert [text.partition(":")[0] for text in filled] == [
        "Kính gửi Ông/Bà. Về việc KX-7 ở Thôn mẫu 3, đến ngày 1/12, Phòng trả lời"
    ]


def test_shipped_file_says_the_defaults() -> None:
    shipped = load(ROOT / "config.toml", {"DOITHOAI_WEB__PHONES": "off"})
    plain = Settings(
        commune=shipped.commune_section,
        web={"phones": "off"},
    )
    for section in ("calendar", "storage", "web", "telegram", "reminders", "clocks", "answers", "drafts"):
        assert getattr(shipped, section) == getattr(plain, section)


def test_commune_when_minimal(file: Path) -> None:
    here = loaded(file, '[calendar]\nholidays = ["2026-12-07"]\nworking_days = [2026-12-12]').commune()
    assert (here.villages, here.fields, here.units) == (
        (Village("mau-1", "Thôn mẫu 1", aliases=("Pò Mẫu",)),),
        (Field("khac", "Khác", "Khác, không rõ", "van-phong"),),
        (Unit("van-phong", "Văn phòng"),),
    )
    assert here.timezone == ZoneInfo("Asia/Ho_Chi_Minh")
    assert here.calendar == WorkingDays(frozenset({date(2026, 12, 7)}), frozenset({date(2026, 12, 12)}), ANY_HOUR)


def test_values_are_typed(file: Path) -> None:
    settings = loaded(
        file,
        '[reminders]\neveryone = ["1d 18:30", "0d 6:00"]\nquiet = ["22:00", "05:30"]\n'
        '[clocks]\nnotice = "3wd"\n[drafts]\nkeep = "90m"',
    )
    assert settings.reminders.everyone == (ReminderRule(1, time(18, 30)), ReminderRule(0, time(6)))
    assert settings.reminders.quiet == (time(22), time(5, 30))
    assert settings.clocks.notice == WorkingDaysCount(3)
    assert settings.drafts.keep == timedelta(minutes=90)


def test_trying_out_knows_no_hours(file: Path) -> None:
    late = datetime(2026, 11, 28, 23, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))  # a Saturday
    found = {}
    for phones in ("on", "off"):
        here = loaded(file, f'[web]\nphones = "{phones}"').commune()
        found[phones] = (here.is_quiet(late), here.calendar.opens(late).isoformat())
    assert found == {
        "on": (False, "2026-11-28T23:00:00+07:00"),
        "off": (True, "2026-11-30T07:00:00+07:00"),
    }


def test_commune_carries_the_officials_rules(file: Path) -> None:
    here = loaded(
        file,
        '[clocks]\nsort = "1wd"\nnotice = "3wd"\nanswer = "7wd"\nescalation = "2wd"\n'
        '[answers]\napproval = false\nundo = "30m"\n[web]\nphones = "off"\n'
        '[reminders]\nquiet = ["22:00", "05:30"]\noffice = ["07:30", "17:00"]\n'
        '[reception]\nplace = " Nhà A "\ndays = "thứ Năm hằng tuần"\nprovince = "P"\ninspection = "I"\n'
        'mediation = "M"\none_stop = "O"',
    ).commune()
    assert (here.sort_days, here.notice_days, here.answer_days, here.escalation_days) == (1, 3, 7, 2)
    assert (here.approval, here.undo, here.quiet) == (False, timedelta(minutes=30), (time(22), time(5, 30)))
    assert here.calendar.hours == (time(7, 30), time(17))
    assert (here.reception, here.province_reception, here.inspection, here.mediation, here.one_stop) == (
        "Nhà A, thứ Năm hằng tuần", "P", "I", "M", "O",
    )  # fmt: skip


def test_commune_has_the_defaults_of_the_file(file: Path) -> None:
    here = loaded(file, '[web]\nphones = "off"').commune()
    needed = ("name", "short_code", "province", "timezone", "hotline", "office", "form_of_address", "address", "site")
    plain = Commune(
        **{name: getattr(here, name) for name in needed}, villages=here.villages, fields=here.fields, units=here.units
    )
    assert here == plain


def test_environment_overrides_single_keys(file: Path) -> None:
    settings = loaded(
        file,
        '[web]\nport = 9000\nhost = "127.0.0.2"',
        WEB__PORT="9001",
        COMMUNE__NAME="phường Mẫu",
        REMINDERS__QUIET='["20:00", "07:00"]',
        WEB__PUBLIC_URL="",
    )
    assert (settings.web.port, settings.web.host, settings.web.public_url) == (9001, "127.0.0.2", None)
    assert settings.commune().name == "phường Mẫu"
    assert settings.reminders.quiet == (time(20), time(7))


def test_environment_when_it_is_not_json(file: Path) -> None:
    assert len(problems(file, REMINDERS__QUIET="20:00")) == 1


def test_token_from_environment_or_file_turns_the_phones_off(file: Path, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("42:TEST\n")
    for settings in (
        loaded(file, TELEGRAM__TOKEN="42:TEST"),
        loaded(file, TELEGRAM__TOKEN_FILE=str(tmp_path / "token")),
    ):
        assert settings.telegram.token is not None
        assert settings.telegram.token.get_secret_value() == "42:TEST"
        assert "TEST" not in repr(settings)
        assert not settings.phones_on
        assert settings.storage.url == "sqlite+aiosqlite:///data/doithoai.db"


@pytest.mark.parametrize(
    ("more", "environ", "on"),
    [
        ("", {}, True),
        ('[web]\npublic_url = "https://xa.example/"', {}, False),
        ('[web]\nphones = "off"', {}, False),
        ('[web]\nphones = "on"', {}, True),
        ('[web]\nhost = "::1"', {}, True),
        ('[web]\nhost = "localhost"', {}, True),
        ('[web]\nhost = "0.0.0.0"', {"TELEGRAM__TOKEN": "42:TEST"}, False),
    ],
)
def test_phones_on(file: Path, more: str, environ: dict[str, str], on: bool) -> None:
    assert loaded(file, more, **environ).phones_on is on


def test_phones_keep_a_place_that_was_named(file: Path) -> None:
    named = loaded(file, STORAGE__URL="sqlite+aiosqlite:////srv/x.db")
    assert (named.storage.url, named.storage.media) == ("sqlite+aiosqlite:////srv/x.db", Path("data/media"))
    assert loaded(file, STORAGE__MEDIA="elsewhere").storage.media == Path("elsewhere")


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("[web]\nprt = 1", 'web.prt = 1: expected "port" perhaps; known here are host, port, public_url, phones'),
        ("[wbe]\nport = 1", "wbe = {'port': 1}: expected \"web\" perhaps; known here are "),
        ("[web]\nport = 70000", "web.port = 70000: expected less than or equal to 65535"),
        ('[web]\nport = "http"', 'web.port = "http": expected a valid integer'),
        ('[web]\nphones = "yes"', "web.phones = \"yes\": expected 'auto', 'on' or 'off'"),
        ('[web]\npublic_url = "xa.example"', 'web.public_url = "xa.example": expected an address like'),
        ('[web]\nhost = "0.0.0.0"', 'web.host = "0.0.0.0": expected a loopback address while the phones page is on'),
        (
            '[web]\nphones = "on"\npublic_url = "https://xa.example"',
            'web.phones = "on": expected auto or off beside web.public_url',
        ),
        (
            "[web]\nchat = true",
            "web.public_url: expected địa chỉ mà bà con mở trang chat / the address at which people open the chat",
        ),
        (
            '[web]\npublic_url = "https://xa.example"\nembed = ["https://cong.example"]',
            "web.chat = false: expected true, since web.embed lets other sites show the chat",
        ),
        (
            '[web]\nproxies = ["172.16.0.1/12"]',
            'web.proxies[1] = "172.16.0.1/12": expected an address or a network, like "127.0.0.1" or "172.16.0.0/12"',
        ),
        (
            '[web]\nembed = ["https://cong.example/tin"]',
            'web.embed[1] = "https://cong.example/tin": expected a site like',
        ),
        ('[drafts]\nkeep = "7 days"', 'drafts.keep = "7 days": expected a duration in minutes, hours or days'),
        ('[clocks]\nnotice = "2d"', 'clocks.notice = "2d": expected working days, like "2wd"'),
        ('[clocks]\nsort = "0wd"', 'clocks.sort = "0wd": expected working days, like "2wd"'),
        ("[clocks]\nanswer = 5", "clocks.answer = 5: expected working days, like"),
        ('[answers]\nundo = "now"', 'answers.undo = "now": expected a duration in minutes, hours or days'),
        ('[answers]\napproval = "perhaps"', 'answers.approval = "perhaps": expected a valid boolean'),
        ('[reception]\nprovince = ""', 'reception.province = "": expected'),
        ('[reminders]\nquiet = ["25:00", "06:00"]', 'reminders.quiet[1] = "25:00": expected an hour like "18:30"'),
        ('[reminders]\neveryone = ["18:30"]', 'reminders.everyone[1] = "18:30": expected days before and an hour'),
        ('[storage]\nurl = "mysql://x"', 'storage.url = "mysql://x": expected sqlite+aiosqlite://… or postgresql'),
        (
            '[[village]]\nid = "mau-1"\nname = "Khác"',
            'village[1].id = "mau-1": expected what no other [[village]] has as id',
        ),
        (
            '[[village]]\nid = "b"\nname = "THON MAU 1"',
            'village[1].name = "thon mau 1": expected what no other [[village]] has as name',
        ),
        ('[[village]]\nid = "Mẫu"\nname = "x"', 'village[2].id = "Mẫu": expected 1 to 24 of a-z, 0-9 and -'),
        (
            '[[field]]\nid = "dat"\nname = "x"\nlabel = "x"\nunit = "kinh-te"',
            'field[2].unit = "kinh-te": expected the id of a [[unit]]: van-phong',
        ),
        (
            '[calendar]\nholidays = ["2026-12-07"]\nworking_days = ["2026-12-07"]',
            "calendar.working_days = 2026-12-07: expected a day that is not in calendar.holidays too",
        ),
        ('[calendar]\nholidays = ["7/12"]', 'calendar.holidays[1] = "7/12": expected a valid date'),
    ],
)
def test_problem_names_key_value_and_expectation(file: Path, more: str, expected: str) -> None:
    assert problems(file, more)[0].startswith(expected)


ONLY = "expected a text with nothing in braces but {code}, {village}, {unit}, {date}"
IN_PAIRS = "expected a text whose braces come in pairs, and in them only {code}, {village}, {unit}, {date}"


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("Việc {code", IN_PAIRS),
        ("Việc code}", IN_PAIRS),
        ("{code!}", IN_PAIRS),
        ("Việc {phone}", ONLY),
        ("Việc {Code}", ONLY),
        ("{}", ONLY),
        ("{0}", ONLY),
        ("{code.__class__}", ONLY),
        ("{code[0]}", ONLY),
        ("{code!r}", ONLY),
        ("{code:>99999999}", ONLY),
        ("{code:{date}}", ONLY),
        ("", "expected"),
    ],
)
def test_template_with_broken_markup_stops_the_start(file: Path, template: str, expected: str) -> None:
    more = (
        f'[[field]]\nid = "a"\nname = "A"\nlabel = "A"\nunit = "van-phong"\ntemplates = ["Việc {{code}}", "{template}"]'
    )
    told = problems(file, more)
    assert len(told) == 1
    assert told[0].startswith(f'field[2].templates[2] = "{template}": {expected}')


@given(st.lists(st.sampled_from([*"{}!:.[]0 ", "{{", "}}", "code", "{unit}", "date"])).map("".join))
def test_template_that_is_taken_can_be_filled(template: str) -> None:
    try:
        field = FieldSection(id="a", name="A", label="A", unit="b", templates=(template,))
    except ValidationError:
        return
    assert field.templates[0].format(**dict.fromkeys(TEMPLATE_NAMES, "x")) is not None


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("COMMUNE__SHORT_CODE", "kx", 'commune.short_code = "kx": expected 1 to 6 capital letters A-Z'),
        ("COMMUNE__TIMEZONE", "Asia/Saigoon", 'commune.timezone = "Asia/Saigoon": expected a time zone like'),
        ("COMMUNE__TIMEZONE", "Asia", 'commune.timezone = "Asia": expected a time zone like'),
        ("COMMUNE__TIMEZONE", "../etc", 'commune.timezone = "../etc": expected a time zone like'),
        (
            "TELEGRAM__TOKEN_FILE",
            "/nowhere",
            'telegram.token_file = "/nowhere": expected a readable file with the token',
        ),
        ("TELEGRAM_TOKEN", "42:TEST", "DOITHOAI_TELEGRAM_TOKEN: expected two underscores after the section"),
        ("TELEGRM__TOKEN", "42:TEST", "DOITHOAI_TELEGRM__TOKEN: expected one of the sections"),
    ],
)
def test_problem_in_the_environment(file: Path, name: str, value: str, expected: str) -> None:
    assert problems(file, **{name: value})[0].startswith(expected)


def test_problems_are_all_told_at_once(file: Path) -> None:
    told = problems(file, '[web]\nport = 0\n[drafts]\nkeep = "x"', TELEGRAM_TOKEN="42:TEST")
    assert [one.partition(":")[0] for one in told] == ["DOITHOAI_TELEGRAM_TOKEN", "web.port = 0", 'drafts.keep = "x"']


def test_village_and_other_field_are_needed(file: Path) -> None:
    village = MINIMAL[MINIMAL.index("[[village]]") : MINIMAL.index("[[field]]")]
    assert problems(file, without=village) == ["village: expected at least one [[village]]"]
    assert problems(file, "", 'id = "khac"\n') == ["field[1].id: expected a value, there is none"]
    file.write_text(MINIMAL.replace('"khac"', '"dat-dai"'), encoding="utf-8")
    with pytest.raises(ConfigError, match='a \\[\\[field\\]\\] with id "khac"'):
        load(file, {})


def test_secrets_are_refused_in_the_file_and_never_shown(file: Path) -> None:
    told = [
        *problems(file, '[telegram]\ntoken = "42:TESTTEST"'),
        *problems(file, '[storage]\nurl = "postgresql+asyncpg://u:hidden@h/d"'),
        *problems(file, TELEGRAM__TOKEN="TESTTEST"),
        *problems(file, TELEGRAM__TOKN="TESTTEST"),
    ]
    assert told[0].startswith("telegram.token: expected no secret in this file: put it in DOITHOAI_TELEGRAM__TOKEN or")
    assert told[1].startswith('storage.url = "postgresql+asyncpg://u:***@h/d": expected no password in this file')
    assert told[2] == "telegram.token: expected a token as BotFather gives it: digits, a colon, letters"
    assert told[3].startswith('telegram.tokn: expected "token" perhaps')
    assert not [line for line in told if "TESTTEST" in line or "hidden" in line]


def test_token_and_token_file_together(file: Path) -> None:
    told = problems(file, TELEGRAM__TOKEN="42:TEST", TELEGRAM__TOKEN_FILE="/nowhere")
    assert told == ['telegram.token_file = "/nowhere": expected a token or a token file, not both']


@pytest.mark.parametrize("messenger", ["TELEGRAM", "ZALO_BOT"])
def test_phones_on_beside_a_messenger(file: Path, messenger: str) -> None:
    told = problems(file, '[web]\nphones = "on"', **{f"{messenger}__TOKEN": "42:TEST"})
    assert told[0].startswith('web.phones = "on": expected auto or off beside a messenger')


def test_zalo_bot_polls_unless_told_otherwise_and_its_secrets_come_from_files_too(file: Path, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("123:abc-xyz\n", encoding="utf-8")
    (tmp_path / "secret").write_text("khong-ai-biet\n", encoding="utf-8")
    bare = loaded(file, ZALO_BOT__TOKEN="123:abc-xyz")
    hooked = loaded(
        file,
        '[web]\npublic_url = "https://xa.example/"\n[zalo_bot]\nmode = "webhook"',
        ZALO_BOT__TOKEN_FILE=str(tmp_path / "token"),
        ZALO_BOT__WEBHOOK_SECRET_FILE=str(tmp_path / "secret"),
    )
    assert (bare.zalo_bot.mode, bare.zalo_bot.api_base) == ("polling", "https://bot-api.zaloplatforms.com")
    assert (bare.secrets, hooked.secrets) == (["123:abc-xyz"], ["123:abc-xyz", "khong-ai-biet"])
    assert (bare.phones_on, hooked.phones_on) == (False, False)
    assert not {"abc-xyz", "khong-ai-biet"} & {*repr(hooked).replace("'", " ").split()}


def test_zalo_webhook_needs_a_secret_and_an_address_that_zalo_can_call(file: Path) -> None:
    hooked = '[zalo_bot]\nmode = "webhook"'
    wanted = [f"zalo_bot.webhook_secret: expected {UNGUESSED}", f"web.public_url: expected {CALLED}"]
    assert problems(file, hooked, ZALO_BOT__TOKEN="123:abc-xyz") == wanted
    told = problems(
        file,
        f'[web]\npublic_url = "http://xa.example"\n{hooked}',
        ZALO_BOT__TOKEN="123:abc-xyz",
        ZALO_BOT__WEBHOOK_SECRET="khong-ai-biet",
    )
    assert told == [f'web.public_url = "http://xa.example": expected {CALLED}']


@pytest.mark.parametrize(
    ("more", "environ", "expected"),
    [
        ('[zalo_bot]\ntoken = "1:abcd"', {}, "zalo_bot.token: expected no secret in this file"),
        ('[zalo_bot]\nwebhook_secret = "12345678"', {}, "zalo_bot.webhook_secret: expected no secret in this file"),
        ("", {"ZALO_BOT__TOKEN": "planted"}, "zalo_bot.token: expected a token as Zalo Bot Creator sends it"),
        ("", {"ZALO_BOT__WEBHOOK_SECRET": "planted"}, "zalo_bot.webhook_secret: expected 8 to 256 letters and digits"),
        ("", {"ZALO_BOT__SECRET": "planted"}, "zalo_bot.secret: expected "),
        (
            "",
            {"ZALO_BOT__WEBHOOK_SECRET_FILE": "/nowhere"},
            'zalo_bot.webhook_secret_file = "/nowhere": ',
        ),
    ],
)
def test_problem_of_the_zalo_bot_never_shows_a_secret(
    file: Path, more: str, environ: dict[str, str], expected: str
) -> None:
    (told,) = problems(file, more, **environ)
    assert told.startswith(expected)
    assert "planted" not in told


def test_file_missing_or_broken(file: Path) -> None:
    with pytest.raises(ConfigError, match="a readable file"):
        load(file, {})
    with pytest.raises(ConfigError, match="TOML in UTF-8"):
        loaded(file, "[web")


@pytest.mark.parametrize(
    ("web", "site"),
    [
        ({}, "http://127.0.0.1:8080"),
        ({"WEB__HOST": "0.0.0.0", "WEB__PHONES": "off"}, "http://127.0.0.1:8080"),
        ({"WEB__HOST": "::1", "WEB__PORT": "9001"}, "http://[::1]:9001"),
        ({"WEB__PUBLIC_URL": "https://xa.example/"}, "https://xa.example"),
    ],
)
def test_site_is_where_its_pages_are_reached(file: Path, web: dict[str, str], site: str) -> None:
    assert loaded(file, **web).commune().site == site


def test_without_a_file_everything_is_missing() -> None:
    with pytest.raises(ConfigError, match="commune: expected a value, there is none"):
        load(None, {})


def test_import_stays_cheap() -> None:
    code = "import sys, bot.config; print(*{'aiogram', 'nicegui', 'sqlalchemy', 'holidays'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
