"""How vehicles are described, in English and in Amharic, sentence for sentence."""

from __future__ import annotations

from listings.management.seeding.offers import Words

TITLES: tuple[Words, ...] = (
    ("{name} {year}, {gearbox}", "{name} {year}፣ {gearbox}"),
    ("{name} {year}, {km} km", "{name} {year}፣ {km} ኪ.ሜ."),
    ("{name} {year}, {quality}, {area}", "{quality} {name} {year}፣ {area}"),
    ("{name} {year}, {color}, in {area}", "{color} {name} {year}፣ {area}"),
)
TITLES_ELECTRIC: tuple[Words, ...] = (
    ("{name} {year}, electric, {range} km range", "{name} {year}፣ የኤሌክትሪክ፣ በአንድ ቻርጅ {range} ኪ.ሜ."),
    ("{name} {year} electric, {quality}", "{quality} የኤሌክትሪክ መኪና {name} {year}"),
    ("{name} {year}, {color}, {km} km", "{color} {name} {year}፣ {km} ኪ.ሜ."),
)
TITLES_TOWED: tuple[Words, ...] = (
    ("{name} {year}, three axles, {area}", "{name} {year}፣ ባለ ሦስት አክስል፣ {area}"),
)
QUALITIES: tuple[Words, ...] = (
    ("well kept", "በጥሩ ሁኔታ የተያዘ"),
    ("very clean", "በጣም ንጹህ"),
    ("ready to drive", "ለመንዳት ዝግጁ የሆነ"),
)
BRAND_NEW: Words = ("brand-new", "አዲስ")
GEARBOXES: dict[str, Words] = {
    "automatic": ("automatic", "አውቶማቲክ"),
    "manual": ("manual", "ማኑዋል"),
    "single_speed": ("automatic", "አውቶማቲክ"),
    "": ("used", "ያገለገለ"),
}
FUELS: dict[str, Words] = {
    "petrol": ("petrol", "ቤንዚን"),
    "diesel": ("diesel", "ናፍጣ"),
    "electric": ("electric", "ኤሌክትሪክ"),
    "other": ("towed", "ተጎታች"),
}
COLORS: dict[str, Words] = {
    "white": ("white", "ነጭ"),
    "silver": ("silver", "ብርማ"),
    "grey": ("grey", "ግራጫ"),
    "black": ("black", "ጥቁር"),
    "blue": ("blue", "ሰማያዊ"),
    "red": ("red", "ቀይ"),
    "green": ("green", "አረንጓዴ"),
    "gold": ("gold", "ወርቃማ"),
    "beige": ("beige", "ቤዥ"),
}
OPENINGS: tuple[Words, ...] = (
    (
        "{name} of {year} with {km} km, {fuel}, {gearbox}. It can be seen in {area}, {landmark}.",
        (
            "የ{year} ሞዴል {name}፤ የተጓዘው {km} ኪ.ሜ. ሲሆን {fuel} የሚጠቀም፣ ማርሹ {gearbox} ነው።"
            " {area}፣ {landmark} ቀርቦ ማየት ይቻላል።"
        ),
    ),
    (
        "We offer a {color} {name} of {year}: {km} km, {fuel}, {gearbox}. Come and see it in {area}.",
        (
            "የ{year} ሞዴል {color} {name} ለሽያጭ ቀርቧል፤ {km} ኪ.ሜ. የሄደ፣ {fuel} የሚጠቀም፣ ማርሹ {gearbox}።"
            " {area} መጥተው ማየት ይችላሉ።"
        ),
    ),
)
OPENINGS_NEW: tuple[Words, ...] = (
    (
        "Brand-new {color} {name} of {year}, {fuel}, {gearbox}. It stands in our showroom in {area}.",
        "አዲስ የ{year} ሞዴል {color} {name}፤ {fuel}፣ ማርሹ {gearbox}። {area} በሚገኘው ሾውሩማችን ይታያል።",
    ),
)
OPENINGS_TOWED: tuple[Words, ...] = (
    (
        "{name} built in {year}, with good tyres and brakes. It can be seen in {area}, {landmark}.",
        "በ{year} የተሠራ {name}፤ ጎማውና ፍሬኑ ጥሩ ሁኔታ ላይ ነው። {area}፣ {landmark} ማየት ይቻላል።",
    ),
)
ELECTRIC: tuple[Words, ...] = (
    ("The {kwh} kWh battery takes it {range} km.", "ባለ {kwh} ኪሎዋት ሰዓት ባትሪው {range} ኪ.ሜ. ያስኬዳል።"),
    ("Battery health is {health} percent, measured this month.", "የባትሪው ጤንነት በዚህ ወር ሲለካ {health} በመቶ ነው።"),
    ("The home charger comes with it.", "የቤት ቻርጀሩ አብሮ ይሰጣል።"),
)
STATES: tuple[Words, ...] = (
    ("The engine and the gearbox are in good order.", "ሞተሩና ካምቢዮው በጥሩ ሁኔታ ላይ ናቸው።"),
    ("It was serviced regularly; the bills are there.", "በየጊዜው ሰርቪስ የተደረገ ሲሆን ደረሰኞቹ አሉ።"),
    ("Tyres and brakes are nearly new.", "ጎማዎቹና ፍሬኑ አዲስ ናቸው ማለት ይቻላል።"),
)
STATES_ELECTRIC: tuple[Words, ...] = (
    ("The motor is silent and strong.", "ሞተሩ ድምፅ አልባና ጠንካራ ነው።"),
    ("It was serviced at the maker's agent.", "ሰርቪስ የተደረገው በአምራቹ ወኪል ነው።"),
    ("Tyres and brakes are nearly new.", "ጎማዎቹና ፍሬኑ አዲስ ናቸው ማለት ይቻላል።"),
)
NO_ACCIDENT: Words = ("It has never been in an accident.", "ምንም ዓይነት አደጋ ደርሶበት አያውቅም።")
REPAIRED: Words = ("A light bump was repaired properly.", "ቀላል ግጭት ደርሶበት በአግባቡ ተጠግኗል።")
ONE_OWNER: Words = ("It had one careful owner.", "በአንድ ጠንቃቃ ባለቤት የተያዘ ነው።")
STATES_HEAVY: tuple[Words, ...] = (
    ("The engine is strong and uses little oil.", "ሞተሩ ጠንካራ ሲሆን ዘይት አይበላም።"),
    ("It works every day and can be tried with a load.", "በየቀኑ ሥራ ላይ ያለ ሲሆን ጭኖ መሞከር ይቻላል።"),
    ("Tyres have more than half of their tread.", "ጎማዎቹ ከግማሽ በላይ አላቸው።"),
    ("It was serviced regularly; the bills are there.", "በየጊዜው ሰርቪስ የተደረገ ሲሆን ደረሰኞቹ አሉ።"),
)
DUTY_PAID: Words = ("The duty is paid.", "ቀረጡ ተከፍሏል።")
DUTY_FREE: Words = (
    "It came in duty-free; the buyer takes over the privilege or pays the duty.",
    "ከቀረጥ ነጻ የገባ ነው፤ ገዢው ነጻ መብት ያለው መሆን ወይም ቀረጡን መክፈል አለበት።",
)
PAPERS: tuple[Words, ...] = (
    ("The libre is at hand.", "ሊብሬው አለ።"),
    ("This year's inspection (bolo) is done.", "የዘንድሮው ቦሎ ተለጥፏል።"),
    ("It is free of any bank's lien.", "ከማንኛውም የባንክ ዕዳና እገዳ ነጻ ነው።"),
)
PAPERS_NEW: tuple[Words, ...] = (
    ("The plate is made within days.", "ታርጋው በቀናት ውስጥ ይወጣል።"),
    ("It comes with a warranty of {warranty} months.", "የ{warranty} ወር ዋስትና አለው።"),
)
ENDS: tuple[Words, ...] = (
    ("A test drive is welcome.", "ነድተው መሞከር ይችላሉ።"),
    ("The price can be talked about after you have seen it.", "ዋጋው ከታየ በኋላ መነጋገር ይቻላል።"),
    ("Your own mechanic may look at it.", "የራስዎን መካኒክ ይዘው መጥተው ማስመርመር ይችላሉ።"),
    ("Swapping against a smaller car can be discussed.", "በአነስተኛ መኪና መቀየርም ይቻላል።"),
)
ENDS_HEAVY: tuple[Words, ...] = (
    ("It can be seen on any working day.", "በማንኛውም የሥራ ቀን ማየት ይቻላል።"),
    ("Your own mechanic may look at it.", "የራስዎን መካኒክ ይዘው መጥተው ማስመርመር ይችላሉ።"),
)
