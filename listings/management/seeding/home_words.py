"""How homes are described, in English and in Amharic, sentence for sentence."""

from __future__ import annotations

from listings.enums import PropertyType as T
from listings.enums import Purpose
from listings.management.seeding.offers import Words

NOUNS: dict[str, Words] = {
    T.APARTMENT: ("apartment", "አፓርትመንት"),
    T.CONDOMINIUM_20_80: ("20/80 condominium", "20/80 ኮንዶሚኒየም"),
    T.CONDOMINIUM_40_60: ("40/60 condominium", "40/60 ኮንዶሚኒየም"),
    T.CONDOMINIUM_OTHER: ("condominium", "ኮንዶሚኒየም"),
    T.VILLA: ("villa", "ቪላ ቤት"),
    T.ROW_HOUSE: ("row house", "ረድፍ ቤት"),
    T.DUPLEX: ("duplex", "ዱፕሌክስ ቤት"),
    T.MULTI_STOREY_HOUSE: ("G+{storeys} house", "ጂ+{storeys} ቤት"),
    T.STUDIO: ("studio", "ስቱዲዮ"),
    T.PENTHOUSE: ("penthouse", "ፔንትሃውስ"),
    T.SERVICE_QUARTER: ("service quarter", "ሰርቪስ ቤት"),
    T.SINGLE_ROOM: ("single room", "ነጠላ ክፍል"),
    T.SHARED_COMPOUND_HOUSE: ("house in a shared compound", "በጋራ ግቢ ውስጥ ያለ ቤት"),
    T.SHOP: ("shop", "ሱቅ"),
    T.OFFICE: ("office", "ቢሮ"),
    T.SHOWROOM: ("showroom", "ሾውሩም"),
    T.WAREHOUSE: ("warehouse", "መጋዘን"),
    T.FACTORY: ("factory building", "የፋብሪካ ሕንፃ"),
    T.HOTEL: ("hotel", "ሆቴል"),
    T.GUEST_HOUSE: ("guest house", "የእንግዳ ማረፊያ"),
    T.MIXED_USE_BUILDING: ("mixed-use building", "ቅይጥ ሕንፃ"),
    T.RESIDENTIAL_PLOT: ("residential plot", "የመኖሪያ ቦታ"),
    T.COMMERCIAL_PLOT: ("commercial plot", "የንግድ ቦታ"),
    T.INDUSTRIAL_PLOT: ("industrial plot", "የኢንዱስትሪ ቦታ"),
    T.FARM_LAND: ("farm land", "የእርሻ መሬት"),
    T.EVENT_HALL: ("event hall", "የስብሰባ አዳራሽ"),
}
FOR: dict[str, Words] = {
    Purpose.SALE: ("for sale", "የሚሸጥ"),
    Purpose.LONG_RENT: ("for rent", "የሚከራይ"),
    Purpose.SHORT_RENT: ("for short stays", "ለአጭር ጊዜ የሚከራይ"),
    Purpose.LEASE: ("for lease", "በሊዝ የሚከራይ"),
}
TITLES_WITH_ROOMS: tuple[Words, ...] = (
    ("{beds}-bedroom {noun} {offered} in {area}", "{offered} ባለ {beds} መኝታ {noun} በ{area}"),
    ("{area}: {beds}-bedroom {noun}, {size} m²", "{area}፦ ባለ {beds} መኝታ {noun}፣ {size} ካሬ"),
    ("{noun} with {bedrooms} in {area}, {size} m²", "{offered} {noun} በ{area}፣ {bedrooms} መኝታ፣ {size} ካሬ"),
    ("{quality} {beds}-bedroom {noun} {offered}, {area}", "{quality} ባለ {beds} መኝታ {noun} {offered}፣ {area}"),
)
TITLES: tuple[Words, ...] = (
    ("{noun} of {size} m² {offered} in {area}", "{offered} {size} ካሬ {noun} በ{area}"),
    ("{area}: {noun} {offered}, {size} m²", "{area}፦ {offered} {noun}፣ {size} ካሬ"),
    ("{quality} {noun} {offered} in {area}, {size} m²", "{quality} {noun} {offered}፣ {area}፣ {size} ካሬ"),
)
QUALITIES: tuple[Words, ...] = (
    ("bright", "ብርሃናማ"),
    ("spacious", "ሰፊ"),
    ("well-kept", "በጥሩ ሁኔታ የተያዘ"),
    ("quiet", "ጸጥ ያለ"),
)
NEWLY_FINISHED: Words = ("newly finished", "አዲስ የተጠናቀቀ")
QUALITIES_OF_LAND: tuple[Words, ...] = (
    ("level", "ሜዳማ"),
    ("well-situated", "ጥሩ አቀማመጥ ያለው"),
    ("roadside", "መንገድ ዳር ያለ"),
)

OPENINGS_WITH_ROOMS: tuple[Words, ...] = (
    (
        "A {quality} {noun} of {size} m² with {bedrooms} and {bathrooms} in {area}, {landmark}.",
        (
            "በ{area}፣ {landmark} የሚገኝ {quality} {noun}፤ ስፋቱ {size} ካሬ ሜትር ሲሆን"
            " {bedrooms} መኝታ ክፍልና {bathrooms} መታጠቢያ ቤት አለው።"
        ),
    ),
    (
        (
            "This {noun} in {area} has {bedrooms}, {bathrooms} and {size} m² of living space. It lies"
            " {landmark}."
        ),
        (
            "ይህ በ{area} የሚገኘው {noun} {bedrooms} መኝታ፣ {bathrooms} መታጠቢያ ቤትና {size} ካሬ ሜትር ስፋት አለው።"
            " አድራሻው {landmark} ነው።"
        ),
    ),
    (
        "{bedrooms}, {bathrooms}, {size} m²: a {quality} {noun} in {area}, {landmark}.",
        "{bedrooms} መኝታ፣ {bathrooms} መታጠቢያ ቤት፣ {size} ካሬ ሜትር፤ {quality} {noun} በ{area}፣ {landmark}።",
    ),
)
OPENINGS: tuple[Words, ...] = (
    (
        "A {quality} {noun} of {size} m² in {area}, {landmark}.",
        "በ{area}፣ {landmark} የሚገኝ {size} ካሬ ሜትር ስፋት ያለው {quality} {noun}።",
    ),
    (
        "{size} m² of {noun} in {area}; you find it {landmark}.",
        "{size} ካሬ ሜትር {noun} በ{area}፤ የሚገኘው {landmark} ነው።",
    ),
)
ON_FLOOR: tuple[Words, Words] = (
    ("It is on the ground floor.", "ምድር ወለል ላይ ነው።"),
    ("It is on floor {floor} of {floors}.", "ከ{floors} ፎቅ ሕንፃ {floor}ኛ ፎቅ ላይ ነው።"),
)
WITH_PLOT: Words = ("The plot measures {plot} m².", "የቦታው ስፋት {plot} ካሬ ሜትር ነው።")
BUILT_IN: Words = ("It was built in {year}.", "የተገነባው በ{year} እ.ኤ.አ. ነው።")

OF_AMENITIES: dict[str, Words] = {
    "water_tank": (
        "A reserve tank keeps the water running all week.",
        "የውሃ ማጠራቀሚያ ታንከር ስላለው ሳምንቱን ሙሉ ውሃ አይቋረጥም።",
    ),
    "borehole": ("The compound has a borehole of its own.", "ግቢው የራሱ የጉድጓድ ውሃ አለው።"),
    "generator": ("A standby generator starts when the power goes.", "መብራት ሲጠፋ ተጠባባቂ ጄኔሬተር ይሠራል።"),
    "elevator": ("The building has a lift.", "ሕንፃው ሊፍት አለው።"),
    "guard_24h": ("There is a guard day and night.", "የ24 ሰዓት ጥበቃ አለ።"),
    "fibre_internet": ("Fibre internet is connected.", "ፋይበር ኢንተርኔት ገብቶለታል።"),
    "balcony": ("The balcony gets the morning sun.", "በረንዳው የጠዋት ፀሐይ ያገኛል።"),
    "garden": ("There is a green garden with fruit trees.", "የፍራፍሬ ዛፎች ያሉት አረንጓዴ የአትክልት ቦታ አለው።"),
    "service_quarter": ("A service quarter stands behind the house.", "ከቤቱ ጀርባ ሰርቪስ ቤት አለ።"),
    "fitted_kitchen": ("The kitchen has fitted cabinets.", "ወጥ ቤቱ ካቢኔት ተገጥሞለታል።"),
    "wardrobes": ("All bedrooms have built-in wardrobes.", "ሁሉም መኝታ ክፍሎች የግድግዳ ቁም ሣጥን አላቸው።"),
    "parking_basement": ("Parking is in the basement.", "የመኪና ማቆሚያው በምድር ቤት ነው።"),
    "parking_surface": ("Cars are parked inside the compound.", "መኪና በግቢው ውስጥ ማቆም ይቻላል።"),
    "own_meter_electric": ("It has an electricity meter of its own.", "የራሱ የመብራት ቆጣሪ አለው።"),
    "own_meter_water": ("It has a water meter of its own.", "የራሱ የውሃ ቆጣሪ አለው።"),
    "cctv": ("Cameras watch the entrances.", "መግቢያዎቹ በካሜራ ይጠበቃሉ።"),
    "terrace": ("The terrace looks over the city.", "ቴራሱ ከተማውን ያሳያል።"),
    "gym": ("Residents use the gym in the building.", "ነዋሪዎች በሕንፃው ውስጥ ያለውን ጂም ይጠቀማሉ።"),
    "solar": ("Solar panels heat the water.", "ውሃ የሚሞቀው በፀሐይ ኃይል ነው።"),
    "store_room": ("A store room comes with it.", "የዕቃ ማስቀመጫ ክፍልም አብሮ አለው።"),
    "fence_wall": ("The compound is walled.", "ግቢው በግንብ የታጠረ ነው።"),
}
AROUND: tuple[Words, ...] = (
    (
        "Schools, a health centre and shops are within walking distance.",
        "ትምህርት ቤት፣ ጤና ጣቢያና ሱቆች በእግር ርቀት ይገኛሉ።",
    ),
    ("The taxi stop is five minutes away on foot.", "ታክሲ መያዣው በእግር አምስት ደቂቃ ነው።"),
    ("The road to the door is asphalt.", "እስከ በሩ ድረስ አስፋልት መንገድ ነው።"),
    ("The cobblestone road is clean and quiet.", "የኮብልስቶን መንገዱ ንጹህና ጸጥ ያለ ነው።"),
    ("The neighbours are families; evenings are calm.", "ጎረቤቶቹ ቤተሰቦች ናቸው፤ ምሽቱም ሰላማዊ ነው።"),
)
AROUND_TRADE: tuple[Words, ...] = (
    ("The road to the gate is asphalt.", "እስከ በሩ ድረስ አስፋልት መንገድ ነው።"),
    ("The main road is three minutes away by car.", "ዋናው መንገድ በመኪና ሦስት ደቂቃ ነው።"),
)
SALE_ENDS: tuple[Words, ...] = (
    ("The papers are complete and ready for transfer.", "ሰነዶቹ የተሟሉና ስም ለማዛወር ዝግጁ ናቸው።"),
    (
        "The owner sells in person; the price is open to talk after a visit.",
        "ሻጩ ባለቤቱ ራሱ ነው፤ ዋጋው ከታየ በኋላ መነጋገር ይቻላል።",
    ),
    ("A bank loan is possible.", "በባንክ ብድር መግዛት ይቻላል።"),
    ("It is free and can be handed over at once.", "ቤቱ ባዶ ስለሆነ ወዲያውኑ ማስረከብ ይቻላል።"),
)
LAND_ENDS: tuple[Words, ...] = (
    ("The site plan and the lease receipts can be seen.", "የቦታው ፕላንና የሊዝ ክፍያ ደረሰኞች ማየት ይቻላል።"),
    ("Water and electricity reach the fence.", "ውሃና መብራት እስከ አጥሩ ድረስ ደርሷል።"),
    ("The plot is level and free of claims.", "ቦታው ሜዳማ ሲሆን ከማንኛውም ክርክር ነጻ ነው።"),
)
RENT_ENDS: tuple[Words, ...] = (
    ("Rent is paid {advance} in advance.", "የ{advance} ወር ክፍያ በቅድሚያ ይከፈላል።"),
    ("The contract is for {term} or longer.", "ውሉ ለ{term} ወር ወይም ከዚያ በላይ ነው።"),
    ("Water and the guard are included in the rent.", "የውሃና የጥበቃ ክፍያ በኪራዩ ውስጥ ተካትቷል።"),
)
SHORT_ENDS: tuple[Words, ...] = (
    (
        "Clean linen, internet and a guard are included; stay a day or a month.",
        "ንጹህ አንሶላ፣ ኢንተርኔትና ጥበቃ ተካትቷል፤ ከአንድ ቀን እስከ አንድ ወር መቆየት ይቻላል።",
    ),
    ("The airport transfer can be arranged.", "ከአየር ማረፊያ መቀበል ይቻላል።"),
)
LEASE_ENDS: tuple[Words, ...] = (
    ("Trucks reach the gate; the lease runs for {years} years.", "ከባድ መኪና እስከ በሩ ይገባል፤ ውሉ ለ{years} ዓመት ነው።"),
)
