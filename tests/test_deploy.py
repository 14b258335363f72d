"""What an operator starts: the image, the services, and .env, held against each other without an engine."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from bot.settings import SECRETS, Settings

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
PROFILES = ("", "postgres", "webhook", "metrics", "postgres,webhook,metrics")
OURS = {"bot", "desk", "indexer"}
BESIDE = {"postgres", "caddy", "prometheus", "grafana"}
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def _compose(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BIN / "docker-compose", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(name="installation")
def _installation(tmp_path: Path) -> Path:
    """A folder as an operator has it who wrote only the token."""
    for name in ("docker-compose.yml", "Dockerfile", "deploy"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / ".env").write_text("HOTLINE_TELEGRAM_TOKEN=1:x\n", encoding="utf-8")
    return tmp_path


def _services(installation: Path) -> dict[str, Any]:
    done = _compose(installation, "config", "--format=json", COMPOSE_PROFILES=PROFILES[-1])
    assert done.returncode == 0, done.stderr
    services: dict[str, Any] = json.loads(done.stdout)["services"]
    return services


@pytest.mark.parametrize("profiles", PROFILES)
def test_every_profile_is_valid_with_the_token_alone_and_without_a_warning(
    installation: Path, profiles: str
) -> None:
    done = _compose(installation, "config", "--quiet", COMPOSE_PROFILES=profiles)

    assert (done.returncode, done.stderr) == (0, "")


def test_without_a_profile_only_the_bot_its_indexer_and_the_desk_start(installation: Path) -> None:
    done = _compose(installation, "config", "--services")

    assert set(done.stdout.split()) == OURS


def test_a_missing_env_file_is_one_sentence_that_names_it(installation: Path) -> None:
    (installation / ".env").unlink()

    done = _compose(installation, "config", "--quiet")

    assert done.returncode != 0
    assert (len(done.stderr.strip().splitlines()), ".env" in done.stderr) == (1, True)


def test_the_services_follow_the_compose_specification() -> None:
    done = subprocess.run(
        [BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", ROOT / "docker-compose.yml"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


def test_the_dockerfile_is_clean() -> None:
    done = subprocess.run(
        [BIN / "hadolint", ROOT / "Dockerfile"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout


def test_every_service_is_confined_and_limited(installation: Path) -> None:
    services = _services(installation)

    assert set(services) == OURS | BESIDE
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert int(service["mem_limit"]) <= 1.5 * 2**30, name
        assert service["pids_limit"], name
        assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}, name
        assert service["stop_grace_period"], name
        assert service["restart"] == ("no" if name == "indexer" else "unless-stopped"), name
        assert "test" in service["healthcheck"] or name == "indexer", name
        assert "privileged" not in service, name


@pytest.mark.parametrize("publishing", ["indexer", "desk"])
def test_what_publishes_beside_the_bot_fits_a_server_of_two_gigabytes(
    publishing: str, installation: Path
) -> None:
    services = _services(installation)

    assert sum(int(services[name]["mem_limit"]) for name in ("bot", publishing)) <= 2 * 2**30


@pytest.mark.parametrize("name", ["bot", "desk"])
def test_bot_and_desk_wait_for_the_indexer_and_need_no_other_service(name: str, installation: Path) -> None:
    waits_for = _services(installation)[name]["depends_on"]

    assert {name for name, how in waits_for.items() if how["required"]} == {"indexer"}
    assert waits_for["indexer"]["condition"] == "service_completed_successfully"
    assert waits_for["postgres"]["condition"] == "service_healthy"


def test_the_desk_may_write_the_content_and_gives_way_to_the_bot(installation: Path) -> None:
    services = _services(installation)
    desk, bot = services["desk"], services["bot"]

    [content] = [each for each in desk["volumes"] if each["target"] == "/var/lib/hotline/content"]
    assert not content.get("read_only")
    assert desk["cpu_shares"] < bot.get("cpu_shares", 1024)


def test_the_proxy_knows_the_desk_by_a_name_of_its_own_and_asks_for_no_certificate_without_one(
    installation: Path,
) -> None:
    without = _services(installation)["caddy"]["environment"]["DESK_DOMAIN"]
    (installation / ".env").write_text("HOTLINE_TELEGRAM_TOKEN=1:x\nDESK_DOMAIN=desk.example.org\n")

    assert _services(installation)["caddy"]["environment"]["DESK_DOMAIN"] == "desk.example.org"
    assert without.startswith("http://")
    assert "{$DESK_DOMAIN} {" in (ROOT / "deploy/caddy/Caddyfile").read_text(encoding="utf-8")


def test_only_the_proxy_is_reached_from_outside(installation: Path) -> None:
    published = {
        (name, port.get("host_ip", ""), port["published"])
        for name, service in _services(installation).items()
        for port in service.get("ports", [])
    }

    on_this_server = {("grafana", "127.0.0.1", "3000"), ("desk", "127.0.0.1", "8090")}
    assert published == {("caddy", "", "80"), ("caddy", "", "443")} | on_this_server


def test_every_file_that_is_mounted_exists(installation: Path) -> None:
    mounted = [
        volume["source"]
        for service in _services(installation).values()
        for volume in service.get("volumes", [])
        if volume["type"] == "bind"
    ]

    assert len(mounted) == 4
    assert all((ROOT / Path(each).relative_to(installation)).exists() for each in mounted)


def test_checks_of_health_have_no_blanks_in_their_words(installation: Path) -> None:
    # Podman's Docker API puts the words together and takes them apart at blanks.
    words = [
        word
        for service in _services(installation).values()
        for word in service.get("healthcheck", {}).get("test", [])
    ]

    assert not [word for word in words if " " in word]


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1), (None, 1)])
@pytest.mark.parametrize(
    ("arguments", "path", "setting"),
    [([], "/readyz", "HOTLINE_LISTEN_PORT"), (["desk"], "/healthz", "HOTLINE_DESK_PORT")],
    ids=["bot", "desk"],
)
def test_a_container_is_healthy_while_its_bot_is_ready_or_its_desk_open(
    arguments: list[str], path: str, setting: str, status: int | None, code: int
) -> None:
    class Ready(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status or 500 if self.path == path else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Ready) as server:
        if status is None:
            server.socket.close()
        else:
            Thread(target=server.handle_request, daemon=True).start()
        done = subprocess.run(
            [sys.executable, "-m", "console.ready", *arguments],
            cwd=ROOT,
            env={**os.environ, setting: str(server.server_port)},
            capture_output=True,
            text=True,
            check=False,
        )

    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (code, "", 1)


def test_images_of_others_are_pinned_to_a_version(installation: Path) -> None:
    images = [service["image"] for name, service in _services(installation).items() if name in BESIDE]

    assert all(re.search(r":v?\d+(\.\d+)*(-\w+)?$", image) for image in images)


@pytest.mark.parametrize("other", ["desk", "indexer"])
def test_they_are_one_image_with_the_same_volumes_as_an_ordinary_user(other: str, installation: Path) -> None:
    services = _services(installation)
    bot, another = services["bot"], services[other]

    assert (bot["image"], bot["volumes"], bot["user"]) == (
        another["image"],
        another["volumes"],
        "10001:10001",
    )


def test_volumes_cover_the_folders_that_the_image_gives_to_its_user(installation: Path) -> None:
    targets = {volume["target"] for volume in _services(installation)["bot"]["volumes"]}

    assert targets == set(re.findall(r" (/var/lib/hotline/\w+)", DOCKERFILE))


def test_the_image_ends_without_compiler_or_installer_as_user_10001() -> None:
    final = DOCKERFILE.split("\nFROM ")[-1]

    assert ("USER 10001:10001" in final, "apt-get" in DOCKERFILE, "pip" in final) == (True, False, False)


def test_the_image_holds_every_package_of_the_program() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    copied = {
        source
        for line in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, flags=re.MULTILINE)
        for source in line.split()
    }
    let_through = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")
    }

    assert set(wheel["packages"]) <= copied
    assert copied == let_through


def test_the_image_stops_like_any_program() -> None:
    assert 'ENTRYPOINT ["hotline"]' in DOCKERFILE  # no shell in between, which would keep SIGTERM to itself


def test_every_setting_is_documented_in_the_example_and_nothing_else_is() -> None:
    names = re.findall(r"^#? ?(HOTLINE_\w+)=", EXAMPLE, flags=re.MULTILINE)

    assert sorted(names) == sorted(f"HOTLINE_{name.upper()}" for name in Settings.model_fields)


def test_every_variable_of_the_services_stands_in_the_example() -> None:
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    arguments = re.findall(r"^ARG (\w+)", DOCKERFILE, flags=re.MULTILINE)
    used = {*re.findall(r"\$\{(\w+)", compose), *arguments, "COMPOSE_PROFILES"}

    assert used <= set(re.findall(r"^#? ?(\w+)=", EXAMPLE, flags=re.MULTILINE))
    assert set(arguments) == set(re.findall(r"args: \[(.*)\]", compose)[0].split(", "))


def test_the_example_with_a_token_starts_the_services(installation: Path) -> None:
    lines = EXAMPLE.replace("HOTLINE_TELEGRAM_TOKEN=", "HOTLINE_TELEGRAM_TOKEN=1:x", 1)
    (installation / ".env").write_text(lines, encoding="utf-8")

    done = _compose(installation, "config", "--quiet")

    assert (done.returncode, done.stderr) == (0, "")


def _hotline(*arguments: str, cwd: Path, **settings: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BIN / "hotline", *arguments],
        cwd=cwd,
        env={**os.environ, **{f"HOTLINE_{name.upper()}": str(value) for name, value in settings.items()}},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.slow
def test_the_example_as_it_is_asks_for_the_token_in_one_sentence(tmp_path: Path) -> None:
    shutil.copy(ROOT / ".env.example", tmp_path / ".env")

    done = _hotline("run", cwd=tmp_path)

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "HOTLINE_TELEGRAM_TOKEN is not set" in done.stderr


@pytest.mark.slow
def test_content_that_cannot_be_published_leaves_the_bot_its_live_version(
    tmp_path: Path, small_snapshots: Path
) -> None:
    shutil.copytree(small_snapshots, tmp_path / "snapshots")
    live = (tmp_path / "snapshots/live").read_text().strip()
    (tmp_path / "content").mkdir()
    (tmp_path / "content/contacts.yaml").write_text("contacts: [", encoding="utf-8")

    done = _hotline("prepare", cwd=tmp_path, content="content", snapshots="snapshots")

    assert done.returncode == 0
    assert "contacts.yaml" in done.stderr
    assert f"not published; the bot goes on with the version before, {live}" in done.stderr


@pytest.mark.slow
def test_content_that_cannot_be_published_stops_the_bot_where_nothing_is_live(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content/contacts.yaml").write_text("contacts: [", encoding="utf-8")

    done = _hotline("prepare", cwd=tmp_path, content="content", snapshots="snapshots")

    assert (done.returncode, "contacts.yaml" in done.stderr) == (2, True)


@pytest.mark.slow
def test_an_empty_installation_gets_the_shipped_content_and_publishes_it(
    tmp_path: Path, shipped_snapshots: Path
) -> None:
    shutil.copytree(shipped_snapshots, tmp_path / "snapshots")

    first, second = (
        _hotline("prepare", cwd=tmp_path, content="content", snapshots="snapshots") for _ in range(2)
    )

    assert (first.returncode, second.returncode) == (0, 0)
    assert "added" in first.stdout
    assert second.stdout.startswith("nothing has changed")


@pytest.mark.slow
def test_a_machine_that_follows_publishes_nothing_of_its_own(tmp_path: Path, small_snapshots: Path) -> None:
    shutil.copytree(small_snapshots, tmp_path / "snapshots")
    live = (tmp_path / "snapshots/live").read_text().strip()

    with_one = _hotline("prepare", "--follow", cwd=tmp_path, content="content", snapshots="snapshots")
    without = _hotline("prepare", "--follow", cwd=tmp_path, content="content", snapshots="empty")

    assert (with_one.returncode, with_one.stdout) == (0, f"live: {live}\n")
    assert (without.returncode, "run 'hotline prepare'" in without.stderr) == (2, True)
    assert not (tmp_path / "content").exists()


@pytest.mark.slow
def test_preparing_stops_when_it_is_told_to(tmp_path: Path) -> None:
    with subprocess.Popen(
        [BIN / "hotline", "prepare"],
        cwd=tmp_path,
        env={**os.environ, "HOTLINE_CONTENT": "content"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        running.stdout.readline()
        running.terminate()
        _, told = running.communicate(timeout=10)

    assert (running.returncode, "Traceback" in told) == (143, False)


@pytest.mark.slow
def test_the_token_may_stand_in_a_file_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    assert "HOTLINE_TELEGRAM_TOKEN" in SECRETS

    done = _hotline("check", cwd=tmp_path, telegram_token_file=tmp_path / "nowhere")

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert f"HOTLINE_TELEGRAM_TOKEN: its file {tmp_path / 'nowhere'} cannot be read" in done.stderr
