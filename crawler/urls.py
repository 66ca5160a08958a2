"""URLs: the identity of an article, and the politeness host. Never rewrites what is fetched.

Syntax by the WHATWG URL Standard (ada-url). Which parts of a URL do not identify an article is
data, in the tables below, with where each came from.
"""

import re
from urllib.parse import parse_qs, unquote

import ada_url

from crawler.address import MAX_URL, address_of

# Prefixes of tracking parameters. Sources: Google Analytics and Ads help (utm_, ga_, gad_), Matomo
# (mtm_, matomo_, pk_, piwik_), Adobe (s_cid, adobe_), Piano/AT Internet (at_, xtor), HubSpot (hsa_,
# _hs), Facebook (fb_, fbclid), Mailchimp (mc_), Marketo (mkt_), Klaviyo (_kx), Vero (vero_),
# Outbrain and Taboola (ob_, tb), Webtrekk (wt_).
_TRACKING_PREFIXES = (
    "utm_", "ga_", "gad_", "mtm_", "matomo_", "pk_", "piwik_", "at_", "hsa_", "_hs", "fb_", "mc_",
    "mkt_", "vero_", "oly_", "wt_", "stm_", "itm_", "int_", "trk_", "tblci", "ns_", "adobe_",
    "_bta_", "li_fat", "sc_", "ck_sub", "_branch", "elq", "ocid", "cmpid", "wpmp_", "hs_amp",
    "wt.", "tw_", "cr_", "rb_clickid", "dicbo",
)  # fmt: skip

# Whole names. Sources: the vendors' help pages named above, W3C Private Advertising's registry of
# click ids, and the share buttons of the outlets in sources.toml.
_TRACKING = frozenset(
    """
    fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid ymclid twclid ttclid igshid igsh
    epik li_fat_id mkt_tok _ga _gl _ke _kx _openstat action_object_map action_ref_map
    action_type_map algo_pvid amp amp_js_v amp_gsa outputtype usqp bxid campaign campaign_id
    campid cid cmp cmpid cmp_id cndid curator dm_i ecid efg ef_id esrc echobox emci emdi ceid fb
    ftag fr from_source guccounter guce_referrer guce_referrer_sig hctoken hpt hp ia icid icampaign
    ijn inf_contact_key intcid intcmp int-cmp intcmpid ito kw_campaign lctg linkid link_source mbid
    mid mod ncid newsletter nl nlid nr_email_referer ns_campaign ns_fee ns_linkname ns_mchannel
    ns_source obref ob_click_id obOrigUrl ocid partner partnerid pcampaignid platform ref ref_
    refid referer referrer ref_src ref_url rss rssfeed recid s_cid s_kwcid sessionid share
    shareid share_id shared_via si sid smid smtyp smprod snr soc_src soc_trk sourceid spm spjobid
    spmailingid spreportid spuserid sr_share src sref srnd ssrc taid tdsourcetag thgate tpcc
    trk trkcampaign trkinfo trkmodule triedredirect uid via vero_id wickedid wkey wprov xtor xtref
    xtcr yptr zanpid __s __hsfp __hssc __hstc __twitter_impression jsessionid phpsessid aspsessionid
    phpsessionid cfid cftoken replytocom output mobile m_view nomobile noredirect print printable
    printerfriendly view_mode feature ns timestamp utm rnd _r _t cachebuster emc partner_id rpc
    feedtype feedname ftcamp
    sharetype shareurl social src_link tag_ref tracking trackingid bcmt fsrc guid_ref irclickid
    mkevt mkcid mkrid pcrid adgroupid campaignid mibextid customid sms_click promo_code itid iid
    _guc_consent_skip cbrd ucbcb ao_noptimize cn-reloaded recruiter sb_referer_host aftr_source
    fromref __ccr __tn__ _unique_id gpromocode
    """.lower().split()
)
# Names that track on one outlet and may mean something on another. Source: the outlets' own links.
_OUTLET_TRACKING = {
    "nytimes.com": frozenset(
        [
            "action",
            "clicksource",
            "contentcollection",
            "hp",
            "module",
            "pgtype",
            "region",
            "smvar",
            "version",
            "_r",
        ]
    ),
    "npr.org": frozenset(["ft", "f", "ps", "ec"]),
    "twitter.com": frozenset(["s", "t"]),
    "x.com": frozenset(["s", "t"]),
    "ria.ru": frozenset(["in"]),
    "aljazeera.com": frozenset(["xml"]),
    "politico.com": frozenset(["hp", "lo"]),
    "washingtonpost.com": frozenset(["hpid", "wpisrc", "wpmm", "tid", "nid"]),
    "foxnews.com": frozenset(["cmpid", "intcmp"]),
    "marketwatch.com": frozenset(["mod"]),
}

# Short or ordinary names that some outlets use for the article itself: kept when the value looks
# like an id (a number of three or more digits, a long hexadecimal word).
_ID_VALUE = re.compile(r"^(?:\d{3,}|[0-9a-f]{8,}|[0-9a-f-]{32,})$", re.I)
_AMBIGUOUS = frozenset(
    ["cid", "mid", "sid", "uid", "recid", "src", "ref", "share", "print", "output"]
)

# Hosts of outlets that serve one article under several names.
_SAME_HOST = {"bbc.com": "bbc.co.uk", "edition.cnn.com": "cnn.com", "us.cnn.com": "cnn.com"}
_HOST_PREFIX = re.compile(r"^(?:www\d?|m|mobile|amp|wap|touch|mob|print)\.(?=[^.]+\.)")
_INDEX_FILE = re.compile(r"/(?:index|default|home)\.(?:x?html?|php|aspx?|jsp|shtml)$", re.I)
_AMP_SEGMENT = re.compile(r"/(?:amp|amphtml)(?=/|$)|^/amp(?=/)|\.amp(?=\.html?$|$)", re.I)
_PRINT_TAIL = re.compile(r"/(?:print|printview|printable)/?$|(?<=.)/(?:feed|trackback)/?$", re.I)
_SESSION_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#]*", re.I)
_AMP_CACHE = re.compile(r"^[a-z0-9-]+\.cdn\.ampproject\.org$")
_GOOGLE = re.compile(r"^(?:www\.)?google\.[a-z.]{2,6}$")

# Redirectors that carry their target: host (and path) -> the parameter that names it.
_REDIRECTORS = {
    "l.facebook.com/l.php": "u", "lm.facebook.com/l.php": "u",
    "facebook.com/sharer/sharer.php": "u",
    "out.reddit.com/": "url", "vk.com/away.php": "to", "youtube.com/redirect": "q",
    "news.google.com/news/url": "url", "steamcommunity.com/linkfilter/": "url",
    "l.instagram.com/": "u", "slack-redir.net/link": "url", "t.umblr.com/redirect": "z",
}  # fmt: skip


def canonicalize(url: str) -> str:
    """Return the identity of the article at a URL: equal for every address of one article.

    Raises ValueError for what is no http(s) URL.

    >>> canonicalize("http://www.Example.org:80/a/?utm_source=rss#top")
    'https://example.org/a'
    """
    parts = _parse(_unwrap(_repair(url.strip())))
    host = _strip_host(parts.hostname)
    path = _strip_path(parts.pathname)
    query = _strip_query(parts.search.removeprefix("?"), _outlet_tracking(host))
    fragment = parts.hash if parts.hash.startswith(("#!", "#/")) else ""
    port = f":{parts.port}" if parts.port else ""
    return f"https://{host}{port}{path}{'?' + query if query else ''}{fragment}"


def _parse(url: str) -> ada_url.URL:
    try:
        parts = ada_url.URL(url)
    except ValueError as error:
        raise ValueError(f"not a URL: {url[:200]!r}") from error
    if parts.protocol not in {"http:", "https:"} or not parts.hostname:
        raise ValueError(f"neither http nor https: {url[:200]!r}")
    return parts


def _repair(url: str) -> str:
    """Mend what feeds break often: entities left in the query, a scheme written twice."""
    repaired = re.sub(r"^(https?://)https?:?//", r"\1", url.replace("&amp;", "&"))
    try:
        _parse(repaired)
    except ValueError:
        return url
    return repaired


def _outlet_tracking(host: str) -> frozenset[str]:
    site = ".".join(host.split(".")[-2:])
    return _OUTLET_TRACKING.get(site, frozenset())


def _unwrap(url: str, depth: int = 3) -> str:
    """Take the target out of redirectors and AMP caches that carry a usable one."""
    try:
        target = _carried(_parse(url)) if depth else None
        if target is not None:
            _parse(target)
    except ValueError:
        return url
    return url if target is None else _unwrap(target, depth - 1)


def _carried(parts: ada_url.URL) -> str | None:
    host, path = parts.hostname.removeprefix("www."), parts.pathname
    if _AMP_CACHE.match(host) or (_GOOGLE.match(host) and path.startswith("/amp/")):
        match = re.match(r"^/(?:amp/|[a-z]/)?(s/)?(.+)$", path)
        return f"http{'s' if match[1] else ''}://{match[2]}{parts.search}" if match else None
    if host == "web.archive.org":
        match = re.match(r"^/web/\d+[a-z_]*/(.+)$", path)
        return (
            match[1].replace(":/", "://").replace(":///", "://") + parts.search if match else None
        )
    if host == "outline.com" and path.startswith("/http"):
        return unquote(path[1:])
    if host.endswith("safelinks.protection.outlook.com"):
        return _parameter(parts, "url")
    if _GOOGLE.match(host) and path == "/url":
        return _parameter(parts, "url") or _parameter(parts, "q")
    name = _REDIRECTORS.get(f"{host}{path}")
    return _parameter(parts, name) if name else None


def _parameter(parts: ada_url.URL, name: str) -> str | None:
    values = parse_qs(parts.search.removeprefix("?")).get(name)
    return values[0] if values and values[0].startswith("http") else None


def _strip_host(host: str) -> str:
    host = host.rstrip(".") or host
    stripped = _HOST_PREFIX.sub("", host)
    return _SAME_HOST.get(stripped, stripped)


def _strip_path(path: str) -> str:
    path = re.sub(r"%[0-9a-fA-F]{2}", _unescape, path)
    path = re.sub(r"/{2,}", "/", _SESSION_PATH.sub("", path))
    for pattern in (_AMP_SEGMENT, _PRINT_TAIL, _INDEX_FILE):
        path = pattern.sub("", path)
    return path.rstrip("/") if path != "/" else ""


def _unescape(match: re.Match[str]) -> str:
    """Decode what needs no escape (RFC 3986, 2.3); write the rest in capitals."""
    character = chr(int(match[0][1:], 16))
    return character if re.match(r"[A-Za-z0-9._~-]", character) else match[0].upper()


def _strip_query(query: str, outlet_tracking: frozenset[str]) -> str:
    kept = sorted(p for p in query.split("&") if p and _identifies(p, outlet_tracking))
    return "&".join(re.sub(r"%[0-9a-fA-F]{2}", _unescape, pair) for pair in kept)


def _identifies(pair: str, outlet_tracking: frozenset[str]) -> bool:
    name, _, value = pair.partition("=")
    name = unquote(name).lower()
    if name in _AMBIGUOUS and _ID_VALUE.match(value):
        return True
    tracks = name in _TRACKING or name in outlet_tracking or name.startswith(_TRACKING_PREFIXES)
    return not tracks


def host_of(url: str) -> str:
    """Return the politeness key of a URL: its host, without the port.

    Raises ValueError for what is no http(s) URL.
    """
    return address_of(url).host


def origin_of(url: str) -> str:
    """Return scheme, host and port, to which robots rules and credentials belong.

    Raises ValueError for what is no http(s) URL.
    """
    return address_of(url).origin


def absolute(link: str, base: str) -> str | None:
    """Resolve a link against the page it stands on; None where it is not http(s) or too long."""
    try:
        resolved = str(ada_url.join_url(base, link.strip()))
        _parse(resolved)
    except ValueError:
        return None
    return resolved if len(resolved) <= MAX_URL else None


def normal(url: str) -> str:
    """Return a URL as it is sent: WHATWG syntax, without fragment and user name.

    Raises ValueError for what is no http(s) URL or longer than MAX_URL.
    """
    return address_of(url).url


def same_site(one: str, other: str) -> bool:
    """Whether two hosts belong to one outlet: equal but for www, or one inside the other."""
    a, b = _strip_host(one), _strip_host(other)
    return a == b or a.endswith("." + b) or b.endswith("." + a)
