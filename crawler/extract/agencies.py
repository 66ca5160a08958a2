"""News agencies, by the names they sign with, in lower case.

Source: the members' lists of EANA, FANA and OANA.
"""

_NAMES = """
ap, associated press, the associated press, reuters, thomson reuters, afp, agence france-presse,
dpa, deutsche presse-agentur, epd, kna, sid, apa, sda, keystone-sda, ats, efe, agencia efe,
europa press, ansa, adnkronos, agi, lusa, belga, anp, ntb, tt, ritzau, stt, pap, ctk, mti,
tanjug, tass, тасс, ria novosti, риа новости, interfax, интерфакс, ukrinform, anadolu, anadolu
agency, anadolu ajansı, aa, dha, iha, anka, xinhua, kyodo, jiji, jiji press, yonhap, pti, ani,
ians, upi, pa, pa media, press association, bloomberg, sana, سانا, petra, wafa, وفا, kuna, qna,
wam, spa, nna, mena, ina, واع, irna, ایرنا, isna, ایسنا, tasnim, تسنیم, fars, فارس, mehr, مهر, أ
ف ب, فرانس برس, رويترز, أسوشيتد برس, الأناضول, רויטרס
"""
AGENCIES = frozenset(" ".join(name.split()) for name in _NAMES.split(","))
