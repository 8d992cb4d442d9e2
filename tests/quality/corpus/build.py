"""Puts the generated cases together, each from its own seed: a page of a kind in a family, and what happens to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from zlib import crc32

from corpus import borough, captures, families, files, noises, words
from corpus.case import BEGAN, Capture, Case, Label, Step
from corpus.content import KINDS, Content, Items, Paragraph, Table
from corpus.edits import EDITS, Edited
from corpus.families import Family
from corpus.noises import REWRITINGS, Piece
from corpus.words import Words

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_MINUTES = timedelta(minutes=12)
_FURTHER = 3
"""Looks in a row after the second: as many as are ever asked for."""


@dataclass(frozen=True)
class Templates:
    """One set: its vocabulary, families, pieces of noise, bad captures. Sets share none of them."""

    name: str
    part: str
    """"development" or "held-out"."""
    words: Words
    families: Mapping[str, Family]
    pieces: tuple[Piece, ...]
    spoils: Mapping[str, tuple[captures.Spoil, ...]]
    variant: int = 0
    """Another number makes other pages of the same templates."""


COUNTY, CITY, STATE, VILLAGE, DISTRICT = (
    Templates(
        name, part, getattr(words, name.upper()), getattr(families, name.upper()), getattr(noises, name.upper()),
        getattr(captures, name.upper()),
    )
    for name, part in (
        ("county", "development"), ("city", "development"), ("state", "development"), ("village", "development"),
        ("district", "development"),
    )
)  # fmt: skip
BOROUGH = Templates("borough", "held-out", borough.WORDS, borough.FAMILIES, borough.PIECES, borough.SPOILS)
ALL = (COUNTY, CITY, STATE, VILLAGE, DISTRICT, BOROUGH)
"""Each set after the second was written, measured once, and only then looked into: docs/explanation/quality.md has both
figures. The last is the held-out part: no rule may name what stands in it."""


@dataclass
class Site:
    """A page of a site: what it says now, and what its machine prints beside it."""

    templates: Templates
    family: str
    content: Content
    seed: int
    pieces: tuple[Piece, ...] = ()
    rewritings: tuple[str, ...] = ("nonce",)
    now: datetime = BEGAN
    loads: int = 0
    fixed: dict[str, str] = field(default_factory=dict)

    def capture(self) -> Capture:
        """One fetch of it. Pieces of the pace "load" are drawn anew, those of the pace "day" each day."""
        self.loads += 1
        return self._captured(str(self.loads))

    def _captured(self, load: str) -> Capture:
        slots = dict.fromkeys(("head", "top", "lead", "after", "side", "foot"), "")
        for number, piece in enumerate(self.pieces):
            moment = load if piece.pace == "load" else self.now.date().toordinal()
            drawn = piece.draw(Random(f"{self.seed} {number} {moment}"), self.now, self.templates.words)
            slots[piece.slot] += self.fixed.get(piece.slot, drawn)
        html = self.templates.families[self.family](self.content, self.templates.words, slots)
        for name in self.rewritings:
            html = REWRITINGS[name](html, Random(f"{self.seed} {name} {load}"))
        return Capture(html.encode())

    def looked_at(self, label: Label, kind: str, *, after: timedelta = _DAY, shows: str = "") -> Step:
        """A capture some time later, and those seconds after it."""
        self.now += after
        first, second = self.capture(), self.capture()
        moving = any(piece.pace == "load" for piece in self.pieces)
        further = tuple(self._captured(f"{self.loads} once more {turn}") for turn in range(_FURTHER if moving else 0))
        return Step(label, kind, first, second, after, shows, further)


def _seed(*parts: object) -> int:
    return crc32(" ".join(map(str, parts)).encode())


def generated(*sets: Templates) -> Iterator[Case]:
    """Every generated case of the sets, of all where none is named."""
    for templates in sets or ALL:
        yield from _edited_pages(templates)
        yield from _noisy_pages(templates)
        yield from _rewritten_pages(templates)
        yield from _spoiled_pages(templates)
        yield from _edits_beside_fillers(templates)
        yield from _own_matter_under_hints(templates)
        yield from _stories(templates)
        yield from _written_files(templates)


def _new(templates: Templates, kind: str, number: int, *more: object, **options: object) -> Site:
    seed = _seed(templates.name, templates.variant, kind, number, *more)
    names = list(templates.families)
    content = KINDS[kind](Random(seed), templates.words)
    return Site(templates, names[number % len(names)], content, seed, **options)  # type: ignore[arg-type]


def _edit(site: Site, name: str) -> Edited | None:
    done = EDITS[name](site.content, Random(site.seed + 1), site.templates.words)
    if done is None or done[0] == site.content:
        return None
    return done


def _edited_pages(templates: Templates) -> Iterator[Case]:
    """Each kind of page with each edit that fits it, alone and among noise of all sorts."""
    for number, kind in enumerate(KINDS):
        for place, name in enumerate(EDITS):
            site = _new(templates, kind, number + place, name)
            noisy = place % 2 == 1
            if noisy:
                random = Random(site.seed + 2)
                site.pieces = tuple(random.sample(templates.pieces, 3))
                site.rewritings = tuple(random.sample(list(REWRITINGS), 3))
            first = site.capture()
            done = _edit(site, name)
            if done is None:
                continue
            site.content, shows = done
            step = site.looked_at(Label.NEWS, name, shows=shows)
            yield Case(
                f"{templates.name}/{kind}/{name}{' among noise' if noisy else ''}", templates.part, kind, first, (step,)
            )


def _noisy_pages(templates: Templates) -> Iterator[Case]:
    """Each piece of noise on two kinds of page over five days, then a true edit among it."""
    kinds = list(KINDS)
    edits = list(EDITS)
    for number, piece in enumerate(templates.pieces):
        for turn in range(2):
            kind = kinds[(2 * number + turn) % len(kinds)]
            site = _new(templates, kind, number + turn, piece.kind, number, pieces=(piece,))
            first = site.capture()
            steps = [site.looked_at(Label.NOISE, piece.kind, after=(_DAY, _HOUR)[turn]) for _ in range(5)]
            for name in (*edits[(number + turn) % len(edits) :], *edits):
                if (done := _edit(site, name)) is not None:
                    site.content, shows = done
                    steps.append(site.looked_at(Label.NEWS, name, shows=shows))
                    break
            yield Case(f"{templates.name}/{kind}/{piece.kind} {number}", templates.part, kind, first, tuple(steps))


_FILLERS = ("related block", "most read block", "quotation", "advertisement", "social feed", "rotating banner")


def _edits_beside_fillers(templates: Templates) -> Iterator[Case]:
    """Short true edits at the very look at which a block that a machine fills is another, in each family."""
    kinds = ("press release", "agenda", "documents", "list", "notice")
    names = (
        "date moved",
        "one digit",
        "heading changed",
        "item added",
        "paragraph added",
        "item removed",
        "status cancelled",
    )
    for number, piece in enumerate(piece for piece in templates.pieces if piece.kind in _FILLERS):
        for turn in range(3):
            kind, name = kinds[(number + turn) % len(kinds)], names[(number + 2 * turn) % len(names)]
            site = _new(templates, kind, number + turn, piece.kind, name, "beside", pieces=(piece,))
            first = site.capture()
            if (done := _edit(site, name)) is None:
                continue
            site.content, shows = done
            step = site.looked_at(Label.NEWS, "edit beside a filled block", shows=shows)
            yield Case(
                f"{templates.name}/{kind}/{name} beside {piece.kind} {number}", templates.part, kind, first, (step,)
            )


_OWN = {
    "county": ("related-documents", "slick-list", "popular-agendas", "meeting-carousel"),
    "city": ("relatedFiles", "swiper-wrapper", "most-viewed-documents", "budget-slider"),
    "district": ("related-ordinances", "slick-documents", "popular-services", "supervisor-slideshow"),
    "village": ("related-meetings", "elementor-carousel agenda", "trending-documents", "slick-slider"),
    "borough": ("related-bids files", "tns-agendas", "popular-forms documents", "meeting-slider"),
    "state": ("view-related-cases", "owl-stage meetings", "popular-forms files", "tns-carousel"),
}


def _own_matter_under_hints(templates: Templates) -> Iterator[Case]:
    """The page's own documents and tables inside blocks whose names sound as if a machine filled them."""
    for number, name in enumerate(_OWN[templates.name]):
        for kind, edit in (
            ("documents", "document replaced"),
            ("documents", "item added"),
            ("table", "figure in a table"),
            ("calendar", "date moved"),
        ):
            site = _new(templates, kind, number, name, edit)
            first = site.capture()
            if (done := _edit(site, edit)) is None:
                continue
            site.content, shows = done
            step = site.looked_at(Label.NEWS, "edit in a block that sounds filled", shows=shows)
            wrapped = [_wrapped(capture, name) for capture in (first, step.capture, step.second) if capture is not None]
            step = replace(step, capture=wrapped[1], second=wrapped[2])
            yield Case(f"{templates.name}/{kind}/{edit} in {name}", templates.part, kind, wrapped[0], (step,))


def _wrapped(capture: Capture, name: str) -> Capture:
    """The page with the blocks behind its heading inside one more element."""
    html = capture.body.decode()
    start = html.find("</h1>") + 5
    end = max(html.find(mark, start) for mark in captures.ENDS)
    return replace(capture, body=f'{html[:start]}<div class="{name}">{html[start:end]}</div>{html[end:]}'.encode())


def _rewritten_pages(templates: Templates) -> Iterator[Case]:
    """The same page in other bytes."""
    kinds = list(KINDS)
    for number, name in enumerate(REWRITINGS):
        for turn in range(2):
            kind = kinds[(3 * number + turn) % len(kinds)]
            site = _new(templates, kind, number + turn, name, rewritings=(name,))
            first = site.capture()
            steps = tuple(site.looked_at(Label.NOISE, name) for _ in range(2))
            yield Case(f"{templates.name}/{kind}/{name}", templates.part, kind, first, steps)
    for number, kind in enumerate(kinds):
        site = _new(templates, kind, number, "encoding", rewritings=())
        first = site.capture()
        text = (
            first.body.decode()
            .replace("charset=utf-8", "charset=windows-1252")
            .replace('charset="utf-8"', 'charset="windows-1252"')
        )
        other = Capture(text.encode("windows-1252", "xmlcharrefreplace"), "text/html; charset=windows-1252")
        mislabelled = Capture(first.body, "text/html; charset=iso-8859-1")
        twice = Capture(first.body.decode().encode("utf-8").decode("cp1252", "replace").encode("utf-8"))
        captured = (other, mislabelled, twice)[number % 3]
        label = ("re-encoded text", "wrong charset", "text encoded twice")[number % 3]
        steps = (Step(Label.NOISE, label, captured), Step(Label.NOISE, label, first))
        yield Case(f"{templates.name}/{kind}/{label}", templates.part, kind, first, steps)
        if kind in ("listing", "documents", "table", "cards"):
            site = _new(templates, kind, number, "shuffled")
            first = site.capture()
            steps_: list[Step] = []
            for turn in range(3):
                site.content = files.shuffled(site.content, Random(site.seed + turn))
                steps_.append(site.looked_at(Label.NOISE, "shuffled items"))
            yield Case(f"{templates.name}/{kind}/shuffled items", templates.part, kind, first, tuple(steps_))
        if kind == "press release":
            for turn in range(3):
                site = _new(templates, kind, turn, "number")
                first = site.capture()
                number_line = site.content.blocks[-1]
                assert isinstance(number_line, Paragraph)
                digits = number_line.text.removeprefix("### ")
                html = first.body.decode().replace(
                    number_line.text, (f"###<br>{digits}", f"# # #</p><p>{digits}", f"<b>###</b> {digits}")[turn]
                )
                marked = Capture(html.encode())
                steps = (Step(Label.NOISE, "trailing ###", marked), Step(Label.NOISE, "trailing ###", first))
                yield Case(f"{templates.name}/{kind}/trailing mark {turn}", templates.part, kind, first, steps)


def _spoiled_pages(templates: Templates) -> Iterator[Case]:
    """A bad capture in place of a good page, then the good page, then a true edit."""
    kinds = list(KINDS)
    for group, spoils in templates.spoils.items():
        for turn, spoil in enumerate(spoils):
            kind = kinds[_seed(group, turn) % len(kinds)]
            site = _new(templates, kind, turn + len(group), group)
            first = site.capture()
            site.now += _DAY
            random = Random(site.seed)
            bad = Step(
                Label.BAD,
                group,
                spoil(site.capture(), random, templates.words),
                spoil(site.capture(), random, templates.words),
            )
            good = site.looked_at(Label.NOISE, "good page after a bad capture", after=_HOUR)
            steps = [bad, good]
            if (done := _edit(site, "paragraph added")) is not None:
                site.content, shows = done
                steps.append(site.looked_at(Label.NEWS, "paragraph added", shows=shows))
            yield Case(f"{templates.name}/{kind}/{group} {turn}", templates.part, kind, first, tuple(steps))
    for number, kind in enumerate(kinds):
        for group in ("the front page", "another page of the site", "another site's page"):
            site = _new(templates, kind, number, group, "in its place")
            first, own = site.capture(), (site.content, site.templates, site.family)
            site.content, site.templates, site.family = _in_its_place(site, group, number)
            bad = site.looked_at(Label.BAD, group)
            site.content, site.templates, site.family = own
            good = site.looked_at(Label.NOISE, "good page after a bad capture", after=_HOUR)
            yield Case(f"{templates.name}/{kind}/{group}", templates.part, kind, first, (bad, good))
    for number, kind in enumerate(("listing", "table", "documents", "calendar", "list", "cards")):
        for group, content in (
            ("empty template", captures.without_list),
            ("partial list", lambda c: captures.with_part_of_list(c, 0.3)),
        ):
            site = _new(templates, kind, number, group)
            whole, first = site.content, site.capture()
            site.content = content(whole)
            bad = site.looked_at(Label.BAD, group)
            site.content = whole
            good = site.looked_at(Label.NOISE, "good page after a bad capture", after=_HOUR)
            yield Case(f"{templates.name}/{kind}/{group}", templates.part, kind, first, (bad, good))
            site = _new(templates, kind, number, group, "withdrawn")
            first = site.capture()
            site.content = content(site.content)
            held = [site.looked_at(Label.HELD, "list truly withdrawn", after=_MINUTES) for _ in range(2)]
            news = site.looked_at(Label.NEWS, "list truly withdrawn", after=_MINUTES)
            yield Case(f"{templates.name}/{kind}/{group} for good", templates.part, kind, first, (*held, news))


def _in_its_place(site: Site, group: str, number: int) -> tuple[Content, Templates, str]:
    """What a confused server, cache or name service answers with: content, and whose frame it stands in."""
    random = Random(site.seed + 7)
    kinds = list(KINDS)
    other = kinds[(kinds.index(site.content.kind) + 1 + number % (len(kinds) - 1)) % len(kinds)]
    if group == "another site's page":
        elsewhere = ALL[(ALL.index(site.templates) + 1 + number % (len(ALL) - 1)) % len(ALL)]
        family = list(elsewhere.families)[number % len(elsewhere.families)]
        return KINDS[other](random, elsewhere.words), elsewhere, family
    words = site.templates.words
    content = KINDS[other](random, words)
    if group == "the front page":
        passages = tuple(Paragraph(words.sentence(random)) for _ in range(4))
        content = Content("front page", f"Welcome to {words.site}", passages)
    return content, site.templates, site.family


def _stories(templates: Templates) -> Iterator[Case]:
    """Histories: there and back, gone and back, several edits in a row, news in a part that usually rotates."""
    for number, kind in enumerate(KINDS):
        site = _new(templates, kind, number, "back")
        first, was = site.capture(), site.content
        for name in ("date moved", "one digit", "word changed"):
            if (done := _edit(site, name)) is not None:
                break
        assert done is not None
        site.content, shows = done
        there = site.looked_at(Label.NEWS, "there and back", shows=shows)
        site.content = was
        back = site.looked_at(Label.NEWS, "there and back")
        yield Case(f"{templates.name}/{kind}/there and back", templates.part, kind, first, (there, back))

        site = _new(templates, kind, number, "gone")
        first = site.capture()
        gone = Capture(b"<html><title>Not Found</title><h1>Not Found</h1></html>", status=404)
        held = tuple(Step(Label.HELD, "page withdrawn", gone, after=_MINUTES) for _ in range(2))
        site.now += 3 * _MINUTES
        yield Case(
            f"{templates.name}/{kind}/gone and back", templates.part, kind, first,
            (*held, Step(Label.NEWS, "page withdrawn", gone, after=_MINUTES),
             site.looked_at(Label.NEWS, "page returned"), site.looked_at(Label.NOISE, "nothing after its return")),
        )  # fmt: skip
        yield _gone_for_a_moment(templates, kind, number, gone)
        yield from _news_in_a_banner(templates, kind, number)


def _gone_for_a_moment(templates: Templates, kind: str, number: int, gone: Capture) -> Case:
    site = _new(templates, kind, number, "moment")
    first = site.capture()
    site.now += _MINUTES
    bad = Step(Label.BAD, "gone for a moment", gone, after=_MINUTES)
    back = site.looked_at(Label.NOISE, "good page after a bad capture", after=_MINUTES)
    return Case(f"{templates.name}/{kind}/gone for a moment", templates.part, kind, first, (bad, back))


_BANNERS = {
    "county": "<div class='carousel slide'><div class='item active'><h2>{}</h2></div></div>",
    "city": "<div class='hero-slider'><div class='slide'><p>{}</p></div></div>",
    "district": "<div class='carousel-inner'><div class='carousel-item active'><h5>{}</h5></div></div>",
    "village": "<div class='slideshow'><div><p>{}</p></div></div>",
    "borough": "<div class='tns-outer'><div class='tns-item'><p>{}</p></div></div>",
    "state": "<div class='owl-carousel'><div class='item'><h3>{}</h3></div></div>",
}
_URGENT = {
    "county": ("EMERGENCY: the hearing has moved to the Annex", "Explore the County Fairgrounds"),
    "city": ("Tonight's Council meeting is cancelled due to flooding", "Experience the Waterfront"),
    "district": ("EVACUATION ORDER for Fallbrook Station", "Library Cards for All"),
    "village": ("Trustees' meeting postponed to next week", "Winter Carnival Is Coming"),
    "borough": ("The Prison Board meeting has been moved to Delmont", "Coal Heritage Days"),
    "state": ("Boil water notice for all of Refugio", "See the Bluebonnets"),
}
_PLAIN = {
    "county": "The Sheriff publishes a new detainer policy",
    "city": "Council adopts the sanctuary ordinance",
    "district": "Board ends transfers to immigration authorities",
    "village": "Village joins the list of noncooperating towns",
    "borough": "Council ends the agreement with Immigration and Customs Enforcement",
    "state": "Attorney General ends the 287(g) agreement with Kinney",
}


def _news_in_a_banner(templates: Templates, kind: str, number: int) -> Iterator[Case]:
    """An alert bar and a rotating banner that carry the news for once."""
    urgent, usual = _URGENT[templates.name]
    for turn, group in enumerate(("news in an alert bar", "urgent news in a banner", "plain news in a banner")):
        if (number + turn) % 3:
            continue
        if group.startswith("plain"):
            urgent = _PLAIN[templates.name]
        markup = "<div class='alert'><p>{}</p></div>" if "alert" in group else _BANNERS[templates.name]
        piece = Piece("banner", "top", "load", lambda r, at, w: "")
        site = _new(templates, kind, number, group, pieces=(piece,))
        site.fixed["top"] = markup.format(usual) if "banner" in group else ""
        first = site.capture()
        site.fixed["top"] = markup.format(urgent)
        yield Case(
            f"{templates.name}/{kind}/{group}",
            templates.part,
            kind,
            first,
            (site.looked_at(Label.NEWS, group, shows=urgent),),
        )


def _lists_of(content: Content) -> tuple[Items | Table, ...]:
    return tuple(block for block in content.blocks if isinstance(block, Items | Table))


_FILE_EDITS = (
    "one digit", "date moved", "word changed", "name corrected", "figure in a table", "row added", "row removed",
    "item added", "item removed", "paragraph added", "document replaced", "whole list",
)  # fmt: skip


def _written_files(templates: Templates) -> Iterator[Case]:
    """PDF, JSON, CSV and RSS: each edit that fits, and the same content written anew."""
    for page, (write, kinds, url) in files.WRITERS.items():
        prose = page.startswith("PDF")
        for number, name in enumerate(_FILE_EDITS):
            kind = kinds[number % len(kinds)]
            if (name == "document replaced" and prose) or (name == "paragraph added" and not prose):
                continue
            seed = _seed(templates.name, templates.variant, page, name, number)
            content = KINDS[kind](Random(seed), templates.words)
            if not prose:
                # A file of records holds one list and nothing else.
                content = replace(content, blocks=_lists_of(content)[:1])
            done = EDITS[name](content, Random(seed + 1), templates.words)
            if done is None or done[0] == content:
                continue
            first = write(content, templates.words, files.Writing(Random(seed), BEGAN, plain=True))
            noise = write(content, templates.words, files.Writing(Random(seed + 2), BEGAN + _DAY))
            again = write(content, templates.words, files.Writing(Random(seed + 3), BEGAN + _DAY))
            edited = write(done[0], templates.words, files.Writing(Random(seed + 4), BEGAN + 2 * _DAY))
            edited_again = write(done[0], templates.words, files.Writing(Random(seed + 5), BEGAN + 2 * _DAY))
            shows = "" if prose else done[1].replace("  ", " ")
            yield Case(
                f"{templates.name}/{page}/{name}", templates.part, page, first,
                (Step(Label.NOISE, f"{page} written anew", noise, again),
                 Step(Label.NEWS, name, edited, edited_again, shows=shows)), url,
            )  # fmt: skip
        if page == "PDF text":
            yield from _reflowed(templates)
        yield from _spoiled_files(templates, page)


def _reflowed(templates: Templates) -> Iterator[Case]:
    for number in range(3):
        seed = _seed(templates.name, templates.variant, "reflow", number)
        content = KINDS["press release"](Random(seed), templates.words)
        versions = [
            files.pdf(content, templates.words, files.Writing(Random(seed), BEGAN, plain=True), margin=margin)
            for margin in (72, 72 + 8 * (number + 1))
        ]
        steps = (Step(Label.NOISE, "PDF re-flowed", versions[1]), Step(Label.NOISE, "PDF re-flowed", versions[0]))
        yield Case(
            f"{templates.name}/PDF text/re-flowed {number}",
            templates.part,
            "PDF text",
            versions[0],
            steps,
            "https://www.example.gov/files/release.pdf",
        )


def _spoiled_files(templates: Templates, page: str) -> Iterator[Case]:
    write, kinds, url = files.WRITERS[page]
    seed = _seed(templates.name, templates.variant, page, "spoiled")
    content = KINDS[kinds[0]](Random(seed), templates.words)
    good = write(content, templates.words, files.Writing(Random(seed), BEGAN, plain=True))
    wall = templates.spoils["Akamai"][0](good, Random(seed), templates.words)
    bads = [("block page for a file", wall), ("truncated", Capture(good.body[: int(len(good.body) * 0.6)], good.media))]
    if page == "JSON":
        bads.append(("server error", Capture(b'{"error": "internal", "message": "upstream timed out"}', good.media)))
        bads.append(
            (
                "empty template",
                Capture(re.sub(rb'"results": \[.*\]', b'"results": []', good.body, flags=re.DOTALL), good.media),
            )
        )
    if page == "CSV":
        bads[1] = (
            "truncated",
            Capture(
                good.body[: int(len(good.body) * 0.6)], good.media, headers={"content-length": str(len(good.body))}
            ),
        )
        bads.append(("empty template", Capture(good.body.split(b"\n")[0] + b"\n", good.media)))
    for group, bad in bads:
        steps = (Step(Label.BAD, group, bad), Step(Label.NOISE, "good page after a bad capture", good))
        yield Case(f"{templates.name}/{page}/{group}", templates.part, page, good, steps, url)
