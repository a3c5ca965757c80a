"""The table [zalo_oa]: what it needs, and that no secret of it is ever shown."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import assemble
from bot.config import CALLED, EXPLORER
from bot.messengers import features
from storage.commune import Channel, Window
from tests.bot.test_config import loaded, problems


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_official_account_needs_its_three_secrets_and_an_address_that_zalo_can_call(file: Path) -> None:
    assert problems(file, '[zalo_oa]\napp_id = "360846524940903967"') == [
        "zalo_oa.app_secret: expected developers.zalo.me, chọn ứng dụng, Cài đặt: Khoá bí mật / the app's secret key",
        f"zalo_oa.refresh_token: expected {EXPLORER} / the refresh token given there",
        f"web.public_url: expected {CALLED}",
    ]
    secrets = {"ZALO_OA__APP_SECRET": "bi-mat", "ZALO_OA__REFRESH_TOKEN": "lam-moi", "ZALO_OA__OA_SECRET": "cua-oa"}
    public = '[web]\npublic_url = "https://xa.example/"'
    assert problems(file, public, **secrets) == [
        "zalo_oa.app_id: expected developers.zalo.me, chọn ứng dụng, Cài đặt: ID ứng dụng / the app's ID"
    ]
    settings = loaded(file, f'{public}\n[zalo_oa]\napp_id = "360846524940903967"', **secrets)
    assert (settings.secrets, settings.phones_on) == (["bi-mat", "cua-oa", "lam-moi"], False)
    assert settings.commune().channels == (
        Channel(
            "zalo_oa",
            "Zalo OA",
            per_second=100 / 60,
            window=Window(free=timedelta(hours=48), open=timedelta(days=7), price=55, included=500),
        ),
    )
    assert not any(secret in repr(settings) for secret in secrets.values())


def test_code_of_the_domain_is_no_tag(file: Path) -> None:
    tag = '<meta name="zalo-platform-site-verification" content="SeEEB8ES51jd" />'
    (problem,) = problems(file, f"[zalo_oa]\nverification = '{tag}'")
    assert problem.endswith("expected the code that Zalo gives for the domain, without the tag")


def test_plan_says_how_fast_and_how_many(file: Path) -> None:
    assert problems(file, '[zalo_oa]\nplan = "Cơ bản"') == [
        "zalo_oa.plan = \"Cơ bản\": expected 'tang-truong' or 'toan-dien'"
    ]
    secrets = {"ZALO_OA__APP_SECRET": "bi-mat", "ZALO_OA__REFRESH_TOKEN": "lam-moi", "ZALO_OA__OA_SECRET": "cua-oa"}
    public = '[web]\npublic_url = "https://xa.example/"'
    settings = loaded(file, f'{public}\n[zalo_oa]\napp_id = "360846524940903967"\nplan = "toan-dien"', **secrets)
    (channel,) = settings.commune().channels
    assert channel.window is not None
    assert (channel.per_second, channel.window.included) == (2000 / 60, 2000)
    messenger = next(each for each in assemble(settings).messengers if each.name == "zalo_oa")
    assert messenger.features == features.zalo_oa("toan-dien")


@pytest.mark.parametrize("key", ["app_secret", "oa_secret", "refresh_token"])
def test_secret_of_the_official_account_comes_from_a_file_and_never_from_the_configuration(
    file: Path, tmp_path: Path, key: str
) -> None:
    told = problems(file, f'[zalo_oa]\n{key} = "planted-secret"')
    assert told[0].startswith(f"zalo_oa.{key}: expected no secret in this file")
    assert not any("planted" in each for each in told)
    (tmp_path / "secret").write_text("tu-tep\n", encoding="utf-8")
    others = {"APP_SECRET": "mot-hai", "OA_SECRET": "ba-bon", "REFRESH_TOKEN": "nam-sau"} | {key.upper(): ""}
    settings = loaded(
        file,
        '[web]\npublic_url = "https://xa.example/"\n[zalo_oa]\napp_id = "360846524940903967"',
        **{f"ZALO_OA__{name}": value for name, value in others.items() if value},
        **{f"ZALO_OA__{key.upper()}_FILE": str(tmp_path / "secret")},
    )
    assert "tu-tep" in settings.secrets
