"""The names of months in the languages of the outlets, as dates write them (with their cases)."""

_NAMES = (
    "january jan januar jänner jaenner januari janvier января ocak enero gennaio janeiro stycznia"
    " янв jaanuari يناير كانون-الثاني ژانویه ינואר בינואר января",
    "february feb februar feber februari février fevrier февраля şubat subat febrero febbraio"
    " fevereiro lutego фев فبراير شباط فوریه פברואר בפברואר",
    "march mar märz maerz mars maart марта mart marzo março marca мар مارس آذار מרץ במרץ מרס במרס",
    "april apr avril апреля nisan abril aprile kwietnia апр أبريل إبريل ابريل نيسان آوریل"
    " אפריל באפריל",
    "may mai maj mei мая mayıs mayis mayo maggio maio maja مايو أيار مه מאי במאי",
    "june jun juni juin июня haziran junio giugno junho czerwca июн يونيو حزيران ژوئن יוני ביוני",
    "july jul juli juillet июля temmuz julio luglio julho lipca июл يوليو تموز ژوئیه יולי ביולי",
    "august aug augusti augustus août aout августа ağustos agustos agosto sierpnia авг أغسطس آب اوت"
    " אוגוסט באוגוסט",
    "september sep sept septembre сентября eylül eylul septiembre settembre setembro września сен"
    " سبتمبر أيلول سپتامبر ספטמבר בספטמבר",
    "october oct oktober okt octobre октября ekim octubre ottobre outubro października окт أكتوبر"
    " تشرين-الأول اکتبر אוקטובר באוקטובר",
    "november nov novembre ноября kasım kasim noviembre novembro listopada ноя نوفمبر تشرين-الثاني"
    " نوامبر נובמבר בנובמבר",
    "december dec dezember dez décembre decembre desember des декабря aralık aralik diciembre"
    " dicembre dezembro grudnia дек ديسمبر كانون-الأول دسامبر דצמבר בדצמבר",
)
MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
