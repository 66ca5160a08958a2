"""Tracking: the parameters of a URL that say how a reader came, and not which article it is.

Data, sorted, with where each name was found. A name that means something else on another outlet
is listed with its outlet only, or drops only with the values that are known.
"""

import re
from collections.abc import Mapping

# Every name that begins so.
_PREFIXES = {
    "Adobe Analytics": ("adobe_", "sc_"),
    "AT Internet (Piano)": ("at_",),
    "Blueshift": ("bsft_",),
    "Branch, Adjust, AppsFlyer": ("_branch", "adj_", "af_"),
    "Bronto": ("_bta_",),
    "ConvertKit": ("ck_sub",),
    "Criteo": ("cr_",),
    "comScore": ("ns_",),
    "Eloqua": ("elq",),
    "Google Analytics and Ads": ("_gl", "ga_", "gad_", "utm_"),
    "HubSpot": ("_hs", "hs_amp", "hsa_"),
    "IBM Coremetrics": ("cm_mmc", "cm_ven"),
    "internal campaigns": ("int_", "itm_", "stm_", "trk_"),
    "LinkedIn": ("li_fat",),
    "Mailchimp": ("mc_",),
    "Marketo": ("mkt_",),
    "Matomo": ("matomo_", "mtm_", "piwik_", "pk_"),
    "Meta": ("__cft__", "__xts__", "fb_"),
    "Omeda": ("oly_",),
    "Outbrain, Taboola": ("dicbo", "ob_", "tblci"),
    "Vero": ("vero_",),
    "Webtrends, Webtrekk": ("wt.", "wt_"),
    "WordPress": ("wpmp_",),
    "X": ("tw_",),
}

_NAMES = {
    "advertisers' click ids (the vendors' help pages)": """
        _gac adgroupid aiad_clid algo_expid algo_pvid asgtbndr awc btag campaignid cjdata
        cjevent click_id clickid dclid epik gad gbraid gclid gclsrc gqt iclid irclickid
        irgwc kwdid lipi mkwid msclkid ndclid obclick oborigurl obref pcrid raneaid ranmid
        ransiteid rb_clickid rdt_cid rtid s_kwcid sccid scm spm srsltid taid tduid toolid
        ttclid twclid twtr twtrec vgo_ee wbraid wickedid yclid ymclid yqrid ysclid zanpid
    """,
    "analytics": """
        __source _ga _openstat _ym_debug _ym_uid aftr_source campaign campaign_id campid
        cm_cr cm_ite cm_lm cm_re cm_sp cmp cmp_id cmpid cvid ecid ef_id etcc_cmp fsrc ftag
        hpt ia iid int-cmp intcid intcmp intcmpid itid ito link_source linkid mbid ncid
        obcid ocid oicd partner partner_id partnerid pcampaignid promo_code s_cid sourceid
        ssrc tpcc tracking trackingid trk trkcampaign trkinfo trkmodule utm utm_nooverride
        wprov wt_mc wtmc xg_source xtcr xtmc xtnp xtor xtref xts yptr
    """,
    "caches, printers and mobile pages": """
        _r _ss _t amp amp_gsa amp_js_v cachebuster m_view mobile nomobile noredirect output
        outputtype print printable printerfriendly rnd timestamp usqp view_mode
    """,
    "consent and sign-in round trips (Yahoo, Google, CookieYes)": """
        .tsrc _guc_consent_skip ao_noptimize bcmt cbrd guccounter guce_referrer
        guce_referrer_sig guce_referrer_us triedredirect tsrc ucbcb
    """,
    "feeds": "feedname feedtype feedspot ftcamp rpc rss rssfeed",
    "mail (Mailchimp, Marketo, HubSpot, Klaviyo, Drip, Listrak, Silverpop, Braze)": """
        __hsfp __hssc __hstc __s _ke _kx bbeml bxid ceid cndid dm_i dm_t emc emci emdi
        hctoken hsctatracking inf_contact_key klar_source lctg mid ml_subscriber
        ml_subscriber_hash newsletter nl nlid nr_email_referer recipientid
        redirect_log_mongo_id redirect_mongo_id sb_referer_host sms_click sms_source sms_ss
        sms_uph spjobid spmailingid spreportid spuserid wkey
    """,
    "sessions": """
        aspsessionid cfid cftoken jsessionid phpsessid phpsessionid sessionid sid uid
    """,
    "share buttons and referrers": """
        __ccr __tn__ __twitter_impression _unique_id action_object_map action_ref_map
        action_type_map addthis at_pco awesm cid cn-reloaded curator customid dlvrit echobox
        efg esrc fb fbclid feature fr fref from_source fromref gpromocode guid_ref hp
        icampaign icid ig_mid ig_rid igsh igshid ijn kw_campaign mibextid mkcid mkevt mkrid
        mod ns platform recid recruiter ref ref_ ref_src ref_url referer referrer refid
        refsrc replytocom share share_from share_id shared shared_via shareid sharesource
        sharetype shareurl si smid smprod smtyp snr soc_src soc_trk social sr_share src
        src_link sref srnd tag_ref tdsourcetag thgate via xmt
    """,
    "shopping feeds (GoDataFeed)": "gdffi gdfms gdftrk",
}

# Names that track on one outlet and may mean something on another: from the outlets' own links.
_OUTLETS = {
    "abcnews.go.com": "cid",
    "aljazeera.com": "gb traffic_source xml",
    "bbc.co.uk": "intlink_from_url link_location post_id post_type",
    "bbc.com": "intlink_from_url link_location post_id post_type",
    "bloomberg.com": "in_source leadsource",
    "cbsnews.com": "ftag intcid",
    "cnbc.com": "par qsearchterm trknav",
    "cnn.com": "cnn eref hpt iref sr",
    "csmonitor.com": "icid nav",
    "dw.com": "maca",
    "foreignpolicy.com": "tpcc",
    "foxnews.com": "intcmp test",
    "france24.com": "aef_campaign_date aef_campaign_ref",
    "ft.com": "accesstoken desktop segmentid siteedition",
    "haaretz.com": "htm_source lts v",
    "huffpost.com": "ir",
    "huffingtonpost.com": "ir",
    "independent.co.uk": "r",
    "kommersant.ru": "from tg",
    "latimes.com": "track",
    "lemonde.fr": "contributions lmd_campaign lmd_creation lmd_medium lmd_source m_bt random",
    "marketwatch.com": "mod",
    "nbcnews.com": "lite",
    "news.google.com": "ceid gl hl oc",
    "npr.org": "ec f ft live ps sc t",
    "nytimes.com": """
        _r abg abt action assettype auth clicksource contentcollection em_pos gwh gwt hp
        instance_id login mabreward mcubz module mtrref pagetype pgtype regi_id region
        ribbon-ad-idx rref searchresultposition segment_id smvar te user_id version
    """,
    "politico.com": "hp lo tab",
    "reuters.com": "edition-redirect il virtualbrandchannel",
    "ria.ru": "in",
    "spiegel.de": "sara_ecid sara_ref",
    "telegraph.co.uk": "li_medium li_source",
    "theguardian.com": "commentpage",
    "time.com": "xid",
    "twitter.com": "s t",
    "usatoday.com": "csp",
    "washingtonpost.com": "hpid nid tid wpisrc wpmk wpmm",
    "wsj.com": "cb grcc mg mod_source ns reflink sharetoken tesla",
    "x.com": "s t",
    "youtube.com": "ab_channel app pp",
}

# Ordinary names that track where the value says so.
_NETWORKS = re.compile(
    r"(?:android|app|direct|email|facebook|fb|feed|flipboard|googlenews?|home(?:page)?|ig"
    r"|instagram|ios|linkedin|mail|mobile|newsletter|pinterest|push|reddit|rss|share|social"
    r"|telegram|tg|threads|tw|twitter|viber|vk|whatsapp|wa|x)(?:[-_.](?:com|share|web|app))?",
    re.I,
)
_VALUES = {
    "from": _NETWORKS,
    "m": re.compile(r"[01]|true"),  # the mobile page
    "medium": _NETWORKS,
    "page": re.compile(r"with:block-.*|with%3ablock-.*", re.I),  # a post of a live blog
    "s": re.compile(r"0[1-9]|19|2[01]|46"),  # the application that X shared from
    "source": _NETWORKS,
}

# Names that some outlets use for the article itself: kept where the value looks like an id, unless
# the path already says which article it is.
_ID_VALUE = re.compile(r"\d+|[0-9a-f-]{8,}", re.I)
_AMBIGUOUS = frozenset(
    """
    campaign cid iid linkid mid mod newsletter nl nlid ns partner platform recid ref share sid
    sourceid src trk uid via
    """.split()
)
_SAYS_WHICH = re.compile(r"\d{4}|(?:^|/)(?=[^/]*$)[^/]+?[-_][^/]+?[-_][^/]")

_ALL_PREFIXES = tuple(prefix for prefixes in _PREFIXES.values() for prefix in prefixes)
_ALL_NAMES = frozenset(name for names in _NAMES.values() for name in names.split())
_OF_OUTLET: Mapping[str, frozenset[str]] = {
    host: frozenset(names.split()) for host, names in _OUTLETS.items()
}


def tracks(host: str, path: str, name: str, value: str) -> bool:
    """Whether a parameter, by its lower-case name, only says how a reader came.

    `host` is without www and the like.
    """
    if name in _of(host) or name.startswith(_ALL_PREFIXES):
        return True
    if name in _ALL_NAMES:
        may_be_id = name in _AMBIGUOUS and _ID_VALUE.fullmatch(value) is not None
        return not may_be_id or _SAYS_WHICH.search(path) is not None
    known = _VALUES.get(name)
    return known is not None and known.fullmatch(value) is not None


def _of(host: str) -> frozenset[str]:
    """Return the names of an outlet, by its host or a domain above it."""
    while host not in _OF_OUTLET and "." in host:
        host = host.partition(".")[2]
    return _OF_OUTLET.get(host, frozenset())
