"""The files for a server are such as their programs take."""

import shutil
import subprocess
from pathlib import Path

import pytest

from cytovox.app.settings import Settings

DEPLOY = Path(__file__).resolve().parents[1] / "deploy"


def test_the_settings_of_a_shared_server_are_settings() -> None:
    settings = Settings.from_environment({}, config=DEPLOY / "cytovox.toml")
    assert settings.accounts
    assert settings.data_folder == Path("/var/lib/cytovox")


def test_the_proxy_lets_pass_what_the_application_takes() -> None:
    limit = next(
        line.split()[1].rstrip("m;")
        for line in (DEPLOY / "nginx.conf").read_text(encoding="utf-8").splitlines()
        if line.strip().startswith("client_max_body_size")
    )
    assert int(limit) > Settings().stack_limit_mb


@pytest.mark.skipif(
    shutil.which("nginx") is None or shutil.which("openssl") is None, reason="needs nginx and openssl"
)
def test_nginx_takes_its_file(tmp_path: Path) -> None:
    pair = ["-keyout", tmp_path / "cytovox.key", "-out", tmp_path / "cytovox.pem"]
    name = ["-days", "1", "-subj", "/CN=localhost"]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *pair, *name],
        check=True,
        capture_output=True,
    )
    site = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for folder in ("/etc/ssl/certs", "/etc/ssl/private"):
        site = site.replace(folder, str(tmp_path))
    (tmp_path / "site.conf").write_text(site, encoding="utf-8")
    whole = f"pid {tmp_path}/pid; events {{}} http {{ include {tmp_path}/site.conf; }}"
    (tmp_path / "nginx.conf").write_text(whole, encoding="utf-8")
    done = subprocess.run(
        ["nginx", "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False
    )
    assert "syntax is ok" in done.stderr, done.stderr


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_takes_its_file(tmp_path: Path) -> None:
    service = tmp_path / "cytovox.service"
    text = (DEPLOY / "cytovox.service").read_text(encoding="utf-8")
    service.write_text(text.replace("/opt/cytovox/bin/cytovox", "/bin/true"), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", service], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert str(service) not in done.stderr, done.stderr
