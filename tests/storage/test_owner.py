import socket
from pathlib import Path

from storage.owner import Owner, is_alive


def test_an_owner_is_alive_as_long_as_its_block_lasts(tmp_path: Path) -> None:
    with Owner(tmp_path) as owner:
        assert is_alive(tmp_path, owner.name) is True
        assert is_alive(tmp_path, owner.name) is True
    assert is_alive(tmp_path, owner.name) is False


def test_owners_have_names_of_their_own(tmp_path: Path) -> None:
    with Owner(tmp_path) as one, Owner(tmp_path) as other:
        assert one.name != other.name
        assert one.name.startswith(f"{socket.gethostname()}:")


def test_a_lock_nobody_holds_is_a_dead_owners(tmp_path: Path) -> None:
    with Owner(tmp_path) as owner:
        lock = next(tmp_path.glob("*.lock"))
    lock.touch()
    assert is_alive(tmp_path, owner.name) is False
    assert not lock.exists()


def test_of_another_machine_nothing_is_known(tmp_path: Path) -> None:
    with Owner(tmp_path) as owner:
        _, place, one = owner.name.split(":")
        assert is_alive(tmp_path, f"another-host:{place}:{one}") is None


def test_of_another_folder_of_locks_nothing_is_known(tmp_path: Path) -> None:
    """Two homes on one machine may share a PostgreSQL database."""
    with Owner(tmp_path / "one"), Owner(tmp_path / "other") as other:
        assert is_alive(tmp_path / "one", other.name) is None
        assert is_alive(tmp_path / "missing", other.name) is None


def test_names_of_other_programs_are_left_alone(tmp_path: Path) -> None:
    assert is_alive(tmp_path, "somebody") is None


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    with Owner(tmp_path):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["place"]
