"""Where the home is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import ConfigurationError, UsageError
from onnotice.home import Home, find_home, home_at


@pytest.fixture(autouse=True)
def _no_home_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONNOTICE_HOME", raising=False)


def made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "onnotice.toml").write_text("")
    return folder


def test_the_nearest_folder_upward_is_home(tmp_path: Path) -> None:
    """From deep inside a home the home is found, and of two the inner one."""
    made(tmp_path / "outer")
    inner = made(tmp_path / "outer" / "inner")
    deep = inner / "mails" / "2017"
    deep.mkdir(parents=True)
    assert find_home(None, start=deep).folder == inner
    assert find_home(None, start=tmp_path / "outer").folder == tmp_path / "outer"


def test_a_named_folder_comes_before_the_environment_and_that_before_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """--home, then ONNOTICE_HOME, then the folder."""
    named, environment, here = (made(tmp_path / name) for name in ("named", "environment", "here"))
    assert find_home(None, start=here).folder == here
    monkeypatch.setenv("ONNOTICE_HOME", str(environment))
    assert find_home(None, start=here).folder == environment
    assert find_home(named, start=here).folder == named


def test_a_folder_without_settings_is_no_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Named or not, the sentence says how to make one; the environment is not fallen back from."""
    with pytest.raises(UsageError, match=r"run `onnotice init .*nowhere` to make one"):
        find_home(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="run `onnotice init` or name a folder with --home"):
        find_home(None, start=tmp_path)
    monkeypatch.setenv("ONNOTICE_HOME", str(tmp_path / "gone"))
    with pytest.raises(UsageError, match="gone"):
        find_home(None, start=made(tmp_path / "here"))


def test_what_can_be_no_folder_is_refused_with_a_sentence() -> None:
    """A user that nobody knows, a name with a NUL."""
    for name in ("~nobody-of-that-name/x", "a\0b"):
        with pytest.raises(UsageError, match="name another one"):
            home_at(Path(name))


def test_a_home_has_one_secret_that_only_its_owner_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key is made once, stays the same, is read by nobody else, and the environment's comes first."""
    monkeypatch.delenv("ONNOTICE_SECRET", raising=False)
    home = Home(tmp_path)
    made = home.secret
    assert len(made) == 64
    assert home.secret == made
    assert [file.name for file in tmp_path.iterdir()] == ["signing.key"]
    assert (tmp_path / "signing.key").stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("ONNOTICE_SECRET", "named elsewhere")
    assert home.secret == b"named elsewhere"


def test_a_secret_that_cannot_serve_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An emptied key file signs nothing: the sentence says what to do."""
    monkeypatch.delenv("ONNOTICE_SECRET", raising=False)
    (tmp_path / "signing.key").write_text("")
    with pytest.raises(ConfigurationError, match="delete it"):
        Home(tmp_path).secret  # noqa: B018  reading it is what is tried
