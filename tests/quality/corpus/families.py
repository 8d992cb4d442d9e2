"""Whole pages as site families lay them out: header, menus, sidebars, foot, and slots for what a machine prints.

Written for these tests in the shape of the real thing. No two sets share a template.
"""

# ruff: noqa: E501 - markup is kept as its templates have it

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

from corpus.content import Content, Heading, Items, Paragraph, Table
from corpus.words import Words

Slots = Mapping[str, str]
"""HTML by slot: head, top (above the content), lead (first in the content), after (below it), side, foot."""

_MENU = (
    "Home", "Government", "Departments", "Residents", "Business", "Visitors", "How Do I", "News", "Calendar", "Agendas",
    "Jobs", "Maps", "Parks", "Permits", "Pay a Bill", "Report a Concern", "Public Records", "Elections", "Taxes", "Courts",
)  # fmt: skip


@dataclass(frozen=True)
class Style:
    """How a family writes the blocks of a page."""

    heading: str = "<h2>{text}</h2>"
    paragraph: str = "<p>{text}</p>"
    list: str = "<ul>\n{items}\n</ul>"
    item: str = "<li>{text}</li>"
    table: str = '<table class="data"><thead><tr>{head}</tr></thead><tbody>\n{rows}\n</tbody></table>'

    def written(self, content: Content) -> str:
        """The blocks as markup."""
        return "\n".join(self._block(block) for block in content.blocks)

    def _block(self, block: Heading | Paragraph | Items | Table) -> str:
        if isinstance(block, Heading):
            return self.heading.format(text=escape(block.text))
        if isinstance(block, Paragraph):
            return self.paragraph.format(text=escape(block.text))
        if isinstance(block, Items):
            entries = [self.item.format(text=_linked(item.text, item.href)) for item in block.items]
            return self.list.format(items="\n".join(entries))
        if block.cards:
            boxes = ("".join(f"<div>{_cell(cell)}</div>" for cell in row) for row in block.rows)
            return "\n".join(f'<div class="card"><div class="card-body">{box}</div></div>' for box in boxes)
        head = "".join(f"<th>{escape(cell)}</th>" for cell in block.header)
        rows = "\n".join("<tr>" + "".join(f"<td>{_cell(cell)}</td>" for cell in row) + "</tr>" for row in block.rows)
        return self.table.format(head=head, rows=rows)


def _linked(text: str, href: str) -> str:
    return f'<a href="{escape(href)}">{escape(text)}</a>' if href else escape(text)


def _cell(cell: str) -> str:
    return f'<a href="{escape(cell)}">Agenda</a>' if cell.startswith("/") else escape(cell)


def _menu(entries: tuple[str, ...], before: str = "<li>", after: str = "</li>") -> str:
    return "".join(f'{before}<a href="/{entry.lower().replace(" ", "-")}">{entry}</a>{after}' for entry in entries)


def _drupal(content: Content, words: Words, slots: Slots) -> str:
    style = Style(
        heading='<h2 class="block-title">{text}</h2>',
        paragraph='<div class="field field--name-body field__item"><p>{text}</p></div>',
        list='<div class="view-content">\n{items}\n</div>',
        item='<div class="views-row"><span class="field-content">{text}</span></div>',
    )
    return f"""<!DOCTYPE html>
<html lang="en" dir="ltr"><head><meta charset="utf-8"><title>{escape(content.title)} | {words.site}</title>
<link rel="stylesheet" href="/core/assets/css_base.css">{slots["head"]}</head>
<body class="path-node page-node-type-page">
<a href="#main-content" class="visually-hidden focusable">Skip to main content</a>
<section class="usa-banner"><div class="usa-banner__inner">An official website of the county government</div></section>
<header class="usa-header"><div class="usa-logo"><a href="/">{words.site}</a></div>
<nav class="usa-nav"><ul>{_menu(_MENU)}</ul></nav></header>
{slots["top"]}
<main id="main-content"><div class="region region-content">
<h1 class="page-title">{escape(content.title)}</h1>
<article class="node node--type-page"><div class="node__content">
{slots["lead"]}
{style.written(content)}
</div></article>
{slots["after"]}
</div>
<aside class="layout-sidebar-second"><div class="block"><h2>Contact</h2><p>{words.people[0]}, Public Information</p>
<p>(303) 555-0142</p></div>{slots["side"]}</aside></main>
<footer class="usa-footer"><ul>{_menu(_MENU[-6:])}</ul>{slots["foot"]}<p>{words.site}, 200 Court Street</p></footer>
</body></html>"""


def _civicplus(content: Content, words: Words, slots: Slots) -> str:
    style = Style(
        heading='<h3 class="widgetTitle">{text}</h3>',
        list='<table class="listing catAgendaTable"><tbody>\n{items}\n</tbody></table>',
        item='<tr class="catAgendaRow"><td class="row"><p>{text}</p></td><td class="minutes"></td></tr>',
    )
    return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{escape(content.title)} &bull; {words.site} &bull; CivicEngage</title>
<script>var dataLayer = dataLayer || [];</script>{slots["head"]}</head>
<body><form method="post" action="/Search" id="aspnetForm">
<div id="divToolbars"></div><div class="siteWrap"><div id="bodyHeaderTopHeader" class="header">
<a class="logo" href="/"><img alt="Home page" src="/ImageRepository/logo.png"></a>
<div id="mainMenu" role="navigation"><ol>{_menu(_MENU[:12])}</ol></div></div>
{slots["top"]}
<div id="bodyWrapper"><div id="breadCrumbs"><ol><li><a href="/">Home</a></li><li>{escape(content.title)}</li></ol></div>
<div id="moduleContent"><h1 id="versionHeadLine">{escape(content.title)}</h1>
<div class="pageContent fr-view">{slots["lead"]}
{style.written(content)}
</div>{slots["after"]}</div>
<div id="featureColumn"><div class="widget"><h3>Contact Us</h3><p>{words.people[1]}<br>Phone: 970-555-0110</p></div>{slots["side"]}</div>
</div><div id="cpFooter"><div class="quickLinks"><ol>{_menu(_MENU[12:18])}</ol></div>{slots["foot"]}
<div>Government Websites by CivicPlus</div></div></div></form></body></html>"""


def _wordpress(content: Content, words: Words, slots: Slots) -> str:
    style = Style(
        paragraph='<p class="wp-block-paragraph">{text}</p>', list='<ul class="wp-block-list">\n{items}\n</ul>'
    )
    return f"""<!DOCTYPE html>
<html lang="en-US"><head><meta charset="UTF-8"><title>{escape(content.title)} - {words.site}</title>
<meta name="generator" content="WordPress 6.5">{slots["head"]}</head>
<body class="single wp-theme-county"><div id="page" class="site"><header id="masthead"><p class="site-title"><a href="/">{words.site}</a></p>
<nav id="site-navigation"><ul>{_menu(_MENU[:10])}</ul></nav></header>
{slots["top"]}
<div id="content"><div id="primary"><article class="post"><header class="entry-header"><h1 class="entry-title">{escape(content.title)}</h1></header>
<div class="entry-content">{slots["lead"]}
{style.written(content)}
</div>{slots["after"]}</article></div>
<div id="secondary" class="widget-area"><section class="widget widget_search"><h2 class="widget-title">Search</h2></section>
<section class="widget widget_nav_menu"><h2 class="widget-title">Departments</h2><ul>{_menu(_MENU[3:9])}</ul></section>{slots["side"]}</div></div>
<div id="colophon"><div class="site-info">{slots["foot"]}<a href="https://wordpress.org/">Proudly powered by WordPress</a></div></div>
</div></body></html>"""


def _aspnet(content: Content, words: Words, slots: Slots) -> str:
    style = Style(
        heading='<span class="heading"><b>{text}</b></span><br>',
        paragraph='<div><span id="ctl00_lbl">{text}</span></div>',
        list='<table id="ctl00_gridMain" cellspacing="0"><tbody>\n{items}\n</tbody></table>',
        item='<tr class="rgRow"><td><font face="Tahoma">{text}</font></td></tr>',
        table='<table class="rgMasterTable"><thead><tr>{head}</tr></thead><tbody>\n{rows}\n</tbody></table>',
    )
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>{words.site} - {escape(content.title)}</title>{slots["head"]}</head>
<body><form name="aspnetForm" method="post" action="Calendar.aspx" id="aspnetForm">
<div id="ctl00_divTop"><table width="100%"><tr><td><a href="Default.aspx">{words.site}</a></td><td><a href="Login.aspx">Sign In</a></td></tr></table></div>
<div id="ctl00_tabTop" class="RadTabStrip"><ul class="rtsUL">{_menu(("Home", "Legislation", "Calendar", "City Council", "People"))}</ul></div>
{slots["top"]}
<div id="ctl00_ContentPlaceHolder1_divMiddle"><h1>{escape(content.title)}</h1>{slots["lead"]}
{style.written(content)}
{slots["after"]}</div>
<div id="ctl00_right">{slots["side"]}</div>
<div id="ctl00_divBottom">{slots["foot"]}<span>Questions? Write to {words.people[2]}</span></div></form></body></html>"""


def _static(content: Content, words: Words, slots: Slots) -> str:
    style = Style(
        heading="<p><b><u>{text}</u></b></p>", list="<blockquote>\n{items}\n</blockquote>", item="{text}<br>",
        table='<table border="1" cellpadding="3"><tr>{head}</tr>\n{rows}\n</table>',
    )  # fmt: skip
    return f"""<html><head><title>{escape(content.title)}</title><meta http-equiv="Content-Type" content="text/html; charset=utf-8">{slots["head"]}</head>
<body bgcolor="#ffffff"><center><h2>{words.site}</h2></center><hr>
<table width="100%"><tr><td width="160" valign="top">{_menu(_MENU[:9], "", "<br>")}{slots["side"]}</td><td valign="top">
{slots["top"]}
<h1>{escape(content.title)}</h1>{slots["lead"]}
{style.written(content)}
{slots["after"]}</td></tr></table><hr>{slots["foot"]}<br><i>{words.site} Clerk and Recorder</i></body></html>"""


def _granicus(content: Content, words: Words, slots: Slots) -> str:
    style = Style(
        heading='<div class="accordion-heading"><h2>{text}</h2></div>',
        paragraph='<div class="text-block"><p>{text}</p></div>',
        list='<div class="list-container">\n{items}\n</div>',
        item='<article class="list-item"><h3 class="list-item-title">{text}</h3></article>',
    )
    return f"""<!DOCTYPE html><html lang="en-us"><head><meta charset="utf-8"/><title>{escape(content.title)} – {words.site}</title>
<meta property="og:site_name" content="{words.site}"/>{slots["head"]}</head><body class="oc-body">
<div class="skip-links"><a href="#content">Skip to content</a></div>
<header><div class="logo-wrapper"><a href="/Home">{words.site}</a></div><nav aria-label="Main"><ul class="menu">{_menu(_MENU[5:15])}</ul></nav></header>
{slots["top"]}
<div class="grid main-content-wrapper"><div class="col-m-8"><main id="content"><h1 class="oc-page-title">{escape(content.title)}</h1>
{slots["lead"]}
<div class="content-body">{style.written(content)}</div>
{slots["after"]}</main></div><div class="col-m-4 side-box-wrapper"><div class="side-box"><h2>Location</h2><p>17 Wharf Road, {words.site}</p></div>{slots["side"]}</div></div>
<footer id="footer"><div class="footer-container">{_menu(_MENU[:4])}{slots["foot"]}</div></footer></body></html>"""


def _sharepoint(content: Content, words: Words, slots: Slots) -> str:
    style = Style(
        heading='<h3 class="ms-rteElement-H3">{text}</h3>',
        paragraph='<div class="ms-rtestate-field"><p class="ms-rteElement-P">{text}</p></div>',
        list='<div class="ms-webpart-zone"><div class="dfwp-list">\n{items}\n</div></div>',
        item='<div class="dfwp-item"><div class="item link-item">{text}</div></div>',
        table='<table class="ms-listviewtable" summary="List"><tr class="ms-viewheadertr">{head}</tr>\n{rows}\n</table>',
    )
    return f"""<!DOCTYPE html><html dir="ltr" lang="en-US"><head><meta name="GENERATOR" content="Microsoft SharePoint"/><title>{escape(content.title)}</title>{slots["head"]}</head>
<body><form method="post" action="default.aspx" id="aspnetForm"><div id="s4-workspace"><div id="s4-bodyContainer">
<div id="s4-titlerow"><a href="/" class="ms-siteicon-a">{words.site}</a><div id="DeltaTopNavigation" role="navigation"><ul>{_menu(_MENU[:8])}</ul></div></div>
{slots["top"]}
<div id="contentBox"><div id="sideNavBox"><ul class="static">{_menu(_MENU[8:14])}</ul>{slots["side"]}</div>
<div id="DeltaPlaceHolderMain"><div class="ms-core-pageTitle"><h1>{escape(content.title)}</h1></div>{slots["lead"]}
{style.written(content)}
{slots["after"]}</div></div><div id="agencyfooter">{slots["foot"]}<p>Office of the City Clerk, Room 104</p></div></div></div></form></body></html>"""


def _builder(content: Content, words: Words, slots: Slots) -> str:
    style = Style(
        heading='<h4 class="font_4 wixui-rich-text__text"><span>{text}</span></h4>',
        paragraph='<div class="comp-k3x9 wixui-rich-text"><p class="font_8">{text}</p></div>',
        list='<div class="comp-list-9a"><div class="gallery">\n{items}\n</div></div>',
        item='<div class="css-1x7q2p"><div class="css-0"><span>{text}</span></div></div>',
        table='<div class="css-tbl"><table>\n<tr>{head}</tr>\n{rows}\n</table></div>',
    )
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(content.title)} | {words.site}</title>{slots["head"]}</head>
<body class="responsive"><div id="SITE_CONTAINER"><div id="main_MF"><div id="SITE_HEADER" class="css-hdr"><div class="css-1h">{words.site}</div>
<div class="css-menu">{_menu(_MENU[2:12], '<div class="css-mi">', "</div>")}</div></div>
{slots["top"]}
<div id="PAGES_CONTAINER"><div class="css-sec"><h1 class="font_0">{escape(content.title)}</h1>{slots["lead"]}
{style.written(content)}
{slots["after"]}</div><div class="css-col2">{slots["side"]}</div></div>
<div id="SITE_FOOTER"><div class="css-ft">{slots["foot"]}<p>{words.site}, Harbor District</p></div></div></div></div></body></html>"""


def _joomla(content: Content, words: Words, slots: Slots) -> str:
    style = Style(
        heading='<h2 itemprop="name">{text}</h2>',
        list='<dl class="category-list">\n{items}\n</dl>', item="<dd class=\"list-title\">{text}</dd>",
        table='<table class="table table-striped">\n<thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table>',
    )  # fmt: skip
    return f"""<!DOCTYPE html><html lang="en-gb"><head><meta charset="utf-8"/><meta name="generator" content="Joomla! - Open Source Content Management"/><title>{escape(content.title)}</title>{slots["head"]}</head>
<body class="site com_content"><div class="body"><header class="header"><a class="brand" href="/">{words.site}</a></header>
<nav class="navigation"><ul class="nav menu">{_menu(_MENU[:11])}</ul></nav>{slots["top"]}
<div class="row-fluid"><main id="content" role="main"><div class="item-page"><div class="page-header"><h1>{escape(content.title)}</h1></div>{slots["lead"]}
<div itemprop="articleBody">{style.written(content)}</div>{slots["after"]}</div></main>
<div id="aside" class="span3"><div class="well"><h3 class="page-header">Main Menu</h3><ul class="nav menu">{_menu(_MENU[11:16])}</ul></div>{slots["side"]}</div></div></div>
<footer class="footer"><div class="container">{slots["foot"]}<p>{words.site}</p></div></footer></body></html>"""


def _revize(content: Content, words: Words, slots: Slots) -> str:
    style = Style(
        heading="<h2>{text}</h2>", paragraph='<div class="rz-freeform"><p>{text}</p></div>',
        list='<ul class="rz-list">\n{items}\n</ul>',
        table='<div class="table-responsive"><table class="sticky-table"><tbody><tr>{head}</tr>\n{rows}\n</tbody></table></div>',
    )  # fmt: skip
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{words.site}: {escape(content.title)}</title>{slots["head"]}</head>
<body id="freeform"><div id="page"><div id="header"><div class="wrap"><a href="index.php">{words.site}</a><div id="search">Search</div></div>
<div id="nav"><ul>{_menu(_MENU[:9])}</ul></div></div>{slots["top"]}
<div id="wrapper"><div id="lefthand"><ul id="leftnav">{_menu(_MENU[9:15])}</ul>{slots["side"]}</div>
<div id="entry"><h1>{escape(content.title)}</h1>{slots["lead"]}
<div id="post" class="post clearfix">{style.written(content)}</div>{slots["after"]}</div></div>
<div id="footer-wrap"><div id="footer">{slots["foot"]}<p>Created by a municipal web builder</p></div></div></div></body></html>"""


def _municode(content: Content, words: Words, slots: Slots) -> str:
    style = Style(
        heading='<div class="view-grouping-header">{text}</div>',
        paragraph='<div class="field-item even" property="content:encoded"><p>{text}</p></div>',
        list='<div class="item-list"><ol>\n{items}\n</ol></div>',
        item='<li class="views-row odd"><div class="views-field"><strong class="field-content">{text}</strong></div></li>',
        table='<table class="views-table cols-5"><caption>Listing</caption><thead><tr>{head}</tr></thead><tbody>\n{rows}\n</tbody></table>',
    )
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML+RDFa 1.0//EN" "http://www.w3.org/MarkUp/DTD/xhtml-rdfa-1.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head><meta charset="utf-8" /><title>{escape(content.title)} | {words.site}</title>{slots["head"]}</head>
<body class="html not-front not-logged-in"><div id="page-wrapper"><div id="page"><div id="header"><div id="site-name"><a href="/">{words.site}</a></div>
<div id="block-menu-block-1" class="block block-menu"><div class="menu-name-main-menu"><ul class="menu">{_menu(_MENU[1:16])}</ul></div></div></div>
{slots["top"]}
<div id="main"><div id="content" class="column"><h1 class="title" id="page-title">{escape(content.title)}</h1>{slots["lead"]}
<div class="region region-content">{style.written(content)}</div>{slots["after"]}</div>
<div class="region region-sidebar-second"><div class="block"><h2>Clerk of Court</h2><div>{words.people[3]}</div></div>{slots["side"]}</div></div>
<div id="footer">{slots["foot"]}<div class="region region-footer"><p>Muni website</p></div></div></div></div></body></html>"""


def _state(content: Content, words: Words, slots: Slots) -> str:
    style = Style(
        heading='<h2 class="section-title">{text}</h2>',
        list='<div class="news-list">\n{items}\n</div>',
        item='<article class="news-item"><div class="news-item-details"><div class="headline">{text}</div></div></article>',
        table='<div class="overflow-auto"><table class="table table-bordered"><thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table></div>',
    )
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(content.title)} | {words.site}</title>{slots["head"]}</head><body class="two-column">
<header id="header" class="global-header"><div class="utility-header"><a href="/settings">Settings</a></div><div class="branding">{words.site}</div>
<div id="navigation" role="navigation"><ul>{_menu(_MENU[4:12])}</ul></div></header>
{slots["top"]}
<div id="main-content" class="main-content"><div class="section"><main class="main-primary"><h1>{escape(content.title)}</h1>{slots["lead"]}
{style.written(content)}
{slots["after"]}</main><div class="main-secondary">{slots["side"]}<div class="panel"><h4>Agency</h4><p>1500 Capitol Avenue</p></div></div></div></div>
<div class="site-footer" id="footer"><ul>{_menu(_MENU[:5])}</ul>{slots["foot"]}<p>{words.site}, all agencies</p></div></body></html>"""


def _court(content: Content, words: Words, slots: Slots) -> str:
    style = Style(
        heading='<tr><td class="hd"><font size="3"><b>{text}</b></font></td></tr>', paragraph="<tr><td>{text}</td></tr>",
        list="\n{items}\n", item="<tr><td>&#8226; {text}</td></tr>",
        table='<tr><td><table cellpadding="2"><tr bgcolor="#cccccc">{head}</tr>\n{rows}\n</table></td></tr>',
    )  # fmt: skip
    return f"""<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN"><html><head><title>{words.site} - {escape(content.title)}</title>{slots["head"]}</head><body>
<table width="780" align="center"><tr><td colspan="2"><a href="index.html"><img src="seal.gif" alt="Seal"></a> {words.site}</td></tr>
<tr><td width="150" valign="top"><div class="leftmenu">{_menu(_MENU[6:15], "<div>", "</div>")}</div>{slots["side"]}</td>
<td valign="top">{slots["top"]}<h1>{escape(content.title)}</h1>{slots["lead"]}<table width="100%">
{style.written(content)}
</table>{slots["after"]}</td></tr><tr><td colspan="2"><hr>{slots["foot"]}<p>Clerk of the District Court</p></td></tr></table></body></html>"""


def _react(content: Content, words: Words, slots: Slots) -> str:
    style = Style(
        heading='<h3 class="sc-bdVaJa kXyZ">{text}</h3>', paragraph='<p class="sc-bwzfXH">{text}</p>',
        list='<div role="list" class="sc-htpNat">\n{items}\n</div>', item='<div role="listitem" class="sc-bxivhb">{text}</div>',
        table='<div role="region"><table class="MuiTable-root"><thead class="MuiTableHead-root"><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table></div>',
    )  # fmt: skip
    return f"""<!DOCTYPE html><html><head><meta charSet="utf-8"/><title>{escape(content.title)}</title>{slots["head"]}</head><body><div id="__next"><div class="sc-layout">
<header class="sc-hdr"><div>{words.site}</div><nav><ul>{_menu(_MENU[:6])}</ul></nav></header>{slots["top"]}
<div class="sc-grid"><main><h1 class="sc-h1">{escape(content.title)}</h1>{slots["lead"]}{style.written(content)}{slots["after"]}</main><div class="sc-rail">{slots["side"]}</div></div>
<footer>{slots["foot"]}<div>{words.site}</div></footer></div></div><script id="__NEXT_DATA__" type="application/json">{{"page":"/"}}</script></body></html>"""


def _coldfusion(content: Content, words: Words, slots: Slots) -> str:
    style = Style(
        heading='<div class="subtitle">{text}</div>', paragraph='<div class="bodytext">{text}</div>',
        list='<div class="linklist">\n{items}\n</div>', item='<div class="row"><div class="col-sm-12">{text}</div></div>',
        table='<table class="sortable" id="results">\n<tr class="hdr">{head}</tr>\n{rows}\n</table>',
    )  # fmt: skip
    return f"""<!DOCTYPE html><html><head><title>{escape(content.title)}</title><meta http-equiv="content-type" content="text/html; charset=utf-8">{slots["head"]}</head>
<body><div id="container"><div id="banner">{words.site}</div><div id="topnav">{_menu(_MENU[3:11], "<span>", "</span> | ")}</div>
<div class="crumbs">Home &raquo; {escape(content.title)}</div>{slots["top"]}<div id="middle"><div id="leftcol"><div class="h">Quick Links</div>{_menu(_MENU[11:17], "<div>", "</div>")}{slots["side"]}</div>
<div id="maincol"><h1>{escape(content.title)}</h1>{slots["lead"]}
{style.written(content)}
{slots["after"]}</div></div><div id="bottom">{slots["foot"]}<p>{words.site}, Office of Information</p></div></div></body></html>"""


def _elementor(content: Content, words: Words, slots: Slots) -> str:
    style = Style(
        heading='<div class="elementor-widget-heading"><h3 class="elementor-heading-title">{text}</h3></div>',
        paragraph='<div class="elementor-widget-text-editor"><div class="elementor-widget-container"><p>{text}</p></div></div>',
        list='<div class="elementor-posts-container">\n{items}\n</div>',
        item='<article class="elementor-post"><div class="elementor-post__text"><h4>{text}</h4></div></article>',
    )
    return f"""<!doctype html><html lang="en-US"><head><meta charset="UTF-8"><title>{escape(content.title)} &#8211; {words.site}</title>{slots["head"]}</head><body class="elementor-page">
<header class="elementor-location-header"><div class="elementor-section"><a href="/">{words.site}</a><nav class="elementor-nav-menu"><ul>{_menu(_MENU[:13])}</ul></nav></div></header>
{slots["top"]}<div class="elementor elementor-12"><section class="elementor-section"><div class="elementor-column"><h1 class="elementor-heading-title">{escape(content.title)}</h1>{slots["lead"]}
{style.written(content)}
{slots["after"]}</div><div class="elementor-column elementor-col-33">{slots["side"]}<p>Village Hall, 4 Lake Street</p></div></section></div>
<footer class="elementor-location-footer">{slots["foot"]}<p>{words.site}</p></footer></body></html>"""


def _iqm(content: Content, words: Words, slots: Slots) -> str:
    style = Style(
        heading='<tr><td class="Num"></td><td class="Title" colspan="9"><strong>{text}</strong></td></tr>',
        paragraph='<tr><td colspan="10"><div style="font-size:12pt">{text}</div></td></tr>',
        list="\n{items}\n", item='<tr><td class="Num"></td><td class="Title" colspan="9">{text}</td></tr>',
        table='<tr><td colspan="10"><table class="MeetingGrid"><tbody><tr>{head}</tr>\n{rows}\n</tbody></table></td></tr>',
    )  # fmt: skip
    return f"""<!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head><title>{escape(content.title)} - Web Outline - {words.site}</title>{slots["head"]}</head><body>
<form method="post" action="./Detail_Meeting.aspx" id="form1"><div id="HeaderWrapper"><div id="ctl00_HeaderSpacer">{words.site}</div>{_menu(_MENU[7:12], "<a class='x'></a><div>", "</div>")}</div>
{slots["top"]}<div id="ContentWrapper"><h1 id="ContentPlaceholder1_lblMeetingType">{escape(content.title)}</h1>{slots["lead"]}<table id="MeetingDetail" class="MeetingDetail">
{style.written(content)}
</table>{slots["after"]}</div><div id="RightPanel">{slots["side"]}</div><div id="FooterWrapper">{slots["foot"]}<span>{words.site} Clerk</span></div></form></body></html>"""


def _proud(content: Content, words: Words, slots: Slots) -> str:
    style = Style(
        heading='<h2 class="h4 margin-top">{text}</h2>', list='<ul class="list-unstyled">\n{items}\n</ul>',
        item='<li class="media"><div class="media-body"><h4 class="entry-title">{text}</h4></div></li>',
        table='<div class="table-wrap"><table class="table-striped table">\n<tbody><tr>{head}</tr>{rows}</tbody></table></div>',
    )  # fmt: skip
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{words.site} | {escape(content.title)}</title>{slots["head"]}</head><body class="page-template">
<div class="navbar navbar-default"><div class="navbar-brand">{words.site}</div><div id="menu-drawer"><ul>{_menu(_MENU[2:9])}</ul></div></div>{slots["top"]}
<div class="wrap container" role="document"><div class="content row"><main class="main"><div class="page-header"><h1>{escape(content.title)}</h1></div>{slots["lead"]}
{style.written(content)}
{slots["after"]}</main><aside class="sidebar">{slots["side"]}<section class="widget"><h3>Share your voice</h3><p>Write to {words.people[4]}</p></section></aside></div></div>
<div class="page-footer">{slots["foot"]}<p>Village government made easy</p></div></body></html>"""


def _frontpage(content: Content, words: Words, slots: Slots) -> str:
    style = Style(
        heading='<p class="MsoNormal"><b><span style="font-size:14pt">{text}</span></b></p>',
        paragraph='<p class="MsoNormal"><font face="Arial" size="2">{text}</font></p>',
        list="<ol>\n{items}\n</ol>", item='<li><p class="MsoNormal">{text}</p></li>',
        table='<table class="MsoTableGrid" border="1"><tr>{head}</tr>\n{rows}\n</table>',
    )  # fmt: skip
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><meta name="GENERATOR" content="Microsoft FrontPage 6.0"><title>{escape(content.title)}</title>{slots["head"]}</head>
<body topmargin="0"><table border="0" width="100%"><tr><td><p align="center"><font size="6">{words.site}</font></p></td></tr><tr><td>{_menu(_MENU[9:17], " | ", "")}</td></tr></table>
{slots["top"]}<table border="0"><tr><td valign="top" width="70%"><h1>{escape(content.title)}</h1>{slots["lead"]}
{style.written(content)}
{slots["after"]}</td><td valign="top">{slots["side"]}</td></tr></table><hr>{slots["foot"]}<p>{words.site} | Upper Tamarack</p></body></html>"""


def _govaccess(content: Content, words: Words, slots: Slots) -> str:
    style = Style(
        heading='<h2 class="subhead">{text}</h2>', paragraph='<div class="iw_component"><p>{text}</p></div>',
        list='<div class="iw_component"><table class="listtable" width="100%">\n{items}\n</table></div>',
        item='<tr class="datagrid-row"><td><p>{text}</p></td></tr>',
    )  # fmt: skip
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(content.title)} | {words.site}, MN</title>{slots["head"]}</head><body>
<div id="skipNav"><a href="#main">Skip</a></div><div class="outer-wrap"><div class="header-wrap"><div class="site-title">{words.site}</div><div class="gnav" role="navigation"><ul>{_menu(_MENU[:7])}</ul></div></div>
{slots["top"]}<div class="inside-content"><div class="left-nav-wrap"><div class="sub-nav"><ul>{_menu(_MENU[7:13])}</ul></div>{slots["side"]}</div>
<div id="main" class="content-wrap"><h1 class="page-heading">{escape(content.title)}</h1>{slots["lead"]}
{style.written(content)}
{slots["after"]}</div></div><div class="foot-wrap">{slots["foot"]}<div class="address">4 Lake Street</div></div></div></body></html>"""


def _bootstrap(content: Content, words: Words, slots: Slots) -> str:
    style = Style(
        heading='<h2 class="h3 border-bottom pb-2">{text}</h2>', paragraph='<p class="lead mb-3">{text}</p>',
        list='<div class="list-group list-group-flush">\n{items}\n</div>', item='<div class="list-group-item">{text}</div>',
        table='<div class="table-responsive-lg"><table class="table table-sm table-hover"><thead class="thead-light"><tr>{head}</tr></thead><tbody>\n{rows}\n</tbody></table></div>',
    )  # fmt: skip
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(content.title)} | {words.site}</title>{slots["head"]}</head><body class="bg-light">
<div class="topbar"><div class="container"><span>(555) 010-7788</span></div></div><header class="navbar sticky-top"><a class="navbar-brand" href="/">{words.site}</a><ul class="navbar-nav">{_menu(_MENU[3:14])}</ul></header>
{slots["top"]}<div class="container my-4"><div class="row"><div class="col-lg-8"><h1 class="display-5">{escape(content.title)}</h1>{slots["lead"]}
{style.written(content)}
{slots["after"]}</div><div class="col-lg-4">{slots["side"]}<div class="card"><div class="card-body">{words.people[5]}, Ombudsman</div></div></div></div></div>
<div class="site-foot bg-dark text-white"><div class="container">{slots["foot"]}<p>{words.site}, Pier 9</p></div></div></body></html>"""


def _escribe(content: Content, words: Words, slots: Slots) -> str:
    style = Style(
        heading='<div class="AgendaHeading AgendaItemSection"><span>{text}</span></div>',
        paragraph='<div class="AgendaItemDescription RichText"><p>{text}</p></div>',
        list='<div class="AgendaItems">\n{items}\n</div>',
        item='<div class="AgendaItemContainer"><div class="AgendaItem"><div class="AgendaItemTitleRow"><div class="AgendaItemTitle">{text}</div></div></div></div>',
        table='<div class="MeetingTable"><table>\n<tr>{head}</tr>\n{rows}\n</table></div>',
    )
    return f"""<!DOCTYPE html><html lang="en-us"><head><title>{escape(content.title)} - {words.site}</title><meta charset="utf-8"/>{slots["head"]}</head><body>
<form id="aspnetForm" action="Meeting.aspx"><div class="Header"><div class="HeaderLogo"><img src="/l.png" alt="{words.site}"></div><div class="HeaderLinks">{_menu(_MENU[6:12], "<span>", "</span>")}</div></div>{slots["top"]}
<div class="PageBody"><div class="AgendaHeader"><h1 class="AgendaHeaderTitle">{escape(content.title)}</h1></div>{slots["lead"]}
{style.written(content)}
{slots["after"]}</div><div class="RightRail">{slots["side"]}</div><div class="PageFoot">{slots["foot"]}<div>Clerk of the Board</div></div></form></body></html>"""


def _drupal_ten(content: Content, words: Words, slots: Slots) -> str:
    style = Style(
        heading='<h3 class="coh-heading">{text}</h3>', paragraph='<div class="coh-wysiwyg"><p>{text}</p></div>',
        list='<ul class="coh-list-container">\n{items}\n</ul>', item='<li class="coh-list-item"><article class="teaser"><h4>{text}</h4></article></li>',
        table='<figure class="table"><table><thead><tr>{head}</tr></thead><tbody>\n{rows}\n</tbody></table></figure>',
    )  # fmt: skip
    return f"""<!DOCTYPE html><html lang="en" dir="ltr"><head><meta charset="utf-8" /><title>{escape(content.title)} | {words.site}</title>{slots["head"]}</head><body>
<div class="dialog-off-canvas-main-canvas"><header role="banner"><a href="/" rel="home">{words.site}</a><nav role="navigation"><ul class="menu">{_menu(_MENU[:9])}</ul></nav></header>
<div class="region-highlighted">{slots["top"]}</div><main role="main"><a id="main-content"></a><div class="layout-content"><h1><span>{escape(content.title)}</span></h1>{slots["lead"]}{style.written(content)}{slots["after"]}</div>
<div class="layout-sidebar-first" role="complementary">{slots["side"]}</div></main><footer role="contentinfo">{_menu(_MENU[9:12])}</footer><div class="after-footer">{slots["foot"]}<p>{words.site}</p></div></div></body></html>"""


def _old_county(content: Content, words: Words, slots: Slots) -> str:
    style = Style(
        heading='<tr><td bgcolor="#003366"><font color="white"><b>{text}</b></font></td></tr>', paragraph="<tr><td><p>{text}</p></td></tr>",
        list="<tr><td><dl>\n{items}\n</dl></td></tr>", item="<dt>{text}</dt>",
        table='<tr><td><table width="100%" border="1"><tr align="left">{head}</tr>\n{rows}\n</table></td></tr>',
    )  # fmt: skip
    return f"""<html><head><title>{words.site}: {escape(content.title)}</title>{slots["head"]}</head><body><a name="top"></a><div align="center">{words.site}</div>
<div class="hmenu">{_menu(_MENU[12:20], "[", "] ")}</div>{slots["top"]}<h1>{escape(content.title)}</h1>{slots["lead"]}<table width="90%">
{style.written(content)}
</table>{slots["after"]}<div class="below">{slots["side"]}</div><hr size="1">{slots["foot"]}<p><a href="#top">Back to top</a></p><address>{words.site} Webmaster</address></body></html>"""


Family = Callable[[Content, Words, Slots], str]

COUNTY: Mapping[str, Family] = {
    "drupal": _drupal, "civicplus": _civicplus, "wordpress": _wordpress, "legistar": _aspnet, "static": _static,
}  # fmt: skip
CITY: Mapping[str, Family] = {
    "granicus": _granicus, "sharepoint": _sharepoint, "builder": _builder, "joomla": _joomla, "revize": _revize,
}  # fmt: skip
STATE: Mapping[str, Family] = {
    "municode": _municode, "state": _state, "court": _court, "react": _react, "coldfusion": _coldfusion,
}  # fmt: skip
VILLAGE: Mapping[str, Family] = {
    "elementor": _elementor, "iqm2": _iqm, "proudcity": _proud, "frontpage": _frontpage, "govaccess": _govaccess,
}  # fmt: skip
DISTRICT: Mapping[str, Family] = {
    "bootstrap": _bootstrap, "escribe": _escribe, "drupal 10": _drupal_ten, "old county": _old_county,
}  # fmt: skip
