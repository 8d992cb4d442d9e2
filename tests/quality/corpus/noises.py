"""What machines print anew: visible pieces of a page, and rewritings that no reader sees. As many sets as of templates.

A piece with pace "load" is another at each fetch, one with pace "day" is the same all day long: two looks seconds apart
cannot give it away.
"""

# ruff: noqa: E501 - markup is kept as its templates have it

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Literal

from corpus.words import Words

Draw = Callable[[Random, datetime, Words], str]


@dataclass(frozen=True)
class Piece:
    """A visible part that a machine fills. `draw` gives its markup, `slot` says where a page has it."""

    kind: str
    slot: str
    pace: Literal["load", "day"]
    draw: Draw


def _clock(at: datetime, zone: int = -6) -> datetime:
    return at + timedelta(hours=zone)


def _links(random: Random, words: Words, count: int) -> list[str]:
    return [words.headline(random) for _ in range(count)]


def _list(entries: Sequence[str], before: str = "<li>", after: str = "</li>") -> str:
    return "".join(f'{before}<a href="/n/{len(entry)}">{entry}</a>{after}' for entry in entries)


_SLIDES_1 = (
    "Explore the County Fairgrounds", "Renew Your Vehicle Registration Online", "Visit Our New Library Branch",
    "Volunteer With Search and Rescue", "Sign Up for Alerts", "Adopt a Pet This Season", "Hike the Ridge Trail",
    "Apply for a Building Permit", "Meet Your Commissioners",
)  # fmt: skip
_SLIDES_2 = (
    "Experience the Waterfront", "Download the 311 App", "Summer Concert Series", "Learn to Sail at Merrow Bay",
    "Become a Lifeguard", "Shop the Night Market", "Tour the Lighthouse", "Recycle Right", "Ride the New Ferry",
)  # fmt: skip
_SLIDES_3 = (
    "See the Bluebonnets", "Register to Vote by Mail", "Plan Your Visit to the Capitol", "Find a Job With the State",
    "Report Fraud", "Stop Wildfires Before They Start", "Back to School Guide", "Discover Our Rivers", "Hunting Season Dates",
)  # fmt: skip
_SKY_3 = ("Fair", "Haze", "Scattered clouds", "Chance of showers", "Heavy rain", "Mostly clear")
_SLIDES_4 = (
    "Skate the Village Rink", "Winter Carnival Is Coming", "Get Your Dock Permit", "Rent the Community Room",
    "Join the Fire Department", "Loon Festival Photos", "Compost at Home", "Try the New Bike Trail", "Thank a Plow Driver",
)  # fmt: skip
_SKY_4 = ("Light snow", "Mostly sunny", "Freezing rain", "Patchy fog", "Thunderstorm", "Partly sunny")
_SLIDES_5 = (
    "Ride Metro Free on Fridays", "Know Your Evacuation Zone", "Beach Cleanup Saturday", "Adopt-a-Drain", "Library Cards for All",
    "Solar Rebates Available", "Join Our Team", "Whale Watching Starts Soon", "Meet the New Ferry",
)  # fmt: skip
_SKY_5 = ("Hazy", "Sunny", "Marine layer", "Drizzle", "Mostly cloudy", "Windy")
_SKY_1 = ("Sunny", "Partly Cloudy", "Light Rain", "Overcast", "Clear", "Snow")
_SKY_2 = ("mostly sunny", "fog", "showers", "few clouds", "thunderstorms", "breezy")

COUNTY: tuple[Piece, ...] = (
    Piece("generated at", "foot", "load", lambda r, at, w: f"<p>Page generated on {at:%B %d, %Y %H:%M:%S}</p>"),
    Piece("generated at", "after", "load", lambda r, at, w: f"<p class='print'>Printed on {at:%m/%d/%Y %I:%M:%S %p}</p>"),
    Piece("last updated", "foot", "day", lambda r, at, w: f"<div>Last updated: {at:%B %d, %Y}</div>"),
    Piece("last updated", "after", "day", lambda r, at, w: f"<p>This page was last modified on {at:%m/%d/%Y}</p>"),
    Piece("visitor counter", "foot", "load", lambda r, at, w: f"<span>You are visitor number {r.randint(10_000, 999_999):,}</span>"),
    Piece("visitor counter", "side", "load", lambda r, at, w: f"<div class='hitcounter'>Visitors: {r.randint(10_000, 999_999)}</div>"),
    Piece("share counter", "lead", "load", lambda r, at, w: f"<div class='addthis'><span>{r.randint(2, 900)} shares</span></div>"),
    Piece("people online", "side", "load", lambda r, at, w: f"<div>We have {r.randint(2, 90)} guests online</div>"),
    Piece("rotating banner", "top", "load", lambda r, at, w: f"<div class='carousel slide'><div class='item active'><h2>{r.choice(_SLIDES_1)}</h2><p>Learn more about our services</p></div></div>"),
    Piece("rotating banner", "top", "day", lambda r, at, w: f"<div class='hero-banner'><div class='banner-text'>{r.choice(_SLIDES_1)}</div></div>"),
    Piece("rotating banner", "top", "load", lambda r, at, w: "<ul class='flexslider'>" + "".join(f"<li>{one}</li>" for one in r.sample(_SLIDES_1, 3)) + "</ul>"),
    Piece("related block", "after", "load", lambda r, at, w: f"<div class='related-posts'><h3>Related Articles</h3><ul>{_list(_links(r, w, 3))}</ul></div>"),
    Piece("related block", "side", "day", lambda r, at, w: f"<div class='jp-relatedposts'><p>Keep browsing</p>{_list(_links(r, w, 3), '<p>', '</p>')}</div>"),
    Piece("most read block", "side", "day", lambda r, at, w: f"<section class='widget trending'><h2>Trending</h2><ol>{_list(_links(r, w, 4))}</ol></section>"),
    Piece("most read block", "side", "load", lambda r, at, w: f"<div class='popular-posts'><h3>Readers' Choice</h3><ol>{_list(_links(r, w, 3))}</ol></div>"),
    Piece("advertisement", "side", "load", lambda r, at, w: f"<div class='advert' id='ad-{r.randint(1, 999)}'>Shop at {r.choice(('Nolan Motors', 'Bell Hardware', 'Ridge Dental', 'Acme Tires'))}: save {r.randint(5, 60)}%</div>"),
    Piece("weather", "side", "load", lambda r, at, w: f"<div id='weather'><span>{r.randint(-5, 99)}°F</span> <span>{r.choice(_SKY_1)}</span></div>"),
    Piece("weather", "top", "day", lambda r, at, w: f"<div class='weatherWidget'><p>{r.choice(_SKY_1)}, high near {r.randint(20, 99)}</p></div>"),
    Piece("clock", "top", "load", lambda r, at, w: f"<div class='date'>{_clock(at):%A, %B %d, %Y %I:%M:%S %p}</div>"),
    Piece("clock", "top", "day", lambda r, at, w: f"<div class='today'>Today is {_clock(at):%A, %B %d, %Y}</div>"),
    Piece("clock", "side", "load", lambda r, at, w: f"<p>{_clock(at):%B %d, %Y %I:%M %p}</p>"),
    Piece("social feed", "side", "load", lambda r, at, w: f"<div class='twitter-feed'><h3>Follow Us</h3><p>{w.sentence(r)}</p><span>{r.randint(2, 58)} minutes ago</span></div>"),
    Piece("countdown", "side", "load", lambda r, at, w: f"<div class='countdown'>{r.randint(2, 80)} days, {r.randint(1, 23)} hours, {r.randint(1, 59)} minutes remaining</div>"),
    Piece("quotation", "side", "day", lambda r, at, w: f"<div><h3>Tip of the Day</h3><p>{r.choice(_SLIDES_1)} and stay safe.</p></div>"),
    Piece("request token", "foot", "load", lambda r, at, w: f"<small>Request ID: {r.getrandbits(64):016x}</small>"),
    Piece("render time", "foot", "load", lambda r, at, w: f"<small>Page rendered in 0.{r.randint(10, 99)} seconds</small>"),
)  # fmt: skip

CITY: tuple[Piece, ...] = (
    Piece("generated at", "foot", "load", lambda r, at, w: f"<p>This document was automatically generated on {at:%d %b %Y at %H:%M:%S} UTC</p>"),
    Piece("generated at", "after", "load", lambda r, at, w: f"<div>Retrieved {at:%Y-%m-%d %H:%M:%S}</div>"),
    Piece("last updated", "foot", "day", lambda r, at, w: f"<p>Content last reviewed: {at:%d %B %Y}</p>"),
    Piece("last updated", "lead", "day", lambda r, at, w: f"<time>Updated {at:%b %d, %Y}</time>"),
    Piece("visitor counter", "foot", "load", lambda r, at, w: f"<p>Page views: {r.randint(1_000, 99_999):,}</p>"),
    Piece("visitor counter", "lead", "load", lambda r, at, w: f"<dd class='hits'>Hits: {r.randint(1_000, 99_999)}</dd>"),
    Piece("share counter", "after", "load", lambda r, at, w: f"<div class='social'><b>{r.randint(2, 90)}</b> Likes</div>"),
    Piece("people online", "foot", "load", lambda r, at, w: f"<p>{r.randint(2, 90)} visitors online</p>"),
    Piece("rotating banner", "top", "load", lambda r, at, w: f"<div class='swiper-container'><div class='swiper-slide'><h2>{r.choice(_SLIDES_2)}</h2><a href='/x'>Find out how</a></div></div>"),
    Piece("rotating banner", "top", "day", lambda r, at, w: f"<section aria-roledescription='carousel'><p>{r.choice(_SLIDES_2)}</p></section>"),
    Piece("rotating banner", "top", "load", lambda r, at, w: f"<div class='css-9q1'><span>{r.choice(_SLIDES_2)}</span></div>"),
    Piece("related block", "after", "load", lambda r, at, w: f"<div class='you-may-like'><h4>More from this office</h4>{_list(_links(r, w, 3), '<div>', '</div>')}</div>"),
    Piece("related block", "side", "day", lambda r, at, w: f"<div class='relatedNews'><h4>See Also</h4><ul>{_list(_links(r, w, 2))}</ul></div>"),
    Piece("most read block", "side", "day", lambda r, at, w: f"<div class='mod-articles-popular'><h3>Most Popular</h3><ul>{_list(_links(r, w, 4))}</ul></div>"),
    Piece("most read block", "side", "load", lambda r, at, w: f"<div id='mostRead'><h3>What Residents Read</h3>{_list(_links(r, w, 3), '<p>', '</p>')}</div>"),
    Piece("advertisement", "side", "load", lambda r, at, w: f"<div class='sponsor-box'>{r.choice(('Harbor Bank', 'Merrow Ferry Lines', 'Quay Pharmacy', 'Tidewater Gym'))} supports our city. Offer {r.randint(100, 999)}</div>"),
    Piece("advertisement", "lead", "load", lambda r, at, w: f"<div><p>Advertisement</p><p>{r.choice(('Harbor Bank', 'Merrow Ferry Lines', 'Quay Pharmacy'))}: open until {r.randint(5, 9)}</p></div>"),
    Piece("weather", "side", "load", lambda r, at, w: f"<div class='wx'><p>Currently {r.randint(-5, 99)}°F</p><p>{r.choice(_SKY_2)}</p></div>"),
    Piece("weather", "top", "day", lambda r, at, w: f"<div class='forecast'><p>Tonight: {r.choice(_SKY_2)}, low {r.randint(20, 70)}</p></div>"),
    Piece("clock", "top", "load", lambda r, at, w: f"<div>Local time {_clock(at, -5):%I:%M:%S %p}</div>"),
    Piece("clock", "side", "day", lambda r, at, w: f"<p>Today's date: {_clock(at, -5):%m/%d/%Y}</p>"),
    Piece("social feed", "side", "load", lambda r, at, w: f"<div class='instagram-wall'><p>{w.sentence(r)}</p><p>Posted {r.randint(2, 20)} hours ago</p></div>"),
    Piece("countdown", "top", "load", lambda r, at, w: f"<div><span>{r.randint(2, 80)}</span><p>Days</p><span>{r.randint(0, 23)}</span><p>Hours</p><span>{r.randint(0, 59)}</span><p>Minutes</p></div>"),
    Piece("quotation", "side", "day", lambda r, at, w: f"<div><h3>Did You Know?</h3><p>{r.choice(_SLIDES_2)} since {r.randint(1880, 1990)}.</p></div>"),
    Piece("request token", "foot", "load", lambda r, at, w: f"<small>Session ID: {r.getrandbits(80):020x}</small>"),
    Piece("render time", "foot", "load", lambda r, at, w: f"<small>Execution time: {r.uniform(0.01, 2):.3f} s</small>"),
)  # fmt: skip

STATE: tuple[Piece, ...] = (
    Piece("generated at", "foot", "load", lambda r, at, w: f"<p>Data refreshed on {at:%m/%d/%Y} at {at:%I:%M %p}</p>"),
    Piece("generated at", "after", "load", lambda r, at, w: f"<p>Report compiled: {at:%A, %B %d, %Y %H:%M}</p>"),
    Piece("last updated", "foot", "day", lambda r, at, w: f"<p>Page last updated {at:%Y-%m-%d}</p>"),
    Piece("last updated", "after", "day", lambda r, at, w: f"<div class='datestamp'>Most recently modified on {at:%B %d, %Y}</div>"),
    Piece("visitor counter", "foot", "load", lambda r, at, w: f"<div id='counter'>{r.randint(100_000, 9_999_999):,} page views</div>"),
    Piece("visitor counter", "foot", "load", lambda r, at, w: f"<div>This page has been viewed {r.randint(1_000, 90_000):,} times</div>"),
    Piece("share counter", "lead", "load", lambda r, at, w: f"<div class='a2a_kit'><span class='a2a_count'>{r.randint(2, 9_000)}</span><span>Shares</span></div>"),
    Piece("people online", "side", "load", lambda r, at, w: f"<div class='online'>Users online: {r.randint(2, 400)}</div>"),
    Piece("rotating banner", "top", "load", lambda r, at, w: f"<div class='owl-carousel owl-theme'><div class='item'><h3>{r.choice(_SLIDES_3)}</h3></div></div>"),
    Piece("rotating banner", "top", "load", lambda r, at, w: f"<div class='view view-slideshow'><div class='views-row-1'><h2>{r.choice(_SLIDES_3)}</h2><p>{w.sentence(r)}</p></div></div>"),
    Piece("rotating banner", "lead", "day", lambda r, at, w: f"<div class='glide'><div class='glide__track'><p>{r.choice(_SLIDES_3)}</p></div></div>"),
    Piece("rotating banner", "top", "load", lambda r, at, w: f"<div class='sc-gZMcBi'><h2>{r.choice(_SLIDES_3)}</h2></div>"),
    Piece("related block", "after", "load", lambda r, at, w: f"<div class='view-similar-news'><h3>Related News</h3><div>{_list(_links(r, w, 3), '<div>', '</div>')}</div></div>"),
    Piece("related block", "side", "day", lambda r, at, w: f"<div class='recommended-reading'><p>Others also looked at</p><ul>{_list(_links(r, w, 3))}</ul></div>"),
    Piece("most read block", "side", "load", lambda r, at, w: f"<div id='block-statistics-popular'><h2>Popular content</h2><ul>{_list(_links(r, w, 4))}</ul></div>"),
    Piece("most read block", "side", "day", lambda r, at, w: f"<div class='tabs'><h3>Most Viewed</h3><ol>{_list(_links(r, w, 3))}</ol></div>"),
    Piece("advertisement", "side", "load", lambda r, at, w: f"<div class='google-ad'><p>{r.choice(('Lone Star Credit Union', 'Brazos Feed', 'Pecan Realty'))} from ${r.randint(9, 99)} a month</p></div>"),
    Piece("advertisement", "after", "load", lambda r, at, w: f"<div><h5>Sponsored Content</h5><p>{r.choice(('Lone Star Credit Union', 'Brazos Feed', 'Pecan Realty'))} {r.randint(100, 999)}</p></div>"),
    Piece("weather", "side", "load", lambda r, at, w: f"<div id='nws-weather'><b>{r.randint(20, 110)}&deg;F</b><i>{r.choice(_SKY_3)}</i><span>Wind: {r.choice(('N', 'SW', 'ESE'))} {r.randint(2, 30)} mph</span></div>"),
    Piece("weather", "side", "day", lambda r, at, w: f"<div><h4>Weather</h4><p>{r.choice(_SKY_3)}. Highs in the {r.randint(4, 9)}0s.</p></div>"),
    Piece("clock", "top", "load", lambda r, at, w: f"<div id='clock'>{_clock(at, -5):%a, %b %d, %Y %I:%M:%S %p}</div>"),
    Piece("clock", "top", "day", lambda r, at, w: f"<div class='datebar'>{_clock(at, -5):%A, %B %d, %Y}</div>"),
    Piece("social feed", "side", "load", lambda r, at, w: f"<div class='fb-page facebook-feed'><div>{w.sentence(r)}</div><div>{r.randint(2, 23)} hours ago</div></div>"),
    Piece("countdown", "side", "load", lambda r, at, w: f"<div><p>{r.randint(1, 80)} days {r.randint(1, 23)} hours {r.randint(1, 59)} minutes to go</p></div>"),
    Piece("quotation", "side", "day", lambda r, at, w: f"<div class='qotd'><h4>Quote of the Day</h4><p>{r.choice(_SLIDES_3)}, said the old rancher.</p></div>"),
    Piece("request token", "foot", "load", lambda r, at, w: f"<small>Trace ID: {r.getrandbits(64):016x}</small>"),
    Piece("render time", "foot", "load", lambda r, at, w: f"<small>Query took {r.randint(3, 900)} ms</small>"),
)  # fmt: skip

VILLAGE: tuple[Piece, ...] = (
    Piece("generated at", "foot", "load", lambda r, at, w: f"<p>Page served {at:%Y-%m-%dT%H:%M:%SZ}</p>"),
    Piece("generated at", "foot", "load", lambda r, at, w: f"<p>List generated on {at:%b %d, %Y} at {at:%I:%M:%S %p}</p>"),
    Piece("last updated", "after", "day", lambda r, at, w: f"<p>Site last updated: {at:%m/%d/%Y}</p>"),
    Piece("last updated", "foot", "day", lambda r, at, w: f"<p>Last edited {at:%B %d, %Y} by webmaster</p>"),
    Piece("visitor counter", "foot", "load", lambda r, at, w: f"<p>Total visits: {r.randint(10_000, 900_000):,}</p>"),
    Piece("visitor counter", "after", "load", lambda r, at, w: f"<p>{r.randint(100, 9_000):,} views since January 2020</p>"),
    Piece("share counter", "lead", "load", lambda r, at, w: f"<div class='sharethis'><span>Shared {r.randint(2, 400)} times</span></div>"),
    Piece("people online", "foot", "load", lambda r, at, w: f"<p>There are currently {r.randint(2, 90)} users online</p>"),
    Piece("rotating banner", "top", "load", lambda r, at, w: f"<div class='elementor-slides'><div class='elementor-slide-heading'>{r.choice(_SLIDES_4)}</div></div>"),
    Piece("rotating banner", "top", "load", lambda r, at, w: f"<div class='et_pb_slider'><div class='et_pb_slide'><h2>{r.choice(_SLIDES_4)}</h2><div>{w.sentence(r)}</div></div></div>"),
    Piece("rotating banner", "lead", "day", lambda r, at, w: f"<div id='slideshow'><p>{r.choice(_SLIDES_4)}</p></div>"),
    Piece("rotating banner", "top", "load", lambda r, at, w: f"<marquee>{r.choice(_SLIDES_4)}</marquee>"),
    Piece("rotating banner", "top", "load", lambda r, at, w: f"<td><p><i>{r.choice(_SLIDES_4)}</i></p></td>"),
    Piece("related block", "after", "load", lambda r, at, w: f"<div class='crp_related'><h3>Related Posts:</h3><ul>{_list(_links(r, w, 3))}</ul></div>"),
    Piece("related block", "side", "day", lambda r, at, w: f"<div class='yarpp'><h3>You may also like</h3>{_list(_links(r, w, 3), '<p>', '</p>')}</div>"),
    Piece("related block", "after", "load", lambda r, at, w: f"<div class='block-more'><h3>Keep Reading</h3>{_list(_links(r, w, 2), '<p>', '</p>')}</div>"),
    Piece("most read block", "side", "load", lambda r, at, w: f"<div class='wpp-list'><h2>Most Popular</h2><ul>{_list(_links(r, w, 4))}</ul></div>"),
    Piece("most read block", "side", "day", lambda r, at, w: f"<section class='trending-topics'><p>Hot now</p><ul>{_list(_links(r, w, 3))}</ul></section>"),
    Piece("advertisement", "side", "load", lambda r, at, w: f"<ins class='adsbygoogle'></ins><div class='advertisement'>{r.choice(('Northwoods Bait', 'Tamarack Lumber', 'Lake Country Dental'))} {r.randint(100, 999)}</div>"),
    Piece("advertisement", "side", "load", lambda r, at, w: f"<div><h4>Our Sponsors</h4><p>{r.choice(('Northwoods Bait', 'Tamarack Lumber', 'Lake Country Dental'))}</p></div>"),
    Piece("weather", "side", "load", lambda r, at, w: f"<div class='widget_weather'><p>{r.choice(_SKY_4)}</p><p>{r.randint(-30, 90)} °F</p><p>Humidity: {r.randint(20, 99)}%</p></div>"),
    Piece("weather", "top", "load", lambda r, at, w: f"<div class='wxbar'>Tamarack, MN: {r.randint(-30, 90)}°</div>"),
    Piece("clock", "top", "load", lambda r, at, w: f"<div class='clock'>Current time: {_clock(at):%I:%M:%S %p} CST</div>"),
    Piece("clock", "top", "day", lambda r, at, w: f"<p>Today: {_clock(at):%B %d, %Y}</p>"),
    Piece("clock", "side", "day", lambda r, at, w: f"<div class='cal'>{_clock(at):%m/%d/%Y}</div>"),
    Piece("social feed", "side", "load", lambda r, at, w: f"<div id='cff' class='cff-facebook-feed'><p>{w.sentence(r)}</p><p>{r.randint(2, 20)} days ago</p></div>"),
    Piece("social feed", "side", "load", lambda r, at, w: f"<div class='juicer'><p>{w.sentence(r)}</p><p>{r.randint(2, 20)} likes</p></div>"),
    Piece("countdown", "side", "load", lambda r, at, w: f"<div class='tribe-countdown-timer'>{r.randint(2, 80)} days, {r.randint(1, 23)} hours, {r.randint(1, 59)} minutes, {r.randint(1, 59)} seconds</div>"),
    Piece("quotation", "side", "day", lambda r, at, w: f"<div><h3>Fact of the Week</h3><p>{r.choice(_SLIDES_4)}: {r.randint(2, 90)} neighbors did.</p></div>"),
    Piece("request token", "foot", "load", lambda r, at, w: f"<p>Error ID: {r.getrandbits(64):016X}</p>"),
    Piece("render time", "foot", "load", lambda r, at, w: f"<p>Generated in {r.uniform(0.1, 3):.2f} seconds with {r.randint(20, 90)} queries</p>"),
)  # fmt: skip

DISTRICT: tuple[Piece, ...] = (
    Piece("generated at", "foot", "load", lambda r, at, w: f"<p>Results as retrieved {at:%m/%d/%Y %H:%M:%S}</p>"),
    Piece("generated at", "after", "load", lambda r, at, w: f"<p>This page was generated {at:%A, %d %B %Y, %H:%M}</p>"),
    Piece("last updated", "foot", "day", lambda r, at, w: f"<p>Website last updated on {at:%B %d, %Y}.</p>"),
    Piece("last updated", "lead", "day", lambda r, at, w: f"<p class='meta'>Modified: {at:%m/%d/%Y}</p>"),
    Piece("visitor counter", "foot", "load", lambda r, at, w: f"<div>Visitor count: {r.randint(1_000, 99_999)}</div>"),
    Piece("visitor counter", "foot", "load", lambda r, at, w: f"<div>{r.randint(1_000, 99_999):,} hits so far</div>"),
    Piece("share counter", "lead", "load", lambda r, at, w: f"<div class='share'><b>{r.randint(2, 900)}</b> people like this</div>"),
    Piece("people online", "foot", "load", lambda r, at, w: f"<p>{r.randint(2, 300)} people are viewing this page</p>"),
    Piece("rotating banner", "top", "load", lambda r, at, w: f"<div id='heroCarousel' class='carousel slide'><div class='carousel-caption'><h2>{r.choice(_SLIDES_5)}</h2><p>{w.sentence(r)}</p></div></div>"),
    Piece("rotating banner", "top", "day", lambda r, at, w: f"<div class='royalSlider'><div class='rsContent'>{r.choice(_SLIDES_5)}</div></div>"),
    Piece("rotating banner", "after", "load", lambda r, at, w: f"<div class='spotlight'><p>{r.choice(_SLIDES_5)}</p></div>"),
    Piece("rotating banner", "top", "load", lambda r, at, w: f"<div class='views-field-rotator'><p>{r.choice(_SLIDES_5)}</p><p>Learn more</p></div>"),
    Piece("related block", "after", "load", lambda r, at, w: f"<div class='block-views-related-news'><h3>More on this topic</h3>{_list(_links(r, w, 3), '<div>', '</div>')}</div>"),
    Piece("related block", "side", "day", lambda r, at, w: f"<aside class='recommend'><h2>Recommended for You</h2><ul>{_list(_links(r, w, 2))}</ul></aside>"),
    Piece("most read block", "side", "load", lambda r, at, w: f"<div class='top-pages'><h3>Popular pages</h3><ul>{_list(_links(r, w, 4))}</ul></div>"),
    Piece("most read block", "side", "day", lambda r, at, w: f"<div class='trend'><b>Trending Now</b><ul>{_list(_links(r, w, 3))}</ul></div>"),
    Piece("advertisement", "side", "load", lambda r, at, w: f"<div class='ad-slot'><p>Advertisement</p><p>{r.choice(('Solana Surf Shop', 'Pacific Tile', 'Mesa Toyota'))}: {r.randint(5, 50)}% off</p></div>"),
    Piece("advertisement", "top", "load", lambda r, at, w: f"<div class='sponsored'>{r.choice(('Solana Surf Shop', 'Pacific Tile', 'Mesa Toyota'))}, your neighbor since {r.randint(1950, 2015)}</div>"),
    Piece("weather", "top", "load", lambda r, at, w: f"<div class='weather-strip'>Now {r.randint(40, 99)}°F {r.choice(_SKY_5)}, UV index {r.randint(1, 11)}</div>"),
    Piece("weather", "side", "day", lambda r, at, w: f"<div><h4>Today's Weather</h4><p>{r.choice(_SKY_5)}</p><p>High: {r.randint(60, 99)}°F</p><p>Low: {r.randint(40, 60)}°F</p></div>"),
    Piece("clock", "top", "load", lambda r, at, w: f"<span class='now'>{_clock(at, -8):%I:%M:%S %p} {_clock(at, -8):%m/%d/%Y}</span>"),
    Piece("clock", "foot", "day", lambda r, at, w: f"<p>{_clock(at, -8):%A, %d %B %Y}</p>"),
    Piece("social feed", "side", "load", lambda r, at, w: f"<div class='tweet-list'><div>@solana</div><div>{w.sentence(r)}</div><div>{r.randint(2, 50)}m ago</div></div>"),
    Piece("social feed", "side", "load", lambda r, at, w: f"<div id='social-wall'><p>{w.sentence(r)}</p><p>{r.randint(2, 90)} retweets</p></div>"),
    Piece("countdown", "side", "load", lambda r, at, w: f"<div class='countdown-clock'><span>{r.randint(2, 80)}</span> days to Election Day</div>"),
    Piece("quotation", "side", "day", lambda r, at, w: f"<div><h3>Word of the Day</h3><p>{r.choice(_SLIDES_5)}</p></div>"),
    Piece("request token", "foot", "load", lambda r, at, w: f"<small>Correlation ID: {r.getrandbits(128):032x}</small>"),
    Piece("render time", "foot", "load", lambda r, at, w: f"<small>Load time: {r.uniform(0.1, 3):.2f} seconds</small>"),
)  # fmt: skip

Rewriting = Callable[[str, Random], str]
"""The same page for a reader, other bytes."""


def _before_body(html: str, piece: str) -> str:
    return html.replace("</head>", f"{piece}</head>", 1)


def _in_form(html: str, piece: str) -> str:
    return re.sub(r"(<body[^>]*>)", rf"\1{piece}", html, count=1)


def nonces(html: str, random: Random) -> str:
    """A script nonce and a form token."""
    token = f"{random.getrandbits(96):024x}"
    html = _before_body(html, f'<script nonce="{token}">window.app="{token}"</script>')
    return _in_form(html, f'<input type="hidden" name="csrf_token" value="{random.getrandbits(128):032x}">')


def view_state(html: str, random: Random) -> str:
    """ASP.NET's hidden fields."""
    state = "".join(random.choices("ABCDEFabcdef0123456789+/", k=400))
    return _in_form(html, f'<input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="{state}">')


def dom_ids(html: str, random: Random) -> str:
    """Random ids on every paragraph, row and list item."""
    return re.sub(r"<(p|tr|li|div)(?=[ >])", lambda match: f'{match[0]} data-id="a{random.getrandbits(32):08x}"', html)


def asset_names(html: str, random: Random) -> str:
    """Cache-busting names of style sheets, scripts and pictures."""
    token = f"{random.getrandbits(40):010x}"
    html = _before_body(
        html, f'<script src="/js/site.{token}.min.js"></script><link rel="stylesheet" href="/a.css?v={token}">'
    )
    return _in_form(html, f'<img src="/logo.{token}.png" alt="">')


def data_layer(html: str, random: Random) -> str:
    """What analytics is told."""
    return _before_body(
        html, f'<script>dataLayer.push({{"t": {random.random()}, "user": "{random.getrandbits(50)}"}})</script>'
    )


def comments(html: str, random: Random) -> str:
    """A comment of a cache."""
    return html + f"<!-- cached {random.randint(10**9, 2 * 10**9)} in {random.random():.4f}s -->"


def attribute_order(html: str, random: Random) -> str:
    """Attributes in another order."""

    def turned(match: re.Match[str]) -> str:
        attributes = re.findall(r"""[\w:-]+=(?:"[^"]*"|'[^']*')""", match[2])
        random.shuffle(attributes)
        return f"<{match[1]} {' '.join(attributes)}>"

    return re.sub(r"""<([a-z]+)((?:\s+[\w:-]+=(?:"[^"]*"|'[^']*')){2,})\s*>""", turned, html)


def white_space(html: str, random: Random) -> str:
    """Re-flowed source text."""
    html = re.sub(r">\n<", lambda match: random.choice((">\n\n  <", ">\n<", ">\r\n\t<")), html)
    return re.sub(r"(?<=[a-z,]) (?=[a-z])", lambda match: random.choice((" ", " ", "\n    ", "  ")), html)


def entities(html: str, random: Random) -> str:
    """Characters written as entities, typographic quotes and dashes as plain ones."""
    head, _, body = html.partition("<body")
    body = body.replace("’", "&#8217;").replace("°", "&deg;").replace(" - ", random.choice((" &ndash; ", " - ", " – ")))
    return f"{head}<body{body}"


REWRITINGS: Mapping[str, Rewriting] = {
    "nonce": nonces,
    "view state": view_state,
    "DOM ids": dom_ids,
    "asset names": asset_names,
    "dataLayer": data_layer,
    "comments": comments,
    "attribute order": attribute_order,
    "white space": white_space,
    "entities": entities,
}
