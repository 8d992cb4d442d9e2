"""The demonstration tells what happened in spring 2017, in its own words, once, and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest

from monitor.types import ChangeKind, Health, StoredChange
from onnotice.config import read_settings
from onnotice.demo.replay import SCENES, replay
from onnotice.home import Home
from onnotice.polling import confirmation_of
from onnotice.replaying import replay as read_again
from storage import Archive

LIST, ADDED = ChangeKind.LIST_PUBLISHED, ChangeKind.RECORD_ADDED
PAGE = ChangeKind.PAGE_CHANGED
WITHDRAWN = (
    "Franklin County, Iowa",
    "Franklin County, New York",
    "Franklin County, Pennsylvania",
    "Montgomery County, Iowa",
    "Williamson County, Texas",
    "Bastrop County, Texas",
    "Chester County, Pennsylvania",
    "Richmond County, North Carolina",
)


@dataclass(frozen=True)
class Replayed:
    """What one replay left behind."""

    home: Path
    said: tuple[str, ...]
    changes: tuple[StoredChange, ...]

    def mails(self) -> dict[str, EmailMessage]:
        """By file."""
        paths = sorted((self.home / "mails").glob("*.eml"))
        return {path.name: BytesParser(policy=policy.default).parsebytes(path.read_bytes()) for path in paths}

    def news(self, day: str) -> set[tuple[str, ChangeKind]]:
        """Sources and kinds of that day's changes of the watched."""
        return {
            (stored.change.source, stored.change.kind)
            for stored in self.changes
            if f"{stored.change.at:%Y-%m-%d}" == day and not stored.change.kind.about_our_eyes
        }

    def only(self, day: str, source: str, kind: ChangeKind) -> StoredChange:
        """The one change of a kind that a source had on a day."""
        (found,) = [
            stored
            for stored in self.changes
            if f"{stored.change.at:%Y-%m-%d}" == day and (stored.change.source, stored.change.kind) == (source, kind)
        ]
        return found

    def subjects(self, day: str) -> list[str]:
        """Of the mails that went out in the scene of a day, as the demonstration said."""
        scene = next(scene for scene in SCENES if f"{scene.at:%Y-%m-%d}" == day)
        start = next(place for place, line in enumerate(self.said) if scene.heading in line)
        rest = self.said[start + 1 :]
        end = rest.index("")
        return [line.split("MAIL", 1)[1].strip() for line in rest[:end] if line.strip().startswith("MAIL")]


def read(home: Path, said: list[str]) -> Replayed:
    """What the archive of a replay holds."""
    with Archive.open(home / "archive.sqlite", read_only=True) as archive:
        return Replayed(home, tuple(said), archive.changes())


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    """The whole demonstration, once."""
    home = tmp_path_factory.mktemp("demo") / "home"
    said: list[str] = []
    replay(home, said.append)
    return read(home, said)


def test_the_first_look_tells_nobody(replayed: Replayed) -> None:
    """Five sources are watched from 17 March on, and nothing is told of what they hold already."""
    assert replayed.news("2017-03-17") == set()
    assert replayed.subjects("2017-03-17") == []
    assert any("now watching 5 sources" in line for line in replayed.said)


def test_the_first_report_is_one_mail(replayed: Replayed) -> None:
    """The list of policies, how many jurisdictions it names, what Section II counts; not 69 mails of one name."""
    assert replayed.news("2017-03-20") == {("ice_declined_detainers", LIST)}
    stored = replayed.only("2017-03-20", "ice_declined_detainers", LIST)
    sets = stored.change.details["sets"]
    assert sets["detainer_policy"]["count"] == 69
    assert sets["declined_detainer"]["rows"] == 206
    assert stored.change.details["previous_edition"] == ""
    (subject,) = replayed.subjects("2017-03-20")
    assert subject == "ICE Declined Detainer Outcome Report lists 69 jurisdictions (January 28 – February 3, 2017)"


@pytest.mark.parametrize("day", ["2017-03-21", "2017-03-22", "2017-03-23", "2017-04-12"])
def test_nothing_is_told_when_nothing_happened(replayed: Replayed, day: str) -> None:
    """A bot wall with status 200, a day of noise, an outage, and a quiet day: no mail, and no change of the watched."""
    assert replayed.subjects(day) == []
    assert replayed.news(day) == set()


def test_noise_changes_no_page(replayed: Replayed) -> None:
    """Stamps, counters, banners and tokens move at every request of four weeks; two pages changed, when they did."""
    pages = [stored.change for stored in replayed.changes if stored.change.kind is PAGE]
    changed = [(change.source, f"{change.at:%Y-%m-%d}") for change in pages]
    assert changed == [("boulder_council", "2017-03-24"), ("aurora_council", "2017-03-27")]


def test_an_outage_is_the_operator_s_news(replayed: Replayed) -> None:
    """The blocked and the unreachable source are named while they are, and every source is seen at the end."""
    said = "\n".join(replayed.said)
    assert re.search(r"not seen +DOJ press releases", said)
    assert re.search(r"not seen +Denver City Council", said)
    with Archive.open(replayed.home / "archive.sqlite", read_only=True) as archive:
        assert {status.health for status in archive.sources()} == {Health.SEEN}


def test_what_no_subscription_asks_for_is_kept_and_not_mailed(replayed: Replayed) -> None:
    """Boulder continues a hearing, Denver's committee gets an item, and the department settles a water case."""
    assert replayed.news("2017-03-24") == {
        ("boulder_council", PAGE),
        ("denver_council", ADDED),
        ("doj_press_releases", ADDED),
    }
    assert replayed.subjects("2017-03-24") == []


def test_the_27th_of_march_is_three_mails(replayed: Replayed) -> None:
    """The Attorney General's announcement, Aurora's study session and Denver's matching item, and no other item."""
    assert replayed.news("2017-03-27") == {
        ("doj_press_releases", ADDED),
        ("aurora_council", PAGE),
        ("denver_council", ADDED),
    }
    release = replayed.only("2017-03-27", "doj_press_releases", ADDED).change
    assert release.title == "Attorney General Jeff Sessions Delivers Remarks on Sanctuary Jurisdictions"
    session = replayed.only("2017-03-27", "aurora_council", PAGE).change
    ((before, after),) = session.details["hunks"]
    assert before == []
    assert "Study Session, March 27, 2017: federal policy on “sanctuary cities”" in after[0]
    item = replayed.only("2017-03-27", "denver_council", ADDED).change
    assert (item.record_kind, item.record_key) == ("agenda_item", "11003/50004")
    assert "17-0363" in item.title
    subjects = replayed.subjects("2017-03-27")
    assert len(subjects) == 3
    # Sources are looked at side by side, so whose mail goes first is nobody's promise.
    for news in (
        "Attorney General Jeff Sessions Delivers Remarks on Sanctuary Jurisdictions",
        "Study Session, March 27, 2017",
        "17-0363",
    ):
        assert sum(news in subject for subject in subjects) == 1


def test_the_second_report_says_who_is_new_and_who_is_gone(replayed: Replayed) -> None:
    """In one mail, against the edition before, with the policy that was amended."""
    assert replayed.news("2017-03-29") == {("ice_declined_detainers", LIST)}
    stored = replayed.only("2017-03-29", "ice_declined_detainers", LIST).change
    policies = stored.details["sets"]["detainer_policy"]
    assert set(policies["new"]) == {"Santa Fe, New Mexico", "Richmond, California", "Aurora, Colorado"}
    assert set(policies["gone"]) == {"Montour County, Pennsylvania", "Ida County, Iowa"}
    assert [row["name"] for row in policies["amended"]] == ["Clark County, Nevada"]
    assert policies["count"] == 70
    assert stored.details["sets"]["declined_detainer"]["rows"] == 47
    (subject,) = replayed.subjects("2017-03-29")
    assert "Santa Fe, New Mexico" in subject
    (mail,) = [mail for mail in replayed.mails().values() if "lists 70" in mail["Subject"]]
    for name in (*policies["new"], *policies["gone"]):
        assert name in text_of(mail)


def test_the_correction_names_whom_it_withdraws(replayed: Replayed) -> None:
    """Eight jurisdictions of the first report, each with its state; the list as it stood is not rewritten."""
    assert replayed.news("2017-04-03") == {("ice_declined_detainers", ADDED)}
    notice = replayed.only("2017-04-03", "ice_declined_detainers", ADDED).change
    assert notice.record_kind == "notice"
    assert notice.after is not None
    assert tuple(dict.fromkeys(one["jurisdiction"] for one in notice.after["affects"])) == WITHDRAWN
    (subject,) = replayed.subjects("2017-04-03")
    assert subject.startswith("Correction to the January 28 – February 3, 2017 report")
    (mail,) = [mail for mail in replayed.mails().values() if mail["Subject"] == subject]
    for name in WITHDRAWN:
        assert name in text_of(mail)


def test_the_suspension_is_one_mail(replayed: Replayed) -> None:
    """The notice that suspends the report takes the place of the one that promised it: one change, one mail."""
    assert replayed.news("2017-04-11") == {("ice_declined_detainers", ChangeKind.RECORD_AMENDED)}
    (subject,) = replayed.subjects("2017-04-11")
    assert subject == "ICE suspends the Declined Detainer Outcome Report"


def test_every_mail_is_whole(replayed: Replayed) -> None:
    """Text and HTML, an id of its own, the recipient, a subject of one line; what was said is what lies there."""
    mails = replayed.mails()
    assert len(mails) == 7
    assert len({mail["Message-ID"] for mail in mails.values()}) == 7
    for mail in mails.values():
        assert not mail.defects
        assert mail["To"] == "analyst@example.org"
        assert text_of(mail)
        assert mail.get_body(("html",)) is not None
        assert "\n" not in mail["Subject"]
    said = [line.split("MAIL", 1)[1].strip() for line in replayed.said if line.strip().startswith("MAIL")]
    assert sorted(said) == sorted(str(mail["Subject"]) for mail in mails.values())
    assert any(line.startswith("7 mails were sent") for line in replayed.said)


def test_a_second_run_tells_nothing_new(replayed: Replayed) -> None:
    """The demonstration again, in the same folder: one more look, no change and no mail."""
    mails = set(replayed.mails())
    said: list[str] = []
    replay(replayed.home, said.append)
    again = read(replayed.home, said)
    assert {stored.id for stored in again.changes} == {stored.id for stored in replayed.changes}
    assert set(again.mails()) == mails
    assert not any("MAIL" in line for line in said)


async def test_read_anew_it_says_what_it_said(replayed: Replayed) -> None:
    """Every source's past, taken once more from what is kept, comes out word for word: nothing told otherwise, and not
    a row renewed."""
    home = Home(replayed.home)
    with Archive.open(home.archive) as archive:
        for status in archive.sources():
            report = await read_again(archive, status.source, confirmation_of(read_settings(home)))
            assert report.looks > 10
            assert (report.differences, report.losses) == ((), ())
            assert (report.snapshots, report.records) == (0, 0)


def text_of(message: EmailMessage) -> str:
    """A mail's text part, in one line."""
    part = message.get_body(("plain",))
    assert part is not None
    return " ".join(part.get_content().split())
