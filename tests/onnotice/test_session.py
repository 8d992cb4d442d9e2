"""What a command works with: the archive alone or shared, and the repair of what a crash left."""

from __future__ import annotations

from datetime import datetime

import pytest

from monitor.errors import ArchiveBusy
from onnotice import session
from onnotice.home import Home
from storage import Archive


def test_a_poll_works_alone(home: Home) -> None:
    """A second one is refused at once, and let in when the first has ended; sending may go on beside it."""
    with session.working(home):
        with pytest.raises(ArchiveBusy, match="is being polled by process"), session.working(home):
            pass
        with session.working(home, alone=False) as beside:
            assert beside.archive.alerts() == ()
    with session.working(home) as opened:
        assert [source.slug for source in opened.sources] == ["council", "budget"]


def test_what_a_crash_left_is_put_right(home: Home, now: datetime) -> None:
    """A run that never ended is interrupted, and says nothing of the source's health."""
    with session.working(home) as opened:
        run = opened.archive.begin_run("council", opened.archive.begin_poll(now), now)
    with session.working(home) as opened:
        left = opened.archive._connection.execute("SELECT outcome FROM runs WHERE id = ?", (run,)).fetchone()
        assert left[0] == "interrupted"
        assert opened.archive.failing_runs("council") == 0


def test_the_archive_is_told_of_settings_before_anything_is_fetched(home: Home) -> None:
    """Sources and subscriptions of the file, so that the first change finds somebody to be told."""
    with session.working(home):
        pass
    with Archive.open(home.archive, read_only=True) as archive:
        assert [status.source.slug for status in archive.sources()] == ["council", "budget"]
        assert archive.untold("everything") == ()
